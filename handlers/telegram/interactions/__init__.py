"""What a person does in Telegram, from the press or the words to what they see of it."""
