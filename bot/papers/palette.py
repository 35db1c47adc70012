"""The colours of the pictures; on a row, colour always means the level."""

from bot.papers.views import Level, Tone

HEAD = "#17365f"
HEAD_SOFT = "#cfdcef"
INK = "#1b2432"
SOFT = "#5b6675"
RULE = "#e6e9ef"
TRACK = "#eef1f5"
PACE = "#1b2432"
ACCENT = "#1f5fb8"
ACTUAL_AREA = "#dfeaf8"
STALE = "#aab2bf"
BADGE = "#e8a500"

TONES: dict[Tone, str] = {"plain": INK, "good": "#1d7f60", "bad": "#c62828"}

LEVELS = {Level.NONE: "#2a9d78", Level.BLUE: "#2468d6", Level.YELLOW: "#e8a500", Level.RED: "#cf2e2e"}
PALE_LEVELS = {Level.NONE: "#a3d7c5", Level.BLUE: "#a6c3f0", Level.YELLOW: "#f5d990", Level.RED: "#eeaaa6"}
ON_LEVELS = {Level.NONE: "#ffffff", Level.BLUE: "#ffffff", Level.YELLOW: "#3a2a00", Level.RED: "#ffffff"}
LEVEL_INKS = {Level.NONE: INK, Level.BLUE: "#1d57b5", Level.YELLOW: "#8f6400", Level.RED: "#c62828"}
STALE_PAIR = (STALE, "#d7dbe2")
