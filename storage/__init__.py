"""What is kept: records, tables, and the functions that read and write them."""
