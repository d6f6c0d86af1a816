"""Where somebody is in a form, in the channels that ask one question at a time."""

from datetime import UTC, datetime, timedelta

from storage import cursors, rooms
from storage.models import Cursor, Room
from storage.unit_of_work import Store

NOW = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)


def cursor(address: str, page: str, at: datetime = NOW) -> Cursor:
    return Cursor(
        channel="telegram", address=address, draft_id=7, page=page, begun={"ticks": {"5": "Vijf"}}, updated_at=at
    )


def test_the_question_that_was_asked_last_is_the_one_in_front_of_somebody(store: Store) -> None:
    for page in ("about", "shape"):
        with store.begin() as uow:
            cursors.keep(uow, cursor("1", page))
    with store.read() as uow:
        found = cursors.at(uow, "telegram", "1")
        assert found is not None
        assert (found.page, found.begun, found.updated_at) == ("shape", {"ticks": {"5": "Vijf"}}, NOW)
        assert cursors.at(uow, "telegram", "2") is None
        assert cursors.at(uow, "other", "1") is None


def test_what_is_forgotten_is_gone_for_that_person_only(store: Store) -> None:
    with store.begin() as uow:
        cursors.keep(uow, cursor("1", "about"))
        cursors.keep(uow, cursor("2", "about"))
        cursors.forget(uow, "telegram", "1")
    with store.read() as uow:
        assert cursors.at(uow, "telegram", "1") is None
        assert cursors.at(uow, "telegram", "2") is not None


def test_what_nobody_touched_for_long_is_cleared_in_portions(store: Store) -> None:
    with store.begin() as uow:
        for number in range(3):
            cursors.keep(uow, cursor(str(number), "about", NOW - timedelta(days=100)))
        cursors.keep(uow, cursor("new", "about"))
    with store.begin() as uow:
        assert cursors.prune(uow, NOW - timedelta(days=90), 2) == 2
        assert cursors.prune(uow, NOW - timedelta(days=90), 2) == 1
    with store.read() as uow:
        assert cursors.at(uow, "telegram", "new") is not None


def test_a_room_that_got_another_address_is_the_same_room(store: Store) -> None:
    with store.begin() as uow:
        rooms.joined(uow, "telegram", "-1", "Team", None)
        rooms.moved(uow, "telegram", "-1", "-100")
        rooms.moved(uow, "telegram", "-7", "-700")
    with store.read() as uow:
        room = rooms.at(uow, "telegram", "-100")
        assert room is not None
        assert (room.name, room.present, rooms.at(uow, "telegram", "-1")) == ("Team", True, None)
        assert rooms.at(uow, "telegram", "-700") is None


def test_a_room_that_came_under_its_new_address_first_keeps_who_chose_it(store: Store) -> None:
    with store.begin() as uow:
        rooms.joined(uow, "telegram", "-1", "Team", None)
        uow.flush()
        chosen = rooms.at(uow, "telegram", "-1")
        assert chosen is not None
        number = chosen.id
        rooms.joined(uow, "telegram", "-100", "Team Zuid", None)
        uow.flush()
        rooms.moved(uow, "telegram", "-1", "-100")
    with store.read() as uow:
        assert (uow.get(Room, number).address, uow.get(Room, number).name) == ("-100", "Team Zuid")
