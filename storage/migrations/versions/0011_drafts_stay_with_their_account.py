"""drafts stay with their account."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

DRAFT = sa.table(
    "draft",
    *(sa.column(name) for name in ("id", "person_id", "form", "subject_id", "side", "form_version")),
    sa.column("answers", sa.JSON()),
    sa.column("typed", sa.JSON()),
    sa.column("updated_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    last = _last_id()
    with op.batch_alter_table('draft', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('side', sa.Integer(), nullable=False, server_default='0'))
        batch_op.drop_constraint(batch_op.f('uq_draft_person_id_form_subject_id'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_draft_person_id_form_subject_id_side'), ['person_id', 'form', 'subject_id', 'side'])
    with op.batch_alter_table('draft', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.alter_column('side', server_default=None)
    _go_on_from(last)
    _divide()
    with op.batch_alter_table('joined_account', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('drafts')
        batch_op.add_column(sa.Column('invitation_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_joined_account_invitation_id'), ['invitation_id'], unique=False)


def _divide() -> None:
    """Give each side of a joining the drafts that were begun from it; of two that became one, each as it was."""
    theirs = "SELECT row_id, joined_id FROM joined_row WHERE place = 'draft.person_id' ORDER BY joined_id DESC"
    for draft_id, joined_id in _rows(theirs):
        op.execute(DRAFT.update().where(DRAFT.c.id == draft_id).values(side=joined_id))
    op.execute(sa.text("DELETE FROM joined_row WHERE place = 'draft.person_id'"))
    for joined_id, person_id, pairs in _rows("SELECT id, person_id, drafts FROM joined_account ORDER BY id DESC"):
        for pair in json.loads(pairs) if isinstance(pairs, str) else pairs:
            if not _rows(f"SELECT id FROM draft WHERE id = {int(pair['kept'])}"):
                continue
            op.execute(DRAFT.delete().where(DRAFT.c.id == pair["kept"]))
            for before, side in zip(pair["before"], (0, joined_id), strict=True):
                at = sa.func.current_timestamp()
                kept = {name: before[name] for name in ("id", "form", "subject_id", "form_version", "answers", "typed")}
                op.execute(DRAFT.insert().values(person_id=person_id, side=side, updated_at=at, **kept))


def _rows(query: str) -> list[Any]:
    return list(op.get_bind().execute(sa.text(query)))


def _last_id() -> int:
    """The last id that SQLite gave to a draft, which is lost as the table is made anew."""
    if op.get_bind().dialect.name != "sqlite":
        return 0
    found = _rows("SELECT seq FROM sqlite_sequence WHERE name = 'draft'")
    return int(found[0][0]) if found else 0


def _go_on_from(last: int) -> None:
    """A button of a draft that is gone must never reach a newer one."""
    if last:
        op.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'draft'"))
        op.execute(sa.text(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('draft', {last})"))


def downgrade() -> None:
    with op.batch_alter_table('joined_account', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_index(batch_op.f('ix_joined_account_invitation_id'))
        batch_op.drop_column('invitation_id')
        batch_op.add_column(sa.Column('drafts', sa.JSON(), nullable=False, server_default='[]'))
    op.execute(DRAFT.delete().where(DRAFT.c.side != 0))
    with op.batch_alter_table('draft', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_draft_person_id_form_subject_id_side'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_draft_person_id_form_subject_id'), ['person_id', 'form', 'subject_id'])
        batch_op.drop_column('side')
