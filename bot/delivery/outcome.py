"""What became of one attempt to deliver a letter, and what that means for the letter."""

import random
from dataclasses import dataclass
from datetime import timedelta

from flows.engine.context import Context
from storage.delivery import outbox
from storage.delivery.outbox import Leased
from storage.models import OutboxReason

ATTEMPTS = 12
"""Failures after which a letter is dead. With the back-off below that takes some sixteen hours."""

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=4)


@dataclass(frozen=True)
class Sent:
    """The message stands at ``message_ref`` in this channel."""

    channel: str
    message_ref: str


@dataclass(frozen=True)
class Moot:
    """The message makes no sense any more."""


@dataclass(frozen=True)
class Undeliverable:
    """No repeat can help. ``words`` say why to whoever looks into it."""

    reason: OutboxReason
    words: str


@dataclass(frozen=True)
class Again:
    """To be tried again, after ``seconds`` where the platform said so. ``words`` say why to whoever looks into it.

    ``maybe_sent``: nobody knows whether the message arrived all the same.
    """

    words: str
    seconds: float | None = None
    maybe_sent: bool = True


Outcome = Sent | Moot | Undeliverable | Again


def mark(context: Context, letter: Leased, outcome: Outcome) -> None:
    """Record what became of the letter, and when it is tried again if it is."""
    match outcome:
        case Sent(channel, message_ref):
            outbox.settle_sent(context.uow, letter, context.now, channel, message_ref)
        case Moot():
            outbox.settle_moot(context.uow, letter, context.now)
        case Undeliverable(reason, words):
            outbox.settle_dead(context.uow, letter, context.now, reason, words)
        case Again():
            _mark_again(context, letter, outcome)


def _mark_again(context: Context, letter: Leased, outcome: Again) -> None:
    words = f"not now: {outcome.words}"
    if outcome.seconds is not None:
        # The platform sets the pace: it may ask for a wait often, and that must never use a letter up.
        at = context.now + timedelta(seconds=outcome.seconds)
        outbox.settle_retry(context.uow, letter, at, words, counts=False, maybe_sent=outcome.maybe_sent)
    elif letter.attempts + 1 >= ATTEMPTS:
        words = f"gave up after {ATTEMPTS} attempts; the last: {words}"
        outbox.settle_dead(context.uow, letter, context.now, OutboxReason.GAVE_UP, words)
    else:
        at = context.now + back_off(letter.attempts)
        outbox.settle_retry(context.uow, letter, at, words, maybe_sent=outcome.maybe_sent)


def back_off(attempts: int) -> timedelta:
    """The wait after a failure with ``attempts`` before it: three times as long each time, up to a cap.

    Up to a fifth is taken off at random, so that letters that failed together do not come back together.
    """
    jitter = random.uniform(0.8, 1.0)  # noqa: S311  # spreads load, guards nothing
    wait: timedelta = FIRST_WAIT * 3**attempts
    return min(LONGEST_WAIT, wait) * jitter
