"""Planned sessions to remind people of."""

from datetime import UTC, datetime, timedelta

from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    DialogueSession,
    Facilitator,
    Level,
    Occasion,
    Organisation,
    OrganisationKind,
    Origin,
    Request,
    RequestState,
    Seat,
    SeatRole,
    SeriesWish,
    SessionState,
    Urgency,
)

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def plan_sessions(uow: UnitOfWork, count: int, people: int) -> list[int]:
    """Plan ``count`` sessions a day after NOW, with a requester and a facilitator of ``people``; gives their ids."""
    half = people // 2
    home = uow.add(Organisation(code="home", kind=OrganisationKind.UNIT, name_nl="Thuis", name_en="Home", path="/1/"))
    uow.add_all(
        [Facilitator(person_id=n, level=Level.TRAINED, capacity=9, joined_on=NOW.date()) for n in range(1, half)]
    )
    uow.flush()
    uow.add_all([_request(n, home.id, half + n % half) for n in range(1, count + 1)])
    uow.flush()
    uow.add_all([_session(n) for n in range(1, count + 1)])
    uow.flush()
    uow.add_all(
        [Seat(session_id=n, role=SeatRole.LEAD, facilitator_id=n % (half - 1) + 1) for n in range(1, count + 1)]
    )
    return list(range(1, count + 1))


def _request(number: int, organisation_id: int, requester_id: int) -> Request:
    return Request(
        id=number,
        requester_id=requester_id,
        organisation_id=organisation_id,
        occasion=Occasion.TEAM_DAY,
        urgency=Urgency.NORMAL,
        participants=10,
        online=True,
        origin=Origin.ANY,
        language="nl",
        series_wish=SeriesWish.NO,
        state=RequestState.PLANNED,
        created_at=NOW,
    )


def _session(number: int) -> DialogueSession:
    return DialogueSession(
        id=number,
        request_id=number,
        starts_at=NOW + timedelta(days=1),
        minutes=120,
        online=True,
        state=SessionState.PLANNED,
        uid=f"session-{number}",
    )
