"""A session online needs a link: who may give it is asked to, until there is one, and only a link will do."""

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.action import Action
from flows.engine.views.view import View
from storage.models import DialogueSession
from tests.scenarios.asking import answer_page, field, plan, plan_series, press
from tests.scenarios.town import Town, at, words

LINK = "https://overleg.example/abc"
GIVE = "Geef de link door"


def _labels(view: View) -> list[str]:
    return [button.label for button in view.buttons]


async def test_the_requester_of_an_online_session_is_asked_for_the_link_and_who_leads_it_is_not(town: Town) -> None:
    requester, facilitator = await plan(town)
    assert _labels(requester.last)[0] == GIVE
    assert GIVE not in _labels(facilitator.last)
    for moment in ("2026-12-01 14:00", "2026-12-07 14:00", "2026-12-08 13:00"):
        await town.until(at(moment))
        assert _labels(requester.last) == [GIVE, "Bekijk de bijeenkomst"]
        assert _labels(facilitator.last) == ["Bekijk de bijeenkomst"]


async def test_once_the_link_is_given_everybody_has_it_and_nobody_is_asked_for_it_again(town: Town) -> None:
    requester, facilitator = await plan(town)
    await press(requester, GIVE)
    assert GIVE not in _labels(await answer_page(requester, link=LINK))
    await town.settle()
    for person in (requester, facilitator):
        assert LINK in words(person.last)
    await town.until(at("2026-12-01 14:00"))
    assert _labels(requester.last) == ["Bekijk de bijeenkomst"]
    assert f"Waar: Online: {LINK}" in words(requester.last)


async def test_of_a_session_on_site_no_link_is_asked(town: Town) -> None:
    requester, _ = await plan(town, where="Op locatie")
    assert GIVE not in _labels(requester.last)
    [session] = town.rows(DialogueSession)
    view = await requester.send_action(Action("session.link", session.id).pack())
    assert view is not None
    assert view.form is None


async def test_one_link_for_the_whole_series_is_given_once_and_told_in_one_message(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await press(requester, GIVE)
    assert field(requester, "scope").value == "following"
    seen = town.seen
    await answer_page(requester, link=LINK)
    await town.settle()
    assert {session.link for session in town.rows(DialogueSession)} == {LINK}
    for person in (requester, facilitator):
        [told] = town.arrived(person, seen)
        assert f"is nu: Online: {LINK}" in told.view.text
        assert words(told.view).count("BEGIN:VEVENT") == 3
    await town.until(at("2026-12-29 13:00"))
    assert _labels(requester.last) == ["Bekijk de bijeenkomst"]


async def test_a_place_for_one_session_of_a_series_leaves_the_others_where_they_are(town: Town) -> None:
    requester, _ = await plan_series(town)
    await press(requester, "Mijn bijeenkomsten")
    await press(requester, "Bekijk: di 8 dec")
    await press(requester, "Toch op een locatie")
    assert (field(requester, "where").value, field(requester, "scope").value) == ("site", "one")
    await answer_page(requester)
    await answer_page(requester, link=LINK)
    assert [session.link for session in town.rows(DialogueSession)] == [LINK, "", ""]


async def test_the_rest_of_the_series_moves_to_another_place_with_it(town: Town) -> None:
    requester, _ = await plan_series(town)
    await press(requester, "Mijn bijeenkomsten")
    await press(requester, "Bekijk: di 29 dec")
    await press(requester, "Toch op een locatie")
    await answer_page(requester, scope="Deze en alle volgende")
    await answer_page(requester, link=LINK)
    assert [session.link for session in town.rows(DialogueSession)] == ["", LINK, LINK]


@pytest.mark.parametrize(
    "typed",
    ["geen link hoor", "overleg.example/abc", "https://", "https:// overleg.example", "ftp://a.example", "http://["],
)
async def test_what_is_no_link_is_not_taken_for_one(town: Town, typed: str) -> None:
    requester, _ = await plan(town)
    await press(requester, GIVE)
    await answer_page(requester, link=typed)
    assert "begint met https://" in field(requester, "link").error
    assert {session.link for session in town.rows(DialogueSession)} == {""}


async def test_the_place_form_begins_with_how_it_is_now(town: Town) -> None:
    requester, _ = await plan(town, where="Op locatie")
    await press(requester, "Wijzig plek of link")
    assert _chosen(requester) == "Op locatie"


def _chosen(actor: SimulatedPerson) -> str:
    asked = field(actor, "where")
    return next(choice.label for choice in asked.choices if choice.value == asked.value)
