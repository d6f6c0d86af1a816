"""Run by Alembic for each upgrade, inside the transaction that ``storage.database.schema`` opened."""

from alembic import context
from sqlmodel import SQLModel

from storage.migrations.columns import written

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=written,
)
context.run_migrations()
