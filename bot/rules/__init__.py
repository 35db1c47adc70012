"""Records and a moment in, what to say out: pure."""
