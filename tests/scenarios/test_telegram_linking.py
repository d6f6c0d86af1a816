"""Somebody of another channel comes into Telegram with a code, and is the same person there."""

from datetime import timedelta

from flows import entrances, linking
from flows.desk import Desk, Turn
from storage import people
from storage.models import Address, Draft, Person
from storage.unit_of_work import UnitOfWork
from tests.scenarios.town import DUTCH, RULES, TEXTS
from tests.telegram.asking import asked, open_form, question, to_question
from tests.telegram.town import TelegramTown


def _in_slack(uow: UnitOfWork) -> Person:
    person = uow.add(Person(name="Sanne Slack", email="sanne@gov.example", language="nl"))
    uow.add(Address(person_id=person.id, channel="slack", address="U1", preferred=True))
    return person


def _code(town: TelegramTown) -> tuple[str, int]:
    """The code that somebody in Slack gets to see, and who that is."""
    with town.store.begin() as uow:
        entrances.serve(uow, {"slack": "", "telegram": "https://t.me/dialoog_bot?start="}, town.clock.now())
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
    assert "Liever via Telegram" in anna.last.buttons, "first stays what was first to whose code it is"


async def test_the_question_in_front_of_who_links_from_elsewhere_is_answered_as_if_nothing_had_happened(
    telegram_town: TelegramTown,
) -> None:
    town, anna = telegram_town, telegram_town.requester
    await open_form(anna)
    await to_question(town, anna, "participants")
    (draft,) = town.rows(Draft)
    with town.store.begin() as uow:
        entrances.serve(uow, {"slack": "", "telegram": "https://t.me/dialoog_bot?start="}, town.clock.now())
        sanne, desk = _in_slack(uow), Desk(uow, town.clock.now(), RULES, TEXTS)
        later = town.clock.now() + timedelta(minutes=3)
        version, answers = draft.form_version, {"urgency": "normal"}
        uow.add(Draft(person_id=sanne.id, form="request", form_version=version, answers=answers, updated_at=later))
        code = dict(linking.offer(Turn(desk, uow.get(Person, draft.person_id))).facts)[DUTCH("linking.code")]
        assert "Gelukt." in linking.take(Turn(desk, sanne), code).text
    await anna.says("14")
    await town.far.settled()
    (one,) = town.rows(Draft)
    assert (one.id, one.answers["participants"]) == (draft.id, 14)
    assert asked(question(anna)) not in (None, "participants"), "the next question is asked"
    await anna.presses("Terug", question(anna))
    await town.far.settled()
    assert asked(question(anna)) == "participants"


async def test_a_wrong_code_keeps_the_question_open_for_the_right_one(telegram_town: TelegramTown) -> None:
    code, _sanne = _code(telegram_town)
    anna = telegram_town.requester
    await anna.says("/link")
    await telegram_town.far.settled()
    await anna.presses(DUTCH("linking.have"), anna.last)
    await telegram_town.far.settled()
    await anna.says("ZZZZ-ZZZZ")
    await telegram_town.far.settled()
    assert DUTCH("linking.wrong") in question(anna).text
    assert asked(question(anna), "code") == "code"
    await anna.says(code)
    await telegram_town.far.settled()
    assert "Gelukt." in anna.last.text
