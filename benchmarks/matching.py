"""How long it takes to match one request, beside the bare query that only fetches the ids of who could lead it.

Both use the same connection, in turns, and for both the time counts that this thread works (SQLite works in it too, on
pages that are in memory by then), so that a busy machine hits neither. The bare query has every hard rule that SQL can
say; it neither loads, ranks, counts nor explains.
"""

import gc
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import thread_time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import SQLModel

from benchmarks.programme import NOW, fill
from flows.matching.algorithm import Need, Window, match
from storage.database.unit_of_work import Store, UnitOfWork
from storage.dialogues import candidates
from storage.models import Origin, SeatRole

SIZES = (400, 10_000, 100_000)
SMALLEST = 400
"""The size at which matching also has to stay under 10 ms."""
ZONE = ZoneInfo("Europe/Amsterdam")
MINUTES = 120


def run(sizes: Iterable[int] = SIZES) -> list[dict[str, Any]]:
    """A row for each size: the mean over six kinds of request, of the median of several matchings of each."""
    gc.collect()
    gc.freeze()  # as the bot does once it has started
    rows = []
    for size in sizes:
        with TemporaryDirectory() as folder:
            rows.append(_row(size, measure(f"sqlite:///{Path(folder) / 'programme.db'}", size)))
    return rows


def _row(size: int, timed: dict[str, tuple[float, float]]) -> dict[str, Any]:
    ours, bare = (mean(pair[side] for pair in timed.values()) for side in (0, 1))
    demand = "ratio <= 3 and ours <= 10" if size == SMALLEST else "ratio <= 3"
    return {
        "name": "match one request, beside the bare query for the eligible ids",
        "size": size,
        "ours": round(ours, 2),
        "baseline": round(bare, 2),
        "unit": "ms",
        "ratio": round(ours / bare, 2),
        "demand": demand,
        "by_request": {name: [round(one, 2) for one in pair] for name, pair in timed.items()},
    }


