"""One person, every channel: a code from one side typed on the other makes them one, and helps nobody else."""

from datetime import timedelta

import pytest

from bot.actor import Actor
from flows import linking
from flows.view import View
from handlers.commands import said
from storage import dead_letters, links, people
from storage.models import Address, Draft, LinkCode, LinkTry, Person
from storage.unit_of_work import Store
from tests.scenarios.doorway import RULES, SLACK, TELEGRAM, Doorway, token_in
from tests.scenarios.town import words

WRONG, WAIT = "Deze code klopt niet of werkt niet meer", "Je typte te vaak een code die niet klopt"
DONE = "Gelukt. Je bent nu in beide kanalen dezelfde persoon."


@pytest.fixture
def door(store: Store) -> Doorway:
    """The programme's door, on each kind of database in turn."""
    return Doorway(store)


@pytest.fixture
def anna(door: Doorway) -> Actor:
    """Somebody in Slack, known by e-mail address."""
    return door.at(SLACK, "U1", door.person("Anna", email="anna@gov.example"))


@pytest.fixture
def phone(door: Doorway) -> Actor:
    """The same one in Telegram, as far as the programme knows somebody else."""
    return door.at(TELEGRAM, "T1", door.person("A. Vos"))


async def _code(who: Actor) -> str:
    """A new code, as it stands in the chat."""
    view = await who.say("link")
    assert view is not None
    return next(value for label, value in view.facts if label == "Code")


async def _type(who: Actor, said: str) -> str:
    view = await who.say(said)
    assert view is not None
    return view.text


def _wrong(code: str) -> str:
    """The code with its last sign mistyped."""
    return code[:-1] + ("A" if code[-1] != "A" else "B")


def _same(door: Doorway, *whoever: Actor) -> bool:
    found = [door.person_at(who) for who in whoever]
    return None not in found and len({person.id for person in found if person}) == 1


async def test_a_code_from_one_side_typed_on_the_other_makes_one_person_of_two(
    door: Doorway, anna: Actor, phone: Actor
) -> None:
    text = await _type(phone, f"link {await _code(anna)}")
    assert text.startswith(DONE)
    assert phone.screen is not None
    assert dict(phone.screen.facts) == {"Slack": "hier het eerst", "Telegram": "als het andere niet lukt"}
    assert _same(door, anna, phone)
    person = door.person_at(phone)
    assert person is not None
    assert (person.name, person.email) == ("Anna", "anna@gov.example")


async def test_it_works_the_other_way_round_too(door: Doorway, anna: Actor, phone: Actor) -> None:
    assert (await _type(anna, f"/koppel {await _code(phone)}")).startswith(DONE)
    assert _same(door, anna, phone)
    person = door.person_at(phone)
    assert person is not None
    assert person.name == "Anna", "who has an e-mail address stays"


async def test_where_to_take_the_code_is_said_by_name(door: Doorway, anna: Actor, phone: Actor) -> None:
    assert (await _type(anna, "link")).startswith("Ga naar de bot in Telegram en typ daar: link ")
    assert (await _type(phone, "link")).startswith("Ga naar de bot in Slack en typ daar: link ")
    await _type(phone, f"link {await _code(anna)}")
    assert "https://" not in await _type(phone, "link")
    assert (await _type(anna, "link")).startswith("Je gebruikt de bot al overal waar hij is: Slack en Telegram.")


async def test_what_comes_first_to_whose_code_it_is_comes_first_there_afterwards(
    door: Doorway, anna: Actor, phone: Actor
) -> None:
    await _type(anna, f"link {await _code(phone)}")
    assert anna.screen is not None
    assert dict(anna.screen.facts) == {"Telegram": "hier het eerst", "Slack": "als het andere niet lukt"}


async def test_the_code_can_be_typed_where_it_is_asked_for_and_however_it_is_written(
    door: Doorway, anna: Actor, phone: Actor
) -> None:
    code = await _code(anna)
    await phone.say("bereik")
    await phone.press("Ik heb een code")
    view = await phone.fill(code=f" {code.lower().replace('-', ' ')} ")
    assert view is not None
    assert view.text.startswith(DONE)
    assert _same(door, anna, phone)
    assert door.rows(Draft) == []


