"""What asking for a dialogue brings to the bot."""

from datetime import timedelta

from flows.engine.capability import Capability, Message, Pruned, Verb
from flows.engine.forms import conversation
from flows.engine.schedule import Rule
from flows.engine.views.action import Action
from flows.matching.searches import Lapsed
from flows.offers.offers import OneOfTwo
from flows.practice_builders.other_moment import MomentAsked
from flows.requests import lapsed, other_moment_letter, requests
from flows.requests.form import REQUEST
from storage.dialogues import context_retention, requesters

KEPT_CONTEXTS = timedelta(days=30)
"""How long after the last session of a request its context stays: who led it may still report, then nobody needs it."""

ASK = Action("ask")
MINE = Action("requests")

CAPABILITY = Capability(
    name="requests",
    verbs=(
        conversation.asking("ask", "request"),
        conversation.asking("request.change", "request"),
        Verb("requests", requests.mine, shows=True),
        Verb("request.show", requests.show, shows=True),
        Verb("request.cancel", requests.ask_cancel, asks_first=True),
        Verb("request.drop", requests.cancel),
    ),
    forms=(REQUEST,),
    messages=(
        Message(OneOfTwo, requests.one_of_two, requesters.of_search),
        Message(Lapsed, lapsed.letter, requesters.of_search),
        Message(MomentAsked, other_moment_letter.letter, requesters.of_search),
    ),
    rules={"search_lapses": Rule(lapsed.search_lapses)},
    words={
        **dict.fromkeys(("", "aanvraag", "vraag", "nieuw", "ask", "request", "new"), ASK),
        **dict.fromkeys(("status", "aanvragen", "requests"), MINE),
    },
    pruned=(Pruned(context_retention.forget, KEPT_CONTEXTS),),
)
