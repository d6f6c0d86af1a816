"""What must arrive, what did, what is due, and which platform events were seen."""
