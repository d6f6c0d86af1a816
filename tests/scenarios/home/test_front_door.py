"""The home page: what waits, how everything stands, and a button that leads there. One's own, and nobody else's."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from bot.demo.simulated_person import SimulatedPerson
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context, Turn
from flows.engine.language.markup import plain
from flows.engine.views.view import Button, Entry, HomePage, Section
from flows.home.home_page import front
from flows.home.to_do import MOST
from storage.database.unit_of_work import Store
from storage.models import Address, Draft, Facilitator, Offer, Organisation, Person, PracticeBuilder, Request
from storage.people import profiles
from storage.programme import demo
from tests.scenarios.asking import SERIES, answer_page, ask, begin, plan, plan_series, press
from tests.scenarios.town import DUTCH, RULES, TEXTS, Town, at


def look(town: Town, actor: SimulatedPerson) -> HomePage:
    """What this person's home page says now."""
    with town.store.read() as uow:
        person = uow.get(Person, int(actor.sender.address))
        return plain(front(Turn(Context(uow, town.now, RULES, TEXTS, CAPABILITIES), person)))


def section(shown: HomePage, key: str) -> Section:
    [found] = [one for one in shown.sections if one.title == DUTCH(key)]
    return found


def has(shown: HomePage, key: str) -> bool:
    return any(one.title == DUTCH(key) for one in shown.sections)


def _above(town: Town, actor: SimulatedPerson) -> list[Organisation]:
    unit = next(one for one in town.rows(Organisation) if one.id == town.person(actor).unit_id)
    return [one for one in town.rows(Organisation) if unit.path.startswith(one.path)]


def everything(shown: HomePage) -> list[Button]:
    entries = [entry for one in shown.sections for entry in one.entries]
    inside = [button for entry in entries for button in entry.buttons]
    return [*inside, *shown.buttons, *([shown.primary] if shown.primary else [])]


def read(shown: HomePage) -> str:
    entries = [entry for one in shown.sections for entry in one.entries]
    return "\n".join([shown.greeting, shown.notice, *(f"{e.text}\n{e.note}" for e in entries)])


async def push(actor: SimulatedPerson, entry: Entry, label: str) -> str:
    """Press a button of the home page; gives what the answer says."""
    [button] = [button for button in entry.buttons if button.label == label]
    answer = await actor.send_action(button.action.pack())
    assert answer is not None
    return f"{answer.title}\n{answer.text}"


async def test_a_newcomer_reads_what_this_is_and_finds_one_button_to_begin(town: Town) -> None:
    asker = town.requester
    shown = look(town, asker)
    assert "Hier vraag je een gespreksleider voor een dialoog in je team" in shown.greeting
    assert shown.primary is not None
    assert shown.primary.label == "Vraag een dialoog aan"
    answer = await asker.send_action(shown.primary.action.pack())
    assert answer is not None
    assert answer.form is not None
    assert [(one.title, one.entries) for one in shown.sections] == [("Wat op jou wacht", ()), ("Mijn aanvragen", ())]
    assert all(one.empty for one in shown.sections)
    assert shown.notice == ""


async def test_what_was_left_half_done_waits_and_goes_on_where_it_was(town: Town) -> None:
    asker = town.requester
    await begin(asker)
    await answer_page(asker)
    [entry] = section(look(town, asker), "front.waiting").entries
    assert entry.text == "Dialoog aanvragen"
    await push(asker, entry, "Ga verder")
    assert asker.form.page == "shape"


async def test_each_request_says_how_it_stands_and_opens(town: Town) -> None:
    asker = town.requester
    await ask(town)
    [entry] = section(look(town, asker), "menu.requests").entries
    assert entry.text == "Tegenspraak en je uitspreken"
    assert entry.note.startswith("We vragen nu gespreksleiders.")
    assert "Aanvraag: Tegenspraak" in await push(asker, entry, "Bekijk")
    await press(town.asked()[0], "Accepteer")
    [entry] = section(look(town, asker), "menu.requests").entries
    assert "De volgende bijeenkomst staat vast" in entry.note


