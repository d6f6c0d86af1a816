"""What the bot does: conversations, matching, offers, sessions, series, reminders, roles. Knows no channel."""
