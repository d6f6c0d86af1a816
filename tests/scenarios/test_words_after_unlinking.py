"""Unfinished forms of two accounts that are linked and taken apart: each keeps the words that were typed from it."""

from typing import Any

from bot.demo.simulated_person import Actor
from storage.models import Draft, Request
from tests.scenarios.accounts import link, person_at, stranger_links, unlink
from tests.scenarios.asking import answer_page, ask, begin
from tests.scenarios.town import Town


def _of(who: Actor) -> int:
    return int(who.sender.address)


def _words(town: Town) -> dict[int, dict[str, Any]]:
    return {row.person_id: {**row.answers, **row.typed} for row in town.rows(Draft)}


async def test_two_forms_that_became_one_are_two_again_each_with_its_own_words(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    before = person_at(town, phone)
    await begin(anna)
    await answer_page(anna, topics=["Tegenspraak"])
    await begin(phone)
    await answer_page(phone, topics=["Diversiteit"])
    were = {row.person_id: row.answers for row in town.rows(Draft)}
    await link(town, anna, phone)
    (one,) = town.rows(Draft)
    await unlink(town, anna)
    assert {row.person_id: row.answers for row in town.rows(Draft)} == were
    assert one.id in {row.id for row in town.rows(Draft)}
    assert set(were) == {before, _of(anna)}


async def test_a_form_that_was_sent_since_does_not_come_back(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    for who in (anna, phone):
        await begin(who)
        await answer_page(who)
    await link(town, anna, phone)
    await ask(town, phone)
    await unlink(town, anna)
    assert town.rows(Draft) == []
    assert [row.requester_id for row in town.rows(Request)] == [person_at(town, phone)]


async def test_a_form_begun_since_stays_with_the_account_that_began_it(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await link(town, anna, phone)
    await begin(phone)
    await answer_page(phone)
    await unlink(town, anna)
    assert [row.person_id for row in town.rows(Draft)] == [person_at(town, phone)]


async def test_what_each_side_typed_since_in_the_one_form_goes_with_it(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    before = person_at(town, phone)
    for who in (anna, phone):
        await begin(who)
        await answer_page(who)
    await link(town, anna, phone)
    await begin(phone)
    await answer_page(phone)
    await begin(anna)
    await answer_page(anna)
    (one,) = town.rows(Draft)
    assert {"form", "when"} <= one.answers.keys()
    await unlink(town, anna)
    words = _words(town)
    assert ("form" in words[before], "when" in words[before]) == (True, False)
    assert ("form" in words[_of(anna)], "when" in words[_of(anna)]) == (False, True)


async def test_what_was_typed_since_in_the_other_side_s_form_does_not_go_with_the_form(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    before = person_at(town, phone)
    await begin(phone)
    await answer_page(phone)
    await link(town, anna, phone)
    await begin(anna)
    await answer_page(anna)
    await unlink(town, phone)
    words = _words(town)
    assert "topics" in words[before]
    assert "form" not in words[before]
    assert "form" in words[_of(anna)]
    assert "topics" not in words[_of(anna)]
    assert {row.authors.get("topics") for row in town.rows(Draft)} == {None}


async def test_what_one_side_overwrote_stands_as_it_was_for_the_other(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    before = person_at(town, phone)
    for who, topic in ((anna, "Tegenspraak"), (phone, "Diversiteit")):
        await begin(who)
        await answer_page(who, topics=[topic])
    were = _words(town)
    await link(town, anna, phone)
    view = await begin(anna)
    assert view.form is not None
    await anna.send_action(f"form.change:{view.form.draft_id}:0:about")
    await answer_page(anna, topics=["Tegenspraak", "Diversiteit"])
    await unlink(town, anna)
    words = _words(town)
    assert words[before] == were[before]
    assert words[_of(anna)]["topics"] not in (were[before]["topics"], were[_of(anna)]["topics"])


async def test_a_stranger_s_words_in_somebody_s_form_are_gone_with_the_stranger(town: Town) -> None:
    anna = town.requester
    await begin(anna)
    await answer_page(anna)
    words = _words(town)
    phone = await stranger_links(town, anna)
    await begin(phone)
    await answer_page(phone)
    assert _words(town) != words
    await unlink(town, anna)
    assert _words(town) == words


async def test_what_goes_with_the_account_is_said_before(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await ask(town, anna)
    await link(town, anna, phone)
    for asked in (0, 1, 2):
        await anna.say("bereik")
        view = await anna.press("Ontkoppel")
        assert view is not None
        assert view.text.startswith("Het account van A. Vos in Telegram hoort nu bij jou.")
        goes = {0: "", 1: "Let op: 1 aanvraag is", 2: "Let op: 2 aanvragen zijn"}[asked]
        assert (goes in view.text) if goes else ("Let op" not in view.text)
        await ask(town, phone)
