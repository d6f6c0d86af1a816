"""What is remembered: tables, queries, the unit of work, the outbox. Knows no flow and no channel."""
