"""One person, every channel: a code shown on one side and used on the other makes them one once both sides say so."""

from datetime import timedelta

import pytest

from bot.demo.simulated_person import NoSuchButton, SimulatedPerson
from bot.schedule.ticker import tidy
from flows.access import linking
from storage.delivery import dead_letters
from storage.models import Draft, LinkClaim, LinkCode, LinkTry, Person
from storage.people import link_codes
from tests.scenarios.doorway import NO, RULES, SLACK, TELEGRAM, YES, Doorway, token_in
from tests.scenarios.town import words

WRONG, WAIT = "Deze code klopt niet of werkt niet meer", "Je hebt te vaak een verkeerde code getypt"
DONE = "Gelukt. Het account van A. Vos in Telegram hoort nu bij jou, Anna."
ASKED = "Deze code komt van Anna, in Slack. Ben jij dat?"
ASKED_STRANGER = "Met deze code kom je hier binnen als Anna"
WAITS = "Bijna klaar. Ga nu naar Slack en bevestig het daar, vóór"


def _wrong(code: str) -> str:
    """The code with its last sign mistyped."""
    return code[:-1] + ("A" if code[-1] != "A" else "B")


def _same(door: Doorway, *whoever: SimulatedPerson) -> bool:
    found = [door.person_at(who) for who in whoever]
    return None not in found and len({person.id for person in found if person}) == 1


async def _told(door: Doorway, who: SimulatedPerson) -> list[str]:
    await door.deliver()
    return [words(message) for message in who.messages]


