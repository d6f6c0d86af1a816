"""Settings, logs and the database that they name."""
