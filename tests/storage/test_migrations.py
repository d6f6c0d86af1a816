"""The tables of today, reached by the migrations, on both databases."""

import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import column, inspect, table
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

from storage.database import schema
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store
from storage.models import (
    Address,
    DialogueSession,
    Draft,
    Invitation,
    InvitationProposal,
    JoinCause,
    JoinedAccount,
    JoinedRow,
    LinkClaim,
    MatchReport,
    Organisation,
    OrganisationKind,
    Outbox,
    Person,
    Room,
    Seat,
    Series,
    SessionState,
)
from storage.models.columns import UtcDateTime
from storage.people import invitations


def described(store: Store) -> set[str]:
    """Every column, key, rule and index as the database itself tells of it, alembic's own table left out."""
    statements = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version'",
        "postgresql": """
            SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
                || coalesce(character_maximum_length, 0) || ' ' || coalesce(column_default, '')
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
            UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                AND conrelid <> coalesce(to_regclass('alembic_version'), 0)
            """,
    }
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql(statements[store.engine.dialect.name]).scalars().all()
    # SQLite puts a column that was added later on the line of the one before it.
    lines = (line for text in found for line in re.split(r",\s*\n|, (?=\w+ [A-Z])", text))
    return {re.sub(r"[\s\"]+", " ", line).strip(" )") for line in lines}


def test_an_empty_database_is_brought_to_the_newest_version(empty: Store) -> None:
    assert schema.version(empty) is None
    assert not schema.is_current(empty)
    schema.upgrade(empty)
    assert schema.version(empty) == schema.head()
    assert schema.is_current(empty)


def test_the_migrations_lead_to_the_models_as_they_are(empty: Store) -> None:
    schema.upgrade(empty)
    with empty.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == [], 'the models have changed: make migration name="what changed"'


def test_migrated_tables_are_those_that_the_models_would_make(empty: Store) -> None:
    schema.upgrade(empty)
    migrated = described(empty)
    schema.downgrade(empty, "base")
    SQLModel.metadata.create_all(empty.engine)
    assert len(migrated) > 100
    assert migrated == described(empty)


# A little of each table that changed after version 0001, with what refers to it.
ROWS_OF_0001 = """
INSERT INTO organisation (id, name_nl, name_en, code, abbreviation, kind, path)
    VALUES (1, 'Rijk', 'State', 'rijk', '', 'government', '/1/');
INSERT INTO person (id, name, unit_id, programme_team, active) VALUES (1, 'Noor', 1, false, true);
INSERT INTO address (id, person_id, channel, address, preferred, reachable)
    VALUES (1, 1, 'playground', 'noor', true, true);
INSERT INTO facilitator (person_id, level, capacity, active, online, joined_on)
    VALUES (1, 'trained', 4, true, true, '2026-01-05');
INSERT INTO request (id, requester_id, organisation_id, occasion, urgency, participants, online, place, origin,
    language, context, series_wish, rhythm, state, created_at, answers, version)
    VALUES (1, 1, 1, 'other', 'normal', 8, true, '', 'any', 'nl', '', 'no', '', 'closed', '2026-01-05 09:00:00', '{}',
    1);
INSERT INTO series (id, request_id, rhythm, count, state, version) VALUES (1, 1, 'weekly', 3, 'running', 1);
INSERT INTO dialogue_session (id, request_id, series_id, position, minutes, online, place, link, state, uid, sequence,
    version, attendees, reported_at)
    VALUES (1, 1, 1, 1, 90, true, '', '', 'held', 'a', 0, 1, 7, '2026-01-20 10:30:00');
INSERT INTO seat (id, session_id, role, facilitator_id, taken_at) VALUES (1, 1, 'lead', 1, '2026-01-06 11:00:00');
INSERT INTO topic (id, name_nl, name_en, code, kind) VALUES (1, 'Zorg', 'Care', 'care', 'theme');
INSERT INTO session_topic (session_id, topic_id) VALUES (1, 1);
INSERT INTO search (id, session_id, cause, state, round, urgent, covers_rest, handed_on, opened_at, promised_by,
    version)
    VALUES (1, 1, 'requested', 'found', 1, false, false, 0, '2026-01-05 09:00:00', '2026-01-08 09:00:00', 1);
INSERT INTO match_report (id, search_id, round, made_at, body) VALUES (1, 1, 1, '2026-01-05 09:00:01', '{}');
INSERT INTO outbox (id, person_id, kind, subject_id, args, dedupe_key, not_before, state, attempts, created_at,
    outcome)
    VALUES (1, 1, 'planned', 1, '{}', 'planned:1', '2026-01-06 11:00:00', 'ready', 0, '2026-01-06 11:00:00', '');
"""


