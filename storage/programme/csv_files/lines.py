"""The lines of a CSV file and their cells, with every line told of which the quotation marks do not fit.

Stricter than Python's ``csv``, which takes a mark in the middle of a cell as it stands, and a cell that nobody closed
with all the lines below it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

_DELIMITERS = ";,\t"
_ENDS = re.compile(r"\r\n|\r|\n")
_MARK = '"'


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty. ``number`` is where it begins in the file, from 1, as a cell may hold line ends.

    Where it is not ``sound``, its quotation marks do not fit, and ``cells`` is only what stands between delimiters.
    """

    number: int
    cells: list[str]
    sound: bool = True


def lines(text: str, is_a_line: Callable[[Sequence[str]], bool]) -> Iterator[Line]:
    """The lines of a file. ``is_a_line`` says of what stands between two line ends whether it can be a line by itself.

    Where two such are one line by their marks, the mark that should close a cell is missing, and the next one belongs
    to another line. After a line that is not sound, reading goes on with the very next line of the file.
    """
    delimiter, at = _delimiter(text)
    texts = _ENDS.split(text)
    while at < len(texts):
        end = _end(texts, at)
        parts = [part.split(delimiter) for part in texts[at:end]]
        glued = len(parts) > 1 and is_a_line(parts[0]) and any(map(is_a_line, parts[1:]))
        cells = None if glued else _cells("\n".join(texts[at:end]), delimiter)
        if cells is None:
            yield Line(at + 1, parts[0], sound=False)
            end = at + 1
        elif any(cell.strip() for cell in cells):
            yield Line(at + 1, cells)
        at = end


def _delimiter(text: str) -> tuple[str, int]:
    """What separates the cells, and how many lines only say so ("sep=;", as Excel writes it)."""
    said = re.match(rf"sep=([{_DELIMITERS}])(?:\r\n?|\n)", text)
    if said:
        return said[1], 1
    header = _ENDS.split(text.lstrip(), maxsplit=1)[0]
    return max(_DELIMITERS, key=header.count) if any(sign in header for sign in _DELIMITERS) else ",", 0


def _end(texts: Sequence[str], at: int) -> int:
    """The first line that is not of the one that begins ``at``: up to there its marks come in pairs.

    Where they never do, that is the line after it.
    """
    open_cell = False
    for end in range(at, len(texts)):
        open_cell ^= texts[end].count(_MARK) % 2 == 1
        if not open_cell:
            return end + 1
    return at + 1


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one line, or None where its quotation marks do not fit."""
    if _MARK not in text:
        return text.split(delimiter)
    cells: list[str] = []
    at = 0
    while at <= len(text):
        cell = _cell(delimiter).match(text, at)
        if cell is None or (cell["plain"] or "").count(_MARK) % 2:
            return None
        cells.append(cell["plain"] if cell["marked"] is None else cell["marked"].replace(_MARK * 2, _MARK))
        at = cell.end() + 1
    return cells


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    """A cell up to its delimiter: between marks, with spaces around them, or without a mark before it."""
    spaces = rf"(?:(?!{delimiter})[^\S\n])*+"
    marked = rf'{spaces}"(?P<marked>[^"]*+(?:""[^"]*+)*+)"{spaces}'
    plain = rf'(?!{spaces}")(?P<plain>[^{delimiter}\n]*+)'
    return re.compile(rf"(?:{marked}|{plain})(?={delimiter}|\Z)")
