"""What people may ask and order in chat: a table, a grammar, and one function a command."""

from bot.commands.call import Args, Call, Command, Said
from bot.commands.grammar import Found
from bot.commands.table import find, run

__all__ = ["Args", "Call", "Command", "Found", "Said", "find", "run"]
