"""What is written about a running bot: a sentence for people, an action and ids for programs, and nobody's words.

Our own lines are sentences with numbers and our own words in them; ``extra`` holds the action, ids, numbers and, under
the names in WORDS, our own words. A field of another kind is left out and named, so a slip shows in the log and gives
no text away. Libraries put payloads in their lines and their errors, so of theirs only the fixed part is kept, and
where it was said.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TextIO

OURS = ("bot", "handlers", "flows", "storage")

WORDS = frozenset({"action", "channel", "fault", "form", "kind", "outcome", "page", "role", "state", "verb", "version"})
"""The fields that may hold a word of ours. Ids and numbers may stand under any name."""

_OUR_WORD = re.compile(r"[A-Za-z0-9_.:/+-]{1,80}")
_OF_LOGGING = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_WITHHELD = "(words withheld)"
_LONGEST_PHRASE = 80


def configure(
    level: str = "info",
    form: str = "text",
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all lines to ``stream`` (standard error) from ``level`` on, as "text" or as "json", one object a line.

    Libraries log only warnings and worse. ``secrets`` are struck out wherever they might appear.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Lines(as_json=form == "json", secrets=secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    for ours in OURS:
        logging.getLogger(ours).setLevel(level.upper())


class _Lines(logging.Formatter):
    """A line of the log from a record of it."""

    def __init__(self, *, as_json: bool, secrets: Iterable[str]) -> None:
        super().__init__()
        self._as_json = as_json
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, without anybody's words."""
        facts = {**_fields(record), **_fault(record.exc_info)}
        line = self._json(record, facts) if self._as_json else self._text(record, facts)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line

    def _text(self, record: logging.LogRecord, facts: Mapping[str, object]) -> str:
        told = "".join(f" {name}={value}" for name, value in facts.items())
        return f"{_instant(record)} {record.levelname:<7} {record.name}: {_sentence(record)}{told}"

    def _json(self, record: logging.LogRecord, facts: Mapping[str, object]) -> str:
        head = {"at": _instant(record), "level": record.levelname.lower(), "logger": record.name}
        return json.dumps({**head, "message": _sentence(record), **facts}, ensure_ascii=False)


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _sentence(record: logging.LogRecord) -> str:
    """What was said. A library's line without arguments does not tell which part of it is fixed."""
    fixed = " ".join(str(record.msg).split())
    if _is_ours(record):
        return fixed % tuple(map(_phrase, record.args)) if isinstance(record.args, tuple) and record.args else fixed
    place = f"[{record.filename}:{record.lineno}]"
    return f"{fixed if record.args else _WITHHELD} {place}"


def _phrase(part: object) -> object:
    if isinstance(part, int | float):
        return part
    text = str(part)
    return text if len(text) <= _LONGEST_PHRASE and text.isprintable() else _WITHHELD


def _fields(record: logging.LogRecord) -> dict[str, object]:
    if not _is_ours(record):
        return {}
    extra = {name: value for name, value in vars(record).items() if name not in _OF_LOGGING and value is not None}
    kept = {name: _plain(value) for name, value in extra.items() if _may_stand(name, value)}
    withheld = sorted(set(extra) - set(kept))
    return {**kept, "withheld": ",".join(withheld)} if withheld else kept


def _may_stand(name: str, value: object) -> bool:
    if isinstance(value, int | float | datetime):
        return True
    return name in WORDS and isinstance(value, str) and bool(_OUR_WORD.fullmatch(value))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _fault(raised: object) -> dict[str, str]:
    """The kinds of the errors and the place of the last, without their messages: those quote what people wrote."""
    fault = raised[1] if isinstance(raised, tuple) else None
    if not isinstance(fault, BaseException):
        return {}
    chain = list(_chain(fault))
    return {"error": " < ".join(map(_kind, chain)), "trace": " > ".join(_places(fault))}


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


def _kind(fault: BaseException) -> str:
    # The operating system's own reasons ("Connection refused") are a fixed list, so they may be told.
    reason = f"({fault.strerror})" if isinstance(fault, OSError) and fault.strerror else ""
    return f"{type(fault).__module__}.{type(fault).__qualname__}{reason}"


def _places(fault: BaseException) -> Iterator[str]:
    step = fault.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        yield f"{step.tb_frame.f_globals.get('__name__', '?')}.{code.co_qualname}:{step.tb_lineno}"
        step = step.tb_next
