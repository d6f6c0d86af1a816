"""One session: its calendar, seats, facts and calendar invitation."""