async def test_a_stranger_comes_in_with_the_code_of_somebody_who_is_in(door: Doorway, anna: Actor) -> None:
    await anna.say("menu")
    await anna.press("Waar ik je bereik")
    view = await anna.press("Koppel een ander kanaal")
    phone = door.nobody(TELEGRAM, "T9", "anna 🦊")
    assert (await door.come(phone, token_in(view))).text.startswith(DONE)
    assert _same(door, anna, phone)
    person = door.person_at(phone)
    assert person is not None
    assert person.name == "Anna"


async def test_the_link_with_the_code_works_for_who_is_known_too(door: Doorway, anna: Actor, phone: Actor) -> None:
    await anna.say("link")
    assert (await door.come(phone, token_in(anna.screen))).text.startswith(DONE)
    assert _same(door, anna, phone)


async def test_a_code_works_once(door: Doorway, anna: Actor, phone: Actor) -> None:
    code = await _code(anna)
    await _type(phone, f"link {code}")
    other = door.at(TELEGRAM, "T2", door.person("Bram"))
    assert (await _type(other, f"link {code}")).startswith(WRONG)
    assert not _same(door, anna, other)


async def test_a_code_works_for_ten_minutes(door: Doorway, anna: Actor, phone: Actor) -> None:
    code = await _code(anna)
    door.passes(timedelta(minutes=10))
    assert (await _type(phone, f"link {code}")).startswith(WRONG)
    code = await _code(anna)
    door.passes(timedelta(minutes=10) - timedelta(seconds=1))
    assert (await _type(phone, f"link {code}")).startswith(DONE)


async def test_only_the_newest_code_works(door: Doorway, anna: Actor, phone: Actor) -> None:
    old, new = await _code(anna), await _code(anna)
    assert (await _type(phone, f"link {old}")).startswith(WRONG)
    assert (await _type(phone, f"link {new}")).startswith(DONE)


async def test_a_code_that_was_mistyped_five_times_is_worth_nothing(door: Doorway, anna: Actor, phone: Actor) -> None:
    code = await _code(anna)
    for number in range(linking.TRIES):
        guesser = door.at(TELEGRAM, f"G{number}", door.person("Guesser"))
        assert (await _type(guesser, f"link {_wrong(code)}")).startswith(WRONG)
    assert (await _type(phone, f"link {code}")).startswith(WRONG)
    assert (await _type(phone, f"link {await _code(anna)}")).startswith(DONE), "a new one works"


async def test_who_mistypes_five_codes_waits_ten_minutes(door: Doorway, anna: Actor, phone: Actor) -> None:
    for _ in range(linking.TRIES):
        assert (await _type(phone, "link ZZZZ-ZZZZ")).startswith(WRONG)
    assert (await _type(phone, f"link {await _code(anna)}")).startswith(WAIT)
    assert not _same(door, anna, phone)
    door.passes(linking.SPAN)
    assert (await _type(phone, f"link {await _code(anna)}")).startswith(DONE)


async def test_a_stranger_who_guesses_waits_as_well_and_is_not_known_by_it(door: Doorway, anna: Actor) -> None:
    code = await _code(anna)
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
    assert (await door.come(other, f"{linking.PREFIX}{code}")).text.startswith(DONE), "others need not wait for it"


async def test_why_a_code_is_refused_is_never_told(door: Doorway, anna: Actor, phone: Actor) -> None:
    code = await _code(anna)
    told = {await _type(phone, f"link {wrong}") for wrong in (_wrong(code), "ZZZZ-ZZZZ")}
    door.passes(linking.SPAN)
    told.add(await _type(phone, f"link {code}"))
    assert len(told) == 1


async def test_neither_side_learns_of_the_other_before_they_are_linked(
    door: Doorway, anna: Actor, phone: Actor
) -> None:
    code = await _code(anna)
    shown: list[View | None] = [anna.screen]
    shown += [await phone.say(f"link {_wrong(code)}"), await phone.say("bereik"), await anna.say("bereik")]
    shown += [await phone.say("menu"), await anna.say("menu")]
    for view in shown[:2] + shown[3:4] + shown[5:]:
        assert "A. Vos" not in words(view)
    for view in (shown[1], shown[2], shown[4]):
        assert "Anna" not in words(view)
        assert "Slack" not in words(view)
    for view in (shown[3], shown[5]):
        assert "Telegram" not in words(view)


async def _told(door: Doorway, who: Actor) -> list[str]:
    await door.deliver()
    return [words(message) for message in who.messages]


