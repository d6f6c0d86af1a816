"""What Telegram brings, by polling or over a webhook, as our events."""
