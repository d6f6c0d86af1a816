"""The log tells what happened, in which order and to which rows, and never what somebody wrote or is called."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.config import logging_setup


@pytest.fixture
def kept() -> Iterator[None]:
    root = logging.getLogger()
    names = ["", *logging_setup.OURS]
    levels = {name: logging.getLogger(name).level for name in names}
    handlers = root.handlers[:]
    yield
    root.handlers[:] = handlers
    logging.captureWarnings(capture=False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def written(form: str = "text", level: str = "info", secrets: tuple[str, ...] = ()) -> io.StringIO:
    stream = io.StringIO()
    logging_setup.configure(level, form, secrets=secrets, stream=stream)
    return stream


pytestmark = pytest.mark.usefixtures("kept")


def test_a_line_is_a_sentence_with_an_action_and_ids() -> None:
    stream = written()
    logging.getLogger("bot.delivery.dispatcher").info(
        "A letter is %s", "sent", extra={"action": "courier.sent", "letter": 7}
    )
    line = stream.getvalue()
    assert "INFO    bot.delivery.dispatcher: A letter is sent action=courier.sent letter=7\n" in line
    assert line[10] == "T"
    assert line[23] == "Z"


def test_as_json_a_line_is_one_object() -> None:
    stream = written("json")
    logging.getLogger("flows.offers.offers").warning(
        "Nobody is left to ask", extra={"action": "offers.none", "search": 3}
    )
    line = json.loads(stream.getvalue())
    del line["at"]
    assert line == {
        "level": "warning",
        "logger": "flows.offers.offers",
        "message": "Nobody is left to ask",
        "action": "offers.none",
        "search": 3,
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_text_that_slips_into_a_field_is_left_out_and_named(form: str) -> None:
    stream = written(form)
    extra = {"action": "a.b", "who": "Fatima", "kind": "my boss shouted at me", "letter": 1}
    logging.getLogger("handlers").info("Something happened", extra=extra)
    line = stream.getvalue()
    assert "Fatima" not in line
    assert "shouted" not in line
    assert "kind,who" in line
    assert "a.b" in line


def test_a_text_that_slips_into_a_sentence_is_left_out() -> None:
    stream = written()
    logging.getLogger("flows").info("Read %s", "first line\nsecond line")
    logging.getLogger("flows").info("Read %s", "a long story " * 20)
    assert "story" not in stream.getvalue()
    assert "second" not in stream.getvalue()
    assert stream.getvalue().count("\n") == 2


def test_an_error_is_told_by_kind_and_place_without_its_message() -> None:
    stream = written()
    try:
        try:
            raise ValueError("could not read: my boss shouted at me")
        except ValueError as fault:
            raise LookupError("no row for Fatima") from fault
    except LookupError:
        logging.getLogger("bot").exception("Delivery stopped")
    line = stream.getvalue()
    assert "error=builtins.LookupError < builtins.ValueError" in line
    assert "test_an_error_is_told_by_kind" in line
    assert "shouted" not in line
    assert "Fatima" not in line


def test_the_operating_systems_own_reason_is_kept() -> None:
    stream = written()
    try:
        raise ConnectionRefusedError(111, "Connection refused")
    except OSError:
        logging.getLogger("bot").exception("The database is away")
    assert "Connection refused" in stream.getvalue()


def test_what_libraries_say_is_kept_without_what_they_fill_in() -> None:
    stream = written()
    logging.getLogger("some.library").warning("Unhandled request %s", {"text": "my boss shouted at me"})
    logging.getLogger("some.library").error("Unhandled: my boss shouted at me")
    logging.getLogger("some.library").info("Nothing to see")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert "Unhandled request %s [test_logs.py:" in lines[0]
    assert "words withheld" in lines[1]
    assert "shouted" not in stream.getvalue()


def test_a_secret_is_struck_out_wherever_it_appears() -> None:
    stream = written(secrets=("xoxb-secret", ""))
    logging.getLogger("bot").info("Starting with %s", "xoxb-secret", extra={"action": "xoxb-secret"})
    assert "xoxb" not in stream.getvalue()
    assert "Starting with ***" in stream.getvalue()


def test_the_level_is_for_our_own_lines() -> None:
    stream = written(level="debug")
    logging.getLogger("storage").debug("Ours")
    logging.getLogger("library").info("Theirs")
    assert "Ours" in stream.getvalue()
    assert "Theirs" not in stream.getvalue()
