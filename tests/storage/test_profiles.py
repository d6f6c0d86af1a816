"""What a channel tells about somebody is believed as far as the channel vouches for it, and kept up to date."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.slack.member import profile
from storage import people, profiles
from storage.models import Facilitator, Level, Organisation, OrganisationKind, Person, PracticeBuilder
from storage.profiles import FRESH, Profile
from storage.unit_of_work import Store, UnitOfWork

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ANNA = "anna@gov.example"


def _enter(store: Store, told: Profile) -> int:
    with store.begin() as uow:
        return profiles.enter(uow, "slack", "U1", told, NOW).id


def _told(store: Store, told: Profile, *, later: timedelta = FRESH) -> Person:
    with store.begin() as uow:
        profiles.refresh(uow, "slack", "U1", told, NOW + later)
    with store.read() as uow:
        person = people.at(uow, "slack", "U1")
    assert person is not None
    return person


def _imported(store: Store, role: str) -> int:
    with store.begin() as uow:
        person = uow.add(Person(name="Anna Vos", email=ANNA, programme_team=role == "team"))
        _give(uow, person, role)
        return person.id


def _give(uow: UnitOfWork, person: Person, role: str) -> None:
    if role == "facilitator":
        uow.add(Facilitator(person_id=person.id, level=Level.TRAINED, capacity=1, joined_on=NOW.date()))
    if role == "builder":
        place = Organisation(code="a", kind=OrganisationKind.UNIT, path="/1/", name_nl="A", name_en="A")
        uow.add(PracticeBuilder(person_id=person.id, organisation_id=uow.add(place).id))


ROLES = pytest.mark.parametrize("role", ["team", "facilitator", "builder"])


@ROLES
def test_nobody_takes_over_a_role_with_an_e_mail_address_they_only_typed(store: Store, role: str) -> None:
    anna = _imported(store, role)
    newcomer = _enter(store, Profile("Somebody", ANNA, confirmed=False))
    assert newcomer != anna
    with store.read() as uow:
        assert uow.get(Person, newcomer).email is None, "the address stays free for whose it is"
        assert people.addresses(uow, anna) == []


@ROLES
def test_a_confirmed_e_mail_address_tells_who_somebody_is_and_the_name_of_the_import_stays(
    store: Store, role: str
) -> None:
    anna = _imported(store, role)
    assert _enter(store, Profile("annaV 🦊", ANNA.upper())) == anna
    assert _told(store, Profile("annaV 🦔", ANNA)).name == "Anna Vos"


def test_the_name_of_somebody_without_a_role_follows_their_profile_once_a_day(store: Store) -> None:
    _enter(store, Profile("Rita", "rita@gov.example"))
    assert _told(store, Profile("Rita Bos", "rita@gov.example"), later=FRESH - timedelta(seconds=1)).name == "Rita"
    assert _told(store, Profile("Rita Bos", "rita@gov.example")).name == "Rita Bos"
    assert _told(store, Profile("", "rita@gov.example"), later=2 * FRESH).name == "Rita Bos", "no name is none to take"


def test_an_e_mail_address_confirmed_later_is_known_from_then_on(store: Store) -> None:
    rita = _enter(store, Profile("Rita", "rita@gov.example", confirmed=False))
    told = _told(store, Profile("Rita", "rita@gov.example"))
    assert (told.id, told.email) == (rita, "rita@gov.example")


def test_an_e_mail_address_confirmed_later_is_not_taken_from_who_has_it(store: Store) -> None:
    anna = _imported(store, "team")
    newcomer = _enter(store, Profile("Anna", ANNA, confirmed=False))
    told = _told(store, Profile("Anna", ANNA))
    assert (told.id, told.email) == (newcomer, None)
    with store.read() as uow:
        assert people.programme_team(uow) == [anna]


@pytest.mark.parametrize(("said", "confirmed"), [({}, True), ({"is_email_confirmed": True}, True),
                                                 ({"is_email_confirmed": False}, False)])  # fmt: skip
def test_slack_says_whether_an_e_mail_address_is_confirmed(said: dict[str, bool], *, confirmed: bool) -> None:
    user = {"id": "U1", "profile": {"real_name": "Anna", "email": ANNA}, **said}
    assert (profile(user).email, profile(user).confirmed) == (ANNA, confirmed)
