"""At the desk: the waiting messages of one chat → records and replies owed, in one transaction."""

from bot.handle.clerk import Clerk

__all__ = ["Clerk"]
