"""The story plays itself to its third session, in both languages, and tells it as lines that a program can read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import story
from bot.telling import Aloud, Line
from flows.rules import Rules
from flows.texts import Texts
from flows.view import View


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


@pytest.mark.parametrize(("language", "end"), [("nl", "Zo ver dit verhaal"), ("en", "So far the story")])
def test_told_to_people_the_story_is_short_and_ends_with_how_to_try_it(
    capsys: pytest.CaptureFixture[str], language: str, end: str
) -> None:
    story.tell(language=language, as_json=False, seed=2021)
    said = capsys.readouterr().out
    words = [word for word in said.split() if any(sign.isalnum() for sign in word)]
    assert 1_000 < len(words) < 1_500
    assert said.splitlines()[-1].startswith(end)


FACTS = {
    "nl": ("Bijeenkomst", "Waar: Online", "Gespreksleider", "2026 om", "2027 om", "Over een"),
    "en": ("Session", "Where: Online", "Facilitator", "2026 at", "2027 at", "The dialogue"),
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_told_to_people_the_story_says_when_where_and_who(capsys: pytest.CaptureFixture[str], language: str) -> None:
    story.tell(language=language, as_json=False, seed=2021)
    said = [" ".join(scene.split()) for scene in capsys.readouterr().out.split("\n\n")]
    session, where, who, this_year, next_year, reminder = FACTS[language]
    proposed = next(scene for scene in said if f"· {session} 1:" in scene)
    assert f"· {session} 2:" in proposed
    assert next_year in proposed.partition(f"· {session} 3:")[2]
    reminders = [scene for scene in said if f"{session} — {reminder}" in scene and where in scene]
    assert len(reminders) >= 6
    assert all(f"· {who}: " in scene and (this_year in scene or next_year in scene) for scene in reminders)


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


def test_what_was_said_before_is_not_said_again_but_where_and_who_are(capsys: pytest.CaptureFixture[str]) -> None:
    facts = (("Where", "Room 4"), ("Facilitator", "Fatima"), ("Length", "90 minutes"))
    aloud(
        message(View("It is in a week. Does it suit you?", "Session", facts)),
        message(View("It is tomorrow. Does it suit you?", "Session", facts), minute=1),
    )
    first, second = (scene for scene in capsys.readouterr().out.split("\n\n") if "Session" in scene)
    assert "It is in a week. Does it suit you?" in first
    assert "Length: 90 minutes" in first
    assert [line.strip() for line in second.splitlines()[1:]] == [
        "Session — It is tomorrow.",
        "· Where: Room 4",
        "· Facilitator: Fatima",
    ]


def test_of_a_message_to_several_only_what_all_of_them_see_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    aloud(
        message(View("Would you?", "Dialogue", (("Who asks", "Marleen"), ("Group", "10"))), "Yes", to="Ali"),
        message(View("Would you?", "Dialogue", (("Group", "10"),)), "Tuesday", "Thursday"),
    )
    said = capsys.readouterr().out
    assert "Ali (facilitator) and Fatima (facilitator)" in said
    assert "Group: 10" in said
    assert "Marleen" not in said
    assert "[Tuesday]  [Thursday]" in said