def first_version_in_use(store: Store) -> None:
    """Bring an empty database to the tables of the first version, with rows in those that changed since."""
    schema.upgrade(store, "0001")
    run(store, ROWS_OF_0001)


def run(store: Store, statements: str) -> None:
    """Do what each of these statements says, in one transaction."""
    with store.engine.begin() as connection:
        for statement in filter(None, map(str.strip, statements.split(";"))):
            connection.exec_driver_sql(statement)


def test_what_a_first_version_database_holds_is_there_after_the_upgrade(empty: Store) -> None:
    first_version_in_use(empty)
    schema.upgrade(empty)
    with empty.begin() as uow:
        noor, session, seat = uow.get(Person, 1), uow.get(DialogueSession, 1), uow.get(Seat, 1)
        assert (noor.name, noor.zone, noor.refreshed_at) == ("Noor", None, None)
        address = uow.get(Address, 1)
        assert (address.address, address.preferred, address.joined_id) == ("noor", True, None)
        assert (session.state, session.attendees, seat.facilitator_id) == (SessionState.HELD, 7, 1)
        assert (uow.get(MatchReport, 1).round, uow.get(Series, 1).room_id) == (1, None)
        letter = uow.get(Outbox, 1)
        assert (letter.kind, letter.not_before) == ("planned", datetime(2026, 1, 6, 11, tzinfo=UTC))
        room = uow.add(Room(channel="playground", address="C1", name="team", added_by=1))
        letter.room_id = uow.get(Series, 1).room_id = room.id


def people_with(store: Store, emails: list[str | None]) -> None:
    """Add people with these e-mail addresses, as they were written down; their ids go on from 101."""
    person = table("person", *map(column, ("id", "name", "email", "programme_team", "active")))
    rows = [dict(zip(person.c.keys(), (id_, "Noor", email, False, True), strict=True))
            for id_, email in enumerate(emails, 101)]  # fmt: skip
    with store.engine.begin() as connection:
        connection.execute(person.insert(), rows)


def emails_in(store: Store) -> list[str | None]:
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT email FROM person WHERE id > 100 ORDER BY id")
        return list(rows.scalars())


@pytest.mark.parametrize("version", ["0001", "0007"])
def test_email_addresses_of_an_older_version_are_written_in_the_one_way_and_nobody_loses_theirs(
    empty: Store, version: str
) -> None:
    kept = [
        "u\u0308nal@gov.example",
        "bert@gov.example",
        "BERT@gov.example",
        None,
        "niet bekend",
        "j\u0430n@gov.example",
    ]
    stored = [*kept, " Anna@Gov.Example", "\u00dcnal@gov.example", "mailto:fien@gov.example\u200b"]
    settled = ["\u00fcnal@gov.example", *kept[1:], "anna@gov.example", "\u00dcnal@gov.example", "fien@gov.example"]
    first_version_in_use(empty)
    schema.upgrade(empty, version)
    people_with(empty, stored)
    schema.upgrade(empty, "0008")
    assert emails_in(empty) == settled
    schema.downgrade(empty, version)
    schema.upgrade(empty, "0008")
    assert emails_in(empty) == settled


MADE, UNTIL = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 12, 4, 9, tzinfo=UTC)
ROWS_OF_0009 = """
INSERT INTO organisation (id, name_nl, name_en, code, abbreviation, kind, path)
    VALUES (1, 'Rijk', 'State', 'rijk', '', 'government', '/1/');
INSERT INTO person (id, name, unit_id, programme_team, active) VALUES (1, 'Fien', 1, false, true);
INSERT INTO person (id, name, unit_id, programme_team, active) VALUES (2, 'Bas', 1, false, true);
INSERT INTO person (id, name, unit_id, programme_team, active) VALUES (3, 'Tess', 1, true, true);
INSERT INTO practice_builder (person_id, organisation_id) VALUES (2, 1);
"""


