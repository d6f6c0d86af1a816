"""The calls as a file, one JSON object a line, for tools that hold them against Telegram's published description."""

import json
from pathlib import Path

from tests.slack.calls import Call

__all__ = ["write"]


def write(path: Path, calls: list[Call]) -> None:
    """Write each call as ``{"method": …, "params": {…}}``: objects as objects, and null where a file was sent."""
    lines = [json.dumps({"method": call.method, "params": call.args}, ensure_ascii=False) for call in calls]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
