"""The one way in: a neutral event becomes a use case in one unit of work, and its answer or its refusal a view.

An event, its effect, and the messages it causes are committed together with the mark that it was seen. So a repeat of
the event after the effect does nothing, and a repeat after a crash before it does the work. An event that
was refused leaves the mark alone: it is refused once.

Whatever only shows or asks changes nothing, so it begins no transaction that may write and leaves no mark: brought
again, it is looked at again. Two exceptions. Where it finds something to write all the same (who acts can be reached
again, a draft that nobody can go on with is thrown away), it is done over as an effect. And where several processes
share the database, the mark is what has one of them answer an event that was brought to two.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from datetime import datetime
from functools import partial
from typing import TypeVar

from flows.access import arrivals
from flows.engine import faults
from flows.engine.capability import Registry
from flows.engine.context import Context, Turn
from flows.engine.forms import conversation
from flows.engine.forms.definition import Choice
from flows.engine.language.texts import Texts, Translator
from flows.engine.policy import Rules
from flows.engine.views.action import Action
from flows.engine.views.refusals import NotKnownHere, Refusal, UnknownButton
from flows.engine.views.view import Button, HomePage, View
from flows.home import home_page, menu, next_step
from handlers.inbound.events import Closed, EnteredByLink, Event, FormOpened, Pressed, Sender, Submitted, TextMessage
from handlers.inbound.results import Answered, NothingToSay, Redraw, Repeat, Result
from handlers.inbound.typed_commands import said
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store, UnitOfWork, WouldWrite
from storage.delivery import inbox
from storage.models import Person
from storage.people import people

log = logging.getLogger(__name__)

AT_ONCE = 16
"""How many events are under way at once. Most of them wait, for their turn or for the disk."""
TRIES = 5
"""How often an event is taken in when others get in its way, before it counts as failed."""
LONGEST_PAUSE = 0.2
"""In seconds; pauses differ at random, so that those who met do not meet again."""

Given = TypeVar("Given")
Also = Callable[[UnitOfWork, View], None]
"""What a channel keeps in the transaction of an effect, with what it will say about it."""


class Router:
    """Takes events from every channel. ``wake`` is called, in any thread, when a commit left mail or something due."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        rules: Rules,
        texts: Texts,
        wake: Callable[[], None],
        *,
        capabilities: Registry,
    ) -> None:
        self.capabilities = capabilities
        self._store, self._now, self._rules, self._texts, self._wake = store, now, rules, texts, wake
        self._threads = ThreadPoolExecutor(AT_ONCE, "event")

    async def handle(self, event: Event, *, newcomers: bool = False, also: Also | None = None) -> Result:
        """What was done with this event, and what is to be said about it.

        With ``newcomers``, it raises NotKnownHere where nobody knows who did it, and keeps nothing of it. ``also`` is
        done with an effect, in its transaction; not with a look, a refusal or a repeat.
        """
        return await self._in_thread(partial(self.answer, event, newcomers=newcomers, also=also))

    async def look(self, sender: Sender, packed: str) -> View:
        """What this button, which only shows or asks, would show its presser now. It counts as no event of theirs."""
        return await self._in_thread(partial(self._looked_up, sender, packed))

    def wake(self) -> None:
        """A change that no event made, such as somebody leaving, left mail or something due. From any thread."""
        self._wake()

    async def search(self, sender: Sender, draft_id: int, field: str, query: str) -> list[Choice]:
        """The choices of a form's field that fit what the person typed, best first; none where it is not theirs."""
        return await asyncio.to_thread(self._search, sender, draft_id, field, query)

    def front(self, sender: Sender) -> HomePage | None:
        """The home page of this person as things stand now, made in this thread; None for somebody unknown."""
        try:
            with self._store.read() as uow:
                return home_page.front(self._looking(uow, sender))
        except NotKnownHere:
            return None

    def answer(self, event: Event, *, newcomers: bool = False, also: Also | None = None) -> Result:
        """Like ``handle``, in this thread."""
        try:
            return self._answered(event, also, newcomers=newcomers)
        except NotKnownHere:
            raise
        except Exception as error:  # noqa: BLE001  # A person's turn ends here: they get an answer with an id to quote.
            return Answered(self._failed(event.sender, error))

    def _looked_up(self, sender: Sender, packed: str) -> View:
        try:
            result = self._take(_look_of(self.capabilities, sender, packed), once=False)
        except Refusal as refusal:
            return self._refused(sender, refusal)
        except Exception as error:  # noqa: BLE001  # As in ``answer``.
            return self._failed(sender, error)
        assert isinstance(result, Answered)  # whatever shows or asks has something to say
        return result.view

    async def _in_thread(self, do: Callable[[], Given]) -> Given:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(copy_context().run, do))

    def _answered(self, event: Event, also: Also | None, *, newcomers: bool) -> Result:
        try:
            return self._take(event, also)
        except Refusal as refusal:
            if newcomers and isinstance(refusal, NotKnownHere):
                raise
            extra = {"action": "refused", "outcome": refusal.key, "channel": event.sender.channel}
            log.info("An event was refused: %s", refusal.key, extra=extra)
            # The refusal rolled the event's id back; it is stored now, so that a repeat is not answered again.
            is_first = self._leaves_no_mark(event) or self._is_first(event)
            return Answered(self._refused(event.sender, refusal)) if is_first else Repeat()

    def _leaves_no_mark(self, event: Event) -> bool:
        return _is_look(self.capabilities, event) and not self._store.is_shared

    def _is_first(self, event: Event) -> bool:
        with self._store.begin() as uow:
            return inbox.first_time(uow, event.sender.channel, event.event_id, self._now())

    def _take(self, event: Event, also: Also | None = None, *, once: bool = True) -> Result:
        if not once or self._leaves_no_mark(event):
            with suppress(WouldWrite), self._store.look() as uow:
                return Repeat() if once and self._had_effect(uow, event) else self._acted(uow, event)
        for _ in range(TRIES - 1):
            try:
                return self._do(event, also, once=once)
            except Conflict:
                # The conflict rolled back everything, the event's id included, so doing it anew is as doing it later.
                log.info("An event is taken in once more", extra={"action": "again", "channel": event.sender.channel})
                time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311  # keeps apart, guards nothing
        return self._do(event, also, once=once)

    def _had_effect(self, uow: UnitOfWork, event: Event) -> bool:
        return inbox.seen_at(uow, event.sender.channel, event.event_id) is not None

    def _do(self, event: Event, also: Also | None, *, once: bool) -> Result:
        with self._store.begin() as uow:
            if once and not inbox.first_time(uow, event.sender.channel, event.event_id, self._now()):
                return Repeat()
            result = self._come(uow, event) if isinstance(event, EnteredByLink) else self._acted(uow, event)
            if also is not None and isinstance(result, Answered):
                also(uow, result.view)
        if uow.to_do:
            self._wake()
        return result

    def _acted(self, uow: UnitOfWork, event: Event) -> Result:
        sender = event.sender
        turn = self._turn(uow, people.acting(uow, sender.channel, sender.address))
        if isinstance(event, Closed):
            conversation.close(turn, event.draft_id, event.page, event.answers)
            return NothingToSay()
        view = _dispatch(turn, event)
        # Who turned out to be somebody reads on as that person, in their language.
        return Answered(next_step.onward(turn, view).speaking(view.language or turn.t.language)) if view else Redraw()

    def _come(self, uow: UnitOfWork, event: EnteredByLink) -> Answered:
        context = Context(uow, self._now(), self._rules, self._texts, self.capabilities)
        sender, told = event.sender, event.profile
        people.acting(uow, sender.channel, sender.address)
        return Answered(arrivals.accept(context, sender.channel, sender.address, told, event.token, sure=event.sure))

    def _looking(self, uow: UnitOfWork, sender: Sender) -> Turn:
        return self._turn(uow, people.at(uow, sender.channel, sender.address))

    def _turn(self, uow: UnitOfWork, person: Person | None) -> Turn:
        if person is None:
            raise NotKnownHere
        return Turn(Context(uow, self._now(), self._rules, self._texts, self.capabilities), person)

    def _search(self, sender: Sender, draft_id: int, field: str, query: str) -> list[Choice]:
        try:
            with self._store.read() as uow:
                return conversation.search(self._looking(uow, sender), draft_id, field, query)
        except Refusal:
            return []

    def _refused(self, sender: Sender, refusal: Refusal) -> View:
        with self._reading(sender) as (t, turn):
            words = t(refusal.key, **refusal.values)
            current = _current(turn, refusal.shows) if turn else None
            if current is not None:
                return current.noting(words).speaking(t.language)
            return View(words, buttons=(_menu(t),) if turn else (), language=t.language)

    def _failed(self, sender: Sender, error: Exception) -> View:
        fault = faults.report(log, "An event failed", error, channel=sender.channel)
        with self._reading(sender) as (t, _turn):
            return View(t("error.unexpected", fault=fault), buttons=(_menu(t),), language=t.language)

    @contextmanager
    def _reading(self, sender: Sender) -> Iterator[tuple[Translator, Turn | None]]:
        with self._store.read() as uow:
            person = people.at(uow, sender.channel, sender.address)
            turn = (
                Turn(Context(uow, self._now(), self._rules, self._texts, self.capabilities), person) if person else None
            )
            yield self._texts.into(_language(person)), turn


