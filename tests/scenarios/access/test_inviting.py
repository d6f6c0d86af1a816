"""Strangers come in by an invitation only, each as far as it reaches, and not a step further."""

from datetime import timedelta

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.access import arrivals, linking
from flows.access import invitations as inviting
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context
from flows.people import served_channels
from storage.models import Address, Invitation, InvitationProposal, Person, PracticeBuilder, Setting
from storage.people import invitations, people
from tests.scenarios.doorway import RULES, SLACK, TELEGRAM, TEXTS, Doorway, token_in

NEW = "Iemand die nieuw is"


@pytest.fixture
def bas(door: Doorway) -> SimulatedPerson:
    """The practice builder, in Slack."""
    return door.at(SLACK, "U-bas", door.builder)


async def _ask(who: SimulatedPerson, organisation: str, whom: str = "Voor iedereen", person: str = NEW) -> str:
    """Make an invitation as people do; gives the words of the answer."""
    await who.say("menu")
    await who.press("Uitnodigingen")
    await who.press("Maak een uitnodiging")
    await who.fill(whom=whom, organisation=organisation)
    if whom.startswith("Voor één"):
        await who.fill(person=person)
    assert who.screen is not None
    return who.screen.text


async def _persons(who: SimulatedPerson) -> set[str]:
    """For whom the form offers an invitation, by name."""
    await who.say("uitnodigen")
    await who.press("Maak een uitnodiging")
    await who.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    return {choice.label.partition(" · ")[0] for choice in who.form.fields[0].choices}


async def _invited(who: SimulatedPerson, *asked: str) -> str:
    """The token of a new invitation."""
    await _ask(who, *asked)
    return token_in(who.screen)


async def test_everybody_of_an_organisation_comes_in_by_one_link_until_it_expires(
    door: Doorway, bas: SimulatedPerson
) -> None:
    token = await _invited(bas, "Dienst Regelingen")
    for number in (1, 2):
        newcomer = door.nobody(TELEGRAM, f"T{number}", f"Nina {number}")
        view = await door.come(newcomer, token)
        assert view.text.startswith("Welkom. Je bent binnen.")
        person = door.person_at(newcomer)
        assert person is not None
        assert (person.name, person.unit_id, person.language) == (f"Nina {number}", door.unit, "nl")
    door.passes(inviting.SPAN)
    late = door.nobody(TELEGRAM, "T3")
    assert (await door.come(late, token)).text.startswith("Deze uitnodiging werkt niet")
    assert door.person_at(late) is None


async def test_who_came_for_a_whole_organisation_is_asked_for_which_part_of_it_and_sees_its_parts_first(
    door: Doorway, bas: SimulatedPerson
) -> None:
    with door.store.begin() as uow:
        door.lead(uow, door.team)
    nina = door.nobody(TELEGRAM, "T1", "Nina")
    await door.come(nina, await _invited(bas, "Binnenlandse Zaken"))
    await nina.press("Vraag een dialoog aan")
    (asked,) = (field for field in nina.form.fields if field.name == "organisation")
    assert asked.value is None
    assert [choice.label for choice in asked.choices][:2] == [
        "Binnenlandse Zaken",
        "Dienst Regelingen · Binnenlandse Zaken",
    ]
    ines = door.nobody(TELEGRAM, "T2", "Ines")
    await door.come(ines, await _invited(bas, "Dienst Regelingen"))
    await ines.press("Vraag een dialoog aan")
    (asked,) = (field for field in ines.form.fields if field.name == "organisation")
    assert asked.value == str(door.unit)


async def test_an_invitation_for_one_person_lets_one_person_in(door: Doorway, tess: SimulatedPerson) -> None:
    token = await _invited(tess, "Financiën", "Voor één persoon")
    first, second = (door.nobody(TELEGRAM, address) for address in ("T1", "T2"))
    assert (await door.come(first, token)).text.startswith("Welkom")
    assert (await door.come(second, token)).text.startswith("Deze uitnodiging werkt niet")
    assert door.person_at(second) is None


async def test_an_invitation_is_worth_nothing_twice_for_a_person(door: Doorway, tess: SimulatedPerson) -> None:
    token = await _invited(tess, "Financiën")
    nina = door.nobody(TELEGRAM, "T1", "Nina")
    await door.come(nina, token)
    assert (await door.come(nina, token)).text.startswith("Je bent al binnen")
    assert [row.uses for row in door.rows(Invitation)] == [1]
    assert len(door.rows(Person)) == 4


