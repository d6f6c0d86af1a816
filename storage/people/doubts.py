"""What is stored of people and cannot be used as it stands. It is not changed here: only people know who is meant."""

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import col, select

from storage.database.unit_of_work import UnitOfWork
from storage.models import Address, Person
from storage.people import emails
from storage.people.addresses import Shapes, is_somebodys
from storage.programme.demo_guard import DEMO_CHANNEL


@dataclass(frozen=True)
class Misshapen:
    """A stored address at which no person can be."""

    person_id: int
    channel: str
    address: str


@dataclass(frozen=True)
class DoubtfulEmails:
    """People whom nobody finds by the e-mail address that is stored of them, by their ids.

    ``same`` are those with one address, each time first who is known by it. ``unread`` are those of whom it is no
    address, or not in the one way to write it.
    """

    same: tuple[tuple[int, ...], ...]
    unread: tuple[int, ...]


def misshapen(uow: UnitOfWork, shapes: Shapes) -> list[Misshapen]:
    """The stored addresses that no person can have, in order of person. Those of invented people are not looked at."""
    stored = select(Address.person_id, Address.channel, Address.address).where(Address.channel != DEMO_CHANNEL)
    rows = uow.db.exec(stored.order_by(col(Address.person_id), col(Address.id)))
    return [Misshapen(*row) for row in rows if not is_somebodys(shapes, row[1], row[2])]


def doubtful_emails(uow: UnitOfWork) -> DoubtfulEmails:
    """Whose stored e-mail addresses say nothing, or the same as somebody else's."""
    known: dict[str, int] = {}
    others: defaultdict[str, list[int]] = defaultdict(list)
    unread: list[int] = []
    stored = select(Person.id, Person.email).where(col(Person.email).is_not(None)).order_by(col(Person.id))
    for person_id, email in uow.db.exec(stored):
        one = emails.or_none(email)
        if one is None:
            unread.append(person_id)
        elif one == email:
            known[one] = person_id
        else:
            others[one].append(person_id)
    unread += [id_ for one, ids in others.items() if one not in known for id_ in ids]
    same = [(known[one], *ids) for one, ids in others.items() if one in known]
    return DoubtfulEmails(tuple(sorted(same)), tuple(sorted(unread)))
