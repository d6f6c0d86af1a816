"""A programme of random facilitators, as values and as the same people in a database."""

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.database.unit_of_work import UnitOfWork
from storage.dialogues.candidates import Busy, Candidate
from storage.models import (
    Address,
    Away,
    DialogueForm,
    DialogueSession,
    Facilitator,
    FacilitatorForm,
    FacilitatorLanguage,
    FacilitatorPlace,
    FacilitatorTopic,
    Level,
    Occasion,
    Offer,
    OfferState,
    Organisation,
    OrganisationKind,
    Origin,
    Person,
    Request,
    RequestState,
    Search,
    SearchCause,
    SearchState,
    Seat,
    SeatRole,
    SeriesWish,
    SessionState,
    Topic,
    TopicKind,
    Urgency,
    WeeklyHours,
)  # fmt: skip

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
FIRST_MONDAY = date(2026, 11, 2)
PARENTS = {1: None, 2: 1, 3: 2, 4: 3, 5: 3, 6: 2, 7: 6, 8: 1, 9: 8, 10: 4, 11: 1}
"""The organisations by their parents: 2 is a ministry with agencies 3 and 6, 8 and 11 are others; 4, 5, 7, 9 units."""
KINDS = {1: OrganisationKind.GOVERNMENT, 2: OrganisationKind.MINISTRY, 3: OrganisationKind.AGENCY,
         6: OrganisationKind.AGENCY, 8: OrganisationKind.MINISTRY, 11: OrganisationKind.MINISTRY}  # fmt: skip
TOPICS = {1: None, 2: None, 3: 1, 4: 1, 5: 2, 6: 3}
PLACES = ("Utrecht", "Den Haag", "Zwolle")


def path_of(organisation: int | None) -> tuple[int, ...]:
    """The ids from the root down to this organisation."""
    return () if organisation is None else (*path_of(PARENTS[organisation]), organisation)


def chain_of(topic: int | None) -> tuple[int, ...]:
    """The ids from this topic up to its root."""
    return () if topic is None else (topic, *chain_of(TOPICS[topic]))


def anybody(facilitator_id: int, dice: random.Random) -> Candidate:
    """A facilitator with a random profile and diary."""
    sessions = tuple(_session(dice) for _ in range(dice.choice((0, 0, 1, 2, 3))))
    months = Counter((day.year, day.month) for day in (busy.start.astimezone(ZONE) for busy in sessions))
    back_on = FIRST_MONDAY - timedelta(days=dice.randrange(60)) if dice.random() < 0.2 else None
    return Candidate(
        facilitator_id, path_of(dice.choice((None, 2, 3, 4, 5, 7, 9, 10, 11))), dice.choice(list(Level)),
        capacity=dice.choice((1, 2, 3)), active=dice.random() < 0.9, online=dice.random() < 0.7,
        joined_on=FIRST_MONDAY - timedelta(days=dice.randrange(200)), back_on=back_on,
        last_asked_at=NOW - timedelta(minutes=dice.randrange(9999)) if dice.random() < 0.7 else None,
        forms=_some(dice, (1, 2, 3), 0.6), topics=_some(dice, TOPICS, 0.3), languages=_some(dice, ("nl", "en"), 0.7),
        places=_some(dice, PLACES, 0.4), hours=_hours(dice), away=_away(dice), busy=sessions, load=dict(months),
        open_offers=dice.choice((0, 0, 0, 1, 2)), reachable=dice.random() < 0.9,
    )  # fmt: skip


def _some(dice: random.Random, all_of: Any, share: float) -> frozenset[Any]:
    return frozenset(one for one in all_of if dice.random() < share)


def _hours(dice: random.Random) -> dict[int, tuple[tuple[int, int], ...]]:
    stretches = (((540, 1020),), ((540, 720), (720, 1020)), ((540, 690), (780, 1020)), ((0, 1440),), ((600, 660),))
    return {weekday: dice.choice(stretches) for weekday in range(7) if dice.random() < 0.5}


def _away(dice: random.Random) -> tuple[tuple[date, date], ...]:
    if dice.random() < 0.6:
        return ()
    first = FIRST_MONDAY + timedelta(days=dice.randrange(-10, 40))
    return ((first, first + timedelta(days=dice.randrange(10))),)


def _session(dice: random.Random) -> Busy:
    day = FIRST_MONDAY + timedelta(days=dice.randrange(45))
    start = datetime.combine(day, time(dice.choice((9, 11, 13, 23)), dice.choice((0, 30))), ZONE).astimezone(UTC)
    place = dice.choice(("", *PLACES))
    return Busy(start, start + timedelta(minutes=dice.choice((60, 120))), not place, place)