def _language(person: Person | None) -> str | None:
    return person.language if person else None


def _menu(t: Translator) -> Button:
    return Button(t("menu.title"), Action("menu"))


def _current(turn: Turn, shows: Action | None) -> View | None:
    try:
        view = turn.context.capabilities.verbs[shows.verb].act(turn, shows) if shows else None
        return next_step.onward(turn, view) if view else None
    except Refusal:
        return None


def _is_look(capabilities: Registry, event: Event) -> bool:
    """Whether this is to change nothing: it shows or asks something, and brings nothing that is to be kept."""
    match event:
        case Pressed():
            return not event.answers and _is_shown_by(capabilities, event.action)
        case TextMessage():
            meant = said(capabilities, event.text)
            return meant is None or _is_shown_by(capabilities, meant)
        case _:
            return False


def _look_of(capabilities: Registry, sender: Sender, packed: str) -> Pressed:
    if not _is_shown_by(capabilities, packed):
        raise UnknownButton
    return Pressed("", sender, packed)


def _is_shown_by(capabilities: Registry, packed: str) -> bool:
    return Action.verb_of(packed) in capabilities.looks


def _dispatch(turn: Turn, event: Event) -> View | None:
    match event:
        case Pressed():
            return _press(turn, event)
        case FormOpened():
            return conversation.begin(turn, event.form, event.subject_id, event.known)
        case Submitted():
            return conversation.take(turn, event.draft_id, event.page, event.answers)
        case TextMessage():
            return _heard(turn, event)
        case _:
            raise AssertionError(f"no channel makes such an event: {type(event).__name__}")


def _heard(turn: Turn, event: TextMessage) -> View | None:
    """Words that stand for a button do what it does, wherever they are typed."""
    meant = said(turn.context.capabilities, event.text)
    return _press(turn, Pressed(event.event_id, event.sender, meant)) if meant else menu.heard(turn, event.text)


def _press(turn: Turn, event: Pressed) -> View | None:
    action = Action.unpack(event.action)
    verb = turn.context.capabilities.verbs.get(action.verb)
    if verb is None:
        raise UnknownButton
    if event.answers and verb.keeps_page:
        conversation.keep(turn, action.id, event.page, event.answers)
    return verb.act(turn, action)
