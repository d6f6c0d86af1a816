"""Doing things at the very same moment, each in a thread of its own."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")


def race(acts: Sequence[Callable[[], Given]]) -> list[Given]:
    """Start all ``acts`` together; gives what each gave, in their order. Raises what any of them raised."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Given]) -> Given:
        start.wait(300)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def loudly(_log: logging.Logger, sentence: str, error: BaseException, **_ids: object) -> str:
    """In the place of ``faults.report``: a fault of ours, which a person would be told an id of, ends the test."""
    raise AssertionError(sentence) from error
