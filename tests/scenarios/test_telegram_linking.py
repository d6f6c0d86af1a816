"""Somebody of another channel comes into Telegram with a code, and is the same person there."""

from flows import entrances, linking
from flows.desk import Desk, Turn
from storage import people
from storage.models import Address, Person
from storage.unit_of_work import UnitOfWork
from tests.scenarios.town import DUTCH, RULES, TEXTS
from tests.telegram.town import TelegramTown


def _in_slack(uow: UnitOfWork) -> Person:
    person = uow.add(Person(name="Sanne Slack", email="sanne@gov.example", language="nl"))
    uow.add(Address(person_id=person.id, channel="slack", address="U1", preferred=True))
    return person


def _code(town: TelegramTown) -> tuple[str, int]:
    """The code that somebody in Slack gets to see, and who that is."""
    with town.store.begin() as uow:
        entrances.serve(uow, {"slack": "", "telegram": "https://t.me/dialoog_bot?start="})
        person = _in_slack(uow)
        view = linking.offer(Turn(Desk(uow, town.clock.now(), RULES, TEXTS), person))
        return dict(view.facts)[DUTCH("linking.code")], person.id


def _who(town: TelegramTown, address: object, channel: str = "telegram") -> int | None:
    with town.store.read() as uow:
        found = people.at(uow, channel, str(address))
    return found.id if found else None


async def test_a_stranger_who_types_the_code_comes_in_as_who_it_is_of(telegram_town: TelegramTown) -> None:
    code, sanne = _code(telegram_town)
    phone = telegram_town.far.person("s.", language_code="nl")
    await phone.start()
    await phone.says(f"link {code}")
    await telegram_town.far.settled()
    assert "Gelukt." in phone.last.text
    assert _who(telegram_town, phone.id) == sanne


async def test_a_stranger_who_opens_the_link_comes_in_without_typing(telegram_town: TelegramTown) -> None:
    code, sanne = _code(telegram_town)
    phone = telegram_town.far.person("s.", language_code="nl")
    await phone.start(f"{linking.PREFIX}{code.replace('-', '')}")
    await telegram_town.far.settled()
    assert "Gelukt." in phone.last.text
    assert _who(telegram_town, phone.id) == sanne


async def test_a_stranger_with_a_wrong_code_stays_outside(telegram_town: TelegramTown) -> None:
    _code(telegram_town)
    phone = telegram_town.far.person("s.", language_code="nl")
    await phone.start()
    await phone.says("/link ZZZZ-ZZZZ")
    await telegram_town.far.settled()
    assert DUTCH("linking.wrong") in phone.last.text
    assert _who(telegram_town, phone.id) is None


async def test_somebody_known_links_with_the_command(telegram_town: TelegramTown) -> None:
    code, _ = _code(telegram_town)
    anna = telegram_town.requester
    await anna.says(f"/link {code.lower()}")
    await telegram_town.far.settled()
    assert "Gelukt." in anna.last.text
    assert _who(telegram_town, anna.id) == _who(telegram_town, "U1", "slack")
    assert "Liever via Slack" in anna.last.buttons
