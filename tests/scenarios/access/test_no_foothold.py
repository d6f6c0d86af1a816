"""An account that was wrongly linked leaves no way back in when it is unlinked, whatever was done from it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.simulated_person import SimulatedPerson
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import Address, DeliveredMessage, Draft, Invitation, JoinedAccount, LinkClaim, OutboxState, Person
from storage.models import Outbox as Row
from storage.people import joined, profiles
from storage.people.profiles import Profile
from storage.programme.csv_files.exporting import export
from tests.scenarios.doorway import NOW, SLACK, TELEGRAM, YES, Doorway, token_in
from tests.scenarios.town import words

UNLINK, SURE = "Ontkoppel", "Ja, ontkoppel"
WAIT = "Er is pas een account gekoppeld. Tot"


@pytest.fixture
def thief(door: Doorway) -> SimulatedPerson:
    """Somebody unknown in Telegram who got hold of Fien's invitation, and came in as Fien."""
    return door.nobody(TELEGRAM, "T-eve", "Eve")


async def _steal(door: Doorway, thief: SimulatedPerson, person_id: int) -> None:
    await door.come(thief, door.invitation(person_id), sure=True)
    assert _who(door, thief) == person_id


def _who(door: Doorway, who: SimulatedPerson) -> int | None:
    person = door.person_at(who)
    return person.id if person else None


async def _undo(door: Doorway, tess: SimulatedPerson) -> None:
    await door.deliver()
    [first] = [one for one in tess.messages if "met een uitnodiging binnengekomen" in one.text]
    await tess.send_action(next(one.action.pack() for one in first.buttons if one.label.startswith(UNLINK)))
    await tess.press(SURE)


@pytest.mark.parametrize("role", ["facilitator", "programme team"])
async def test_no_account_is_linked_with_a_stolen_one_as_long_as_that_can_be_undone(
    door: Doorway, tess: SimulatedPerson, thief: SimulatedPerson, role: str
) -> None:
    victim = door.facilitator if role == "facilitator" else door.person("Tom", email="tom@gov.example")
    if role != "facilitator":
        with door.store.begin() as uow:
            uow.get(Person, victim).programme_team = True
    own = door.at(SLACK, "U-eve", eve := door.person("E. de Vries", email="eve@gov.example"))
    await _steal(door, thief, victim)
    assert (await door.typed(thief, "link")).startswith(WAIT)
    assert (await door.typed(thief, f"link {await door.code(own)}")).startswith(WAIT)
    await thief.send_action(f"link.sure:0:0:{(await door.code(own)).replace('-', '')}")
    assert door.rows(LinkClaim) == []
    assert _who(door, own) == eve
    await _undo(door, tess)
    assert (_who(door, thief), _who(door, own)) == (None, eve)
    assert [row.person_id for row in door.rows(Address) if row.person_id == victim] == []
    assert door.rows(JoinedAccount) == []


async def test_who_came_in_lately_can_not_be_taken_away_by_somebody_who_links_with_them(door: Doorway) -> None:
    vera = door.person("Vera", email="vera@gov.example", unit_id=door.unit)
    phone = door.nobody(TELEGRAM, "T-vera", "Vera")
    await door.come(phone, door.invitation(vera), sure=True)
    eve = door.at(SLACK, "U-eve", other := door.person("Eve"))
    assert (await door.typed(phone, f"link {await door.code(eve)}")).startswith(WAIT)
    (own,) = door.rows(JoinedAccount)
    await eve.send_action(f"link.part:{own.id}:0")
    assert (_who(door, phone), _who(door, eve)) == (vera, other)


