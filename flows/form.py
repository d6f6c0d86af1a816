"""The form engine: a form is data, and every channel asks it natively.

A form has pages; a page is a group of fields without branches, and branches lie between pages, by name. A channel may
hand in a whole page or one field: it calls the same ``submit`` and gets back what to ask next. Answers are kept by
field name, never by number, so that a form can change under a running conversation.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

Answers = Mapping[str, Any]


class Kind(StrEnum):
    """What a field holds, with the shape of its answer."""

    CHOICE = "choice"
    """One value of the offered choices, as text."""
    CHOICES = "choices"
    """Several values, as a list of texts."""
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    """A whole number."""
    DATE = "date"
    """A local day, as 2026-12-08."""
    MOMENT = "moment"
    """A local date and time, as 2026-12-08T14:00."""


@dataclass(frozen=True)
class Choice:
    """``value`` is what is kept, ``label`` what is shown, ``terms`` what else people type to find it.

    ``help`` is a line that explains it, where its name alone does not.
    """

    value: str
    label: str
    terms: str = ""
    help: str = ""


class Options(Protocol):
    """Where the choices of a field come from."""

    def search(self, source: str, query: str, answers: Answers, limit: int) -> Sequence[Choice]:
        """The choices that fit ``query``, best first; all of them, in their order, for an empty one."""

    def find(self, source: str, value: str, answers: Answers) -> Choice | None:
        """The choice with this value, or None where it is not offered."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer: the key of a text, and the values in it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """What an answer is held against: the choices there are, and what time it is (``now`` aware, ``zone`` local)."""

    options: Options
    now: datetime
    zone: ZoneInfo


Check = Callable[[Any, Answers, Ground], Fault | None]


@dataclass(frozen=True)
class Field:
    """A question. ``low`` and ``high`` bound a number, the length of a text, or how many choices may be taken.

    ``help`` is the key of its help, where that differs with who is asked; else it has the help of its name, if any.
    """

    name: str
    kind: Kind
    required: bool = True
    source: str = ""
    low: int | None = None
    high: int | None = None
    check: Check | None = None
    help: str = ""


def _nowhere(_answers: Answers) -> str | None:
    return None


@dataclass(frozen=True)
class Page:
    """Fields asked together. ``after`` names the next page for the answers so far, or None at the end.

    ``part`` is the part of the form it belongs to, where that has more pages than this one: people are told in which
    part they are, because how many pages there will be is not known before the branches.
    """

    name: str
    fields: tuple[Field, ...]
    after: Callable[[Answers], str | None] = _nowhere
    part: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(field.name for field in self.fields)

    @property
    def ends(self) -> bool:
        """Whether no page ever follows, whatever is answered."""
        return self.after is _nowhere


@dataclass(frozen=True)
class Form:
    """``version`` rises when an answer given before can no longer be understood."""

    name: str
    version: int
    pages: tuple[Page, ...]

    def page(self, name: str) -> Page | None:
        """The page called so, or None."""
        return next((page for page in self.pages if page.name == name), None)

    def path(self, answers: Answers) -> Iterator[Page]:
        """The pages these answers lead along, up to and with the first that is not answered yet."""
        page: Page | None = self.pages[0]
        while page is not None:
            yield page
            if not answered(page, answers):
                return
            follower = page.after(answers)
            page = self.page(follower) if follower else None

    def place(self, page: Page) -> tuple[int, int]:
        """Which part of the form the page is in, from 1, and how many parts there are: the same on every route."""
        parts = list(dict.fromkeys(one.part or one.name for one in self.pages))
        return parts.index(page.part or page.name) + 1, len(parts)

    def fields(self) -> Iterator[Field]:
        """Every field there is, on any page."""
        for page in self.pages:
            yield from page.fields


@dataclass(frozen=True)
class Progress:
    """Where a form stands: the good answers, what was typed but not understood, its faults, and the page to ask.

    ``page`` is None when everything on the way is answered; ``values`` are then the answers that count.
    """

    answers: dict[str, Any]
    typed: dict[str, Any]
    faults: dict[str, Fault]
    page: Page | None
    values: dict[str, Any]


def answered(page: Page, answers: Answers) -> bool:
    """Whether every field of the page has an answer; an optional one may have been left empty on purpose."""
    return all(f.name in answers and not (f.required and answers[f.name] is None) for f in page.fields)


def submit(form: Form, answers: Answers, new: Answers, ground: Ground) -> Progress:
    """Take in ``new`` answers (a whole page or one field) and tell what to ask next.

    Answers to fields the form does not have are left out. A wrong answer is not kept: it comes back in ``typed`` with
    its fault, and its page is asked again. Each answer is held against good ones only.
    """
    known = {f.name: f for f in form.fields()}
    merged = {name: value for name, value in answers.items() if name in known and name not in new}
    typed: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    unread = {name: new[name] for name in known if name in new}
    for name in list(unread):
        raw = unread.pop(name)
        # A check sees what was understood of the fields before its own, and never what was not.
        value, fault = _read(known[name], raw, {**merged, **unread}, ground)
        if fault:
            typed[name], faults[name] = raw, fault
            merged.pop(name, None)
        else:
            merged[name] = value
    return _stand(form, merged, typed, faults)


def _stand(form: Form, answers: dict[str, Any], typed: dict[str, Any], faults: dict[str, Fault]) -> Progress:
    way = list(form.path(answers))
    faulty = next((page for page in form.pages if any(f.name in faults for f in page.fields)), None)
    open_page = faulty or (None if answered(way[-1], answers) else way[-1])
    on_the_way = {f.name for page in way for f in page.fields}
    values = {name: value for name, value in answers.items() if name in on_the_way} if open_page is None else {}
    return Progress(answers, typed, faults, open_page, values)


def keep_fitting(form: Form, answers: Answers, ground: Ground) -> dict[str, Any]:
    """Those of ``answers`` that still fit the form as it is now: same field names, values still understood."""
    return submit(form, {}, answers, ground).answers


def fitting(form: Form, answers: Answers, known: Answers, ground: Ground) -> dict[str, Any]:
    """Those of ``known`` that are good answers beside ``answers``, as they are understood; the others are left out."""
    progress = submit(form, answers, known, ground)
    return {n: v for n, v in progress.answers.items() if n in known and n not in progress.faults}


def _read(asked: Field, raw: Any, answers: Answers, ground: Ground) -> tuple[Any, Fault | None]:
    if raw is None or raw in ("", []):
        return None, Fault("form.required") if asked.required else None
    try:
        value = _READERS[asked.kind](asked, raw, answers, ground)
    except _Unreadable as unreadable:
        return None, unreadable.fault
    return value, asked.check(value, {**answers, asked.name: value}, ground) if asked.check else None


class _Unreadable(Exception):
    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.fault = Fault(key, values)


def _read_choice(asked: Field, raw: Any, answers: Answers, ground: Ground) -> str:
    if not isinstance(raw, str) or ground.options.find(asked.source, raw, answers) is None:
        raise _Unreadable("form.not_a_choice")
    return raw


def _read_choices(asked: Field, raw: Any, answers: Answers, ground: Ground) -> list[str]:
    if not isinstance(raw, list | tuple):
        raise _Unreadable("form.not_a_choice")
    values = list(dict.fromkeys(_read_choice(asked, one, answers, ground) for one in raw))
    if asked.high is not None and len(values) > asked.high:
        raise _Unreadable("form.too_many", most=asked.high)
    return values


def _read_text(asked: Field, raw: Any, _answers: Answers, _ground: Ground) -> str | None:
    if not isinstance(raw, str):
        raise _Unreadable("form.not_text")
    words = "".join(sign for sign in raw if sign in "\n\t" or sign.isprintable()).strip()
    if asked.high is not None and len(words) > asked.high:
        raise _Unreadable("form.too_long", most=asked.high, now=len(words))
    if asked.required and not words:
        raise _Unreadable("form.required")
    return words or None


def _read_number(asked: Field, raw: Any, _answers: Answers, _ground: Ground) -> int:
    digits = str(raw).strip()
    if isinstance(raw, bool) or not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise _Unreadable("form.not_a_number")
    number = int(digits)
    if (asked.low is not None and number < asked.low) or (asked.high is not None and number > asked.high):
        raise _Unreadable("form.out_of_range", low=asked.low, high=asked.high)
    return number


def _read_date(_asked: Field, raw: Any, _answers: Answers, _ground: Ground) -> str:
    try:
        day = date.fromisoformat(str(raw))
    except ValueError:
        raise _Unreadable("form.not_a_date") from None
    if not _countable(day):
        raise _Unreadable("form.not_a_date")
    return day.isoformat()


def _countable(day: date) -> bool:
    """Whether there are days before and after it: at either end of the calendar, time zones and sums lead out of it."""
    return date.min.year < day.year < date.max.year


def _read_moment(_asked: Field, raw: Any, _answers: Answers, _ground: Ground) -> str:
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        raise _Unreadable("form.not_a_moment") from None
    if moment.tzinfo is not None or not _countable(moment.date()):
        raise _Unreadable("form.not_a_moment")
    return moment.isoformat(timespec="minutes")


_READERS: dict[Kind, Callable[[Field, Any, Answers, Ground], Any]] = {
    Kind.CHOICE: _read_choice,
    Kind.CHOICES: _read_choices,
    Kind.TEXT: _read_text,
    Kind.LONG_TEXT: _read_text,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.MOMENT: _read_moment,
}
