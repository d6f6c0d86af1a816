"""what nobody read is gone."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch, which makes the table anew on SQLite: a draft's id would then be given out again.
    op.drop_column('draft', 'page')
    op.drop_column('offer', 'answered_at')
    op.drop_column('request', 'version')


def downgrade() -> None:
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=True))
    op.execute('UPDATE request SET version = 1')
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.alter_column('version', existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('draft', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('page', sa.String(), nullable=True))
    op.execute("UPDATE draft SET page = ''")
    with op.batch_alter_table('draft', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.alter_column('page', existing_type=sa.String(), nullable=False)
