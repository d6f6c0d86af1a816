"""Somebody of another channel comes into Telegram with a code, and is the same person there once both sides say so."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, delete

from flows.access import linking
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context, Turn
from flows.engine.views.view import View
from flows.people import served_channels
from handlers.inbound.events import Pressed, Sender
from handlers.inbound.results import to_say
from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    Address,
    Draft,
    Facilitator,
    JoinedAccount,
    JoinedRow,
    LinkClaim,
    LinkCode,
    LinkTry,
    Outbox,
    Person,
    Request,
)
from storage.people import people
from storage.programme.demo_guard import DEMO_CHANNEL
from tests.scenarios.doorway import NO, YES
from tests.scenarios.town import DUTCH, RULES, TEXTS
from tests.telegram.asking import asked, open_form, question, to_question
from tests.telegram.person import TelegramPerson
from tests.telegram.screen import Message
from tests.telegram.town import TelegramTown

ASKED, ASKED_STRANGER = "Deze code komt van Sanne Slack, in Slack. Ben jij dat?", "Met deze code kom je hier binnen als"
WAITS, DONE = "Bijna klaar. Ga nu naar Slack", "Gelukt."
SANNE = Sender("slack", "U1")


def _in_slack(uow: UnitOfWork, now: datetime) -> Person:
    """Somebody whom Slack knows, where the bot serves it too and nobody is anywhere else."""
    served_channels.serve(uow, {"slack": "", "telegram": "https://t.me/dialoog_bot?start="}, now)
    uow.db.exec(delete(Address).where(col(Address.channel) == DEMO_CHANNEL))
    person = uow.add(Person(name="Sanne Slack", email="sanne@gov.example", language="nl"))
    uow.add(Address(person_id=person.id, channel=SANNE.channel, address=SANNE.address, preferred=True))
    return person


def _code(town: TelegramTown) -> tuple[str, int]:
    """The code that somebody in Slack gets to see, and who that is."""
    with town.store.begin() as uow:
        person = _in_slack(uow, town.clock.now())
        view = linking.offer(Turn(Context(uow, town.clock.now(), RULES, TEXTS, CAPABILITIES), person))
        return dict(view.facts)[DUTCH("linking.code")], person.id


async def _in_slack_they_say(town: TelegramTown, verb: str) -> View:
    """The answer to a press in Slack about the one who used the code."""
    (claim,) = town.rows(LinkClaim)
    answer = to_say(await town.app.router.handle(Pressed(f"{verb}:{claim.id}", SANNE, f"{verb}:{claim.id}:0")))
    assert answer is not None
    return answer


def _who(town: TelegramTown, address: object, channel: str = "telegram") -> int | None:
    with town.store.read() as uow:
        found = people.at(uow, channel, str(address))
    return found.id if found else None


async def _brings(town: TelegramTown, code: str, how: str) -> TelegramPerson:
    """A stranger who has this code, and what they do with it."""
    phone = town.far.person("s.", language_code="nl")
    if how == "opens the link":
        await phone.start(f"{linking.PREFIX}{code.replace('-', '')}")
    else:
        await phone.start()
        await phone.says(f"{how} {code}")
    await town.far.settled()
    return phone


async def _presses(town: TelegramTown, who: TelegramPerson, label: str, on: Message | None = None) -> None:
    await who.presses(label, on or who.last)
    await town.far.settled()


@pytest.mark.parametrize("how", ["opens the link", "link", "/koppel"])
async def test_a_stranger_who_brings_the_code_and_says_yes_comes_in_once_the_other_side_confirms_it(
    telegram_town: TelegramTown, how: str
) -> None:
    code, sanne = _code(telegram_town)
    phone = await _brings(telegram_town, code, how)
    assert phone.last.text.startswith(f"{DUTCH('linking.title')}\n\n{ASKED_STRANGER} Sanne Slack")
    assert phone.last.buttons == [YES, NO]
    await _presses(telegram_town, phone, YES)
    assert WAITS in phone.last.text
    assert _who(telegram_town, phone.id) is None, "not before the other side says so"
    await phone.says("menu")
    await telegram_town.far.settled()
    assert "Mijn aanvragen" not in "\n".join(message.text for message in phone.messages)
    answer = await _in_slack_they_say(telegram_town, "link.join")
    assert answer.text == "De accounts zijn gekoppeld."
    assert _who(telegram_town, phone.id) == sanne
    await telegram_town.settle()
    assert DONE in phone.last.text, "and then they hear so"
    assert "Ontkoppel Telegram" in phone.last.buttons
    await phone.says("menu")
    await phone.sees_button("Mijn aanvragen")


async def test_a_stranger_who_says_that_it_is_not_them_stays_outside(telegram_town: TelegramTown) -> None:
    code, _ = _code(telegram_town)
    before = _everything(telegram_town)
    phone = await _brings(telegram_town, code, "opens the link")
    await _presses(telegram_town, phone, NO)
    assert phone.last.text.endswith("Er is niets veranderd. Gebruik nooit de code van iemand anders.")
    assert phone.last.buttons == []
    assert _everything(telegram_town) == before
    again = await _brings(telegram_town, code, "opens the link")
    assert ASKED_STRANGER in again.last.text, "the code is still good for who it is of"


async def test_a_stranger_whom_the_other_side_does_not_know_stays_outside_and_the_code_is_spent(
    telegram_town: TelegramTown,
) -> None:
    code, _ = _code(telegram_town)
    phone = await _brings(telegram_town, code, "opens the link")
    await _presses(telegram_town, phone, YES)
    assert (await _in_slack_they_say(telegram_town, "link.deny")).text.startswith("Er is niets gekoppeld")
    told = len(phone.messages)
    await telegram_town.settle()
    assert len(phone.messages) == told, "a stranger is not written to"
    assert _who(telegram_town, phone.id) is None
    assert str(phone.id) not in str(_everything(telegram_town)), "and nothing is kept of them"
    await phone.says(f"link {code}")
    await telegram_town.far.settled()
    assert DUTCH("linking.wrong") in phone.last.text


async def test_a_stranger_with_a_wrong_code_stays_outside(telegram_town: TelegramTown) -> None:
    _code(telegram_town)
    phone = telegram_town.far.person("s.", language_code="nl")
    await phone.start()
    await phone.says("/link ZZZZ-ZZZZ")
    await telegram_town.far.settled()
    assert DUTCH("linking.wrong") in phone.last.text
    assert _who(telegram_town, phone.id) is None


async def test_a_strangers_made_up_yes_for_the_other_side_does_nothing(telegram_town: TelegramTown) -> None:
    code, _ = _code(telegram_town)
    phone = await _brings(telegram_town, code, "opens the link")
    await _presses(telegram_town, phone, YES)
    (claim,) = telegram_town.rows(LinkClaim)
    for verb in ("link.join", "link.deny"):
        await phone.sends_data(f"{verb}:{claim.id}:0", phone.last)
        await telegram_town.far.settled()
    assert phone.last.text == DUTCH("invite.how")
    assert _who(telegram_town, phone.id) is None
    assert telegram_town.rows(LinkClaim) == [claim]


async def test_somebody_with_a_role_who_presses_start_on_somebody_elses_link_is_refused_and_nothing_changes(
    telegram_town: TelegramTown,
) -> None:
    town = telegram_town
    code, _ = _code(town)
    token = f"{linking.PREFIX}{code.replace('-', '')}"
    with town.store.read() as uow:
        builder, member = people.builders_of(uow, [1])[:1], people.programme_team(uow)[0]
    before = _everything(town)
    for person_id in (town.rows(Facilitator)[0].person_id, member, *builder):
        who = town.people[person_id]
        await who.start(token)
        await town.far.settled()
        assert who.last.text.endswith(DUTCH("linking.wrong_way"))
        assert YES not in who.last.buttons
        await who.sends_data(f"link.sure:0:0:{code.replace('-', '')}", who.last)
        await town.far.settled()
        assert who.last.text.endswith(DUTCH("linking.wrong_way"))
        assert _who(town, who.id) == person_id
    assert _everything(town) == before


async def test_somebody_known_links_with_the_command_and_hears_what_came_of_it(telegram_town: TelegramTown) -> None:
    code, sanne = _code(telegram_town)
    anna = telegram_town.requester
    await anna.says(f"/link {code.lower()}")
    await telegram_town.far.settled()
    assert ASKED in anna.last.text
    assert _who(telegram_town, anna.id) != sanne
    await _presses(telegram_town, anna, YES)
    assert WAITS in anna.last.text
    assert _who(telegram_town, anna.id) != sanne
    await _in_slack_they_say(telegram_town, "link.join")
    await telegram_town.settle()
    assert DONE in anna.last.text
    assert _who(telegram_town, anna.id) == _who(telegram_town, "U1", "slack")
    await _presses(telegram_town, anna, DUTCH("reach.title"))
    assert "Liever via Telegram" in anna.last.buttons, "first stays what was first to whose code it is"


async def test_somebody_known_hears_that_the_other_side_said_no(telegram_town: TelegramTown) -> None:
    code, sanne = _code(telegram_town)
    anna = telegram_town.requester
    was = _who(telegram_town, anna.id)
    await anna.says(f"/link {code}")
    await telegram_town.far.settled()
    await _presses(telegram_town, anna, YES)
    await _in_slack_they_say(telegram_town, "link.deny")
    await telegram_town.settle()
    assert DUTCH("linking.ended") in anna.last.text
    assert _who(telegram_town, anna.id) == was != sanne


async def test_who_shows_the_code_in_telegram_is_asked_there_and_confirms_it(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    await _used_in_slack(town, await _shows_a_code(town, anna))
    await town.settle()
    card = anna.last
    assert "In Slack heeft Sanne Slack jouw code gebruikt." in card.text
    assert card.buttons == [YES, NO]
    await _presses(town, anna, YES, card)
    assert "De accounts zijn gekoppeld." in anna.last.text
    assert _who(town, anna.id) == _who(town, "U1", "slack")
    await town.settle()
    assert DONE in anna.again(card).text
    assert not {YES, NO} & {label for message in anna.messages for label in message.buttons}


async def test_who_shows_the_code_in_telegram_says_no_there(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    await _used_in_slack(town, await _shows_a_code(town, anna))
    await town.settle()
    card = anna.last
    await _presses(town, anna, NO, card)
    await town.settle()
    assert DUTCH("linking.over.denied", email=RULES.programme_email) in anna.last.text
    assert not {YES, NO} & {label for message in anna.messages for label in message.buttons}
    assert _who(town, anna.id) != _who(town, "U1", "slack")
    assert (town.rows(LinkClaim), town.rows(JoinedAccount)) == ([], [])


async def _shows_a_code(town: TelegramTown, who: TelegramPerson) -> str:
    with town.store.begin() as uow:
        _in_slack(uow, town.clock.now())
    await who.says("link")
    await town.far.settled()
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", who.last.text)
    assert found is not None
    return found[0]


async def _used_in_slack(town: TelegramTown, code: str) -> None:
    sure = Pressed(f"sure:{code}", SANNE, f"link.sure:0:0:{code.replace('-', '')}")
    answer = to_say(await town.app.router.handle(sure))
    assert answer is not None
    assert "Bijna klaar. Ga nu naar Telegram" in answer.text


async def test_the_question_in_front_of_who_links_from_elsewhere_is_answered_as_if_nothing_had_happened(
    telegram_town: TelegramTown,
) -> None:
    town, anna = telegram_town, telegram_town.requester
    code, sanne = _code(town)
    await anna.says(f"link {code}")
    await town.far.settled()
    await _presses(town, anna, YES)
    await open_form(anna)
    await to_question(town, anna, "participants")
    (draft,) = town.rows(Draft)
    later = town.clock.now() + timedelta(minutes=3)
    with town.store.begin() as uow:
        version, answers = draft.form_version, {"urgency": "acute", "place": "Assen"}
        uow.add(Draft(person_id=sanne, form="request", form_version=version, answers=answers, updated_at=later))
    await _in_slack_they_say(town, "link.join")
    await town.settle()
    assert any(DONE in message.text for message in anna.messages)
    await anna.says("14")
    await town.far.settled()
    (mine, _theirs) = sorted(town.rows(Draft), key=lambda row: row.id)
    assert (mine.id, mine.answers["participants"]) == (draft.id, 14)
    assert mine.answers.get("place") != "Assen", "what was begun elsewhere stays there while it can be undone"
    assert asked(_form(anna)) not in (None, "participants"), "the next question is asked"
    await anna.presses("Terug", _form(anna))
    await town.far.settled()
    assert asked(_form(anna)) == "participants"


def _form(who: TelegramPerson) -> Message:
    """The message in which the form is asked, whatever else was said since."""
    return next(message for message in reversed(who.messages) if asked(message) is not None)


async def test_a_wrong_code_keeps_the_question_open_for_the_right_one(telegram_town: TelegramTown) -> None:
    code, _sanne = _code(telegram_town)
    anna = telegram_town.requester
    await anna.says("bereik")
    await telegram_town.far.settled()
    await anna.presses(DUTCH("linking.have"), anna.last)
    await telegram_town.far.settled()
    await anna.says("ZZZZ-ZZZZ")
    await telegram_town.far.settled()
    assert DUTCH("linking.wrong") in question(anna).text
    assert asked(question(anna), "code") == "code"
    await anna.says(code)
    await telegram_town.far.settled()
    assert ASKED in anna.last.text
    await _presses(telegram_town, anna, YES)
    assert WAITS in anna.last.text


async def test_who_was_taken_apart_can_link_again_at_once_by_typing_a_code(telegram_town: TelegramTown) -> None:
    town = telegram_town
    code, sanne = _code(town)
    phone = await _brings(town, code, "opens the link")
    await _presses(town, phone, YES)
    await _in_slack_they_say(town, "link.join")
    await town.settle()
    await _presses(town, phone, "Ontkoppel Telegram")
    await _presses(town, phone, "Ja, ontkoppel")
    assert _who(town, phone.id) is None
    with town.store.begin() as uow:
        view = linking.offer(Turn(Context(uow, town.clock.now(), RULES, TEXTS, CAPABILITIES), uow.get(Person, sanne)))
    await phone.says(f"link {dict(view.facts)[DUTCH('linking.code')]}")
    await town.far.settled()
    assert ASKED_STRANGER in phone.last.text


async def test_whatever_telegram_brings_again_has_its_effect_once_and_is_answered_once(
    telegram_town_over_each: TelegramTown,
) -> None:
    town = telegram_town_over_each
    town.refusable.add("answerCallbackQuery")
    code, sanne = _code(town)
    phone = await _brings(town, code, "opens the link")
    await _again(town, phone)
    await _presses(town, phone, YES)
    await _again(town, phone)
    await _in_slack_they_say(town, "link.join")
    await town.settle()
    assert _who(town, phone.id) == sanne
    await _again(town, phone, every=True)
    await _presses(town, phone, "Ontkoppel Telegram")
    await _again(town, phone)
    await _presses(town, phone, "Ja, ontkoppel")
    assert _who(town, phone.id) is None
    await _again(town, phone, every=True)


async def test_whatever_telegram_brings_again_to_another_process_has_its_effect_once(
    telegram_town: TelegramTown,
) -> None:
    town = telegram_town
    town.refusable.add("answerCallbackQuery")
    code, sanne = _code(town)
    phone = await _brings(town, code, "opens the link")
    await _presses(town, phone, YES)
    await _brought_again_changes_nothing(town)
    await _in_slack_they_say(town, "link.join")
    await town.settle()
    await _brought_again_changes_nothing(town)
    assert _who(town, phone.id) == sanne
    assert len(town.rows(JoinedAccount)) == 1


async def _brought_again_changes_nothing(town: TelegramTown) -> None:
    """Another process takes over, and gets everything once more."""
    before = _everything(town)
    await town.restart()
    for update in town.far.updates.made:
        await town.far.again(update)
    await town.far.settled()
    assert _everything(town) == before


async def _again(town: TelegramTown, who: TelegramPerson, *, every: bool = False) -> None:
    """Telegram brings the last update once more, or every one."""
    before, told = _everything(town), [(message.text, message.buttons) for message in who.messages]
    for update in town.far.updates.made[0 if every else -1 :]:
        await town.far.again(update)
        await town.far.settled()
    assert _everything(town) == before
    assert [(message.text, message.buttons) for message in who.messages] == told


def _everything(town: TelegramTown) -> Sequence[Sequence[dict[str, object]]]:
    """Whatever linking could change."""
    tables = (Person, Address, Draft, LinkClaim, LinkCode, LinkTry, JoinedAccount, JoinedRow, Outbox, Request)
    return [[row.model_dump() for row in town.rows(table)] for table in tables]
