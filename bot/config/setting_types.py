"""What the text of a setting has to look like, and the value it stands for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Shape(Generic[T]):
    """``expected`` goes after "expected"; ``read`` gives the value of a text and raises ValueError for any other."""

    expected: str
    read: Callable[[str], T]


def whole_number(low: int, high: int) -> Shape[int]:
    """A whole number from ``low`` to ``high``."""

    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return Shape(f"a whole number from {low} to {high}", read)


def optional_number(low: int, high: int) -> Shape[int | None]:
    """A whole number from ``low`` to ``high``, or None for a setting that is left out."""
    shape = whole_number(low, high)
    return Shape(shape.expected, shape.read)


def span(unit: timedelta, words: str, low: float, high: float) -> Shape[timedelta]:
    """A number of ``unit``, called ``words``, from ``low`` to ``high``; halves and the like too."""

    def read(text: str) -> timedelta:
        number = float(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number * unit

    return Shape(f"a number of {words} from {low:g} to {high:g}", read)


def one_of(*words: str) -> Shape[str]:
    """One of these words."""

    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(text)
        return text.lower()

    return Shape(f"{', '.join(words[:-1])} or {words[-1]}", read)


def some_of(*words: str) -> Shape[frozenset[str]]:
    """Any of these words, with commas between them."""

    def read(text: str) -> frozenset[str]:
        chosen = {part.strip().lower() for part in text.split(",") if part.strip()}
        if not chosen <= set(words):
            raise ValueError(text)
        return frozenset(chosen)

    return Shape(f"one or more of {', '.join(words)}, with commas between them", read)


def matching(pattern: str, expected: str) -> Shape[str]:
    """A text that fits ``pattern`` from end to end."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(text)
        return text

    return Shape(expected, read)


def _database(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme == "sqlite":
        file = text.removeprefix("sqlite:///")
        if not file or file == text or file.startswith(":memory:"):
            raise ValueError(text)
    elif parts.scheme not in {"postgresql", "postgres", "postgresql+psycopg"} or not parts.path.strip("/"):
        raise ValueError(text)
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(text)
    return text.rstrip("/")


def _working_hours(text: str) -> tuple[time, time]:
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    opens, closes = time(from_hour, from_minute), time(to_hour, to_minute)
    if opens >= closes:
        raise ValueError(text)
    return opens, closes


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        start = WEEKDAYS.index(first.strip())
        end = WEEKDAYS.index(last.strip()) if last else start
        if end < start:
            raise ValueError(text)
        days.update(range(start, end + 1))
    return frozenset(days)


def _dates(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(part.strip()) for part in text.split(",") if part.strip())


def _workspaces(text: str) -> frozenset[str]:
    ids = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"[TE][A-Z0-9]{6,20}", workspace, re.ASCII) for workspace in ids):
        raise ValueError(text)
    return frozenset(ids)


DATABASE: Shape[str] = Shape(
    "sqlite:///file.db for one process, or postgresql://user:password@host/name for several", _database
)
WEB_ADDRESS: Shape[str] = Shape(
    "an address that starts with https:// (or http:// inside your own network)", _web_address
)
WORKING_HOURS: Shape[tuple[time, time]] = Shape("opening and closing time, as in 09:00-17:00", _working_hours)
WORKING_DAYS: Shape[frozenset[int]] = Shape("days of the week, as in mon-fri or mon,tue,thu", _weekdays)
DATES: Shape[frozenset[date]] = Shape("dates with commas between them, as in 2026-12-24,2026-12-31", _dates)
WORKSPACES: Shape[frozenset[str]] = Shape(
    "ids of workspaces or organisations, each beginning with T or E, with commas between them", _workspaces
)
