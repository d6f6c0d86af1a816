"""What can be wrong with a file that somebody wants to import: a value for every reason, in no language yet."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class BadLine:
    """One thing that must be put right before anything is imported.

    ``line`` counts from 1, the header included, and is 0 when the whole file is meant; ``column`` is empty when the
    whole line is. ``key`` names the text that says what to do and ``values`` fill it in.
    """

    file: str
    line: int
    column: str
    key: str
    values: dict[str, object] = field(default_factory=dict)

    @property
    def place_key(self) -> str:
        """The text that says where this is; its values are ``file``, ``line`` and ``column``."""
        if self.column:
            return "import.at_cell"
        return "import.at_line" if self.line else "import.at_file"


class BadCell(Exception):
    """What stands in a cell cannot be used. ``key`` and ``values`` as in BadLine."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.filling = values


class NotChecked(Exception):
    """The tables still have bad lines, so nothing of them was imported."""

    def __init__(self, bad: tuple[BadLine, ...]) -> None:
        super().__init__(f"{len(bad)} bad lines")
        self.bad = bad
