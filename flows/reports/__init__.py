"""What a facilitator tells afterwards."""
