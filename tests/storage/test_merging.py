"""Two people who turn out to be one: nothing of either is lost, nothing is there twice, and nobody else notices."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import SQLModel, col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import table_of
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import message_slots, outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import (
    Address,
    ChatLine,
    DeliveredMessage,
    Draft,
    Facilitator,
    Invitation,
    InvitationProposal,
    JoinCause,
    JoinedAccount,
    Level,
    LinkClaim,
    LinkCode,
    Occasion,
    Organisation,
    OrganisationKind,
    Origin,
    Outbox,
    OutboxReason,
    OutboxState,
    Person,
    PracticeBuilder,
    QuestionCursor,
    Request,
    RequestState,
    Room,
    SeriesWish,
    Urgency,
)
from storage.people import belongings, joined, merging
from storage.people.joined import Account

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _organisation(uow: UnitOfWork) -> int:
    found = uow.db.exec(select_rows(Organisation)).first()
    made = Organisation(code="a", kind=OrganisationKind.UNIT, path="/1/", name_nl="A", name_en="A")
    return (found or uow.add(made)).id


def _request(uow: UnitOfWork, person: int) -> Request:
    return uow.add(
        Request(
            requester_id=person,
            organisation_id=_organisation(uow),
            occasion=Occasion.OTHER,
            urgency=Urgency.NORMAL,
            participants=8,
            online=True,
            origin=Origin.ANY,
            language="nl",
            series_wish=SeriesWish.NO,
            state=RequestState.SEARCHING,
            created_at=NOW,
        )
    )


def _put(uow: UnitOfWork, person: int, subject: int, once: str = "once") -> None:
    outbox.put(uow, OutboxMessage(person, "held", subject, {}, f"card:{subject}", once), now=NOW)


def _two(store: Store) -> tuple[int, int, int]:
    """Two people who are one, and somebody else."""
    with store.begin() as uow:
        ids = [uow.add(Person(name=name)).id for name in ("Anna", "A. Vos", "Bram")]
    return ids[0], ids[1], ids[2]


def _merge(store: Store, stays: int, goes: int) -> None:
    with store.begin() as uow:
        merging.hold(uow, stays, goes)
        merging.merge(uow, uow.get(Person, stays), uow.get(Person, goes))


def _rows(store: Store, model: type[SQLModel]) -> list[Any]:
    with store.read() as uow:
        return list(uow.db.exec(select_rows(model)))


def _references(store: Store, person: int) -> dict[str, int]:
    """How many rows of each table and column refer to this person."""
    found = {}
    with store.read() as uow:
        for column in belongings.columns():
            many = uow.db.execute(select(func.count()).select_from(column.table).where(column == person)).scalar_one()
            found[str(column)] = many
    return found


def _of_everything(uow: UnitOfWork, person: int, name: str) -> None:
    """A row in every table that can refer to somebody without a role."""
    uow.add(Address(person_id=person, channel=name, address=name, preferred=True))
    uow.add(Draft(person_id=person, form=name, form_version=1, updated_at=NOW))
    uow.add(ChatLine(person_id=person, from_bot=True, at=NOW, body={}))
    uow.add(DeliveredMessage(person_id=person, channel=name, slot="card", message_ref=name))
    uow.add(Room(channel=name, address=name, name=name, added_by=person))
    uow.add(LinkCode(person_id=person, name="ABCD", code_hash=name, expires_at=NOW))
    whose: dict[str, Any]
    for whose in ({"person_id": person}, {"made_by": person}):
        key = "-".join([name, *whose])
        uow.add(Invitation(name=key, token_hash="", made_at=NOW, expires_at=NOW, **whose))
    other = uow.add(Person(name=f"Somebody whom {name} knows")).id
    where = _organisation(uow)
    for whose in ({"person_id": person, "proposed_by": other}, {"person_id": other, "proposed_by": person}):
        uow.add(InvitationProposal(organisation_id=where, expires_at=NOW, **whose))
    for owner, claimant in ((person, None), (other, person)):
        claim = LinkClaim(owner_id=owner, channel=name, address=name, name=name, expires_at=NOW)
        claim.claimant_id = claimant
        uow.add(claim)
    uow.add(JoinedAccount(person_id=person, name=name, cause=JoinCause.CODE, watched=False, joined_at=NOW, until=NOW))
    _request(uow, person)
    _put(uow, person, person)


def test_everything_of_one_is_the_others_in_every_table_there_is(store: Store) -> None:
    anna, vos, bram = _two(store)
    with store.begin() as uow:
        for person, name in ((anna, "slack"), (vos, "telegram"), (bram, "elsewhere")):
            _of_everything(uow, person, name)
    before = {person: _references(store, person) for person in (anna, vos, bram)}
    assert all(count for column, count in before[vos].items()), f"a table is new here: add it above: {before[vos]}"
    _merge(store, anna, vos)
    proven = (table_of(LinkCode).c.person_id, table_of(LinkClaim).c.owner_id, table_of(LinkClaim).c.claimant_id)
    whole = {column: before[anna][column] + before[vos][column] for column in before[anna]}
    whole |= dict.fromkeys(map(str, proven), 0)
    assert _references(store, anna) == whole
    assert not any(_references(store, vos).values())
    assert _references(store, bram) == before[bram], "nobody else notices"
    with store.read() as uow:
        assert uow.find(Person, vos) is None


def test_one_address_stays_the_preferred_one(store: Store) -> None:
    anna, vos, bram = _two(store)
    with store.begin() as uow:
        for person, name in ((anna, "slack"), (vos, "telegram"), (bram, "elsewhere")):
            uow.add(Address(person_id=person, channel=name, address=name, preferred=True))
    _merge(store, anna, vos)
    assert {row.channel: row.preferred for row in _rows(store, Address)} == {
        "slack": True, "telegram": False, "elsewhere": True,
    }  # fmt: skip


def test_what_is_known_of_one_only_is_kept(store: Store) -> None:
    with store.begin() as uow:
        anna = uow.add(Person(name="Anna", language="nl")).id
        told: dict[str, Any] = {
            "email": "a@gov.example",
            "language": "en",
            "zone": "Europe/Paris",
            "unit_id": _organisation(uow),
        }
        vos = uow.add(Person(name="A. Vos", **told)).id
    _for_good(store, anna, vos)
    (one,) = _rows(store, Person)
    assert (one.name, one.language) == ("Anna", "nl")
    assert (one.email, one.zone, one.unit_id) == ("a@gov.example", "Europe/Paris", told["unit_id"])


def _for_good(store: Store, stays: int, goes: int) -> None:
    """Merge two people, so that they cannot be parted any more."""
    with store.begin() as uow:
        merging.hold(uow, stays, goes)
        merged = merging.merge(uow, uow.get(Person, stays), uow.get(Person, goes))
        made = joined.remember(uow, stays, Account("A. Vos", (), JoinCause.CODE, watched=False), merged, NOW)
        joined.forget(uow, [made.id])


def test_of_two_unfinished_forms_one_comes_with_the_later_answers(store: Store) -> None:
    anna, vos, _ = _two(store)
    with store.begin() as uow:
        mine = Draft(person_id=anna, form="request", form_version=1, answers={"a": 1, "b": 1}, updated_at=NOW)
        later = NOW + MINUTE
        kept = uow.add(Draft(person_id=vos, form="request", form_version=1, answers={"b": 2, "c": 2}, updated_at=later))
        uow.add(mine)
    _for_good(store, anna, vos)
    (draft,) = _rows(store, Draft)
    assert (draft.id, draft.person_id, draft.answers) == (kept.id, anna, {"a": 1, "b": 2, "c": 2})


def test_of_two_unfinished_forms_of_different_versions_the_later_one_stays_as_it_is(store: Store) -> None:
    anna, vos, _ = _two(store)
    with store.begin() as uow:
        uow.add(Draft(person_id=anna, form="request", form_version=1, answers={"a": 1}, updated_at=NOW))
        uow.add(Draft(person_id=vos, form="request", form_version=2, answers={"b": 2}, updated_at=NOW + MINUTE))
    _for_good(store, anna, vos)
    assert [draft.answers for draft in _rows(store, Draft)] == [{"b": 2}]


@pytest.mark.parametrize("sent_first", [True, False])
def test_a_letter_that_both_were_to_get_arrives_once(store: Store, *, sent_first: bool) -> None:
    anna, vos, bram = _two(store)
    with store.begin() as uow:
        for person in (anna, vos, bram):
            _put(uow, person, 7)
    with store.begin() as uow:
        leased = {one.person_id: one for one in outbox.lease(uow, NOW, 10, MINUTE)}
        outbox.settle_sent(uow, leased[anna if sent_first else vos], NOW, "slack", "ref")
    _merge(store, anna, vos)
    states = sorted(row.state for row in _rows(store, Outbox) if row.person_id == anna)
    assert states == [OutboxState.MOOT, OutboxState.SENT]
    assert [row.reason for row in _rows(store, Outbox) if row.state is OutboxState.MOOT] == [OutboxReason.SAME_READER]
    assert [row.state for row in _rows(store, Outbox) if row.person_id == bram] == [OutboxState.READY]


@pytest.mark.parametrize("asked", ["older", "newer", "both", "neither"])
def test_the_question_in_front_of_somebody_can_be_answered_on(store: Store, asked: str) -> None:
    anna, vos, _ = _two(store)
    with store.begin() as uow:
        older = uow.add(Draft(person_id=anna, form="request", form_version=1, answers={"a": 1, "b": 1}, updated_at=NOW))
        later = NOW + MINUTE
        newer = uow.add(Draft(person_id=vos, form="request", form_version=1, answers={"b": 2}, updated_at=later))
        for name, draft in (("older", older), ("newer", newer)):
            if asked in (name, "both"):
                uow.add(QuestionCursor(channel=name, address="1", draft_id=draft.id, page="about", updated_at=NOW))
    _for_good(store, anna, vos)
    (draft,) = _rows(store, Draft)
    assert draft.id == (older.id if asked == "older" else newer.id)
    assert (draft.person_id, draft.answers, draft.updated_at) == (anna, {"a": 1, "b": 2}, later)
    assert {cursor.draft_id for cursor in _rows(store, QuestionCursor)} <= {draft.id}


def test_what_one_was_told_is_not_told_to_the_one_they_are(store: Store) -> None:
    anna, vos, _ = _two(store)
    with store.begin() as uow:
        _put(uow, vos, 7)
    _merge(store, anna, vos)
    with store.begin() as uow:
        _put(uow, anna, 7)
    assert [(row.person_id, row.state) for row in _rows(store, Outbox)] == [(anna, OutboxState.READY)]


def test_a_letter_under_way_meanwhile_is_settled_for_who_its_reader_is_now(store: Store) -> None:
    anna, vos, _ = _two(store)
    with store.begin() as uow:
        _put(uow, vos, 7)
    with store.begin() as uow:
        (letter,) = outbox.lease(uow, NOW, 10, MINUTE)
    _merge(store, anna, vos)
    with store.begin() as uow:
        outbox.settle_sent(uow, letter, NOW, "slack", "ref")
    with store.read() as uow:
        assert message_slots.posted(uow, anna, "card:7") == {"slack": "ref"}


def test_the_id_of_who_is_gone_is_never_given_to_somebody_else(store: Store) -> None:
    with store.begin() as uow:
        anna, vos = (uow.add(Person(name=name)).id for name in ("Anna", "A. Vos"))
    _merge(store, anna, vos)
    with store.begin() as uow:
        assert uow.add(Person(name="Bram")).id > vos


def test_who_refers_to_somebody_who_is_gone_is_told_to_try_again(postgres_url: str) -> None:
    store = Store(postgres_url)
    anna, vos, _ = _two(store)
    with pytest.raises(Conflict):
        _write_while(store, vos, lambda: _merge(store, anna, vos))
    store.close()


def _write_while(store: Store, person_id: int, happens: Callable[[], None]) -> None:
    """Begin a form for somebody whom something happens to between their press and its effect."""
    with store.begin() as uow:
        person = uow.get(Person, person_id)
        happens()
        uow.add(Draft(person_id=person.id, form="request", form_version=1, updated_at=NOW))


def _with(uow: UnitOfWork, role: str, **told: Any) -> Person:
    person = uow.add(Person(name=role, programme_team=role == "team", **told))
    if role == "facilitator":
        uow.add(Facilitator(person_id=person.id, level=Level.TRAINED, capacity=1, joined_on=NOW.date(), active=False))
    if role == "builder":
        uow.add(PracticeBuilder(person_id=person.id, organisation_id=_organisation(uow)))
    return person


@pytest.mark.parametrize("role", ["team", "facilitator", "builder"])
def test_who_has_a_role_stays_whichever_way_round(store: Store, role: str) -> None:
    with store.begin() as uow:
        one, other = _with(uow, "nobody", email="a@gov.example"), _with(uow, role)
        assert merging.order(uow, one, other) == merging.order(uow, other, one) == (other, one)


def test_who_has_an_email_address_stays_and_else_whom_the_programme_knows_longest(store: Store) -> None:
    with store.begin() as uow:
        first, second, mailed = _with(uow, "a"), _with(uow, "b"), _with(uow, "c", email="a@gov.example")
        assert merging.order(uow, mailed, first) == (mailed, first)
        assert merging.order(uow, second, first) == (first, second)


@pytest.mark.parametrize("roles", [("team", "facilitator"), ("facilitator", "facilitator"), ("builder", "team")])
def test_two_with_a_role_are_not_made_one(store: Store, roles: tuple[str, str]) -> None:
    with store.begin() as uow:
        one, other = (_with(uow, role) for role in roles)
        assert merging.order(uow, one, other) is None


# For each of the two people: letters (subject, delivered or not), drafts and cards by what they are about.
HISTORIES = st.fixed_dictionaries(
    {
        "letters": st.dictionaries(st.integers(1, 4), st.booleans()),
        "drafts": st.dictionaries(st.sampled_from(["request", "away", "move"]), st.integers(0, 5)),
        "cards": st.sets(st.tuples(st.sampled_from(["slack", "telegram"]), st.sampled_from(["a", "b"]))),
        "requests": st.integers(0, 3),
        "channels": st.sets(st.sampled_from(["slack", "telegram", "playground"])),
    }
)


def _lives(uow: UnitOfWork, person: int, history: dict[str, Any]) -> None:
    for subject, delivered in history["letters"].items():
        _put(uow, person, subject)
        row = uow.db.exec(select_rows(Outbox).order_by(col(Outbox.id).desc())).first()
        assert row is not None
        row.state = OutboxState.SENT if delivered else OutboxState.READY
    for form, minute in history["drafts"].items():
        answers = {"own": person, f"of{person}": minute}
        told = NOW + minute * MINUTE
        uow.add(Draft(person_id=person, form=form, form_version=1, answers=answers, updated_at=told))
    for channel, slot in history["cards"]:
        uow.add(DeliveredMessage(person_id=person, channel=channel, slot=slot, message_ref=f"{person}"))
    for _ in range(history["requests"]):
        _request(uow, person)
    for number, channel in enumerate(sorted(history["channels"])):
        uow.add(Address(person_id=person, channel=channel, address=f"{person}", preferred=number == 0))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(one=HISTORIES, other=HISTORIES)
def test_whatever_two_people_did_nothing_is_lost_and_nothing_is_there_twice(
    store: Store, one: dict[str, Any], other: dict[str, Any]
) -> None:
    anna, vos, bram = _two(store)
    with store.begin() as uow:
        for person, history in ((anna, one), (vos, other), (bram, other)):
            _lives(uow, person, history)
    before = _references(store, bram)
    _for_good(store, anna, vos)
    assert not any(_references(store, vos).values())
    assert _references(store, bram) == before
    _letters_are_whole(store, anna, one, other)
    drafts = {row.form: row for row in _rows(store, Draft) if row.person_id == anna}
    assert set(drafts) == {*one["drafts"], *other["drafts"]}
    for person, history in ((anna, one), (vos, other)):
        assert all(drafts[form].answers[f"of{person}"] == minute for form, minute in history["drafts"].items())
    cards = [(row.channel, row.slot) for row in _rows(store, DeliveredMessage) if row.person_id == anna]
    assert sorted(cards) == sorted({*one["cards"], *other["cards"]})
    assert _references(store, anna)["request.requester_id"] == one["requests"] + other["requests"]
    addresses = [row for row in _rows(store, Address) if row.person_id == anna]
    assert len(addresses) == len(one["channels"]) + len(other["channels"])
    assert sum(row.preferred for row in addresses) == min(1, len(addresses))


def _letters_are_whole(store: Store, anna: int, one: dict[str, Any], other: dict[str, Any]) -> None:
    letters = [row for row in _rows(store, Outbox) if row.person_id == anna]
    assert len(letters) == len(one["letters"]) + len(other["letters"])
    for subject in {*one["letters"], *other["letters"]}:
        states = [row.state for row in letters if row.subject_id == subject]
        delivered = [history["letters"][subject] for history in (one, other) if subject in history["letters"]]
        waits = states.count(OutboxState.READY)
        assert waits == (0 if any(delivered) else 1), "told already, or to be told once"
        assert states.count(OutboxState.SENT) == sum(delivered)
