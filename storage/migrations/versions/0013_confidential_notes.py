"""confidential notes."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rename('context', 'confidential_note')


def downgrade() -> None:
    _rename('confidential_note', 'context')


def _rename(before: str, after: str) -> None:
    op.execute(sa.text(f"ALTER TABLE request RENAME COLUMN {before} TO {after}"))
    # PostgreSQL names the rule that a column is never null after the column, from its version 18 on.
    if op.get_bind().dialect.name == "postgresql":
        named = sa.text("SELECT 1 FROM pg_constraint WHERE conname = :name").bindparams(name=f"request_{before}_not_null")
        if op.get_bind().execute(named).first() is not None:
            rule = f"RENAME CONSTRAINT request_{before}_not_null TO request_{after}_not_null"
            op.execute(sa.text(f"ALTER TABLE request {rule}"))
