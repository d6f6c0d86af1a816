"""A programme at work, reached over Slack: people with addresses, open requests, and offers that wait for an answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle

from sqlmodel import SQLModel, col, select

from flows import requests
from flows.desk import Desk, Turn
from flows.rules import Rules
from flows.texts import Texts
from storage import demo
from storage.models import Address, DialogueForm, Facilitator, Offer, OfferState, Organisation, Person, Search, Topic
from storage.models import DialogueSession as Session
from storage.unit_of_work import Store, UnitOfWork

NOW = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
"""A Monday morning in The Hague. The bot's clock stands still there, so that every run presses the same."""
RULES = Rules()
TEXTS = Texts("nl", RULES.zone)
_WEEKS = 9
"""Weeks over which the wished moments are spread, so that no diary fills up."""


def slack_id(person_id: int) -> str:
    """The id under which the stand-in knows the person that it hired as number ``person_id``."""
    return f"U0{person_id:07d}"


def furnish(store: Store, facilitators: int, asked: int) -> int:
    """Fill an empty database with ``asked`` open requests, each offered to a few facilitators; gives how many people.

    Raises RuntimeError where people's ids have gaps, for then the stand-in's would be others.
    """
    SQLModel.metadata.create_all(store.engine)
    with store.begin() as uow:
        demo.invent(uow, seed=2021, today=NOW.date(), folder=demo.PROGRAMME, facilitators=facilitators)
        ids = uow.db.exec(select(Person.id).order_by(col(Person.id))).all()
        uow.add_all([Address(person_id=one, channel="slack", address=slack_id(one), preferred=True) for one in ids])
    if list(ids) != list(range(1, len(ids) + 1)):
        raise RuntimeError("the invented people's ids have gaps")
    _ask(store, asked)
    return len(ids)


def _ask(store: Store, asked: int) -> None:
    with store.read() as uow:
        people = cycle(_without_profile(uow))
        units = [*uow.db.exec(select(Organisation.id).order_by(col(Organisation.id).desc()).limit(40))]
        topics = [*uow.db.exec(select(Topic.id).order_by(col(Topic.id)))]
        forms = [*uow.db.exec(select(DialogueForm.id).order_by(col(DialogueForm.id)))]
    for number in range(asked):
        with store.begin() as uow:
            turn = Turn(Desk(uow, NOW, RULES, TEXTS), uow.get(Person, next(people)))
            answers = _answers(number, units[number % len(units)], topics[number % len(topics)], forms[number % 3])
            requests.send(turn, 0, answers)


def _without_profile(uow: UnitOfWork) -> list[int]:
    profiles = select(Facilitator.person_id)
    return [*uow.db.exec(select(Person.id).where(col(Person.id).not_in(profiles)).order_by(col(Person.id)))]


def _answers(number: int, unit: int, topic: int, form: int) -> dict[str, object]:
    day = NOW.date() + timedelta(days=14 + 7 * (number % _WEEKS) + number // _WEEKS % 4)
    return {
        "organisation": unit, "topics": [topic], "form": form, "occasion": "team_day", "urgency": "normal",
        "participants": 9, "where": "online", "when": "moments", "moment1": f"{day}T{9 + number % 7:02}:00",
        "moment2": f"{day + timedelta(days=1)}T10:30", "origin": "any", "language": "nl", "follow_up": "no",
    }  # fmt: skip


def open_offers(uow: UnitOfWork) -> Iterator[tuple[int, int, int, int]]:
    """(request, requester, offer, facilitator) of every open offer, in the order they were made."""
    for offer in uow.db.exec(select(Offer).where(Offer.state == OfferState.OPEN).order_by(col(Offer.id))).all():
        request = uow.get(requests.Request, uow.get(Session, uow.get(Search, offer.search_id).session_id).request_id)
        yield request.id, request.requester_id, offer.id, offer.facilitator_id
