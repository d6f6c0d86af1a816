"""What a channel tells about somebody is believed as far as the channel vouches for it, and kept up to date."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from handlers.slack.events.member import profile
from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import Facilitator, Level, Organisation, OrganisationKind, Person, PracticeBuilder
from storage.people import people, profiles
from storage.people.profiles import FRESH, Profile

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


@pytest.mark.parametrize("stored", ["ünal@gov.example", "o'neil@bücher.example"])
@pytest.mark.parametrize(
    "told",
    ["{}", "  {}\u00a0", "\u200b{}\ufeff", "mailto:{}", "<{}>"],
    ids=["plain", "spaces", "unseen", "link", "brackets"],
)
def test_somebody_is_known_by_their_e_mail_address_in_whichever_way_it_is_written(
    store: Store, stored: str, told: str
) -> None:
    with store.begin() as uow:
        imported = uow.add(Person(name="Ünal O'Neil", email=stored, programme_team=True)).id
    ways = (unicodedata.normalize("NFD", stored), stored.upper(), stored.replace("bücher", "xn--bcher-kva"))
    with store.read() as uow:
        found = [profiles.by_email(uow, told.format(way)) for way in ways]
    assert [person and person.id for person in found] == [imported] * 3
    assert _enter(store, Profile("ünal", told.format(ways[1]))) == imported


@pytest.mark.parametrize(
    "told", ["j\u0430n@gov.example", "\uff4aan@gov.example", "jan", "jan@gov", "jan jansen@gov.example"]
)
def test_an_e_mail_address_that_is_none_counts_as_not_told_and_the_person_comes_in(store: Store, told: str) -> None:
    with store.begin() as uow:
        jan = uow.add(Person(name="Jan", email="jan@gov.example", programme_team=True)).id
    newcomer = _enter(store, Profile("Jan", told))
    kept = _told(store, Profile("Jan", told))
    assert newcomer != jan
    assert (kept.id, kept.email) == (newcomer, None)


def test_of_two_who_turned_out_to_have_one_address_the_one_who_has_it_in_the_one_way_is_meant(store: Store) -> None:
    with store.begin() as uow:
        uow.add(Person(name="Bert", email="BERT@gov.example"))
        bert = uow.add(Person(name="Bert", email="bert@gov.example")).id
    assert _enter(store, Profile("Bert", "Bert@gov.example")) == bert


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Jan\u00a0Jansen", "Jan Jansen"),
        (" Jan\n\tJansen ", "Jan Jansen"),
        ("Rene\u0301 \u202enesnaJ", "René nesnaJ"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\u3164\u200d", "U1"),
    ],
)
def test_a_name_is_kept_as_people_see_it_whatever_the_channel(store: Store, told: str, name: str) -> None:
    _enter(store, Profile(told))
    assert _told(store, Profile("")).name == name
    assert _told(store, Profile(told), later=2 * FRESH).name == name


def test_slack_names_somebody_by_their_id_where_no_name_is_to_be_seen() -> None:
    user = {"id": "U1", "profile": {"real_name": "Jan\u00a0Jansen\u202e"}}
    assert profile(user).name == "Jan Jansen"
    assert profile({"id": "U1", "profile": {"real_name": "\u200b\u3164"}}).name == "U1"
