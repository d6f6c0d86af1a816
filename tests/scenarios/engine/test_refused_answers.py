"""An answer that cannot be followed stays in front of the person, with what is wrong, to be changed."""

from datetime import date

from bot.demo.simulated_person import SimulatedPerson
from storage.models import Away, DialogueSession, Draft, Request, Seat, SeatRole, SessionState
from tests.scenarios.asking import ask
from tests.scenarios.town import Town, at, words


async def planned(town: Town) -> tuple[SimulatedPerson, SimulatedPerson]:
    """A requester and the facilitator of their dialogue on 8 December, who is away on the 9th."""
    await ask(town, moment2=None)
    facilitator = town.asked()[0]
    await facilitator.press("Accepteer: di 8 dec 14:00")
    await town.settle()
    with town.store.begin() as uow:
        day = date(2026, 12, 9)
        uow.add(Away(facilitator_id=int(facilitator.sender.address), first_day=day, last_day=day))
    return town.requester, facilitator


async def test_a_moment_at_which_the_facilitator_cannot_come_is_asked_again_with_the_reason(town: Town) -> None:
    requester, facilitator = await planned(town)
    await requester.press("Kies een ander moment")
    await requester.fill(moment="2026-12-09T14:00")
    assert "De gespreksleider kan dan niet." in words(requester.screen)
    assert "Wat je hebt ingevuld, staat er nog." in words(requester.screen)
    assert facilitator.name not in words(requester.screen)
    [field] = requester.form.fields
    assert field.value == "2026-12-09T14:00"
    await requester.fill(moment="2026-12-11T14:00")
    [session] = town.rows(DialogueSession)
    assert session.starts_at == at("2026-12-11 14:00")
    assert town.rows(Draft) == []


async def test_a_refused_answer_waits_in_the_menu_and_can_be_changed_there(town: Town) -> None:
    requester, _ = await planned(town)
    await requester.press("Kies een ander moment")
    await requester.fill(moment="2026-12-09T14:00")
    await requester.say("hallo")
    await requester.press("Ga verder: Bijeenkomst verplaatsen")
    assert requester.form.title == "Nieuw moment"
    assert [field.value for field in requester.form.fields] == ["2026-12-09T14:00"]


async def test_a_full_diary_is_explained_with_the_offer_it_is_about(town: Town) -> None:
    await ask(town, moment2=None)
    facilitator = town.asked()[0]
    [request] = town.rows(Request)
    with town.store.begin() as uow:
        elsewhere = uow.add(
            DialogueSession(
                request_id=request.id, starts_at=at("2026-12-08 13:00"), minutes=120, online=True,
                state=SessionState.PLANNED, uid="elsewhere",
            )
        )  # fmt: skip
        uow.add(Seat(session_id=elsewhere.id, role=SeatRole.LEAD, facilitator_id=int(facilitator.sender.address)))
    answer = await facilitator.press("Accepteer: di 8 dec 14:00")
    assert "Je leidt dan al een andere bijeenkomst" in words(answer)
    assert "[Accepteer: di 8 dec 14:00]" in words(answer)
    assert "[Zeg nee]" in words(answer)
