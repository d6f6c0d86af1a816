"""The home tab: what stands where, within Slack's limits whatever the home page says, and no word becomes a sign."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.views import View as SlackView

from flows.capabilities import CAPABILITIES
from flows.engine.context import Context, Turn
from flows.engine.language.markup import Size, stamped
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry, HomePage, Section, Style
from flows.home.home_page import front
from handlers.inbound.events import Pressed
from handlers.inbound.results import to_say
from handlers.slack.rendering.home_tab import home_tab
from storage.models import Person, Request, Topic
from tests.scenarios.asking import SERIES, ask, begin, plan_series
from tests.scenarios.conftest import demo_file, town, town_store
from tests.scenarios.town import RULES, TEXTS, Town
from tests.slack.blocks import elements_of
from tests.slack.surfaces import check_view

__all__ = ["demo_file", "town", "town_store"]

Json = dict[str, Any]
ASK = Button("Vraag een dialoog aan", Action("ask"), Style.PRIMARY)
MENU = Button("Menu", Action("menu"))
SEE = Button("Bekijk", Action("request.show", 7))


def simple(*sections: Section, notice: str = "") -> HomePage:
    return HomePage("Dag Sam.", ASK, sections, (MENU,), notice)


def presses(view: Json) -> list[Json]:
    return [one for block in view["blocks"] for one in elements_of(block)]


def words(view: Json, *kinds: str) -> str:
    texts = [block.get("text") for block in view["blocks"]]
    texts += [one for block in view["blocks"] if block["type"] == "context" for one in block["elements"]]
    return "\n".join(text["text"] for text in texts if text and (not kinds or text["type"] in kinds))


def hold(view: Json) -> None:
    """Fail on a home tab that Slack would not publish, or could not tell the presses of apart."""
    check_view(view, "home")
    SlackView(**view).validate_json()
    names = [one["action_id"] for one in presses(view)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"(press|quiet):\d+", name) for name in names)
    assert all(block["block_id"].startswith("home:") for block in view["blocks"])


def test_it_says_what_this_is_then_the_first_button_then_what_there_is() -> None:
    view = home_tab(simple(Section("Mijn aanvragen", (Entry("Tegenspraak", "We zoeken.", (SEE,)),))))
    hold(view)
    kinds = [block["type"] for block in view["blocks"]]
    assert kinds == ["section", "actions", "divider", "header", "section", "divider", "actions"]
    assert [one["value"] for one in presses(view)] == [b.action.pack() for b in (ASK, SEE, MENU)]
    assert [one.get("style") for one in presses(view)] == ["primary", None, None]
    assert view["blocks"][4]["text"]["text"] == "*Tegenspraak*\nWe zoeken."


def test_one_button_stands_beside_its_words_and_tells_a_screen_reader_what_it_is_about() -> None:
    view = home_tab(simple(Section("Mijn aanvragen", (Entry("Tegenspraak", "", (SEE,)), Entry("Film", "", (SEE,))))))
    labels = [block["accessory"]["accessibility_label"] for block in view["blocks"] if "accessory" in block]
    assert labels == ["Bekijk: Tegenspraak", "Bekijk: Film"]


def test_several_buttons_stand_below_their_words() -> None:
    view = home_tab(simple(Section("Wacht", (Entry("Ander moment", "", (SEE, MENU)),))))
    below = view["blocks"][5]
    assert [one["text"]["text"] for one in below["elements"]] == ["Bekijk", "Menu"]


def test_an_empty_section_says_so_and_a_notice_stands_before_all_sections() -> None:
    view = home_tab(simple(Section("Wacht", (), "Niets."), notice="Nog leeg."))
    hold(view)
    assert words(view).split("\n") == ["Dag Sam.", "Nog leeg.", "Wacht", "Niets."]


def test_without_anything_to_ask_for_there_is_no_first_button() -> None:
    view = home_tab(HomePage("Dag.", None, (), (MENU,), "Nog leeg."))
    hold(view)
    assert [one["text"]["text"] for one in presses(view)] == ["Menu"]


def test_moments_stand_in_the_readers_zone() -> None:
    moment = datetime(2026, 12, 8, 13, tzinfo=UTC)
    entry = Entry(
        stamped(Size.LONG, "en", moment, "dinsdag 8 december"), stamped(Size.SHORT, "en", moment, "di 8 dec"), (SEE,)
    )
    view = home_tab(simple(Section(stamped(Size.TIME, "en", moment, "14:00"), (entry,))))
    hold(view)
    unix = int(moment.timestamp())
    assert f"*<!date^{unix}^{{date_long}}, {{time}}|dinsdag 8 december>*" in words(view)
    assert view["blocks"][3]["text"]["text"] == "14:00"
    assert view["blocks"][4]["accessory"]["accessibility_label"] == "Bekijk: dinsdag 8 december"


def test_the_longest_data_stays_within_every_limit_and_keeps_the_buttons_at_the_foot() -> None:
    long = "Een heel lang verhaal & nog <meer> *daarvan*. " * 100
    button = Button(long, Action("offer.accept", 2**31 - 1, 999_999_999, "x" * 10))
    entries = tuple(Entry(long, long, (button,) * (n % 30)) for n in range(30))
    view = home_tab(HomePage(long, button, (Section(long, entries, long),) * 6, (MENU,) * 30, long))
    hold(view)
    assert len(view["blocks"]) > 50
    assert [one["text"]["text"] for one in presses(view)][-30:] == ["Menu"] * 30


def test_so_many_things_that_they_do_not_all_fit_leave_out_the_last_ones() -> None:
    entries = tuple(Entry(f"Aanvraag {n}", "", (SEE, MENU)) for n in range(200))
    view = home_tab(simple(Section("Mijn aanvragen", entries)))
    hold(view)
    assert len(view["blocks"]) == 100
    assert "*Aanvraag 40*" in words(view)
    assert presses(view)[-1]["value"] == MENU.action.pack()


def test_a_tab_is_never_too_heavy_for_slack_however_strange_the_signs() -> None:
    entries = tuple(Entry("😀" * 3000, "𝄞" * 5000, (SEE,)) for _ in range(80))
    view = home_tab(HomePage("😀" * 30_000, ASK, (Section("😀" * 300, entries),), (MENU,), "😀" * 30_000))
    hold(view)
    assert len(json.dumps(view)) < 250_000


HOSTILE = (
    "<!channel>", "<!here>", "<@U123>", "<#C123>", "<https://evil.example|click>", "*vet*", "_cursief_", "~weg~", "`x`",
    "```code```", "> quote", "&lt;!channel&gt;", "a\n*b", "* ", "", " ", "\n", "\x00", "😀" * 200, ":smile:", "@here",
    "https://evil.example", "<!date^1^{time}|x>", "{name}", "\u202e", "*" * 4000, "<" * 3000, "&" * 3000,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_people_typed_mentions_links_or_formats(text: str) -> None:
    button = Button(text, Action("ask"))
    view = home_tab(HomePage(text, button, (Section(text, (Entry(text, text, (button,)),), text),), (button,), text))
    hold(view)
    shown = words(view, "mrkdwn")
    assert "<" not in shown
    assert ">" not in shown
    for line in shown.split("\n"):
        assert line.count("*") in (0, 2), "the two stars are ours"


TEXT = st.text(max_size=200) | st.sampled_from(HOSTILE)
BUTTONS = st.lists(st.builds(Button, TEXT, st.just(Action("ask")), st.sampled_from(Style)), max_size=4).map(tuple)
ENTRIES = st.lists(st.builds(Entry, TEXT, TEXT, BUTTONS), max_size=6).map(tuple)
SECTIONS = st.lists(st.builds(Section, TEXT, ENTRIES, TEXT), max_size=6).map(tuple)


@given(st.builds(HomePage, TEXT, st.none() | st.builds(Button, TEXT, st.just(Action("ask"))), SECTIONS, BUTTONS, TEXT))
def test_any_front_door_becomes_a_tab_that_slack_takes(shown: HomePage) -> None:
    hold(home_tab(shown))


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_the_real_front_doors_of_everybody_fit_with_the_longest_names_there_can_be(
    town: Town, language: str
) -> None:
    asker = town.requester
    for _ in range(6):
        await ask(town, asker, participants=20)
    _, facilitator = await plan_series(town, moment1="2026-12-14T14:00", **SERIES)
    await begin(asker)
    with town.store.begin() as uow:
        for one in town.rows(Person):
            found = uow.get(Person, one.id)
            found.name, found.language = "<!channel> & " * 20, language
        for topic in town.rows(Topic):
            named = uow.get(Topic, topic.id)
            named.name_nl = named.name_en = "*Heel lang onderwerp* " * 30
        for request in town.rows(Request):
            uow.get(Request, request.id).place = "<@U1> " * 100
    builder, member = town.builders_of(asker)[0], town.team()[0]
    for person in (asker, facilitator, builder, member, town.civil_servant(5)):
        with town.store.read() as uow:
            reader = uow.get(Person, int(person.sender.address))
            view = home_tab(front(Turn(Context(uow, town.now, RULES, TEXTS, CAPABILITIES), reader)))
        hold(view)
        assert len(view["blocks"]) < 60
        answers = [
            to_say(await town.app.router.handle(Pressed(f"{number}-{person.name}", person.sender, one["value"])))
            for number, one in enumerate(presses(view))
            if one["value"].startswith(("request.show", "session.show", "steer.show", "requests", "sessions"))
        ]
        assert all(answer is not None and "Er ging bij ons iets mis" not in answer.text for answer in answers)