def store_all(uow: UnitOfWork, people: list[Candidate]) -> None:
    """Put organisations, topics, forms and these people into an empty database."""
    _store_catalogue(uow)
    uow.add_all([Person(id=900, name="Requester", unit_id=4)])
    _store_request(uow)
    for candidate in people:
        _store_profile(uow, candidate)
    uow.flush()
    for candidate in people:
        _store_diary(uow, candidate)
    uow.flush()


def _store_catalogue(uow: UnitOfWork) -> None:
    for node, parent in PARENTS.items():
        path = f"/{'/'.join(map(str, path_of(node)))}/"
        kind = KINDS.get(node, OrganisationKind.UNIT)
        uow.add(Organisation(id=node, code=f"o{node}", kind=kind, parent_id=parent, path=path, name_nl="", name_en=""))
    for topic, parent in TOPICS.items():
        uow.add(Topic(id=topic, code=f"t{topic}", kind=TopicKind.WORK, parent_id=parent, name_nl="", name_en=""))
    for form in (1, 2, 3):
        uow.add(DialogueForm(id=form, code=f"f{form}", minutes=120, group_min=4, group_max=12, name_nl="", name_en=""))


def _store_request(uow: UnitOfWork) -> None:
    uow.add(
        Request(
            id=1, requester_id=900, organisation_id=4, occasion=Occasion.TEAM_DAY, urgency=Urgency.NORMAL,
            participants=8, online=True, origin=Origin.ANY, language="nl", series_wish=SeriesWish.NO,
            state=RequestState.SEARCHING, created_at=NOW,
        )
    )  # fmt: skip
    for n in (1, 2):
        session = uow.add(
            DialogueSession(request_id=1, minutes=60, online=True, state=SessionState.SEEKING, uid=f"u{n}")
        )
        state, cause = SearchState.ASKING, SearchCause.REQUESTED
        uow.add(Search(id=n, session_id=session.id, cause=cause, state=state, opened_at=NOW, promised_by=NOW))


def _store_profile(uow: UnitOfWork, one: Candidate) -> None:
    person = one.facilitator_id
    uow.add(Person(id=person, name=f"Person {person}", unit_id=one.path[-1] if one.path else None))
    uow.add(
        Facilitator(
            person_id=person, level=one.level, capacity=one.capacity, active=one.active, online=one.online,
            joined_on=one.joined_on, back_on=one.back_on, last_asked_at=one.last_asked_at,
        )
    )  # fmt: skip
    uow.add_all([FacilitatorForm(form_id=form, facilitator_id=person) for form in one.forms])
    uow.add_all([FacilitatorTopic(topic_id=topic, facilitator_id=person) for topic in one.topics])
    uow.add_all([FacilitatorLanguage(language=language, facilitator_id=person) for language in one.languages])
    uow.add_all([FacilitatorPlace(place=place, facilitator_id=person) for place in one.places])
    # An address is never deleted: who left one channel may be reached on another, and who never came has none.
    works = () if person % 3 == 0 else ((True,), (False, True))[person % 2]
    for n, reachable in enumerate(works if one.reachable else (False,) * (1 + person % 2)):
        uow.add(Address(person_id=person, channel=f"c{n}", address=str(person), reachable=reachable))


def _store_diary(uow: UnitOfWork, one: Candidate) -> None:
    person = one.facilitator_id
    for weekday, stretches in one.hours.items():
        uow.add_all([WeeklyHours(facilitator_id=person, weekday=weekday, opens=a, closes=b) for a, b in stretches])
    uow.add_all([Away(facilitator_id=person, first_day=first, last_day=last) for first, last in one.away])
    for n, busy in enumerate(one.busy):
        states = (SessionState.PLANNED, SessionState.SEEKING, SessionState.PROPOSED, SessionState.HELD)
        store_session(uow, person, busy, states[n], f"b{person}-{n}")
    # Two who called the session off, so nobody's time is taken by them.
    off = Busy(NOW + timedelta(days=16), NOW + timedelta(days=17), online=True, place="")
    store_session(uow, person, off, SessionState.CANCELLED, f"c{person}")
    for search in range(1, one.open_offers + 1):
        state = OfferState.OPEN if search == 1 else OfferState.PROPOSED
        uow.add(Offer(search_id=search, facilitator_id=person, round=1, state=state, offered_at=NOW, expires_at=NOW))


def store_session(uow: UnitOfWork, person: int, busy: Busy, state: SessionState, uid: str) -> None:
    """Put a session on the calendar in which this person has a seat."""
    minutes = (busy.end - busy.start) // timedelta(minutes=1)
    session = uow.add(
        DialogueSession(
            request_id=1,
            starts_at=busy.start,
            minutes=minutes,
            online=busy.online,
            place=busy.place,
            state=state,
            uid=uid,
        )
    )
    uow.add(Seat(session_id=session.id, role=SeatRole.LEAD, facilitator_id=person))
