"""Delivers what must arrive: letters are leased from the outbox, composed, sent over the person's channel and settled.

Every letter is delivered at least once. When the process died between the sending and the marking, or the platform took
it and its answer never reached us, a channel that can looks for the message before it sends another; over one that
cannot, it is delivered twice. Different people's letters go out side by side, one person's in order (see
``storage.delivery.outbox``).

It works in rounds, each with one transaction that writes: what was carried since the last round is marked, and what is
ready is taken. So the busier it is, the more letters share a transaction. Whatever may take long goes on beside the
rounds: finding the words, the platforms, and letters that are marked by themselves because something is the matter.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.composing import Compose, Composing, ReadyMessage
from bot.delivery.outcome import Outcome, Undeliverable, mark
from bot.delivery.sending import Delivery
from bot.schedule.clock import Clock
from flows.engine import faults
from flows.engine.events import MessageUndeliverable, PersonUnreachable
from flows.engine.schedule import Contexts
from handlers.outbound.channel import Channel
from storage.database.conflicts import Conflict
from storage.delivery import outbox
from storage.delivery.outbox import Leased

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a letter belongs to the dispatcher that took it; after a crash it is carried again once this is over."""

SIDE_BY_SIDE = 48
"""Letters under way at once. Telegram takes thirty messages a second, and one a second to a person: where people get
several letters each, some thirty hands wait for the next second of their person, and a few more are needed beside."""

GRACE_SECONDS = 5.0
"""How long a stop waits for letters under way."""

LONGEST_PAUSE = 60.0
"""In seconds; after that it looks for letters that another process put in."""

AFTER_A_FAULT = 1.0
"""Seconds for which it leaves the database alone, unless it is woken."""

LONGEST_WAIT_FOR_OTHERS = timedelta(milliseconds=200)
"""A round that marks many people's letters gives up when one of them is held for longer, and each waits by itself."""

_Carried = Sequence[tuple[Leased, Outcome]]


@dataclass(frozen=True)
class _Round:
    """The letters that one round took, and the seconds to wait for the next round unless new letters are announced."""

    taken: Sequence[Leased]
    pause: float


