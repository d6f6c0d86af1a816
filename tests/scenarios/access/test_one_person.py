"""Two who turn out to be one person have one history, and what either did goes on as theirs."""

from bot.demo.simulated_person import SimulatedPerson
from flows.capabilities import CAPABILITIES
from flows.engine import notifications
from flows.engine.context import Context
from flows.engine.events import PersonUnreachable
from flows.engine.forms.kept_drafts import HalfDone
from handlers.outbound.channel import NeverDeliverable
from handlers.outbound.memory_channel import MemoryChannel
from storage.models import (
    Address,
    DialogueSession,
    Offer,
    OfferState,
    Outbox,
    OutboxState,
    Person,
    Request,
    Seat,
    SessionState,
)
from storage.people import profiles
from tests.scenarios.asking import SERIES, answer_page, ask, begin, fill_in, from_menu, press
from tests.scenarios.doorway import YES
from tests.scenarios.town import RULES, TEXTS, Town, at, words

GONE = {"became": "discarded", "form": "request", "subject": 0}
"""What is told of a form that was thrown away."""


async def _link(town: Town, one: SimulatedPerson, other: SimulatedPerson) -> None:
    """One shows a code, the other uses it, and both say that they are the same person."""
    town.serve_both()
    view = await one.say("link")
    assert view is not None
    code = next(value for label, value in view.facts if label == "Code")
    await other.say(f"link {code}")
    await press(other, YES)
    await town.settle()
    answer = await press(one, YES)
    assert words(answer).splitlines()[1].startswith("De accounts zijn gekoppeld.")
    await town.settle()


