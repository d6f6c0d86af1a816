"""A programme at work, reached over Slack: people with addresses, open requests, and offers that wait for an answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import SQLModel, col, select, update

from flows.capabilities import CAPABILITIES
from flows.engine.context import Context, Turn
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.requests import requests
from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import (
    Address,
    DialogueForm,
    DialogueSession,
    Offer,
    OfferState,
    Organisation,
    Outbox,
    OutboxState,
    Person,
    Request,
    Search,
    Topic,
)
from storage.programme import demo

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
    """Fill an empty database with ``asked`` open requests, each of another civil servant; gives how many people.

    Raises RuntimeError where people's ids have gaps, for then the stand-in's would be others.
    """
    SQLModel.metadata.create_all(store.engine)
    with store.begin() as uow:
        demo.invent(uow, seed=2021, today=NOW.date(), folder=demo.PROGRAMME, facilitators=facilitators)
        units = [*uow.db.exec(select(Organisation.id).order_by(col(Organisation.id).desc()).limit(40))]
        askers = [Person(name=f"Ambtenaar {number}", unit_id=units[number % 40]) for number in range(asked)]
        uow.add_all(askers)
        uow.flush()
        ids = [*uow.db.exec(select(Person.id).order_by(col(Person.id)))]
        uow.add_all([_account(one) for one in ids])
    if ids != [*range(1, len(ids) + 1)]:
        raise RuntimeError("the invented people's ids have gaps")
    _ask(store, askers)
    with store.begin() as uow:
        # What was to be told of all that stands in everybody's Slack already.
        uow.db.exec(update(Outbox).values(state=OutboxState.SENT, settled_at=NOW))
    return len(ids)


def _account(person_id: int) -> Address:
    """Where this person is reached: Slack called them a full member this morning."""
    address = slack_id(person_id)
    return Address(person_id=person_id, channel="slack", address=address, preferred=True, membership_confirmed_at=NOW)


def _ask(store: Store, askers: list[Person]) -> None:
    with store.read() as uow:
        topics = [*uow.db.exec(select(Topic.id).order_by(col(Topic.id)))]
        forms = [*uow.db.exec(select(DialogueForm.id).order_by(col(DialogueForm.id)))]
    for number, asker in enumerate(askers):
        with store.begin() as uow:
            turn = Turn(Context(uow, NOW, RULES, TEXTS, CAPABILITIES), uow.get(Person, asker.id))
            answers = _answers(number, asker.unit_id, topics[number % len(topics)], forms[number % 3])
            requests.send(turn, 0, answers)


def _answers(number: int, unit: int | None, topic: int, form: int) -> dict[str, object]:
    day = NOW.date() + timedelta(days=14 + 7 * (number % _WEEKS) + number // _WEEKS % 4)
    return {
        "organisation": unit, "topics": [topic], "form": form, "occasion": "team_day", "urgency": "normal",
        "participants": 9, "where": "online", "when": "moments", "moment1": f"{day}T{9 + number % 7:02}:00",
        "moment2": f"{day + timedelta(days=1)}T10:30", "origin": "any", "language": "nl", "follow_up": "no",
    }  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """An open offer. ``month`` is that of its first moment, as in "2026-12"."""

    request: int
    requester: int
    offer: int
    version: int
    facilitator: int
    month: str


def open_offers(store: Store) -> list[Standing]:
    """Every open offer, in the order in which they were made."""
    with store.read() as uow:
        every = uow.db.exec(select(Offer).where(Offer.state == OfferState.OPEN).order_by(col(Offer.id))).all()
        return [_standing(uow, offer) for offer in every]


def _standing(uow: UnitOfWork, offer: Offer) -> Standing:
    session = uow.get(DialogueSession, uow.get(Search, offer.search_id).session_id)
    request = uow.get(Request, session.request_id)
    return Standing(
        request.id, request.requester_id, offer.id, offer.version, offer.facilitator_id, offer.moments[0][:7]
    )
