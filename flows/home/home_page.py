"""The front door: one look that shows a person what this is, what to do first, and how everything of theirs stands.

It is looked at often and by many at once, so it takes the same few statements however much there is, and shows the
first few of each kind with a way to the rest.
"""

from collections.abc import Sequence

from flows.engine.context import Turn
from flows.engine.contributions import Look, Place
from flows.engine.views.view import Entry, HomePage, Section
from flows.home import menu, to_do
from flows.programme import readiness


def front(turn: Turn) -> HomePage:
    """The front door of the person whose turn it is, as things stand now. Changes nothing."""
    t, look, open_now = turn.t, Look(turn), readiness.is_open(turn)
    return HomePage(
        greeting=t("front.hello", name=turn.person.name),
        primary=next(menu.buttons(look, Place.FIRST), None) if open_now else None,
        sections=_sections(look) if open_now else (),
        buttons=(menu.button(t), *menu.buttons(look, Place.FOOT), menu.other_language(t, "front.speak")),
        notice="" if open_now else readiness.not_yet(turn),
    )


def _sections(look: Look) -> tuple[Section, ...]:
    shown = [section for kind in look.turn.context.capabilities.sections if (section := kind.show(look)) is not None]
    return _waiting(look, shown), *shown


def _waiting(look: Look, below: Sequence[Section]) -> Section:
    t, (first, more) = look.turn.t, to_do.first_few(look)
    entries = [*(one.entry() for one in first), *([Entry(t("front.waiting.rest"))] if more else [])]
    asking = t.listing(f"“{section.title}”" for section in below if section.asks)
    empty = t("front.waiting.below", where=asking) if asking else t("front.waiting.none")
    return Section(t("front.waiting"), tuple(entries), empty)
