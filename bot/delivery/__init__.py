"""The outbox dispatcher: takes messages from the outbox and hands them to the channels."""
