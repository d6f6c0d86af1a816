"""A need and people who fit it, to be changed in one thing at a time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flows.matching.algorithm import Need, Result, Window, match
from storage.dialogues.candidates import Busy, Candidate, Candidates
from storage.models import Level, Origin, SeatRole

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
GOVERNMENT, BZK, RVIG, UNIT, SUB_UNIT, NEIGHBOUR, SZW, SZW_UNIT, FINANCE = range(1, 10)
WORK, SAFETY, DISSENT, PROFESSIONAL = 21, 22, 23, 24
ALL_WEEK = dict.fromkeys(range(5), ((9 * 60, 17 * 60),))


def at(text: str) -> datetime:
    """The instant of a wall clock in The Hague, as in "2026-11-18 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def on(text: str) -> Window:
    return Window(at(text))


def between(start: str, until: str) -> Window:
    return Window(at(start), at(until))


def need(**changes: Any) -> Need:
    """Wednesday 18 November 2026 at ten, two hours in Utrecht, for a unit of an agency of BZK."""
    asked: dict[str, Any] = {
        "path": (GOVERNMENT, BZK, RVIG, UNIT), "is_unit": True, "own": frozenset((BZK, RVIG)), "pools": frozenset(),
        "requester_id": 900, "requester_unit_id": UNIT, "form_id": 1, "language": "nl", "topics": ((SAFETY, WORK),),
        "windows": (on("2026-11-18 10:00"),), "minutes": 120, "online": False, "place": "Utrecht",
        "origin": Origin.ANY, "seats": frozenset((SeatRole.LEAD,)), "already": frozenset(), "now": NOW, "zone": ZONE,
        "travel_margin": timedelta(hours=1),
    }  # fmt: skip
    return Need(**asked | changes)


def somebody(facilitator_id: int = 1, **changes: Any) -> Candidate:
    """Somebody of another unit of the same agency who can do everything that ``need()`` asks."""
    fits: dict[str, Any] = {
        "path": (GOVERNMENT, BZK, RVIG, NEIGHBOUR), "level": Level.TRAINED, "capacity": 2, "active": True,
        "online": True, "joined_on": date(2024, 1, 1), "forms": frozenset((1,)), "topics": frozenset((SAFETY,)),
        "languages": frozenset(("nl",)), "places": frozenset(("Utrecht",)), "hours": ALL_WEEK,
        "last_asked_at": NOW - timedelta(days=30),
    }  # fmt: skip
    return Candidate(facilitator_id, **fits | changes)


def busy(start: str, until: str, place: str = "", *, online: bool = False) -> tuple[Busy, ...]:
    return (Busy(at(start), at(until), online, place),)


def found(asked: Need, *people: Candidate) -> Result:
    return match(asked, Candidates.of(people))


def starts(asked: Need, candidate: Candidate) -> list[str]:
    """What is offered, as the clock on the wall says it."""
    chosen = found(asked, candidate).chosen
    return [f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}" for choice in chosen for moment in choice.moments]
