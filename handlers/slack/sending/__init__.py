"""Slack's Web API: its client, rate limits, messages and modals."""
