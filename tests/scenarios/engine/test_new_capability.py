"""A new capability is one folder, one line and its texts: an invented one works everywhere, nothing else touched."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.schedule.clock import MovableClock
from bot.schedule.ticker import tidy
from flows.capabilities import CAPABILITIES
from flows.engine.capability import Registry
from flows.engine.context import Context
from flows.engine.language.texts import CATALOGUES, Texts
from handlers.slack.manifest import manifest
from handlers.slack.scopes import BOT_SCOPES
from storage.database.unit_of_work import Store
from tests.handlers.playhouse import opened, until_quiet, visiting
from tests.scenarios.lending.capability import CAPABILITY
from tests.scenarios.lending.loans import Loan
from tests.scenarios.town import MONDAY, RULES
from tests.slack.asking import go_home, to_messages
from tests.slack.stand_in import SlackStandIn
from tests.slack.town import Hurry, SlackTown
from tests.telegram.stand_in import TelegramStandIn
from tests.telegram.town import TelegramTown

FOLDER = Path(__file__).parents[1] / "lending"
WITH_LENDING = Registry((*CAPABILITIES.capabilities, CAPABILITY))
TEXTS = Texts("nl", RULES.zone, [CATALOGUES, FOLDER / "catalogues"])
DUTCH = TEXTS.into("nl")
BUTTON, UNTIL = "Leen de gesprekskaarten", "De kaarten zijn tot donderdag 26 november 2026 om 09:05 voor Team Noord."
OVER = "Breng de kaarten terug, een ander team wacht."
THREE_DAYS = timedelta(days=3)


@pytest.fixture
def lending_store(demo_file: Path, town_store: Store) -> Iterator[Store]:
    """A fresh demo programme, with the table of the new subject."""
    assert town_store.engine.url.database
    shutil.copy(demo_file, town_store.engine.url.database)
    Loan.metadata.create_all(town_store.engine)
    yield town_store
    town_store.close()


@asynccontextmanager
async def in_slack(store: Store) -> AsyncIterator[SlackTown]:
    """Slack with the bot that has the new capability, in which nothing may go wrong unseen."""
    async with SlackStandIn(clock=lambda: datetime.now(UTC).timestamp(), scopes=" ".join(BOT_SCOPES)) as far:
        town = SlackTown(store, far, "socket", texts=TEXTS, capabilities=WITH_LENDING)
        try:
            await town.start()
            yield town
            town.untroubled()
        finally:
            await town.stop()


@asynccontextmanager
async def in_telegram(store: Store) -> AsyncIterator[TelegramTown]:
    """The same in Telegram."""
    hurry, clock = Hurry(), MovableClock(base=lambda: MONDAY)
    async with TelegramStandIn(clock=lambda: clock.now().timestamp(), seconds=hurry.now) as far:
        town = TelegramTown(store, far, "polling", hurry, clock, texts=TEXTS, capabilities=WITH_LENDING)
        town.move_in()
        try:
            await town.start()
            yield town
            town.untroubled()
        finally:
            await town.stop()


async def test_in_slack_it_is_begun_on_the_home_tab_and_everything_of_it_comes_by_itself(lending_store: Store) -> None:
    async with in_slack(lending_store) as town:
        anna = town.requester
        await go_home(town, anna)
        await anna.press(BUTTON, on=anna.home)
        assert anna.modal.title == "Kaarten lenen"
        await anna.type("Voor welk team?", "Team Noord")
        await anna.type("Hoeveel dagen?", "99")
        await anna.submit()
        assert "28" in " ".join(anna.modal.problems.values())
        await anna.type("Hoeveel dagen?", "3")
        await anna.submit()
        assert UNTIL in anna.modal.text
        await to_messages(anna)
        await town.settle()
        assert UNTIL in anna.messages[-1].text
        await anna.sees("Geleende kaarten")
        assert "Team Noord" in anna.home.text

        await town.passes(THREE_DAYS)
        assert OVER in anna.messages[-1].text
        await go_home(town, anna)
        assert "Kaarten terug: Team Noord" in anna.home.text
        await to_messages(anna)
        await anna.press("Ze zijn terug", on=anna.messages[-1])
        await town.far.until(lambda: "Kaarten terug: Team Noord" not in anna.home.text)


async def test_in_slack_help_tells_of_it_and_its_words_work(lending_store: Store) -> None:
    async with in_slack(lending_store) as town:
        anna = town.requester
        await anna.command("/dialoog", "help")
        assert (
            DUTCH("slack.help.line", command="/dialoog lenen", does="de gesprekskaarten lenen")
            in anna.ephemerals[-1].text
        )
        await anna.dm("help")
        assert "“uitnodigingen” (voor wie mensen uitnodigt), “lenen”, “nl” of “en”" in anna.messages[-1].text
        assert BUTTON in anna.messages[-1].buttons
        await anna.dm("kaarten")
        assert "Je hebt niets geleend." in anna.messages[-1].text
        await anna.command("/dialoog", "lenen")
        assert anna.modal.title == "Kaarten lenen"
        await anna.close()
        await anna.command("/dialoog", "en")
        await go_home(town, anna)
        assert "Borrow the conversation cards" in anna.home.buttons
    hint = manifest(DUTCH, WITH_LENDING, command="/dialoog")["features"]["slash_commands"][0]["usage_hint"]
    assert hint == "status, bijeenkomsten, profiel, lenen, help"


async def test_in_telegram_it_is_asked_question_by_question_and_everything_of_it_comes_by_itself(
    lending_store: Store,
) -> None:
    async with in_telegram(lending_store) as town:
        anna = town.requester
        assert anna.commands["lenen"] == "de gesprekskaarten lenen"
        await anna.says("/help")
        await town.far.settled()
        assert "/link om een ander kanaal te koppelen, /lenen om de gesprekskaarten te lenen." in anna.last.text
        await anna.presses(BUTTON, anna.last)
        await town.far.settled()
        assert "Voor welk team?" in anna.last.text
        await anna.says("Team Noord")
        await town.far.settled()
        assert "Hoeveel dagen?" in anna.last.text
        await anna.says("3")
        await town.settle()
        assert [message.text for message in anna.messages if UNTIL in message.text][1:], "the answer and the message"

        await town.passes(THREE_DAYS)
        assert OVER in anna.last.text
        await anna.says("menu")
        await town.far.settled()
        await anna.presses("Kaarten terug: Team Noord", anna.last)
        await town.far.settled()
        await anna.presses("Ze zijn terug", anna.last)
        await town.far.settled()
        assert "Dank je. De kaarten zijn terug." in anna.last.text
        await anna.says("/lenen")
        await town.far.settled()
        assert "Voor welk team?" in anna.last.text


async def test_in_the_playground_it_is_tried_and_what_is_due_of_it_has_a_name(lending_store: Store) -> None:
    async with (
        opened(lending_store, texts=TEXTS, capabilities=WITH_LENDING) as house,
        visiting(house) as visitor,
    ):
        anna = house.asker
        await visitor.do("say", person=anna, text="lenen")
        line = (await visitor.lines(anna))[-1]
        form = line["view"]["form"]
        given = {"team": "Team Noord", "days": "3"}
        await visitor.do("submit", person=anna, line=line["id"], draft=form["draft"], page=form["page"], answers=given)
        await until_quiet(house)
        board = await visitor.look("board")
        assert [one["what"] for one in board["due"]] == ["Gesprekskaarten moeten terug"]
        assert [one["words"][:16] for one in board["sent"]] == ["Geleende kaarten"]


async def test_what_is_over_of_it_is_pruned_and_nothing_else_of_it(lending_store: Store) -> None:
    async with in_slack(lending_store) as town:
        anna = town.requester
        for team in ("Team Noord", "Team Zuid"):
            await anna.command("/dialoog", "lenen")
            await anna.type("Voor welk team?", team)
            await anna.type("Hoeveel dagen?", "3")
            await anna.submit()
            await anna.close(everything=True)
        await town.settle()
        await anna.press("Ze zijn terug", on=next(one for one in anna.messages if "Ze zijn terug" in one.buttons))

        @contextmanager
        def contexts() -> Iterator[Context]:
            with town.store.begin() as uow:
                yield Context(uow, town.clock.now(), RULES, TEXTS, WITH_LENDING)

        tidy(contexts)
        assert _teams(town.store) == ["Team Noord", "Team Zuid"]
        await town.passes(timedelta(days=31))
        tidy(contexts)
        assert _teams(town.store) == ["Team Zuid"]


def _teams(store: Store) -> list[str]:
    with store.read() as uow:
        return [loan.team for one in range(1, 3) if (loan := uow.find(Loan, one)) is not None]
