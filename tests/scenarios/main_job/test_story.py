"""The story plays itself to its third session, in both languages, and tells it as lines that a program can read."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.demo import story
from bot.demo.narration import Aloud, Line
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.views.view import View


@pytest.mark.parametrize(
    ("language", "sent", "held"),
    [("nl", "We hebben je aanvraag", "is geweest"), ("en", "We have your request", "took place")],
)
def test_the_story_comes_to_its_third_session(
    capsys: pytest.CaptureFixture[str], language: str, sent: str, held: str
) -> None:
    assert story.tell(language=language, as_json=True, seed=2021) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(line) == {"at", "to", "role", "text", "buttons", "kind"} for line in lines)
    assert [datetime.fromisoformat(line["at"]) for line in lines] == sorted(
        datetime.fromisoformat(line["at"]) for line in lines
    )
    assert {line["role"] for line in lines} == {"requester", "facilitator"}
    assert any(sent in line["text"] for line in lines)
    assert sum(held in line["text"] and line["kind"] == "message" for line in lines if _to_requester(line)) == 3


def _to_requester(line: dict[str, Any]) -> bool:
    return bool(line["role"] == "requester")


def told(capsys: pytest.CaptureFixture[str], language: str) -> str:
    story.tell(language=language, as_json=False, seed=2021)
    return capsys.readouterr().out


@pytest.mark.parametrize(("language", "end"), [("nl", "Zo ver dit verhaal"), ("en", "So far the story")])
def test_told_to_people_the_story_takes_three_minutes_and_ends_with_how_to_try_it(
    capsys: pytest.CaptureFixture[str], language: str, end: str
) -> None:
    said = told(capsys, language)
    words = [word for word in said.split() if any(sign.isalnum() for sign in word)]
    assert len(words) <= 740
    assert said.splitlines()[-1].startswith(end)


FACTS = {
    "nl": ("Gespreksleider: ", "Waar: Online", "Over een week is", "Morgen is", "Over een uur begint", "is geweest"),
    "en": ("Facilitator: ", "Where: Online", "is in a week", "is tomorrow", "begins in an hour", "took place"),
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_told_to_people_the_story_says_when_and_where_of_each_session_and_who_leads_the_series(
    capsys: pytest.CaptureFixture[str], language: str
) -> None:
    said = " ".join(told(capsys, language).split())
    who, where, week, *nearer = FACTS[language]
    assert said.count(week) == 3
    until, *sessions = said.split(week)
    planned = [until, *sessions[1:]]
    assert f"· {who}" in until
    assert all(f"· {where}" in scenes for scenes in planned)
    assert all(re.match(r"[^.]*: \w+ \d+ \w+ 202[67] \w+ \d\d:00\.", scenes) for scenes in sessions)
    assert all(scenes.count(sentence) == 1 for scenes in sessions for sentence in nearer)


ASKED = {
    "nl": ("▸ Verstuur de aanvraag", "Je hoort vóór", "Wil jij deze dialoog leiden?", "Antwoord vóór", "▸ Zeg nee",
           "▸ Accepteer: ", "Jij leidt de dialoog op", "· Bijeenkomst 2: ", "· Bijeenkomst 3: ", "▸ Akkoord",
           "Een vraag om over na te denken", "Wil je verder in hetzelfde ritme?"),
    "en": ("▸ Send the request", "You hear who is coming before", "Would you lead this dialogue?",
           "Please answer before", "▸ Say no", "▸ Accept: ", "You are leading the dialogue on", "· Session 2: ",
           "· Session 3: ", "▸ Agreed", "A question to think about", "Would you like to go on in the same rhythm?"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
def test_told_to_people_the_story_says_what_each_is_asked_and_does(
    capsys: pytest.CaptureFixture[str], language: str
) -> None:
    said = " ".join(told(capsys, language).split())
    places = [said.find(words) for words in ASKED[language]]
    assert -1 not in places
    assert places == sorted(places)


def test_told_to_people_the_story_shows_moments_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    story.tell(language="nl", as_json=False, seed=2021)
    said = capsys.readouterr().out
    assert "  09:05  " in said
    assert all(sign.isprintable() for sign in said.replace("\n", ""))


def aloud(*lines: Line) -> None:
    teller = Aloud(Texts("en", Rules().zone).into("en"))
    for line in lines:
        teller.tell(line)
    teller.end()


def message(view: View, *buttons: str, to: str = "Fatima", minute: int = 0) -> Line:
    return Line(datetime(2026, 12, 1, 9, minute, tzinfo=UTC), to, "facilitator", "message", view, buttons)


def scenes(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """The lines of each, without the heading, and without the first and the last: the day and how to go on."""
    said = capsys.readouterr().out.strip().split("\n\n")[1:-1]
    return [[line.strip() for line in scene.strip().splitlines()[1:]] for scene in said]


def session(when: str) -> tuple[tuple[str, str], ...]:
    return (("When", when), ("Where", "Room 4"), ("Facilitator", "Fatima"), ("Length", "90 minutes"))


def test_the_facts_are_told_once_and_where_of_every_session(capsys: pytest.CaptureFixture[str]) -> None:
    aloud(
        message(View("It is in a week: Monday at 9:00. Does it suit you?", "Session", session("Monday at 9:00"))),
        message(View("It is tomorrow: Monday at 9:00.", "Session", session("Monday at 9:00")), minute=1),
        message(View("It is in a week: Friday at 9:00.", "Session", session("Friday at 9:00")), minute=2),
    )
    assert scenes(capsys) == [
        ["It is in a week: Monday at 9:00.", "· Where: Room 4", "· Facilitator: Fatima", "· Length: 90 minutes"],
        ["It is tomorrow."],
        ["It is in a week: Friday at 9:00.", "· Where: Room 4"],
    ]


def test_of_a_message_the_deadline_and_what_is_asked_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    view = View("A team asks. Would you? We are glad of it. Answer before 17:00. Thank you.\n\nMore about it.")
    aloud(message(view, "Yes", "No"))
    assert scenes(capsys) == [["A team asks. Would you? Answer before 17:00."]]


def test_messages_of_one_moment_in_the_same_words_are_told_together(capsys: pytest.CaptureFixture[str]) -> None:
    aloud(
        message(View("It is planned.", "Session", (("Who asks", "Marleen de Wit"), ("Group", "10"))), to="Ali"),
        message(View("A colleague was first."), to="Zoë"),
        message(View("It is planned.", "Session", (("Group", "10"),))),
    )
    said = capsys.readouterr().out
    assert "Ali (facilitator) and Fatima (facilitator)" in said
    assert said.count("It is planned.") == said.count("Group: 10") == 1
    assert "Marleen" not in said


def test_who_was_not_told_yet_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    view = View("It is planned.")
    aloud(message(view, to="Ali"), message(view, to="Ali", minute=1), message(view, minute=2))
    assert scenes(capsys) == [["It is planned."], ["It is planned."]]
