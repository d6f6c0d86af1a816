"""What an import did, file by file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]
"""Called with how many lines are done and how many there are."""


@dataclass(frozen=True)
class Count:
    """Lines of one file: new here, different from what was here, and the same as what was here."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


Counts = dict[str, Count]
"""The counts by file name without ".csv", for files that have lines."""


@dataclass
class Tally:
    """Counts while they are being made, by key of the line."""

    lines: int
    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    def count(self) -> Count:
        """The counts so far; a line that was added is not counted as changed too."""
        changed = len(self.changed - self.added)
        return Count(len(self.added), changed, self.lines - len(self.added) - changed)


class Course:
    """How far the import is, told to whoever asked for it."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._done = 0
        self._progress = progress

    def passed(self, lines: Sequence[object]) -> None:
        """Count these lines as done, and tell how far it is."""
        self._done += len(lines)
        if self._progress is not None and self._total:
            self._progress(self._done, self._total)