async def test_what_was_asked_on_one_side_is_answered_on_the_other(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await ask(town, phone)
    await _link(town, anna, phone)
    assert {row.requester_id for row in town.rows(Request)} == {int(anna.sender.address)}
    await from_menu(anna, "Mijn aanvragen")
    assert "Tegenspraak" in words(anna.screen)
    await press(town.asked()[0], "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert "di" in words(anna.last), "who stays is told where they are told everything"


async def test_a_form_begun_on_one_side_is_sent_from_the_other(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await begin(phone)
    await answer_page(phone)
    await _link(town, anna, phone)
    await fill_in(anna)
    await press(anna, "Verstuur de aanvraag")
    assert [row.requester_id for row in town.rows(Request)] == [int(anna.sender.address)]


async def test_nobody_is_asked_to_lead_the_dialogue_they_asked_for_themselves(town: Town) -> None:
    phone = town.newcomer("F. de Wit", "T1")
    await ask(town, phone)
    facilitator = town.asked()[0]
    others = len(town.asked())
    await _link(town, facilitator, phone)
    me = int(facilitator.sender.address)
    assert [row.state for row in town.rows(Offer) if row.facilitator_id == me] == [OfferState.WITHDRAWN]
    assert facilitator.name not in {actor.name for actor in town.asked()}
    assert len(town.asked()) == others - 1, "the others are asked as before"


async def test_nobody_leads_the_dialogue_they_asked_for_themselves(town: Town) -> None:
    phone = town.newcomer("F. de Wit", "T1")
    await ask(town, phone)
    facilitator = town.asked()[0]
    await press(facilitator, "Accepteer: di 8 dec 14:00")
    await town.settle()
    await _link(town, facilitator, phone)
    assert not any(row.facilitator_id == _id(facilitator) for row in town.rows(Seat))
    assert [row.state for row in town.rows(DialogueSession)] == [SessionState.SEEKING]
    assert any("Wie een dialoog aanvraagt, leidt die niet zelf" in view.text for view in facilitator.messages)
    assert facilitator.name not in {actor.name for actor in town.asked()}
    substitute = town.asked()[0]
    await press(substitute, "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert [row.state for row in town.rows(DialogueSession)] == [SessionState.PLANNED]
    assert substitute.name in words(facilitator.last), "as whoever asked for it"


async def test_nobody_leads_the_series_they_asked_for_themselves(town: Town) -> None:
    phone = town.newcomer("F. de Wit", "T1")
    await ask(town, phone, **SERIES)
    facilitator = town.asked()[0]
    await press(facilitator, "Accepteer: di 8 dec 14:00")
    await town.settle()
    await press(phone, "Akkoord, plan deze data")
    await town.settle()
    await _link(town, facilitator, phone)
    assert not any(row.facilitator_id == _id(facilitator) for row in town.rows(Seat))
    await press(town.asked()[0], "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert {row.state for row in town.rows(DialogueSession)} == {SessionState.PLANNED}


async def test_dates_that_are_only_proposed_are_not_led_by_who_asked_for_them(town: Town) -> None:
    phone = town.newcomer("F. de Wit", "T1")
    await ask(town, phone, **SERIES)
    facilitator = town.asked()[0]
    await press(facilitator, "Accepteer: di 8 dec 14:00")
    await town.settle()
    await _link(town, facilitator, phone)
    assert not any(row.facilitator_id == _id(facilitator) for row in town.rows(Seat))
    await press(phone, "Akkoord, plan deze data")
    await town.settle()
    assert {row.state for row in town.rows(DialogueSession)} == {SessionState.SEEKING}


async def test_what_was_held_already_stays_as_it_was(town: Town) -> None:
    phone = town.newcomer("F. de Wit", "T1")
    await ask(town, phone)
    facilitator = town.asked()[0]
    await press(facilitator, "Accepteer: di 8 dec 14:00")
    await town.until(at("2026-12-08 14:30"))
    await _link(town, facilitator, phone)
    assert [row.facilitator_id for row in town.rows(Seat)] == [_id(facilitator)]


async def test_what_must_arrive_comes_where_it_still_can_and_says_so(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await _link(town, anna, phone)
    before = len(phone.messages)
    await ask(town, anna)
    _blocked(town, town.channel)
    await press(town.asked()[0], "Accepteer: di 8 dec 14:00")
    await town.settle()
    told = [view.text for view in phone.messages[before:]]
    assert told
    assert all(
        text.startswith("Je krijgt dit hier, omdat ik je via Speelplaats niet meer kan bereiken.") for text in told
    )
    assert not any(row.state is OutboxState.DEAD for row in town.rows(Outbox) if row.person_id == _id(anna))


def _blocked(town: Town, channel: MemoryChannel) -> None:
    """From now on nothing can be delivered in this channel to anybody."""

    async def refuse(*_args: object, **_more: object) -> str:
        raise NeverDeliverable("blocked", unreachable=True)

    channel.send = channel.replace = refuse  # type: ignore[method-assign]


async def test_nobody_waits_for_somebody_who_is_blocked_everywhere(town: Town) -> None:
    await ask(town)
    first = town.asked()[0]
    offers = [row.id for row in town.rows(Offer) if row.facilitator_id == _id(first)]
    _blocked(town, town.channel)
    with town.store.begin() as uow:
        # Something else than the offer is told, and cannot be: the offer is not waited for either.
        notifications.tell(
            Context(uow, town.now, RULES, TEXTS, CAPABILITIES),
            _id(first),
            HalfDone(0, "discarded", "request"),
            once="now",
        )
    await town.settle()
    assert {row.state for row in town.rows(Offer) if row.id in offers} == {OfferState.UNREACHED}


async def test_the_offers_of_who_shuts_the_last_channel_are_passed_on_without_a_letter_that_fails(town: Town) -> None:
    await ask(town)
    first = town.asked()[0]
    before = {row.facilitator_id for row in town.rows(Offer)}
    with town.store.begin() as uow:
        profiles.set_reachable(uow, town.channel.name, first.sender.address, town.now, reachable=False)
    await town.settle()
    states = [row.state for row in town.rows(Offer) if row.facilitator_id == _id(first)]
    assert states == [OfferState.UNREACHED]
    assert before == {row.facilitator_id for row in town.rows(Offer)}, "the others are waited for first"


async def test_who_does_something_is_reached_there_again(town: Town) -> None:
    anna = town.requester
    _shut(town, anna)
    await anna.say("menu")
    await ask(town, anna)
    await press(town.asked()[0], "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert words(anna.last).startswith("Bijeenkomst gepland")
    assert not any(row.state is OutboxState.DEAD for row in town.rows(Outbox))


async def test_only_the_channel_in_which_somebody_acts_is_open_again(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await _link(town, anna, phone)
    _shut(town, anna)
    await phone.say("menu")
    assert {row.channel: row.reachable for row in town.rows(Address) if row.person_id == _id(anna)} == {
        town.channel.name: False,
        town.elsewhere.name: True,
    }


def _shut(town: Town, actor: SimulatedPerson) -> None:
    with town.store.begin() as uow:
        profiles.set_reachable(uow, town.channel.name, actor.sender.address, town.now, reachable=False)


async def test_who_can_be_reached_somewhere_still_is_waited_for(town: Town) -> None:
    await ask(town)
    first = town.asked()[0]
    with town.store.begin() as uow:
        Context(uow, town.now, RULES, TEXTS, CAPABILITIES).publish(PersonUnreachable(_id(first)))
    assert {row.state for row in town.rows(Offer) if row.facilitator_id == _id(first)} == {OfferState.OPEN}


async def test_the_desk_sees_a_letter_that_no_channel_takes(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    await _link(town, anna, phone)
    await ask(town, anna)
    facilitator = town.asked()[0]
    _blocked(town, town.channel)
    _blocked(town, town.elsewhere)
    await press(facilitator, "Accepteer: di 8 dec 14:00")
    await town.settle()
    dead = [row for row in town.rows(Outbox) if row.state is OutboxState.DEAD and row.person_id == _id(anna)]
    assert dead
    assert all("playground" in row.outcome and "telegram" in row.outcome for row in dead[:1])
    assert not any(row.reachable for row in town.rows(Address) if row.person_id == _id(anna))
    await from_menu(town.team()[0], "Niet aangekomen")
    assert anna.name in words(town.team()[0].screen)


def _id(actor: SimulatedPerson) -> int:
    return int(actor.sender.address)


async def test_the_desk_sees_who_can_be_reached_nowhere_before_a_letter_to_them_is_lost(town: Town) -> None:
    phone = town.newcomer("A. Vos", "T1")
    await ask(town, phone)
    facilitator = town.asked()[0]
    await press(facilitator, "Accepteer: di 8 dec 14:00")
    await town.settle()
    member = town.team()[0]
    assert "Niet aangekomen" not in words(await member.say("menu"))
    with town.store.begin() as uow:
        # The playground's address does not count: nobody is reached there.
        uow.add(Address(person_id=_id(facilitator), channel="slack", address="U1", reachable=False))
        profiles.set_reachable(uow, town.elsewhere.name, "T1", town.now, reachable=False)
    await town.settle()
    assert not any(row.state is OutboxState.DEAD for row in town.rows(Outbox))
    shown = dict((await from_menu(member, "Niet aangekomen")).facts)
    assert shown["A. Vos"] == "heeft een dialoog aangevraagd · dinsdag 8 december 2026 om 14:00"
    assert shown[facilitator.name].startswith("leidt een dialoog · dinsdag 8 december 2026 om 14:00")
    assert "@" in shown[facilitator.name], "how else to reach them"
    await phone.say("menu")
    assert "A. Vos" not in words(await from_menu(member, "Niet aangekomen"))
    await town.until(at("2026-12-08 14:30"))
    assert facilitator.name not in words(await member.send_action("lost:0:0"))


async def test_the_same_two_people_are_made_one_but_once(town: Town) -> None:
    anna, phone = town.requester, town.newcomer("A. Vos", "T1")
    before = len(town.rows(Person))
    await _link(town, anna, phone)
    for side in (anna, phone):
        assert "Je gebruikt de bot al overal waar hij is" in words(await side.say("link"))
    assert len(town.rows(Person)) == before - 1
