"""A Document made visible: picture, sheet, memo."""