async def test_a_facilitator_of_the_import_comes_in_as_who_they_are(door: Doorway, tess: SimulatedPerson) -> None:
    token = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    fien = door.nobody(TELEGRAM, "T1", "fien 🦊")
    await door.come(fien, token, sure=True)
    person = door.person_at(fien)
    assert person is not None
    assert (person.id, person.name) == (door.facilitator, "Fien")
    assert [(row.channel, row.preferred) for row in door.rows(Address) if row.person_id == door.facilitator] == [
        (TELEGRAM, True)
    ]


async def test_who_opens_the_link_of_one_person_is_asked_whether_they_are_that_person(
    door: Doorway, tess: SimulatedPerson
) -> None:
    token = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    somebody = door.nobody(TELEGRAM, "T1")
    asked = await door.come(somebody, token)
    assert asked.text.startswith("Deze uitnodiging is voor Fien. Ben jij dat?")
    assert [button.label for button in asked.buttons] == ["Ja, dat ben ik", "Nee, dat ben ik niet"]
    assert door.person_at(somebody) is None
    assert [row.uses for row in door.rows(Invitation)] == [0]
    assert (await door.come(somebody, token, sure=True)).text.startswith("Welkom")


async def test_who_is_in_already_becomes_somebody_else_only_after_saying_so(
    door: Doorway, tess: SimulatedPerson
) -> None:
    token = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    nina = door.at(TELEGRAM, "T1", door.person("Nina"))
    assert "Hier heet je nu Nina" in (await door.come(nina, token)).text
    await nina.press("Nee")
    assert nina.screen is not None
    assert "Er is niets veranderd" in nina.screen.text
    person = door.person_at(nina)
    assert person is not None
    assert person.name == "Nina"
    await door.come(nina, token)
    await nina.press("Ja, dat ben ik")
    person = door.person_at(nina)
    assert person is not None
    assert person.id == door.facilitator


async def test_who_comes_in_sees_what_waits_for_them_and_what_they_can_do(door: Doorway, tess: SimulatedPerson) -> None:
    token = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    fien = door.nobody(TELEGRAM, "T1")
    view = await door.come(fien, token, sure=True)
    assert {"Vraag een dialoog aan", "Mijn beschikbaarheid"} <= {button.label for button in view.buttons}


async def test_who_came_for_an_organisation_and_brings_their_own_invitation_is_who_it_names(
    door: Doorway, tess: SimulatedPerson
) -> None:
    nina = door.nobody(TELEGRAM, "T1", "Fien")
    await door.come(nina, await _invited(tess, "Dienst Regelingen"))
    own = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    assert (await door.come(nina, own, sure=True)).text.startswith("Welkom")
    person = door.person_at(nina)
    assert person is not None
    assert person.id == door.facilitator
    assert len(door.rows(Person)) == 3


async def test_who_talks_with_the_bot_already_is_not_invited_but_links(door: Doorway, tess: SimulatedPerson) -> None:
    door.at(SLACK, "U-fien", door.facilitator)
    assert "Fien" not in await _persons(tess)
    await tess.fill(person=str(door.facilitator))
    assert tess.form.page == "person", "asked again"
    assert door.rows(Invitation) == []


async def test_an_invitation_is_void_once_its_person_came_in_by_another_way(
    door: Doorway, tess: SimulatedPerson
) -> None:
    token = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    door.at(SLACK, "U-fien", door.facilitator)
    thief = door.nobody(TELEGRAM, "T1")
    assert (await door.come(thief, token)).text.startswith("Deze uitnodiging werkt niet")
    assert door.person_at(thief) is None


async def test_the_invitation_of_one_facilitator_is_not_spent_by_another(door: Doorway, tess: SimulatedPerson) -> None:
    token = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    colleague = door.person("Cas")
    with door.store.begin() as uow:
        door.lead(uow, colleague)
    assert (await door.come(door.at(TELEGRAM, "T2", colleague), token)).text.startswith("Je bent al binnen")
    assert [row.uses for row in door.rows(Invitation)] == [0]
    fien = door.nobody(TELEGRAM, "T1")
    await door.come(fien, token, sure=True)
    person = door.person_at(fien)
    assert person is not None
    assert person.id == door.facilitator


