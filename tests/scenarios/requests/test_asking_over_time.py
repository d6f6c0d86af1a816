"""A request that is not finished in one go: nothing typed is lost, and nothing is sent twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.capabilities import CAPABILITIES
from flows.engine.context import Turn
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Field, Form, Kind
from flows.requests.form import REQUEST
from storage.models import Draft, Offer, Request, WishedMoment
from tests.scenarios.asking import answer_page, begin, field, fill_in, go_on, press, to_page
from tests.scenarios.town import Town, at, words


async def test_a_draft_survives_a_restart_and_goes_on_from_the_menu(town: Town) -> None:
    await to_page(town.requester, "when")
    later = Town(town.store)
    asker = later.requester
    await asker.say("hallo")
    await press(asker, "Ga verder: Dialoog aanvragen")
    assert asker.form.page == "when"
    view = await go_on(asker)
    assert ("Groep", "10") in view.facts


async def test_a_draft_waits_a_week_and_is_taken_up_by_asking_again(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "who")
    await town.passes(timedelta(days=7))
    view = await begin(asker)
    assert "Wat je had ingevuld, staat er nog" in view.text
    assert asker.form.page == "who"


async def test_a_draft_goes_on_from_another_device(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "moments")
    phone = town.device(int(asker.sender.address), "phone")
    await phone.say("hallo")
    await press(phone, "Ga verder: Dialoog aanvragen")
    assert phone.form.page == "moments"
    await go_on(phone)
    await press(phone, "Verstuur de aanvraag")
    assert len(town.rows(Request)) == 1


async def test_what_was_typed_wrong_is_still_there_after_a_restart(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    await answer_page(asker, participants="tien of meer")
    [draft] = town.rows(Draft)
    assert draft.typed == {"participants": "tien of meer"}
    assert draft.answers["occasion"] == "team_day"


async def test_a_form_that_changed_meanwhile_keeps_what_still_fits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = town.requester
    await to_page(asker, "who")
    monkeypatch.setattr(CAPABILITIES, "forms", {**CAPABILITIES.forms, "request": _next_version()})
    await begin(asker)
    assert asker.form.page == "about"
    assert field(asker, "topics").value
    view = await go_on(asker)
    assert ("Groep", "10") in view.facts
    assert ("Plek", "Den Haag, Turfmarkt 147") in view.facts


def _next_version() -> ConversationForm:
    """The same form a version on, which asks for the place on its first page."""

    def form(turn: Turn, subject: int) -> Form:
        now = REQUEST.form(turn, subject)
        fields = (*now.pages[0].fields, Field("place", Kind.TEXT))
        pages = (replace(now.pages[0], fields=fields), *(page for page in now.pages[1:] if page.name != "place"))
        return replace(now, version=now.version + 1, pages=pages)

    return replace(REQUEST, form=form)


async def test_back_shows_the_page_before_with_its_answers(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "when")
    await press(asker, "Terug")
    assert asker.form.page == "shape"
    assert field(asker, "participants").value == 10
    view = await press(asker, "Terug")
    assert asker.form.page == "about"
    assert "[Terug]" not in words(view)


async def test_stopping_keeps_the_answers_and_says_so(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "when")
    view = await press(asker, "Stop voor nu")
    assert "Je antwoorden zijn bewaard" in view.text
    assert "niets verstuurd" in view.text
    await press(asker, "Ga verder")
    assert asker.form.page == "when"


async def test_throwing_away_leaves_nothing(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "when")
    await press(asker, "Stop voor nu")
    await press(asker, "Gooi antwoorden weg")
    view = await press(asker, "Ja, wis alles")
    assert "weggegooid" in view.text
    assert town.rows(Draft) == []
    await begin(asker)
    assert asker.form.page == "about"
    assert not field(asker, "topics").value


async def test_starting_over_asks_from_the_first_page_with_nothing_but_what_is_known(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "who")
    await press(asker, "Begin opnieuw")
    await press(asker, "Ja, wis alles")
    assert asker.form.page == "about"
    assert not field(asker, "topics").value
    assert field(asker, "organisation").value
    assert len(town.rows(Draft)) == 1


async def test_nothing_is_erased_before_the_person_says_so_twice(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "who")
    known = town.rows(Draft)[0].answers
    assert "Dan wissen we alles" in (await press(asker, "Begin opnieuw")).text
    await press(asker, "Nee, bewaar")
    assert asker.form.page == "who"
    await press(asker, "Stop voor nu")
    await press(asker, "Gooi antwoorden weg")
    assert "Je antwoorden zijn bewaard" in (await press(asker, "Nee, bewaar")).text
    assert town.rows(Draft)[0].answers == known


async def test_from_the_summary_one_can_go_back_or_begin_anew(town: Town) -> None:
    asker = town.requester
    await fill_in(asker)
    await press(asker, "Terug")
    assert asker.form.page == "follow_up"
    await answer_page(asker)
    await press(asker, "Begin opnieuw")
    await press(asker, "Ja, wis alles")
    assert asker.form.page == "about"


async def test_pressing_send_twice_sends_once(town: Town) -> None:
    asker = town.requester
    view = await fill_in(asker)
    send = next(button for button in view.buttons if button.label == "Verstuur de aanvraag")
    await asker.send_action(send.action.pack())
    again = await asker.send_action(send.action.pack())
    assert again is not None
    assert "al verstuurd of weggegooid" in again.text
    assert [button.label for button in again.buttons] == ["Menu"]
    assert len(town.rows(Request)) == 1
    assert len(town.rows(Offer)) == 3


async def test_a_moment_that_passed_before_sending_is_asked_again(town: Town) -> None:
    asker = town.requester
    await fill_in(asker, moment1="2026-11-24T10:00")
    await town.until(at("2026-11-25 09:00"))
    view = await press(asker, "Verstuur de aanvraag")
    assert asker.form.page == "moments"
    assert "Er klopt nog iets niet" in view.text
    assert "al voorbij" in field(asker, "moment1").error
    assert field(asker, "moment1").typed == "2026-11-24T10:00"
    assert field(asker, "moment2").value == "2026-12-10T10:00"
    assert town.rows(Request) == []
    await answer_page(asker, moment1="2026-12-09T10:00", moment2="2026-12-10T10:00")
    await press(asker, "Verstuur de aanvraag")
    assert len(town.rows(WishedMoment)) == 2


async def test_a_summary_left_for_a_week_can_still_be_sent(town: Town) -> None:
    asker = town.requester
    await fill_in(asker)
    await town.passes(timedelta(days=7))
    view = await press(asker, "Verstuur de aanvraag")
    assert "We hebben je aanvraag" in view.text


async def test_somebody_elses_draft_can_neither_be_read_nor_sent(town: Town) -> None:
    asker, other = town.civil_servant(0), town.civil_servant(1)
    view = await fill_in(asker, context="Vertrouwelijk.")
    for button in view.buttons:
        answer = await other.send_action(button.action.pack())
        assert "voor iemand anders bedoeld" in words(answer)
        assert "Vertrouwelijk" not in words(answer)
    assert len(town.rows(Draft)) == 1
    assert town.rows(Request) == []
    assert await town.app.router.search(other.sender, 1, "organisation", "SVB") == []


async def test_two_drafts_of_different_forms_do_not_mix(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    await asker.say("hallo")
    await press(asker, "Mijn aanvragen")
    view = await begin(asker)
    assert asker.form.page == "shape"
    assert "staat er nog" in view.text
