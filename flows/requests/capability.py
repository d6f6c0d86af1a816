"""What asking for a dialogue brings to the bot."""

from datetime import timedelta

from flows.engine.capability import Capability, Command, Message, Pruned, Verb
from flows.engine.contributions import HomeSection, MenuButton, Place
from flows.engine.forms import conversation
from flows.engine.schedule import Rule
from flows.engine.views.action import Action
from flows.engine.views.view import Style
from flows.matching.searches import Lapsed
from flows.offers.offers import OneOfTwo
from flows.practice_builders.other_moment import MomentAsked
from flows.requests import home_section, lapsed, other_moment_letter, requests
from flows.requests.form import REQUEST
from storage.dialogues import note_retention, requesters
from storage.dialogues import requests as stored

KEPT_NOTES = timedelta(days=30)
"""How long after the last session of a request its note stays: who led it may still report, then nobody needs it."""

ASK = Action("ask")
STATUS = {"nl": "status", "en": "status"}

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
    rules={"search_lapses": Rule(lapsed.search_lapses, request=stored.of_search)},
    words={
        **dict.fromkeys(("", "aanvraag", "vraag", "nieuw", "ask", "request", "new"), ASK),
        **dict.fromkeys(("status", "aanvragen", "requests"), home_section.MINE),
    },
    commands=(
        Command("ask", ASK, 10, {"nl": "", "en": ""}, {"nl": "dialoog", "en": "dialogue"}),
        Command("status", home_section.MINE, 20, STATUS, STATUS),
    ),
    sections=(HomeSection(30, home_section.own_requests_section),),
    buttons=(
        MenuButton(10, "menu.ask", ASK, frozenset({Place.FIRST, Place.MENU}), Style.PRIMARY),
        MenuButton(20, "menu.requests", home_section.MINE, frozenset({Place.MENU})),
    ),
    pruned=(Pruned(note_retention.forget, KEPT_NOTES),),
)
