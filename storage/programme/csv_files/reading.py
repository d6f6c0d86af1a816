"""From a folder of CSV files to typed lines, with everything that is wrong in a single file told."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from storage.people.signs import JOINERS, without_invisible
from storage.programme.csv_files.bad_lines import BadCell, BadLine
from storage.programme.csv_files.cells import unmake_safe
from storage.programme.csv_files.layouts import BY_NAME, LAYOUTS, Column, Layout
from storage.programme.csv_files.lines import Line, lines
from storage.programme.csv_files.rows import Tables

SPREADSHEETS = frozenset({".xlsx", ".xls", ".ods", ".numbers"})
_BOM = b"\xef\xbb\xbf"


def read_folder(folder: Path) -> Tables:
    """What the CSV files of ``folder`` say. Never raises for what is in them: ``Tables.bad`` tells it, in order."""
    if not folder.is_dir():
        return Tables(bad=(BadLine(str(folder), 0, "", "import.no_folder"),))
    bad: list[BadLine] = []
    sheets: dict[str, tuple[Any, ...]] = {}
    keys: dict[str, frozenset[str]] = {}
    for path in _files(folder, bad):
        sheet = _Sheet(path.name, BY_NAME[path.stem.lower()], bad)
        sheets[sheet.layout.name] = tuple(sheet.rows(path.read_bytes()))
        keys[sheet.layout.name] = frozenset(sheet.first_lines) | sheet.half_read
    if not sheets and not bad:
        bad.append(BadLine(str(folder), 0, "", "import.no_files", {"files": _known_files()}))
    return Tables(**sheets, bad=tuple(bad), keys=keys)


def _files(folder: Path, bad: list[BadLine]) -> Iterator[Path]:
    found: set[str] = set()
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or not path.is_file():
            continue
        if path.suffix.lower() in SPREADSHEETS:
            bad.append(BadLine(path.name, 0, "", "import.spreadsheet"))
        elif path.suffix.lower() == ".csv":
            if path.stem.lower() not in BY_NAME or path.stem.lower() in found:
                bad.append(BadLine(path.name, 0, "", "import.unknown_file", {"files": _known_files()}))
            else:
                found.add(path.stem.lower())
                yield path


def _known_files() -> str:
    return ", ".join(f"{layout.name}.csv" for layout in LAYOUTS)


class _Sheet:
    """One file on its way from bytes to rows. Whatever is wrong goes to ``bad``.

    ``first_lines`` has the line of each key, and ``half_read`` the keys of lines of which nothing else can be told.
    """

    def __init__(self, file: str, layout: Layout, bad: list[BadLine]) -> None:
        self.file = file
        self.layout = layout
        self.bad = bad
        self.first_lines: dict[str, int] = {}
        self.half_read: set[str] = set()
        self._places: dict[str, int] | None = None

    def rows(self, content: bytes) -> Iterator[Any]:
        text = self._decode(content)
        if text is None:
            return
        read = lines(text, self._is_a_line)
        header = next(read, None)
        self._places = places = self._read_header(header)
        if header is None or places is None:
            return
        for line in read:
            if not line.sound:
                self._tell_unsound(line, places)
            elif (row := self._row(line, places, len(header.cells))) is not None:
                yield row

    def _is_a_line(self, cells: Sequence[str]) -> bool:
        """Whether what stands between two line ends has a key, and so can be a line by itself."""
        if self._places is None:
            return True  # the name of a column has no line end in it
        key = [(column, _key_cell(cells, self._places[column.name])) for column in self.layout.key_columns]
        if self.layout.key == ("email",):
            return len(cells) > 1 and "@" in key[0][1]
        needed = max(self._places[column.name] for column in self.layout.columns if column.empty is None)
        return len(cells) > needed and all(_is_readable(column, text) for column, text in key)

    def _tell_unsound(self, line: Line, places: dict[str, int]) -> None:
        self._tell(line.number, "", "import.quotes")
        self.half_read.add(_key_cell(line.cells, places[self.layout.key[0]]))

    def _decode(self, content: bytes) -> str | None:
        try:
            text = content.removeprefix(_BOM).decode("utf-8")
        except UnicodeDecodeError as fault:
            before = content.removeprefix(_BOM)[: fault.start]
            self._tell(_line_of(before), "", "import.not_utf8", text=_as_windows(fault))
            return None
        if "\0" in text:
            self._tell(0, "", "import.not_text")
            return None
        return text

    def _read_header(self, header: Line | None) -> dict[str, int] | None:
        """The place of each column that is there; None where the header is not right."""
        if header is None:
            self._tell(0, "", "import.no_header", columns=self._known_columns())
            return None
        if not header.sound:
            self._tell(header.number, "", "import.quotes")
            return None
        before = len(self.bad)
        names = [name.strip().lower() for name in header.cells]
        places = {name: place for place, name in reversed(list(enumerate(names))) if name}
        self._check_header(names, header.number)
        return places if len(self.bad) == before else None

    def _check_header(self, names: list[str], number: int) -> None:
        known = {column.name for column in self.layout.columns}
        for place, name in enumerate(names):
            if name and name not in known:
                self._tell(number, name, "import.unknown_column", columns=self._known_columns())
            elif name and name in names[:place]:
                self._tell(number, name, "import.double_column")
        for column in self.layout.columns:
            if column.absent is None and column.name not in names:
                self._tell(number, column.name, "import.missing_column")

    def _known_columns(self) -> str:
        return ", ".join(column.name for column in self.layout.columns)

    def _row(self, line: Line, places: dict[str, int], width: int) -> Any | None:
        if any(cell.strip() for cell in line.cells[width:]):
            self._tell(line.number, "", "import.too_many_cells", cells=len(line.cells), columns=width)
            return None
        before = len(self.bad)
        # Spreadsheets leave out delimiters after the last filled cell of some lines, so a short line is not a fault.
        texts = {name: _seen(line.cells[place]) for name, place in places.items() if place < len(line.cells)}
        values = {column.name: self._value(column, texts, places, line.number) for column in self.layout.columns}
        self._check_key(texts, values, line.number)
        if len(self.bad) == before:
            for name, fault in self.layout.problems(values):
                self._tell(line.number, name, fault.key, **fault.filling)
        return self.layout.build(line=line.number, **values) if len(self.bad) == before else None

    def _value(self, column: Column, texts: dict[str, str], places: dict[str, int], number: int) -> Any:
        if column.absent is not None and column.name not in places:
            return column.absent()
        text = unmake_safe(texts.get(column.name, ""))
        if not text and column.empty is not None:
            return column.empty()
        if not text:
            self._tell(number, column.name, "import.empty")
            return None
        try:
            return column.parse(text)
        except BadCell as fault:
            self._tell(number, column.name, fault.key, **fault.filling)
            return None

    def _check_key(self, texts: dict[str, str], values: dict[str, Any], number: int) -> None:
        # The parsed value counts where there is one, so that "1" and "01" are the same position.
        parts = [texts.get(name, "") if values[name] is None else str(values[name]) for name in self.layout.key]
        key = " ".join(parts)
        first = self.first_lines.setdefault(key, number)
        if first != number and all(parts):
            self._tell(number, self.layout.key[-1], "import.double", text=key, first=first)

    def _tell(self, line: int, column: str, key: str, **values: object) -> None:
        self.bad.append(BadLine(self.file, line, column, key, values))


def _seen(cell: str) -> str:
    """The text of a cell that somebody can see, joiners inside it included."""
    return without_invisible(cell, JOINERS).strip().strip(JOINERS)


def _key_cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip(' "') if place < len(cells) else ""


def _is_readable(column: Column, text: str) -> bool:
    try:
        column.parse(text)
    except BadCell:
        return False
    return True


def _line_of(before: bytes) -> int:
    return len(re.findall(rb"\r\n|\r|\n", before)) + 1


def _as_windows(fault: UnicodeDecodeError) -> str:
    """The word around the letter that is not UTF-8, as a Dutch Windows meant it."""
    around = fault.object[max(0, fault.start - 12) : fault.start + 12].decode("cp1252", "replace")
    return (
        re.split(r"[\r\n;,\"]", around[: min(12, fault.start)])[-1]
        + re.split(r"[\r\n;,\"]", around[min(12, fault.start) :])[0]
    )
