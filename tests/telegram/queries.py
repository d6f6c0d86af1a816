"""Presses of buttons, and whether the bot answered them."""

import asyncio
import itertools
from dataclasses import dataclass, field

from tests.telegram.chat import Post, User
from tests.telegram.refusal import bad

LIFE = 30.0
"""Seconds after which a press can no longer be answered. Telegram does not say how long; makers of bots found less
than a minute."""
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True)
class Toast:
    """What the bot said to a press: words (often none) over the chat, or in a window (``alert``); an address it opened.

    ``after`` is how many seconds it took.
    """

    text: str
    alert: bool
    url: str | None
    after: float


@dataclass
class Query:
    """One press. The button keeps spinning until there is a ``toast``."""

    id: str
    user: User
    data: str
    post: Post
    asked: float
    began: float
    toast: Toast | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Queries:
    """Every press there ever was, by its id."""

    def __init__(self) -> None:
        self.all: dict[str, Query] = {}
        self.life = LIFE
        self._numbers = itertools.count(4_382_000_000_000_001)

    def ask(self, user: User, data: str, post: Post, asked: float, began: float) -> Query:
        """Somebody presses: at ``asked`` by the clock, at ``began`` by the stopwatch."""
        query = Query(str(next(self._numbers)), user, data, post, asked, began)
        self.all[query.id] = query
        return query

    def open(self, name: str, now: float) -> Query:
        """A press that still waits; refuses one that is unknown, too old or was answered before."""
        query = self.all.get(name)
        if query is None or query.toast is not None or now - query.asked > self.life:
            raise bad(TOO_OLD)
        return query

    @property
    def spinning(self) -> list[Query]:
        """The presses without an answer."""
        return [one for one in self.all.values() if one.toast is None]

    @property
    def slowest(self) -> float:
        """Seconds that the slowest answer took; 0 when there was none."""
        return max((one.toast.after for one in self.all.values() if one.toast is not None), default=0.0)
