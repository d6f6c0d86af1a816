"""The process dies while it takes in what somebody did; the platform brings the event again after the restart.

What was kept was kept whole, with its messages and the mark that the event was seen; what was not left no trace. So
however often the process dies, there is one request, one acceptance, and every message that belongs to it.
"""

import random
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

import pytest
from sqlmodel import select

from flows.capabilities import CAPABILITIES
from handlers.inbound.events import Event, Pressed
from handlers.inbound.results import Repeat
from handlers.inbound.router import Router
from storage.database.unit_of_work import Store
from storage.models import OfferState, Outbox
from tests.scenarios import invariants
from tests.scenarios.hamlet import ASKER, invent
from tests.scenarios.invariants import Scene
from tests.scenarios.machine import MONDAY, RULES, TEXTS, Hamlet

LIVES = {"sqlite": 6, "postgresql": 5}
"""How many events each have a process that may be killed over them."""

FIRST_LIFE = 0.15
"""In seconds, from the moment at which the process has the event. Where that suffices it is halved for the next event,
and where it does not it is doubled for the next life: so the machine may be as fast or as slow as it is."""


@pytest.fixture
def hamlet(store: Store) -> Hamlet:
    """A small programme on a database of each kind."""
    invent(store, MONDAY.date())
    return Hamlet(store)


def live(url: str, event: Event, awake: Connection) -> None:
    """One life of the process: it takes in one event, if it gets that far."""
    store = Store(url)
    router = Router(store, lambda: MONDAY, RULES, TEXTS, wake=lambda: None, capabilities=CAPABILITIES)
    with store.read():
        awake.send_bytes(b"awake")
    router.answer(event)


@dataclass
class Deaths:
    """Processes that take in events and are killed over it."""

    forks: ForkServerContext
    url: str
    kills: int = 0
    first_life: float = FIRST_LIFE

    def until_taken_in(self, hamlet: Hamlet, event: Event) -> None:
        """Bring the event to one process after another, the last of which lives."""
        longest = self.first_life
        while not self._survives(event, longest):
            self.kills += 1
            longest *= 2
        if longest == self.first_life:
            self.first_life /= 2
        assert hamlet.router.answer(event) == Repeat(), "a repeat after the effect did something"

    def _survives(self, event: Event, longest: float) -> bool:
        here, there = self.forks.Pipe(duplex=False)
        child = self.forks.Process(target=live, args=(self.url, event, there))
        child.start()
        there.close()
        with here:
            assert here.recv_bytes() == b"awake"
            child.join(random.uniform(0, longest))
            child.kill()
            child.join()
        assert child.exitcode in (0, -signal.SIGKILL)
        return child.exitcode == 0


def ready_to_send(hamlet: Hamlet) -> Pressed:
    """Somebody about to send a request for a dialogue."""
    given = {
        "organisation": "3", "topics": ["1"], "form": "2", "occasion": "other", "urgency": "normal", "participants": 6,
        "where": "online", "when": "moments", "moment1": "2026-12-03T10:00", "origin": "any", "language": "nl",
        "context": "Wat er speelt", "follow_up": "yes", "template": "2", "rhythm": "weeks:1",
    }  # fmt: skip
    view = hamlet.press(ASKER, "ask:0:0")
    while view is not None and view.form is not None:
        view = hamlet.submit(ASKER, view.form, {field.name: given.get(field.name) for field in view.form.fields})
    assert view is not None
    return hamlet.pressing(ASKER, next(b.action.pack() for b in view.buttons if b.action.verb == "form.send"))


def ready_to_accept(hamlet: Hamlet) -> Pressed:
    """A facilitator about to accept the newest request."""
    hamlet.press(ASKER, ready_to_send(hamlet).action)
    hamlet.deliver()
    newest = max(scene(hamlet).requests)
    mine = {o.id for o in scene(hamlet).offers.values() if scene(hamlet).request_of(o.search_id) == newest}
    who, button = next((w, b) for w, b in hamlet.standing("offer.accept") if b.action.id in mine)
    return hamlet.pressing(who, button.action.pack())


def scene(hamlet: Hamlet) -> Scene:
    """The database as it is now."""
    return Scene.of(hamlet.store, hamlet.now)


def letters(hamlet: Hamlet) -> Counter[str]:
    """How many messages of each kind there are, delivered or not."""
    with hamlet.store.read() as uow:
        return Counter(uow.db.exec(select(Outbox.kind)))


def clear(hamlet: Hamlet) -> None:
    """Take all requests away again, so that everybody has room for the next."""
    for request_id in scene(hamlet).requests:
        hamlet.press(ASKER, f"request.drop:{request_id}:0")
    hamlet.settle()


@pytest.mark.parametrize("ready", [ready_to_send, ready_to_accept])
def test_an_event_whose_commit_failed_is_taken_in_once_when_it_comes_again(
    hamlet: Hamlet, ready: Callable[[Hamlet], Pressed]
) -> None:
    event = ready(hamlet)
    before = letters(hamlet)
    view = hamlet.press(int(event.sender.address), event.action, fate="dies")
    assert view is not None
    hamlet.settle()
    written = letters(hamlet) - before
    assert written == _expected(hamlet, ready)
    assert not invariants.broken(scene(hamlet))


def _expected(hamlet: Hamlet, ready: Callable[[Hamlet], Pressed]) -> Counter[str]:
    """The messages that one request, or one acceptance, causes."""
    offers = Counter(offer.state for offer in scene(hamlet).offers.values())
    if ready is ready_to_send:
        return Counter({"offer": offers[OfferState.OPEN]})
    beaten = offers[OfferState.TAKEN]
    return Counter({"offer": 1 + beaten, "offer_over": beaten, "session_planned": 2, "series_proposed": 1})


@pytest.mark.parametrize("ready", [ready_to_send, ready_to_accept])
def test_an_event_is_taken_in_once_however_often_the_process_is_killed_over_it(
    hamlet: Hamlet, database_url: str, forks: ForkServerContext, ready: Callable[[Hamlet], Pressed]
) -> None:
    deaths = Deaths(forks, database_url)
    for _ in range(LIVES[hamlet.store.engine.dialect.name]):
        event = ready(hamlet)
        before, known = letters(hamlet), scene(hamlet)
        deaths.until_taken_in(hamlet, event)
        written, now = letters(hamlet) - before, scene(hamlet)
        _taken_in_once(known, now, ready)
        fresh = Counter(o.state for offer_id, o in now.offers.items() if offer_id in _of_newest(now))
        assert written["offer"] == sum(fresh.values()), "each offer has its message"
        hamlet.settle()
        assert not invariants.broken(scene(hamlet))
        clear(hamlet)
    assert deaths.kills >= LIVES[hamlet.store.engine.dialect.name] / 3, "the kills came too late to test anything"


def _of_newest(now: Scene) -> set[int]:
    newest = max(now.requests)
    return {offer.id for offer in now.offers.values() if now.request_of(offer.search_id) == newest}


def _taken_in_once(before: Scene, after: Scene, ready: Callable[[Hamlet], Pressed]) -> None:
    if ready is ready_to_send:
        assert len(set(after.requests) - set(before.requests)) == 1
        return
    accepted = [after.offers[i] for i in _of_newest(after) if after.offers[i].state is OfferState.ACCEPTED]
    seats = [s for session in after.sessions_of(max(after.requests)) for s in after.seats_of(session.id)]
    assert len(accepted) == 1
    # In a later session of the series the facilitator may have no room, and then nobody has the seat.
    assert {seat.facilitator_id for seat in seats} - {None} == {accepted[0].facilitator_id}
