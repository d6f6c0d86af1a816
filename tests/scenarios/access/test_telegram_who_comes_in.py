"""Strangers come in to Telegram by an invitation only; anybody else hears once how to get one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import select

from flows.access import arrivals
from flows.access import invitations as inviting
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context
from flows.engine.views import qr
from flows.engine.views.view import View
from storage.models import Address, Away, Draft, Facilitator, Level, Person
from storage.people import people, profiles
from storage.programme import catalogue
from tests.scenarios.town import DUTCH, ENGLISH, RULES, TEXTS
from tests.telegram.asking import answer, asked, question, walk_through
from tests.telegram.person import TelegramPerson
from tests.telegram.town import TelegramTown


@contextmanager
def context(town: TelegramTown) -> Iterator[Context]:
    with town.store.begin() as uow:
        yield Context(uow, town.clock.now(), RULES, TEXTS, CAPABILITIES)


def token(town: TelegramTown, *, once: bool = True) -> str:
    """What the link of a new invitation carries."""
    with context(town) as at:
        organisation = catalogue.organisations(at.uow)[-1]
        return inviting.make(at, organisation, None, once=once, by=None).link.partition("start=")[2]


def people_in(town: TelegramTown) -> int:
    with town.store.read() as uow:
        return len(uow.db.exec(select(Person.id)).all())


async def test_a_stranger_hears_once_how_to_be_invited_and_leaves_no_trace_but_a_count(
    telegram_town: TelegramTown,
) -> None:
    known = people_in(telegram_town)
    eve = telegram_town.far.person("Eve", language_code="en-GB")
    await eve.start()
    await eve.says("hello?")
    await eve.sends_voice()
    await telegram_town.far.settled()
    assert [message.text for message in eve.messages] == [ENGLISH("invite.how")]
    with telegram_town.store.read() as uow:
        assert not uow.db.exec(select(Address).where(Address.address == str(eve.id))).all()
    assert people_in(telegram_town) == known
    with context(telegram_town) as at:
        assert arrivals.strangers(at, "telegram") == 1


async def test_a_stranger_who_tries_links_hears_once_that_they_let_nobody_in_and_counts_as_one(
    telegram_town: TelegramTown,
) -> None:
    eve = telegram_town.far.person("Eve", language_code="nl")
    for tried in range(5):
        await eve.start(f"{'x' * tried}y")
        await telegram_town.far.settled()
    await eve.says("hallo?")
    await telegram_town.far.settled()
    assert [message.text for message in eve.messages] == [DUTCH("invite.void")]
    with context(telegram_town) as at:
        assert arrivals.strangers(at, "telegram") == 1


async def test_who_was_told_how_to_be_invited_still_hears_that_a_link_is_over(telegram_town: TelegramTown) -> None:
    eve = telegram_town.far.person("Eve", language_code="nl")
    await eve.start()
    await eve.start("y" * inviting.LENGTH)
    await telegram_town.far.settled()
    assert [message.text for message in eve.messages] == [DUTCH("invite.how"), DUTCH("invite.void")]
    await eve.start(token(telegram_town))
    await telegram_town.far.settled()
    assert "Vraag een dialoog aan" in eve.last.buttons
    with context(telegram_town) as at:
        assert arrivals.strangers(at, "telegram") == 1


async def test_a_stranger_whose_greeting_failed_is_greeted_and_counted_all_the_same(
    telegram_town: TelegramTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = arrivals.stranger, [OSError("the database is away for a moment")]

    def at_first_fails(*args: Any, **more: Any) -> View:
        if failures:
            raise failures.pop()
        return real(*args, **more)

    monkeypatch.setattr(arrivals, "stranger", at_first_fails)
    eve = telegram_town.far.person("Eve", language_code="nl")
    await eve.start()
    await eve.sees(DUTCH("invite.how"))
    with context(telegram_town) as at:
        assert arrivals.strangers(at, "telegram") == 1


async def test_a_stranger_in_another_language_is_answered_in_that_of_the_programme(
    telegram_town: TelegramTown,
) -> None:
    eve = telegram_town.far.person("Eve", language_code="fr")
    await eve.start("ask")
    await eve.sees(DUTCH("invite.how"))


async def test_an_invitation_lets_in_and_leads_to_the_menu(telegram_town: TelegramTown) -> None:
    bob = telegram_town.far.person("Bob", last_name="Jansen", language_code="nl")
    await bob.start(token(telegram_town))
    await telegram_town.far.settled()
    assert "Vraag een dialoog aan" in bob.last.buttons
    await bob.presses("Vraag een dialoog aan", bob.last)
    await telegram_town.far.settled()
    assert DUTCH("form.stop") in question(bob).buttons


async def test_an_invitation_for_one_lets_in_one(telegram_town: TelegramTown) -> None:
    carried = token(telegram_town)
    first, second = (telegram_town.far.person(name, language_code="nl") for name in ("Bob", "Cas"))
    await first.start(carried)
    await telegram_town.far.settled()
    known = people_in(telegram_town)
    await second.start(carried)
    await telegram_town.far.settled()
    assert DUTCH("invite.void") in second.last.text
    assert people_in(telegram_town) == known


async def test_the_link_of_one_person_asks_whether_you_are_that_person(telegram_town: TelegramTown) -> None:
    with context(telegram_town) as at:
        known = at.uow.add(Person(name="Kim", language="nl", email="kim@gov.example"))
        carried = inviting.make(at, None, known, once=True, by=None).link.partition("start=")[2]
        kim_id = known.id
    kim = telegram_town.far.person("K.", language_code="nl")
    before = people_in(telegram_town)
    await kim.start(carried)
    await kim.sees("Ben jij dat?")
    await kim.presses(DUTCH("invite.other"), kim.last)
    await telegram_town.far.settled()
    assert kim.last.text == DUTCH("invite.not_you")
    await kim.start(carried)
    await telegram_town.far.settled()
    await kim.presses(DUTCH("invite.me"), kim.last)
    await telegram_town.far.settled()
    assert kim.last.text.startswith(DUTCH("invite.welcome"))
    with telegram_town.store.read() as uow:
        found = people.at(uow, "telegram", str(kim.id))
        assert found is not None
        assert found.id == kim_id
    assert people_in(telegram_town) == before


async def test_a_strangers_made_up_button_is_answered_and_does_nothing(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await anna.says("menu")
    menu = await anna.sees("Menu")
    eve = telegram_town.far.person("Eve", started=True, language_code="nl")
    toast = await eve.sends_data("request.show:1:0", menu)
    await telegram_town.far.settled()
    assert toast is not None
    assert [message.text for message in eve.messages] == [DUTCH("invite.how")]


async def test_whoever_stops_the_bot_is_not_written_to_until_they_start_it_again(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester

    def reachable() -> bool:
        with telegram_town.store.read() as uow:
            return uow.db.exec(select(Address).where(Address.address == str(anna.id))).one().reachable

    await anna.blocks()
    await telegram_town.far.settled()
    assert not reachable()
    await anna.unblocks()
    await telegram_town.far.settled()
    assert reachable()


@pytest.mark.parametrize("does", ["writes", "presses"])
async def test_who_does_something_is_written_to_again_whatever_telegram_refused_before(
    telegram_town: TelegramTown, does: str
) -> None:
    anna = telegram_town.requester
    await anna.says("menu")
    menu = await anna.sees("Menu")
    with context(telegram_town) as at:
        profiles.set_reachable(at.uow, "telegram", str(anna.id), at.now, reachable=False)
    await (anna.says("menu") if does == "writes" else anna.presses("Mijn aanvragen", menu))
    await telegram_town.far.settled()
    with context(telegram_town) as at:
        assert at.uow.db.exec(select(Address).where(Address.address == str(anna.id))).one().reachable


async def test_who_stops_the_bot_is_not_waited_for_until_the_next_round(
    telegram_town: TelegramTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, woken = telegram_town.requester, asyncio.Event()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(telegram_town.app.ticker, "wake", lambda: loop.call_soon_threadsafe(woken.set))
    await anna.blocks()
    await asyncio.wait_for(woken.wait(), 5)


async def test_who_makes_an_invitation_sees_its_code_to_point_a_phone_at(telegram_town: TelegramTown) -> None:
    with telegram_town.store.read() as uow:
        tess = telegram_town.people[people.programme_team(uow)[0]]
    await tess.says("invite")
    await telegram_town.far.settled()
    await tess.presses(DUTCH("invite.new"), tess.last)
    await telegram_town.far.settled()
    await walk_through(telegram_town, tess, "invite")
    *_, told, code = tess.messages
    assert code.photo is not None
    assert code.post.reply_to is told.post
    link = next(word for word in told.text.split() if word.startswith("https://t.me/"))
    assert code.photo.content == qr.png(link)


async def test_whom_the_team_vouches_for_comes_in_by_the_link_that_the_team_alone_gets(
    telegram_town: TelegramTown,
) -> None:
    town = telegram_town
    bas, tess, kim_id = _builder_and_team(town)
    carried = await _vouched(town, bas, tess)
    kim = await _says_they_are_kim(town, carried)
    assert kim.last.text.startswith(DUTCH("invite.welcome"))
    assert "Mijn beschikbaarheid" in kim.last.buttons
    assert _at(town, kim) == kim_id
    for who in (tess, bas):
        assert "Kim is met een uitnodiging binnengekomen in Telegram. Daar heet het account K 🦊." in who.last.text
        assert "Ontkoppel dit account" in who.last.buttons
    assert not any(carried in message.text for message in bas.conversation)


@pytest.mark.parametrize("who", ["the team", "the builder"])
async def test_who_came_in_as_somebody_else_is_a_stranger_again_once_it_is_undone(
    telegram_town: TelegramTown, who: str
) -> None:
    town = telegram_town
    bas, tess, kim_id = _builder_and_team(town)
    carried = await _vouched(town, bas, tess)
    eve = await _says_they_are_kim(town, carried)
    menu, undoes = eve.last, tess if who == "the team" else bas
    await eve.presses("Mijn beschikbaarheid", menu)
    await town.far.settled()
    profile = eve.last
    assert "Geef dagen door" in profile.buttons, "until then they are who they said"
    letter = undoes.last
    await undoes.presses("Ontkoppel dit account", letter)
    await town.far.settled()
    await undoes.presses("Ja, ontkoppel", undoes.last)
    await town.settle()
    assert _at(town, eve) is None
    assert not [label for one in (tess, bas) for message in one.messages for label in message.buttons
                if label.startswith("Ontkoppel")]  # fmt: skip
    before = (town.rows(Draft), town.rows(Facilitator), town.rows(Away))
    presses = ((menu, "Mijn bijeenkomsten"), (menu, "Vraag een dialoog aan"), (profile, "Geef dagen door"))
    for on, pressed in presses:
        await eve.presses(pressed, on)
        await town.far.settled()
    for words in ("profiel", "/dialoog", "link"):
        await eve.says(words)
        await town.settle()
    assert (town.rows(Draft), town.rows(Facilitator), town.rows(Away)) == before
    assert {label for message in eve.messages for label in message.buttons} <= {"Menu"}
    assert not any("Kim" in message.text for message in eve.messages), "nothing of theirs stands there any more"
    await eve.start(carried)
    await town.far.settled()
    assert eve.last.text == DUTCH("invite.void")
    assert _at(town, eve) is None
    with context(town) as at:
        assert people.addresses(at.uow, kim_id) == []


async def test_whom_somebody_else_came_in_as_is_invited_anew_and_comes_in(telegram_town: TelegramTown) -> None:
    town = telegram_town
    bas, tess, kim_id = _builder_and_team(town)
    eve = await _says_they_are_kim(town, await _vouched(town, bas, tess))
    await tess.presses("Ontkoppel dit account", tess.last)
    await town.far.settled()
    await tess.presses("Ja, ontkoppel", tess.last)
    await town.settle()
    kim = await _says_they_are_kim(town, await _vouched(town, bas, tess))
    assert (_at(town, kim), _at(town, eve)) == (kim_id, None)


async def _vouched(town: TelegramTown, builder: TelegramPerson, member: TelegramPerson) -> str:
    """What the link carries that a member of the team gets who vouches for whom a builder proposes."""
    await builder.says("invite")
    await town.far.settled()
    await builder.presses(DUTCH("invite.new"), builder.last)
    await town.far.settled()
    answers = {"whom": "Voor één persoon", "organisation": "BZK", "person": "Kim"}
    while (name := asked(question(builder), "invite")) is not None:
        await answer(town, builder, question(builder), name, answers[name])
    await town.settle()
    await member.presses("Ja, maak de uitnodiging", await member.sees("stelt voor om Kim uit te nodigen"))
    await town.settle()
    assert any("Het programmateam zei ja en geeft Kim zelf de link" in message.text for message in builder.messages)
    told = await member.sees("start=")
    return next(word for word in told.text.split() if word.startswith("https://t.me/")).partition("start=")[2]


async def _says_they_are_kim(town: TelegramTown, carried: str) -> TelegramPerson:
    """Somebody whom nobody knows opens the link and says so."""
    somebody = town.far.person("K 🦊", language_code="nl")
    await somebody.start(carried)
    await somebody.sees("Ben jij dat?")
    assert _at(town, somebody) is None
    await somebody.presses(DUTCH("invite.me"), somebody.last)
    await town.settle()
    return somebody


def _builder_and_team(town: TelegramTown) -> tuple[TelegramPerson, TelegramPerson, int]:
    """A practice builder of BZK, somebody of the team, and the id of a facilitator there who is in no channel yet."""
    with context(town) as at:
        whole = next(one for one in catalogue.organisations(at.uow) if one.abbreviation == "BZK")
        kim = at.uow.add(Person(name="Kim", language="nl", email="kim@gov.example", unit_id=whole.id))
        profile = Facilitator(person_id=kim.id, level=Level.TRAINED, capacity=4, joined_on=at.now.date())
        at.uow.add(profile)
        builder = people.builders_of(at.uow, catalogue.path_ids(whole.path))[0]
        return town.people[builder], town.people[people.programme_team(at.uow)[0]], kim.id


def _at(town: TelegramTown, who: TelegramPerson) -> int | None:
    with town.store.read() as uow:
        found = people.at(uow, "telegram", str(who.id))
    return found.id if found else None
