"""The story plays itself to its third session, in both languages, and tells it as lines that a program can read."""

import json
from datetime import datetime
from typing import Any

import pytest

from bot import story


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


def test_told_to_people_the_story_is_short_and_ends_with_how_to_try_it(capsys: pytest.CaptureFixture[str]) -> None:
    story.tell(language="nl", as_json=False, seed=2021)
    said = capsys.readouterr().out
    assert len(said.split()) < 1_100
    assert said.splitlines()[-1].startswith("Zo ver dit verhaal")
