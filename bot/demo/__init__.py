"""The sandbox for trying duban without an account: the whole service under a clock that the visitor moves."""

from bot.demo.sandbox import run

__all__ = ["run"]
