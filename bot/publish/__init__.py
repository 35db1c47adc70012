"""Papers of what is supervised: figures become pictures, workbooks and reports, each made once and kept as it was."""
