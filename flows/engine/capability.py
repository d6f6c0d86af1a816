"""What a subject brings to the bot, declared as values: a capability. The registry holds all of them.

A subject's ``capability.py`` declares its buttons, forms, messages, time rules, listeners, typed words and what is
pruned. No other code has to know the subject. Two that claim one name are refused when the program starts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flows.engine.context import Desk, Turn
from flows.engine.events import DomainEvent
from flows.engine.forms.conversation_form import Conversation
from flows.engine.notifications import Note
from flows.engine.schedule import Rule
from flows.engine.views.action import Action
from flows.engine.views.view import View
from storage.database.unit_of_work import UnitOfWork
from storage.models import Person

UseCase = Callable[[Turn, Action], View | None]
"""What a button does, and what is answered; None where what it stands in is drawn anew, and says all there is."""

Composer = Callable[[Desk, Person, Note], View | None]
"""Gives the message for this person, or None when it makes no sense any more."""

Requester = Callable[[UnitOfWork, int], int | None]
"""Gives the id of who asked for what a message with this subject is about; None where that is gone."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Verb:
    """What the buttons with this verb do.

    ``shows``: it shows how things stand and changes nothing, so such a button is never out of date. ``asks_first``: it
    asks something before anything is done; a channel that has windows asks in one. ``keeps_page``: pressed on a page of
    a form, what stands in the page's fields is kept first. ``quiet``: it is answered by nothing but the new look of
    what it stands in. ``form`` names the form that it begins, if any.
    """

    name: str
    act: UseCase
    shows: bool = False
    asks_first: bool = False
    keeps_page: bool = False
    quiet: bool = False
    form: str = ""


@dataclass(frozen=True)
class Message:
    """A kind of message that must arrive, and who composes it.

    ``requester`` is set for messages to who asked for a dialogue: when a request changes hands, they go with it.
    """

    kind: str
    compose: Composer
    requester: Requester | None = None


@dataclass(frozen=True)
class Pruned:
    """Rows that are deleted by ``prune`` once they are over for longer than ``kept``, up to so many at a time."""

    prune: Callable[[UnitOfWork, datetime, int], int]
    kept: timedelta


@dataclass(frozen=True)
class Listener:
    """What is done in the same unit of work when an event of this type is published; when it fails, all of it does."""

    event: type[DomainEvent]
    act: Callable[[Desk, Any], None]


@dataclass(frozen=True)
class Capability:
    """All that one subject declares. ``words`` are what people type, in small letters, and what each stands for."""

    name: str
    verbs: tuple[Verb, ...] = ()
    forms: tuple[Conversation, ...] = ()
    messages: tuple[Message, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    words: Mapping[str, Action] = field(default_factory=dict)
    pruned: tuple[Pruned, ...] = ()


class ClaimedTwice(Exception):
    """Two capabilities claim the same verb, form, message, rule or word; the text says which and what."""


class Registry:
    """All capabilities together, in their order. Raises ClaimedTwice where two claim one name."""

    def __init__(self, capabilities: Iterable[Capability]) -> None:
        self.capabilities = tuple(capabilities)
        _once("capability", ((one.name, one, one) for one in self.capabilities))
        self.verbs = self._by_name("verb", lambda one: ((verb.name, verb) for verb in one.verbs))
        self.forms = self._by_name("form", lambda one: ((form.name, form) for form in one.forms))
        self.messages = self._by_name("message", lambda one: ((message.kind, message) for message in one.messages))
        self.rules = self._by_name("rule", lambda one: one.rules.items())
        self.words = self._by_name("word", lambda one: one.words.items())
        self.pruned = tuple(pruned for one in self.capabilities for pruned in one.pruned)
        self.shows = self._with(lambda verb: verb.shows)
        self.asks_first = self._with(lambda verb: verb.asks_first)
        self.keeps_page = self._with(lambda verb: verb.keeps_page)
        self.quiet = self._with(lambda verb: verb.quiet)

    def publish(self, desk: Desk, event: DomainEvent) -> None:
        """Have every listener to this event do its part, in the order of the capabilities."""
        for one in self.capabilities:
            for listener in one.listeners:
                if isinstance(event, listener.event):
                    listener.act(desk, event)

    def _with(self, trait: Callable[[Verb], bool]) -> frozenset[str]:
        return frozenset(verb.name for verb in self.verbs.values() if trait(verb))

    def _by_name(self, kind: str, claimed: Callable[[Capability], Iterable[tuple[str, Value]]]) -> Mapping[str, Value]:
        return _once(kind, ((name, value, one) for one in self.capabilities for name, value in claimed(one)))


def _once(kind: str, claimed: Iterator[tuple[str, Value, Capability]]) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    whose: dict[str, str] = {}
    for name, value, one in claimed:
        if name in found:
            raise ClaimedTwice(f"the {kind} {name!r} is claimed by {whose[name]} and by {one.name}")
        found[name], whose[name] = value, one.name
    return found
