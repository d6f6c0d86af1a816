"""Delivers what must arrive: letters are leased from the outbox, composed, sent over the person's channel and settled.

Every letter is delivered at least once. When the process died between the sending and the marking, or the platform took
it and its answer never reached us, a channel that can looks for the message before it sends another; over one that
cannot, it is delivered twice. Different people's letters travel side by side, one person's in order (see
``storage.outbox``).

It works in rounds, each with one transaction that writes: what was carried since the last round is marked, and what is
ready is taken. So the busier it is, the more letters share a transaction, and nobody else waits long for their turn.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.destinations import Destination, found
from bot.outcome import Again, Outcome, Sent, Undeliverable, mark
from bot.parcels import Compose, Packing, Parcel, at_fault
from flows import faults, unreached
from flows.agenda import Desks
from handlers.channel import Channel, NotEver, NotNow
from storage import outbox
from storage.outbox import NOT_YET, Leased

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a letter belongs to the courier that took it; after a crash it is carried again once this is over."""

SIDE_BY_SIDE = 48
"""Letters under way at once. Telegram takes thirty messages a second, and one a second to a person: where people get
several letters each, some thirty hands wait for the next second of their person, and a few more are needed beside."""

GRACE_SECONDS = 5.0
"""How long a stop waits for letters under way."""

LONGEST_PAUSE = 60.0
"""In seconds; after that it looks for letters that another process put in."""

AFTER_A_FAULT = 1.0
"""In seconds: so long it leaves the database alone, unless something rings."""

NO_ADDRESS = "no address"

_Carried = Sequence[tuple[Leased, Outcome]]


@dataclass(frozen=True)
class _Round:
    """What one round took, and the seconds until there may be more, if nobody rings before."""

    taken: Sequence[tuple[Leased, Parcel | Outcome]]
    pause: float