@pytest.mark.parametrize("sign", ["\x00", "\ud800", "\u202e", "é", "_"])
async def test_a_token_of_signs_that_no_token_has_is_worth_nothing_and_breaks_nothing(door: Doorway, sign: str) -> None:
    nobody = door.nobody(TELEGRAM, "T1")
    for token in (sign, f"{'a' * (inviting.NAME - 1)}{sign}", sign * inviting.LENGTH, f"{linking.PREFIX}{sign * 8}"):
        told = (await door.come(nobody, token)).text
        assert told.startswith(("Deze uitnodiging werkt niet", "Deze code klopt niet"))
    assert door.person_at(nobody) is None


async def test_an_invitation_of_somebody_who_is_in_already_is_listed_no_more(
    door: Doorway, tess: SimulatedPerson
) -> None:
    await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    token = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    await door.come(door.nobody(TELEGRAM, "T1"), token, sure=True)
    assert (await tess.say("uitnodigingen")) is not None
    assert tess.screen is not None
    assert tess.screen.text.startswith("Er zijn nu geen uitnodigingen")


async def test_an_invitation_can_be_passed_on_as_it_stands(door: Doorway, tess: SimulatedPerson) -> None:
    told = await _ask(tess, "Financiën", "Voor één persoon")
    assert told.startswith("Je bent uitgenodigd")
    assert "Bewaar" not in told
    assert tess.screen is not None
    assert tess.screen.title == "Uitnodiging voor Dialoogreeks"


async def test_an_invitation_is_void_once_its_person_left(door: Doorway, tess: SimulatedPerson) -> None:
    token = await _invited(tess, "Dienst Regelingen", "Voor één persoon", "Fien")
    with door.store.begin() as uow:
        uow.get(Person, door.facilitator).active = False
    late = door.nobody(TELEGRAM, "T1")
    assert (await door.come(late, token)).text.startswith("Deze uitnodiging werkt niet")
    assert door.person_at(late) is None


async def test_a_practice_builder_invites_for_their_own_organisations_only(door: Doorway, bas: SimulatedPerson) -> None:
    await bas.say("uitnodigen")
    await bas.press("Maak een uitnodiging")
    offered = next(field.choices for field in bas.form.fields if field.name == "organisation")
    assert [choice.value for choice in offered] == [str(door.whole), str(door.unit)]
    await bas.fill(whom="Voor iedereen", organisation=str(door.elsewhere))
    assert bas.screen is not None
    assert bas.screen.form is not None, "asked again"
    assert door.rows(Invitation) == []


@pytest.mark.parametrize("who", ["of the team", "who builds", "from elsewhere", "who left"])
async def test_a_practice_builder_can_propose_nobody_above_or_beside_them(
    door: Doorway, bas: SimulatedPerson, tess: SimulatedPerson, who: str
) -> None:
    told = {"email": "x@gov.example", "unit_id": door.elsewhere if who == "from elsewhere" else door.unit}
    person = door.person("Xandra", **told, programme_team=who == "of the team", active=who != "who left")
    if who == "who builds":
        _builds(door, person)
    assert await _persons(bas) == {NEW, "Fien"}
    await bas.fill(person=str(person))
    assert bas.form.page == "person", "asked again"
    assert (door.rows(Invitation), door.rows(InvitationProposal)) == ([], [])


def _builds(door: Doorway, person_id: int) -> None:
    with door.store.begin() as uow:
        uow.add(PracticeBuilder(person_id=person_id, organisation_id=door.unit))


async def test_nobody_else_can_invite(door: Doorway) -> None:
    fien = door.at(SLACK, "U-fien", door.facilitator)
    await fien.say("menu")
    assert fien.screen is not None
    assert "Uitnodigingen" not in [button.label for button in fien.screen.buttons]
    for packed in ("invites:0:0", "invite:0:0"):
        answer = await fien.send_action(packed)
        assert answer is not None
        assert answer.text.startswith("Dit is voor iemand anders bedoeld")


async def test_a_withdrawn_invitation_lets_nobody_in_and_who_is_in_stays(door: Doorway, bas: SimulatedPerson) -> None:
    token = await _invited(bas, "Dienst Regelingen")
    nina = door.nobody(TELEGRAM, "T1")
    await door.come(nina, token)
    await bas.press("Dienst Regelingen: trek uitnodiging in")
    await door.come(door.nobody(TELEGRAM, "T2"), token)
    assert door.person_at(nina) is not None
    assert door.person_at(door.nobody(TELEGRAM, "T2")) is None


