"""A series reminds its team in a room that its requester invited the bot to, and gives nothing away there."""

from bot.demo.simulated_person import SimulatedPerson
from storage.models import Outbox, Room, Series
from storage.people import team_channels
from tests.scenarios.asking import from_menu, plan_series, press
from tests.scenarios.town import Town, at, words


def invite(town: Town, person: SimulatedPerson, name: str = "team-kinderbijslag", address: str = "C0TEAM") -> None:
    """The bot is brought into a room by somebody."""
    with town.store.begin() as uow:
        team_channels.joined(uow, town.channel.name, address, name, int(person.sender.address))


async def choose(town: Town, requester: SimulatedPerson, room: str) -> str:
    """Choose a room for the series of the requester's only request; gives the answer."""
    await from_menu(requester, "Mijn aanvragen")
    await press(requester, "Bekijk")
    await press(requester, "Herinner ook het team")
    return words(await requester.fill(room=room))


def said_in_the_room(town: Town) -> list[str]:
    """Everything that was said in the team's room."""
    return [words(delivery.view) for delivery in town.channel.deliveries if delivery.address == "C0TEAM"]


async def test_the_room_is_reminded_the_day_before_and_reads_nothing_but_when(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    invite(town, requester)
    assert "team-kinderbijslag" in await choose(town, requester, "team-kinderbijslag")
    await town.until(at("2026-12-08 14:00"))
    (reminder,) = said_in_the_room(town)
    assert "dinsdag 8 december 2026 om 14:00" in reminder
    for secret in ("Tegenspraak", "Moreel beraad", facilitator.name, requester.name, "Online", "http", "[", ".ics"):
        assert secret not in reminder


async def test_each_session_of_the_series_is_reminded_of_once(town: Town) -> None:
    requester, _ = await plan_series(town)
    invite(town, requester)
    await choose(town, requester, "team-kinderbijslag")
    await town.until(at("2027-03-01 09:00"))
    assert len(said_in_the_room(town)) == 3


async def test_without_a_room_the_person_reads_how_to_invite_the_bot(town: Town) -> None:
    requester, _ = await plan_series(town)
    await from_menu(requester, "Mijn aanvragen")
    await press(requester, "Bekijk")
    answer = await press(requester, "Herinner ook het team")
    assert "Nodig de bot uit" in answer.text
    assert town.rows(Series)[0].room_id is None


async def test_nobody_is_shown_or_can_choose_a_room_that_somebody_else_invited_the_bot_to(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    invite(town, requester)
    invite(town, facilitator, "geheim", "C0SECRET")
    await from_menu(requester, "Mijn aanvragen")
    await press(requester, "Bekijk")
    shown = words(await press(requester, "Herinner ook het team"))
    assert "team-kinderbijslag" in shown
    assert "geheim" not in shown
    other = next(room for room in town.rows(Room) if room.name == "geheim")
    await requester.submit(requester.form, {"room": str(other.id)})
    assert requester.form.fields[0].error
    assert town.rows(Series)[0].room_id is None


async def test_a_room_the_bot_was_sent_out_of_is_reminded_no_more(town: Town) -> None:
    requester, _ = await plan_series(town)
    invite(town, requester)
    await choose(town, requester, "team-kinderbijslag")
    with town.store.begin() as uow:
        team_channels.left(uow, town.channel.name, "C0TEAM")
    await town.until(at("2026-12-08 14:00"))
    assert said_in_the_room(town) == []
    assert [letter for letter in town.rows(Outbox) if letter.room_id is not None] == []


async def test_a_moved_session_reminds_the_room_of_its_new_time_only(town: Town) -> None:
    requester, _ = await plan_series(town)
    invite(town, requester)
    await choose(town, requester, "team-kinderbijslag")
    await from_menu(requester, "Mijn bijeenkomsten")
    await press(requester, "Bekijk")
    await press(requester, "Kies een ander moment")
    await requester.fill(moment="2026-12-09T10:00", scope="Alleen deze")
    await town.until(at("2026-12-09 11:00"))
    assert ["woensdag 9 december 2026 om 10:00" in said for said in said_in_the_room(town)] == [True]


async def test_the_series_can_leave_the_room_again(town: Town) -> None:
    requester, _ = await plan_series(town)
    invite(town, requester)
    await choose(town, requester, "team-kinderbijslag")
    await choose(town, requester, "Nergens")
    await town.until(at("2026-12-08 14:00"))
    assert said_in_the_room(town) == []