async def test_the_side_that_showed_the_code_is_told_what_was_linked_and_what_to_do(
    door: Doorway, anna: Actor, phone: Actor
) -> None:
    await _type(phone, f"link {await _code(anna)}")
    [told] = await _told(door, anna)
    assert "Met een code van jou is een account in Telegram gekoppeld." in told
    assert f"Mail meteen het programmateam: {RULES.programme_email}." in told
    assert "A. Vos" not in told, "of the other account it says nothing"
    assert await _told(door, phone) == [], "who typed it knows, and must not be the only one to"


async def test_who_a_stranger_came_in_as_is_told_and_the_stranger_is_not(door: Doorway, anna: Actor) -> None:
    await anna.say("link")
    phone = door.nobody(TELEGRAM, "T9", "anna 🦊")
    await door.come(phone, token_in(anna.screen))
    await phone.say("bereik")
    await phone.press("Liever via Telegram")
    [told] = await _told(door, anna)
    assert "een account in Telegram gekoppeld" in told
    assert "🦊" not in told
    assert "Je krijgt dit hier" not in told, "it is not there for want of another channel"
    assert await _told(door, phone) == []


async def test_where_the_owner_cannot_be_told_nobody_else_is(door: Doorway, anna: Actor, phone: Actor) -> None:
    await _type(phone, f"link {await _code(anna)}")
    person = door.person_at(anna)
    assert person is not None
    with door.store.begin() as uow:
        (row,) = [row for row in people.addresses(uow, person.id) if row.channel == SLACK]
        row.reachable = False
    assert await _told(door, phone) == []
    with door.store.read() as uow:
        assert [letter.kind for letter in dead_letters.newest(uow)] == ["linked"]


async def test_a_code_that_helps_nobody_is_told_to_nobody(door: Doorway, anna: Actor) -> None:
    code = await _code(anna)
    await _type(anna, f"link {code}")
    await _type(door.at(SLACK, "U2", door.person("Bram")), f"link {code}")
    fien, bas = door.at(TELEGRAM, "T3", door.facilitator), door.at(SLACK, "U3", door.builder)
    await _type(bas, f"link {await _code(fien)}")
    assert [await _told(door, who) for who in (anna, fien, bas)] == [[], [], []]


async def test_two_with_a_role_are_sent_to_the_programme_team_and_nothing_changes(door: Doorway) -> None:
    fien, bas = door.at(SLACK, "U1", door.facilitator), door.at(TELEGRAM, "T1", door.builder)
    assert (await _type(bas, f"link {await _code(fien)}")).startswith("Je staat twee keer in het programma")
    assert not _same(door, fien, bas)


async def test_two_accounts_of_one_channel_are_not_linked(door: Doorway, anna: Actor) -> None:
    colleague = door.at(SLACK, "U2", door.person("Bram"))
    assert (await _type(colleague, f"link {await _code(anna)}")).startswith("Deze code komt uit hetzelfde kanaal")
    assert not _same(door, anna, colleague)


async def test_a_stranger_is_not_linked_to_somebody_of_the_same_channel(door: Doorway) -> None:
    anna = door.at(TELEGRAM, "T1", door.person("Anna"))
    code, eve = await _code(anna), door.nobody(TELEGRAM, "T9", "Eve")
    told = await door.come(eve, f"{linking.PREFIX}{code}")
    assert told.text.startswith("Deze code komt uit hetzelfde kanaal")
    assert door.person_at(eve) is None
    laptop = door.at(SLACK, "U1", door.person("A. Vos"))
    assert (await _type(laptop, f"link {code}")).startswith(DONE), "it is not spent by it"
    assert await _told(door, eve) == []


async def test_who_is_in_telegram_gets_no_link_that_lets_others_in_there(door: Doorway, anna: Actor) -> None:
    await anna.say("link")
    assert token_in(anna.screen).startswith(linking.PREFIX)
    phone = door.at(TELEGRAM, "T1", door.person("A. Vos"))
    await phone.say("link")
    assert "https://" not in words(phone.screen)


async def test_ones_own_code_is_not_spent_by_typing_it_on_the_same_side(
    door: Doorway, anna: Actor, phone: Actor
) -> None:
    code = await _code(anna)
    assert (await _type(anna, f"link {code}")).startswith("Dit is de code van dit account")
    assert (await _type(phone, f"link {code}")).startswith(DONE)


