"""How the story is told: in a few words for people, or whole, one JSON object a line."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import typer

from flows.texts import Translator
from flows.view import View

_SENTENCE = re.compile(r"(?<=[.?])\s+")
LEAD = 1
"""As many sentences as say what a message is about; the whole story is then read in some three minutes."""


@dataclass(frozen=True)
class Line:
    """Something that happened at ``at`` (UTC).

    ``kind`` is "did" for what a person did, and for the bot "answer", "message" or "update" (a message that changed).
    """

    at: datetime
    to: str
    role: str
    kind: str
    view: View
    buttons: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """All its words."""
        shown = (self.view.title, self.view.text, *(f"{label}: {value}" for label, value in self.view.facts))
        return "\n".join(filter(None, shown))


class Teller(Protocol):
    """Tells the story as it happens."""

    def tell(self, line: Line) -> None:
        """The next line."""

    def end(self) -> None:
        """There is no more."""


class Lines:
    """Everything, for programs: ``at``, ``to``, ``role``, ``text``, ``buttons`` and ``kind``."""

    def tell(self, line: Line) -> None:
        """Print the line as one JSON object."""
        told = {"at": line.at.isoformat(), "to": line.to, "role": line.role, "text": line.text}
        typer.echo(json.dumps({**told, "buttons": list(line.buttons), "kind": line.kind}, ensure_ascii=False))

    def end(self) -> None:
        """Nothing more to say."""


class Aloud:
    """The gist, for people: what the same moment brings to several is told once, and a day is named once."""

    def __init__(self, t: Translator) -> None:
        self._t = t
        self._day = ""
        self._waiting: list[Line] = []
        self._known: set[str] = set()

    def tell(self, line: Line) -> None:
        """Tell the line, unless it only repeats an earlier one for somebody else."""
        if line.kind == "update":
            return
        if self._waiting and not _same(self._waiting[0], line):
            self._speak()
        self._waiting.append(line)

    def end(self) -> None:
        """Tell what is left, and where to go on from here."""
        self._speak()
        typer.echo(f"\n{self._t('story.end')}")

    def _speak(self) -> None:
        if not self._waiting:
            return
        first = self._waiting[0]
        self._name_day(first.at)
        everybody = {line.to: line for line in self._waiting}
        who = self._t.listing(map(self._named, everybody.values()))
        typer.echo(f"  {self._t.time(first.at)}  {typer.style(who, bold=True)}")
        typer.echo("\n".join(f"         {words}" for words in self._words(first)) + "\n")
        self._waiting = []

    def _named(self, line: Line) -> str:
        """The name, with what the person is to the programme where they come in."""
        if line.to in self._known:
            return line.to
        self._known.add(line.to)
        return f"{line.to} ({self._t(f'story.role.{line.role}')})"

    def _name_day(self, at: datetime) -> None:
        day = self._t.day(at.astimezone(self._t.zone).date())
        if day != self._day:
            self._day = day
            typer.secho(f"\n{day}\n", fg=typer.colors.BLUE, bold=True)

    def _words(self, line: Line) -> list[str]:
        if line.kind == "did":
            return ["▸ " + " · ".join(did.view.text for did in self._waiting)]
        told = [" ".join(filter(None, [line.view.title and f"{line.view.title} —", _lead(line.view.text)]))]
        buttons = "  ".join(f"[{label}]" for label in line.buttons)
        return [*told, buttons] if buttons and line.kind == "message" else told


def _lead(text: str) -> str:
    first, *others = text.split("\n\n")
    lead = " ".join(_SENTENCE.split(first)[:LEAD])
    # A paragraph that ends in a colon announces what the message is about.
    return f"{lead} {others[0]}" if lead.endswith(":") and others else lead


def _same(one: Line, other: Line) -> bool:
    """Whether they are told in one breath: what somebody does one after another, or one message to several people."""
    if one.kind != other.kind or one.at != other.at:
        return False
    return one.to == other.to if one.kind == "did" else one.kind == "message" and one.view.text == other.view.text
