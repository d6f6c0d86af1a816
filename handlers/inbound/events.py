"""What people do, in words no platform knows: who, where, and pressed, began, submitted, closed or said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.people.profiles import Profile


@dataclass(frozen=True)
class Sender:
    """Who did it: ``address`` is the platform's id of that person on ``channel``."""

    channel: str
    address: str


@dataclass(frozen=True)
class Event:
    """Something a person did. ``event_id`` is the platform's own: the same for every repeat of the same thing."""

    event_id: str
    sender: Sender


@dataclass(frozen=True)
class Pressed(Event):
    """A button. ``action`` is its packed text, as the platform brought it back: not yet to be believed.

    For a button on a page of a form, ``page`` and ``answers`` are what stood in the page's fields at the press.
    """

    action: str = ""
    page: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FormOpened(Event):
    """A form to be asked, with what is ``known`` beforehand by field name; ``subject_id`` is what it is about, or 0."""

    form: str = ""
    subject_id: int = 0
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Submitted(Event):
    """Answers to a page of a form, all of its fields or some, by name."""

    draft_id: int = 0
    page: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Closed(Event):
    """The window with a form's page was closed. ``answers`` are what stood in its fields, where the channel knows."""

    draft_id: int = 0
    page: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class EnteredByLink(Event):
    """Somebody came in by a link with this ``token``, known or not. ``profile`` is what the channel tells of them.

    ``sure``: they were asked whether they are whom the link is for, and said yes.
    """

    token: str = ""
    profile: Profile = field(default_factory=lambda: Profile(""))
    sure: bool = False


@dataclass(frozen=True)
class TextMessage(Event):
    """Free words."""

    text: str = ""
