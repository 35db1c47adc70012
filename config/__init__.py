"""What differs between two installations."""