class Courier:
    """Carries letters. ``writing`` and ``reading`` give desks on a transaction that may write, or only looks."""

    def __init__(
        self,
        writing: Desks,
        reading: Desks,
        channels: Iterable[Channel],
        compose: Compose,
        clock: Clock,
        *,
        side_by_side: int = SIDE_BY_SIDE,
        lease: timedelta = LEASE,
    ) -> None:
        self._writing = writing
        self._channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        self._packing = Packing(reading, self._channels, compose)
        self._clock = clock
        self._side_by_side = side_by_side
        self._lease = lease
        # From the taking to the marking; who is in here gets no other letter meanwhile.
        self._in_hand: dict[tuple[int, int | None], Leased] = {}
        self._carried: list[tuple[Leased, Outcome]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._one_round = asyncio.Lock()
        self._bell = asyncio.Event()
        self._stopping = False
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
            this = await self._round()
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            elif not (this.taken or self._carried):
                return

    async def stop(self) -> None:
        """Take no more letters and see those under way through, for a few seconds.

        A letter that takes longer stays in the outbox, and may arrive twice: nobody can know whether it was taken.
        """
        self._stopping = True
        self._bell.set()
        async with self._one_round:
            self._mark_each()
        if self._under_way:
            _, stuck = await asyncio.wait(self._under_way, timeout=GRACE_SECONDS)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return

    async def _round(self, *, takes: bool = True) -> _Round:
        async with self._one_round:
            places = self._side_by_side - len(self._in_hand) + len(self._carried)
            if self._stopping or not takes:
                places = 0
            if not (places or self._carried):
                return _Round((), LONGEST_PAUSE)
            return await self._mark_and_take(places)

    async def _mark_and_take(self, places: int) -> _Round:
        carried, marked = list(self._carried), {letter.queue for letter, _ in self._carried}
        busy = frozenset(person for person, room in self._in_hand if (person, room) not in marked)
        # Well before the lease runs out, so that no other courier carries these letters at the same time.
        by = asyncio.get_running_loop().time() + self._lease.total_seconds() / 2
        try:
            done = await asyncio.to_thread(self._marked_and_taken, carried, places, busy)
        except Exception as error:
            if not carried:
                raise
            # One that cannot be marked must not hold up the others.
            faults.report(log, "Marking letters together failed", error)
            self._mark_each()
            return _Round((), AFTER_A_FAULT)
        for letter, outcome in carried:
            self._let_go(letter, outcome)
        del self._carried[: len(carried)]
        for letter, packed in done.taken:
            self._in_hand[letter.queue] = letter
            self._start(self._carry(letter, packed, by))
        return done

    def _marked_and_taken(self, carried: _Carried, places: int, busy: frozenset[int]) -> _Round:
        with self._writing() as desk:
            for letter, outcome in carried:
                mark(desk, letter, outcome)
            letters = outbox.lease(desk.uow, desk.now, places, self._lease, busy) if places else []
            pause = LONGEST_PAUSE
            # With full hands the bell rings when one is free again.
            if len(letters) < places:
                ready = outbox.earliest_ready(desk.uow, busy | {letter.person_id for letter in letters})
                pause = _seconds(desk.now, ready)
        return _Round([*zip(letters, self._packing.packed(letters), strict=True)], pause)

    def _mark_each(self) -> None:
        """Mark what was carried, each letter by itself, until the database takes it."""
        carried, self._carried = self._carried, []
        for letter, outcome in carried:
            self._start(self._settle(letter, outcome))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _carry(self, letter: Leased, packed: Parcel | Outcome, by: float) -> None:
        outcome = await self._delivered(packed, by) if isinstance(packed, Parcel) else packed
        if self._stopping or isinstance(outcome, Undeliverable):
            # There is no other round, or there is more to do than to mark it.
            await self._settle(letter, outcome)
        else:
            self._carried.append((letter, outcome))
            self._bell.set()

    def _let_go(self, letter: Leased, outcome: Outcome) -> None:
        del self._in_hand[letter.queue]
        word = type(outcome).__name__.lower()
        log.info("A letter is settled: %s", word, extra={"action": f"courier.{word}", "letter": letter.id})

    async def _delivered(self, parcel: Parcel, by: float) -> Outcome:
        """What becomes of the attempt, which ends ``by`` this time of the loop."""
        if asyncio.get_running_loop().time() >= by:
            return Again(f"{NOT_YET}: its words took too long", maybe_sent=False)
        handed_over = False
        try:
            async with asyncio.timeout_at(by):
                destinations = await self._destinations(parcel)
                handed_over = True
                return await self._try_each(parcel, destinations) if destinations else Undeliverable(NO_ADDRESS)
        except NotNow as wait:
            return Again(f"{NOT_YET}: {wait}", wait.seconds, handed_over and wait.maybe_sent)
        except TimeoutError:
            return Again(f"{NOT_YET}: no answer in time", maybe_sent=handed_over)
        except Exception as error:  # noqa: BLE001  # A fault of ours must not hold up the others.
            return at_fault(parcel.letter, error, maybe_sent=handed_over)

    async def _destinations(self, parcel: Parcel) -> tuple[Destination, ...]:
        """The ways to where the parcel goes; where none is known, the channels are asked for one."""
        if parcel.destinations or not parcel.email or parcel.letter.room_id is not None:
            return parcel.destinations
        return await found(parcel.email, parcel.letter, self._channels, self._writing)

    async def _try_each(self, parcel: Parcel, destinations: tuple[Destination, ...]) -> Outcome:
        reasons, shut = [], set[str]()
        for destination in destinations:
            try:
                view = destination.worded(parcel.view, parcel.t, shut)
                return Sent(destination.channel.name, await destination.hand_over(view, parcel.envelope))
            except NotEver as closed:
                reasons.append(f"{destination.channel.name}: {closed}")
                shut |= {destination.channel.name} if closed.unreachable else set()
                await self._note_closed(destination, parcel.letter, unreachable=closed.unreachable)
        return Undeliverable("; ".join(reasons))

    async def _note_closed(self, destination: Destination, letter: Leased, *, unreachable: bool) -> None:
        log.warning(
            "A letter cannot be delivered over %s",
            destination.channel.name,
            extra={"action": "courier.closed", "letter": letter.id, "address": destination.id, "gone": unreachable},
        )
        if unreachable:
            await asyncio.to_thread(self._close, destination)

    def _close(self, destination: Destination) -> None:
        with self._writing() as desk:
            destination.close(desk)

    async def _settle(self, letter: Leased, outcome: Outcome) -> None:
        # Until it is marked the letter counts as not delivered, so giving up on the mark would send it twice.
        pause = 0.5
        while True:
            try:
                await asyncio.to_thread(self._mark, letter, outcome)
                break
            except Exception as error:  # noqa: BLE001  # The database may come back.
                faults.report(log, "Marking a letter failed", error, letter=letter.id)
            await asyncio.sleep(pause)
            pause = min(2 * pause, 30.0)
        self._let_go(letter, outcome)
        self._bell.set()

    def _mark(self, letter: Leased, outcome: Outcome) -> None:
        with self._writing() as desk:
            mark(desk, letter, outcome)
        if isinstance(outcome, Undeliverable) and letter.room_id is None:
            # A change of its own: it holds the request, which the mark of a letter must never wait for.
            with self._writing() as desk:
                unreached.go_on(desk, letter.kind, letter.subject_id)
            with self._writing() as desk:
                unreached.cut_off(desk, letter.person_id)


def _seconds(now: datetime, ready: datetime | None) -> float:
    return LONGEST_PAUSE if ready is None else min(LONGEST_PAUSE, max(0.0, (ready - now).total_seconds()))
