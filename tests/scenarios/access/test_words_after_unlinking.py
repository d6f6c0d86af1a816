"""Unfinished forms of two accounts that are linked: each stays where it was begun as long as they can be unlinked."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.simulated_person import SimulatedPerson
from bot.schedule.ticker import tidy
from storage.models import Draft, Request, Room, Series
from storage.people import joined, people, team_channels
from tests.scenarios.accounts import link, person_at, stranger_links, unlink
from tests.scenarios.asking import answer_page, ask, begin, from_menu, plan_series, press
from tests.scenarios.town import Town


def _of(who: SimulatedPerson) -> int:
    return int(who.sender.address)


def _words(town: Town) -> dict[int, dict[str, Any]]:
    return {row.person_id: {**row.answers, **row.typed} for row in town.rows(Draft)}


async def _both_have_begun(town: Town) -> tuple[SimulatedPerson, SimulatedPerson]:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    for who, topic in ((anna, "Tegenspraak"), (phone, "Diversiteit")):
        await begin(who)
        await answer_page(who, topics=[topic])
    return anna, phone


async def test_each_side_goes_on_with_its_own_form_and_has_it_afterwards(town: Town) -> None:
    anna, phone = await _both_have_begun(town)
    were = {row.person_id: row.id for row in town.rows(Draft)}
    before = person_at(town, phone)
    await link(town, anna, phone)
    for who in (phone, anna):
        await begin(who)
        assert who.form.draft_id == were[before if who is phone else _of(anna)]
    await answer_page(phone)
    await unlink(town, anna)
    assert {row.person_id: row.id for row in town.rows(Draft)} == were
    words = _words(town)
    assert ("form" in words[before], "form" in words[_of(anna)]) == (True, False)


async def test_a_form_is_sent_from_the_side_that_began_it_alone(town: Town) -> None:
    anna, phone = await _both_have_begun(town)
    await link(town, anna, phone)
    await ask(town, phone)
    (left,) = town.rows(Draft)
    await unlink(town, anna)
    assert [row.id for row in town.rows(Draft) if row.person_id == _of(anna)] == [left.id]
    assert [row.requester_id for row in town.rows(Request)] == [person_at(town, phone)]


async def test_a_button_of_a_form_does_nothing_on_the_other_side(town: Town) -> None:
    anna = town.requester
    await begin(anna)
    await answer_page(anna)
    phone = await stranger_links(town, anna)
    (draft,) = town.rows(Draft)
    for verb in ("form.drop", "form.resume", "form.send", "form.change", "form.discard", "form.clear", "form.stop"):
        answer = await phone.send_action(f"{verb}:{draft.id}:0:about")
        assert answer is not None
        assert answer.text.startswith("Dit is voor iemand anders bedoeld"), verb
    (left,) = town.rows(Draft)
    assert (left.answers, left.typed) == (draft.answers, draft.typed)


async def test_a_stranger_s_form_is_gone_with_the_stranger(town: Town) -> None:
    anna = town.requester
    await begin(anna)
    await answer_page(anna)
    words = _words(town)
    phone = await stranger_links(town, anna)
    await begin(phone)
    await answer_page(phone)
    await unlink(town, anna)
    assert _words(town) == words


async def test_after_seven_days_the_two_forms_are_one_in_which_the_later_answers_count(town: Town) -> None:
    anna, phone = await _both_have_begun(town)
    words = _words(town)
    later = words[person_at(town, phone)]
    await link(town, anna, phone)
    await town.passes(joined.SPAN + timedelta(seconds=1))
    tidy(town.app.ticker._contexts)
    assert _words(town) == {_of(anna): {**words[_of(anna)], **later}}


@pytest.mark.parametrize("since", [False, True])
async def test_the_room_of_an_account_hears_nothing_more_of_the_other_s_series(town: Town, *, since: bool) -> None:
    requester, _ = await plan_series(town)
    eve = town.newcomer("Eve", "T1")
    if not since:
        _invites_the_bot(town, eve)
    await link(town, requester, eve)
    if since:
        _invites_the_bot(town, eve)
    await from_menu(eve, "Mijn aanvragen")
    await press(eve, "Bekijk")
    await press(eve, "Herinner ook het team")
    await eve.fill(room="Eves groep")
    (room,) = town.rows(Room)
    assert {row.room_id for row in town.rows(Series)} == {room.id}
    await unlink(town, requester)
    assert {row.room_id for row in town.rows(Series)} == {None}
    (room,) = town.rows(Room)
    assert room.added_by == person_at(town, eve)


def _invites_the_bot(town: Town, who: SimulatedPerson) -> None:
    with town.store.begin() as uow:
        person = people.acting(uow, town.elsewhere.name, who.sender.address)
        assert person is not None
        team_channels.joined(uow, town.elsewhere.name, "-100", "Eves groep", person.id)


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
