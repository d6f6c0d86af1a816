"""Where somebody is in a form, in the channels that ask one question at a time."""

from datetime import UTC, datetime, timedelta

from storage.conversations import open_questions
from storage.database.unit_of_work import Store
from storage.models import QuestionCursor, Room
from storage.people import team_channels

NOW = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)


def cursor(address: str, page: str, at: datetime = NOW) -> QuestionCursor:
    return QuestionCursor(
        channel="telegram", address=address, draft_id=7, page=page, begun={"ticks": {"5": "Vijf"}}, updated_at=at
    )


def test_the_question_that_was_asked_last_is_the_one_in_front_of_somebody(store: Store) -> None:
    for page in ("about", "shape"):
        with store.begin() as uow:
            open_questions.keep(uow, cursor("1", page))
    with store.read() as uow:
        found = open_questions.at(uow, "telegram", "1")
        assert found is not None
        assert (found.page, found.begun, found.updated_at) == ("shape", {"ticks": {"5": "Vijf"}}, NOW)
        assert open_questions.at(uow, "telegram", "2") is None
        assert open_questions.at(uow, "other", "1") is None


def test_what_is_forgotten_is_gone_for_that_person_only(store: Store) -> None:
    with store.begin() as uow:
        open_questions.keep(uow, cursor("1", "about"))
        open_questions.keep(uow, cursor("2", "about"))
        open_questions.forget(uow, "telegram", "1")
    with store.read() as uow:
        assert open_questions.at(uow, "telegram", "1") is None
        assert open_questions.at(uow, "telegram", "2") is not None


def test_what_nobody_touched_for_long_is_cleared_in_portions(store: Store) -> None:
    with store.begin() as uow:
        for number in range(3):
            open_questions.keep(uow, cursor(str(number), "about", NOW - timedelta(days=100)))
        open_questions.keep(uow, cursor("new", "about"))
    with store.begin() as uow:
        assert open_questions.prune(uow, NOW - timedelta(days=90), 2) == 2
        assert open_questions.prune(uow, NOW - timedelta(days=90), 2) == 1
    with store.read() as uow:
        assert open_questions.at(uow, "telegram", "new") is not None


def test_a_room_that_got_another_address_is_the_same_room(store: Store) -> None:
    with store.begin() as uow:
        team_channels.joined(uow, "telegram", "-1", "Team", None)
        team_channels.moved(uow, "telegram", "-1", "-100")
        team_channels.moved(uow, "telegram", "-7", "-700")
    with store.read() as uow:
        room = team_channels.at(uow, "telegram", "-100")
        assert room is not None
        assert (room.name, room.present, team_channels.at(uow, "telegram", "-1")) == ("Team", True, None)
        assert team_channels.at(uow, "telegram", "-700") is None


def test_a_room_that_came_under_its_new_address_first_keeps_who_chose_it(store: Store) -> None:
    with store.begin() as uow:
        team_channels.joined(uow, "telegram", "-1", "Team", None)
        uow.flush()
        chosen = team_channels.at(uow, "telegram", "-1")
        assert chosen is not None
        number = chosen.id
        team_channels.joined(uow, "telegram", "-100", "Team Zuid", None)
        uow.flush()
        team_channels.moved(uow, "telegram", "-1", "-100")
    with store.read() as uow:
        assert (uow.get(Room, number).address, uow.get(Room, number).name) == ("-100", "Team Zuid")
