"""Who can be reached nowhere any more, and is waited for."""

from datetime import UTC, datetime, timedelta

from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import (
    Address,
    DialogueSession,
    Facilitator,
    Level,
    Occasion,
    Organisation,
    OrganisationKind,
    Origin,
    Person,
    Request,
    RequestState,
    Seat,
    SeatRole,
    SeriesWish,
    SessionState,
    Urgency,
)
from storage.people import unreachable
from storage.people.unreachable import CutOff

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def _person(uow: UnitOfWork, name: str, *, active: bool = True, **reachable: bool) -> int:
    """Somebody with an address in each of these channels, where something can be delivered or not."""
    person = uow.add(Person(name=name, active=active)).id
    for channel, open_now in reachable.items():
        uow.add(Address(person_id=person, channel=channel, address=name, reachable=open_now))
    return person


def _session(
    uow: UnitOfWork, requester: int, starts_at: datetime | None, *, state: SessionState = SessionState.PLANNED
) -> int:
    code = f"unit{requester}"
    where = Organisation(code=code, kind=OrganisationKind.UNIT, path=f"/{requester}/", name_nl=code, name_en=code)
    request = uow.add(
        Request(
            requester_id=requester,
            organisation_id=uow.add(where).id,
            occasion=Occasion.OTHER,
            urgency=Urgency.NORMAL,
            participants=8,
            online=True,
            origin=Origin.ANY,
            language="nl",
            series_wish=SeriesWish.NO,
            state=RequestState.PLANNED,
            created_at=NOW,
        )
    )
    one = DialogueSession(
        request_id=request.id, position=1, minutes=90, online=True, uid=code, state=state, starts_at=starts_at
    )
    return uow.add(one).id


def _leads(uow: UnitOfWork, person: int, session: int) -> None:
    if uow.find(Facilitator, person) is None:
        uow.add(Facilitator(person_id=person, level=Level.TRAINED, capacity=1, joined_on=NOW.date()))
    uow.add(Seat(session_id=session, role=SeatRole.LEAD, facilitator_id=person))


def _found(store: Store, most: int = 10) -> list[CutOff]:
    with store.read() as uow:
        return list(unreachable.waited_for(uow, NOW, most))


def test_who_leads_or_asked_for_a_session_to_come_is_found_once_with_the_first_of_them(store: Store) -> None:
    with store.begin() as uow:
        asks = _person(uow, "Anna", telegram=False, slack=False)
        leads = _person(uow, "Fien", telegram=False)
        reached = _person(uow, "Bas", telegram=False, slack=True)
        for days in (3, 2):
            _leads(uow, leads, _session(uow, _person(uow, f"Team {days}", slack=True), NOW + days * DAY))
        _leads(uow, reached, _session(uow, asks, NOW + DAY))
    found = [CutOff(asks, False, NOW + DAY), CutOff(leads, True, NOW + 2 * DAY)]
    assert _found(store) == found
    assert _found(store, most=1) == found[:1]


def test_who_still_seeks_and_has_no_time_yet_is_found_too(store: Store) -> None:
    with store.begin() as uow:
        asks = _person(uow, "Anna", telegram=False)
        _session(uow, asks, None, state=SessionState.SEEKING)
    assert _found(store) == [CutOff(asks, False, None)]


def test_the_playground_reaches_nobody_and_who_was_never_anywhere_is_not_missed(store: Store) -> None:
    with store.begin() as uow:
        asks = _person(uow, "Anna", telegram=False, playground=True)
        never = (_person(uow, "Nina"), _person(uow, "Play", playground=False))
        for person in (asks, *never):
            _session(uow, person, NOW + DAY)
    assert [one.person_id for one in _found(store)] == [asks]


def test_nobody_is_waited_for_who_left_or_whose_sessions_are_over_or_off(store: Store) -> None:
    with store.begin() as uow:
        _session(uow, _person(uow, "Gone", active=False, telegram=False), NOW + DAY)
        _session(uow, _person(uow, "Over", telegram=False), NOW - DAY)
        _session(uow, _person(uow, "Off", telegram=False), NOW + DAY, state=SessionState.CANCELLED)
    assert _found(store) == []
