"""Whatever people press, fill in or leave, in any order, at any time, and whenever the process dies: it stays true.

Hypothesis makes up the days of a small programme (``hamlet``) and finds the shortest way to where something breaks.
"""

import os
import random
from datetime import timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from flows.capabilities import CAPABILITIES
from flows.engine import faults
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from tests.scenarios import invariants, manners
from tests.scenarios.hamlet import ASKER, EVERYBODY, OTHER_ASKER
from tests.scenarios.invariants import Scene
from tests.scenarios.machine import EASY, ODD, Hamlet, plausible
from tests.scenarios.racing import loudly

DEEP = os.environ.get("PROPERTY_EXAMPLES")
"""For nights: how many journeys to make up, instead of as many as fit in a minute."""

ANY = st.integers(0, 10_000)
FATES = st.sampled_from(("once", "once", "once", "repeated", "dies"))
SPANS = st.sampled_from(
    [timedelta(minutes=20), timedelta(hours=2), timedelta(hours=9), timedelta(days=1), timedelta(days=3),
     timedelta(days=7), timedelta(days=20)]
)  # fmt: skip
YES = frozenset(
    ("offer.accept", "proposal.take", "move.take", "series.agree", "series.more", "steer.again", "steer.pass")
)
TALKS = frozenset(
    ("session.move", "session.place", "session.give", "session.report", "offer.other", "series.change", "steer.choose",
     "request.change")
)  # fmt: skip
MADE_UP = st.builds(
    Action,
    verb=st.sampled_from(sorted(CAPABILITIES.verbs)),
    id=st.integers(0, 8),
    version=st.integers(0, 5),
    arg=st.sampled_from(["", "0", "1", "9", "-1", "one", "skip", "rest", "busy", "off", "on", "nl", "about", "zz"]),
)
"""Buttons nobody was shown: who may press, and when, is for the database to say."""
REPORTS = frozenset(("session.report",))
CHANGES = frozenset(("request.change",))
CHAPTERS = {"nothing": 0, "asked": 1, "planned": 2, "series": 3, "held": 4}
"""Where a journey begins, so that the far end of a series is seen as often as the first question."""


