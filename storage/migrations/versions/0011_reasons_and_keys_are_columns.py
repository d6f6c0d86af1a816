"""why a letter did not arrive, or something due was not done, is a column."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

REASONS_OF_LETTERS = {
    'not now': 'not_now',
    'makes no sense any more': 'no_sense',
    'both were to get it, and they are one': 'same_reader',
    'put aside by': 'put_aside',
    'no address': 'no_address',
    'not active': 'not_active',
    'gave up after': 'gave_up',
}
REASONS_OF_DUE = {'dropped: too late': 'too_late', 'dropped: overtaken': 'overtaken', 'failed ': 'failed'}
"""How the sentence began in which the version before said it."""


def upgrade() -> None:
    for name in ('outbox', 'due'):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column('reason', sa.String(length=20), nullable=True))
    _read_reasons()


def _read_reasons() -> None:
    outbox = sa.table('outbox', *map(sa.column, ('state', 'reason', 'outcome')))
    # What no channel took has the platform's own words. With what arrived stands only over which channel.
    said = [(outbox.c.outcome.startswith(words), reason) for words, reason in REASONS_OF_LETTERS.items()]
    failed = sa.update(outbox).where(outbox.c.state != 'sent', outbox.c.outcome != '')
    op.execute(failed.values(reason=sa.case(*said, else_='refused')))
    due = sa.table('due', *map(sa.column, ('reason', 'outcome')))
    said = [(due.c.outcome.startswith(words), reason) for words, reason in REASONS_OF_DUE.items()]
    op.execute(sa.update(due).where(due.c.outcome != '').values(reason=sa.case(*said)))


def downgrade() -> None:
    for name in ('due', 'outbox'):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_column('reason')