class Dispatcher:
    """Carries letters. ``writing`` and ``reading`` give contexts on a transaction that may write, or only looks."""

    def __init__(
        self,
        writing: Contexts,
        reading: Contexts,
        channels: Iterable[Channel],
        compose: Compose,
        clock: Clock,
        *,
        side_by_side: int = SIDE_BY_SIDE,
        lease: timedelta = LEASE,
    ) -> None:
        served = {channel.name: channel for channel in channels}
        self._packing = Composing(reading, served, compose)
        self._delivery = Delivery(writing, served)
        self._writing = writing
        self._clock = clock
        self._side_by_side = side_by_side
        self._lease = lease
        # The ids of letters from when they are taken until they are marked.
        self._in_hand: set[int] = set()
        self._to_mark: list[tuple[Leased, Outcome]] = []
        self._settled_so_far = 0
        self._under_way: set[asyncio.Task[None]] = set()
        self._one_round = asyncio.Lock()
        self._bell = asyncio.Event()
        self._stopping = self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Look again at what is ready: something was put in the outbox. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._bell.set)

    async def run(self, may: Callable[[], bool] = lambda: True) -> None:
        """Deliver until ``stop``: what is ready at once, what waits at its time.

        While ``may`` says no, letters are left to another process; ``wake`` when that changes.
        """
        self._loop = asyncio.get_running_loop()
        self._clock.on_move(self.wake)
        while not self._stopping:
            self._bell.clear()
            pause = AFTER_A_FAULT
            try:
                pause = (await self._round(takes=may())).pause
            except Exception as error:  # noqa: BLE001  # The outermost loop: the database may come back.
                faults.report(log, "A round for letters from the outbox failed", error)
            await self._rest(pause)

    async def drain(self) -> None:
        """Deliver everything that is ready now, and come back when nothing is."""
        while True:
            before = self._settled_so_far
            done = await self._round()
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            elif not (done.taken or self._to_mark) and before == self._settled_so_far:
                # Nor was anything settled while it looked that made way for somebody's next letter.
                return

    async def stop(self) -> None:
        """Take no more letters and see those under way through, for a few seconds.

        A letter that takes longer stays in the outbox, and may arrive twice: nobody can know whether it was taken.
        """
        self._stopping = True
        self._bell.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await self._see_through()
        stuck = list(self._under_way)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
        self._stopped = True

    async def _see_through(self) -> None:
        async with self._one_round:
            self._mark_one_by_one()
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return

    async def _round(self, *, takes: bool = True) -> _Round:
        async with self._one_round:
            places = self._side_by_side - len(self._in_hand) + len(self._to_mark)
            if self._stopping or not takes:
                places = 0
            if not (places or self._to_mark):
                return _Round((), LONGEST_PAUSE)
            return await self._mark_and_take(places)

    async def _mark_and_take(self, places: int) -> _Round:
        carried = list(self._to_mark)
        in_hand = self._in_hand - {letter.id for letter, _ in carried}
        # Well before the lease runs out, so that no other dispatcher carries these letters at the same time.
        by = asyncio.get_running_loop().time() + self._lease.total_seconds() / 2
        try:
            done = await asyncio.to_thread(self._marked_and_taken, carried, places, in_hand)
        except Exception as error:
            if not carried:
                raise
            # One that cannot be marked must not hold up the others.
            if not isinstance(error, Conflict):
                faults.report(log, "Marking letters together failed", error)
            self._mark_one_by_one()
            return _Round((), AFTER_A_FAULT)
        del self._to_mark[: len(carried)]
        for letter, outcome in carried:
            self._let_go(letter, outcome)
        if done.taken:
            self._in_hand |= {letter.id for letter in done.taken}
            self._start(self._send_off(done.taken, by))
        return done

    def _marked_and_taken(self, carried: _Carried, places: int, in_hand: set[int]) -> _Round:
        with self._writing() as context:
            if carried:
                context.uow.wait_at_most(LONGEST_WAIT_FOR_OTHERS)
            for letter, outcome in carried:
                mark(context, letter, outcome)
            letters = outbox.lease(context.uow, context.now, places, self._lease, in_hand) if places else []
            # All places are taken. The next round starts as soon as one is free again.
            if len(letters) == places:
                return _Round(letters, LONGEST_PAUSE)
            ready = outbox.earliest_ready(context.uow, in_hand | {letter.id for letter in letters})
            return _Round(letters, _seconds_until(ready, context.now))

    def _mark_one_by_one(self) -> None:
        """Begin to mark what was carried, each letter by itself, until the database takes it."""
        carried, self._to_mark = self._to_mark, []
        for letter, outcome in carried:
            self._start(self._settle(letter, outcome))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        if self._stopped:
            # A round that took longer than the stop could wait: what it took is taken again when its lease is over.
            work.close()
            return
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send_off(self, letters: Sequence[Leased], by: float) -> None:
        packed = await asyncio.to_thread(self._packing.packed, letters)
        for letter, parcel in zip(letters, packed, strict=True):
            self._start(self._carry(letter, parcel, by))

    async def _carry(self, letter: Leased, packed: ReadyMessage | Outcome, by: float) -> None:
        outcome = await self._delivery.attempt(packed, by) if isinstance(packed, ReadyMessage) else packed
        if self._stopping or isinstance(outcome, Undeliverable):
            # There is no other round, or what follows the mark must not wait in one.
            await self._settle(letter, outcome)
        else:
            self._to_mark.append((letter, outcome))
            self._bell.set()

    async def _settle(self, letter: Leased, outcome: Outcome) -> None:
        # Until it is marked the letter counts as not delivered, so giving up on the mark would send it twice.
        await self._until_done("Marking a letter failed", letter, lambda: self._mark(letter, outcome))
        self._let_go(letter, outcome)
        self._bell.set()
        if isinstance(outcome, Undeliverable) and letter.room_id is None:
            await self._until_done("Going on without a reader failed", letter, lambda: self._go_on_without(letter))
            self._bell.set()

    async def _until_done(self, failed: str, letter: Leased, work: Callable[[], None]) -> None:
        pause = 0.5
        while True:
            try:
                return await asyncio.to_thread(work)
            except Conflict:
                log.info("A letter is settled once more", extra={"action": "courier.in_the_way", "letter": letter.id})
            except Exception as error:  # noqa: BLE001  # The database may come back.
                faults.report(log, failed, error, letter=letter.id)
            await asyncio.sleep(pause)
            pause = min(2 * pause, 30.0)

    def _mark(self, letter: Leased, outcome: Outcome) -> None:
        with self._writing() as context:
            mark(context, letter, outcome)

    def _go_on_without(self, letter: Leased) -> None:
        """Its reader cannot be reached. A change of its own: it holds the request, which no mark must ever wait for."""
        with self._writing() as context:
            context.publish(MessageUndeliverable(letter.kind, letter.subject_id))
        with self._writing() as context:
            context.publish(PersonUnreachable(letter.person_id))

    def _let_go(self, letter: Leased, outcome: Outcome) -> None:
        self._in_hand.discard(letter.id)
        self._settled_so_far += 1
        word = type(outcome).__name__.lower()
        log.info("A letter is settled: %s", word, extra={"action": f"courier.{word}", "letter": letter.id})


def _seconds_until(ready: datetime | None, now: datetime) -> float:
    return LONGEST_PAUSE if ready is None else min(LONGEST_PAUSE, max(0.0, (ready - now).total_seconds()))
