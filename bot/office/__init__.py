"""The campaign office's Excel: the ledger handed out as a workbook, and brought back with what was changed in it."""
