"""Starting and stopping the bot."""