class Journeys(RuleBasedStateMachine):
    """One programme, and everything that happens in it."""

    @initialize(chapter=st.sampled_from(sorted(CHAPTERS)), seed=ANY)
    def begin(self, chapter: str, seed: int) -> None:
        self.hamlet = Hamlet()
        self.hamlet.listener = self._listen
        self._loud = patch.object(faults, "report", loudly)
        self._loud.start()
        self.scene = Scene.of(self.hamlet.store, self.hamlet.now)
        for person_id in EVERYBODY:
            self.hamlet.press(person_id, "menu:0:0")
        self._reach(CHAPTERS[chapter], random.Random(seed))
        self._check()

    def _reach(self, chapter: int, chance: random.Random) -> None:
        if chapter >= 1:
            self.hamlet.converse(ASKER, self.hamlet.press(ASKER, "ask:0:0"), chance, **EASY)
        for verb in ("offer.accept", "offer.accept", "series.agree")[: max(0, chapter - 1) and chapter]:
            self.hamlet.deliver()
            for person_id, button in self._buttons(frozenset((verb,)))[:1]:
                self._press(person_id, button, "once")
        if chapter >= 4:
            self.hamlet.live(timedelta(days=16))
            for person_id, button in self._buttons(frozenset(("session.report",)))[:1]:
                self.hamlet.converse(person_id, self._press(person_id, button, "once"), chance, **EASY)
        self.hamlet.deliver()

    def teardown(self) -> None:
        if hasattr(self, "_loud"):
            self._loud.stop()

    def _check(self) -> None:
        before, self.scene = self.scene, Scene.of(self.hamlet.store, self.hamlet.now)
        found = [
            *invariants.broken(self.scene),
            *invariants.forbidden_changes(before, self.scene),
            *manners.of_screens(self.hamlet, self.scene),
        ]
        assert not found, found

    def _listen(self) -> None:
        scene = Scene.of(self.hamlet.store, self.hamlet.now)
        found = [*manners.of_messages(self.hamlet, scene), *manners.of_screens(self.hamlet, scene)]
        assert not found, found

    def _buttons(self, among: frozenset[str] = frozenset()) -> list[tuple[int, Button]]:
        return self.hamlet.standing(*among)

    def _press(self, person_id: int, button: Button, fate: str) -> View | None:
        note(f"{self.hamlet.now:%a %d %b %H:%M} {person_id} presses {button.label} ({button.action.pack()})")
        return self.hamlet.press(person_id, button.action.pack(), fate)

    def _converse(self, person_id: int, view: View | None, seed: int) -> None:
        self.hamlet.converse(person_id, view, random.Random(seed))

    @rule(who=st.sampled_from((ASKER, OTHER_ASKER)), seed=ANY)
    def ask(self, who: int, seed: int) -> None:
        """Somebody asks for a dialogue, from the first question to the last."""
        self._converse(who, self.hamlet.press(who, "ask:0:0"), seed)
        self.hamlet.deliver()
        self._check()

    @precondition(lambda self: self._buttons(YES))
    @rule(n=ANY, fate=FATES)
    def say_yes(self, n: int, fate: str) -> None:
        """Somebody takes up what stands in front of them."""
        buttons = self._buttons(YES)
        self._press(*buttons[n % len(buttons)], fate)
        self.hamlet.deliver()
        self._check()

    @precondition(lambda self: self._buttons(TALKS))
    @rule(n=ANY, seed=ANY)
    def talk(self, n: int, seed: int) -> None:
        """Somebody opens a form and answers it to the end."""
        buttons = self._buttons(TALKS)
        person_id, button = buttons[n % len(buttons)]
        self._converse(person_id, self._press(person_id, button, "once"), seed)
        self._check()

    @precondition(lambda self: self._buttons(CHANGES))
    @rule(n=ANY, page=ANY, seed=ANY)
    def change_one_answer(self, n: int, page: int, seed: int) -> None:
        """A requester changes a page of a request that was sent, and sends it again."""
        buttons = self._buttons(CHANGES)
        person_id, button = buttons[n % len(buttons)]
        view = self._press(person_id, button, "once")
        pages = [one for one in (view.buttons if view else ()) if one.action.verb == "form.change"]
        if pages:
            view = self._press(person_id, pages[page % len(pages)], "once")
        self._converse(person_id, view, seed)
        self.hamlet.deliver()
        self._check()

    @precondition(lambda self: self._buttons(REPORTS))
    @rule(n=ANY, seed=ANY)
    def report(self, n: int, seed: int) -> None:
        """A facilitator says how it went."""
        buttons = self._buttons(REPORTS)
        person_id, button = buttons[n % len(buttons)]
        self._converse(person_id, self._press(person_id, button, "once"), seed)
        self.hamlet.deliver()
        self._check()

    @rule(n=ANY, fate=FATES)
    def press_own(self, n: int, fate: str) -> None:
        """Somebody presses any button that stands in front of them."""
        buttons = self._buttons()
        self._press(*buttons[n % len(buttons)], fate)
        self._check()

    @rule(who=st.sampled_from(EVERYBODY), n=ANY, fate=FATES)
    def press_anything(self, who: int, n: int, fate: str) -> None:
        """Somebody presses a button that anybody ever saw."""
        packed = list(self.hamlet.buttons)[-1 - n % len(self.hamlet.buttons)]
        note(f"{who} presses {packed}")
        self.hamlet.press(who, packed, fate)
        self._check()

    @rule(who=st.sampled_from(EVERYBODY), made_up=MADE_UP)
    def press_what_was_never_offered(self, who: int, made_up: Action) -> None:
        """Somebody makes up a button."""
        self.hamlet.press(who, made_up.pack())
        self._check()

    @precondition(lambda self: self.hamlet.pages)
    @rule(who=st.one_of(st.none(), st.sampled_from(EVERYBODY)), n=ANY, seed=ANY, odd=st.booleans())
    def fill_any_page(self, who: int | None, n: int, seed: int, odd: bool) -> None:  # noqa: FBT001  # drawn
        """Somebody answers a page that anybody ever saw, with sense or without."""
        pages, chance = list(self.hamlet.pages.values()), random.Random(seed)
        owner, page = pages[-1 - n % len(pages)]
        given = plausible(page, chance, self.hamlet.now, who or owner)
        if odd:
            given |= {asked.name: chance.choice(ODD) for asked in page.fields if chance.random() < 0.7}
        note(f"{who or owner} answers {page.form} {page.draft_id}: {given}")
        self.hamlet.submit(who or owner, page, given)
        self._check()

    @rule(span=SPANS)
    def live(self, span: timedelta) -> None:
        """Time passes."""
        self.hamlet.live(span)
        self._check()

    @rule(span=SPANS)
    def be_down(self, span: timedelta) -> None:
        """The bot is down for a while."""
        self.hamlet.sleep(span)
        self.hamlet.settle()
        self._check()

    @rule()
    def deliver(self) -> None:
        """All that waits is delivered, and then no message asks what cannot be answered any more."""
        self.hamlet.settle()
        self._check()
        stale = list(manners.standing_buttons_do_something(self.hamlet, self.scene))
        assert not stale, stale


TestJourneys = Journeys.TestCase
TestJourneys.settings = settings(
    max_examples=int(DEEP or 30),
    stateful_step_count=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
