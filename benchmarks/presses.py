"""How many button presses a second the bot takes in over HTTP, beside an app that only acknowledges them.

A press goes the whole way: signature, decoding, dedup, flow, commit, answer over its response_url, acknowledgement. The
same signed requests, made beforehand, go to four apps in turns, 64 at a time, each app in a process of its own. Ours is
the whole bot with its dispatcher and ticker. The bare one acknowledges. The plain one does four small things in an ORM
session a press and answers, as guides show it; the least one does the same in the fewest steps, and shows how much of
the bare one's rate an app can have that has no rules at all. The one who presses and the far side (a stand-in for
Slack's Web API, and a small server that takes answers in) are another process.
"""

import asyncio
import gc
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import count, cycle, groupby, islice
from operator import truediv
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlmodel import func, select

from benchmarks.app_process import AppProcess
from benchmarks.pressing import Answers, Measured, Press, a_second, at_a_time, prepared
from benchmarks.reminders import Row, _row
from benchmarks.workplace import Standing, furnish, open_offers
from storage.database.unit_of_work import Store
from storage.models import Inbox, Offer, OfferState
from tests.slack.stand_in import SlackStandIn

AT_A_TIME = 64
ROUNDS = 3
PRESSES = 1_000
"""Presses a round; the bare app gets three times as many, to take about as long."""
A_SECOND, SECONDS = 200, 10
FACILITATORS = 400
MIX = {
    "menu": 4, "offer.show": 4, "requests": 3, "request.show": 3, "sessions": 2, "profile.pause": 2, "offer.accept": 1,
    "offer.no": 1,
}  # fmt: skip
"""What people press, of every twenty presses: mostly they look, at times they decide. None of them opens a window:
Slack lets an app open a hundred a minute."""


_ALL = PRESSES // 5 + ROUNDS * PRESSES + A_SECOND * SECONDS
_REQUESTS = _ALL * 3 // 40 + 60
"""Requests to decide on: a twentieth of the presses accept, one a request, and as many decline, two a request."""


def run() -> list[Row]:
    """The rows for presses."""
    gc.collect()
    gc.freeze()
    return asyncio.run(_rows())


async def _rows() -> list[Row]:
    with TemporaryDirectory() as folder:
        paths = {kind: Path(folder) / f"{kind}.db" for kind in ("ours", "bare", "plain", "least")}
        people = _furnish(*paths.values())
        ours = Store(f"sqlite:///{paths['ours']}")
        async with AsyncExitStack() as stack:
            api_url = await _far_side(stack, people)
            answers = await stack.enter_async_context(Answers())
            apps = [
                await stack.enter_async_context(AppProcess(kind, f"sqlite:///{path}", api_url))
                for kind, path in paths.items()
            ]
            rows = await _measured(apps, Presses(open_offers(ours)), answers)
        _check(ours)
        ours.close()
        return rows


def _furnish(ours: Path, *others: Path) -> int:
    """Databases with the same people and requests in them; gives how many people."""
    store = Store(f"sqlite:///{ours}")
    people = furnish(store, FACILITATORS, _REQUESTS)
    # Closed, all of it stands in the one file.
    store.close()
    for other in others:
        shutil.copyfile(ours, other)
    return people


async def _far_side(stack: AsyncExitStack, people: int) -> str:
    slack = await stack.enter_async_context(SlackStandIn(echoes=False))
    for number in range(people):
        slack.person(f"Persoon {number}")
    return slack.api_url


