"""What a channel tells about a person: who enters for the first time, and what has changed about them since."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import select

from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.delivery import due
from storage.models import Address, Facilitator, Person, PracticeBuilder
from storage.people import emails, names

UNREACHED = "unreached"
"""The kind of what is due about a person once a channel delivers nothing to them any more."""

FRESH = timedelta(days=1)
"""How long what was read of a profile holds. Platforms tell of every change, and most are of no use here."""


@dataclass(frozen=True)
class Profile:
    """A person as the channel knows them: ``language`` "nl" or "en", ``zone`` an IANA name; None where not told.

    ``name`` and ``email`` are what the channel tells, and cleaned here. An ``email`` that is none counts as not told.
    ``confirmed`` is False where the channel says that nobody has shown yet that the e-mail address is theirs. Anybody
    could have typed such a one, so it is worth nothing here.
    """

    name: str
    email: str | None = None
    language: str | None = None
    zone: str | None = None
    confirmed: bool = True


def enter(uow: UnitOfWork, channel: str, address: str, profile: Profile, now: datetime) -> Person:
    """The person reached at this address from now on: the one with that confirmed e-mail address, or somebody new.

    People with a role were imported and keep the name of the import; everybody keeps the language they have. Somebody
    new whose name has nothing to be seen goes by their address.
    """
    known = _standing(uow, channel, address)
    if known is not None:
        return known
    email = _confirmed_email(profile)
    person = by_email(uow, email) or uow.add(Person(name=names.cleaned(profile.name) or address, email=email))
    _learn(uow, person, profile, now)
    first = not uow.db.exec(select(Address.id).where(Address.person_id == person.id)).first()
    uow.add(Address(person_id=person.id, channel=channel, address=address, preferred=first))
    return person


def refresh(uow: UnitOfWork, channel: str, address: str, profile: Profile, now: datetime) -> bool:
    """Take in what has changed about somebody known, once a day at most; whether anything was taken in.

    It takes in the name where they have no role (else the import has it), the zone, and where none was known yet the
    language and a confirmed e-mail address that nobody else has.
    """
    row = _address(uow, channel, address)
    if row is not None and row.joined_id is not None:
        # Whose account it is may still be undone: what it tells is not written to the person it was joined with.
        return False
    person = _standing(uow, channel, address)
    if person is None or (person.refreshed_at is not None and now - person.refreshed_at < FRESH):
        return False
    _learn(uow, person, profile, now)
    return True


def is_known(uow: UnitOfWork, channel: str, address: str) -> bool:
    """Whether somebody, active or not, is reached at this address."""
    return _address(uow, channel, address) is not None


def set_reachable(uow: UnitOfWork, channel: str, address: str, now: datetime, *, reachable: bool) -> None:
    """Keep whether anything can be delivered at this address; nothing happens where nobody is known at it.

    Where it no longer can, it is due at once to see who waits for this person.
    """
    row = _address(uow, channel, address)
    if row is None or row.reachable is reachable:
        return
    row.reachable = reachable
    if not reachable:
        key = f"{UNREACHED}:{row.person_id}:{now.isoformat()}"
        due.schedule(uow, due.Appointment(UNREACHED, row.person_id, now, None, key))


def _standing(uow: UnitOfWork, channel: str, address: str) -> Person | None:
    row = _address(uow, channel, address)
    return uow.get(Person, row.person_id) if row else None


def _address(uow: UnitOfWork, channel: str, address: str) -> Address | None:
    return uow.db.exec(select(Address).where(Address.channel == channel, Address.address == address)).first()


_BY_EMAIL = Prepared(select(Person).where(Person.email == bindparam("email")))


def by_email(uow: UnitOfWork, email: str | None) -> Person | None:
    """The person with this e-mail address, active or not, in whichever way it is written; or None."""
    one = emails.or_none(email)
    return uow.first(_BY_EMAIL, email=one) if one else None


def _confirmed_email(profile: Profile) -> str | None:
    return emails.or_none(profile.email) if profile.confirmed else None


def _has_role(uow: UnitOfWork, person: Person) -> bool:
    if person.programme_team or uow.db.get(Facilitator, person.id) is not None:
        return True
    builds = select(PracticeBuilder.person_id).where(PracticeBuilder.person_id == person.id)
    return uow.db.exec(builds).first() is not None


def _learn(uow: UnitOfWork, person: Person, profile: Profile, now: datetime) -> None:
    name = names.cleaned(profile.name)
    if name and not _has_role(uow, person):
        person.name = name
    email = _confirmed_email(profile)
    if person.email is None and by_email(uow, email) is None:
        person.email = email
    # The language a person once chose, here or in the import, is theirs; the zone follows where they are.
    person.language = person.language or profile.language
    person.zone = profile.zone
    person.refreshed_at = now
