"""Faults of ours: written to the log under an id that can be told to people, without what anybody wrote."""

import logging
import secrets
import traceback


def report(log: logging.Logger, sentence: str, error: BaseException, **ids: object) -> str:
    """Log that something of ours failed, with ``ids`` as structured fields; gives the fault's id.

    The error's own message is left out, because it may quote a text or a name; its type and place are kept.
    """
    fault = secrets.token_hex(4)
    extra = {"action": "fault", "fault": fault, **ids}
    log.error("%s: fault %s, %s", sentence, fault, kind_of(error), extra=extra)
    log.debug("Where fault %s happened: %s", fault, _way_to(error), extra=extra)
    return fault


def kind_of(error: BaseException) -> str:
    """What went wrong and where, as in "ValueError at dispatcher.py:120"."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {_place(frames[-1])}" if frames else ""
    return f"{type(error).__name__}{where}"


def _way_to(error: BaseException) -> str:
    return " > ".join(_place(frame) for frame in traceback.extract_tb(error.__traceback__))


def _place(frame: traceback.FrameSummary) -> str:
    return f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
