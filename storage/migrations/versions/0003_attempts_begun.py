"""attempts begun."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('begun', sa.Integer(), nullable=True))
    # A letter that waits may have been under way when the last version stopped: then it is looked for, once.
    op.execute("UPDATE outbox SET begun = CASE WHEN state = 'ready' THEN 1 ELSE 0 END")
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.alter_column('begun', existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_column('begun')
