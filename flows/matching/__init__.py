"""Looking for who could lead a session: needs, search, escalation, promises, deadlines."""
