"""How an answer is read: from what a channel hands in to the value that is kept, or to what is wrong with it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flows.engine.forms.definition import Answers, Field, FieldError, Kind, ValidationContext
from flows.engine.typed_dates import numbers


def read(asked: Field, raw: Any, answers: Answers, ground: ValidationContext) -> tuple[Any, FieldError | None]:
    """What an answer comes to: the value to keep, or what is wrong with it. ``answers`` are those beside it."""
    if raw is None or raw in ("", []):
        return None, _missing(asked, answers)
    try:
        value = _READERS[asked.kind](asked, raw, answers, ground)
    except _Unreadable as unreadable:
        return None, unreadable.fault
    return value, asked.check(value, {**answers, asked.name: value}, ground) if asked.check else None


def _missing(asked: Field, answers: Answers) -> FieldError | None:
    if asked.instead and answers.get(asked.instead) in (None, ""):
        return FieldError("form.one_of_both")
    return FieldError("form.required") if asked.required else None


class _Unreadable(Exception):
    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.fault = FieldError(key, values)


def _read_choice(asked: Field, raw: Any, answers: Answers, ground: ValidationContext) -> str:
    if not isinstance(raw, str) or ground.options.find(asked.source, raw, answers) is None:
        raise _Unreadable("form.not_a_choice")
    return raw


def _read_choices(asked: Field, raw: Any, answers: Answers, ground: ValidationContext) -> list[str]:
    if not isinstance(raw, list | tuple):
        raise _Unreadable("form.not_a_choice")
    values = list(dict.fromkeys(_read_choice(asked, one, answers, ground) for one in raw))
    if asked.high is not None and len(values) > asked.high:
        raise _Unreadable("form.too_many", most=asked.high)
    return values


def _read_text(asked: Field, raw: Any, _answers: Answers, _ground: ValidationContext) -> str | None:
    if not isinstance(raw, str):
        raise _Unreadable("form.not_text")
    words = "".join(sign for sign in raw if sign in "\n\t" or sign.isprintable()).strip()
    if asked.high is not None and len(words) > asked.high:
        raise _Unreadable("form.too_long", most=asked.high, now=len(words))
    if asked.required and not words:
        raise _Unreadable("form.required")
    return words or None


def _read_number(asked: Field, raw: Any, _answers: Answers, _ground: ValidationContext) -> int:
    number = None if isinstance(raw, bool) else numbers.number(str(raw))
    if number is None:
        raise _Unreadable("form.not_a_number")
    if asked.high is not None and number > asked.high:
        raise _Unreadable("form.too_large", low=asked.low, high=asked.high)
    if asked.low is not None and number < asked.low:
        raise _Unreadable("form.out_of_range", low=asked.low, high=asked.high)
    return number


def _read_date(_asked: Field, raw: Any, _answers: Answers, _ground: ValidationContext) -> str:
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


def _read_moment(_asked: Field, raw: Any, _answers: Answers, _ground: ValidationContext) -> str:
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        raise _Unreadable("form.not_a_moment") from None
    if moment.tzinfo is not None or not _countable(moment.date()):
        raise _Unreadable("form.not_a_moment")
    return moment.isoformat(timespec="minutes")


_READERS: dict[Kind, Callable[[Field, Any, Answers, ValidationContext], Any]] = {
    Kind.CHOICE: _read_choice,
    Kind.CHOICES: _read_choices,
    Kind.TEXT: _read_text,
    Kind.LONG_TEXT: _read_text,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.MOMENT: _read_moment,
}
