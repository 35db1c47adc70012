"""Every sentence the bot says: short, polite, no figure of its own making.

`phrases` are the bricks; `acks`, `questions`, `hints`, `answers`, `pushes` and `daily` are the occasions.
"""
