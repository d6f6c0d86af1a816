"""What a storm of home tabs does to the answers: something changes for 1,000 people who all look at theirs.

Slack lets an app publish a hundred home tabs a minute, so a storm lasts a quarter of an hour. Here the clock of the
pace and of the stand-in that keeps the limits runs faster, which makes the storm as many times as fierce, while presses
come in at a steady rate and are timed by a true clock.
"""

import asyncio
import gc
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.app_process import AppProcess
from benchmarks.presses import Presses
from benchmarks.pressing import Answers, Measured, a_second, prepared
from benchmarks.reminders import Row, _row
from benchmarks.slack_apps import quick
from benchmarks.workplace import furnish, open_offers, slack_id
from storage.database.unit_of_work import Store
from storage.programme.demo import all_speak
from tests.slack.stand_in import SlackStandIn

PEOPLE = 1_000
SPEED = 20.0
"""How many times as fast the limits' clock runs."""
A_SECOND, SECONDS = 20, 30
PATIENCE_SECONDS = 300.0
QUIET = {"menu": 1, "offer.show": 1, "request.show": 1, "sessions": 1, "profile.pause": 1}


def run() -> list[Row]:
    """The rows for home tabs."""
    gc.collect()
    gc.freeze()
    return asyncio.run(_rows())


async def _rows() -> list[Row]:
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'ours.db'}")
        people = furnish(store, PEOPLE, 100)
        with store.begin() as uow:
            all_speak(uow, "nl")
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(SlackStandIn(clock=quick(SPEED), keeps_limits=True, echoes=False))
            for number in range(people):
                slack.person(f"Persoon {number}")
            answers = await stack.enter_async_context(Answers())
            app = AppProcess("ours", store.engine.url.render_as_string(), slack.api_url)
            await stack.enter_async_context(app)
            rows = await _measured(store, slack, app, answers)
        store.close()
        return rows


async def _measured(store: Store, slack: SlackStandIn, app: AppProcess, answers: Answers) -> list[Row]:
    presses = Presses(open_offers(store), QUIET)
    looking = [slack_id(number) for number in range(1, PEOPLE + 1)]
    await app.tell(f"door {SPEED} {' '.join(looking)}")
    await _published(slack, looking, 0)
    calm = await _steadily(app, presses, answers, 5)
    with store.begin() as uow:
        all_speak(uow, "en")
    before = len(slack.calls.made)
    await app.tell("stir")
    stormy = await _steadily(app, presses, answers, SECONDS)
    at_the_end = _tabs(slack, before)
    await _published(slack, looking, before)
    refused = len(slack.limits.violations)
    worst, usual = max(stormy.waits), max(calm.waits)
    return [
        _row(f"the slowest answer in a storm of {PEOPLE:,} home tabs, beside calm", len(stormy.waits), worst, usual,
             "ms", worst / usual, "ours <= 300"),
        _row("calls in that storm that were over a limit of Slack's", _tabs(slack, before), refused, 0, "calls",
             refused, "ours <= 0") | {"tabs_while_pressing": at_the_end},
    ]  # fmt: skip


async def _steadily(app: AppProcess, presses: Presses, answers: Answers, seconds: int) -> Measured:
    chosen = presses.some(A_SECOND * seconds)
    measured = await a_second(app.address, prepared(chosen, answers.address), A_SECOND)
    await answers.all_in(chosen)
    return measured


def _tabs(slack: SlackStandIn, since: int) -> int:
    return sum(call.method == "views.publish" for call in slack.calls.made[since:])


async def _published(slack: SlackStandIn, people: Sequence[str], since: int) -> None:
    """Wait until everybody's home tab was published after so many calls. Raises TimeoutError after minutes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        # The stand-in has no event to wait for.
        while len({call.args.get("user_id") for call in slack.calls.made[since:]} & {*people}) < len(people):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    for measured_row in run():
        print(measured_row)
