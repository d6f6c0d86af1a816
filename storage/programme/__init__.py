"""The programme's catalogue, in the database and as CSV files, and the invented one."""
