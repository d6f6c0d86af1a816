"""A programme comes in whole or not at all, and a second time changes nothing."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.database.unit_of_work import Store
from storage.models import (
    Address,
    Away,
    DialogueForm,
    Facilitator,
    FacilitatorForm,
    FacilitatorPlace,
    FacilitatorTopic,
    Level,
    Organisation,
    Person,
    PoolMember,
    PracticeBuilder,
    TemplateSession,
    Topic,
    WeeklyHours,
)
from storage.programme.csv_files import Count, import_folder
from storage.programme.csv_files.bulk import CHUNK
from storage.programme.demo_guard import DemoDatabase, mark_as_demo
from tests.storage.programme_files import (
    ANNA,
    ANNA_WITH,
    FACILITATOR,
    ORGANISATIONS,
    PEOPLE,
    PROGRAMME,
    SESSIONS,
    SHAPES,
    bring_in,
    everything,
    files,
    writes,
)


def test_the_programme_in_the_repository_imports_whole(store: Store) -> None:
    counts = bring_in(store, PROGRAMME)
    assert counts["organisations"].added >= 100
    assert counts["template_sessions"] == Count(added=32)
    with store.read() as uow:
        roots = uow.db.exec(select(Topic.code).where(col(Topic.parent_id).is_(None))).all()
        members = uow.db.exec(select(Organisation.code).join(PoolMember)).all()
    assert set(roots) == {"work", "professional", "task"}
    assert set(members) == {"vws", "ocw", "szw"}


def test_paths_lead_from_the_root_down_to_each_organisation(store: Store) -> None:
    bring_in(store, PROGRAMME)
    with store.begin() as uow:
        nodes = {node.id: node for node in uow.db.exec(select(Organisation))}
    for node in nodes.values():
        above = nodes[node.parent_id].path if node.parent_id else "/"
        assert node.path == f"{above}{node.id}/"


def test_a_facilitator_is_kept_with_everything_the_line_says(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    assert bring_in(store, files(tmp_path / "in", facilitators=FACILITATOR + ANNA)) == {"facilitators": Count(added=1)}
    with store.begin() as uow:
        person = uow.db.exec(select(Person)).one()
        profile = uow.db.exec(select(Facilitator)).one()
        away = uow.db.exec(select(Away)).one()
        hours = uow.db.exec(select(WeeklyHours).order_by(col(WeeklyHours.weekday))).all()
        addresses = uow.db.exec(select(Address).order_by(col(Address.id))).all()
        forms = uow.db.exec(select(DialogueForm.code).join(FacilitatorForm)).all()
        topics = uow.db.exec(select(Topic.code).join(FacilitatorTopic)).all()
        places = uow.db.exec(select(FacilitatorPlace.place)).all()
        unit = uow.get(Organisation, person.unit_id).code
    assert (person.email, person.name, person.language, unit) == ("anna@gov.example", "Anna Vos", "nl", "bzk-digitaal")
    assert (profile.level, profile.capacity, profile.online, profile.active) == (Level.TRAINED, 3, True, True)
    assert (profile.joined_on, profile.back_on) == (date(2024, 5, 1), date(2026, 9, 1))
    assert (away.first_day, away.last_day) == (date(2026, 12, 20), date(2027, 1, 3))
    assert [(each.weekday, each.opens, each.closes) for each in hours] == [(0, 540, 1020), (1, 780, 1020)]
    assert [(each.channel, each.address, each.preferred) for each in addresses] == [
        ("slack", "U1", True), ("telegram", "77", False),
    ]  # fmt: skip
    assert (set(forms), set(topics), set(places)) == (
        {"film", "moral"},
        {"neutrality", "task"},
        {"Den Haag", "Utrecht"},
    )


def test_importing_the_same_files_again_writes_nothing(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    people = files(
        tmp_path / "in",
        facilitators=FACILITATOR + ANNA,
        practice_builders="email,name,organisations\nanna@gov.example,Anna Vos,bzk;vng\n",
        programme_team="email,name\nanna@gov.example,Anna Vos\n",
    )
    bring_in(store, people)
    before = everything(store)
    with writes(store) as written:
        assert bring_in(store, PROGRAMME)["organisations"].unchanged >= 100
        assert bring_in(store, people) == {
            "facilitators": Count(unchanged=1),
            "practice_builders": Count(unchanged=1),
            "programme_team": Count(unchanged=1),
        }
    assert written == []
    assert everything(store) == before


def test_only_the_line_that_changed_is_counted_and_written(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    bart = ANNA.replace("anna@", "bart@").replace("Anna Vos", "Bart Kok").replace("slack:U1;telegram:77", "")
    bring_in(store, files(tmp_path / "in", facilitators=FACILITATOR + ANNA + bart))
    changed = files(tmp_path / "in", facilitators=FACILITATOR + ANNA + bart.replace("film;moral", "film;craft"))
    with writes(store) as written:
        assert bring_in(store, changed) == {"facilitators": Count(changed=1, unchanged=1)}
    assert [statement.split()[:3] for statement in written] == [
        ["DELETE", "FROM", "facilitator_form"], ["INSERT", "INTO", "facilitator_form"],
    ]  # fmt: skip


def test_what_is_in_no_file_stays_and_the_lists_of_one_person_become_what_the_file_says(
    store: Store, tmp_path: Path
) -> None:
    bring_in(store, PROGRAMME)
    bart = ANNA.replace("anna@", "bart@").replace("slack:U1;telegram:77", "slack:U2")
    bring_in(store, files(tmp_path / "in", facilitators=FACILITATOR + ANNA + bart))
    without = ANNA.replace("ma 9:00-17:00; di 13:00-17:00", "wo 9-12").replace("2026-12-20/2027-01-03", "")
    bring_in(
        store, files(tmp_path / "in", facilitators=FACILITATOR + without.replace("slack:U1;telegram:77", "slack:U9"))
    )
    with store.read() as uow:
        ids = dict(uow.db.exec(select(Person.email, Person.id)).all())
        hours = uow.db.exec(select(WeeklyHours.facilitator_id, WeeklyHours.weekday)).all()
        away = uow.db.exec(select(Away.facilitator_id)).all()
        addresses = uow.db.exec(select(Address.address).where(Address.person_id == ids["anna@gov.example"])).all()
    assert set(hours) == {(ids["anna@gov.example"], 2), (ids["bart@gov.example"], 0), (ids["bart@gov.example"], 1)}
    assert away == [ids["bart@gov.example"]]
    # Telegram is a channel the cell no longer names; whoever linked it keeps it.
    assert set(addresses) == {"U9", "77"}


def test_a_column_that_is_left_out_leaves_what_is_known(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    bring_in(store, files(tmp_path / "in", facilitators=FACILITATOR + ANNA))
    short = (
        "email,name,unit,level,capacity,languages,forms,topics,places,hours,online,joined_on\n"
        "ANNA@gov.example,Anna Vos,bzk-digitaal,ervaren,3,nl;en,film;moral,neutrality;task,Den Haag;Utrecht,"
        "ma 9:00-17:00; di 13:00-17:00,WAAR,01-05-2024\n"
    )
    assert bring_in(store, files(tmp_path / "in", facilitators=short)) == {"facilitators": Count(changed=1)}
    with store.read() as uow:
        profile = uow.db.exec(select(Facilitator)).one()
        assert (profile.level, profile.back_on) == (Level.EXPERIENCED, date(2026, 9, 1))
        assert len(uow.db.exec(select(Away)).all()) == 1
        assert len(uow.db.exec(select(Address)).all()) == 2
        assert uow.db.exec(select(Person.email)).all() == ["anna@gov.example"]


def test_somebody_who_stopped_can_be_told_by_a_column(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    stopped = FACILITATOR.replace("addresses", "active") + ANNA.replace("slack:U1;telegram:77", "nee")
    bring_in(store, files(tmp_path / "in", facilitators=stopped))
    with store.read() as uow:
        assert uow.db.exec(select(Facilitator.active)).one() is False


def test_who_moves_in_the_tree_takes_everything_below_along(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    header = "code,parent,kind,abbreviation,name_nl,name_en\n"
    moved = header + "ind,jenv,agency,IND,Immigratie- en Naturalisatiedienst,Immigration and Naturalisation Service\n"
    assert bring_in(store, files(tmp_path / "in", organisations=moved)) == {"organisations": Count(changed=1)}
    with store.read() as uow:
        paths = dict(uow.db.exec(select(Organisation.code, Organisation.path)).all())
    assert paths["ind"].startswith(paths["jenv"])
    assert paths["ind-asiel"].startswith(paths["ind"])


def test_children_may_stand_before_their_parents(store: Store, tmp_path: Path) -> None:
    lines = "code,parent,kind,abbreviation,name_nl,name_en\nb,a,unit,,B,B\na,,ministry,,A,A\n"
    bring_in(store, files(tmp_path / "in", organisations=lines))
    with store.begin() as uow:
        nodes = {node.code: node for node in uow.db.exec(select(Organisation))}
    assert nodes["b"].parent_id == nodes["a"].id


def test_a_dry_run_counts_the_same_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    before = everything(store)
    folder = files(
        tmp_path / "in",
        organisations="code,parent,kind,abbreviation,name_nl,name_en\nnew,rijk,unit,,Nieuw,New\n",
        facilitators=FACILITATOR + ANNA.replace("bzk-digitaal", "new"),
    )
    with writes(store) as written:
        counted = bring_in(store, folder, dry_run=True)
    assert written == []
    assert everything(store) == before
    assert bring_in(store, folder) == counted == {"organisations": Count(added=1), "facilitators": Count(added=1)}


def test_progress_rises_to_the_number_of_lines(sqlite_store: Store, tmp_path: Path) -> None:
    number = CHUNK + 5
    lines = "".join(ANNA.replace("anna@", f"a{place}@").replace("slack:U1;telegram:77", "") for place in range(number))
    bring_in(sqlite_store, PROGRAMME)
    told: list[tuple[int, int]] = []
    with sqlite_store.begin() as uow:
        import_folder(
            uow,
            files(tmp_path / "in", facilitators=FACILITATOR + lines),
            SHAPES,
            progress=lambda done, total: told.append((done, total)),
        )
    assert told[-1] == (number, number)
    assert (CHUNK, number) in told
    assert told == sorted(told)


def test_an_import_that_breaks_half_way_leaves_nothing(store: Store, tmp_path: Path) -> None:
    def break_off(done: int, _total: int) -> None:
        if done > 1:
            raise ConnectionError

    folder = files(
        tmp_path / "in", organisations=ORGANISATIONS + "a,,unit,,A,A\n", programme_team=PEOPLE + "a@b.nl,A\n"
    )
    with pytest.raises(ConnectionError), store.begin() as uow:
        import_folder(uow, folder, SHAPES, progress=break_off)
    assert not any(everything(store).values())


def test_a_demo_database_takes_no_real_programme(sqlite_store: Store) -> None:
    with sqlite_store.begin() as uow:
        mark_as_demo(uow)
    with sqlite_store.begin() as uow, pytest.raises(DemoDatabase):
        import_folder(uow, PROGRAMME, SHAPES)
    assert everything(sqlite_store)["organisation"] == []


def test_which_address_somebody_prefers_stays_theirs_to_say(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    bring_in(store, files(tmp_path / "in", facilitators=ANNA_WITH))
    with store.begin() as uow:
        for address in uow.db.exec(select(Address)):
            address.preferred = address.channel == "telegram"
    with writes(store) as written:
        bring_in(store, files(tmp_path / "in", facilitators=ANNA_WITH))
    assert written == []


def test_prompts_can_be_edited(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    assert bring_in(
        store, files(tmp_path / "in", template_sessions=SESSIONS + "gids,1,Thema,Theme,Vraag?,Question?\n")
    ) == {"template_sessions": Count(changed=1)}
    with store.read() as uow:
        prompts = uow.db.exec(select(TemplateSession.prompt_nl)).all()
    assert len(prompts) == 32
    assert "Vraag?" in prompts


def test_builders_may_look_after_several_organisations(store: Store, tmp_path: Path) -> None:
    bring_in(store, PROGRAMME)
    header = "email,name,organisations\n"
    assert (
        bring_in(store, files(tmp_path / "in", practice_builders=header + "bo@b.nl,Bo,bzk;vng\n"))[
            "practice_builders"
        ].added
        == 1
    )
    assert (
        bring_in(store, files(tmp_path / "in", practice_builders=header + "bo@b.nl,Bo,bzk\n"))[
            "practice_builders"
        ].changed
        == 1
    )
    with store.read() as uow:
        codes = uow.db.exec(select(Organisation.code).join(PracticeBuilder)).all()
    assert codes == ["bzk"]
