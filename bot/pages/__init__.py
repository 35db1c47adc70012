"""The board and the sandbox page."""
