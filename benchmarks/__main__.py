"""``make bench``: every figure beside its baseline from the same run, as a table and in results.json."""

import json
import operator
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import home_tabs, matching, presses, reminders, telegram

RESULTS = Path(__file__).parent / "results.json"
_HOLDS: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


def met(row: dict[str, Any]) -> bool:
    """Whether a row's demand holds, as in "ratio >= 30" or "ratio <= 3 and ours <= 10"; a row may have none."""
    return all(_one_met(row, part.split()) for part in row["demand"].split(" and ") if part)


def _one_met(row: dict[str, Any], words: list[str]) -> bool:
    figure, sign, bound = words
    return _HOLDS[sign](float(row[figure]), float(bound))


def main() -> int:
    """Measure everything and say so; 1 when a demand was not met."""
    measured = (part.run() for part in (reminders, matching, presses, home_tabs, telegram))
    rows = [{**row, "met": met(row)} for part in measured for row in part]
    RESULTS.write_text(json.dumps({"python": platform.python_version(), "rows": rows}, indent=1) + "\n")
    table = Table("what", "size", "ours", "baseline", "unit", "ratio", "demand", "met")
    for row in rows:
        figures = (f"{row[name]:,.2f}" for name in ("ours", "baseline"))
        table.add_row(
            row["name"], f"{row['size']:,}", *figures, row["unit"], f"{row['ratio']:.2f}", row["demand"],
            "yes" if row["met"] else "NO",
        )  # fmt: skip
    Console(width=140).print(table)
    return 0 if all(row["met"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
