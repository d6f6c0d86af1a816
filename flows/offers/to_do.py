"""What waits to be answered about an offer: by a facilitator the offer itself, by a requester another time."""

from collections.abc import Iterator

from flows.engine.context import Turn
from flows.engine.contributions import Look, Waiting
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry
from flows.people import permissions
from flows.sessions import facts
from storage.dialogues import requests
from storage.models import Offer


def proposals(look: Look, most: int) -> Iterator[Waiting]:
    """The other times that facilitators propose to this person."""
    turn = look.turn
    found = requests.proposed_to(turn.uow, turn.me, turn.now, most)
    topics = facts.topics_of(turn.context, turn.t, (request for _, request in found))
    return (_proposal(turn, offer, topics[request.id]) for offer, request in found)


def _proposal(turn: Turn, offer: Offer, topic: str) -> Waiting:
    t = turn.t
    assert offer.proposed_start is not None
    buttons = (
        Button(t("proposal.take"), Action("proposal.take", offer.id, offer.version)),
        Button(t("proposal.leave"), Action("proposal.leave", offer.id, offer.version)),
    )
    title, start = t("proposal.title", topic=topic), offer.proposed_start
    return Waiting(
        lambda: Entry(title, t("front.proposal", moment=t.moment(start)), buttons),
        Button(title, Action("proposal.show", offer.id)),
    )


def offers(look: Look, most: int) -> Iterator[Waiting]:
    """The offers that this person has yet to answer, as a facilitator."""
    turn = look.turn
    found = requests.asked_of(turn.uow, turn.me, turn.now, most) if look.once(permissions.leads) else ()
    topics = facts.topics_of(turn.context, turn.t, (request for _, request in found))
    return (_offer(turn, offer, topics[request.id]) for offer, request in found)


def _offer(turn: Turn, offer: Offer, topic: str) -> Waiting:
    t, show = turn.t, Action("offer.show", offer.id)

    def entry() -> Entry:
        note = t("front.offer", until=t.moment(offer.expires_at))
        return Entry(t("offer.title", topic=topic), note, (Button(t("front.answer"), show),))

    return Waiting(entry, Button(t("menu.offer", topic=topic), show))
