"""Keeps the home tabs of those who look at them up to date, however much changes at once.

A home tab is drawn by views.publish, which Slack allows a hundred times a minute. So only those who had it open in the
last day get a new one, only when it really differs, and several changes in a short while count as one. Somebody who
just opened theirs or did something goes before all others: with tasks and a part of the rate kept for them.

What is remembered is this process's own. What changes through another one, or without a word to the person, is found by
looking again each minute for a quarter of an hour, which publishes nothing where nothing differs.
"""

import asyncio
import hashlib
import json
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from flows.engine import faults
from flows.engine.views.view import HomePage
from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.slack.errors import EditImpossible
from handlers.slack.rendering.home_tab import home_tab
from handlers.slack.sending.api import ApiClient

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds after a change in which others may join it."""
BETWEEN = 3.0
"""Seconds between two home tabs for one person."""
TRUSTED = 60.0
"""Seconds in which a tab that was opened again is taken to be the one published last."""
LOOKS_FOR = 24 * 3600.0
"""Seconds after opening the tab for which a person counts as looking."""
REMEMBERED = 4_000
"""People who look, at most; those who opened their tab longest ago are forgotten first."""
LOOKS_NOW, AGAIN = 15 * 60.0, 60.0
"""Seconds after opening the tab for which somebody likely has it before them, and between two looks for them then."""
OPENED_AT_ONCE, STIRRED_AT_ONCE = 8, 2
"""Home tabs under way at one time: for those who just opened theirs or did something, and for all others."""
LOOKERS = 1
"""Threads that work out what home tabs say. More of them would take the processor from the answers to presses."""
BREATH = 0.1
"""Seconds between two looks for those who did nothing, in each hand: many changes at once leave time for all else."""
TRIES = 5
"""How often Slack may put one home tab off before it is left until it is opened again, or something changes."""
FIRST_WAIT = 5.0
"""Seconds before the first repeat where Slack does not say how long; doubled each time."""

Look = Callable[[str], HomePage | None]
"""The home page of the person with this Slack id, or None for somebody unknown. Called in a thread."""

Refuse = Callable[[str], Awaitable[HomePage | None]]
"""What the tab of the person with this Slack id says in its place, where the bot does not serve them; else None."""


async def _nobody(_user_id: str) -> HomePage | None:
    return None


@dataclass(eq=False)
class _Onlooker:
    """Somebody who had their home tab open. Times are seconds of the keeper's clock.

    ``digest`` and ``hash`` are of the tab published last, ours and Slack's. ``wanted``: it may differ from what stands,
    and is looked at when it is ``due``; ``urgent``: before those of who did nothing. ``busy``: it is being looked at.
    ``refused``: it says that the bot does not serve them.
    """

    user_id: str
    opened: float
    published: float = -math.inf
    digest: bytes = b""
    hash: str = ""
    wanted: bool = False
    due: float = math.inf
    urgent: bool = False
    busy: bool = False
    refused: bool = False
    tries: int = 0
    not_before: float = -math.inf
    task: asyncio.Task[None] | None = None


class FrontDoor:
    """The home tabs of one workspace. ``now`` tells seconds that only go up; ``sleep`` waits so many.

    ``refuse`` is asked first, each time, and may raise RetryLater. ``quiet`` are the verbs that open nothing.
    ``opened`` and ``stop`` are for the event loop, ``stir`` may be called from any thread.
    """

    def __init__(
        self,
        web: ApiClient,
        look: Look,
        *,
        refuse: Refuse = _nobody,
        quiet: frozenset[str] = frozenset(),
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._web, self._look, self._refuse, self._now, self._sleep = web, look, refuse, now, sleep
        self._quiet = quiet
        self._people: OrderedDict[str, _Onlooker] = OrderedDict()
        self._lanes = {True: asyncio.Semaphore(OPENED_AT_ONCE), False: asyncio.Semaphore(STIRRED_AT_ONCE)}
        self._threads = ThreadPoolExecutor(LOOKERS, "front-door")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def opened(self, user_id: str) -> None:
        """Publish the home tab of somebody who opened it at once, and keep it up to date from now on.

        Returns without waiting for Slack.
        """
        if not self._stopped:
            self._loop = asyncio.get_running_loop()
            self._want(self._remember(user_id), pause=0, urgent=True)

    def stir(self, user_ids: Iterable[str], *, acted: bool = False) -> None:
        """Something changed for these people: who of them looks gets a new tab soon, if theirs differs by then.

        ``acted``: they did it themselves, and so go before those who did nothing.
        """
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self._stir, tuple(user_ids), acted)

    async def stop(self) -> None:
        """Publish nothing any more. A tab that is opened later shows how things then stand."""
        self._stopped, self._loop = True, None
        self._people.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    def _remember(self, user_id: str) -> _Onlooker:
        one = self._people.setdefault(user_id, _Onlooker(user_id, self._now()))
        one.opened = self._now()
        self._people.move_to_end(user_id)
        oldest = next(iter(self._people.values()))
        while len(self._people) > REMEMBERED or oldest.opened + LOOKS_FOR <= self._now():
            self._forget(oldest)
            oldest = next(iter(self._people.values()))
        return one

    def _forget(self, one: _Onlooker) -> None:
        one.wanted = False
        if self._people.get(one.user_id) is one:
            del self._people[one.user_id]
        if one.task is not None and not one.busy:
            one.task.cancel()

    def _stir(self, user_ids: Iterable[str], acted: bool) -> None:  # noqa: FBT001  # call_soon passes no keywords
        for user_id in user_ids:
            one = self._people.get(user_id)
            if one is not None and one.opened + LOOKS_FOR > self._now():
                self._want(one, pause=PAUSE, urgent=acted)

    def _want(self, one: _Onlooker, *, pause: float, urgent: bool) -> None:
        due = self._now() + pause
        sooner = due < one.due or (urgent and not one.urgent)
        one.wanted, one.due, one.urgent = True, min(one.due, due), one.urgent or urgent
        if one.task is not None and sooner and not one.busy:
            # It waits where it would wait too long.
            one.task.cancel()
            one.task = None
        if one.task is None:
            one.task = asyncio.create_task(self._keep(one), name="home tab")
            self._tasks.add(one.task)
            one.task.add_done_callback(self._tasks.discard)

    async def _keep(self, one: _Onlooker) -> None:
        """Bring somebody's tab up to date, until nothing changed while that was done."""
        try:
            while one.wanted and not self._stopped:
                await self._sleep(self._rest(one))
                async with self._lanes[one.urgent]:
                    urgent = one.urgent
                    one.wanted, one.due, one.urgent, one.busy = False, math.inf, False, True
                    await self._bring(one, urgent=urgent)
                    one.busy = False
                    self._look_again(one)
                    if not urgent:
                        await self._sleep(BREATH)
        finally:
            if one.task is asyncio.current_task():
                one.task = None

    def _look_again(self, one: _Onlooker) -> None:
        """What changes without a word to this person, or through another process, is seen a little later."""
        if not one.refused and one.user_id in self._people and one.opened + LOOKS_NOW > self._now():
            one.wanted, one.due = True, min(one.due, self._now() + AGAIN)

    def _rest(self, one: _Onlooker) -> float:
        """Seconds to wait before this person's next tab. A failure before does not hold up who just did something."""
        due = max(one.due, one.published + BETWEEN)
        return max(0.0, (due if one.urgent else max(due, one.not_before)) - self._now())

    async def _bring(self, one: _Onlooker, *, urgent: bool) -> None:
        try:
            await self._renew(one, urgent=urgent)
        except RetryLater as wait:
            self._put_off(one, wait, urgent=urgent)
        except NeverDeliverable as never:
            log.info("A home tab is left alone: %s", never, extra={"action": "slack.home_closed"})
            self._forget(one)
        except Exception as error:  # noqa: BLE001  # One person's tab must not end the keeping of it, nor of others'.
            faults.report(log, "Bringing a home tab up to date failed", error)

    async def _renew(self, one: _Onlooker, *, urgent: bool) -> None:
        """Publish somebody's tab if it differs; anew, with what then holds, where another process was first."""
        try:
            await self._publish(one, urgent=urgent)
        except EditImpossible:
            await self._publish(one, urgent=urgent)

    async def _publish(self, one: _Onlooker, *, urgent: bool) -> None:
        refusal = await self._refuse(one.user_id)
        one.refused = refusal is not None
        made = await asyncio.get_running_loop().run_in_executor(self._threads, self._made, one.user_id, refusal)
        if made is None:
            self._forget(one)
            return
        view, digest = made
        if digest == one.digest and not (urgent and self._now() > one.published + TRUSTED):
            return
        known = {"hash": one.hash} if one.hash else {}
        # Until Slack says that it is there, what stands there is not known.
        one.digest, one.hash = b"", ""
        answer = await self._web.ask(
            self._web.client.views_publish, urgent=urgent, user_id=one.user_id, view=view, **known
        )
        one.digest, one.hash, one.published, one.tries = digest, str(answer["view"]["hash"]), self._now(), 0

    def _made(self, user_id: str, refusal: HomePage | None) -> tuple[dict[str, Any], bytes] | None:
        """What somebody's tab says now and a digest of it, worked out in this thread."""
        front = refusal or self._look(user_id)
        if front is None:
            return None
        view = home_tab(front, self._quiet)
        return view, hashlib.sha256(json.dumps(view).encode()).digest()

    def _put_off(self, one: _Onlooker, wait: RetryLater, *, urgent: bool) -> None:
        one.tries += 1
        if one.tries > TRIES:
            one.tries = 0
            log.warning("A home tab is left as it is: %s", wait, extra={"action": "slack.home_left"})
            return
        one.not_before = self._now() + (wait.seconds or FIRST_WAIT * 2 ** (one.tries - 1))
        # Who opened theirs meanwhile, or did something, is not held up by this.
        one.wanted, one.due, one.urgent = True, min(one.due, one.not_before), one.urgent or urgent
