"""What a person does in Slack, from the press to what they see of it."""
