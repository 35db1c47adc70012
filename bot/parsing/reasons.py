"""Reasons for passing a figure over that others act on: the rest are only shown."""

NO_UNIT = "没有单位"