def invitations_of_0009(store: Store, rows: dict[str, tuple[int | None, int | None]]) -> None:
    """Add an invitation with each of these names, for whom and by whom."""
    names = ("name", "token_hash", "organisation_id", "person_id", "made_by", "made_at", "expires_at", "most", "uses")
    invitation = table("invitation", *(column(one, UtcDateTime if one.endswith("_at") else None) for one in names))
    with store.engine.begin() as connection:
        for name, (whom, by) in rows.items():
            where, most = (None, 1) if whom else (1, None)
            made = (name, name, where, whom, by, MADE, UNTIL, most, 0)
            connection.execute(invitation.insert().values(dict(zip(names, made, strict=True))))


def test_an_invitation_for_somebody_of_the_programme_that_no_member_of_the_team_made_lets_nobody_in_any_more(
    empty: Store,
) -> None:
    fien, bas, tess = 1, 2, 3
    schema.upgrade(empty, "0009")
    run(empty, ROWS_OF_0009)
    invitations_of_0009(
        empty,
        {
            "by a builder": (fien, bas),
            "by who is named": (fien, fien),
            "by the team": (fien, tess),
            "at a terminal": (fien, None),
            "by a builder for an organisation": (None, bas),
        },
    )
    schema.upgrade(empty, "0010")
    with empty.read() as uow:
        found = {row.name: row for row in uow.db.exec(select(Invitation))}
        open_still = {name for name, row in found.items() if invitations.is_open(row, MADE)}
    assert open_still == {"by the team", "at a terminal", "by a builder for an organisation"}
    assert {row.expires_at for name, row in found.items() if name in open_still} == {UNTIL}
    assert {row.expires_at for name, row in found.items() if name not in open_still} == {MADE}
    schema.downgrade(empty, "0009")
    schema.upgrade(empty, "0010")
    with empty.read() as uow:
        assert {row.name for row in uow.db.exec(select(Invitation)) if invitations.is_open(row, MADE)} == open_still


def test_drafts_of_an_account_that_can_still_be_taken_apart_are_its_own(empty: Store) -> None:
    schema.upgrade(empty, "0010")
    run(
        empty,
        """
        INSERT INTO person (id, name, programme_team, active) VALUES (1, 'Anna', false, true);
        INSERT INTO joined_account (id, person_id, former, learned, drafts, channels, name, cause, watched,
            joined_at, until) VALUES (5, 1, '{}', '[]', '[{"kept": 2, "before": [
            {"id": 2, "form": "request", "subject_id": 0, "form_version": 1, "answers": {"a": 1, "b": 1}, "typed": {}},
            {"id": 4, "form": "request", "subject_id": 0, "form_version": 1, "answers": {"b": 2, "c": 2},
            "typed": {}}]}]', '[]', 'Eve',
            'code', false, '2026-01-06 11:00:00', '2026-01-13 11:00:00');
        INSERT INTO joined_row (joined_id, place, row_id, since) VALUES (5, 'draft.person_id', 1, true);
        INSERT INTO draft (id, person_id, form, subject_id, form_version, answers, typed, updated_at) VALUES
            (1, 1, 'away', 0, 1, '{"a": 3}', '{"d": "x"}', '2026-01-06 11:00:00'),
            (2, 1, 'request', 0, 1, '{"a": 1, "b": 2, "c": 2, "d": 4}', '{}', '2026-01-06 11:00:00'),
            (3, 1, 'move', 0, 1, '{"a": 3}', '{}', '2026-01-06 11:00:00')
        """,
    )
    schema.upgrade(empty)
    with empty.read() as uow:
        found = {(row.id, row.side): row.answers for row in uow.db.exec(select(Draft))}
    assert found == {
        (1, 5): {"a": 3},
        (2, 0): {"a": 1, "b": 1},
        (4, 5): {"b": 2, "c": 2},
        (3, 0): {"a": 3},
    }