async def test_who_left_the_programme_does_not_come_back_with_a_code(door: Doorway, anna: Actor) -> None:
    gone = door.at(TELEGRAM, "T9", door.person("Gea", active=False))
    assert (await door.come(gone, f"{linking.PREFIX}{await _code(anna)}")).text.startswith(WRONG)
    assert not _same(door, anna, gone)


async def test_the_code_of_somebody_who_left_since_is_worth_nothing(door: Doorway, anna: Actor, phone: Actor) -> None:
    code = await _code(anna)
    person = door.person_at(anna)
    assert person is not None
    with door.store.begin() as uow:
        uow.get(Person, person.id).active = False
    assert (await _type(phone, f"link {code}")).startswith(WRONG)
    assert (await door.come(door.nobody(TELEGRAM, "T9"), f"{linking.PREFIX}{code}")).text.startswith(WRONG)
    assert not _same(door, anna, phone)


@pytest.mark.parametrize(
    "typed", ["link abcd-efgh", "/link ABCDEFGH", "Koppel abcd efgh", "koppelen  ABCD - EFGH", "  link\nabcd-efgh "]
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert said(typed) == "link.take:0:0:abcdefgh"


@pytest.mark.parametrize("typed", ["link abcd", "link abcd-efgh-ijkl", "linkabcdefgh", "link een twee drie"])
def test_other_words_are_no_code(typed: str) -> None:
    assert said(typed) is None


async def test_a_code_is_not_kept_as_it_is(door: Doorway, anna: Actor) -> None:
    code = (await _code(anna)).replace("-", "")
    (row,) = door.rows(LinkCode)
    assert code not in str(row.model_dump())
    assert code[linking.NAME :] not in str(row.model_dump())


async def test_a_form_begun_on_one_side_goes_on_on_the_other(door: Doorway, phone: Actor) -> None:
    fien = door.at(SLACK, "U1", door.facilitator)
    await fien.say("profiel")
    await fien.press("Geef dagen door")
    await fien.submit(fien.form, {"first_day": "2026-12-07"})
    assert (await _type(phone, f"link {await _code(fien)}")).startswith(DONE)
    await phone.say("profiel")
    await phone.press("Geef dagen door")
    assert {field.name: field.value for field in phone.form.fields}["first_day"] == "2026-12-07"


async def test_people_choose_where_they_are_reached_first(door: Doorway, anna: Actor, phone: Actor) -> None:
    await _type(phone, f"link {await _code(anna)}")
    await anna.say("bereik")
    view = await anna.press("Liever via Telegram")
    assert view is not None
    assert dict(view.facts) == {"Telegram": "hier het eerst", "Slack": "als het andere niet lukt"}
    assert {row.channel: row.preferred for row in door.rows(Address)} == {"telegram": True, "slack": False}


async def test_where_others_are_reached_is_not_for_me_to_choose(door: Doorway, anna: Actor, phone: Actor) -> None:
    (theirs,) = [row for row in door.rows(Address) if row.channel == TELEGRAM]
    answer = await anna.send_action(f"reach.prefer:{theirs.id}:0")
    assert answer is not None
    assert answer.text.startswith("Dit is voor iemand anders bedoeld")
    answer = await anna.send_action(f"reach.prefer:{theirs.id + 1}:0")
    assert answer is not None
    assert answer.text.startswith("Dit bestaat niet meer")


async def test_who_turns_out_to_be_somebody_reads_on_in_that_persons_language(door: Doorway, phone: Actor) -> None:
    boss = door.at(SLACK, "U9", door.person("Ann", email="ann@gov.example"))
    await boss.say("en")
    view = await phone.say(f"link {await _code(boss)}")
    assert view is not None
    assert view.language == "en"
    assert view.text.startswith("Done. You are the same person in both channels now.")


async def test_linking_leaves_nobody_behind(door: Doorway, anna: Actor, phone: Actor) -> None:
    before = len(door.rows(Person))
    await _type(phone, f"link {await _code(anna)}")
    assert len(door.rows(Person)) == before - 1


async def test_codes_and_mistakes_are_forgotten_once_they_are_over(door: Doorway, anna: Actor, phone: Actor) -> None:
    await _code(anna)
    await _type(phone, "link ZZZZ-ZZZZ")
    with door.store.begin() as uow:
        assert links.prune(uow, door.clock.now(), 10) == 0
    with door.store.begin() as uow:
        assert links.prune(uow, door.clock.now() + linking.SPAN + timedelta(seconds=1), 10) == 1
    assert (door.rows(LinkCode), door.rows(LinkTry)) == ([], [])
