"""Text to Reading, pure: normalize → tokens → clauses → walk → settle; lexicon.py holds the words."""

from bot.parsing.reader import VERSION, corrects, parse

__all__ = ["VERSION", "corrects", "parse"]