async def test_an_invitation_made_with_a_stolen_role_lets_nobody_in_afterwards(
    door: Doorway, tess: SimulatedPerson, thief: SimulatedPerson
) -> None:
    tom = door.person("Tom", email="tom@gov.example", programme_team=True)
    await _steal(door, thief, tom)
    await thief.say("uitnodigen")
    await thief.press("Maak een uitnodiging")
    await thief.fill(whom="Voor iedereen", organisation="Dienst Regelingen")
    token = token_in(thief.screen)
    await _undo(door, tess)
    assert {row.expires_at for row in door.rows(Invitation) if row.made_by == tom} == {door.clock.now()}
    assert (await door.come(door.nobody(TELEGRAM, "T-next"), token)).text.startswith("Deze uitnodiging werkt niet")


async def test_an_invitation_is_worth_no_more_than_who_made_it(door: Doorway, tess: SimulatedPerson) -> None:
    await tess.say("uitnodigen")
    await tess.press("Maak een uitnodiging")
    await tess.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    await tess.fill(person="Fien")
    token = token_in(tess.screen)
    with door.store.begin() as uow:
        uow.get(Person, door.team).programme_team = False
    late = door.nobody(TELEGRAM, "T-late", "Fien")
    assert (await door.come(late, token, sure=True)).text.startswith("Deze uitnodiging werkt niet")


async def test_an_export_does_not_write_down_what_can_be_unlinked(
    door: Doorway, thief: SimulatedPerson, tmp_path: Path
) -> None:
    await _steal(door, thief, door.facilitator)
    assert "T-eve" not in _exported(door, tmp_path / "files")


def _exported(door: Doorway, folder: Path) -> str:
    folder.mkdir()
    with door.store.read() as uow:
        export(uow, folder)
    return "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())


async def test_a_letter_that_both_are_to_get_stops_nobody_from_unlinking(door: Doorway) -> None:
    fien = door.at(SLACK, "U-fien", door.facilitator)
    phone = door.at(TELEGRAM, "T-fien", other := door.person("F. de Wit"))
    with door.store.begin() as uow:
        for person in (door.facilitator, other):
            outbox.put(uow, OutboxMessage(person, "held", 7, {}, None, once="v1"), now=NOW)
            row = uow.db.get(Row, max(one.id for one in door.rows(Row)) if door.rows(Row) else 1)
            if row is not None:
                row.state = OutboxState.DEAD
    await door.link(fien, phone)
    await fien.say("bereik")
    await fien.press(UNLINK)
    answer = await fien.press(SURE)
    assert answer is not None
    assert answer.text.startswith("Gedaan.")
    assert _who(door, phone) == other


async def test_the_joined_account_itself_unlinks_where_both_had_a_form_half_written(door: Doorway) -> None:
    anna = door.at(SLACK, "U1", door.person("Anna"))
    phone = door.at(TELEGRAM, "T1", other := door.person("A. Vos"))
    with door.store.begin() as uow:
        for who in (_who(door, anna) or 0, other):
            uow.add(Draft(person_id=who, form="request", form_version=1, answers={f"{who}": 1}, updated_at=NOW))
    before = {row.person_id: row.answers for row in door.rows(Draft)}
    await door.link(anna, phone)
    await phone.say("bereik")
    await phone.press(UNLINK)
    answer = await phone.press(SURE)
    assert answer is not None
    assert answer.text.startswith("Gedaan.")
    assert {row.person_id: row.answers for row in door.rows(Draft)} == before


async def test_what_a_joined_account_tells_of_itself_is_not_written_to_the_person(door: Doorway) -> None:
    sanne = door.at(SLACK, "U-sanne", me := door.person("Sanne"))
    await door.link(door.at(TELEGRAM, "T-eve", eve := door.person("Eve")), sanne)
    stays = _who(door, sanne)
    assert stays in (me, eve)
    joined = next(row for row in door.rows(Address) if row.joined_id is not None)
    with door.store.begin() as uow:
        told = Profile("Sanne Smit", email="sanne@gov.example")
        assert not profiles.refresh(uow, joined.channel, joined.address, told, door.clock.now())


