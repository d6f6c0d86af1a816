"""Invented programmes of any size, filled in bulk: facilitators with their profiles, history and plans."""

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

from storage import models

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
PLACES = ("Den Haag", "Utrecht", "Amsterdam", "Rotterdam", "Apeldoorn", "Groningen", "Zwolle", "Heerlen", "Arnhem")
FORMS, TOPIC_ROOTS, TOPICS = 6, 3, 27
BATCH = 20_000

Row = Mapping[str, object]


def fill(db: Connection, size: int, seed: int = 7) -> None:
    """Put a programme of ``size`` invented facilitators into an empty database, with their history and plans."""
    dice = random.Random(seed)
    units = _organisations(db, size)
    _catalogue(db)
    _write(
        db,
        models.Person,
        (
            {"id": n, "name": f"Person {n}", "unit_id": dice.choice(units), "programme_team": False, "active": True}
            for n in range(1, size + 1)
        ),
    )
    _write(db, models.Facilitator, (_facilitator(dice, n) for n in range(1, size + 1)))
    _skills(db, dice, size)
    _diaries(db, dice, size)
    _sessions(db, dice, size)


def _write(db: Connection, model: type[SQLModel], rows: Iterable[Row]) -> None:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            db.execute(insert(model), batch)
            batch = []
    if batch:
        db.execute(insert(model), batch)


