"""reasons and keys are columns: nothing is read out of a sentence, and no key is taken apart any more."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
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

ONLY_ROOMS = sa.text('room_id IS NOT NULL')
ABOUT = "kind || ':' || subject_id || ':'"
TO_ADDRESSEE, TO_ROOM = (f"{ABOUT} || {one} || ':'" for one in ('addressee_id', 'room_id'))
"""How the keys of what is due, of a letter to a person and of one to a room began; what made it once came after."""


def upgrade() -> None:
    for name in ('outbox', 'due'):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column('once', sa.String(), nullable=True))
            batch_op.add_column(sa.Column('reason', sa.String(length=20), nullable=True))
            if name == 'outbox':
                batch_op.add_column(sa.Column('addressee_id', sa.Integer(), nullable=True))
    _read_reasons()
    _read_keys()
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_outbox_dedupe_key'), type_='unique')
        batch_op.drop_column('dedupe_key')
        batch_op.alter_column('once', existing_type=sa.String(), nullable=False)
        one = ['kind', 'subject_id', 'addressee_id', 'once']
        batch_op.create_unique_constraint(batch_op.f('uq_outbox_kind_subject_id_addressee_id_once'), one)
        one = ['kind', 'subject_id', 'room_id', 'once']
        where = {'sqlite_where': ONLY_ROOMS, 'postgresql_where': ONLY_ROOMS}
        batch_op.create_index('ix_outbox_once_a_room', one, unique=True, **where)
    with op.batch_alter_table('due', schema=None) as batch_op:
        batch_op.drop_index('ix_due_subject')
        batch_op.drop_constraint(batch_op.f('uq_due_dedupe_key'), type_='unique')
        batch_op.drop_column('dedupe_key')
        batch_op.alter_column('once', existing_type=sa.String(), nullable=False)
        one = ['kind', 'subject_id', 'once']
        batch_op.create_unique_constraint(batch_op.f('uq_due_kind_subject_id_once'), one)


def _read_reasons() -> None:
    outbox, due = (sa.table(name, *map(sa.column, ('state', 'reason', 'outcome'))) for name in ('outbox', 'due'))
    # What no channel took has the platform's own words. With what arrived stands only over which channel.
    said = [(outbox.c.outcome.startswith(words), reason) for words, reason in REASONS_OF_LETTERS.items()]
    failed = sa.update(outbox).where(outbox.c.state != 'sent', outbox.c.outcome != '')
    op.execute(failed.values(reason=sa.case(*said, else_='refused')))
    said = [(due.c.outcome.startswith(words), reason) for words, reason in REASONS_OF_DUE.items()]
    op.execute(sa.update(due).where(due.c.outcome != '').values(reason=sa.case(*said)))


def _read_keys() -> None:
    _cut_off(ABOUT, 'due')
    _cut_off(TO_ROOM, 'outbox')
    op.execute("UPDATE outbox SET addressee_id = person_id WHERE room_id IS NULL")
    _cut_off(TO_ADDRESSEE, 'outbox')
    # A letter that two who became one both had names who had it, and not whose it is.
    left = "SELECT id, kind, subject_id, dedupe_key FROM outbox WHERE once IS NULL AND room_id IS NULL"
    for row in op.get_bind().execute(sa.text(left)).all():
        before, _, rest = row.dedupe_key.partition(f'{row.kind}:{row.subject_id}:')
        person, colon, _ = rest.partition(':')
        if not before and colon and person.isdecimal():
            named = sa.text("UPDATE outbox SET addressee_id = :person WHERE id = :id")
            op.get_bind().execute(named, {'person': int(person), 'id': row.id})
    _cut_off(TO_ADDRESSEE, 'outbox')
    # A key of any other form says all of it by itself.
    op.execute("UPDATE outbox SET once = dedupe_key WHERE once IS NULL")
    op.execute("UPDATE due SET once = dedupe_key WHERE once IS NULL")


def _cut_off(beginning: str, table: str) -> None:
    length = f'length({beginning})'
    op.execute(
        f"UPDATE {table} SET once = substr(dedupe_key, {length} + 1)"
        f" WHERE once IS NULL AND substr(dedupe_key, 1, {length}) = {beginning}"
    )


def downgrade() -> None:
    for name in ('due', 'outbox'):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column('dedupe_key', sa.String(), nullable=True))
    op.execute(f"UPDATE due SET dedupe_key = {ABOUT} || once")
    op.execute(f"UPDATE outbox SET dedupe_key = CASE WHEN room_id IS NULL THEN {TO_ADDRESSEE} ELSE {TO_ROOM} END || once")
    with op.batch_alter_table('due', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_due_kind_subject_id_once'), type_='unique')
        batch_op.create_index('ix_due_subject', ['kind', 'subject_id'], unique=False)
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_outbox_kind_subject_id_addressee_id_once'), type_='unique')
        batch_op.drop_index('ix_outbox_once_a_room', sqlite_where=ONLY_ROOMS, postgresql_where=ONLY_ROOMS)
        batch_op.drop_column('addressee_id')
    for name in ('due', 'outbox'):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_column('once')
            batch_op.drop_column('reason')
            batch_op.alter_column('dedupe_key', existing_type=sa.String(), nullable=False)
            batch_op.create_unique_constraint(batch_op.f(f'uq_{name}_dedupe_key'), ['dedupe_key'])
