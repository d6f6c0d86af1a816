"""When a session could be, day by day, and when somebody is free for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from flows.programme.places import elsewhere
from storage.dialogues.candidates import Busy, Candidate

DAY = 24 * 60
LONGEST_WINDOW = timedelta(days=366)
"""How far a window is looked into; nobody's opening hours say anything beyond."""
TIDY = (30, 15, 5)
"""Minutes a start is rounded up to, as people plan: the half hour, else the quarter, else five minutes."""


@dataclass(frozen=True)
class Window:
    """Aware. Without ``until`` exactly this moment; with it, any start from which the session ends by then."""

    starts_at: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or (self.until is not None and self.until.tzinfo is None):
            raise ValueError("a window needs a time zone")


@dataclass(frozen=True)
class Slot:
    """The stretch from ``start`` to ``end`` (aware UTC) of a window that falls on one local day."""

    day: date
    start: datetime
    end: datetime
    exact: bool
    zone: ZoneInfo

    @cached_property
    def weekday(self) -> int:
        """From Monday = 0."""
        return self.day.weekday()

    @cached_property
    def month(self) -> tuple[int, int]:
        """The local year and month."""
        return self.day.year, self.day.month

    @cached_property
    def _instants(self) -> dict[int, datetime]:
        return {}

    def at(self, minute: int) -> datetime:
        """The instant of this many minutes after midnight on the clock on the wall, that day."""
        if minute not in self._instants:
            midnight = datetime.combine(self.day, time())
            self._instants[minute] = (midnight + timedelta(minutes=minute)).replace(tzinfo=self.zone).astimezone(UTC)
        return self._instants[minute]

    def touching(self) -> tuple[int, int, int]:
        """Weekday, from and until: opening hours that do not touch this leave no room here.

        On the two days a year on which the clock jumps, the whole day.
        """
        if self.at(0) + timedelta(days=1) != self.at(DAY):
            return self.weekday, 0, DAY
        start, end = ((moment - self.at(0)) / timedelta(minutes=1) for moment in (self.start, self.end))
        return self.weekday, int(start), int(start) + 1 if self.exact else -int(-end // 1)


def slots_of(windows: tuple[Window, ...], length: timedelta, now: datetime, zone: ZoneInfo) -> tuple[Slot, ...]:
    """The stretches of local days in which a session of this length can still be, exact moments first, then by time."""
    found = {slot for window in windows for slot in _days_of(window, length, zone)}
    still = (slot for slot in found if slot.start >= now or not slot.exact)
    cut = (Slot(slot.day, max(slot.start, now.astimezone(UTC)), slot.end, slot.exact, zone) for slot in still)
    return tuple(sorted((slot for slot in cut if slot.end - slot.start >= length), key=_order))


def _order(slot: Slot) -> tuple[bool, datetime, datetime]:
    return not slot.exact, slot.start, slot.end


def _days_of(window: Window, length: timedelta, zone: ZoneInfo) -> Iterator[Slot]:
    start = window.starts_at.astimezone(UTC)
    exact = window.until is None
    end = start + length if window.until is None else min(window.until.astimezone(UTC), start + LONGEST_WINDOW)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        midnight, next_midnight = (_midnight(day + timedelta(days=n), zone) for n in (0, 1))
        yield Slot(day, max(start, midnight), min(end, next_midnight), exact, zone)
        day += timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True)
class Diary:
    """What the session asks of somebody's diary."""

    slots: tuple[Slot, ...]
    length: timedelta
    online: bool
    place: str
    travel_margin: timedelta

    def starts(self, candidate: Candidate) -> Iterator[tuple[Slot, datetime]]:
        """For each slot in which the candidate is free the earliest tidy start, in the order of the slots."""
        for slot in self.slots:
            stretches = candidate.hours.get(slot.weekday)
            if stretches and not (candidate.away and is_away(candidate, slot.day)):
                start = self._earliest(slot, stretches, candidate)
                if start is not None:
                    yield slot, start

    def is_clear(self, candidate: Candidate, slot: Slot) -> bool:
        """Whether no session of the candidate overlaps this exact slot, the way there and back included."""
        return not candidate.busy or self._between(slot.start, slot.end, slot, candidate) is not None

    def _earliest(self, slot: Slot, stretches: tuple[tuple[int, int], ...], candidate: Candidate) -> datetime | None:
        for opens, closes in stretches if len(stretches) == 1 else _joined(stretches):
            start, end = max(slot.start, slot.at(opens)), min(slot.end, slot.at(closes))
            if end - start >= self.length:
                found = self._between(start, end, slot, candidate) if candidate.busy else self._tidy(start, end, slot)
                if found is not None:
                    return found
        return None

    def _between(self, start: datetime, end: datetime, slot: Slot, candidate: Candidate) -> datetime | None:
        for taken_from, taken_until in sorted(map(self._taken, candidate.busy)):
            if taken_until <= start or taken_from >= end:
                continue
            if taken_from - start >= self.length:
                return self._tidy(start, taken_from, slot)
            start = max(start, taken_until)
        return self._tidy(start, end, slot) if end - start >= self.length else None

    def _taken(self, busy: Busy) -> tuple[datetime, datetime]:
        margin = self.travel_margin if elsewhere(self, busy) else timedelta(0)
        return busy.start - margin, busy.end + margin

    def _tidy(self, start: datetime, end: datetime, slot: Slot) -> datetime:
        if slot.exact:
            return start
        local = start.astimezone(slot.zone)
        for step in TIDY:
            past = timedelta(minutes=local.minute % step, seconds=local.second, microseconds=local.microsecond)
            tidy = start + (timedelta(minutes=step) - past if past else past)
            if tidy + self.length <= end:
                return tidy
        return start


def is_away(candidate: Candidate, day: date) -> bool:
    """Whether the candidate is away on this local day."""
    return any(first <= day <= last for first, last in candidate.away)


def _joined(stretches: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    # Hours written down as 9 to 12 and 12 to 17 leave room for a session at 11.
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(stretches):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return joined
