"""People who come at the same moment: an invitation for one serves one, and nobody is lost between two names."""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import select

from bot.demo.simulated_person import SimulatedPerson
from flows.access import invitations as inviting
from flows.access import link_claims, linking
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context, Turn
from flows.engine.schedule import DueNote
from handlers.inbound.events import EnteredByLink, Event, FormOpened, Pressed, Sender
from handlers.inbound.results import Repeat, to_say
from storage.database.unit_of_work import Store
from storage.models import Address, Draft, JoinedAccount, LinkClaim, Organisation, Person
from storage.people import merging
from storage.people.profiles import Profile
from storage.programme.csv_files.applying import import_into
from tests.scenarios.doorway import DOOR, RULES, SLACK, TELEGRAM, TEXTS, Doorway
from tests.scenarios.racing import race

Given = TypeVar("Given")
ROUNDS = 8
WAITS, WRONG = "Bijna klaar. Ga nu naar Slack", "Deze code klopt niet of werkt niet meer"
OVER = "Deze code is niet meer geldig"


def _at_once(door: Doorway, events: Sequence[Event]) -> list[str]:
    """What each gets to read who does this at the same moment."""
    told = race([partial(door.router.answer, event) for event in events])
    return [view.text if (view := to_say(one)) else "" for one in told]


def _with_context(door: Doorway, do: Callable[[Context], Given]) -> Given:
    with door.store.begin() as uow:
        return do(Context(uow, door.clock.now(), RULES, TEXTS, CAPABILITIES))


def _code(door: Doorway, person_id: int) -> str:
    def offered(context: Context) -> str:
        return dict(linking.offer(Turn(context, context.uow.get(Person, person_id))).facts)["Code"]

    return _with_context(door, offered)


def _invitation(door: Doorway, *, whose: int | None) -> str:
    def made(context: Context) -> str:
        person = context.uow.get(Person, whose) if whose else None
        organisation = context.uow.get(Organisation, door.unit)
        return inviting.make(context, organisation, person, once=True, by=None).link.removeprefix(DOOR)

    return _with_context(door, made)


@pytest.mark.parametrize("known", [True, False])
def test_of_many_who_come_at_once_by_one_invitation_for_one_one_is_let_in(door: Doorway, *, known: bool) -> None:
    before = len(door.rows(Person))
    for number in range(ROUNDS):
        whose = door.person("Anna", email=f"a{number}@gov.example") if known else None
        token = _invitation(door, whose=whose)
        anna = Profile("Anna", None, "nl")
        who = [Sender(TELEGRAM, f"T{number}.{one}") for one in range(4)]
        told = _at_once(door, [EnteredByLink(f"{number}.{one.address}", one, token, anna, sure=True) for one in who])
        assert sum(text.startswith("Welkom") for text in told) == 1, told
    assert (len(door.rows(Address)), len(door.rows(Person)) - before) == (ROUNDS, ROUNDS)


def test_of_two_who_use_one_code_at_once_one_is_asked_about_and_is_who_it_is_of(door: Doorway) -> None:
    for number in range(ROUNDS):
        anna = door.person("Anna", email=f"a{number}@gov.example")
        slack = door.at(SLACK, f"U{number}", anna)
        using = [door.at(TELEGRAM, f"T{number}.{one}", door.person("Somebody")) for one in range(2)]
        code = _code(door, anna)
        told = _at_once(door, [_used(f"{number}.{one}", who, code) for one, who in enumerate(using)])
        assert sum(text.startswith(WAITS) for text in told) == 1, told
        assert sum(text.startswith(WRONG) for text in told) == 1, told
        assert not any(_is(door, who, anna) for who in using), "not before the side that showed it says so"
        assert door.router.answer(_confirmed(door, f"{number}.sure", slack)) != Repeat()
        assert [_is(door, who, anna) for who in using] == [text.startswith(WAITS) for text in told]


def test_of_two_strangers_who_use_one_code_at_once_one_comes_in(door: Doorway) -> None:
    before = len(door.rows(Person))
    for number in range(ROUNDS):
        anna = door.person("Anna", email=f"a{number}@gov.example")
        slack = door.at(SLACK, f"U{number}", anna)
        token = f"{linking.PREFIX}{_code(door, anna).replace('-', '')}"
        who = [Sender(TELEGRAM, f"T{number}.{one}") for one in range(3)]
        told = _at_once(
            door, [EnteredByLink(f"{number}.{one.address}", one, token, Profile("A."), sure=True) for one in who]
        )
        assert sum(text.startswith(WAITS) for text in told) == 1, told
        door.router.answer(_confirmed(door, f"{number}.sure", slack))
        assert sum(row.person_id == anna for row in door.rows(Address)) == 2
    assert len(door.rows(Person)) - before == ROUNDS


@pytest.mark.parametrize("other", ["link.join", "link.deny"])
def test_of_two_answers_at_once_the_first_counts_and_the_other_is_too_late(door: Doorway, other: str) -> None:
    for number in range(ROUNDS):
        anna = door.person("Anna", email=f"a{number}@gov.example")
        sides = [door.at(SLACK, f"U{number}.{one}", anna) for one in range(2)]
        phone = door.at(TELEGRAM, f"T{number}", door.person("A. Vos"))
        door.router.answer(_used(f"{number}.used", phone, _code(door, anna)))
        (claim,) = door.rows(LinkClaim)
        packed = (f"{verb}:{claim.id}:0" for verb in ("link.join", other))
        answers = zip(sides, packed, strict=True)
        told = _at_once(door, [Pressed(side.sender.address, side.sender, one) for side, one in answers])
        assert sum(text.startswith(OVER) for text in told) == 1, told
        joined = any(text.startswith("De accounts zijn gekoppeld.") for text in told)
        assert joined or other == "link.deny"
        assert _is(door, phone, anna) is joined
        assert door.rows(LinkClaim) == []


