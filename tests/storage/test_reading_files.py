"""Files are read however they were saved, and every line that is not right is told."""

from pathlib import Path

import pytest
from sqlmodel import select

from bot.config.address_shapes import SHAPES as CHANNELS
from flows.engine.language.texts import CATALOGUES, LANGUAGES
from storage.database.unit_of_work import Store
from storage.models import (
    Address,
    Person,
    PoolMember,
)
from storage.programme.csv_files import NotChecked, apply, read_folder
from tests.storage.programme_files import (
    ANNA,
    ANNA_WITH,
    FACILITATOR,
    FORMS,
    ORGANISATIONS,
    PEOPLE,
    PROGRAMME,
    SESSIONS,
    TOPICS,
    bring_in,
    everything,
    files,
    refused,
    shows_in_every_language,
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_delimiters_byte_order_marks_and_line_ends_do_not_matter(
    sqlite_store: Store, tmp_path: Path, delimiter: str, bom: bytes, ends: str
) -> None:
    lines = ["code,name_nl,name_en,organisations", "p,Poel,Pool,a|b", ",,,", 'q,"één, twee; drie",Pool,"a;b"']
    if delimiter != ",":
        lines[:3] = [line.replace(",", delimiter) for line in lines[:3]]
        lines[3] = delimiter.join(["q", '"één, twee; drie"', "Pool", '"a;b"'])
    organisations = "code,parent,kind,abbreviation,name_nl,name_en\na,,unit,,A,A\nb,,unit,,B,B\n"
    bring_in(
        sqlite_store,
        files(tmp_path / "in", organisations=organisations, pools=bom + (ends.join(lines) + ends).encode()),
    )
    with sqlite_store.read() as uow:
        assert len(uow.db.exec(select(PoolMember)).all()) == 4


def test_the_line_on_which_excel_names_its_delimiter_is_understood(sqlite_store: Store, tmp_path: Path) -> None:
    pools = "sep=;\r\ncode;name_nl;name_en;organisations\r\np;Poel;Pool;\r\nq;Poel;Pool\r\np!;Poel;Pool;\r\n"
    (bad,) = refused(sqlite_store, files(tmp_path / "in", pools=pools))
    assert (bad.line, bad.column) == (5, "code")


@pytest.mark.parametrize(
    ("file", "content", "line", "column", "key"),
    [
        ("people", PEOPLE, 0, "", "unknown_file"),
        ("pools", b"code,name_nl,name_en,organisations\np,Caf\xe9,Pub,\n", 2, "", "not_utf8"),
        ("pools", "code,name_nl".encode("utf-16-le"), 0, "", "not_text"),
        ("pools", "\n", 0, "", "no_header"),
        ("programme_team", PEOPLE + 'a@b.nl,"A" B\n', 2, "", "quotes"),
        ("programme_team", PEOPLE + 'a@b.nl,A\nb@b.nl,"B\nc@b.nl,C\n', 3, "", "quotes"),
        ("programme_team", "email,name,name\n", 1, "name", "double_column"),
        ("programme_team", "email\n", 1, "name", "missing_column"),
        ("programme_team", "email,name,phone\n", 1, "phone", "unknown_column"),
        ("programme_team", PEOPLE + "a@b.nl,A,B\n", 2, "", "too_many_cells"),
        ("programme_team", PEOPLE + "a@b.nl,\n", 2, "name", "empty"),
        ("programme_team", PEOPLE + "\n\na@b,A\n", 4, "email", "bad_email"),
        ("programme_team", PEOPLE + "a@b.nl,A\nA@B.nl,A\n", 3, "email", "double"),
        ("programme_team", PEOPLE + "ren\u00e9@b.nl,A\n\u200bRene\u0301@B.nl\u00a0,A\n", 3, "email", "double"),
        ("programme_team", PEOPLE + "<mailto:a@b.nl>,A\na@b.nl,A\n", 3, "email", "double"),
        ("programme_team", PEOPLE + "j\u0430n@gov.example,A\n", 2, "email", "mixed_email"),
        ("programme_team", PEOPLE + "jan@xn--gv-fmc.example,A\n", 2, "email", "mixed_email"),
        ("programme_team", PEOPLE + "a..b@gov.example,A\n", 2, "email", "bad_email"),
        ("template_sessions", SESSIONS + "gids,1,a,b,c,d\ngids,01,a,b,c,d\n", 3, "position", "double"),
        ("programme_team", "email,name,language\na@b.nl,A,de\n", 2, "language", "bad_word"),
        ("programme_team", "email,name,addresses\na@b.nl,A,U1\n", 2, "addresses", "bad_address"),
        ("programme_team", "email,name,addresses\na@b.nl,A,pager:1\n", 2, "addresses", "unknown_channel"),
        ("programme_team", "email,name,addresses\na@b.nl,A,slack:U1\nc@b.nl,C,slack:U1\n", 3, "addresses",
         "address_taken"),
        ("programme_team", "email,name,unit\na@b.nl,A,BZK\n", 2, "unit", "unknown_code_near"),
        ("organisations", ORGANISATIONS + "a b,,unit,,A,A\n", 2, "code", "bad_code"),
        ("organisations", ORGANISATIONS + "a,b,unit,,A,A\nb,c,unit,,B,B\nc,a,unit,,C,C\n", 2, "parent", "cycle"),
        ("organisations", ORGANISATIONS + "rijk,bzk,government,,R,R\n", 2, "parent", "cycle"),
        ("organisations", ORGANISATIONS + "a,nowhere,unit,,A,A\n", 2, "parent", "unknown_code"),
        ("topics", TOPICS + "a,work,task,A,A\n", 2, "kind", "other_kind"),
        ("forms", FORMS + "a,A,A,many,1,2,,\n", 2, "minutes", "bad_number"),
        ("forms", FORMS + "a,A,A,90,9,2,,\n", 2, "group_min", "low_above_high"),
        ("template_sessions", SESSIONS + "gids,8,a,b,c,d\n", 2, "position", "position_too_high"),
        ("practice_builders", "email,name,organisations\na@b.nl,A,bzk;nowhere\n", 2, "organisations", "unknown_code"),
        ("practice_builders", "email,name,organisations,active\na@b.nl,A,bzk,soms\n", 2, "active", "bad_yes_no"),
        ("programme_team", "email,name,active\na@b.nl,A,ja\nc@b.nl,C,?\n", 3, "active", "bad_yes_no"),
        ("programme_team", "email,name,left\na@b.nl,A,weg\n", 2, "left", "bad_yes_no"),
        ("facilitators", ANNA_WITH.replace("2024-05-01", "2024-02-30"), 2, "joined_on", "bad_day"),
        ("facilitators", ANNA_WITH.replace("2024-05-01", "5/1/2024"), 2, "joined_on", "bad_day"),
        ("facilitators", ANNA_WITH.replace("2027-01-03", "2026-01-03"), 2, "away", "period_order"),
        ("facilitators", ANNA_WITH.replace(",ja,", ",misschien,"), 2, "online", "bad_yes_no"),
        ("facilitators", ANNA_WITH.replace("nl;en", "Dutch"), 2, "languages", "bad_language"),
        ("facilitators", ANNA_WITH.replace(",3,", ",-3,"), 2, "capacity", "bad_number"),
        ("facilitators", ANNA_WITH.replace("di 13", "xx 13"), 2, "hours", "hours_unreadable"),
        ("facilitators", ANNA_WITH.replace("13:00", "18:00"), 2, "hours", "hours_order"),
        ("facilitators", ANNA_WITH.replace("di 13", "ma 13"), 2, "hours", "hours_overlap"),
        ("facilitators", ANNA_WITH.replace("film;moral", "film;mime"), 2, "forms", "unknown_code"),
    ],
)  # fmt: skip
def test_every_kind_of_bad_line_is_told_with_its_place_and_nothing_is_imported(
    sqlite_store: Store, tmp_path: Path, file: str, content: str | bytes, line: int, column: str, key: str
) -> None:
    bring_in(sqlite_store, PROGRAMME)
    before = everything(sqlite_store)
    (bad,) = refused(sqlite_store, files(tmp_path / "in", **{"forms": FORMS + "new,N,N,90,1,2,,\n", file: content}))
    assert (bad.file, bad.line, bad.column, bad.key) == (f"{file}.csv", line, column, f"import.{key}")
    assert everything(sqlite_store) == before
    shows_in_every_language(bad)


def test_people_in_two_files_must_be_the_same_in_both(sqlite_store: Store, tmp_path: Path) -> None:
    bring_in(sqlite_store, PROGRAMME)
    other = "email,name,unit\nanna@gov.example,Anna de Vos,bzk-digitaal\n"
    (bad,) = refused(sqlite_store, files(tmp_path / "in", facilitators=ANNA_WITH, programme_team=other))
    assert (bad.file, bad.line, bad.column, bad.key) == ("programme_team.csv", 2, "name", "import.person_differs")
    shows_in_every_language(bad)


def test_nobody_can_have_left_in_one_file_and_not_in_another(sqlite_store: Store, tmp_path: Path) -> None:
    bring_in(sqlite_store, PROGRAMME)
    folder = files(
        tmp_path / "in",
        practice_builders="email,name,organisations,left\na@b.nl,A,bzk,nee\n",
        programme_team="email,name,left\na@b.nl,A,ja\n",
    )
    (bad,) = refused(sqlite_store, folder)
    assert (bad.file, bad.line, bad.column, bad.key) == ("programme_team.csv", 2, "left", "import.person_differs")
    assert (bad.values["text"], bad.values["other"]) == ("ja", "nee")
    shows_in_every_language(bad)


def test_a_spreadsheet_a_missing_folder_and_an_empty_one_are_told(sqlite_store: Store, tmp_path: Path) -> None:
    empty = files(tmp_path / "in")
    found = [refused(sqlite_store, empty), refused(sqlite_store, empty / "nowhere")]
    (empty / "facilitators.xlsx").write_bytes(b"PK")
    found.append(refused(sqlite_store, empty))
    assert [bad.key for (bad,) in found] == ["import.no_files", "import.no_folder", "import.spreadsheet"]
    for (bad,) in found:
        shows_in_every_language(bad)


def test_every_bad_line_is_told_at_once_in_the_order_of_the_files(sqlite_store: Store, tmp_path: Path) -> None:
    bring_in(sqlite_store, PROGRAMME)
    worse = FACILITATOR + ANNA.replace("bzk-digitaal", "nowhere").replace(",3,", ",x,").replace("film", "mime") + ANNA
    team = "email,name,unit\nx,,nowhere\n"
    bad = refused(sqlite_store, files(tmp_path / "in", facilitators=worse, programme_team=team))
    assert [(each.file, each.line, each.column) for each in bad] == [
        ("facilitators.csv", 2, "capacity"),
        ("facilitators.csv", 3, "email"),
        ("programme_team.csv", 2, "email"),
        ("programme_team.csv", 2, "name"),
    ]


def test_a_code_on_a_line_that_is_itself_bad_is_not_called_unknown_too(sqlite_store: Store, tmp_path: Path) -> None:
    lines = ORGANISATIONS + "a,,planet,,A,A\nb,a,unit,,B,B\n"
    assert [bad.key for bad in refused(sqlite_store, files(tmp_path / "in", organisations=lines))] == [
        "import.bad_word"
    ]


def test_a_line_number_counts_the_lines_inside_cells_too(sqlite_store: Store, tmp_path: Path) -> None:
    lines = PEOPLE + 'a@b.nl,"A\nB"\nwrong,C\n'
    assert [bad.line for bad in refused(sqlite_store, files(tmp_path / "in", programme_team=lines))] == [4]


def test_tables_with_bad_lines_are_never_written(sqlite_store: Store, tmp_path: Path) -> None:
    tables = read_folder(files(tmp_path / "in", programme_team=PEOPLE + "good@b.nl,A\nwrong,B\n"))
    with sqlite_store.begin() as uow, pytest.raises(NotChecked):
        apply(uow, tables)
    with sqlite_store.read() as uow:
        assert uow.db.exec(select(Person)).all() == []


def test_an_address_somebody_else_has_is_not_taken_from_them(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.begin() as uow:
        stranger = uow.add(Person(name="Stranger"))
        uow.add(Address(person_id=stranger.id, channel="slack", address="U1"))
    (bad,) = refused(sqlite_store, files(tmp_path / "in", programme_team="email,name,addresses\na@b.nl,A,slack:U1\n"))
    assert bad.key == "import.address_taken"


def test_every_text_of_the_import_is_there_for_a_reason_and_in_both_languages() -> None:
    room = PROGRAMME.parent
    told = (
        *(room / "storage" / "programme").rglob("*.py"),
        room / "bot" / "commands" / "import_export.py",
    )
    sources = "".join(path.read_text() for path in told)
    keys = {
        language: {
            line.split('"')[1] for line in (CATALOGUES / language / "programme.po").read_text().splitlines()
            if line.startswith('msgid "import.')
        }
        for language in LANGUAGES
    }  # fmt: skip
    assert keys["nl"] == keys["en"]
    assert {key for key in keys["nl"] if f'"{key}"' not in sources} == set()


@pytest.mark.parametrize("address", ["slack:C012AB3CD", "slack:U1", "slack:fien", "telegram:-100123", "telegram:0123"])
def test_an_address_that_cannot_be_a_persons_is_a_bad_line(sqlite_store: Store, tmp_path: Path, address: str) -> None:
    lines = f"email,name,addresses\na@b.nl,A,slack:U012AB3CD; telegram:123456789\nc@b.nl,C,{address}\n"
    (bad,) = refused(sqlite_store, files(tmp_path / "in", programme_team=lines), CHANNELS)
    assert (bad.line, bad.column, bad.key) == (3, "addresses", "import.nobodys_address")
    shows_in_every_language(bad)
