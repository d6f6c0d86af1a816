"""Weekly hours as people write them: "ma 9:00-17:00; di 13:00-17:00", with Dutch or English names of days."""

import re
from dataclasses import dataclass
from itertools import pairwise

from storage.programme.csv_files.bad_lines import BadCell

DAY_MINUTES = 24 * 60
SHORT_DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_NAMES = (
    ("ma", "maandag", "mo", "mon", "monday"),
    ("di", "dinsdag", "tu", "tue", "tues", "tuesday"),
    ("wo", "woensdag", "we", "wed", "wednesday"),
    ("do", "donderdag", "th", "thu", "thur", "thurs", "thursday"),
    ("vr", "vrijdag", "fr", "fri", "friday"),
    ("za", "zaterdag", "sa", "sat", "saturday"),
    ("zo", "zondag", "su", "sun", "sunday"),
)
_WEEKDAYS = {name: weekday for weekday, names in enumerate(_NAMES) for name in names}
_TIME = r"([0-9]{1,2})(?:[:.u]([0-9]{2})|u)?"
_STRETCH = re.compile(rf"([a-z]+)\.?\s*{_TIME}\s*[-\u2013]\s*{_TIME}")


@dataclass(frozen=True, order=True)
class Stretch:
    """A part of a week: ``weekday`` from Monday = 0, ``opens`` and ``closes`` in minutes after local midnight."""

    weekday: int
    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{SHORT_DAYS[self.weekday]} {_clock(self.opens)}-{_clock(self.closes)}"


def parse_hours(parts: tuple[str, ...]) -> tuple[Stretch, ...]:
    """The stretches of a week in order, from their texts ("ma 9:00-17:00"), each ending at 24:00 at the latest.

    Stretches may touch. Raises BadCell for a text that cannot be read, an end that is not after its start, or two
    stretches that overlap.
    """
    stretches = sorted(_parse(part) for part in parts)
    for earlier, later in pairwise(stretches):
        if earlier.weekday == later.weekday and later.opens < earlier.closes:
            raise BadCell("import.hours_overlap", first=str(earlier), second=str(later))
    return tuple(stretches)


def write_hours(stretches: list[Stretch], separator: str) -> str:
    """The text that ``parse_hours`` reads back."""
    return separator.join(str(stretch) for stretch in sorted(stretches))


def _parse(text: str) -> Stretch:
    found = _STRETCH.fullmatch(text.lower())
    if found is None or found[1] not in _WEEKDAYS:
        raise BadCell("import.hours_unreadable", text=text)
    opens, closes = _minutes(found[2], found[3], text), _minutes(found[4], found[5], text)
    if closes <= opens:
        raise BadCell("import.hours_order", text=text)
    return Stretch(_WEEKDAYS[found[1]], opens, closes)


def _minutes(hours: str, minutes: str | None, text: str) -> int:
    after_midnight = int(hours) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59 or after_midnight > DAY_MINUTES:
        raise BadCell("import.hours_unreadable", text=text)
    return after_midnight


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
