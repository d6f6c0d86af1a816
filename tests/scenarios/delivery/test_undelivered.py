"""What could not be delivered is seen by the programme team, with its reason, and can be sent again."""

from datetime import timedelta

from bot.demo.simulated_person import SimulatedPerson
from storage.models import Address, Outbox, OutboxReason, OutboxState
from tests.scenarios.asking import ask, press
from tests.scenarios.town import Town, words


async def lose_an_offer(town: Town) -> SimulatedPerson:
    """A facilitator is asked who cannot be reached anywhere."""
    await ask(town)
    unlucky = town.asked()[0]
    with town.store.begin() as uow:
        letter = next(row for row in town.rows(Outbox) if row.person_id == int(unlucky.sender.address))
        row = uow.get(Outbox, letter.id)
        row.state, row.settled_at, row.reason = OutboxState.DEAD, town.now, OutboxReason.REFUSED
        row.outcome = "slack: user_disabled"
        address = next(one for one in town.rows(Address) if one.person_id == letter.person_id)
        uow.get(Address, address.id).reachable = False
    return unlucky


async def test_the_programme_team_sees_to_whom_and_why_and_never_what(town: Town) -> None:
    unlucky = await lose_an_offer(town)
    member = town.team()[0]
    await member.say("menu")
    shown = words(await press(member, "Niet aangekomen"))
    assert unlucky.name in shown
    assert "het kanaal neemt het bericht niet aan" in shown
    assert "user_disabled" not in shown, "a code is for the log"
    assert "Tegenspraak" not in shown


async def test_sent_again_it_arrives(town: Town) -> None:
    unlucky = await lose_an_offer(town)
    before = len(town.arrived(unlucky))
    member = town.team()[0]
    await member.say("menu")
    await press(member, "Niet aangekomen")
    answer = await press(member, "Stuur alles opnieuw")
    assert "1 bericht gaat opnieuw de deur uit" in answer.text
    await town.settle()
    assert len(town.arrived(unlucky)) == before + 1
    assert "Niet aangekomen" not in words(await member.say("menu"))


async def test_nobody_else_sees_or_sends_any_of_it(town: Town) -> None:
    await lose_an_offer(town)
    for person in (town.requester, town.asked()[0]):
        assert "Niet aangekomen" not in words(await person.say("menu"))
        for action in ("lost:0:0", "lost.again:0:0", "lost.again:1:0", "lost.show:1:0", "lost.aside:1:0"):
            answer = await person.send_action(action)
            assert "user_disabled" not in words(answer)
    assert [letter.state for letter in town.rows(Outbox)].count(OutboxState.DEAD) == 1


async def test_what_nobody_can_mend_is_put_aside_and_no_longer_asks_for_attention(town: Town) -> None:
    unlucky = await lose_an_offer(town)
    member = town.team()[0]
    await member.say("menu")
    await press(member, "Niet aangekomen")
    await press(member, f"Bekijk: {unlucky.name}")
    answer = await press(member, "Leg dit terzijde")
    assert "ligt terzijde" in answer.text
    assert "Niet aangekomen" not in words(await member.say("menu"))
    (letter,) = [row for row in town.rows(Outbox) if row.reason is OutboxReason.PUT_ASIDE]
    assert letter.state is OutboxState.MOOT
    assert letter.outcome == f"put aside by person {member.sender.address}; before: slack: user_disabled"


async def test_messages_that_a_channel_does_not_take_for_over_an_hour_are_told_of_and_then_go_by_themselves(
    town: Town,
) -> None:
    member = town.team()[0]
    await ask(town)
    with town.store.begin() as uow:
        letter = uow.get(Outbox, town.rows(Outbox)[-1].id)
        letter.state, letter.settled_at, letter.reason = OutboxState.READY, None, OutboxReason.NOT_NOW
        letter.not_before = town.now + timedelta(hours=2)
    assert "Niet aangekomen" not in words(await member.say("menu")), "for a while that needs nobody"
    town.clock.move(timedelta(hours=1, minutes=1))
    assert "Niet aangekomen" in words(await member.say("menu"))
    shown = words(await press(member, "Niet aangekomen"))
    assert "wachten, omdat het kanaal ze nu niet aanneemt" in shown
    assert "maandag 23 november" in shown
    await town.passes(timedelta(hours=1))
    assert "Niet aangekomen" not in words(await member.say("menu"))
