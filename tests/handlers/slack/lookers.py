"""People who look at their home tabs, in front of a Slack that notes what is published, by a clock that jumps ahead."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from slack_sdk.errors import SlackApiError

from flows.engine.views.action import Action
from flows.engine.views.view import Button, HomePage
from handlers.slack.sending.api import ApiClient
from handlers.slack.sending.home_tab_publisher import FrontDoor
from handlers.slack.sending.rate_limits import RateLimiter
from tests.handlers.slack.seconds import Seconds
from tests.slack.surfaces import check_view

Json = dict[str, Any]


class Inline(Executor):
    """Does at once, in this thread, what it is given: so that a test knows when all is done."""

    def __init__(self, *_about: object) -> None:
        super().__init__()

    def submit(self, call: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(call(*args, **named))
        except Exception as error:  # noqa: BLE001  # goes on to whoever waits for it, as a thread's does
            done.set_exception(error)
        return done


class Answered:
    """An answer of Slack's, as slack_sdk hands it over."""

    def __init__(self, status: int, data: Json, **headers: str) -> None:
        self.status_code, self.data = status, data
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def __getitem__(self, key: str) -> Any:
        return self.data[key]


def _refusal(answer: Answered) -> SlackApiError:
    return SlackApiError("refused", answer)  # type: ignore[no-untyped-call]  # slack_sdk gives no types here


class NotingSlack:
    """views.publish, as Slack does it: the limits of a view, and the hash of the view that stands.

    ``published`` is (when, whom, what). The next calls get the ``refusals``, one each; those for a person in
    ``refusing`` get theirs.
    """

    def __init__(self, time: Seconds) -> None:
        self._time = time
        self.published: list[tuple[float, str, str]] = []
        self.refusals: list[Answered] = []
        self.refusing: dict[str, list[Answered]] = {}
        self.stands: dict[str, str] = {}
        self.calls = 0

    async def views_publish(self, *, user_id: str, view: Json, hash: str | None = None) -> Answered:  # noqa: A002
        """Publish, or refuse as Slack would. A call takes a tenth of a second."""
        self.calls += 1
        check_view(view, "home")
        await self._time.sleep(0.1)
        if refusals := self.refusing.get(user_id) or self.refusals:
            raise _refusal(refusals.pop(0))
        if hash is not None and hash != self.stands.get(user_id):
            raise _refusal(Answered(200, {"ok": False, "error": "hash_conflict"}))
        self.stands[user_id] = f"{self.calls}.{user_id}"
        self.published.append((self._time.now, user_id, view["blocks"][0]["text"]["text"]))
        return Answered(200, {"ok": True, "view": {"hash": self.stands[user_id]}})

    def of(self, user_id: str) -> list[str]:
        """What was published for somebody, in order."""
        return [words for _, whom, words in self.published if whom == user_id]

    def most_in_a_minute(self) -> int:
        """The most tabs that were published within any minute."""
        times = [at for at, _, _ in self.published]
        return max(sum(1 for other in times if at <= other < at + 60) for at in times)


class House:
    """A publisher of home tabs; ``says`` is what each person's page says, ``looks`` who looked at theirs."""

    def __init__(self) -> None:
        self.time = Seconds()
        self.slack = NotingSlack(self.time)
        self.says: dict[str, str | None] = {}
        self.looks: list[str] = []
        client: Any = self.slack
        web = ApiClient(client, RateLimiter(self.time, self.time.sleep))
        self.door = FrontDoor(web, self.look, now=self.time, sleep=self.time.sleep)

    def look(self, user_id: str) -> HomePage | None:
        """The home page of this person; None for somebody unknown."""
        self.looks.append(user_id)
        words = self.says.get(user_id, "eerst")
        return None if words is None else HomePage(words, None, (), (Button("Menu", Action("menu")),))

    async def change(self, words: str, *user_ids: str, acted: bool = False) -> None:
        """Something changed for these people, and they are stirred."""
        self.says |= dict.fromkeys(user_ids, words)
        self.door.stir(user_ids, acted=acted)

    async def passes(self, seconds: float) -> None:
        """Let so much time pass."""
        await self.time.until(self.time.now + seconds)