def in_use(store: Store) -> None:
    """Add rows to the tables that there were not in the first version, with what refers to them."""
    with store.begin() as uow:
        account = JoinedAccount(
            person_id=1, name="N.", cause=JoinCause.CODE, watched=False, joined_at=MADE, until=UNTIL
        )
        uow.add(account)
        uow.get(Address, 1).joined_id = account.id
        uow.add(JoinedRow(joined_id=account.id, place="address.person_id", row_id=1))
        uow.add(LinkClaim(owner_id=1, channel="telegram", address="1", name="N.", expires_at=UNTIL))
        uow.add(InvitationProposal(person_id=1, organisation_id=1, proposed_by=1, expires_at=UNTIL))


def test_a_new_version_with_rows_can_be_taken_back_to_the_first(empty: Store) -> None:
    first_version_in_use(empty)
    schema.upgrade(empty)
    in_use(empty)
    schema.downgrade(empty, "0001")
    with empty.engine.connect() as connection:
        reports = "SELECT count(*) FROM match_report JOIN search ON search.id = search_id AND made_at = opened_at"
        assert connection.exec_driver_sql(reports).scalar() == 1
        people = "SELECT count(*) FROM person JOIN seat ON facilitator_id = person.id WHERE taken_at IS NULL"
        assert connection.exec_driver_sql(people).scalar() == 1
        reached = "SELECT count(*) FROM person JOIN address ON person_id = person.id WHERE address = 'noor'"
        assert connection.exec_driver_sql(reached).scalar() == 1


def test_a_room_is_known_once_a_channel(store: Store) -> None:
    with store.begin() as uow:
        uow.add_all([Room(channel=channel, address="C1", name="team") for channel in ("slack", "telegram")])
    with pytest.raises((IntegrityError, Conflict)), store.begin() as uow:
        uow.add(Room(channel="slack", address="C1", name="the same team"))


def test_upgrading_again_changes_nothing_and_keeps_what_is_there(empty: Store) -> None:
    schema.upgrade(empty)
    with empty.begin() as uow:
        uow.add(Organisation(name_nl="Rijk", name_en="State", code="rijk", kind=OrganisationKind.GOVERNMENT))
    before = described(empty)
    schema.upgrade(empty)
    assert described(empty) == before
    with empty.read() as uow:
        assert uow.get(Organisation, 1).code == "rijk"


def test_processes_that_start_together_upgrade_once(empty: Store) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        try:
            schema.upgrade(empty)
        except BaseException as fault:  # noqa: BLE001  # told below, in the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert faults == []
    assert schema.is_current(empty)


def test_every_step_can_be_taken_back(empty: Store) -> None:
    schema.upgrade(empty)
    schema.downgrade(empty, "base")
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade(empty)
    assert schema.is_current(empty)


def test_a_database_of_a_newer_program_is_refused_and_left_alone(empty: Store) -> None:
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(schema.Unusable, match="a newer Dialoogreeks"):
        schema.upgrade(empty)
    assert schema.version(empty) == "9999"


def test_a_step_that_fails_leaves_everything_as_it_was(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_connection: object) -> None:
        raise schema.Unusable("stumbled")

    monkeypatch.setattr(schema, "_refuse_dangling", stumble)
    with pytest.raises(schema.Unusable, match="stumbled"):
        schema.upgrade(empty)
    assert inspect(empty.engine).get_table_names() == []


def test_foreign_keys_are_kept_again_after_an_upgrade(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'keys.db'}")
    schema.upgrade(store)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_rows_that_refer_to_nothing_stop_the_upgrade(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'dangling.db'}")
    schema.upgrade(store)
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("INSERT INTO pool_member (pool_id, organisation_id) VALUES (7, 7)")
    with pytest.raises(schema.Unusable, match="refer to rows"):
        schema.upgrade(store)
    store.close()


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    store = Store("postgresql://me:very-secret@127.0.0.1:1/dialogues")
    with pytest.raises(schema.Unusable) as unusable:
        schema.version(store)
    assert "very-secret" not in str(unusable.value) + schema.place(store)
    store.close()
