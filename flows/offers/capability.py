"""What a facilitator's answers to an offer bring to the bot."""

from flows.engine.capability import Capability, Message, Verb
from flows.engine.context import Turn
from flows.engine.contributions import ToDo
from flows.engine.forms import conversation
from flows.engine.views.action import Action
from flows.engine.views.view import View
from flows.matching import open_offers, searches
from flows.offers import offers, other_time, to_do
from flows.offers.other_time_form import OTHER_TIME
from flows.people import permissions
from storage.dialogues import requesters


def _show(turn: Turn, action: Action) -> View:
    return offers.shown(turn.context, turn.person, permissions.offer_of(turn, action.id))


CAPABILITY = Capability(
    name="offers",
    verbs=(
        conversation.asking("offer.other", "other_time"),
        Verb("offer.show", _show, shows=True),
        Verb("offer.accept", offers.accept),
        Verb("offer.decline", offers.ask_reason, asks_first=True),
        Verb("offer.no", offers.decline),
        Verb("proposal.show", other_time.show, shows=True),
        Verb("proposal.take", other_time.take),
        Verb("proposal.leave", other_time.leave),
    ),
    forms=(OTHER_TIME,),
    messages=(
        Message(open_offers.Offered, offers.card),
        Message(searches.OfferOver, offers.over),
        Message(open_offers.Proposal, other_time.card, requesters.of_offer),
        Message(other_time.ProposalLeft, other_time.left),
    ),
    to_do=(ToDo(10, to_do.proposals), ToDo(30, to_do.offers)),
)
