"""What Slack brings, from its socket or over HTTP, as our events."""
