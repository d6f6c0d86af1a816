"""The database itself: its engine, transactions, tables and locks, and statements over many rows."""
