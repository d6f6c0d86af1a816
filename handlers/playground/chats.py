"""Everybody's chat with the bot, kept in the database as a platform would, and told to the pages that show them."""

import asyncio
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.engine.views.view import Attachment, View
from handlers.playground.event_stream import Arrival, News
from handlers.playground.render import draft_of, first_words, rendered
from storage.conversations import playground
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import inbox
from storage.models import ChatLine, Person

CHANNEL = "playground"
SHOWN = 200
"""How many lines of a chat a page shows; older ones stay in the database."""


class NoSuchPerson(LookupError):
    """There is no chat under this id."""


class NoSuchLine(LookupError):
    """There is no such message in this person's chat."""


@dataclass(frozen=True)
class Answer:
    """What the bot says to what was done, after ``echo``: what the person said or pressed, where it shows.

    With ``line_id`` it takes that message's place; ``finished`` leaves that message without buttons instead, and the
    answer comes below.
    """

    view: View
    event_id: str
    echo: str
    line_id: int | None
    finished: bool


class Chats:
    """``language`` is that of people who chose none. ``turn`` keeps one chat's answers and messages in their order."""

    def __init__(self, store: Store, now: Callable[[], datetime], language: str) -> None:
        self.store = store
        self.news = News()
        self.turn: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._now, self._language = now, language

    async def deliver(self, person_id: int, view: View) -> int:
        """A message that the bot sends by itself; gives its line's id. Raises NoSuchPerson."""
        line_id, arrival = await asyncio.to_thread(self._deliver, person_id, view)
        self.news.spread(person_id, arrival=arrival)
        return line_id

    async def replace(self, person_id: int, line_id: int, view: View) -> None:
        """Put a message in the place of an earlier one. Raises NoSuchPerson and NoSuchLine."""
        arrival = await asyncio.to_thread(self._replace, person_id, line_id, view)
        self.news.spread(person_id, arrival=arrival)

    async def answer(self, person_id: int, answer: Answer) -> int | None:
        """Show the answer to an event, once; gives the id of its line, or None where it was shown before."""
        line = await asyncio.to_thread(self._answer, person_id, answer)
        self.news.spread(person_id)
        return line

    def _deliver(self, person_id: int, view: View) -> tuple[int, Arrival]:
        with self.store.begin() as uow:
            person = _person(uow, person_id)
            line = self._add(uow, person, self._body(person, view, letter=True))
            return line.id, _arrival(person, line)

    def _replace(self, person_id: int, line_id: int, view: View) -> Arrival:
        with self.store.begin() as uow:
            person, line = _person(uow, person_id), playground.line(uow, person_id, line_id)
            if line is None:
                raise NoSuchLine(line_id)
            self._change(line, self._body(person, view, letter=True))
            return _arrival(person, line)

    def _answer(self, person_id: int, answer: Answer) -> int | None:
        with self.store.begin() as uow:
            # Written of a look too: the chat is kept here, as a platform would, so nothing is shown without it.
            if not inbox.first_time(uow, CHANNEL, f"{answer.event_id}:answer", self._now()):
                return None
            person, at = _person(uow, person_id), answer.line_id
            before = playground.line(uow, person_id, at) if at is not None else None
            body = self._body(person, answer.view, letter=False)
            if before is not None and not answer.finished:
                self._change(before, body)
                return before.id
            if before is not None:
                self._change(before, _answered(before.body))
            if answer.echo:
                said = {"said": answer.echo, "rev": 0}
                uow.add(ChatLine(person_id=person_id, from_bot=False, at=self._now(), body=said))
            return self._add(uow, person, body).id

    def _add(self, uow: UnitOfWork, person: Person, body: dict[str, Any]) -> ChatLine:
        draft = draft_of(body["view"])
        for older in playground.lines(uow, person.id, SHOWN) if draft is not None else ():
            # One form is answered in one place: a page of it higher up would only be answered by mistake.
            if older.from_bot and draft_of(older.body["view"]) == draft:
                self._change(older, _answered(older.body))
        return uow.add(ChatLine(person_id=person.id, from_bot=True, at=self._now(), body=body))

    def _change(self, line: ChatLine, body: dict[str, Any]) -> None:
        line.body = {**body, "rev": line.body["rev"] + 1}
        line.edited_at = self._now()

    def _body(self, person: Person, view: View, *, letter: bool) -> dict[str, Any]:
        return {
            "view": rendered(view),
            "file": _packed(view.file) if view.file else None,
            "lang": person.language or self._language,
            "letter": letter,
            "rev": 0,
        }


def _answered(body: dict[str, Any]) -> dict[str, Any]:
    """The message with nothing to press or to fill in any more."""
    return {**body, "view": {**body["view"], "buttons": [], "form": None}, "over": True}


def _person(uow: UnitOfWork, person_id: int) -> Person:
    person = uow.find(Person, person_id)
    if person is None:
        raise NoSuchPerson(person_id)
    return person


def _arrival(person: Person, line: ChatLine) -> Arrival:
    return Arrival(person.id, person.name, first_words(line.body["view"]))


def _packed(file: Attachment) -> dict[str, str]:
    return {"name": file.name, "mime": file.mime, "content": b64encode(file.content).decode()}


def attachment(uow: UnitOfWork, line_id: int) -> Attachment | None:
    """The file that came with a message, or None."""
    line = uow.find(ChatLine, line_id)
    packed = line.body.get("file") if line else None
    return Attachment(packed["name"], packed["mime"], b64decode(packed["content"])) if packed else None


def shown(line: ChatLine) -> dict[str, Any]:
    """A line as the page gets it. ``stamp`` changes whenever the line does."""
    common = {"id": line.id, "stamp": f"{line.id}.{line.body['rev']}", "at": line.at.isoformat()}
    if not line.from_bot:
        return {**common, "said": line.body["said"]}
    edited = line.edited_at.isoformat() if line.edited_at and line.body["letter"] else None
    known = {name: line.body[name] for name in ("view", "lang", "letter")}
    return {**common, **known, "edited": edited, "over": line.body.get("over", False)}
