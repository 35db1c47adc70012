"""The clock strikes: which schedule is due when, and what it owes to whom."""

from bot.schedule.timetable import Occurrence, Timetable

__all__ = ["Occurrence", "Timetable"]
