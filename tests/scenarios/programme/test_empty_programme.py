"""Without a programme the bot offers only what can work, and says who has to do what first."""

import pytest
from sqlmodel import select

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import View
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import Address, Outbox, OutboxState, Person
from tests.scenarios.home.test_front_door import look, section
from tests.scenarios.town import MONDAY, Town, words


@pytest.fixture
def empty(sqlite_store: Store) -> Town:
    """A bot without a programme, that knows one person."""
    with sqlite_store.begin() as uow:
        uow.add(Person(id=1, name="Sam", language="nl"))
        uow.flush()
        uow.add(Address(person_id=1, channel="playground", address="1"))
    return Town(sqlite_store)


@pytest.mark.parametrize("said", ["hallo", "menu", "status", "iets anders"])
async def test_no_menu_offers_to_ask_before_there_is_a_programme(empty: Town, said: str) -> None:
    view = await _says(empty.actor(1), said)
    assert "Eerst leest het programmateam de organisaties en gespreksleiders in" in view.text
    assert not [button for button in view.buttons if button.action.verb in ("ask", "requests", "sessions")]


async def test_asking_all_the_same_says_whom_to_turn_to(empty: Town) -> None:
    assert "Vraag het programmateam" in (await _says(empty.actor(1), "aanvraag")).text


async def test_nothing_waits_is_not_said_above_what_could_not_be_delivered(town: Town) -> None:
    member = town.team()[0]
    assert "Niets" in section(look(town, member), "front.waiting").empty
    with town.store.begin() as uow:
        letter = OutboxMessage(int(member.sender.address), "offer", 1, {}, None, once="lost")
        outbox.put(uow, letter, now=MONDAY)
        [row] = uow.db.exec(select(Outbox)).all()
        row.state, row.settled_at = OutboxState.DEAD, MONDAY
    shown = section(look(town, member), "front.waiting").empty
    assert "Kijk hieronder bij “Niet aangekomen”. Daar vragen we jouw hulp." in shown
    assert "Niets" not in shown


async def _says(actor: SimulatedPerson, said: str) -> View:
    view = await actor.say(said)
    assert view is not None
    assert words(view)
    return view
