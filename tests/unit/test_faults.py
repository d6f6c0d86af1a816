"""A fault of ours gets an id and a place in the log, and nobody's words."""

import logging

import pytest

from flows.engine import faults

log = logging.getLogger("test")


def _fault() -> ValueError:
    try:
        raise ValueError("Jan de Vries wrote: something confidential")
    except ValueError as error:
        return error


def test_a_fault_is_logged_under_the_id_it_was_given(caplog: pytest.LogCaptureFixture) -> None:
    fault = faults.report(log, "Sending failed", _fault(), letter=7)
    (record,) = caplog.records
    assert fault in record.getMessage()
    assert "ValueError at test_faults.py:" in record.getMessage()
    assert (record.__dict__["action"], record.__dict__["fault"], record.__dict__["letter"]) == ("fault", fault, 7)


def test_what_people_wrote_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    faults.report(log, "Sending failed", _fault())
    assert "confidential" not in caplog.text
    assert "Vries" not in caplog.text
