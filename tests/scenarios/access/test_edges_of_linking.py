"""Linking at its edges: the last day, what waits meanwhile, and who is let in by whom."""

from datetime import timedelta

from bot.demo.simulated_person import SimulatedPerson
from storage.models import Due, JoinedAccount, Person, Request
from storage.people import joined, profiles
from storage.people.profiles import Profile
from tests.scenarios.access.humans import request
from tests.scenarios.doorway import SLACK, TELEGRAM, YES, Doorway, token_in
from tests.scenarios.town import words


def _id(door: Doorway, who: SimulatedPerson) -> int | None:
    person = door.person_at(who)
    return person.id if person else None


async def test_who_came_in_by_an_invitation_can_link_once_the_seven_days_are_over(door: Doorway) -> None:
    phone = door.nobody(TELEGRAM, "T-fien", "Fien")
    await door.come(phone, door.invitation(door.facilitator), sure=True)
    door.passes(joined.SPAN + timedelta(minutes=1))
    slack = door.at(SLACK, "U-f", door.person("F. de Wit"))
    await door.claim(phone, slack)
    answer = await phone.press(YES)
    assert answer is not None
    assert answer.text.startswith("De accounts zijn gekoppeld."), (
        "also before the night has forgotten the first joining"
    )
    assert len(door.rows(JoinedAccount)) == 1


async def test_whom_an_invitation_names_stays_whoever_is_known_longer(door: Doorway, tess: SimulatedPerson) -> None:
    eve = door.at(TELEGRAM, "T-eve", door.person("Eve", email="eve@gov.example", unit_id=door.elsewhere))
    vera = door.person("Vera", email="vera@gov.example", unit_id=door.unit)
    bas = door.at(SLACK, "U-bas", door.builder)
    with door.store.begin() as uow:
        uow.add(request(vera, door.unit, "Vera", door.clock.now()))
    await door.come(eve, door.invitation(vera), sure=True)
    await door.deliver()
    assert any("Is dat niet Vera?" in words(one) for one in tess.messages)
    assert any("Is dat niet Vera?" in words(one) for one in bas.messages), "who builds her organisation hears of it"
    with door.store.begin() as uow:
        profiles.enter(uow, SLACK, "U-vera", Profile("Vera", "vera@gov.example", "nl"), door.clock.now())
    assert [row.requester_id for row in door.rows(Request)] == [_id(door, door.nobody(SLACK, "U-vera", "Vera"))]


async def test_a_role_that_comes_on_the_last_day_is_told_too(door: Doorway, tess: SimulatedPerson) -> None:
    anna = door.at(SLACK, "U-anna", door.person("Anna", email="anna@gov.example"))
    await door.link(anna, door.nobody(TELEGRAM, "T-eve", "Eve"))
    for _ in range(6):
        door.passes(timedelta(days=1))
        await door.tick()
    with door.store.begin() as uow:
        uow.get(Person, _id(door, anna) or 0).programme_team = True
    for _ in range(30):
        door.passes(timedelta(hours=1))
        await door.tick()
    assert sum("Anna heeft een rol" in words(one) for one in tess.messages) == 1


async def test_a_question_that_is_overtaken_by_another_linking_asks_nothing_any_more(door: Doorway) -> None:
    anna = door.at(SLACK, "U-anna", door.person("Anna", email="anna@gov.example"))
    bob = door.at(TELEGRAM, "T-bob", door.person("Bob"))
    phone = door.at(TELEGRAM, "T-anna", door.person("A. Vos"))
    await door.claim(bob, anna)
    await door.link(anna, phone)
    await door.deliver()
    assert len(door.rows(JoinedAccount)) == 1
    assert not any(button.label == YES for one in bob.messages for button in one.buttons)
    assert "Deze code werkt daarom niet meer" in words(bob.last)
    assert any("niet bevestigd" in words(one) for one in anna.messages), "and who used the code hears so"


async def test_who_was_invited_before_an_account_was_joined_stays_in_when_that_is_undone(door: Doorway) -> None:
    tom = door.at(SLACK, "U-tom", before := door.person("Tom", email="tom@gov.example", programme_team=True))
    await tom.say("uitnodigen")
    await tom.press("Maak een uitnodiging")
    await tom.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    await tom.fill(person="Fien")
    fien = door.nobody(TELEGRAM, "T-fien", "Fien")
    await door.come(fien, token_in(tom.screen), sure=True)
    with door.store.begin() as uow:
        uow.get(Person, before).programme_team = False
    leads = door.at(TELEGRAM, "T-tom", other := door.person("Tom", email="t.x@gov.example"))
    with door.store.begin() as uow:
        door.lead(uow, other)
    await door.link(leads, tom)
    assert _id(door, tom) == other
    await _unlink(tom)
    assert (_id(door, tom), _id(door, fien)) == (before, door.facilitator)


async def _unlink(who: SimulatedPerson) -> None:
    await who.say("bereik")
    await who.press("Ontkoppel")
    await who.press("Ja, ontkoppel")


async def test_what_is_asked_of_who_is_parted_along_is_passed_on(door: Doorway, tess: SimulatedPerson) -> None:
    tom = door.person("Tom", email="tom@gov.example", programme_team=True)
    thief, second = door.nobody(TELEGRAM, "T-eve", "Eve"), door.nobody(TELEGRAM, "T-eve2", "Eve 2")
    await door.come(thief, door.invitation(tom), sure=True)
    await thief.say("uitnodigen")
    await thief.press("Maak een uitnodiging")
    await thief.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    await thief.fill(person="Fien")
    await door.come(second, token_in(thief.screen), sure=True)
    with door.store.begin() as uow:
        uow.get(Person, door.facilitator).email = None
    theft = min(door.rows(JoinedAccount), key=lambda row: row.id)
    await tess.send_action(f"link.part:{theft.id}:0")
    assert door.facilitator in {row.subject_id for row in door.rows(Due) if row.kind == "unreached"}


async def test_taking_apart_works_also_where_the_import_made_somebody_who_was_told_the_same(
    door: Doorway, tess: SimulatedPerson
) -> None:
    with door.store.begin() as uow:
        uow.get(Person, door.team).email = "tess@gov.example"
    await door.link(tess, door.at(TELEGRAM, "T-anna", door.person("Anna", email="anna@gov.example")))
    (made,) = door.rows(JoinedAccount)
    imported = door.person("Anna", email="anna@gov.example", programme_team=True)
    await door.come(door.nobody(TELEGRAM, "T-anna2", "Anna"), door.invitation(imported), sure=True)
    await door.come(door.nobody(TELEGRAM, "T-fien", "Fien"), door.invitation(door.facilitator), sure=True)
    await door.deliver()
    answer = await tess.send_action(f"link.part:{made.id}:0")
    assert answer is not None
    assert answer.text.startswith("Gedaan.")
