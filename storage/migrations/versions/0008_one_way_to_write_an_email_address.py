"""one way to write an e-mail address."""

import sqlalchemy as sa
from alembic import op

# The rules of today, on purpose: what is stored has to be equal to what this program asks for.
from storage.people.emails import to_settle

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

person = sa.table('person', sa.column('id', sa.Integer), sa.column('email', sa.String))


def upgrade() -> None:
    bind = op.get_bind()
    stored = bind.execute(sa.select(person.c.id, person.c.email).where(person.c.email.is_not(None)))
    settled = to_settle({id_: email for id_, email in stored})
    if settled:
        change = sa.update(person).where(person.c.id == sa.bindparam('the_id')).values(email=sa.bindparam('one'))
        bind.execute(change, [{'the_id': id_, 'one': email} for id_, email in settled.items()])


def downgrade() -> None:
    # How an address was written before is known no more, and the version before reads this one too.
    pass
