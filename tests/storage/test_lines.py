"""The cells of a line are what was meant, and a quotation mark that stands alone is told on its own line."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from storage.database.unit_of_work import Store
from storage.models import FacilitatorPlace, WeeklyHours
from storage.programme.csv_files.lines import Line, lines
from tests.storage.programme_files import ANNA_WITH, PROGRAMME, bring_in, files, refused, shows_in_every_language

DELIMITERS = st.sampled_from(";,\t")
CELLS = st.text(st.sampled_from("ab é\"';,\t\n|"), max_size=8)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=6)
WORDS = st.text("abcé 1", max_size=6)


def never(_cells: Sequence[str]) -> bool:
    return False


def an_address_first(cells: Sequence[str]) -> bool:
    return "@" in cells[0]


def written(table: Sequence[Sequence[str]], delimiter: str, ends: str) -> str:
    # Python 3.11 puts no marks around a cell with another line end than the file's.
    file = io.StringIO(newline="")
    if ends == "\r":
        csv.writer(file, delimiter=delimiter, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(table)
    else:
        csv.writer(file, delimiter=delimiter, lineterminator=ends).writerows(table)
    return file.getvalue()


def cells(text: str) -> list[list[str]]:
    return [line.cells for line in lines(text, never) if line.sound]


@given(TABLES, DELIMITERS, st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_a_spreadsheet_wrote_is_read_back_as_it_was(table: list[list[str]], delimiter: str, ends: str) -> None:
    header = ["een", "twee"]
    found = [*lines(written([header, *table], delimiter, ends), never)]
    assert all(line.sound for line in found)
    assert [line.cells for line in found] == [header, *(row for row in table if any(cell.strip() for cell in row))]


@pytest.mark.parametrize("spaces", ["", " ", "   ", "\u00a0", "\t"], ids=ascii)
def test_spaces_around_quotation_marks_are_skipped(spaces: str) -> None:
    assert cells(f'h;i;j\na;{spaces}"b;""c""\nd"{spaces};{spaces}d') == [
        ["h", "i", "j"],
        ["a", 'b;"c"\nd', f"{spaces}d"],
    ]


def test_a_tab_between_cells_is_not_a_space() -> None:
    assert cells('h\ti\tj\na\t\t"b"') == [["h", "i", "j"], ["a", "", "b"]]


@given(st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=1, max_size=5), st.data())
def test_a_mark_that_stands_alone_is_told_on_its_line_and_takes_no_other_along(
    table: list[list[str]], data: st.DataObject
) -> None:
    rows = [["x@", *row] for row in table]
    hurt = data.draw(st.integers(0, len(rows) - 1))
    cell = data.draw(st.integers(0, len(rows[hurt]) - 1))
    at = data.draw(st.integers(0, len(rows[hurt][cell])))
    text = ["een;twee", *(";".join(row) for row in rows)]
    rows[hurt][cell] = f'{rows[hurt][cell][:at]}"{rows[hurt][cell][at:]}'
    text[hurt + 1] = ";".join(rows[hurt])
    found = [*lines("\n".join(text), an_address_first)]
    assert [line.number for line in found if not line.sound] == [hurt + 2]
    assert [line.cells for line in found if line.sound][1:] == [row for row in rows if row is not rows[hurt]]


@given(st.text('a@;"\n ', max_size=30))
def test_whatever_the_marks_no_line_is_lost_and_none_is_read_twice(text: str) -> None:
    found = [*lines(f"een;twee\n{text}", never)]
    numbers = [line.number for line in found]
    assert numbers == sorted(set(numbers))
    assert sum(cell.count("a") for line in found for cell in line.cells) == text.count("a")


@pytest.mark.parametrize(
    "hurt",
    [
        '"x@b.nl;X', 'x@b.nl;"X', 'x@b.nl;X"', 'x@b.nl;X"X', '"x@b.nl";"X', 'x@b.nl;"X"X', 'x@b.nl;"X""', 'x@b.nl; "X',
        'x@b.nl;"X" X"', 'x"@b.nl;X', '"x@b.nl"";X',
    ],
)  # fmt: skip
@pytest.mark.parametrize("below", ["c@b.nl;C", 'c@b.nl;"C"', 'c@b.nl;C "de" D', '"c@b.nl";"C"'])
def test_a_line_below_is_read_whatever_mark_is_missing_above_it(hurt: str, below: str) -> None:
    above, told, read, last = lines(f"email;name\n{hurt}\n{below}\nd@b.nl;D", an_address_first)
    assert (above.sound, told.number, told.sound, read.number, read.sound) == (True, 2, False, 3, True)
    assert [cell.strip('"') for cell in read.cells] == [cell.strip('"') for cell in below.split(";")]
    assert last == Line(4, ["d@b.nl", "D"])


def test_two_lines_that_each_lack_a_mark_are_both_told() -> None:
    found = [*lines('email;name\na@b.nl;"A\nc@b.nl;C"\nd@b.nl;D', an_address_first)]
    assert [(line.number, line.sound) for line in found] == [(1, True), (2, False), (3, False), (4, True)]


def test_marks_in_pairs_inside_a_cell_stay_as_they_were_typed() -> None:
    assert cells('email;name\na@b.nl;Anna "Ans" Vos') == [["email", "name"], ["a@b.nl", 'Anna "Ans" Vos']]


def test_a_mark_that_stands_alone_is_a_bad_line_and_the_other_lines_are_still_checked(
    sqlite_store: Store, tmp_path: Path
) -> None:
    bring_in(sqlite_store, PROGRAMME)
    team = 'email;name\na@b.nl;"A\nc@b.nl;C"\nwrong;D\ne@b.nl;E "\nf@b.nl; "F;G" \nf@b.nl;F\n'
    bad = refused(sqlite_store, files(tmp_path / "in", programme_team=team))
    assert [(each.line, each.column, each.key) for each in bad] == [
        (2, "", "import.quotes"),
        (3, "", "import.quotes"),
        (4, "email", "import.bad_email"),
        (5, "", "import.quotes"),
        (7, "email", "import.double"),
    ]
    for each in bad:
        shows_in_every_language(each)


def test_no_line_is_glued_to_the_one_above_in_a_file_with_codes(sqlite_store: Store, tmp_path: Path) -> None:
    bring_in(sqlite_store, PROGRAMME)
    forms = (
        "code;name_nl;name_en;minutes;group_min;group_max;about_nl;about_en\n"
        'a;A;A;90;1;2;"Eerst kijken,\nen dan; pas; praten.";\n'
        'b;B;B;90;1;2;"Niet dicht;\nc;C;C;90;1;2;Eerste deel";\nd;D;D;90;1;2;;\n'
    )
    templates = "code;name_nl;name_en;sessions_min;sessions_max;minutes\n" + 'x;"X;X;1;2;\ny;Y";Y;1;2;\n'
    bad = refused(sqlite_store, files(tmp_path / "in", forms=forms, templates=templates))
    assert [(each.file, each.line, each.key) for each in bad] == [
        ("forms.csv", 4, "import.quotes"),
        ("forms.csv", 5, "import.quotes"),
        ("templates.csv", 2, "import.quotes"),
        ("templates.csv", 3, "import.quotes"),
    ]


def test_a_code_on_a_line_of_which_the_marks_do_not_fit_is_not_called_unknown_too(
    sqlite_store: Store, tmp_path: Path
) -> None:
    organisations = 'code,parent,kind,abbreviation,name_nl,name_en\na,,unit,,"A,A\nb,a,unit,,B,B\n'
    (bad,) = refused(sqlite_store, files(tmp_path / "in", organisations=organisations))
    assert (bad.line, bad.key) == (2, "import.quotes")


def test_marks_that_do_not_fit_in_the_names_of_the_columns_are_told(sqlite_store: Store, tmp_path: Path) -> None:
    team = 'email;"name\na@b.nl;"A"\n'
    (bad,) = refused(sqlite_store, files(tmp_path / "in", programme_team=team))
    assert (bad.line, bad.key) == (1, "import.quotes")


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00a0", "\xad"], ids=ascii)
def test_a_cell_in_which_nothing_is_to_be_seen_is_empty(sqlite_store: Store, tmp_path: Path, unseen: str) -> None:
    bring_in(sqlite_store, PROGRAMME)
    team = f"email;name;unit\na@b.nl;{unseen};{unseen}\n{unseen}c@b.nl;C{unseen};bzk{unseen}\n"
    (bad,) = refused(sqlite_store, files(tmp_path / "in", programme_team=team))
    assert (bad.line, bad.column, bad.key) == (2, "name", "import.empty")


@pytest.mark.parametrize(
    "team",
    [
        'name;email\n"Anna\nVos";anna@gov.example\n"Bert\nKok";bert@gov.example\n',
        'email;name\nanna@gov.example;"Anna\n\nVos"\nbert@gov.example;"\nBert; Kok"\n',
    ],
)
def test_a_cell_may_go_on_on_the_next_line_wherever_the_key_stands(
    sqlite_store: Store, tmp_path: Path, team: str
) -> None:
    assert bring_in(sqlite_store, files(tmp_path / "in", programme_team=team))["programme_team"].added == 2


def test_a_list_may_have_each_item_on_a_line_of_its_own(sqlite_store: Store, tmp_path: Path) -> None:
    bring_in(sqlite_store, PROGRAMME)
    anna = ANNA_WITH.replace("ma 9:00-17:00; di 13:00-17:00", '"ma\u00a09:00-17:00\ndi 13:00-17:00"')
    anna = anna.replace("Den Haag;Utrecht", '"Den\u00a0Haag\nDen Haag\nUtrecht"')
    bring_in(sqlite_store, files(tmp_path / "in", facilitators=anna))
    with sqlite_store.read() as uow:
        assert set(uow.db.exec(select(FacilitatorPlace.place))) == {"Den Haag", "Utrecht"}
        assert len(uow.db.exec(select(WeeklyHours)).all()) == 2
