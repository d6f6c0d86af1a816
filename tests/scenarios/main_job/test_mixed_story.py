"""One story over two channels: who asks is in Telegram, who leads in either, and who steers in Slack."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.schedule.ticker import tidy
from flows.access import invitations as inviting
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context
from flows.people import served_channels
from handlers.slack.rendering.text import escape
from storage.database.unit_of_work import Store
from storage.programme import catalogue
from tests.scenarios.asking import SERIES
from tests.scenarios.doorway import YES
from tests.scenarios.mixed import MixedTown, mixed
from tests.scenarios.town import DUTCH, MONDAY, RULES, TEXTS, at
from tests.slack.asking import answer_page, to_messages
from tests.slack.person import Person
from tests.slack.town import renew
from tests.telegram.asking import SEND, go_on, open_form, question, to_question
from tests.telegram.person import TelegramPerson

ACCEPT = "Accepteer: di 8 dec 14:00"
ORGANISATION, MINISTRY = "BZK", "Binnenlandse Zaken en Koninkrijksrelaties"

A_MINUTE = timedelta(minutes=1)
"""How late a message comes at most, also where a platform asks to wait."""


@pytest.fixture
async def town(demo_file: Path, town_store: Store) -> AsyncIterator[MixedTown]:
    async with mixed(town_store, demo_file) as found:
        yield found
        found.untroubled()


async def test_one_request_goes_from_telegram_over_slack_and_back(town: MixedTown) -> None:
    builder = town.builder_for(ORGANISATION)
    anna = await invited(town, builder)
    await asks(town, anna)

    # Facilitators are asked wherever they are, and nobody answers.
    chatting, working = town.offered(ACCEPT)
    assert chatting
    assert working
    await town.until(at("2026-11-25 09:30"))
    await town.settle()
    assert still_offered(town) == [], "what is past has no buttons, on either side"

    # The practice builder has them asked again, from Slack.
    await builder.press("Vraag opnieuw rond")
    await town.passes(A_MINUTE)
    chatting, working = town.offered(ACCEPT)
    assert chatting
    assert working

    # The first to accept wins, on whichever side.
    winner = working[0]
    await winner.press(ACCEPT)
    await town.passes(A_MINUTE)
    assert all("Een collega leidt deze dialoog" in texts_of(other) for other in chatting)
    assert still_offered(town) == []
    assert winner.member.real_name in texts_of(anna)
    assert "Er is een gespreksleider gevonden" in texts_of(builder)
    assert "dialoog.ics" in [message.document.name for message in anna.messages if message.document]

    # The series is agreed to in Telegram, and reminds both, each where they are.
    await anna.presses("Akkoord, plan deze data")
    await town.passes(A_MINUTE)
    await town.until(at("2026-12-08 13:30"))
    assert "Over een uur begint de dialoog" in anna.last.text
    assert "Over een uur begint de dialoog" in winner.messages[-1].text

    # The facilitator links Telegram, wants to hear there, and is heard of where that fails.
    phone = await linked(town, winner)
    await town.until(at("2026-12-22 15:00"))
    assert "Over een week is de dialoog" in phone.last.text
    await begun_here_and_finished_there(town, phone, winner)
    await phone.blocks()
    await town.far.settled()
    before = len(winner.messages)
    await town.until(at("2026-12-28 15:00"))
    reminder = next(message for message in winner.messages[before:] if "Morgen is de dialoog" in message.text)
    assert "omdat ik je via Telegram niet meer kan bereiken" in reminder.text


def test_the_link_of_an_invitation_reads_in_slack_sign_for_sign(town_store: Store, demo_file: Path) -> None:
    """An underscore at the edge of a word is written there as another sign, and nobody came in with that."""
    renew(town_store, demo_file)
    with town_store.begin() as uow:
        served_channels.serve(uow, {"slack": "", "telegram": "https://t.me/dialoog_bot?start="}, MONDAY)
        context = Context(uow, MONDAY, RULES, TEXTS, CAPABILITIES)
        organisation = catalogue.organisations(uow)[0]
        links = [inviting.make(context, organisation, None, once=True, by=None).link for _ in range(200)]
    town_store.close()
    assert [escape(link) for link in links] == links


async def invited(town: MixedTown, builder: Person) -> TelegramPerson:
    """A newcomer who opens the link that a practice builder made in Slack."""
    await builder.dm("uitnodigen")
    await town.passes(A_MINUTE)
    await builder.press("Maak een uitnodiging")
    await answer_page(builder, "invite", whom="Voor iedereen van een organisatie", organisation=MINISTRY)
    await town.passes(A_MINUTE)
    await to_messages(builder)
    found = re.search(r"start=([A-Za-z0-9_-]+)", texts_of(builder))
    assert found is not None
    anna = town.newcomer("Anna")
    await anna.start(found[1])
    await anna.sees(DUTCH("invite.welcome"))
    return anna


async def asks(town: MixedTown, anna: TelegramPerson) -> None:
    """The whole form, in Telegram."""
    await open_form(anna)
    last = await go_on(town, anna, **SERIES)
    await anna.presses(SEND, last)
    await town.passes(A_MINUTE)


async def linked(town: MixedTown, who: Person) -> TelegramPerson:
    """Somebody in Slack opens the link that the bot gives them there on their phone, and confirms it in Slack.

    From then on they want to hear in Telegram.
    """
    await who.dm("link")
    await town.passes(A_MINUTE)
    found = re.search(r"start=(link_[A-Z0-9]+)", texts_of(who))
    assert found is not None
    phone = town.newcomer(who.member.real_name)
    await phone.start(found[1])
    await phone.presses(YES, await phone.sees_button(YES))
    await phone.sees("Bijna klaar. Ga nu naar ")
    await town.passes(A_MINUTE)
    await who.press(YES)
    await town.passes(A_MINUTE)
    await phone.presses(DUTCH("reach.title"), await phone.sees("Gelukt."))
    await phone.presses("Liever via Telegram", await phone.sees_button("Liever via Telegram"))
    await town.passes(A_MINUTE)
    return phone


async def begun_here_and_finished_there(town: MixedTown, phone: TelegramPerson, member: Person) -> None:
    """A form that is begun in Telegram goes on in Slack where it was left, a week after the two were linked."""
    tidy(town.app.ticker._contexts)
    await open_form(phone)
    await to_question(town, phone, "participants")
    await phone.presses(DUTCH("form.stop"), question(phone))
    await town.passes(A_MINUTE)
    await member.dm("menu")
    await town.passes(A_MINUTE)
    await member.press("Ga verder: Dialoog aanvragen")
    assert DUTCH("request.field.participants") in member.modal.fields
    await to_messages(member)


def still_offered(town: MixedTown) -> list[tuple[str, list[str]]]:
    """The messages with a button to accept, by the name of whoever has them in front of them."""
    chatting, working = town.offered("Accepteer")
    found = [(who.user.first_name, [one.text, *one.buttons]) for who in chatting for one in who.messages if one.buttons]
    at_work = [
        (who.member.real_name, [one.text, *one.buttons]) for who in working for one in who.messages if one.buttons
    ]
    return found + at_work


def texts_of(who: TelegramPerson | Person) -> str:
    return "\n".join(message.text for message in who.messages)
