"""What somebody may do, where they are reached, and a facilitator's own affairs."""
