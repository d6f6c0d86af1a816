"""What waits for a person: questions, dates to agree to, sessions to tell of, and what they left half done.

It is found once, and stands in two ways: as entries with all that can be done, and as a button that leads to each.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flows.engine.context import Turn
from flows.engine.forms import conversation, rendering
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry, Style
from flows.sessions import facts
from storage.dialogues import requests, sessions
from storage.models import DialogueSession, Draft, Offer, Request, Series

MOST = 8
"""As much as is shown at once. Whoever has more to do begins with these."""


@dataclass(frozen=True)
class Pending:
    """All that waits for one person, each with its request; a bit more than is shown. ``dates`` are by series id."""

    draft: Draft | None
    proposals: Sequence[tuple[Offer, Request]]
    moves: Sequence[tuple[DialogueSession, Request]]
    series: Sequence[tuple[Series, Request]]
    dates: Mapping[int, Sequence[DialogueSession]]
    offers: Sequence[tuple[Offer, Request]]
    reports: Sequence[tuple[DialogueSession, Request]]

    @property
    def requests(self) -> Iterator[Request]:
        """The requests that any of it is about."""
        for kind in (self.proposals, self.moves, self.series, self.offers, self.reports):
            yield from (request for _, request in kind)


def for_person(turn: Turn, *, leads: bool, shown: int = MOST) -> Pending:
    """What waits now for the person whose turn it is; ``leads``: they are a facilitator."""
    uow, me, most = turn.uow, turn.me, shown + 1
    series = sessions.series_to_agree(uow, me, most)
    return Pending(
        draft=conversation.latest(turn),
        proposals=requests.proposed_to(uow, me, turn.now, most),
        moves=sessions.moves_to(uow, me, turn.now, most),
        series=series,
        dates=_dates(turn, [one.id for one, _ in series]),
        offers=requests.asked_of(uow, me, turn.now, most) if leads else (),
        reports=sessions.to_report(uow, me, turn.now, most) if leads else (),
    )


def _dates(turn: Turn, series_ids: Sequence[int]) -> Mapping[int, Sequence[DialogueSession]]:
    found: dict[int, list[DialogueSession]] = {series_id: [] for series_id in series_ids}
    for session in sessions.proposed_in(turn.uow, series_ids) if series_ids else ():
        if session.series_id is not None:
            found[session.series_id].append(session)
    return found


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: as it stands in a list of such things, and the one button that leads to it elsewhere."""

    entry: Callable[[], Entry]
    way: Button


def entries(turn: Turn, pending: Pending, topics: Mapping[int, str]) -> list[Entry]:
    """The first few, what others wait for in front. ``topics`` are the words for each request's topics, by its id."""
    first, more = _first(turn, pending, topics)
    return [*(one.entry() for one in first), *([Entry(turn.t("front.waiting.rest"))] if more else [])]


def ways(turn: Turn, *, leads: bool) -> tuple[list[Button], bool]:
    """A button for each of the same first few, and whether there is more; ``leads``: they are a facilitator."""
    first, more = _found(turn, MOST, leads=leads)
    return [one.way for one in first], more


def way(turn: Turn, *, leads: bool) -> Button | None:
    """The button for the first of them, if anything waits; ``leads``: they are a facilitator."""
    # What is left half done stands last and takes a place, so one place more is asked for.
    first, _ = _found(turn, 2, leads=leads)
    return first[0].way if first else None


def _found(turn: Turn, shown: int, *, leads: bool) -> tuple[list[Waiting], bool]:
    pending = for_person(turn, leads=leads, shown=shown)
    return _first(turn, pending, facts.topics_of(turn.desk, turn.t, pending.requests), shown)


def _first(turn: Turn, pending: Pending, topics: Mapping[int, str], shown: int = MOST) -> tuple[list[Waiting], bool]:
    draft = [_draft(turn, pending.draft)] if pending.draft else []
    room = shown - len(draft)
    first = list(islice(_questions(turn, pending, topics), room + 1))
    return [*first[:room], *draft], len(first) > room