@pytest.mark.parametrize("name", ["Fien \ue000u\ue001https://evil.example\ue002", "Fien\u202eneiF", "\u3164", "a\x00b"])
async def test_a_name_from_a_platform_brings_no_signs_that_mean_something(door: Doorway, name: str) -> None:
    fien = door.at(SLACK, "U-fien", door.facilitator)
    stranger = door.nobody(TELEGRAM, "T-odd", name)
    await door.claim(fien, stranger)
    asked = words(fien.last)
    assert not set(asked) & set("\ue000\ue001\ue002\u202e\u3164\x00")
    await fien.press(YES)
    (made,) = door.rows(JoinedAccount)
    assert made.name == made.name.strip() != ""


async def test_an_account_that_came_in_lately_becomes_nobody_else_until_that_can_not_be_undone_any_more(
    door: Doorway, thief: SimulatedPerson
) -> None:
    own = door.person("Eve van de import", email="eve@gov.example")
    await _steal(door, thief, own)
    door.passes(joined.SPAN - timedelta(hours=1))
    invitation = door.invitation(door.facilitator)
    assert (await door.come(thief, invitation)).text.startswith(WAIT)
    assert (await door.come(thief, invitation, sure=True)).text.startswith(WAIT)
    door.passes(timedelta(hours=2))
    await door.come(thief, invitation, sure=True)
    (theft,) = door.rows(JoinedAccount)
    assert _who(door, thief) == door.facilitator
    assert {row.joined_id for row in door.rows(Address) if row.person_id == door.facilitator} == {theft.id}


async def test_who_came_in_by_an_invitation_of_a_stolen_account_goes_out_with_it(
    door: Doorway, tess: SimulatedPerson, thief: SimulatedPerson
) -> None:
    tom = door.person("Tom", email="tom@gov.example", programme_team=True)
    await _steal(door, thief, tom)
    await thief.say("uitnodigen")
    await thief.press("Maak een uitnodiging")
    await thief.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    await thief.fill(person="Fien")
    second = door.nobody(TELEGRAM, "T-eve2", "Eve 2")
    await door.come(second, token_in(thief.screen), sure=True)
    assert _who(door, second) == door.facilitator
    theft = min(door.rows(JoinedAccount), key=lambda row: row.id)
    await tess.send_action(f"link.part:{theft.id}:0")
    assert (_who(door, thief), _who(door, second)) == (None, None)
    await door.deliver()
    told = [words(one) for one in tess.messages]
    assert any("hoort niet meer bij Fien" in one for one in told)


async def test_the_team_hears_of_an_account_whose_person_got_a_role_since(door: Doorway, tess: SimulatedPerson) -> None:
    anna = door.at(SLACK, "U-anna", door.person("Anna", email="anna@gov.example"))
    await door.link(anna, door.nobody(TELEGRAM, "T-eve", "Eve"))
    await door.tick()
    assert not any("Anna" in words(one) for one in tess.messages)
    with door.store.begin() as uow:
        uow.get(Person, _who(door, anna) or 0).programme_team = True
    for _ in range(3):
        door.passes(timedelta(days=1))
        await door.tick()
    assert sum("Anna heeft een rol" in words(one) for one in tess.messages) == 1
    await tess.press("Ontkoppel dit account")
    await tess.press(SURE)
    assert _who(door, anna) is not None
    assert door.rows(JoinedAccount) == []


async def test_news_is_not_written_into_the_chat_of_an_account_that_was_unlinked(door: Doorway) -> None:
    fien = door.at(TELEGRAM, "T-fien", door.facilitator)
    eve = door.at(SLACK, "U-eve", door.person("Eve"))
    await door.link(fien, eve)
    with door.store.begin() as uow:
        profiles.enter(uow, SLACK, "U-fien", Profile("Fien", "fien@gov.example", "nl"), door.clock.now())
        uow.add(
            DeliveredMessage(person_id=door.facilitator, channel=SLACK, slot="offer:7", message_ref="in Eve's chat")
        )
    await fien.say("bereik")
    await fien.press(UNLINK)
    await fien.press(SURE)
    assert not [row for row in door.rows(DeliveredMessage) if row.slot == "offer:7"]
