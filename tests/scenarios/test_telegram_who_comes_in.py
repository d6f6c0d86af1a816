"""Nobody is let in by merely finding the bot: an invitation lets in, and anybody else hears once how to get one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import select

from flows import inviting
from flows.desk import Desk
from storage import programme
from storage.models import Address, Person
from tests.scenarios.town import DUTCH, ENGLISH, RULES, TEXTS
from tests.telegram.asking import question
from tests.telegram.town import TelegramTown


@contextmanager
def desk(town: TelegramTown) -> Iterator[Desk]:
    with town.store.begin() as uow:
        yield Desk(uow, town.clock.now(), RULES, TEXTS)


def token(town: TelegramTown, *, once: bool = True) -> str:
    """What the link of a new invitation carries."""
    with desk(town) as at:
        organisation = programme.organisations(at.uow)[-1]
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
    with desk(telegram_town) as at:
        assert inviting.strangers(at, "telegram") == 1


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
