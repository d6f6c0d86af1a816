"""Offers in the chats of facilitators: shown, and kept true while what they ask changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from flows.engine.context import Context
from flows.engine.notifications import Notification, tell
from flows.matching import algorithm, needs
from storage.delivery import message_slots
from storage.dialogues import candidates, requests
from storage.dialogues.candidates import Candidates
from storage.models import DialogueSession, Offer, OfferState, Request, Search

MOMENTS, UNTIL = "fact.moments_asked", "fact.answer_until"
"""What an offer asks beside its facts: on which moments, and by when an answer is needed."""


@dataclass(frozen=True)
class Offered(Notification, kind="offer"):
    """An offer, to its facilitator. ``changed`` are the keys of what is asked otherwise than before.

    In a letter of before the keys were kept it says only that something is.
    """

    changed: tuple[str, ...] | Literal[True] = ()


@dataclass(frozen=True)
class Proposal(Notification, kind="proposal"):
    """A facilitator asks the requester for another time."""


def show(context: Context, made: Offer, changed: Sequence[str] = ()) -> None:
    """Bring the offer's message up to date in its facilitator's chat, and in the requester's where they were asked.

    ``changed`` are the keys of what is asked otherwise than before: it says so, and names them.
    """
    told = Offered(made.id, tuple(changed), slot=_slot(made))
    tell(context, made.facilitator_id, told, once=f"v{made.version}")
    if made.proposed_start is not None:
        session = context.uow.get(DialogueSession, context.uow.get(Search, made.search_id).session_id)
        requester = context.uow.get(Request, session.request_id).requester_id
        tell(context, requester, Proposal(made.id, slot=f"proposal:{made.id}"), once=f"v{made.version}")


def was_read(context: Context, made: Offer) -> bool:
    """Whether a message with what this offer asks stands in its facilitator's chat, whatever it says by now."""
    return bool(message_slots.holders(context.uow, [made.facilitator_id], _slot(made)))


def _slot(made: Offer) -> str:
    # A repeated question gets a message of its own: a silent change of the old one would not be seen.
    return f"offer:{made.id}:{int(made.offered_at.timestamp())}"


def show_changed(context: Context, search: Search, changed: Sequence[str]) -> None:
    """Show the open offers of a search anew: what they tell has changed, and not what they ask."""
    for made in requests.offers(context.uow, search.id, OfferState.OPEN, OfferState.PROPOSED):
        made.version += 1
        show(context, made, changed)


def change(context: Context, made: Offer, moments: Sequence[datetime], changed: Sequence[str]) -> None:
    """Show an offer anew, at these moments: who presses a button of the old one is shown this one first."""
    others = [moment.isoformat() for moment in moments]
    named = changed if others == made.moments else [MOMENTS, *changed]
    made.moments = others
    made.version += 1
    show(context, made, named)


def hurry(context: Context, search: Search, until: datetime, changed: Sequence[str]) -> None:
    """Ask for the answers that are still open by this time, where they had longer."""
    for made in requests.offers(context.uow, search.id, OfferState.OPEN):
        made.expires_at, made.version = min(made.expires_at, until), made.version + 1
        show(context, made, [*changed, UNTIL])


def still_fitting(context: Context, search: Search, asked: Sequence[Offer]) -> list[tuple[Offer, Sequence[datetime]]]:
    """Those of the offers whose facilitators fit what the search needs now, each with the moments that suit them."""
    holders = {made.facilitator_id for made in asked}
    need = needs.of(context, search)
    need = replace(need, already=need.already - holders)
    found = candidates.load(context.uow, need.lookup()).people
    # The very offer they hold does not speak against them.
    asked_here = [one._replace(open_offers=one.open_offers - 1) for one in found if one.facilitator_id in holders]
    fitting = {
        choice.facilitator_id: choice.moments for choice in algorithm.match(need, Candidates.of(asked_here)).chosen
    }
    return [(made, fitting[made.facilitator_id]) for made in asked if made.facilitator_id in fitting]