def _questions(turn: Turn, pending: Pending, topics: Mapping[int, str]) -> Iterator[Waiting]:
    yield from (_proposal(turn, offer, topics[request.id]) for offer, request in pending.proposals)
    yield from (_move(turn, session, topics[request.id]) for session, request in pending.moves)
    yield from (_offer(turn, offer, topics[request.id]) for offer, request in pending.offers)
    yield from (_series(turn, one, pending.dates[one.id], topics[request.id]) for one, request in pending.series)
    yield from (_report(turn, session, topics[request.id]) for session, request in pending.reports)


def _proposal(turn: Turn, offer: Offer, topic: str) -> Waiting:
    t = turn.t
    assert offer.proposed_start is not None
    buttons = (
        Button(t("proposal.take"), Action("proposal.take", offer.id, offer.version)),
        Button(t("proposal.leave"), Action("proposal.leave", offer.id, offer.version)),
    )
    title, start = t("proposal.title", topic=topic), offer.proposed_start
    return Waiting(
        lambda: Entry(title, t("front.proposal", moment=t.moment(start)), buttons),
        Button(title, Action("proposal.show", offer.id)),
    )


def _move(turn: Turn, session: DialogueSession, topic: str) -> Waiting:
    t = turn.t
    assert session.starts_at is not None
    assert session.proposed_start is not None
    buttons = (
        Button(t("proposal.take"), Action("move.take", session.id, session.version)),
        Button(t("move.leave"), Action("move.leave", session.id, session.version)),
    )
    title = t("front.move", topic=topic)
    note = t("front.move.asks", before=t.moment(session.starts_at), moment=t.moment(session.proposed_start))
    return Waiting(lambda: Entry(title, note, buttons), Button(title, Action("move.show", session.id)))


def _offer(turn: Turn, offer: Offer, topic: str) -> Waiting:
    t, show = turn.t, Action("offer.show", offer.id)

    def entry() -> Entry:
        note = t("front.offer", until=t.moment(offer.expires_at))
        return Entry(t("offer.title", topic=topic), note, (Button(t("front.answer"), show),))

    return Waiting(entry, Button(t("menu.offer", topic=topic), show))


def _series(turn: Turn, series: Series, dates: Sequence[DialogueSession], topic: str) -> Waiting:
    t = turn.t
    others = (
        Button(t("series.change"), Action("series.change", series.request_id)),
        Button(t("series.no"), Action("series.no", series.id, series.version)),
    )
    title = t("front.series", topic=topic)
    way = Button(title, Action("series.show", series.id))
    if not dates:
        return Waiting(lambda: Entry(title, t("series.no_dates"), others), way)
    shown = t.listing(t.short(session.starts_at) for session in dates if session.starts_at)
    agree = Button(t("series.agree"), Action("series.agree", series.id, series.version))
    note = t("front.series.asks", n=len(dates), dates=shown)
    return Waiting(lambda: Entry(title, note, (agree, *others)), way)


def _report(turn: Turn, session: DialogueSession, topic: str) -> Waiting:
    t, tell = turn.t, Action("session.report", session.id)
    assert session.starts_at is not None
    title = t("menu.report", moment=t.moment(session.starts_at))
    entry = Entry(title, topic, (Button(t("session.report"), tell),))
    return Waiting(lambda: entry, Button(t("menu.report", moment=t.short(session.starts_at)), tell))


def _draft(turn: Turn, draft: Draft) -> Waiting:
    t, go_on = turn.t, Action("form.resume", draft.id)
    title = rendering.title(t, draft.form, draft.subject_id)
    entry = Entry(title, t("front.draft"), (Button(t("form.go_on"), go_on),))
    return Waiting(lambda: entry, Button(t("menu.draft", what=title), go_on, Style.PRIMARY))