def test_an_answer_as_the_code_runs_out_either_counts_or_is_too_late(door: Doorway) -> None:
    for number in range(ROUNDS):
        anna = door.person("Anna", email=f"a{number}@gov.example")
        slack = door.at(SLACK, f"U{number}", anna)
        phone = door.at(TELEGRAM, f"T{number}", door.person("A. Vos"))
        door.router.answer(_used(f"{number}.used", phone, _code(door, anna)))
        (claim,) = door.rows(LinkClaim)
        sure = Pressed(f"{number}.sure", slack.sender, f"link.join:{claim.id}:0")
        due = DueNote(number, link_claims.RULE, claim.id, claim.expires_at, late=False)

        def answers(sure: Event = sure) -> str:
            view = to_say(door.router.answer(sure))
            return view.text if view else ""

        def runs_out(due: DueNote = due) -> str:
            _with_context(door, lambda context: link_claims.run_out(context, [due]))
            return ""

        acts: list[Callable[[], str]] = [answers, runs_out]
        answer, _ = race(acts)
        assert answer.startswith("De accounts zijn gekoppeld." if _is(door, phone, anna) else OVER)
        assert door.rows(LinkClaim) == []


def test_what_somebody_begins_while_they_turn_out_to_be_another_is_that_others_until_it_is_undone(
    door: Doorway,
) -> None:
    for number in range(ROUNDS):
        fien = door.person("Fien", email=f"f{number}@gov.example")
        with door.store.begin() as uow:
            door.lead(uow, fien)
        slack, phone = door.at(SLACK, f"U{number}", fien), door.at(TELEGRAM, f"T{number}", door.person("F."))
        was = door.person_at(phone)
        assert was is not None
        door.router.answer(_used(f"{number}.used", phone, _code(door, fien)))
        begun = [FormOpened(f"{number}.{one}", phone.sender, "code") for one in range(3)]
        told = _at_once(door, [_confirmed(door, f"{number}.sure", slack), *begun])
        assert told[0].startswith("De accounts zijn gekoppeld."), told
        assert not any("Er ging bij ons iets mis" in text for text in told), told
        assert _drafts(door, fien) == 1
        (joined,) = [row for row in door.rows(JoinedAccount) if row.person_id == fien]
        door.router.answer(Pressed(f"{number}.apart", slack.sender, f"link.part:{joined.id}:0"))
        assert _is(door, phone, was.id)
        assert (_drafts(door, fien), _drafts(door, was.id)) == (0, 1), "it was begun there"
    assert _dangling(door) == []


def _used(event_id: str, who: SimulatedPerson, code: str) -> Event:
    """Somebody says that they are whose code this is."""
    return Pressed(event_id, who.sender, f"link.sure:0:0:{code.replace('-', '')}")


def _confirmed(door: Doorway, event_id: str, who: SimulatedPerson) -> Event:
    """Who showed the code says that whoever used it is them."""
    person = door.person_at(who)
    (claim,) = [row for row in door.rows(LinkClaim) if person is not None and row.owner_id == person.id]
    return Pressed(event_id, who.sender, f"link.join:{claim.id}:0")


def _id(door: Doorway, who: SimulatedPerson) -> int:
    person = door.person_at(who)
    assert person is not None
    return person.id


def _is(door: Doorway, who: SimulatedPerson, person_id: int) -> bool:
    person = door.person_at(who)
    return person is not None and person.id == person_id


def _drafts(door: Doorway, person_id: int) -> int:
    return sum(row.person_id == person_id for row in door.rows(Draft))


def _dangling(door: Doorway) -> list[int]:
    people = {row.id for row in door.rows(Person)}
    return [row.person_id for row in door.rows(Draft) if row.person_id not in people]


def test_a_role_that_is_imported_while_two_turn_out_to_be_one_arrives(postgres_url: str, tmp_path: Path) -> None:
    with closing(Store(postgres_url)) as store:
        door = Doorway(store)
        anna = door.at(SLACK, "U1", door.person("Anna", email="anna@gov.example"))
        phone = door.at(TELEGRAM, "T1", door.person("A. Vos", email="vos@gov.example"))
        door.router.answer(_used("used", phone, _code(door, _id(door, anna))))
        (tmp_path / "practice_builders.csv").write_text("email,name,organisations\nbo@gov.example,Bo,fin\n")
        (tmp_path / "programme_team.csv").write_text("email,name\nvos@gov.example,Vos\n")
        at_once = [_confirmed(door, "sure", anna)]

        def progress(done: int, _total: int) -> None:
            # After the builders: the people were read by then, and the team is not written yet.
            while done and at_once:
                assert door.router.answer(at_once.pop()) is not None

        outcome = import_into(store, tmp_path, {}, progress=progress)
        assert (outcome.bad, outcome.counts["programme_team"].added) == ((), 1)
        assert _is(door, phone, _id(door, anna)), "they were joined meanwhile"
        with store.read() as uow:
            (vos,) = uow.db.exec(select(Person).where(Person.email == "vos@gov.example"))
            assert vos.programme_team
            assert not merging.has_role(uow, uow.get(Person, _id(door, anna)))