async def test_a_code_from_one_side_used_on_the_other_and_confirmed_on_both_makes_one_person_of_two(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    assert (await door.typed(phone, f"link {code}")).startswith(ASKED)
    assert not _same(door, anna, phone), "typing it does nothing yet"
    answer = await phone.press(YES)
    assert answer is not None
    assert answer.text.startswith(WAITS)
    assert not _same(door, anna, phone), "nor does one side alone"
    [asked] = await _told(door, anna)
    assert "In Telegram heeft A. Vos jouw code gebruikt." in asked
    answer = await anna.press(YES)
    assert answer is not None
    assert answer.text == "De accounts zijn gekoppeld."
    assert (await _told(door, anna))[0].splitlines()[1].startswith(DONE)
    assert dict(anna.last.facts)["Slack"] == "hier het eerst"
    assert _same(door, anna, phone)
    person = door.person_at(phone)
    assert person is not None
    assert (person.name, person.email) == ("Anna", "anna@gov.example")


async def test_it_works_the_other_way_round_too(door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson) -> None:
    assert (await door.link(phone, anna)).text.startswith(DONE)
    assert _same(door, anna, phone)
    person = door.person_at(phone)
    assert person is not None
    assert person.name == "Anna", "who has an e-mail address stays"


async def test_what_joining_means_is_said_on_both_sides_before_anything_is_joined(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    door.leads(anna)
    await phone.say(f"link {await door.code(anna)}")
    asked = words(phone.screen)
    await phone.press(YES)
    [claim] = await _told(door, anna)
    for said_before in (asked, claim):
        assert "Wie een dialoog aanvraagt, leidt die niet zelf." in said_before
        assert "Dat kunnen we niet terugdraaien." in said_before
        assert "zeven dagen lang" in said_before
    assert "dezelfde aanvragen, bijeenkomsten en berichten" in asked
    assert "Alles van A. Vos hoort daarna ook bij jou" in claim


async def test_who_says_it_is_not_them_changes_nothing_and_the_code_stays_good(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    await phone.say(f"link {code}")
    answer = await phone.press(NO)
    assert answer is not None
    assert answer.text.startswith("Goed dat je het zegt. Er is niets veranderd.")
    assert not _same(door, anna, phone)
    assert (await door.typed(phone, f"link {code}")).startswith(ASKED)


async def test_the_side_that_showed_the_code_can_say_no_and_the_code_is_spent(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.claim(anna, phone)
    answer = await anna.press(NO)
    assert answer is not None
    assert answer.text.startswith("Er is niets gekoppeld")
    assert not _same(door, anna, phone)
    assert (door.rows(LinkClaim), door.rows(LinkCode)) == ([], [])
    assert (await door.typed(phone, f"link {code}")).startswith(WRONG)
    assert any("Het koppelen is niet bevestigd." in told for told in await _told(door, phone))
    [closed] = await _told(door, anna)
    assert YES not in closed, "the question stands there no more"


async def test_without_an_answer_it_is_over_when_the_code_is_and_both_hear_so(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.claim(anna, phone)
    door.passes(linking.SPAN)
    answer = await anna.press(YES)
    assert answer is not None
    assert answer.text.startswith("Deze code is niet meer geldig")
    assert not _same(door, anna, phone)
    await door.tick()
    assert door.rows(LinkClaim) == []
    assert any("Het koppelen is niet bevestigd." in told for told in await _told(door, phone))
    [closed] = await _told(door, anna)
    assert "De tien minuten van deze code zijn voorbij." in closed
    assert YES not in closed


async def test_only_the_side_that_showed_the_code_confirms_it(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.claim(anna, phone)
    (claim,) = door.rows(LinkClaim)
    eve = door.at(TELEGRAM, "T-eve", door.person("Eve"))
    for somebody in (eve, phone):
        for verb in ("link.join", "link.deny"):
            answer = await somebody.send_action(f"{verb}:{claim.id}:0")
            assert answer is not None
            assert answer.text.startswith("Dit is voor iemand anders bedoeld")
    assert not _same(door, anna, phone)
    assert len(door.rows(LinkClaim)) == 1


async def test_a_second_who_uses_the_same_code_comes_too_late(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    eve = door.at(TELEGRAM, "T-eve", door.person("Anna"))
    code = await door.code(anna)
    for who in (eve, phone):
        await who.say(f"link {code}")
    await eve.press(YES)
    answer = await phone.press(YES)
    assert answer is not None
    assert answer.text.startswith(WRONG)
    assert len(door.rows(LinkClaim)) == 1


async def test_a_new_code_ends_what_was_done_with_the_old_one(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.claim(anna, phone)
    await door.code(anna)
    [told] = await _told(door, anna)
    assert "Met de oude is niets gekoppeld." in told
    assert door.rows(LinkClaim) == []
    with pytest.raises(NoSuchButton):
        await anna.press(YES)


async def test_where_to_take_the_code_is_said_by_name(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    assert (await door.typed(anna, "link")).startswith("Ga naar de bot in Telegram en typ daar: link ")
    assert (await door.typed(phone, "link")).startswith("Ga naar de bot in Slack en typ daar: link ")
    await door.link(anna, phone)
    assert "https://" not in await door.typed(phone, "link")
    assert (await door.typed(anna, "link")).startswith("Je gebruikt de bot al overal waar hij is: Slack en Telegram.")


async def test_what_comes_first_to_whose_code_it_is_comes_first_there_afterwards(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    facts = dict((await door.link(phone, anna)).facts)
    assert (facts["Telegram"], facts["Slack"]) == ("hier het eerst", "als het andere niet lukt")


async def test_the_code_can_be_typed_where_it_is_asked_for_and_however_it_is_written(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    await phone.say("bereik")
    await phone.press("Code uit het andere kanaal")
    view = await phone.fill(code=f" {code.lower().replace('-', ' ')} ")
    assert view is not None
    assert view.text.startswith(ASKED)
    assert door.rows(Draft) == []


async def test_a_stranger_comes_in_with_the_code_of_somebody_who_confirms_it(
    door: Doorway, anna: SimulatedPerson
) -> None:
    await anna.say("menu")
    await anna.press("Waar ik je bereik")
    view = await anna.press("Koppel een ander kanaal")
    phone = door.nobody(TELEGRAM, "T9", "anna 🦊")
    asked = await door.come(phone, token_in(view))
    assert asked.text.startswith(ASKED_STRANGER)
    assert (await door.come(phone, token_in(view), sure=True)).text.startswith(WAITS)
    assert door.person_at(phone) is None, "not before the other side says so"
    [claim] = await _told(door, anna)
    assert "In Telegram heeft anna 🦊 jouw code gebruikt." in claim
    await anna.press(YES)
    assert _same(door, anna, phone)
    assert any("Gelukt." in told for told in await _told(door, phone)), "and then they hear so"
    person = door.person_at(phone)
    assert person is not None
    assert person.name == "Anna"


async def test_of_a_stranger_who_does_not_finish_nothing_is_kept(door: Doorway, anna: SimulatedPerson) -> None:
    stranger = door.nobody(TELEGRAM, "T-secret", "Stranger")
    token = f"{linking.PREFIX}{(await door.code(anna)).replace('-', '')}"
    await door.come(stranger, token)
    assert "T-secret" not in _everything(door)
    await door.come(stranger, token, sure=True)
    door.passes(linking.SPAN)
    await door.tick()
    await door.deliver()
    kept = _everything(door)
    assert "T-secret" not in kept
    assert "Stranger" not in kept


def _everything(door: Doorway) -> str:
    """Everything the database holds, as text."""
    with door.store.engine.connect() as connection:
        tables = door.tables()
        return str([connection.exec_driver_sql(f'SELECT * FROM "{table}"').all() for table in tables])


async def test_the_link_with_the_code_works_for_who_is_known_too(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await anna.say("link")
    assert (await door.come(phone, token_in(anna.screen))).text.startswith(ASKED)
    await phone.press(YES)
    await door.deliver()
    await anna.press(YES)
    assert _same(door, anna, phone)


async def test_a_code_works_once(door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson) -> None:
    code = await door.claim(anna, phone)
    other = door.at(TELEGRAM, "T2", door.person("Bram"))
    assert (await door.typed(other, f"link {code}")).startswith(WRONG)
    await anna.press(YES)
    assert (await door.typed(other, f"link {code}")).startswith(WRONG)
    assert not _same(door, anna, other)


async def test_a_code_works_for_ten_minutes_from_the_first_to_the_last_answer(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    door.passes(timedelta(minutes=10))
    assert (await door.typed(phone, f"link {code}")).startswith(WRONG)
    await door.claim(anna, phone)
    door.passes(timedelta(minutes=10) - timedelta(seconds=1))
    answer = await anna.press(YES)
    assert answer is not None
    assert answer.text == "De accounts zijn gekoppeld."


async def test_only_the_newest_code_works(door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson) -> None:
    old, new = await door.code(anna), await door.code(anna)
    assert (await door.typed(phone, f"link {old}")).startswith(WRONG)
    assert (await door.typed(phone, f"link {new}")).startswith(ASKED)


async def test_a_code_that_was_mistyped_five_times_is_worth_nothing(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    for number in range(linking.TRIES):
        guesser = door.at(TELEGRAM, f"G{number}", door.person("Guesser"))
        assert (await door.typed(guesser, f"link {_wrong(code)}")).startswith(WRONG)
    assert (await door.typed(phone, f"link {code}")).startswith(WRONG)
    assert (await door.typed(phone, f"link {await door.code(anna)}")).startswith(ASKED), "a new one works"


async def test_who_mistypes_five_codes_waits_ten_minutes(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    for _ in range(linking.TRIES):
        assert (await door.typed(phone, "link ZZZZ-ZZZZ")).startswith(WRONG)
    assert (await door.typed(phone, f"link {await door.code(anna)}")).startswith(WAIT)
    door.passes(linking.SPAN)
    assert (await door.typed(phone, f"link {await door.code(anna)}")).startswith(ASKED)


async def test_a_stranger_who_guesses_waits_as_well_and_is_not_known_by_it(
    door: Doorway, anna: SimulatedPerson
) -> None:
    code = await door.code(anna)
    stranger = door.nobody(TELEGRAM, "T-stranger", "Stranger")
    for _ in range(linking.TRIES):
        assert (await door.come(stranger, "link_ZZZZZZZZ")).text.startswith(WRONG)
    told = await door.come(stranger, f"{linking.PREFIX}{code}")
    assert told.text.startswith(WAIT)
    assert door.person_at(stranger) is None
    with door.store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT who FROM link_try").scalars().all()
    assert len(kept) == 1
    assert "stranger" not in kept[0].lower()
    other = door.nobody(TELEGRAM, "T-other")
    assert (await door.come(other, f"{linking.PREFIX}{code}")).text.startswith(ASKED_STRANGER), "others need not wait"


async def test_why_a_code_is_refused_is_never_told(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    told = {await door.typed(phone, f"link {wrong}") for wrong in (_wrong(code), "ZZZZ-ZZZZ")}
    door.passes(linking.SPAN)
    told.add(await door.typed(phone, f"link {code}"))
    assert len(told) == 1


async def test_neither_side_learns_of_the_other_without_the_right_code(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    code = await door.code(anna)
    for view in (await phone.say(f"link {_wrong(code)}"), await phone.say("bereik"), await phone.say("menu")):
        assert "Anna" not in words(view)
        assert "Slack" not in words(view)
    for view in (await anna.say("bereik"), await anna.say("menu")):
        assert "A. Vos" not in words(view)
        assert "Telegram" not in words(view)


async def test_both_sides_hear_of_it_in_all_their_channels(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    for who in (anna, phone):
        told = [one for one in await _told(door, who) if "Gelukt." in one]
        assert len(told) == 1
        assert "Ontkoppel Telegram" in told[0]
        assert f"Mail dan het programmateam: {RULES.programme_email}." in told[0]
        assert "Je krijgt dit hier" not in told[0], "it is not there for want of another channel"


async def test_the_question_becomes_what_came_of_it(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    assert len(await _told(door, anna)) == 1, "one happening, one message"


async def test_where_one_channel_takes_nothing_it_is_not_told_in_the_other_instead(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.claim(anna, phone)
    await anna.press(YES)
    person = door.person_at(anna)
    assert person is not None
    with door.store.begin() as uow:
        (row,) = [row for row in door.addresses(uow, person.id) if row.channel == SLACK]
        row.reachable = False
    assert len([told for told in await _told(door, phone) if "Gelukt." in told]) == 1
    with door.store.read() as uow:
        assert [letter.kind for letter in dead_letters.newest(uow)] == ["linked"]


async def test_a_code_is_not_kept_as_it_is(door: Doorway, anna: SimulatedPerson) -> None:
    code = (await door.code(anna)).replace("-", "")
    (row,) = door.rows(LinkCode)
    assert code not in str(row.model_dump())
    assert code[linking.NAME :] not in str(row.model_dump())


async def test_a_form_begun_on_one_side_goes_on_on_the_other_once_they_can_not_be_taken_apart(
    door: Doorway, phone: SimulatedPerson
) -> None:
    fien = door.at(SLACK, "U1", door.facilitator)
    await fien.say("profiel")
    await fien.press("Geef dagen door")
    await fien.submit(fien.form, {"first_day": "2026-12-07"})
    assert "blijven de eerste zeven dagen waar je ze begon" in (await door.link(fien, phone)).text
    for days, found in ((0, None), (7, "2026-12-07")):
        door.passes(timedelta(days=days, seconds=days))
        tidy(door.contexts)
        await phone.say("profiel")
        await phone.press("Geef dagen door")
        assert {field.name: field.value for field in phone.form.fields}["first_day"] == found
        view = await phone.say("bereik")
        assert view is not None
        assert ("maak je in het andere af" in view.text) is (found is not None), "what is said of it is so"


async def test_who_turns_out_to_be_somebody_reads_on_in_that_persons_language(
    door: Doorway, phone: SimulatedPerson
) -> None:
    boss = door.at(SLACK, "U9", door.person("Ann", email="ann@gov.example"))
    await boss.say("en")
    code = await door.code(boss)
    await phone.say(f"link {code}")
    await phone.press(YES)
    await door.deliver()
    await boss.press("Yes, that is me")
    view = await phone.say("menu")
    assert view is not None
    assert view.language == "en"


async def test_linking_leaves_nobody_behind(door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson) -> None:
    before = len(door.rows(Person))
    await door.link(anna, phone)
    assert len(door.rows(Person)) == before - 1


async def test_codes_claims_and_mistakes_are_forgotten_once_they_are_over(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.claim(anna, phone)
    await door.code(door.at(SLACK, "U7", door.person("Bram")))
    await door.typed(phone, "link ZZZZ-ZZZZ")
    with door.store.begin() as uow:
        assert link_codes.prune(uow, door.clock.now(), 10) == 0
    with door.store.begin() as uow:
        link_codes.prune(uow, door.clock.now() + linking.SPAN + timedelta(seconds=1), 10)
    assert (door.rows(LinkCode), door.rows(LinkTry), door.rows(LinkClaim)) == ([], [], [])
