"""The process is killed between what an update does and its confirmation: nothing is lost, and nothing done twice."""

import asyncio
import shutil
from collections import Counter
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from storage.database.unit_of_work import Store
from storage.models import DialogueSession, Draft, Offer, OfferState, Request
from tests.scenarios.asking import USUAL
from tests.scenarios.town import invent
from tests.telegram.asking import SEND, ask, asked, go_on, question, to_question
from tests.telegram.mortal import Deaths, MortalTown, killed_over, mortal
from tests.telegram.person import TelegramPerson
from tests.telegram.screen import Message, Wanted
from tests.telegram.town import Mode

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"
KILLS = 8
BACKLOG = {"/status": "Mijn aanvragen", "/sessies": "Mijn bijeenkomsten", "menu": "Menu"}
"""What people ask for, and how the answers begin."""


@pytest.fixture
def demo_url(demo_file: Path, tmp_path: Path) -> str:
    """A SQLite database of its own with the demo programme in it."""
    shutil.copy(demo_file, tmp_path / "mortal.db")
    return f"sqlite:///{tmp_path / 'mortal.db'}"


@pytest.fixture
def demo_postgres_url(postgres_url: str) -> str:
    """The same on PostgreSQL."""
    store = Store(postgres_url)
    invent(store)
    store.close()
    return postgres_url


@pytest.mark.parametrize(
    ("database", "mode", "many"),
    [("demo_url", "polling", 1), ("demo_url", "webhook", 1), ("demo_postgres_url", "webhook", 2)],
    ids=["polling", "webhook", "two processes on postgres"],
)
async def test_a_dialogue_is_asked_offered_and_accepted_once_however_often_the_process_is_killed(
    request: pytest.FixtureRequest, database: str, mode: Mode, many: int, forks: ForkServerContext
) -> None:
    async with mortal(request.getfixturevalue(database), mode, forks, many=many) as town:
        deaths = Deaths(town, KILLS)
        async with deaths.reaping():
            anna = await ask(town)
            winner = town.holding(FIRST_MOMENT)[0]
            await winner.presses(FIRST_MOMENT)
            await town.settle()
        await town.settle()
        assert deaths.count, "the kills came too late to test anything"
        _asked_and_accepted_once(town)
        _told_in_order(anna, winner)


def _asked_and_accepted_once(town: MortalTown) -> None:
    [made] = town.rows(Request)
    assert (made.participants, made.online) == (USUAL["participants"], True)
    assert len(town.rows(DialogueSession)) == 1
    states = Counter(offer.state for offer in town.rows(Offer))
    assert states[OfferState.ACCEPTED] == 1
    told = [who for who in town.everybody if any(one.text.startswith("Dialoog: ") for one in who.messages)]
    assert len(told) == states.total(), "everybody who is asked was told"
    assert town.rows(Draft) == []


def _told_in_order(anna: TelegramPerson, winner: TelegramPerson) -> None:
    last = [one.text for one in anna.messages if one.text][-1]
    assert last.startswith("Bijeenkomst gepland")
    assert winner.user.first_name in last
    told = [one.text for one in winner.messages if one.text]
    assert told[0].startswith("Dialoog: ")
    assert told[-1].startswith("Bijeenkomst gepland")


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_waits_is_worked_off_in_order_however_often_the_process_is_killed(
    demo_url: str, mode: Mode, forks: ForkServerContext
) -> None:
    async with mortal(demo_url, mode, forks) as town:
        anna, *others = [town.requester, *town.everybody[5:9]]
        await anna.says("/dialoog")
        await anna.sees_button("Stop")
        await town.far.settled()
        deaths = Deaths(town, KILLS // 2)
        async with deaths.reaping():
            topics = question(anna)
            ticks = [key for key in topics.keys if key.data and "|t|" in key.data][:4]
            for key in ticks:
                anna.press_later(str(key.data), topics)
            for words in BACKLOG:
                await asyncio.gather(*(who.says(words) for who in others))
            await town.far.settled()
        await town.far.settled()
        assert deaths.count, "the kills came too late to test anything"
        assert sum("☑" in button for button in question(anna).buttons) == len(ticks)
        for who in others:
            begun = [one.text.splitlines()[0] for one in who.messages]
            assert list(dict.fromkeys(begun)) == list(BACKLOG.values())
            assert begun[-1] == "Menu"


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_who_did_something_is_answered_also_where_the_process_died_between_the_effect_and_the_answer(
    demo_url: str, mode: Mode, forks: ForkServerContext
) -> None:
    async with mortal(demo_url, mode, forks) as town:
        anna = town.requester
        for words, title in (*BACKLOG.items(), ("/taal", "In welke taal")):
            await killed_over(town, anna.says(words))
            assert anna.last.text.startswith(title)
        await killed_over(town, anna.says("/dialoog"))
        await _form_goes_on(town, anna)
        await _offer_is_decided(town)


async def _form_goes_on(town: MortalTown, anna: TelegramPerson) -> None:
    """A tick, a typed number and the last button: each has its effect once, and is seen."""
    assert len(town.rows(Draft)) == 1
    await killed_over(town, _press(anna, "Diversiteit", question(anna)))
    await killed_over(town, _press(anna, "Inclusie", question(anna)), after_effect=True)
    assert sum("☑" in button for button in question(anna).buttons) == 2
    await to_question(town, anna, "participants")
    await killed_over(town, anna.says("14"))
    assert asked(question(anna)) != "participants"
    last = await go_on(town, anna)
    await killed_over(town, _press(anna, SEND, last))
    assert "al verstuurd" in question(anna).text
    assert [one.participants for one in town.rows(Request)] == [14]


async def _offer_is_decided(town: MortalTown) -> None:
    await town.settle()
    refuser, winner = town.holding(FIRST_MOMENT)[:2]
    await killed_over(town, _press(refuser, "Zeg nee", refuser.last))
    assert "Waarom lukt het niet?" in refuser.last.text
    await killed_over(town, _press(refuser, "Ik heb geen tijd", refuser.last))
    assert not any("Waarom lukt het niet?" in one.text for one in refuser.messages)
    await killed_over(town, _press(winner, FIRST_MOMENT, winner.last))
    await town.settle()
    assert any("Je hebt deze dialoog geaccepteerd" in one.text for one in winner.messages)
    states = Counter(offer.state for offer in town.rows(Offer))
    assert (states[OfferState.ACCEPTED], states[OfferState.DECLINED]) == (1, 1)


async def _press(who: TelegramPerson, wanted: Wanted, on: Message) -> None:
    """Press, and put the phone away."""
    message, button = who.find_button(wanted, on)
    who.press_later(str(button.data), message)
