"""Home tabs in front of the strict stand-in for Slack, over HTTP, as somebody there sees them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry, HomePage, Section, Style
from handlers.slack.sending import home_tab_publisher
from handlers.slack.sending.home_tab_publisher import FrontDoor
from tests.handlers.slack.counter import Counter, opened
from tests.slack.orders import Behaviour, Dropped, Fails, Status, TooMany
from tests.slack.person import Person
from tests.slack.stand_in import SlackStandIn

ASK = Button("Vraag een dialoog aan", Action("ask"), Style.PRIMARY)


class Context:
    """One process of the bot at this workspace; ``state`` is what everybody's home page tells of."""

    def __init__(self, counter: Counter) -> None:
        self.state = "We zoeken."
        self.door = FrontDoor(counter.web, self.look)

    def look(self, _user_id: str) -> HomePage:
        """The home page as it is now."""
        see = Button("Bekijk", Action("request.show", 7))
        asked = Section("Mijn aanvragen", (Entry("Tegenspraak", self.state, (see,)),))
        return HomePage("Dag Sam.", ASK, (asked,), (Button("Menu", Action("menu")),))


@asynccontextmanager
async def at_work(slack: SlackStandIn) -> AsyncIterator[Context]:
    async with opened(slack) as counter:
        context = Context(counter)
        yield context
        await context.door.stop()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAUSE", "BETWEEN", "FIRST_WAIT", "BREATH"):
        monkeypatch.setattr(home_tab_publisher, name, 0.02)


def sees(person: Person, slack: SlackStandIn, words: str) -> Callable[[], bool]:
    """Whether this person has a home tab that says so."""
    return lambda: person.id in slack.workspace.views.homes and words in str(person.home.blocks)


async def test_somebody_opens_the_tab_and_sees_how_it_stands_and_then_how_it_changed() -> None:
    async with SlackStandIn(keeps_limits=True) as slack, at_work(slack) as context:
        sam = slack.person("Sam de Vries")
        await context.door.opened(sam.id)
        await slack.until(sees(sam, slack, "We zoeken."))
        assert "Vraag een dialoog aan" in str(sam.home.blocks)
        context.state = "Gevonden."
        context.door.stir([sam.id])
        await slack.until(sees(sam, slack, "Gevonden."))
        assert len(slack.calls.of("views.publish")) == 2


@pytest.mark.parametrize(
    "behaviour", [TooMany(1), Status(500), Dropped(), Dropped(after_effect=True), Fails("internal_error")]
)
async def test_a_trouble_on_the_way_delays_the_tab_and_no_more(behaviour: Behaviour) -> None:
    async with SlackStandIn() as slack, at_work(slack) as context:
        sam = slack.person("Sam de Vries")
        await context.door.opened(sam.id)
        await slack.until(sees(sam, slack, "We zoeken."))
        slack.orders.give("views.publish", behaviour)
        context.state = "Gevonden."
        context.door.stir([sam.id])
        await slack.until(sees(sam, slack, "Gevonden."))


async def test_two_processes_that_publish_for_one_person_end_with_what_is_true() -> None:
    async with SlackStandIn() as slack, at_work(slack) as one, at_work(slack) as other:
        sam = slack.person("Sam de Vries")
        for context in (one, other):
            await context.door.opened(sam.id)
            await slack.until(lambda: len(slack.calls.of("views.publish")) >= 1)
        one.state = other.state = "Gevonden."
        one.door.stir([sam.id])
        other.door.stir([sam.id])
        await slack.until(sees(sam, slack, "Gevonden."))
        one.state = other.state = "Gepland."
        one.door.stir([sam.id])
        await slack.until(sees(sam, slack, "Gepland."))
