"""After sending: seeing how a request stands, changing it, cancelling it. One's own, and nobody else's."""

from typing import Any

import pytest

from flows.engine.views.action import Action
from handlers.inbound.events import Pressed, Sender, Submitted, TextMessage
from handlers.inbound.results import to_say
from storage.models import (
    DialogueSession,
    Draft,
    Due,
    DueState,
    Offer,
    OfferState,
    Person,
    Request,
    RequestState,
    Search,
    SearchState,
)
from tests.scenarios.asking import answer_page, ask, begin, from_menu, plan_series, press, withdraw
from tests.scenarios.town import Town, at, last_words, words


async def test_my_requests_says_how_each_one_stands_and_what_comes_next(town: Town) -> None:
    asker = town.requester
    await from_menu(asker, "Mijn aanvragen")
    assert "Je hebt nog geen aanvragen" in words(asker.screen)
    await ask(town)
    view = await from_menu(asker, "Mijn aanvragen")
    [(topic, standing)] = view.facts
    assert topic == "Tegenspraak en je uitspreken"
    assert standing == "We vragen nu gespreksleiders. Je hoort vóór maandag 30 november 2026 om 17:00 wie er komt."
    await press(town.asked()[0], "Accepteer")
    view = await from_menu(asker, "Mijn aanvragen")
    assert "De volgende bijeenkomst staat vast" in view.facts[0][1]


async def test_changing_and_leaving_it_half_way_changes_nothing(town: Town) -> None:
    asker = town.requester
    await ask(town)
    await press(asker, "Wijzig de aanvraag")
    await press(asker, "Wijzig: De dialoog")
    await answer_page(asker, participants=4)
    await press(asker, "Stop voor nu")
    [request] = town.rows(Request)
    assert request.participants == 10
    assert len(town.asked()) == 3


async def test_a_request_that_somebody_accepted_cannot_be_changed_any_more_and_says_so(town: Town) -> None:
    asker = town.requester
    await ask(town)
    change = asker.button("Wijzig de aanvraag")
    await press(town.asked()[0], "Accepteer")
    answer = await asker.send_action(change.action.pack())
    assert "Dit kan niet meer" in words(answer)
    assert "De volgende bijeenkomst staat vast" in words(answer)
    assert town.rows(Draft) == []


async def test_accepting_while_the_change_is_being_typed_keeps_the_acceptance(town: Town) -> None:
    asker = town.requester
    await ask(town)
    await press(asker, "Wijzig de aanvraag")
    send = asker.button("Verstuur de wijziging")
    await press(town.asked()[0], "Accepteer")
    answer = await asker.send_action(send.action.pack())
    assert "Dit kan niet meer" in words(answer)
    assert [s.state for s in town.rows(Search)] == [SearchState.FOUND]


async def test_cancelling_while_searching_asks_first_and_then_tells_everybody_who_was_asked(town: Town) -> None:
    asker = town.requester
    await ask(town)
    asked = town.asked()
    view = await press(asker, "Trek de aanvraag in")
    assert "Weet je het zeker?" in view.text
    assert len(town.asked()) == 3
    view = await press(asker, "Ja, trek in")
    await town.settle()
    assert "Deze aanvraag is gestopt" in view.text
    assert town.asked() == []
    assert all("niet meer nodig" in last_words(facilitator) for facilitator in asked)
    assert {offer.state for offer in town.rows(Offer)} == {OfferState.WITHDRAWN}


async def test_thinking_better_of_cancelling_leaves_everything_as_it_was(town: Town) -> None:
    asker = town.requester
    await ask(town)
    await press(asker, "Trek de aanvraag in")
    view = await press(asker, "Nee, laat staan")
    assert "We vragen nu gespreksleiders" in view.text
    assert len(town.asked()) == 3


