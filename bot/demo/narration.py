"""How the story is told: in its main words for people, or whole, one JSON object a line."""

import json
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import typer

from bot.demo.summarising import Gist
from flows.engine.language.markup import unmarked
from flows.engine.language.texts import Translator
from flows.engine.views.view import View

MARGIN = " " * 9
WIDEST = 100
"""Columns of a line, in a terminal that has so many; longer lines are hard to read."""


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
        """Tell the next line."""

    def end(self) -> None:
        """End the story."""


class Lines:
    """Everything, for programs: ``at``, ``to``, ``role``, ``text``, ``buttons`` and ``kind``."""

    def tell(self, line: Line) -> None:
        """Print the line as one JSON object."""
        told = {"at": line.at.isoformat(), "to": line.to, "role": line.role, "text": line.text}
        typer.echo(json.dumps({**told, "buttons": list(line.buttons), "kind": line.kind}, ensure_ascii=False))

    def end(self) -> None:
        """Print nothing: the last line needs no end."""


class Aloud:
    """The gist, for people: of each message what is new to its readers, and of the buttons the one that is pressed.

    Whole, it stays within 740 words with the usual people: three minutes of reading.
    """

    def __init__(self, t: Translator) -> None:
        self._t = t
        self._day = self._time = ""
        self._people: list[str] = []
        self._waiting: list[Line] = []
        self._known: list[str] = []
        self._gist = Gist(t)

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
        typer.echo(f"\n\n{self._t('story.end')}")

    def _speak(self) -> None:
        breaths: dict[str, list[Line]] = {}
        for line in sorted(self._waiting, key=self._standing):
            breaths.setdefault("" if line.kind == "did" else line.view.text, []).append(line)
        self._waiting = []
        for breath in breaths.values():
            if words := self._words(breath):
                self._name_day(breath[0].at)
                self._name_people(breath)
                typer.echo("\n".join(map(_in_margin, words)))

    def _standing(self, line: Line) -> int:
        """Who came in first comes first."""
        return self._known.index(line.to) if line.to in self._known else len(self._known)

    def _name_day(self, at: datetime) -> None:
        day = self._t.day(at.astimezone(self._t.zone).date())
        if day != self._day:
            self._day, self._time = day, ""
            typer.secho(f"\n\n{day}", fg=typer.colors.BLUE, bold=True)

    def _name_people(self, lines: Sequence[Line]) -> None:
        """The time and the people, unless they are those of the words before."""
        time, people = unmarked(self._t.time(lines[0].at)), {line.to: line for line in lines}
        if (time, list(people)) == (self._time, self._people):
            return
        who = self._t.listing(map(self._named, people.values()))
        typer.echo(f"\n  {'' if time == self._time else time:5}  {typer.style(who, bold=True)}")
        self._time, self._people = time, list(people)

    def _named(self, line: Line) -> str:
        """The name, with what the person is to the programme where they come in."""
        if line.to in self._known:
            return line.to
        self._known.append(line.to)
        return f"{line.to} ({self._t(f'story.role.{line.role}')})"

    def _words(self, lines: Sequence[Line]) -> list[str]:
        views = [line.view for line in lines]
        if lines[0].kind == "did":
            return ["▸ " + " · ".join(self._gist.steps(*(view.text for view in views)))]
        choice = max(len(line.buttons) for line in lines) > 1
        lead = self._gist.lead(views[0].text, [line.to for line in lines], choice=choice)
        facts = self._gist.facts([view.facts for view in views], lead)
        return [*filter(None, [lead]), *(f"· {label}: {value}" for label, value in facts)]


def _in_margin(words: str) -> str:
    width = min(WIDEST, shutil.get_terminal_size().columns)
    lines = textwrap.wrap(words, max(width - len(MARGIN), 20), break_long_words=False, break_on_hyphens=False)
    return "\n".join(MARGIN + line for line in lines).replace("\N{NO-BREAK SPACE}", " ")


def _same(one: Line, other: Line) -> bool:
    """Whether they are told together: what somebody does one after another, or the messages of one moment."""
    if one.kind != other.kind or one.at != other.at:
        return False
    return one.kind == "message" or (one.kind == "did" and one.to == other.to)
