"""The whole of every long proof: ``python -m tests.soak`` (make soak). Its results stand in benchmarks/soak.json."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "soak.json"


def main() -> int:
    """Run what is marked ``soak`` at its full length, say what could not be run, and keep how it went."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-m", "soak", f"--junit-xml={report}", *sys.argv[1:]]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "DIALOOGREEKS_SOAK": "1"}, check=False)
        found = [*_results(report)] if report.exists() else []
    if found and not sys.argv[1:]:
        RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for one in found:
        if one["outcome"] == "not run":
            sys.stdout.write(f"Not run: {one['proof']}: {one['why']}\n")
    return done.returncode


def _results(report: Path) -> Iterator[dict[str, object]]:
    for case in ET.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        failed = case.find("failure") is not None or case.find("error") is not None
        one: dict[str, object] = {
            "proof": f"{case.get('classname')}.{case.get('name')}",
            "outcome": "not run" if skipped is not None else "failed" if failed else "held",
            "seconds": round(float(case.get("time") or 0), 1),
        }
        if skipped is not None:
            one["why"] = skipped.get("message") or ""
        one |= {str(each.get("name")): int(str(each.get("value"))) for each in case.iter("property")}
        yield one


if __name__ == "__main__":
    sys.exit(main())