async def _measured(apps: Sequence[AppProcess], presses: "Presses", answers: Answers) -> list[Row]:
    rates: list[list[float]] = [[] for _ in apps]
    await _press_all(apps, presses, answers, PRESSES // 5)
    for _ in range(ROUNDS):
        for measured, app_rates in zip(await _press_all(apps, presses, answers, PRESSES), rates, strict=True):
            app_rates.append(measured.rate)
    steady = await _steadily(apps[0], presses, answers)
    ours, bare, plain, least = (median(app_rates) for app_rates in rates)
    to_bare, to_plain, to_least = (median(map(truediv, rates[0], others)) for others in rates[1:])
    possible = median(map(truediv, rates[3], rates[1]))
    wait = steady.within(0.99)
    return [
        _row(f"presses answered, {AT_A_TIME} at a time, beside a bare app", PRESSES, ours, bare, "a second", to_bare,
             "ratio >= 0.3"),
        _row("the same, beside a plain session a press", PRESSES, ours, plain, "a second", to_plain, "ratio >= 2"),
        _row("the same, beside the least that keeps and answers", PRESSES, ours, least, "a second", to_least, ""),
        _row("the least that keeps and answers, beside a bare app", PRESSES, least, bare, "a second", possible, ""),
        _row(f"99 in 100 answered, at {A_SECOND} a second", A_SECOND * SECONDS, wait, steady.within(0.5), "ms",
             wait / steady.within(0.5), "ours <= 150"),
    ]  # fmt: skip


async def _press_all(apps: Sequence[AppProcess], presses: "Presses", answers: Answers, many: int) -> list[Measured]:
    """Press the same at each app, one app after another."""
    chosen = presses.some(many)
    ours, *others = apps
    # An overloaded bot acknowledges before it is done, so its time ends with the last answer.
    first = await at_a_time(ours.address, prepared(chosen, answers.address), AT_A_TIME, lambda: answers.all_in(chosen))
    return [first, *[await at_a_time(app.address, prepared(chosen, answers.address), AT_A_TIME) for app in others]]


async def _steadily(ours: AppProcess, presses: "Presses", answers: Answers) -> Measured:
    chosen = presses.some(A_SECOND * SECONDS)
    measured = await a_second(ours.address, prepared(chosen, answers.address), A_SECOND)
    await answers.all_in(chosen)
    return measured


def _check(store: Store) -> None:
    """Raises RuntimeError where a press had no effect, for then it did not go the whole way."""
    with store.read() as uow:
        seen = uow.db.exec(select(func.count()).select_from(Inbox)).one()
        states = Counter(uow.db.exec(select(Offer.state)))
    decided = _ALL * MIX["offer.accept"] // sum(MIX.values())
    if (seen, states[OfferState.ACCEPTED], states[OfferState.DECLINED]) != (_ALL, decided, decided):
        raise RuntimeError(f"of {_ALL} presses {seen} were taken in, with {states}")


class Presses:
    """Hands out presses: looks again and again, each decision once."""

    def __init__(self, offers: Sequence[Standing], mix: Mapping[str, int] = MIX) -> None:
        self._mix, self._number, self._chance = mix, count(1), random.Random(2021)
        accepted, declined = _decided(offers)
        self._kinds: dict[str, Iterator[tuple[int, str]]] = {
            "menu": cycle((who, "menu:0:0") for one in offers for who in (one.requester, one.facilitator)),
            "offer.show": cycle((one.facilitator, f"offer.show:{one.offer}:{one.version}") for one in offers),
            "requests": cycle((one.requester, "requests:0:0") for one in offers),
            "request.show": cycle((one.requester, f"request.show:{one.request}:0") for one in offers),
            "sessions": cycle((one.facilitator, "sessions:0:0") for one in offers),
            "profile.pause": cycle(
                (one.facilitator, f"profile.pause:0:0:{to}") for one in offers for to in ("off", "on")
            ),
            "offer.accept": iter([(one.facilitator, f"offer.accept:{one.offer}:{one.version}:0") for one in accepted]),
            "offer.no": iter([(one.facilitator, f"offer.no:{one.offer}:{one.version}:busy") for one in declined]),
        }

    def some(self, many: int) -> list[Press]:
        """So many presses in the fixed mix, in an order by chance that is the same in every run."""
        kinds = [kind for kind, times in self._mix.items() for _ in range(times)]
        chosen = [*islice(cycle(kinds), many)]
        self._chance.shuffle(chosen)
        return [Press(next(self._number), *next(self._kinds[kind])) for kind in chosen]


def _decided(offers: Sequence[Standing]) -> tuple[list[Standing], list[Standing]]:
    """Which offers are accepted, one a facilitator a month, so that all have room; and which are declined.

    No request has both, for an offer that somebody else took cannot be declined, and one offer of each stays open, so
    that nobody else is looked for.
    """
    accepted: dict[tuple[int, str], Standing] = {}
    declined: list[Standing] = []
    for _, group in groupby(offers, lambda one: one.request):
        made = list(group)
        free = next((one for one in made if (one.facilitator, one.month) not in accepted), None)
        if free and 2 * len(accepted) <= len(declined) * 2:
            accepted[free.facilitator, free.month] = free
        else:
            declined += made[1:]
    return list(accepted.values()), declined


if __name__ == "__main__":
    for measured_row in run():
        print(measured_row)
