"""The sandbox: a messenger without a messenger, for the demo page, replays and tests of conversations."""

from bot.messengers.sandbox.client import Sandbox, Seen

__all__ = ["Sandbox", "Seen"]
