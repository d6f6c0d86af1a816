"""Who may be linked with whom: two channels of one person who both are active, and no role is given away by it."""

from collections.abc import Sequence

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.access import linking
from flows.capabilities import CAPABILITIES
from flows.engine.views.view import View
from handlers.inbound.typed_commands import said
from storage.models import JoinedAccount, LinkClaim, Person
from tests.scenarios.doorway import SLACK, TELEGRAM, YES, Doorway, token_in
from tests.scenarios.town import words

WRONG = "Deze code klopt niet of werkt niet meer"


def _same(door: Doorway, *whoever: SimulatedPerson) -> bool:
    found = [door.person_at(who) for who in whoever]
    return None not in found and len({person.id for person in found if person}) == 1


async def _told(door: Doorway, who: SimulatedPerson) -> list[str]:
    await door.deliver()
    return [words(message) for message in who.messages]


async def test_a_code_that_helps_nobody_is_told_to_nobody(door: Doorway, anna: SimulatedPerson) -> None:
    code = await door.code(anna)
    await door.typed(anna, f"link {code}")
    await door.typed(door.at(SLACK, "U2", door.person("Bram")), f"link {code}")
    fien, bas = door.at(TELEGRAM, "T3", door.facilitator), door.at(SLACK, "U3", door.builder)
    await door.typed(bas, f"link {await door.code(fien)}")
    assert [await _told(door, who) for who in (anna, fien, bas)] == [[], [], []]


async def test_two_with_a_role_are_sent_to_the_programme_team_and_nothing_changes(door: Doorway) -> None:
    fien, bas = door.at(SLACK, "U1", door.facilitator), door.at(TELEGRAM, "T1", door.builder)
    assert (await door.typed(bas, f"link {await door.code(fien)}")).startswith(
        "Deze twee accounts kan ik niet koppelen"
    )
    assert not _same(door, fien, bas)


async def test_two_accounts_of_one_channel_are_not_linked(door: Doorway, anna: SimulatedPerson) -> None:
    colleague = door.at(SLACK, "U2", door.person("Bram"))
    assert (await door.typed(colleague, f"link {await door.code(anna)}")).startswith(
        "Deze code komt uit hetzelfde kanaal"
    )
    assert not _same(door, anna, colleague)


async def test_a_stranger_is_not_linked_to_somebody_of_the_same_channel(door: Doorway) -> None:
    anna = door.at(TELEGRAM, "T1", door.person("Anna"))
    code, eve = await door.code(anna), door.nobody(TELEGRAM, "T9", "Eve")
    for sure in (False, True):
        told = await door.come(eve, f"{linking.PREFIX}{code}", sure=sure)
        assert told.text.startswith("Deze code komt uit hetzelfde")
    assert door.person_at(eve) is None
    laptop = door.at(SLACK, "U1", door.person("A. Vos"))
    assert "Ben jij dat?" in await door.typed(laptop, f"link {code}"), "it is not spent by it"
    assert await _told(door, eve) == []


async def test_who_is_in_telegram_gets_no_link_that_lets_others_in_there(door: Doorway, anna: SimulatedPerson) -> None:
    await anna.say("link")
    assert token_in(anna.screen).startswith(linking.PREFIX)
    phone = door.at(TELEGRAM, "T1", door.person("A. Vos"))
    await phone.say("link")
    assert "https://" not in words(phone.screen)