async def test_an_offer_waits_for_its_facilitator_until_it_is_answered_and_names_nobody(town: Town) -> None:
    await ask(town, context="Vertrouwelijk.")
    facilitator = town.asked()[0]
    shown = look(town, facilitator)
    [entry] = section(shown, "front.waiting").entries
    assert entry.text == "Dialoog: Tegenspraak en je uitspreken"
    assert "Antwoord vóór" in entry.note
    assert town.person(town.requester).name not in read(shown)
    assert "Vertrouwelijk" not in read(shown)
    await push(facilitator, entry, "Bekijk en antwoord")
    await press(facilitator, "Accepteer")
    shown = look(town, facilitator)
    assert section(shown, "front.waiting").entries == ()
    [coming] = section(shown, "menu.sessions").entries
    assert coming.text == "dinsdag 8 december 2026 om 14:00"


async def test_an_offer_whose_time_is_over_waits_no_more(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    [offer] = [one for one in town.rows(Offer) if one.facilitator_id == int(facilitator.sender.address)]
    town.clock.set(offer.expires_at)
    assert section(look(town, facilitator), "front.waiting").entries == ()


async def test_another_time_waits_for_the_requester_who_takes_it_there(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    await press(facilitator, "Stel een ander moment voor")
    await answer_page(facilitator, moment="2026-12-09T10:00")
    [entry] = section(look(town, town.requester), "front.waiting").entries
    assert entry.text == "Ander moment: Tegenspraak en je uitspreken"
    assert "woensdag 9 december 2026 om 10:00" in entry.note
    assert town.person(facilitator).name not in read(look(town, town.requester))
    assert "Afgesproken" in await push(town.requester, entry, "Ja, dat past")
    assert section(look(town, town.requester), "front.waiting").entries == ()


async def test_a_facilitators_wish_to_move_waits_for_the_requester(town: Town) -> None:
    requester, facilitator = await plan(town)
    await facilitator.say("menu")
    for label in ("Mijn bijeenkomsten", "Bekijk: di 8 dec", "Kies een ander moment"):
        await press(facilitator, label)
    await answer_page(facilitator, moment="2026-12-09T10:00")
    [entry] = section(look(town, requester), "front.waiting").entries
    assert "van dinsdag 8 december 2026 om 14:00 kan verhuizen naar woensdag 9 december 2026 om 10:00" in entry.note
    await push(requester, entry, "Ja, dat past")
    shown = look(town, requester)
    assert section(shown, "front.waiting").entries == ()
    assert section(shown, "menu.sessions").entries[0].text == "woensdag 9 december 2026 om 10:00"


async def test_proposed_dates_wait_for_agreement_and_then_stand_as_one_series(town: Town) -> None:
    requester, facilitator = await plan(town, **SERIES)
    [entry] = section(look(town, requester), "front.waiting").entries
    assert entry.text == "Data voor jullie reeks: Tegenspraak en je uitspreken"
    assert "We stellen 2 nieuwe data voor: di 29 dec 14:00" in entry.note
    assert "De reeks is gepland" in await push(requester, entry, "Akkoord, plan deze data")
    await town.settle()
    for person in (requester, facilitator):
        shown = look(town, person)
        [coming] = section(shown, "menu.sessions").entries
        assert coming.text == "dinsdag 8 december 2026 om 14:00"
        assert "bijeenkomst 1 van 3" in coming.note


async def test_a_session_stays_in_sight_on_its_day_and_then_waits_for_its_report(town: Town) -> None:
    _, facilitator = await plan(town)
    await town.until(at("2026-12-08 14:30"))
    shown = look(town, facilitator)
    assert len(section(shown, "menu.sessions").entries) == 1
    [entry] = section(shown, "front.waiting").entries
    assert entry.text == "Hoe ging het? dinsdag 8 december 2026 om 14:00"
    await push(facilitator, entry, "Vertel hoe het ging")
    await answer_page(facilitator, held="yes")
    await answer_page(facilitator, attendees=9, topics=[])
    shown = look(town, facilitator)
    assert section(shown, "front.waiting").entries == ()
    assert section(shown, "menu.sessions").entries == ()


async def test_a_facilitator_sees_the_month_against_capacity_and_can_pause_there(town: Town) -> None:
    _, facilitator = await plan(town, moment1="2026-11-27T14:00", moment2="2026-11-30T10:00")
    most = next(p.capacity for p in town.rows(Facilitator) if p.person_id == int(facilitator.sender.address))
    [entry] = section(look(town, facilitator), "menu.profile").entries
    assert entry.text == f"Deze maand: 1 van {most} bijeenkomsten"
    assert "Je hebt pauze" in await push(facilitator, entry, "Neem een pauze")
    [entry] = section(look(town, facilitator), "menu.profile").entries
    assert "Je hebt pauze" in entry.note
    assert [button.label for button in entry.buttons] == ["Doe weer mee", "Geef dagen door", "Hoe vaak per maand"]


async def test_a_builder_sees_the_open_requests_of_their_own_organisations_and_opens_one(town: Town) -> None:
    await ask(town, context="Vertrouwelijk.")
    builder = town.builders_of(town.requester)[0]
    shown = look(town, builder)
    [entry] = section(shown, "menu.open").entries
    assert entry.text.endswith(": Tegenspraak en je uitspreken")
    assert "Gespreksleiders zijn gevraagd" in entry.note
    assert "Vertrouwelijk" not in read(shown)
    assert "Aanvraag: Tegenspraak" in await push(builder, entry, "Bekijk")


async def test_a_builder_of_other_organisations_does_not_see_it(town: Town) -> None:
    await ask(town)
    here = {person.sender.address for person in town.builders_of(town.requester)}
    above = {organisation.path for organisation in _above(town, town.requester)}
    for built in town.rows(PracticeBuilder):
        path = next(one.path for one in town.rows(Organisation) if one.id == built.organisation_id)
        if path not in above and str(built.person_id) not in here:
            assert section(look(town, town.actor(built.person_id)), "menu.open").entries == ()
            return
    raise AssertionError("the demo programme has builders elsewhere")


async def test_nobody_sees_their_own_request_as_one_to_steer(town: Town) -> None:
    builder = town.builders_of(town.requester)[0]
    with town.store.begin() as uow:
        unit = uow.get(Person, int(town.requester.sender.address)).unit_id
        uow.get(Person, int(builder.sender.address)).unit_id = unit
    await ask(town, builder)
    shown = look(town, builder)
    assert section(shown, "menu.open").entries == ()
    assert len(section(shown, "menu.requests").entries) == 1


async def test_the_team_sees_what_lies_with_it_and_no_more(town: Town) -> None:
    await ask(town)
    member = town.team()[0]
    assert section(look(town, member), "menu.open").entries == ()
    await town.until(at("2026-11-27 16:00"))
    [entry] = section(look(town, member), "menu.open").entries
    assert "Bij het programmateam" in entry.note


@pytest.mark.parametrize("alone", [False, True])
async def test_a_member_of_the_team_sees_their_own_request_on_the_desk_only_as_its_one_member(
    town: Town, *, alone: bool
) -> None:
    member, *others = town.team()
    with town.store.begin() as uow:
        for one in others if alone else ():
            uow.get(Person, int(one.sender.address)).active = False
        uow.get(Person, int(member.sender.address)).unit_id = town.person(town.requester).unit_id
    await ask(town, member)
    await town.until(at("2026-11-27 16:00"))
    assert len(section(look(town, member), "menu.open").entries) == (1 if alone else 0)


async def test_whoever_has_no_role_reads_nothing_of_others(town: Town) -> None:
    await plan_series(town)
    shown = look(town, town.civil_servant(1))
    assert [one.entries for one in shown.sections] == [(), ()]
    assert not has(shown, "menu.open")
    assert not has(shown, "menu.profile")


async def test_of_many_requests_the_first_few_are_shown_with_a_way_to_the_rest(town: Town) -> None:
    asker = town.requester
    for _ in range(7):
        await ask(town, asker)
    entries = section(look(town, asker), "menu.requests").entries
    assert len(entries) == 6
    assert entries[-1].text == "En nog 2."
    assert "Mijn aanvragen" in await push(asker, entries[-1], "Al mijn aanvragen")


async def test_requests_that_go_on_stand_before_those_that_are_over(town: Town) -> None:
    asker = town.requester
    for _ in range(2):
        await ask(town, asker)
    newest = max(request.id for request in town.rows(Request))
    await asker.send_action(f"request.drop:{newest}:0")
    first, second = section(look(town, asker), "menu.requests").entries
    assert "We vragen nu gespreksleiders" in first.note
    assert "Deze aanvraag is gestopt" in second.note


async def test_who_has_much_waiting_sees_the_first_of_it_the_draft_included_and_that_there_is_more(town: Town) -> None:
    asker = town.requester
    for _ in range(MOST + 1):
        await ask(town, asker, moment1="2026-12-08T14:00")
    await begin(asker)
    proposing = {one.search_id: one for one in town.rows(Offer)}
    for offer in proposing.values():
        await town.actor(offer.facilitator_id).send_action(f"offer.other:{offer.id}:{offer.version}")
        await answer_page(town.actor(offer.facilitator_id), moment="2026-12-09T10:00")
    entries = section(look(town, asker), "front.waiting").entries
    assert len(entries) == MOST + 1
    assert entries[-2].text == "Dialoog aanvragen"
    assert "Er wacht nog meer op je" in entries[-1].text


async def test_it_speaks_the_readers_language(town: Town) -> None:
    await plan_series(town)
    asker = town.requester
    assert [button.label for button in look(town, asker).buttons] == ["Menu", "Switch to English"]
    with town.store.begin() as uow:
        demo.all_speak(uow, "en")
    shown = look(town, asker)
    assert [one.title for one in shown.sections] == ["Waiting for you", "My requests", "My sessions"]
    assert "Tuesday 8 December 2026 at 14:00" in read(shown)
    assert shown.buttons[-1].action.arg == "nl"


async def test_every_button_does_something_and_fits_a_channel(town: Town) -> None:
    await ask(town, **SERIES)
    people = [town.requester, town.asked()[0], town.builders_of(town.requester)[0], town.team()[0]]
    for person in people:
        for button in everything(look(town, person)):
            assert button.action.verb in CAPABILITIES.verbs
            assert button.action.pack()
            assert button.label.strip()


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine, "before_cursor_execute", note)


async def test_a_look_takes_few_statements_and_no_more_of_them_with_more_to_show(town: Town) -> None:
    asker = town.requester
    for _ in range(4):
        await ask(town, asker)
    await plan_series(town, moment1="2026-12-14T14:00")
    await plan(town, **SERIES, moment1="2026-12-16T14:00")
    await begin(asker)
    for person, most in ((asker, 25), (town.asked()[0], 25), (town.builders_of(asker)[0], 30)):
        with counted(town.store) as statements:
            look(town, person)
        assert len(statements) <= most + 2, "beside beginning, and finding the person"


async def test_looking_changes_nothing(town: Town) -> None:
    await ask(town)
    before = (town.rows(Offer), town.rows(Request), town.rows(Draft))
    look(town, town.requester)
    look(town, town.asked()[0])
    assert (town.rows(Offer), town.rows(Request), town.rows(Draft)) == before


@pytest.mark.parametrize("team", [False, True])
def test_while_the_programme_is_empty_it_says_who_has_to_do_what(store: Store, *, team: bool) -> None:
    with store.begin() as uow:
        uow.add(Person(id=1, name="Sam", programme_team=team, language="nl"))
    with store.read() as uow:
        shown = front(Turn(Context(uow, at("2026-11-23 09:00"), RULES, TEXTS, CAPABILITIES), uow.get(Person, 1)))
    assert shown.primary is None
    assert "dialoogreeks import" in shown.notice
    assert ("dialoogreeks check" in shown.notice) is team
    assert shown.sections == ()


async def test_it_is_the_same_on_postgres(postgres_town: Town) -> None:
    requester, facilitator = await plan_series(postgres_town)
    await ask(postgres_town)
    shown = look(postgres_town, requester)
    assert len(section(shown, "menu.requests").entries) == 2
    assert "bijeenkomst 1 van 3" in section(shown, "menu.sessions").entries[0].note
    assert len(section(look(postgres_town, facilitator), "menu.sessions").entries) == 1
    builder = postgres_town.builders_of(requester)[0]
    assert len(section(look(postgres_town, builder), "menu.open").entries) == 1
    assert postgres_town.rows(Organisation)


async def test_a_look_writes_nothing_though_nothing_reaches_whoever_looks(town: Town) -> None:
    anna = town.requester
    with town.store.begin() as uow:
        profiles.set_reachable(uow, anna.sender.channel, anna.sender.address, town.now, reachable=False)
    with town.store.begin():
        # Somebody else writes meanwhile, and a look waits for nobody.
        assert town.app.router.front(anna.sender) is not None
    [row] = [one for one in town.rows(Address) if one.address == anna.sender.address]
    assert not row.reachable
    await anna.say("menu")
    [row] = [one for one in town.rows(Address) if one.address == anna.sender.address]
    assert row.reachable
