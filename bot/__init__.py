"""The bot: at the door, at the desk, on the clock and on the way out."""