async def test_ones_own_code_is_not_spent_by_typing_it_on_the_same_side(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    assert (await door.typed(anna, f"link {code}")).startswith("Dit is de code van dit account")
    answer = await anna.send_action(f"link.sure:0:0:{code.replace('-', '')}")
    assert answer is not None
    assert answer.text.startswith("Dit is de code van dit account")
    assert (await door.typed(phone, f"link {code}")).startswith("Deze code komt van Anna, in Slack. Ben jij dat?")


async def test_who_left_the_programme_does_not_come_back_with_a_code(door: Doorway, anna: SimulatedPerson) -> None:
    gone = door.at(TELEGRAM, "T9", door.person("Gea", active=False))
    token = f"{linking.PREFIX}{await door.code(anna)}"
    for sure in (False, True):
        assert (await door.come(gone, token, sure=sure)).text.startswith(WRONG)
    assert not _same(door, anna, gone)


async def test_the_code_of_somebody_who_left_since_is_worth_nothing(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    _leaves(door, anna)
    assert (await door.typed(phone, f"link {code}")).startswith(WRONG)
    assert (await door.come(door.nobody(TELEGRAM, "T9"), f"{linking.PREFIX}{code}")).text.startswith(WRONG)
    assert not _same(door, anna, phone)


async def test_who_leaves_before_the_last_answer_is_joined_with_nobody(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.claim(anna, phone)
    _leaves(door, phone)
    answer = await anna.press(YES)
    assert answer is not None
    assert answer.text.startswith("Deze code is niet meer geldig")
    assert not _same(door, anna, phone)


def _leaves(door: Doorway, who: SimulatedPerson) -> None:
    person = door.person_at(who)
    assert person is not None
    with door.store.begin() as uow:
        uow.get(Person, person.id).active = False


async def test_who_became_somebody_before_the_last_answer_is_not_somebody_else_after_it(
    door: Doorway, anna: SimulatedPerson
) -> None:
    stranger = door.nobody(TELEGRAM, "T9", "Somebody")
    await door.claim(anna, stranger)
    other = door.at(TELEGRAM, "T9", door.person("Invited meanwhile"))
    answer = await anna.press(YES)
    assert answer is not None
    assert answer.text.startswith("Deze code is niet meer geldig")
    assert not _same(door, anna, other)


async def test_a_role_is_given_away_by_nobody_who_opens_a_link(door: Doorway, anna: SimulatedPerson) -> None:
    for role, person in (("facilitator", door.facilitator), ("builder", door.builder), ("team", door.team)):
        who = door.at(TELEGRAM, f"T-{role}", person)
        code = (await door.code(anna)).replace("-", "")
        seen: Sequence[View | None] = [
            await door.come(who, f"{linking.PREFIX}{code}"),
            await door.come(who, f"{linking.PREFIX}{code}", sure=True),
            await who.say(f"link {code}"),
            await who.send_action(f"link.sure:0:0:{code}"),
        ]
        for view in seen:
            assert view is not None
            assert view.text.startswith("Je hebt een rol in het programma. Daarom begint koppelen hier, bij jou.")
            assert "Anna" not in words(view)
        assert not _same(door, anna, who)
    assert (door.rows(LinkClaim), door.rows(JoinedAccount)) == ([], [])


async def test_who_has_a_role_is_led_the_right_way_round_in_one_press(door: Doorway, anna: SimulatedPerson) -> None:
    fien = door.at(TELEGRAM, "T-fien", door.facilitator)
    await fien.say(f"link {await door.code(anna)}")
    view = await fien.press("Koppel een ander kanaal")
    assert view is not None
    code = dict(view.facts)["Code"]
    await anna.say(f"link {code}")
    await anna.press(YES)
    await door.deliver()
    await fien.press(YES)
    assert _same(door, anna, fien)


async def test_who_got_a_role_before_the_last_answer_keeps_it_to_themselves(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.claim(anna, phone)
    person = door.person_at(phone)
    assert person is not None
    with door.store.begin() as uow:
        uow.get(Person, person.id).programme_team = True
    answer = await anna.press(YES)
    assert answer is not None
    assert answer.text.startswith("Deze code is niet meer geldig")
    assert not _same(door, anna, phone)


async def test_where_a_role_is_concerned_the_programme_team_hears_of_it(door: Doorway, phone: SimulatedPerson) -> None:
    tess, fien = door.at(SLACK, "U-tess", door.team), door.at(SLACK, "U-fien", door.facilitator)
    bas = door.at(SLACK, "U-bas", door.builder)
    await door.link(fien, phone)
    [told] = await _told(door, tess)
    assert "Fien heeft een rol in het programma en heeft een account in Telegram gekoppeld." in told
    assert "Daar heet het account A. Vos." in told
    assert await _told(door, bas) == [], "no more than who watches over roles"


async def test_where_no_role_is_concerned_the_programme_team_hears_nothing(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    tess = door.at(SLACK, "U-tess", door.team)
    await door.link(anna, phone)
    assert await _told(door, tess) == []


@pytest.mark.parametrize(
    "typed", ["link abcd-efgh", "/link ABCDEFGH", "Koppel abcd efgh", "koppelen  ABCD - EFGH", "  link\nabcd-efgh "]
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert said(CAPABILITIES, typed) == "link.take:0:0:abcdefgh"


@pytest.mark.parametrize("typed", ["link abcd", "link abcd-efgh-ijkl", "linkabcdefgh", "link een twee drie"])
def test_other_words_are_no_code(typed: str) -> None:
    assert said(CAPABILITIES, typed) is None


async def test_who_answers_after_the_ten_minutes_mistyped_nothing(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.typed(phone, f"link {await door.code(anna)}")
    question = phone.screen
    door.passes(linking.SPAN)
    for _ in range(linking.TRIES + 1):
        phone.screen = question
        answer = await phone.press(YES)
        assert answer is not None
        assert answer.text.startswith(WRONG)
    assert "Ben jij dat?" in await door.typed(phone, f"link {await door.code(anna)}")


async def test_who_watches_over_roles_hears_of_it_wherever_they_are(
    door: Doorway, tess: SimulatedPerson, phone: SimulatedPerson
) -> None:
    pocket = door.at(TELEGRAM, "T-tess", door.team)
    await door.link(door.at(SLACK, "U-fien", door.facilitator), phone)
    for who in (tess, pocket):
        assert [one for one in await _told(door, who) if "Fien heeft een rol" in one]
    await pocket.press("Ontkoppel dit account")
    await pocket.press("Ja, ontkoppel")
    for who in (tess, pocket):
        assert [one for one in await _told(door, who) if "hoort niet meer bij Fien" in one]
