"""Two hundred people accept one seat at the very same moment: one gets it, everybody else hears so kindly."""

from collections import Counter
from functools import partial
from unittest.mock import patch

import pytest

from flows.capabilities import CAPABILITIES
from flows.engine import faults
from flows.engine.context import Context
from flows.engine.views.view import View
from flows.matching import searches
from handlers.inbound.events import Pressed, Sender
from handlers.inbound.results import to_say
from storage.dialogues import requests
from storage.models import (
    DialogueSession,
    Facilitator,
    Level,
    Offer,
    OfferState,
    Request,
    RequestState,
    Search,
    SearchState,
    Seat,
    SessionState,
)
from tests.scenarios.asking import ask
from tests.scenarios.racing import loudly, race
from tests.scenarios.town import DUTCH, RULES, TEXTS, Town, at

CROWD = 200
TUESDAY = at("2026-12-08 14:00")


def _ask_a_crowd(town: Town) -> list[Offer]:
    """Offer the seat that is sought to two hundred people who could have it."""
    with town.store.begin() as uow:
        context, search = Context(uow, town.now, RULES, TEXTS, CAPABILITIES), uow.get(Search, 1)
        known = {offer.facilitator_id for offer in requests.offers(uow, search.id)}
        trained = [f.person_id for f in town.rows(Facilitator) if f.level is not Level.IN_TRAINING]
        until = max(offer.expires_at for offer in requests.offers(uow, search.id))
        for person_id in sorted(set(trained) - known)[: CROWD - len(known)]:
            searches.offer(context, search, person_id, [TUESDAY], until)
    return [offer for offer in town.rows(Offer) if offer.search_id == 1]


def _accept(town: Town, offer: Offer) -> View | None:
    packed = f"offer.accept:{offer.id}:{offer.version}:0"
    sender = Sender(town.channel.name, str(offer.facilitator_id))
    return to_say(town.app.router.answer(Pressed(f"press-{offer.id}", sender, packed)))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_of_two_hundred_who_accept_one_seat_at_once_one_gets_it_and_the_others_hear_so_kindly(
    kind: str, request: pytest.FixtureRequest
) -> None:
    town: Town = request.getfixturevalue("town" if kind == "sqlite" else "postgres_town")
    await ask(town, moment2=None)
    offers = _ask_a_crowd(town)
    assert len(offers) == CROWD
    await town.settle()
    with patch.object(faults, "report", loudly):
        answers = race([partial(_accept, town, offer) for offer in offers])
    _one_won(town, [answer.text for answer in answers if answer is not None])
    await town.settle()
    _everybody_reads_how_it_ended(town, offers)


def _one_won(town: Town, texts: list[str]) -> None:
    thanks = DUTCH("offer.thanks", moment=DUTCH.moment(TUESDAY))
    beaten = (DUTCH("error.seat_taken"), DUTCH("error.offer_over"))
    assert len(texts) == CROWD
    assert sum(text.startswith(thanks) for text in texts) == 1
    assert sum(text.startswith(beaten) for text in texts) == CROWD - 1
    states = Counter(offer.state for offer in town.rows(Offer))
    assert states == {OfferState.ACCEPTED: 1, OfferState.TAKEN: CROWD - 1}
    winner = next(offer for offer in town.rows(Offer) if offer.state is OfferState.ACCEPTED)
    assert [seat.facilitator_id for seat in town.rows(Seat)] == [winner.facilitator_id]
    assert [(s.state, s.starts_at) for s in town.rows(DialogueSession)] == [(SessionState.PLANNED, TUESDAY)]
    assert [search.state for search in town.rows(Search)] == [SearchState.FOUND]
    assert [asked.state for asked in town.rows(Request)] == [RequestState.PLANNED]


def _everybody_reads_how_it_ended(town: Town, offers: list[Offer]) -> None:
    winner = next(offer.facilitator_id for offer in town.rows(Offer) if offer.state is OfferState.ACCEPTED)
    for offer in offers:
        messages = town.actor(offer.facilitator_id).messages
        assert not any(button.action.verb == "offer.accept" for view in messages for button in view.buttons)
        told_off = any(view.text == DUTCH("offer.over.taken") for view in messages)
        has_file = any(view.file is not None for view in messages)
        assert (told_off, has_file) == (offer.facilitator_id != winner, offer.facilitator_id == winner)
    assert sum(view.file is not None for view in town.requester.messages) == 1
