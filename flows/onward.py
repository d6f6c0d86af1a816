"""Where to go from an answer that leaves nothing to press, so that nobody is left at a dead end."""

from collections.abc import Iterator
from dataclasses import replace

from flows import facts, offers
from flows.actions import Action
from flows.desk import Turn
from flows.view import Button, View
from storage import requests, sessions


def onward(turn: Turn, view: View) -> View:
    """The same view; without anything to press, with the next thing that waits for this person, and the menu."""
    return view if view.buttons or view.form else replace(view, buttons=tuple(_ways(turn)))


def _ways(turn: Turn) -> Iterator[Button]:
    t = turn.t
    for offer in requests.offers_to(turn.uow, turn.me)[:1]:
        _, request = offers.subject(turn.desk, offer)
        yield Button(t("menu.offer", topic=facts.topics(turn.desk, t, request)), Action("offer.show", offer.id))
    if sessions.of_person(turn.uow, turn.me):
        yield Button(t("menu.sessions"), Action("sessions"))
    yield Button(t("menu.title"), Action("menu"))
