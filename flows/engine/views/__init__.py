"""What a person gets to see, as values."""
