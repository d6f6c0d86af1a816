"""An account that was wrongly linked leaves no way back in when it is unlinked, whatever was done from it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.simulated_person import Actor
from storage.delivery import outbox
from storage.delivery.outbox import Letter
from storage.models import Address, Draft, Invitation, JoinedAccount, LinkClaim, LinkCode, OutboxState, Person
from storage.models import Outbox as Row
from storage.people import joined, profiles
from storage.people.profiles import Profile
from storage.programme.csv_files.exporting import export
from tests.scenarios.doorway import NOW, SLACK, TELEGRAM, YES, Doorway, token_in
from tests.scenarios.town import words

UNLINK, SURE = "Ontkoppel", "Ja, ontkoppel"


@pytest.fixture
def thief(door: Doorway) -> Actor:
    """Somebody unknown in Telegram who got hold of Fien's invitation, and came in as Fien."""
    return door.nobody(TELEGRAM, "T-eve", "Eve")


async def _steal(door: Doorway, thief: Actor, person_id: int) -> None:
    await door.come(thief, door.invitation(person_id), sure=True)
    assert _who(door, thief) == person_id


def _who(door: Doorway, who: Actor) -> int | None:
    person = door.person_at(who)
    return person.id if person else None


async def _undo(door: Doorway, tess: Actor) -> None:
    await door.deliver()
    [first] = [one for one in tess.messages if "met een uitnodiging binnengekomen" in one.text]
    await tess.send_action(next(one.action.pack() for one in first.buttons if one.label.startswith(UNLINK)))
    await tess.press(SURE)


@pytest.mark.parametrize("role", ["facilitator", "programme team"])
async def test_an_account_that_was_linked_from_a_stolen_one_is_parted_with_it(
    door: Doorway, tess: Actor, thief: Actor, role: str
) -> None:
    victim = door.facilitator if role == "facilitator" else door.person("Tom", email="tom@gov.example")
    if role != "facilitator":
        with door.store.begin() as uow:
            uow.get(Person, victim).programme_team = True
    own = door.at(SLACK, "U-eve", eve := door.person("E. de Vries"))
    await _steal(door, thief, victim)
    await door.link(thief, own)
    assert _who(door, own) == victim
    await _undo(door, tess)
    assert (_who(door, thief), _who(door, own)) == (None, eve)
    assert [row.person_id for row in door.rows(Address) if row.person_id == victim] == []
    assert door.rows(JoinedAccount) == []


async def test_a_code_that_was_shown_or_used_meanwhile_is_worth_nothing_afterwards(
    door: Doorway, tess: Actor, thief: Actor
) -> None:
    own = door.at(SLACK, "U-eve", eve := door.person("E. de Vries"))
    await _steal(door, thief, door.facilitator)
    code = await door.code(thief)
    await _undo(door, tess)
    assert door.rows(LinkCode) == []
    view = await own.say(f"link {code}")
    assert view is not None
    assert view.text.startswith("Deze code klopt niet")
    vera = door.person("Vera", email="vera@gov.example")
    again = door.nobody(TELEGRAM, "T-again", "Eve")
    await _steal(door, again, vera)
    await door.claim(own, again)
    (joined,) = door.rows(JoinedAccount)
    await tess.send_action(f"link.part:{joined.id}:0")
    assert door.rows(LinkClaim) == []
    assert _who(door, own) == eve


async def test_an_invitation_made_with_a_stolen_role_lets_nobody_in_afterwards(
    door: Doorway, tess: Actor, thief: Actor
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


async def test_an_invitation_is_worth_no_more_than_who_made_it(door: Doorway, tess: Actor) -> None:
    await tess.say("uitnodigen")
    await tess.press("Maak een uitnodiging")
    await tess.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    await tess.fill(person="Fien")
    token = token_in(tess.screen)
    with door.store.begin() as uow:
        uow.get(Person, door.team).programme_team = False
    late = door.nobody(TELEGRAM, "T-late", "Fien")
    assert (await door.come(late, token, sure=True)).text.startswith("Deze uitnodiging werkt niet")


async def test_an_export_does_not_write_down_what_can_be_unlinked(door: Doorway, thief: Actor, tmp_path: Path) -> None:
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
            outbox.put(uow, Letter(person, "held", 7, {}, None, once="v1"), now=NOW)
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


async def test_a_theft_is_undone_also_where_an_older_joining_of_the_account_is_forgotten_by_then(
    door: Doorway, tess: Actor, thief: Actor
) -> None:
    own = door.person("Eve van de import", email="eve@gov.example")
    await _steal(door, thief, own)
    door.passes(joined.SPAN - timedelta(hours=1))
    await door.come(thief, door.invitation(door.facilitator))
    await thief.press("Ja, dat ben ik")
    assert _who(door, thief) == door.facilitator
    door.passes(timedelta(hours=2))
    with door.store.begin() as uow:
        assert joined.prune(uow, door.clock.now(), 10) == 1
    (theft,) = door.rows(JoinedAccount)
    assert {row.joined_id for row in door.rows(Address) if row.person_id == door.facilitator} == {theft.id}
    await tess.send_action(f"link.part:{theft.id}:0")
    assert _who(door, thief) == own


async def test_an_invitation_made_from_an_account_that_a_stolen_one_was_linked_with_is_over_too(
    door: Doorway, tess: Actor
) -> None:
    tom = door.person("Tom", email="tom@gov.example", programme_team=True)
    thief = door.at(TELEGRAM, "T-eve", door.person("Eve"))
    await door.come(thief, door.invitation(tom))
    await thief.press("Ja, dat ben ik")
    second = door.at(SLACK, "U-eve", door.person("E. de Vries"))
    await door.link(thief, second)
    await second.say("uitnodigen")
    await second.press("Maak een uitnodiging")
    await second.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    await second.fill(person="Fien")
    token = token_in(second.screen)
    theft = min(door.rows(JoinedAccount), key=lambda row: row.id)
    await tess.send_action(f"link.part:{theft.id}:0")
    late = door.nobody(TELEGRAM, "T-late", "Fien")
    assert (await door.come(late, token, sure=True)).text.startswith("Deze uitnodiging werkt niet")
    assert tom not in {_who(door, thief), _who(door, second)}
