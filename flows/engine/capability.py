"""What a subject brings to the bot, declared as values: a capability. The registry holds all of them.

A subject's ``capability.py`` declares its buttons, forms, messages, time rules, listeners, typed words, what it shows
in the menu and on the home page, and what is pruned. No other code has to know the subject. Two that claim one name are
refused when the program starts.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from flows.engine.context import Context, Turn
from flows.engine.contributions import HomeSection, MenuButton, ToDo
from flows.engine.events import DomainEvent
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.notifications import Notification
from flows.engine.schedule import Rule
from flows.engine.views.action import Action
from flows.engine.views.view import View
from storage.database.unit_of_work import UnitOfWork
from storage.models import Person

UseCase = Callable[[Turn, Action], View | None]
"""What a button does, and what is answered; None where what it stands in is drawn anew, and says all there is."""

Requester = Callable[[UnitOfWork, int], int | None]
"""Gives the id of who asked for what a message with this subject is about; None where that is gone."""

Value = TypeVar("Value")
Ordered = TypeVar("Ordered", ToDo, HomeSection, MenuButton, "Command")
Told = TypeVar("Told", bound=Notification)


@dataclass(frozen=True)
class Verb:
    """What the buttons with this verb do.

    ``shows``: it shows how things stand and changes nothing, so such a button is never out of date. ``asks_first``: it
    asks something before anything is done; a channel that has windows asks in one. ``keeps_page``: pressed on a page of
    a form, what stands in the page's fields is kept first. ``quiet``: it is answered by nothing but the new look of
    what it stands in. ``leaves``: after it nothing is in front of the person any more. ``form`` names the form that it
    begins, if any. ``looks``: like what ``shows`` or ``asks_first`` it changes nothing but what it keeps of a page, so
    it is tried without the right to write first.
    """

    name: str
    act: UseCase
    shows: bool = False
    asks_first: bool = False
    keeps_page: bool = False
    quiet: bool = False
    leaves: bool = False
    form: str = ""
    looks: bool = False


@dataclass(frozen=True)
class Message(Generic[Told]):
    """A kind of message that must arrive, and who composes it.

    ``compose`` gives the message for a person, or None when it makes no sense any more. ``requester`` is set for
    messages to who asked for a dialogue: when a request changes hands, they go with it.
    """

    type: type[Told]
    compose: Callable[[Context, Person, Told], View | None]
    requester: Requester | None = None


@dataclass(frozen=True)
class Phrase:
    """What people type with something of their own in it: all groups of ``pattern`` together are what the verb gets."""

    pattern: re.Pattern[str]
    verb: str


@dataclass(frozen=True)
class Command:
    """What help tells that people can type in the place of a button; the lowest ``order`` is told first.

    ``behind`` is the word behind the one command of a channel, ``alone`` the name of a command of its own, each by
    language, and None where help does not tell of it so. The texts are called ``command.<name>.…``: how the menu
    quotes the word, what it ``does``, and, as the end of a sentence, what it ``is_for``.
    """

    name: str
    action: Action
    order: int
    behind: Mapping[str, str] | None = None
    alone: Mapping[str, str] | None = None

    def text_keys(self) -> Iterator[str]:
        """The keys of the texts that help tells of it with."""
        yield f"command.{self.name}.quoted"
        if self.behind is not None or self.alone is not None:
            yield f"command.{self.name}.does"
        if self.alone is not None:
            yield f"command.{self.name}.is_for"


@dataclass(frozen=True)
class Pruned:
    """Rows that are deleted by ``prune`` once they are over for longer than ``kept``, up to so many at a time."""

    prune: Callable[[UnitOfWork, datetime, int], int]
    kept: timedelta


@dataclass(frozen=True)
class Listener:
    """What is done in the same unit of work when an event of this type is published; when it fails, all of it does."""

    event: type[DomainEvent]
    act: Callable[[Context, Any], None]


@dataclass(frozen=True)
class Capability:
    """All that one subject declares. ``words`` are what people type, in small letters, and what each stands for.

    ``status`` names the verb that shows how things stand after any of its verbs. Without it that is the verb with the
    same first word and ``.show``, if there is one.
    """

    name: str
    verbs: tuple[Verb, ...] = ()
    forms: tuple[ConversationForm, ...] = ()
    messages: tuple[Message[Any], ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    words: Mapping[str, Action] = field(default_factory=dict)
    phrases: tuple[Phrase, ...] = ()
    commands: tuple[Command, ...] = ()
    to_do: tuple[ToDo, ...] = ()
    sections: tuple[HomeSection, ...] = ()
    buttons: tuple[MenuButton, ...] = ()
    pruned: tuple[Pruned, ...] = ()
    status: str = ""


class ClaimedTwice(Exception):
    """Two capabilities claim the same verb, form, message, rule, word or command; the text says which and what."""


class NotDeclared(Exception):
    """A capability leads to a verb or a form that no capability declares; the text says which and what."""


class Registry:
    """All capabilities together, in their order.

    Raises ClaimedTwice where two claim one name, and NotDeclared where one leads to what there is not.
    """

    def __init__(self, capabilities: Iterable[Capability]) -> None:
        self.capabilities = tuple(capabilities)
        _once("capability", ((one.name, one, one) for one in self.capabilities))
        self.verbs = self._by_name("verb", lambda one: ((verb.name, verb) for verb in one.verbs))
        self.forms = self._by_name("form", lambda one: ((form.name, form) for form in one.forms))
        self.messages = self._by_name("message", lambda one: ((message.type.kind, message) for message in one.messages))
        self.rules = self._by_name("rule", lambda one: one.rules.items())
        self.words = self._by_name("word", lambda one: one.words.items())
        self.phrases = tuple(phrase for one in self.capabilities for phrase in one.phrases)
        self.commands = self._in_order(lambda one: one.commands)
        self.own_commands = self._by_name("command", _alone)
        self.pruned = tuple(pruned for one in self.capabilities for pruned in one.pruned)
        self.to_do = self._in_order(lambda one: one.to_do)
        self.sections = self._in_order(lambda one: one.sections)
        self.buttons = self._in_order(lambda one: one.buttons)
        self.status = {verb.name: one.status for one in self.capabilities if one.status for verb in one.verbs}
        self.shows = self._with(lambda verb: verb.shows)
        self.asks_first = self._with(lambda verb: verb.asks_first)
        self.keeps_page = self._with(lambda verb: verb.keeps_page)
        self.looks = self._with(lambda verb: verb.shows or verb.asks_first or verb.looks)
        self.quiet = self._with(lambda verb: verb.quiet)
        self.leaves = self._with(lambda verb: verb.leaves)
        for one in self.capabilities:
            self._check(one)

    def _check(self, capability: Capability) -> None:
        for what, verb in _leads(capability):
            if verb not in self.verbs:
                raise NotDeclared(f"{what} of {capability.name} leads to the verb {verb!r}, which nobody declares")
        for begins in capability.verbs:
            if begins.form and begins.form not in self.forms:
                raise NotDeclared(f"the verb {begins.name!r} begins the form {begins.form!r}, which nobody declares")
        begun = {verb.form for verb in self.verbs.values()}
        for form in capability.forms:
            if form.name not in begun:
                raise NotDeclared(f"the form {form.name!r} of {capability.name} is begun by no verb")
        for told in capability.commands:
            for word in (told.behind or {}).values():
                if self.words.get(word) != told.action:
                    raise NotDeclared(f"help tells of the word {word!r} for {told.name!r}, which it does not stand for")

    def text_keys(self) -> Iterator[str]:
        """The keys of all texts that the declarations need."""
        yield from (f"{name}.title" for name in self.forms)
        yield from (f"due.{kind}" for kind in self.rules)
        yield from (button.label for button in self.buttons)
        for command in self.commands:
            yield from command.text_keys()

    def publish(self, context: Context, event: DomainEvent) -> None:
        """Have every listener to this event do its part, in the order of the capabilities."""
        for one in self.capabilities:
            for listener in one.listeners:
                if isinstance(event, listener.event):
                    listener.act(context, event)

    def action_for(self, words: str) -> Action | None:
        """The button that these words stand for, however they are spaced and capitalised; None where they are none."""
        meant = " ".join(words.lower().split())
        for phrase in self.phrases:
            if found := phrase.pattern.fullmatch(meant):
                return Action(phrase.verb, arg="".join(found.groups()))
        return self.words.get(meant)

    def _in_order(self, given: Callable[[Capability], Iterable[Ordered]]) -> tuple[Ordered, ...]:
        return tuple(sorted((part for one in self.capabilities for part in given(one)), key=lambda part: part.order))

    def _with(self, trait: Callable[[Verb], bool]) -> frozenset[str]:
        return frozenset(verb.name for verb in self.verbs.values() if trait(verb))

    def _by_name(self, kind: str, claimed: Callable[[Capability], Iterable[tuple[str, Value]]]) -> Mapping[str, Value]:
        return _once(kind, ((name, value, one) for one in self.capabilities for name, value in claimed(one)))


def _leads(capability: Capability) -> Iterator[tuple[str, str]]:
    """Everything that leads to a verb, in words, with the name of that verb."""
    yield from ((f"the word {word!r}", action.verb) for word, action in capability.words.items())
    yield from ((f"the phrase {one.pattern.pattern!r}", one.verb) for one in capability.phrases)
    yield from ((f"the command {one.name!r}", one.action.verb) for one in capability.commands)
    yield from ((f"the button {one.label!r}", one.action.verb) for one in capability.buttons)
    if capability.status:
        yield "how things stand", capability.status


def _alone(capability: Capability) -> Iterator[tuple[str, Action]]:
    for one in capability.commands:
        yield from ((name, one.action) for name in dict.fromkeys((one.alone or {}).values()))


def _once(kind: str, claimed: Iterator[tuple[str, Value, Capability]]) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    whose: dict[str, str] = {}
    for name, value, one in claimed:
        if name in found:
            raise ClaimedTwice(f"the {kind} {name!r} is claimed by {whose[name]} and by {one.name}")
        found[name], whose[name] = value, one.name
    return found
