"""Delivers what must arrive: letters are leased from the outbox, composed, sent over the person's channel and settled.

Every letter is delivered at least once. When the process died between the sending and the marking, or the platform took
it and its answer never reached us, a channel that can looks for the message before it sends another; over one that
cannot, it is delivered twice. Different people's letters travel side by side, one person's in order (see
``storage.outbox``).
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.destinations import Destination, found, known
from bot.outcome import Again, Moot, Outcome, Sent, Undeliverable, mark
from flows import faults, unreached
from flows.agenda import Desks
from flows.desk import Desk
from flows.notices import Note
from flows.texts import Translator
from flows.view import View
from handlers.channel import Channel, Envelope, NotEver, NotNow
from storage import outbox
from storage.models import Person
from storage.outbox import NOT_YET, Leased

log = logging.getLogger(__name__)

Compose = Callable[[Desk, Person, Note], View | None]
"""Gives the words of a note as things stand now, or None when it makes no sense any more."""

LEASE = timedelta(minutes=2)
"""How long a letter belongs to the courier that took it; after a crash it is carried again once this is over."""

SIDE_BY_SIDE = 48
"""Letters under way at once. Telegram takes thirty messages a second, and one a second to a person: where people get
several letters each, some thirty hands wait for the next second of their person, and a few more are needed beside."""

GRACE_SECONDS = 5.0
"""How long a stop waits for letters under way."""

NO_ADDRESS = "no address"
NOT_ACTIVE = "not active in the programme any more"


@dataclass(frozen=True)
class _Parcel:
    letter: Leased
    view: View
    t: Translator
    envelope: Envelope
    destinations: tuple[Destination, ...]
    email: str | None


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
        self._reading = reading
        self._channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        self._compose = compose
        self._clock = clock
        self._side_by_side = side_by_side
        self._lease = lease
        self._carrying: dict[tuple[int, int | None], asyncio.Task[None]] = {}
        self._carried = 0
        self._bell = asyncio.Event()
        self._taking = asyncio.Lock()
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
            pause = 1.0
            try:
                pause = await self._work() if may() else 60.0
            except Exception as error:  # noqa: BLE001  # The outermost loop: the database may come back.
                faults.report(log, "Taking letters from the outbox failed", error)
            await self._rest(pause)

    async def _work(self) -> float:
        """Take what is ready; gives the seconds until there may be more, if nobody rings before."""
        await self._take()
        return await self._until_next()

    async def drain(self) -> None:
        """Deliver everything that is ready now, and come back when nothing is."""
        while True:
            carried = self._carried
            await self._take()
            if self._carrying:
                await asyncio.wait(list(self._carrying.values()), return_when=asyncio.FIRST_COMPLETED)
            elif carried == self._carried:
                # Nothing was settled while we looked, by whoever took it, that made way for somebody's next letter.
                return

    async def stop(self) -> None:
        """Take no more letters and see those under way through, for a few seconds.

        A letter that takes longer stays in the outbox, and may arrive twice: nobody can know whether it was taken.
        """
        self._stopping = True
        self._bell.set()
        under_way = list(self._carrying.values())
        if under_way:
            _, stuck = await asyncio.wait(under_way, timeout=GRACE_SECONDS)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return

    async def _take(self) -> int:
        async with self._taking:
            places = self._side_by_side - len(self._carrying)
            if self._stopping or places <= 0:
                return 0
            letters = await asyncio.to_thread(self._lease_letters, places, self._busy())
            for letter in letters:
                self._carrying[letter.queue] = asyncio.create_task(self._carry(letter))
            return len(letters)

    def _busy(self) -> frozenset[int]:
        """The people a letter of whom is under way, to them or to their room."""
        return frozenset(person_id for person_id, _room_id in self._carrying)

    def _lease_letters(self, limit: int, carrying: frozenset[int]) -> list[Leased]:
        with self._writing() as desk:
            return outbox.lease(desk.uow, desk.now, limit, self._lease, carrying)

    async def _until_next(self) -> float:
        # Full hands: the bell rings when one is free again. A minute at most, for letters another process put in.
        if len(self._carrying) >= self._side_by_side:
            return 60.0
        ready, now = await asyncio.to_thread(self._look, self._busy())
        return 60.0 if ready is None else min(60.0, max(0.0, (ready - now).total_seconds()))

    def _look(self, carrying: frozenset[int]) -> tuple[datetime | None, datetime]:
        with self._reading() as desk:
            return outbox.earliest_ready(desk.uow, carrying), desk.now

    async def _carry(self, letter: Leased) -> None:
        try:
            outcome = await self._deliver(letter)
            await self._settle(letter, outcome)
        finally:
            del self._carrying[letter.queue]
            self._carried += 1
            self._bell.set()

    async def _deliver(self, letter: Leased) -> Outcome:
        handed_over = False
        try:
            # Well before the lease runs out, so that no other courier carries this letter at the same time.
            async with asyncio.timeout(self._lease.total_seconds() / 2):
                packed = await asyncio.to_thread(self._pack, letter)
                if not isinstance(packed, _Parcel):
                    return packed
                destinations = await self._destinations(packed)
                handed_over = True
                return await self._try_each(packed, destinations) if destinations else Undeliverable(NO_ADDRESS)
        except NotNow as wait:
            return Again(f"{NOT_YET}: {wait}", wait.seconds, handed_over and wait.maybe_sent)
        except TimeoutError:
            return Again(f"{NOT_YET}: no answer in time", maybe_sent=handed_over)
        except Exception as error:  # noqa: BLE001  # A fault of ours must not hold up the others.
            fault = faults.report(log, "Delivering a letter failed", error, letter=letter.id, kind=letter.kind)
            return Again(f"{NOT_YET}: fault {fault}, {faults.kind_of(error)}", maybe_sent=handed_over)

    def _pack(self, letter: Leased) -> _Parcel | Outcome:
        with self._reading() as desk:
            person = desk.uow.get(Person, letter.person_id)
            if not person.active:
                return Undeliverable(NOT_ACTIVE)
            view = self._compose(desk, person, Note(letter.kind, letter.subject_id, letter.args))
            if view is None:
                return Moot()
            destinations = known(desk, letter, self._channels)
        return _Parcel(letter, view, desk.words_for(person), _envelope(letter), destinations, person.email)

    async def _destinations(self, parcel: _Parcel) -> tuple[Destination, ...]:
        """The ways to where the parcel goes; where none is known, the channels are asked for one."""
        if parcel.destinations or not parcel.email or parcel.letter.room_id is not None:
            return parcel.destinations
        return await found(parcel.email, parcel.letter, self._channels, self._writing)

    async def _try_each(self, parcel: _Parcel, destinations: tuple[Destination, ...]) -> Outcome:
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
                return await asyncio.to_thread(self._mark, letter, outcome)
            except Exception as error:  # noqa: BLE001  # The database may come back.
                faults.report(log, "Marking a letter failed", error, letter=letter.id)
            await asyncio.sleep(pause)
            pause = min(2 * pause, 30.0)

    def _mark(self, letter: Leased, outcome: Outcome) -> None:
        with self._writing() as desk:
            mark(desk, letter, outcome)
        if isinstance(outcome, Undeliverable) and letter.room_id is None:
            # A change of its own: it holds the request, which the mark of a letter must never wait for.
            with self._writing() as desk:
                unreached.go_on(desk, letter.kind, letter.subject_id)
            with self._writing() as desk:
                unreached.cut_off(desk, letter.person_id)
        word = type(outcome).__name__.lower()
        log.info("A letter is settled: %s", word, extra={"action": f"courier.{word}", "letter": letter.id})


def _envelope(letter: Leased) -> Envelope:
    # The id alone would come back in another database, with which a platform may be asked about the same person.
    name = f"{letter.id} {letter.created_at.isoformat()}"
    key = hashlib.sha256(name.encode()).hexdigest()[:32]
    return Envelope(key, again=letter.begun > 1)
