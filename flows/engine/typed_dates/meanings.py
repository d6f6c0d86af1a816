"""What typed words can come to: a meaning, several to choose from, or the reason why there is none."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from flows.engine.language.texts import Translator


@dataclass(frozen=True)
class Moment:
    """A day and a time. ``at`` is aware UTC.

    ``repeated`` tells that clocks show this time twice, because summer time ends; ``at`` is the first of the two.
    """

    at: datetime
    repeated: bool = False


@dataclass(frozen=True)
class Day:
    """A local day, without a time."""

    day: date


@dataclass(frozen=True)
class TimeOfDay:
    """A local time of day, without a day."""

    time: time


Meaning = Moment | Day | TimeOfDay


class Wanted(StrEnum):
    """What was asked for. It decides between readings ("10" is a day or an hour) and takes nothing away."""

    DAY = "day"
    TIME = "time"
    MOMENT = "moment"


class Hint(StrEnum):
    """Why a text was not understood."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNKNOWN_WORD = "unknown_word"
    NOT_TOGETHER = "not_together"
    """The words are known, but not in this order."""
    TOO_OPEN = "too_open"
    """More meanings than anybody can choose from."""
    NEEDS_DAY = "needs_day"
    """No day is said: only a time, or a whole week or month."""
    NEEDS_TIME = "needs_time"


class Why(StrEnum):
    """What makes a moment impossible."""

    NO_SUCH_DAY = "no_such_day"
    NO_SUCH_TIME = "no_such_time"
    SKIPPED = "skipped"
    """Clocks jump over this time, because summer time begins."""


@dataclass(frozen=True)
class Understood:
    """It means one thing. To be shown back in full before it counts."""

    meaning: Meaning


@dataclass(frozen=True)
class SeveralMeanings:
    """It may mean any of these, earliest first."""

    meanings: tuple[Meaning, ...]


@dataclass(frozen=True)
class Past:
    """It means this, which is over: a day before today, or a moment not after now."""

    meaning: Meaning


@dataclass(frozen=True)
class Impossible:
    """It says a day or a time that does not exist."""

    why: Why


@dataclass(frozen=True)
class NotUnderstood:
    """It is not understood. ``word`` is the first unknown word, as it was typed but in small letters."""

    hint: Hint
    word: str = ""


Outcome = Understood | SeveralMeanings | Past | Impossible | NotUnderstood


def written(meaning: Meaning, t: Translator) -> str:
    """A meaning in full, in the words of the house. Typed by the same person, it means the same again."""
    if isinstance(meaning, Moment):
        return t.moment(meaning.at)
    return t.day(meaning.day) if isinstance(meaning, Day) else f"{meaning.time:%H:%M}"
