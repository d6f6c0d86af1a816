"""Working time, recurrence and calendar files."""
