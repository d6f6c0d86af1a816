"""A rhythm of sessions: dates, agreeing, going on, the team's channel."""
