"""Whom a practice builder proposes, the programme team invites: the link is for the team alone, and its use is told."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import delete

from bot.demo.simulated_person import SimulatedPerson
from flows.access import invitations as inviting
from flows.engine.forms.definition import Choice
from flows.engine.views.view import View
from handlers.inbound.events import Pressed
from handlers.inbound.results import to_say
from storage.models import (
    Invitation,
    InvitationProposal,
    JoinedAccount,
    Person,
    PracticeBuilder,
)
from storage.people import invitations
from tests.scenarios.doorway import DOOR, SLACK, TELEGRAM, Doorway, token_in
from tests.scenarios.racing import race
from tests.scenarios.town import words

YES, NO, UNDO = "Ja, maak de uitnodiging", "Nee, nodig niet uit", "Ontkoppel dit account"
NOT_YOURS, GONE = "Dit is voor iemand anders bedoeld", "Dit bestaat niet meer"
PROPOSED = "Je voorstel om Fien uit te nodigen ligt bij het programmateam."


@pytest.fixture
def tom(door: Doorway) -> SimulatedPerson:
    """Another one of the team."""
    return door.at(SLACK, "U-tom", door.person("Tom", programme_team=True))


@pytest.fixture
def bas(door: Doorway) -> SimulatedPerson:
    """The practice builder of the whole organisation, in Slack."""
    return door.at(SLACK, "U-bas", door.builder)


async def _propose(door: Doorway, who: SimulatedPerson, person: str = "Fien") -> View:
    """Ask for an invitation of somebody of the programme, as people do; gives what is read then."""
    await who.say("menu")
    await who.press("Uitnodigingen")
    await who.press("Maak een uitnodiging")
    await who.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    await who.fill(person=person)
    assert who.screen is not None
    await door.deliver()
    return who.screen


async def _read(who: SimulatedPerson, label: str) -> str:
    answer = await who.press(label)
    assert answer is not None
    return answer.text


async def _sent(who: SimulatedPerson, packed: str) -> str:
    answer = await who.send_action(packed)
    assert answer is not None
    return answer.text


def _chat(who: SimulatedPerson) -> str:
    return "\n".join(words(message) for message in who.messages)


def _everything(door: Doorway) -> str:
    """Everything the database holds, as text."""
    with door.store.engine.connect() as connection:
        return str([connection.exec_driver_sql(f'SELECT * FROM "{table}"').all() for table in door.tables()])


async def _vouched(door: Doorway, builder: SimulatedPerson, member: SimulatedPerson) -> str:
    """The token of the link that a member of the team gets who vouches for Fien."""
    await _propose(door, builder)
    await member.press(YES)
    token = token_in(member.screen)
    await door.deliver()
    return token


async def test_a_builder_proposes_and_the_link_goes_to_the_member_of_the_team_who_vouches(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    assert (await _propose(door, bas)).text.startswith(PROPOSED)
    assert door.rows(Invitation) == []
    assert "Bas, praktijkbouwer, stelt voor om Fien uit te nodigen." in tess.last.text
    assert dict(tess.last.facts) == {
        "Voor": "Fien", "E-mail": "fien@gov.example", "Werkt bij": "Dienst Regelingen",
    }  # fmt: skip
    await tess.press(YES)
    assert tess.screen is not None
    assert tess.screen.text.startswith("Je bent uitgenodigd"), "it can be passed on as it stands"
    (row,) = door.rows(Invitation)
    assert (row.person_id, row.made_by, row.most) == (door.facilitator, door.team, 1)
    fien = door.nobody(TELEGRAM, "T1", "fien 🦊")
    assert (await door.come(fien, token_in(tess.screen))).text.startswith("Deze uitnodiging is voor Fien.")
    await door.come(fien, token_in(tess.screen), sure=True)
    person = door.person_at(fien)
    assert person is not None
    assert person.id == door.facilitator


async def test_the_link_is_in_nothing_that_the_builder_reads_and_in_nothing_that_is_kept(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    token = await _vouched(door, bas, tess)
    kept = _everything(door)
    for part in (token, token[inviting.NAME :], token[: inviting.NAME + 4]):
        assert part not in kept
    (row,) = door.rows(Invitation)
    pressed = [f"{verb}:{row.id}:0" for verb in ("invite.show", "invite.vouch", "invite.drop", "invites")]
    read = [
        *(_chat(bas), words(bas.screen)),
        *[words(await bas.say(said)) for said in ("menu", "uitnodigingen", "bereik", "status")],
        *[words(await bas.send_action(packed)) for packed in pressed],
    ]
    await door.come(door.nobody(TELEGRAM, "T1"), token, sure=True)
    await door.deliver()
    read.append(_chat(bas))
    for one in read:
        assert token[: inviting.NAME] not in one
        assert DOOR not in one


async def test_the_team_alone_decides_on_a_proposal(door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson) -> None:
    await _propose(door, bas)
    (row,) = door.rows(InvitationProposal)
    others = [bas, _elsewhere(door), _leads(door), door.at(SLACK, "U-anna", door.person("Anna", unit_id=door.unit))]
    for who in others:
        for verb in ("show", "vouch", "reject"):
            assert (await _sent(who, f"invite.{verb}:{row.id}:0")).startswith(NOT_YOURS)
    stranger = door.nobody(TELEGRAM, "T9")
    for verb in ("show", "vouch", "reject", "retract"):
        assert "We kennen je hier nog niet" in await _sent(stranger, f"invite.{verb}:{row.id}:0")
    assert (door.rows(InvitationProposal), door.rows(Invitation)) == ([row], [])


def _elsewhere(door: Doorway) -> SimulatedPerson:
    """A practice builder of another organisation."""
    person = door.person("Bea")
    with door.store.begin() as uow:
        uow.add(PracticeBuilder(person_id=person, organisation_id=door.elsewhere))
    return door.at(SLACK, "U-bea", person)


def _leads(door: Doorway) -> SimulatedPerson:
    """A facilitator of the same organisation, and not the one who is invited."""
    person = door.person("Cas", unit_id=door.unit)
    with door.store.begin() as uow:
        door.lead(uow, person)
    return door.at(SLACK, "U-cas", person)


async def test_each_of_the_team_is_asked_and_once_one_decided_nobody_else_is(
    door: Doorway, tess: SimulatedPerson, tom: SimulatedPerson, bas: SimulatedPerson
) -> None:
    await _propose(door, bas)
    (row,) = door.rows(InvitationProposal)
    for member in (tess, tom):
        assert [button.label for button in member.last.buttons] == [YES, NO]
    await tess.press(YES)
    await door.deliver()
    became = ("Je hebt ja gezegd. Stuur de link", "Iemand van het programmateam heeft de uitnodiging gemaakt.")
    for member, start in zip((tess, tom), became, strict=True):
        assert [(told.text.startswith(start), told.buttons) for told in member.messages] == [(True, ())]
    for verb in ("vouch", "reject", "show"):
        assert (await _sent(tom, f"invite.{verb}:{row.id}:0")).startswith(GONE)
    assert len(door.rows(Invitation)) == 1
    assert "Het programmateam zei ja en geeft Fien zelf de link." in _chat(bas)


async def test_who_joins_the_team_later_finds_the_proposal_and_hears_nothing_of_what_they_never_saw(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    await _propose(door, bas)
    tom = door.at(SLACK, "U-tom", door.person("Tom", programme_team=True))
    await tom.say("uitnodigen")
    await tom.press("Fien: beslis over voorstel")
    assert tom.screen is not None
    assert [button.label for button in tom.screen.buttons][:2] == [YES, NO]
    await tess.press(NO)
    await door.deliver()
    assert tom.messages == []


@pytest.mark.parametrize("verb", ["invite.vouch", "invite.reject"])
async def test_of_two_of_the_team_who_decide_at_once_one_does(
    door: Doorway, tess: SimulatedPerson, tom: SimulatedPerson, bas: SimulatedPerson, verb: str
) -> None:
    for number in range(4):
        await _propose(door, bas)
        (row,) = door.rows(InvitationProposal)
        verbs = zip((tess, tom), ("invite.vouch", verb), strict=True)
        pressed = [Pressed(f"{number}.{who.name}", who.sender, f"{did}:{row.id}:0") for who, did in verbs]
        told = [view.text for view in map(to_say, race([partial(door.router.answer, one) for one in pressed])) if view]
        assert sum(text.startswith(GONE) for text in told) == 1, told
        made = [text for text in told if text.startswith("Je bent uitgenodigd")]
        assert len(made) == 1 or verb == "invite.reject"
        found = door.rows(Invitation)
        assert len(found) == len(made), "one invitation, of whoever was first"
        assert door.rows(InvitationProposal) == []
        with door.store.begin() as uow:
            uow.db.exec(delete(Invitation))


async def test_a_no_is_told_to_who_proposed_it(door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson) -> None:
    await _propose(door, bas)
    assert (await _read(tess, NO)).startswith("Je hebt nee gezegd.")
    await door.deliver()
    assert "Het programmateam nodigt Fien nu niet uit." in bas.last.text
    assert "Tess" not in _chat(bas), "the team said so"
    assert (door.rows(Invitation), door.rows(InvitationProposal)) == ([], [])
    assert (await _propose(door, bas)).text.startswith(PROPOSED), "it can be proposed anew"
    await door.deliver()
    assert YES in [button.label for button in tess.last.buttons]


async def test_who_proposed_takes_it_back_and_nobody_else_does(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    await _propose(door, bas)
    (row,) = door.rows(InvitationProposal)
    for who in (tess, _elsewhere(door), _leads(door)):
        assert (await _sent(who, f"invite.retract:{row.id}:0")).startswith(NOT_YOURS)
    await bas.say("uitnodigen")
    assert (await _read(bas, "Fien: trek voorstel in")).startswith("Je voorstel is ingetrokken.")
    await door.deliver()
    assert tess.last.text.startswith("De praktijkbouwer heeft dit voorstel ingetrokken.")
    assert tess.last.buttons == ()
    assert (await _sent(tess, f"invite.vouch:{row.id}:0")).startswith(GONE)
    assert (door.rows(Invitation), door.rows(InvitationProposal)) == ([], [])
    assert "nodigt Fien" not in _chat(bas)


async def test_the_same_proposal_twice_is_one_and_is_asked_once(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    await _propose(door, bas)
    assert (await _propose(door, bas)).text.startswith(PROPOSED)
    assert len(door.rows(InvitationProposal)) == 1
    assert len(tess.messages) == 1


async def test_a_proposal_is_over_after_two_weeks_and_is_forgotten(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    await _propose(door, bas)
    (row,) = door.rows(InvitationProposal)
    door.passes(inviting.SPAN - timedelta(seconds=1))
    assert "Fien: beslis over voorstel" in words(await tess.say("uitnodigen"))
    door.passes(timedelta(seconds=1))
    for verb in ("vouch", "reject", "show"):
        assert (await _sent(tess, f"invite.{verb}:{row.id}:0")).startswith(GONE)
    for who in (tess, bas):
        assert "Fien" not in words(await who.say("uitnodigen"))
    assert door.rows(Invitation) == []
    with door.store.begin() as uow:
        invitations.prune(uow, door.clock.now() + timedelta(seconds=1), 10)
    assert door.rows(InvitationProposal) == []


async def test_without_anybody_in_the_team_there_is_nobody_to_ask(door: Doorway, bas: SimulatedPerson) -> None:
    with door.store.begin() as uow:
        uow.get(Person, door.team).active = False
    answer = await _propose(door, bas)
    assert answer.text.startswith("Er is nu niemand anders in het programmateam")
    assert (door.rows(InvitationProposal), door.rows(Invitation)) == ([], [])


async def test_who_came_in_since_needs_no_invitation(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    await _propose(door, bas)
    door.at(SLACK, "U-fien", door.facilitator)
    assert (await _read(tess, YES)).startswith("Deze persoon praat al ergens met de bot")
    assert door.rows(Invitation) == []
    for who in (tess, bas):
        assert "Fien" not in words(await who.say("uitnodigen")), "there is nothing to decide any more"


async def test_who_left_meanwhile_is_not_invited(door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson) -> None:
    await _propose(door, bas)
    (row,) = door.rows(InvitationProposal)
    with door.store.begin() as uow:
        uow.get(Person, door.facilitator).active = False
    assert (await _sent(tess, f"invite.vouch:{row.id}:0")).startswith(GONE)
    assert door.rows(Invitation) == []
    for who in (tess, bas):
        assert "Fien" not in words(await who.say("uitnodigen"))


@pytest.mark.parametrize("meanwhile", ["builds nothing", "builds something else", "left"])
async def test_the_proposal_of_somebody_who_does_not_build_there_any_more_is_over(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson, meanwhile: str
) -> None:
    await _propose(door, bas)
    (row,) = door.rows(InvitationProposal)
    with door.store.begin() as uow:
        if meanwhile == "left":
            uow.get(Person, door.builder).active = False
        else:
            uow.db.exec(delete(PracticeBuilder))
        if meanwhile == "builds something else":
            uow.add(PracticeBuilder(person_id=door.builder, organisation_id=door.elsewhere))
    assert "Fien" not in words(await tess.say("uitnodigen"))
    assert (await _sent(tess, f"invite.vouch:{row.id}:0")).startswith(GONE)
    assert door.rows(Invitation) == []


async def test_its_use_is_told_to_the_team_and_the_builders_there_and_to_nobody_else(
    door: Doorway, tess: SimulatedPerson, tom: SimulatedPerson, bas: SimulatedPerson
) -> None:
    others = [_elsewhere(door), _leads(door)]
    await door.come(door.nobody(TELEGRAM, "T1", "fien 🦊"), await _vouched(door, bas, tess), sure=True)
    await door.deliver()
    for who in (tess, tom, bas):
        letter = who.last
        assert letter.text.startswith("Fien is met een uitnodiging binnengekomen in Telegram.")
        assert "Daar heet het account fien 🦊." in letter.text
        assert UNDO in [button.label for button in letter.buttons]
    assert [_chat(who) for who in others] == ["", ""]


@pytest.mark.parametrize("who", ["the member who vouched", "another member", "the builder"])
async def test_whoever_it_is_told_to_undoes_it_and_the_account_is_nobodys_as_before(
    door: Doorway, tess: SimulatedPerson, tom: SimulatedPerson, bas: SimulatedPerson, who: str
) -> None:
    undoes = {"the member who vouched": tess, "another member": tom, "the builder": bas}[who]
    eve = door.nobody(TELEGRAM, "T1", "Eve")
    token = await _vouched(door, bas, tess)
    people = len(door.rows(Person))
    await door.come(eve, token, sure=True)
    await door.deliver()
    await undoes.press(UNDO)
    assert undoes.screen is not None
    assert undoes.screen.text.startswith("Het account van Eve in Telegram hoort nu bij Fien.")
    assert door.person_at(eve) is not None, "it asks first"
    assert (await _read(undoes, "Ja, ontkoppel")).startswith("Gedaan. Het account in Telegram is ontkoppeld.")
    await door.deliver()
    assert door.person_at(eve) is None
    assert len(door.rows(Person)) == people
    for watcher in (tess, tom, bas):
        assert watcher.last.text.startswith("Het account in Telegram hoort niet meer bij Fien.")
        assert UNDO not in [button.label for message in watcher.messages for button in message.buttons]
    for said in ("menu", "profiel", "dialoog"):
        assert "We kennen je hier nog niet" in words(await eve.say(said))
    assert (await door.come(eve, token, sure=True)).text.startswith("Deze uitnodiging werkt niet")
    assert door.person_at(eve) is None
    assert "Fien" in {choice.label.partition(" · ")[0] for choice in await _choices(bas)}, "can be proposed anew"


async def _choices(who: SimulatedPerson) -> Sequence[Choice]:
    await who.say("uitnodigen")
    await who.press("Maak een uitnodiging")
    await who.fill(whom="Voor één persoon", organisation="Dienst Regelingen")
    return who.form.fields[0].choices


async def test_nobody_else_undoes_it(door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson) -> None:
    eve = door.nobody(TELEGRAM, "T1", "Eve")
    await door.come(eve, await _vouched(door, bas, tess), sure=True)
    (joined,) = door.rows(JoinedAccount)
    others = [_elsewhere(door), _leads(door), door.at(SLACK, "U-anna", door.person("Anna", unit_id=door.unit))]
    for who in others:
        for verb in ("link.apart", "link.part"):
            answer = await _sent(who, f"{verb}:{joined.id}:0")
            assert answer.startswith(NOT_YOURS)
            assert "Fien" not in answer
    stranger = door.nobody(TELEGRAM, "T9")
    assert "We kennen je hier nog niet" in await _sent(stranger, f"link.part:{joined.id}:0")
    assert door.rows(JoinedAccount) == [joined]
    person = door.person_at(eve)
    assert person is not None
    assert person.id == door.facilitator


async def test_a_builder_who_builds_there_no_more_undoes_nothing(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    await door.come(door.nobody(TELEGRAM, "T1", "Eve"), await _vouched(door, bas, tess), sure=True)
    await door.deliver()
    with door.store.begin() as uow:
        uow.db.exec(delete(PracticeBuilder))
    assert (await _read(bas, UNDO)).startswith(NOT_YOURS)
    assert len(door.rows(JoinedAccount)) == 1


async def test_who_was_somebody_here_already_is_that_again_once_it_is_undone(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    eve = door.at(TELEGRAM, "T1", door.person("Eve", unit_id=door.unit))
    was = door.person_at(eve)
    await door.come(eve, await _vouched(door, bas, tess))
    await eve.press("Ja, dat ben ik")
    person = door.person_at(eve)
    assert person is not None
    assert person.id == door.facilitator
    await door.deliver()
    assert bas.last.text.startswith("Fien is met een uitnodiging binnengekomen in Telegram. Daar heet het account Eve.")
    await bas.press(UNDO)
    await bas.press("Ja, ontkoppel")
    assert door.person_at(eve) == was
    menu = words(await eve.say("menu"))
    assert "Dag Eve." in menu
    assert "Mijn beschikbaarheid" not in menu
    assert (await _sent(eve, "profile:0:0")).startswith(NOT_YOURS)


async def test_it_can_be_undone_for_seven_days(door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson) -> None:
    eve = door.nobody(TELEGRAM, "T1", "Eve")
    await door.come(eve, await _vouched(door, bas, tess), sure=True)
    await door.deliver()
    door.passes(timedelta(days=7))
    assert (await _read(tess, UNDO)).startswith("Dit account kun je hier niet meer ontkoppelen")
    assert door.person_at(eve) is not None


async def test_one_yes_decides_on_all_proposals_for_the_same_person(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    other = door.person("Bea")
    with door.store.begin() as uow:
        uow.add(PracticeBuilder(person_id=other, organisation_id=door.unit))
    bea = door.at(SLACK, "U-bea", other)
    await _propose(door, bas)
    await _propose(door, bea)
    await tess.press(YES)
    assert (len(door.rows(InvitationProposal)), len(door.rows(Invitation))) == (0, 1)
    await door.deliver()
    for who in (bas, bea):
        assert "Het programmateam zei ja en geeft Fien zelf de link" in _chat(who)


async def test_a_proposal_that_nobody_decided_on_says_so_to_who_made_it_and_to_the_team(
    door: Doorway, tess: SimulatedPerson, bas: SimulatedPerson
) -> None:
    await _propose(door, bas)
    door.passes(inviting.SPAN)
    await door.tick()
    assert door.rows(InvitationProposal) == []
    assert "niet op tijd beslist over je voorstel om Fien uit te nodigen" in _chat(bas)
    assert "Dit voorstel is verlopen." in _chat(tess)
