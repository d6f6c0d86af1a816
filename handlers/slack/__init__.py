"""Slack: events, commands and presses in; messages, modals and home tabs out. docs/slack.md sets it up."""
