"""Accounts that were joined are taken apart again: each keeps what was theirs and what they did, and nothing more."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.simulated_person import SimulatedPerson
from bot.schedule.ticker import tidy
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context
from flows.engine.forms.kept_drafts import HalfDone
from flows.engine.notifications import tell
from storage.models import (
    Address,
    DeliveredMessage,
    Draft,
    JoinedAccount,
    JoinedRow,
    Outbox,
    OutboxState,
    Person,
    PracticeBuilder,
    Request,
    Seat,
    SessionState,
)
from storage.models import DialogueSession as Session
from storage.people import joined
from tests.scenarios.accounts import SURE, link, person_at, stranger_links, unlink
from tests.scenarios.asking import ask, press
from tests.scenarios.doorway import RULES, SLACK, TELEGRAM, TEXTS, YES, Doorway
from tests.scenarios.town import Town, words

UNLINK, UNDO = "Ontkoppel Telegram", "Ontkoppel dit account"
NOT_YOURS, GONE = "Dit is voor iemand anders bedoeld", "Dit account kun je hier niet meer ontkoppelen"


@pytest.fixture
def phone(door: Doorway) -> SimulatedPerson:
    """The same one in Telegram, as far as the programme knows somebody else."""
    return door.at(TELEGRAM, "T1", door.person("A. Vos", unit_id=door.unit))


def _id(door: Doorway, who: SimulatedPerson) -> int:
    person = door.person_at(who)
    assert person is not None
    return person.id


async def _unlink(who: SimulatedPerson) -> str:
    await who.say("bereik")
    await who.press(UNLINK)
    assert who.screen is not None
    assert "komt niet terug" in who.screen.text, "what it means is said before"
    answer = await who.press(SURE)
    assert answer is not None
    return answer.text


def _everybody(door: Doorway) -> Mapping[int, Mapping[str, Any]]:
    return {row.id: row.model_dump() for row in door.rows(Person)}


@pytest.mark.parametrize("side", ["who showed the code", "who used it"])
async def test_either_side_makes_two_of_them_again_as_they_were(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson, side: str
) -> None:
    before = _everybody(door), [row.model_dump() for row in door.rows(Address)]
    await door.link(anna, phone)
    assert (await _unlink(anna if side.endswith("code") else phone)).startswith("Gedaan.")
    assert (_everybody(door), [row.model_dump() for row in door.rows(Address)]) == before
    assert (door.rows(JoinedAccount), door.rows(JoinedRow)) == ([], [])


async def test_both_sides_hear_of_it_and_nothing_of_each_other(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    await door.deliver()
    await _unlink(anna)
    await door.deliver()
    assert "Het account in Telegram hoort niet meer bij jou." in words(anna.last)
    assert "Dit account hoort niet meer bij Anna." in words(phone.last)
    for who in (anna, phone):
        view = await who.say("bereik")
        assert len([label for label, _ in view.facts if label in ("Slack", "Telegram")] if view else []) == 1


async def test_nobody_else_takes_them_apart(door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson) -> None:
    await door.link(anna, phone)
    (made,) = door.rows(JoinedAccount)
    others = [
        door.at(SLACK, "U-bas", door.builder),
        door.at(SLACK, "U-fien", door.facilitator),
        door.at(SLACK, "U-tess", door.team),
        door.at(SLACK, "U-eve", door.person("Eve")),
    ]
    for who in others:
        for verb in ("link.apart", "link.part"):
            answer = await who.send_action(f"{verb}:{made.id}:0")
            assert answer is not None
            assert answer.text.startswith(NOT_YOURS), "no role is concerned, so nobody watches over it"
    assert _id(door, anna) == _id(door, phone)


async def test_the_team_takes_apart_what_concerns_a_role_and_is_told_when_others_did(
    door: Doorway, phone: SimulatedPerson
) -> None:
    tess, fien = door.at(SLACK, "U-tess", door.team), door.at(SLACK, "U-fien", door.facilitator)
    await door.link(fien, phone)
    await door.deliver()
    await tess.press(UNDO)
    answer = await tess.press(SURE)
    assert answer is not None
    assert answer.text.startswith("Gedaan.")
    assert _id(door, fien) == door.facilitator != _id(door, phone)
    await door.deliver()
    assert [words(one).splitlines()[0] for one in tess.messages] == ["Ontkoppeld"], "and its own card says so"
    await door.link(fien, phone)
    await _unlink(phone)
    await door.deliver()
    assert "Het account in Telegram hoort niet meer bij Fien." in words(tess.last)


async def test_it_can_be_done_for_seven_days_and_is_forgotten_then(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    (made,) = door.rows(JoinedAccount)
    door.passes(joined.SPAN - timedelta(seconds=1))
    assert UNLINK in words(await anna.say("bereik"))
    door.passes(timedelta(seconds=1))
    assert UNLINK not in words(await anna.say("bereik"))
    answer = await anna.send_action(f"link.part:{made.id}:0")
    assert answer is not None
    assert answer.text.startswith(GONE)
    door.passes(timedelta(seconds=1))
    tidy(door.contexts)
    assert (door.rows(JoinedAccount), door.rows(JoinedRow)) == ([], [])
    assert {row.joined_id for row in door.rows(Address)} == {None}


async def test_who_types_that_they_want_to_unlink_finds_the_button(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    for word in ("ontkoppel", "Ontkoppelen", "unlink"):
        view = await anna.say(word)
        assert view is not None
        assert UNLINK in [button.label for button in view.buttons]


async def test_twice_is_once(door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson) -> None:
    await door.link(anna, phone)
    (made,) = door.rows(JoinedAccount)
    await _unlink(anna)
    for who in (anna, phone):
        answer = await who.send_action(f"link.part:{made.id}:0")
        assert answer is not None
        assert answer.text.startswith(GONE)


async def test_they_can_be_linked_and_taken_apart_again(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    before = _everybody(door)
    for _ in range(3):
        await door.link(anna, phone)
        await _unlink(phone)
    assert _everybody(door) == before


async def test_a_stranger_who_came_in_with_a_code_is_a_stranger_again(door: Doorway, anna: SimulatedPerson) -> None:
    phone = door.nobody(TELEGRAM, "T9", "anna 🦊")
    before = _everybody(door)
    await door.link(anna, phone)
    await phone.say("menu")
    await _unlink(anna)
    assert door.person_at(phone) is None
    assert _everybody(door) == before
    view = await phone.say("menu")
    assert view is not None
    assert "Anna" not in words(view)


async def test_a_stranger_who_asked_for_something_since_keeps_that_and_nothing_else(town: Town) -> None:
    anna = town.requester
    phone = await stranger_links(town, anna)
    await ask(town, anna)
    await ask(town, phone)
    (mine, theirs) = town.rows(Request)
    await unlink(town, anna)
    (account,) = [row for row in town.rows(Address) if row.channel == town.elsewhere.name]
    assert account.person_id != _of(anna)
    owners = {row.id: row.requester_id for row in town.rows(Request)}
    assert owners == {mine.id: _of(anna), theirs.id: account.person_id}
    assert account.preferred


def _of(who: SimulatedPerson) -> int:
    return int(who.sender.address)


async def test_what_each_asked_for_before_is_theirs_again_and_what_came_since_stays_with_who_asked(
    town: Town,
) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    before = person_at(town, phone)
    for who in (anna, phone):
        await ask(town, who)
    await link(town, anna, phone)
    assert {row.requester_id for row in town.rows(Request)} == {_of(anna)}
    for who in (phone, anna):
        await ask(town, who)
    await unlink(town, anna)
    assert [row.requester_id for row in town.rows(Request)] == [_of(anna), before, before, _of(anna)]
    for who, others in ((anna, phone), (phone, anna)):
        mine = words(await who.say("status"))
        assert mine.count("Bekijk") == 2, others


async def test_what_happens_next_is_told_to_whose_request_it_is(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await link(town, anna, phone)
    await ask(town, phone)
    await unlink(town, anna)
    seen = len(anna.messages)
    await press(town.asked()[0], "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert len(anna.messages) == seen
    assert "Bijeenkomst gepland" in words(phone.last)


async def test_a_letter_under_way_about_what_goes_back_goes_with_it(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    before = person_at(town, phone)
    await link(town, anna, phone)
    await ask(town, phone)
    await press(town.asked()[0], "Accepteer: di 8 dec 14:00")
    letters = [row.id for row in town.rows(Outbox) if row.kind == "session_planned" and row.person_id == _of(anna)]
    assert letters
    await unlink(town, anna)
    assert {row.person_id for row in town.rows(Outbox) if row.id in letters} == {before}
    assert not any("Bijeenkomst gepland" in words(one) for one in anna.messages)
    assert any("Bijeenkomst gepland" in words(one) for one in phone.messages)


def test_of_every_letter_it_is_known_whether_it_goes_with_what_it_is_about() -> None:
    with_a_role = {"offer", "offer_over", "proposal_left", "steer", "seat_lost", "report", "report_again"}
    of_the_person = {"link_claim", "link_ended", "linked", "linked_watch", "apart", "vouch", "vouched"}
    without = {kind for kind, message in CAPABILITIES.messages.items() if message.requester is None}
    assert without == with_a_role | of_the_person


async def test_a_seat_given_back_because_of_the_joining_is_not_taken_again(town: Town) -> None:
    phone = town.newcomer("F. de Wit", "T1")
    before = person_at(town, phone)
    await ask(town, phone)
    facilitator = town.asked()[0]
    await press(facilitator, "Accepteer: di 8 dec 14:00")
    await town.settle()
    await link(town, facilitator, phone)
    await unlink(town, facilitator)
    assert not any(row.facilitator_id == _of(facilitator) for row in town.rows(Seat))
    assert [row.state for row in town.rows(Session)] == [SessionState.SEEKING]
    assert [row.requester_id for row in town.rows(Request)] == [before]
    await press(town.asked()[0], "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert "Bijeenkomst gepland" in words(phone.last)


async def test_where_messages_stand_goes_with_the_chat_they_stand_in(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await link(town, anna, phone)
    await unlink(town, anna)
    assert {row.channel for row in town.rows(DeliveredMessage) if row.person_id == _of(anna)} <= {town.channel.name}


async def test_an_email_address_that_was_learned_goes_back(door: Doorway, phone: SimulatedPerson) -> None:
    nameless = door.at(SLACK, "U1", door.person("Anna"))
    with door.store.begin() as uow:
        uow.get(Person, _id(door, phone)).email = "vos@gov.example"
    before = _everybody(door)
    await door.link(nameless, phone)
    await _unlink_any(phone)
    assert _everybody(door) == before


async def _unlink_any(who: SimulatedPerson) -> None:
    await who.say("bereik")
    await who.press("Ontkoppel")
    await who.press(SURE)


async def test_a_role_that_the_import_gave_meanwhile_to_the_address_of_an_account_is_that_account_s_afterwards(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    with door.store.begin() as uow:
        uow.get(Person, _id(door, phone)).email = "vos@gov.example"
    await door.link(anna, phone)
    imported = door.person("Vos", email="vos@gov.example", programme_team=True)
    await _unlink(anna)
    account = door.person_at(phone)
    assert account is not None
    assert (account.id, account.email, account.programme_team) == (imported, "vos@gov.example", True)
    other = door.person_at(anna)
    assert other is not None
    assert not other.programme_team


async def test_a_role_that_came_since_stays_with_the_person(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    with door.store.begin() as uow:
        person = uow.get(Person, _id(door, anna))
        person.programme_team = True
        uow.add(PracticeBuilder(person_id=person.id, organisation_id=door.unit))
        door.lead(uow, person.id)
    await _unlink(phone)
    account = door.person_at(phone)
    assert account is not None
    assert not account.programme_team
    for verb in ("lost", "profile", "invites"):
        answer = await phone.send_action(f"{verb}:0:0")
        assert answer is not None
        assert answer.text.startswith(NOT_YOURS)


async def test_as_long_as_two_can_be_taken_apart_neither_is_linked_with_anybody_else(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    known = door.person("Anna of the programme", email="anna2@gov.example")
    with door.store.begin() as uow:
        door.lead(uow, known)
    assert "maandag 30 november 2026 om 09:05" in (await door.come(phone, door.invitation(known))).text
    door.passes(joined.SPAN)
    await door.come(phone, door.invitation(known))
    await phone.press(YES)
    assert _id(door, anna) == _id(door, phone) == known


async def test_letters_of_one_kind_and_subject_reach_both_afterwards(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    await _unlink(anna)
    with door.store.begin() as uow:
        context = Context(uow, door.clock.now(), RULES, TEXTS, CAPABILITIES)
        for who in (anna, phone):
            tell(context, _id(door, who), HalfDone(7, "discarded", "request"), once="now")
    await door.deliver()
    sent = [row for row in door.rows(Outbox) if row.kind == "half_done"]
    assert [row.state for row in sent] == [OutboxState.SENT, OutboxState.SENT]


async def test_an_impostor_who_left_a_form_half_written_is_a_stranger_again(door: Doorway) -> None:
    tess = door.at(SLACK, "U-tess", door.team)
    eve = door.nobody(TELEGRAM, "T-eve", "Eve")
    before = _everybody(door)
    await door.come(eve, door.invitation(door.facilitator), sure=True)
    await eve.say("profiel")
    await eve.press("Geef dagen door")
    await eve.submit(eve.form, {"first_day": "2026-12-07"})
    await door.deliver()
    await tess.press(UNDO)
    await tess.press(SURE)
    assert door.person_at(eve) is None
    assert (door.rows(Draft), _everybody(door)) == ([], before)
