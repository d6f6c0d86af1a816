"""What the playground keeps, on both kinds of database."""

from datetime import UTC, date, datetime, timedelta

from storage.conversations import playground
from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import (
    ChatLine,
    Facilitator,
    Level,
    Organisation,
    OrganisationKind,
    Person,
    PracticeBuilder,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def add_line(uow: UnitOfWork, person: Person, minute: int, *, letter: bool, from_bot: bool = True) -> ChatLine:
    body = {"letter": letter} if from_bot else {"said": "hallo"}
    at = NOON + timedelta(minutes=minute)
    return uow.add(ChatLine(person_id=person.id, from_bot=from_bot, at=at, body=body))


def organisation(code: str, kind: OrganisationKind, path: str, parent_id: int | None = None) -> Organisation:
    return Organisation(code=code, name_nl=code, name_en=code, kind=kind, path=path, parent_id=parent_id)


def facilitator(uow: UnitOfWork, name: str, unit_id: int | None = None) -> Person:
    person = uow.add(Person(name=name, unit_id=unit_id))
    uow.add(Facilitator(person_id=person.id, level=Level.TRAINED, capacity=2, joined_on=date(2022, 1, 1)))
    return person


def test_the_clock_is_found_where_it_was_left(store: Store) -> None:
    with store.read() as uow:
        assert playground.clock_offset(uow) == timedelta()
    for offset in (timedelta(days=9, microseconds=7), timedelta(days=400, hours=1)):
        with store.begin() as uow:
            playground.keep_clock_offset(uow, offset)
        with store.read() as uow:
            assert playground.clock_offset(uow) == offset


def test_the_newest_lines_come_in_their_order(store: Store) -> None:
    with store.begin() as uow:
        one, other = uow.add(Person(name="Een")), uow.add(Person(name="Ander"))
        made = [add_line(uow, one, minute, letter=False).id for minute in range(5)]
        add_line(uow, other, 9, letter=False)
        assert [line.id for line in playground.lines(uow, one.id, 3)] == made[2:]
        assert playground.line(uow, one.id, made[0]) is not None
        assert playground.line(uow, other.id, made[0]) is None


def test_only_what_the_bot_sent_by_itself_counts_as_sent(store: Store) -> None:
    with store.begin() as uow:
        one = uow.add(Person(name="Een"))
        first, second = (add_line(uow, one, minute, letter=True) for minute in (1, 2))
        add_line(uow, one, 3, letter=False)
        add_line(uow, one, 4, letter=False, from_bot=False)
        assert [line.id for line, _name in playground.letters(uow, 9)] == [second.id, first.id]
        first.edited_at = NOON + timedelta(hours=1)
        uow.flush()
        assert [(line.id, name) for line, name in playground.letters(uow, 1)] == [(first.id, "Een")]


def test_the_page_opens_with_who_was_last_at_it(store: Store) -> None:
    with store.begin() as uow:
        asker, other = uow.add(Person(name="Vraagt")), uow.add(Person(name="Vraagt ook"))
        leader, later = facilitator(uow, "Leidt"), facilitator(uow, "Leidt ook")
        assert (playground.last_asker(uow), playground.last_reader(uow)) == (asker.id, None)
        add_line(uow, other, 1, letter=False, from_bot=False)
        add_line(uow, leader, 2, letter=True)
        add_line(uow, later, 3, letter=False)
        add_line(uow, other, 4, letter=True)
        assert (playground.last_asker(uow), playground.last_reader(uow)) == (other.id, leader.id)


def test_an_empty_programme_has_nobody_to_open_with(store: Store) -> None:
    with store.read() as uow:
        assert (playground.last_asker(uow), playground.last_reader(uow), playground.players(uow)) == (None, None, [])


def test_a_player_is_known_with_roles_and_organisation(store: Store) -> None:
    with store.begin() as uow:
        ministry = uow.add(organisation("m", OrganisationKind.MINISTRY, "/1/"))
        unit = uow.add(organisation("u", OrganisationKind.UNIT, "/1/2/", ministry.id))
        leader = facilitator(uow, "Leidt", unit.id)
        uow.add(PracticeBuilder(person_id=leader.id, organisation_id=ministry.id))
        team = uow.add(Person(name="Team", programme_team=True))
        asker = uow.add(Person(name="Vraagt", language="en"))
        uow.add(Person(name="Weg", active=False))
        found = playground.players(uow)
        assert [one.id for one in found] == [asker.id, team.id, leader.id]
        assert [one.only_asks for one in found] == [True, False, False]
        assert (found[2].level, found[2].builds, found[2].home, found[2].unit) == (Level.TRAINED, True, ministry, unit)
        assert playground.player(uow, asker.id) == found[0]


def test_nobody_plays_who_left(store: Store) -> None:
    with store.begin() as uow:
        gone = uow.add(Person(name="Weg", active=False))
        assert playground.player(uow, gone.id) is None
        assert playground.player(uow, gone.id + 1) is None