def measure(url: str, size: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of matching and of the bare query for each kind of request, on a database made for it at ``url``."""
    store = Store(url)
    SQLModel.metadata.create_all(store.engine)
    with store.begin() as uow:
        fill(uow.db.connection(), size)
    try:
        with store.read() as uow:
            return {name: _timed(uow, need, 31 if size <= 10_000 else 9) for name, need in needs().items()}
    finally:
        store.close()


def _timed(uow: UnitOfWork, need: Need, times: int) -> tuple[float, float]:
    bare = bare_query(need)
    pairs = [(_ms(lambda: matched(uow, replace(need))), _ms(lambda: fetched(uow, *bare))) for _ in range(times + 2)]
    ours, theirs = zip(*pairs[2:], strict=True)
    return median(ours), median(theirs)


def _ms(work: Callable[[], object]) -> float:
    begun = thread_time()
    work()
    return (thread_time() - begun) * 1000


def matched(uow: UnitOfWork, need: Need) -> object:
    """Ours: load, hold against the rules, rank and explain."""
    return match(need, candidates.load(uow, need.lookup()))


def fetched(uow: UnitOfWork, query: str, given: dict[str, object]) -> list[Any]:
    """Theirs: the ids."""
    return list(uow.db.connection().execute(text(query), given))


def needs() -> dict[str, Need]:
    """Six kinds of request, from the broadest to the narrowest."""
    three = (_moment(18, 10), _moment(24, 14), _moment(26, 9))
    on_site = replace(_need(three), online=False, place="Utrecht")
    return {
        "three moments, online": _need(three),
        "three moments, on site": on_site,
        "one moment, on site": replace(on_site, windows=three[:1]),
        "two moments, own ministry": replace(_need(three[1:]), origin=Origin.OWN),
        "any time on three days, from outside": replace(
            _need((Window(_local(17, 9), _local(19, 17)),)), origin=Origin.OUTSIDE
        ),
        "two moments, any form": replace(_need(three[:2]), form_id=None),
    }


def _need(windows: tuple[Window, ...]) -> Need:
    return Need(
        path=(1, 2, 3, 4), is_unit=True, own=frozenset((2, 3)), pools=frozenset(), requester_id=1, requester_unit_id=4,
        form_id=2, language="nl", topics=((4, 2), (5, 3)), windows=windows, minutes=MINUTES, online=True, place="",
        origin=Origin.ANY, seats=frozenset((SeatRole.LEAD,)), already=frozenset(), now=NOW, zone=ZONE,
        travel_margin=timedelta(hours=1),
    )  # fmt: skip


def _local(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=ZONE).astimezone(UTC)


def _moment(day: int, hour: int) -> Window:
    return Window(_local(day, hour))


# The bare query. CROSS JOIN keeps SQLite from walking every session of the period for each facilitator, which makes it
# twelve times faster; without that the comparison would flatter us.

_BARE = """SELECT f.person_id FROM {source}
WHERE f.active AND p.active AND f.person_id <> :requester AND f.level <> 'in_training' AND {place} AND {origin}
 AND (o.path IS NULL OR o.path NOT LIKE :unit)
 AND EXISTS (SELECT 1 FROM facilitator_language x WHERE x.language = :language AND x.facilitator_id = f.person_id)
 AND EXISTS (SELECT 1 FROM facilitator_topic x WHERE x.topic_id IN (:t0, :t1, :t2, :t3)
 AND x.facilitator_id = f.person_id)
 AND ({moments})
 AND NOT ((f.joined_on > :new_since OR coalesce(f.back_on > :back_since, 1 = 0)) AND EXISTS (SELECT 1 FROM offer x
 WHERE x.facilitator_id = f.person_id AND x.state IN ('open', 'proposed')))"""
_TAKEN = "d.state IN ('planned', 'seeking', 'proposed', 'held')"
_SEATS = "FROM seat s CROSS JOIN dialogue_session d WHERE s.facilitator_id = f.person_id AND d.id = s.session_id"
_ROOM = f"""f.capacity > (SELECT count(*) {_SEATS} AND {_TAKEN}
 AND d.starts_at >= :month_start AND d.starts_at < :month_end)"""
_CLASH = f"""NOT EXISTS (SELECT 1 {_SEATS} AND {_TAKEN}
 AND julianday(d.starts_at) < julianday(:end{{0}}) + {{margin}}
 AND julianday(d.starts_at) + d.minutes / 1440.0 + {{margin}} > julianday(:start{{0}}))"""
_MARGIN = {True: "(CASE WHEN d.online THEN 0 ELSE :margin END)",
           False: "(CASE WHEN d.place = :place THEN 0 ELSE :margin END)"}  # fmt: skip
_HOURS = """EXISTS (SELECT 1 FROM weekly_hours h WHERE h.facilitator_id = f.person_id AND h.weekday = :weekday{0}
 AND min(h.closes, :closes{0}) - max(h.opens, :opens{0}) >= :minutes)
 AND NOT EXISTS (SELECT 1 FROM away a WHERE a.facilitator_id = f.person_id
 AND a.first_day <= :day{0} AND a.last_day >= :day{0})"""


def bare_query(need: Need) -> tuple[str, dict[str, object]]:
    """The query for the ids of all who pass the hard rules, with its values.

    Within a window it looks at opening hours and days away only: finding a gap between sessions is beyond plain SQL.
    """
    own = "(o.path LIKE '/1/2/%')"
    query = _BARE.format(
        source=_source(need),
        place="f.online"
        if need.online
        else "(NOT f.online OR EXISTS (SELECT 1 FROM facilitator_place x WHERE x.facilitator_id = f.person_id))",
        origin={
            Origin.ANY: "1 = 1",
            Origin.OWN: f"{own} AND p.unit_id = o.id AND f.person_id = p.id",
            Origin.OUTSIDE: f"NOT {own}",
        }[need.origin],
        moments=" OR ".join(_possible(n, need) for n in range(len(need.slots))),
    )
    return query, _given(need)


def _source(need: Need) -> str:
    if need.origin is Origin.OWN:
        # A ministry's people are few, so walk those: four times as fast as walking everybody trained in the form.
        trained = "JOIN facilitator_form m ON m.form_id = :form AND m.facilitator_id = f.person_id"
        return f"organisation o CROSS JOIN person p CROSS JOIN facilitator f {trained}"
    trained = "facilitator_form m JOIN facilitator f ON f.person_id = m.facilitator_id AND m.form_id = :form"
    everybody = "facilitator f" if need.form_id is None else trained
    return f"{everybody} JOIN person p ON p.id = f.person_id LEFT JOIN organisation o ON o.id = p.unit_id"


def _possible(n: int, need: Need) -> str:
    conditions = [_HOURS.format(n)]
    if need.slots[n].exact:
        conditions.append(_CLASH.format(n, margin=_MARGIN[need.online]))
    return f"({' AND '.join((*conditions, _ROOM))})"


def _given(need: Need) -> dict[str, object]:
    given: dict[str, object] = {
        "requester": need.requester_id, "form": need.form_id, "language": need.language, "unit": "/1/2/3/4/%",
        "t0": 4, "t1": 2, "t2": 5, "t3": 3, "minutes": need.minutes, "place": need.place, "margin": 1 / 24,
        "month_start": "2026-10-31 23:00:00.000000", "month_end": "2026-11-30 23:00:00.000000",
        "new_since": (NOW.date() - timedelta(days=60)).isoformat(),
        "back_since": (NOW.date() - timedelta(days=30)).isoformat(),
    }  # fmt: skip
    for n, slot in enumerate(need.slots):
        opens, closes = ((moment - slot.at(0)) // timedelta(minutes=1) for moment in (slot.start, slot.end))
        given |= {f"weekday{n}": slot.weekday, f"day{n}": slot.day.isoformat(), f"opens{n}": opens,
                  f"closes{n}": closes, f"start{n}": f"{slot.start:%Y-%m-%d %H:%M:%S}",
                  f"end{n}": f"{slot.end:%Y-%m-%d %H:%M:%S}"}  # fmt: skip
    return given
