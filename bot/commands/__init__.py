"""What people may ask and order in chat."""