async def test_after_cancelling_everybody_hears_and_nothing_ever_reminds_again(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await withdraw(town, requester)
    for person in (requester, facilitator):
        told = [message for message in person.messages if "gaat niet door" in message.text]
        assert len(told) == 3, "one for each session of the series, each with its file for the calendar"
        assert all(message.file and b"METHOD:CANCEL" in message.file.content for message in told)
    seen = town.seen
    await town.until(at("2027-03-01 09:00"))
    assert town.channel.deliveries[seen:] == []
    assert {row.state for row in town.rows(Due)} <= {DueState.CANCELLED, DueState.DONE}


async def test_cancelling_with_one_of_two_facilitators_found_tells_that_one(town: Town) -> None:
    asker = town.requester
    await ask(town, participants=20)
    first = town.asked()[0]
    await press(first, "Accepteer: di 8 dec 14:00")
    await town.settle()
    await withdraw(town, asker)
    assert "gaat niet door" in last_words(first)


@pytest.mark.parametrize(
    "verb", ["request.show", "request.change", "request.cancel", "request.drop", "series.change", "series.more"]
)
async def test_somebody_elses_request_can_be_neither_seen_nor_touched(town: Town, verb: str) -> None:
    await ask(town, context="Vertrouwelijk.")
    [request] = town.rows(Request)
    stranger = town.civil_servant(1)
    answer = await stranger.send_action(Action(verb, request.id).pack())
    assert "Dit is voor iemand anders bedoeld" in words(answer)
    assert "Tegenspraak" not in words(answer)
    assert [r.state for r in town.rows(Request)] == [RequestState.SEARCHING]
    assert town.rows(Draft) == []


FORGED = [
    "request.drop", "request.drop:1", "request.drop:99999999999:0", "request.drop:4294967296:0", "request.drop:-1:0",
    "request.drop:1:0:" + "x" * 60, "rm.rf:1:0", "", "   ", "ask", "ask:0:0:../../etc", "form.change:1:0:<script>",
    "request.show:٣:0", "offer.accept:1:2:٣", "ask:0:0\n", "ASK:0:0", "\x00", "😀" * 30, "form.send:99:0",
    "steer.show:99:0", "session.show:99:0", "series.agree:99:0", "offer.show:99:0", "request.show:99:0",
    "move.take:99:0", "proposal.take:99:0", "steer.choose:99:0", "session.report:99:0", "form.resume:99:0",
]  # fmt: skip


@pytest.mark.parametrize("text", FORGED)
async def test_a_made_up_button_gets_an_honest_answer_and_leaves_no_trace(town: Town, text: str) -> None:
    asker = town.requester
    before = _everything(town)
    answer = await asker.send_action(text)
    assert answer is not None
    assert "niets veranderd" in answer.text or "niets gedaan" in answer.text or "al verstuurd" in answer.text, answer
    assert "Er ging bij ons iets mis" not in answer.text
    assert [button.label for button in answer.buttons] == ["Menu"]
    assert _everything(town) == before


async def test_answers_to_a_form_that_is_not_there_change_nothing(town: Town) -> None:
    asker = town.requester
    await begin(asker)
    draft_id = asker.form.draft_id
    made_up: list[tuple[str, dict[str, Any]]]
    made_up = [("about", {"organisation": {"$ne": 1}}), ("nowhere", {"x": 1}), ("about", {"topics": "x"})]
    for number, (page, given) in enumerate(made_up):
        event = Submitted(f"made-up-{number}", asker.sender, draft_id, page, given)
        answer = to_say(await town.app.router.handle(event))
        assert answer is not None
        assert "Er ging bij ons iets mis" not in answer.text
    answer = to_say(await town.app.router.handle(Submitted("gone", asker.sender, 999, "about", {})))
    assert "Er is nu niets veranderd" in words(answer)


@pytest.mark.parametrize(
    "event",
    [
        TextMessage("u1", Sender("playground", "nobody"), "hallo"),
        Pressed("u2", Sender("playground", "nobody"), "ask:0:0"),
        Pressed("u3", Sender("playground", "nobody"), "request.drop:1:0"),
        Submitted("u4", Sender("elsewhere", "1"), 1, "about", {"topics": ["1"]}),
    ],
)
async def test_somebody_the_programme_does_not_know_gets_a_kind_answer_and_leaves_no_row(
    town: Town, event: TextMessage | Pressed | Submitted
) -> None:
    before = _everything(town)
    answer = to_say(await town.app.router.handle(event))
    assert answer is not None
    assert "We kennen je hier nog niet" in answer.text
    assert "Vraag het programmateam" in answer.text
    assert answer.buttons == ()
    assert _everything(town) == before


async def test_whoever_left_the_programme_is_not_known_any_more(town: Town) -> None:
    asker = town.requester
    with town.store.begin() as uow:
        uow.get(Person, int(asker.sender.address)).active = False
    view = await asker.say("hallo")
    assert view is not None
    assert "We kennen je hier nog niet" in view.text


def _everything(town: Town) -> list[int]:
    # The inbox is left out: it keeps the id of a refused event too, so that it is refused once.
    tables = (Draft, Request, Offer, Search, DialogueSession, Due)
    return [len(town.rows(table)) for table in tables]