def _organisations(db: Connection, size: int) -> list[int]:
    """About eight facilitators a unit, and a tree that grows wider as there are more of them."""
    rows: list[Row] = []
    units: list[int] = []

    def node(kind: models.OrganisationKind, parent: Row | None) -> Row:
        n = len(rows) + 1
        path = f"{parent['path'] if parent else '/'}{n}/"
        rows.append(
            {
                "id": n,
                "code": f"o{n}",
                "abbreviation": "",
                "kind": kind,
                "name_nl": f"o{n}",
                "name_en": f"o{n}",
                "parent_id": parent["id"] if parent else None,
                "path": path,
            }
        )
        return rows[-1]

    kinds = models.OrganisationKind
    root = node(kinds.GOVERNMENT, None)
    ministries = 12 + size // 2000
    for _ in range(ministries):
        ministry = node(kinds.MINISTRY, root)
        for _ in range(4):
            agency = node(kinds.AGENCY, ministry)
            count = max(2, size // 8 // ministries // 4)
            units.extend(int(str(node(kinds.UNIT, agency)["id"])) for _ in range(count))
    _write(db, models.Organisation, iter(rows))
    return units


def _catalogue(db: Connection) -> None:
    _write(
        db,
        models.DialogueForm,
        (
            {
                "id": n,
                "code": f"f{n}",
                "name_nl": "",
                "name_en": "",
                "about_nl": "",
                "about_en": "",
                "minutes": 120,
                "group_min": 4,
                "group_max": 12,
            }
            for n in range(1, FORMS + 1)
        ),
    )
    kinds = list(models.TopicKind)
    roots = (
        {"id": n, "code": f"t{n}", "name_nl": "", "name_en": "", "kind": kinds[n - 1], "parent_id": None}
        for n in range(1, TOPIC_ROOTS + 1)
    )
    _write(db, models.Topic, roots)
    leaves = (
        {"id": n, "code": f"t{n}", "name_nl": "", "name_en": "", "kind": kinds[n % 3], "parent_id": n % 3 + 1}
        for n in range(TOPIC_ROOTS + 1, TOPICS + 1)
    )
    _write(db, models.Topic, leaves)


def _facilitator(dice: random.Random, n: int) -> Row:
    level = dice.choices(list(models.Level), (15, 55, 30))[0]
    joined = date(2026, 11, 1) - timedelta(days=dice.randrange(1800))
    back = date(2026, 11, 1) - timedelta(days=dice.randrange(200)) if dice.random() < 0.05 else None
    asked = NOW - timedelta(hours=dice.randrange(4000)) if dice.random() < 0.7 else None
    return {
        "person_id": n,
        "level": level,
        "capacity": dice.choice((1, 2, 2, 3, 4)),
        "active": dice.random() < 0.94,
        "online": dice.random() < 0.8,
        "joined_on": joined,
        "back_on": back,
        "last_asked_at": asked,
    }


def _skills(db: Connection, dice: random.Random, size: int) -> None:
    people = range(1, size + 1)
    _write(
        db,
        models.FacilitatorForm,
        (
            {"form_id": form, "facilitator_id": n}
            for n in people
            for form in dice.sample(range(1, FORMS + 1), dice.choice((1, 2, 3)))
        ),
    )
    _write(
        db,
        models.FacilitatorTopic,
        (
            {"topic_id": topic, "facilitator_id": n}
            for n in people
            for topic in dice.sample(range(1, TOPICS + 1), dice.choice((3, 4, 5, 6)))
        ),
    )
    _write(
        db,
        models.FacilitatorLanguage,
        (
            {"language": language, "facilitator_id": n}
            for n in people
            for language, share in (("nl", 0.97), ("en", 0.35), ("de", 0.05))
            if dice.random() < share
        ),
    )
    _write(
        db,
        models.FacilitatorPlace,
        (
            {"place": place, "facilitator_id": n}
            for n in people
            for place in dice.sample(PLACES, dice.choice((1, 1, 2, 3)))
        ),
    )


def _diaries(db: Connection, dice: random.Random, size: int) -> None:
    people = range(1, size + 1)
    stretches = ((540, 1020), (540, 750), (780, 1020), (600, 960))
    _write(
        db,
        models.WeeklyHours,
        (
            {"facilitator_id": n, "weekday": day, "opens": opens, "closes": closes}
            for n in people
            for day in dice.sample(range(5), dice.choice((2, 3, 4)))
            for opens, closes in (dice.choice(stretches),)
        ),
    )
    first = date(2026, 11, 1)
    _write(
        db,
        models.Away,
        (
            {"facilitator_id": n, "first_day": day, "last_day": day + timedelta(days=dice.randrange(14))}
            for n in people
            if dice.random() < 0.15
            for day in (first + timedelta(days=dice.randrange(60)),)
        ),
    )


def _sessions(db: Connection, dice: random.Random, size: int) -> None:
    """Four sessions held and one and a half planned for each facilitator, and an open offer for one in ten."""
    held, planned = 4 * size, size + size // 2
    sessions, requests = range(1, held + planned + 1), max(1, (held + planned) // 4)
    searches = range(1, max(1, size // 30) + 1)
    people = range(1, size + 1)
    _write(db, models.Request, (_request(n, dice.choice(people)) for n in range(1, requests + 1)))
    _write(db, models.DialogueSession, (_session(dice, n, requests, held=n <= held) for n in sessions))
    _write(db, models.Seat, (_seat(n, dice.choice(people)) for n in sessions))
    _write(db, models.Search, map(_search, searches))
    _write(db, models.Offer, (_offer(n, person) for n in searches for person in dice.sample(people, 3)))


def _request(n: int, requester: int) -> Row:
    return {
        "id": n, "requester_id": requester, "organisation_id": 1, "form_id": 1, "occasion": models.Occasion.TEAM_DAY,
        "urgency": models.Urgency.NORMAL, "participants": 8, "online": False, "place": "", "language": "nl",
        "origin": models.Origin.ANY, "confidential_note": "", "rhythm": "", "series_wish": models.SeriesWish.NO,
        "state": models.RequestState.PLANNED, "created_at": NOW, "answers": {}, "version": 1,
    }  # fmt: skip


def _seat(session: int, facilitator: int) -> Row:
    return {"session_id": session, "role": models.SeatRole.LEAD, "facilitator_id": facilitator}


def _search(n: int) -> Row:
    return {
        "id": n, "session_id": n, "cause": models.SearchCause.REQUESTED, "state": models.SearchState.ASKING, "round": 1,
        "urgent": False, "covers_rest": False, "opened_at": NOW, "promised_by": NOW, "version": 1,
    }  # fmt: skip


def _offer(search: int, facilitator: int) -> Row:
    return {
        "search_id": search, "facilitator_id": facilitator, "round": 1, "state": models.OfferState.OPEN, "moments": [],
        "by_hand": False, "offered_at": NOW, "expires_at": NOW, "version": 1,
    }  # fmt: skip


def _session(dice: random.Random, n: int, requests: int, *, held: bool) -> Row:
    day = NOW - timedelta(days=dice.randrange(1, 700)) if held else NOW + timedelta(days=dice.randrange(90))
    state = models.SessionState.HELD if held else models.SessionState.PLANNED
    online = dice.random() < 0.4
    return {
        "id": n,
        "request_id": n % requests + 1,
        "position": 1,
        "minutes": 120,
        "online": online,
        "link": "",
        "starts_at": day.replace(hour=dice.choice((8, 9, 10, 12, 13, 14))),
        "state": state,
        "uid": f"u{n}",
        "place": "" if online else dice.choice(PLACES),
        "sequence": 0,
        "version": 1,
    }
