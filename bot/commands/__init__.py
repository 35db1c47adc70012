"""What people may ask and order in chat: a table, a grammar, and one function a command."""

from bot.commands.call import Args, Call, Command, Press, Pressed, Said
from bot.commands.grammar import Found
from bot.commands.table import find, run, suggest

__all__ = ["Args", "Call", "Command", "Found", "Press", "Pressed", "Said", "find", "run", "suggest"]