async def test_somebody_elses_invitation_is_withdrawn_by_the_team_only(
    door: Doorway, bas: SimulatedPerson, tess: SimulatedPerson
) -> None:
    await _invited(tess, "Financiën")
    (row,) = door.rows(Invitation)
    answer = await bas.send_action(f"invite.drop:{row.id}:0")
    assert answer is not None
    assert answer.text.startswith("Dit is voor iemand anders bedoeld")
    assert door.rows(Invitation)[0].expires_at == row.expires_at
    await _invited(bas, "Dienst Regelingen")
    mine = max(one.id for one in door.rows(Invitation))
    answer = await tess.send_action(f"invite.drop:{mine}:0")
    assert answer is not None
    assert answer.text.startswith("De uitnodiging is ingetrokken")


async def test_who_left_the_programme_does_not_come_back_with_an_invitation(
    door: Doorway, tess: SimulatedPerson
) -> None:
    gone = door.at(TELEGRAM, "T1", door.person("Gea", active=False))
    assert (await door.come(gone, await _invited(tess, "Financiën"))).text.startswith("Deze uitnodiging werkt niet")


async def test_a_token_is_worth_something_as_a_whole_only_and_is_kept_by_nobody(
    door: Doorway, tess: SimulatedPerson
) -> None:
    token = await _invited(tess, "Financiën")
    for wrong in (token[:-1], token[:-1] + ("a" if token[-1] != "a" else "b"), token[: inviting.NAME], "", "ñ" * 40):
        thief = door.nobody(TELEGRAM, "T1")
        assert (await door.come(thief, wrong)).text.startswith("Deze uitnodiging werkt niet")
        assert door.person_at(thief) is None
    (row,) = door.rows(Invitation)
    assert token not in str(row.model_dump())
    assert token[inviting.NAME :] not in str(row.model_dump())


async def test_the_link_fits_and_stands_in_the_qr_code_too(door: Doorway, tess: SimulatedPerson) -> None:
    await _ask(tess, "Financiën")
    assert tess.screen is not None
    assert tess.screen.file is not None
    assert tess.screen.file.content.startswith(b"\x89PNG")
    assert len(token_in(tess.screen)) <= 64


async def test_strangers_hear_how_to_be_invited_and_leave_nothing_but_a_count(door: Doorway) -> None:
    people_before = len(door.rows(Person))
    with door.store.begin() as uow:
        context = Context(uow, door.clock.now(), RULES, TEXTS, CAPABILITIES)
        assert arrivals.stranger(context, TELEGRAM, "nl").text.startswith("Dit is Dialoogreeks.")
        assert arrivals.stranger(context, TELEGRAM, "en").text.startswith("This is Dialoogreeks.")
    await door.come(door.nobody(TELEGRAM, "T-stranger", "Stranger"), "x" * 40)
    with door.store.read() as uow:
        assert arrivals.strangers(Context(uow, door.clock.now(), RULES, TEXTS, CAPABILITIES), TELEGRAM) == 3
        assert people.at(uow, TELEGRAM, "T-stranger") is None
    assert (len(door.rows(Person)), door.rows(Address)) == (people_before, [])
    assert "stranger" not in str([row.model_dump() for row in door.rows(Setting)]).replace("strangers.", "")


async def test_without_an_entrance_nobody_is_asked_to_invite(door: Doorway, tess: SimulatedPerson) -> None:
    door.passes(served_channels.OVER)
    with door.store.begin() as uow:
        served_channels.serve(uow, {SLACK: ""}, door.clock.now())
    await tess.say("menu")
    assert tess.screen is not None
    assert not {"Uitnodigingen", "Waar ik je bereik"} & {button.label for button in tess.screen.buttons}
    answer = await tess.send_action("invites:0:0")
    assert answer is not None
    assert answer.text.startswith("Uitnodigen kan nu niet")


async def test_invitations_that_are_long_over_are_forgotten(door: Doorway, tess: SimulatedPerson) -> None:
    await _invited(tess, "Financiën")
    with door.store.begin() as uow:
        assert invitations.prune(uow, door.clock.now() + inviting.SPAN, 10) == 0
        assert invitations.prune(uow, door.clock.now() + inviting.SPAN + timedelta(seconds=1), 10) == 1
    assert door.rows(Invitation) == []
