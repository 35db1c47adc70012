"""Text to Reading, pure: normalize → tokens → clauses → figures, problems, projects, visits; lexicon.py holds the words."""

from bot.parsing.reader import VERSION, parse

__all__ = ["VERSION", "parse"]
