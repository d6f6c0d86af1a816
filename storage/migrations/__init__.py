"""The steps from an empty database to the tables of today, one file each in ``versions/``, run by Alembic."""
