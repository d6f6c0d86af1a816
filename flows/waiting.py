"""What waits for a person: questions, dates to agree to, sessions to tell of, and what they left half done.

It is found once, and stands in two ways: as entries with all that can be done, and as a button that leads to each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flows import asking, conversation, facts
from flows.actions import Action
from flows.desk import Turn
from flows.view import Button, Entry, Style
from storage import requests, sessions
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


def for_person(turn: Turn, *, leads: bool) -> Pending:
    """What waits now for the person whose turn it is; ``leads``: they are a facilitator."""
    uow, me, most = turn.uow, turn.me, MOST + 1
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

    entry: Entry
    way: Button


def entries(turn: Turn, pending: Pending, topics: Mapping[int, str]) -> list[Entry]:
    """The first few, what others wait for in front. ``topics`` are the words for each request's topics, by its id."""
    first, more = _first(turn, pending, topics)
    return [*(one.entry for one in first), *([Entry(turn.t("front.waiting.rest"))] if more else [])]


def ways(turn: Turn, *, leads: bool) -> tuple[list[Button], bool]:
    """A button for each of the same first few, and whether there is more; ``leads``: they are a facilitator."""
    pending = for_person(turn, leads=leads)
    first, more = _first(turn, pending, facts.topics_of(turn.desk, turn.t, pending.requests))
    return [one.way for one in first], more


def _first(turn: Turn, pending: Pending, topics: Mapping[int, str]) -> tuple[list[Waiting], bool]:
    draft = [_draft(turn, pending.draft)] if pending.draft else []
    room = MOST - len(draft)
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
    title, note = t("proposal.title", topic=topic), t("front.proposal", moment=t.moment(offer.proposed_start))
    return Waiting(Entry(title, note, buttons), Button(title, Action("proposal.show", offer.id)))


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
    return Waiting(Entry(title, note, buttons), Button(title, Action("move.show", session.id)))


def _offer(turn: Turn, offer: Offer, topic: str) -> Waiting:
    t, show = turn.t, Action("offer.show", offer.id)
    note = t("front.offer", until=t.moment(offer.expires_at))
    entry = Entry(t("offer.title", topic=topic), note, (Button(t("front.answer"), show),))
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
        return Waiting(Entry(title, t("series.no_dates"), others), way)
    shown = t.listing(t.short(session.starts_at) for session in dates if session.starts_at)
    agree = Button(t("series.agree"), Action("series.agree", series.id, series.version))
    return Waiting(Entry(title, t("front.series.asks", n=len(dates), dates=shown), (agree, *others)), way)


def _report(turn: Turn, session: DialogueSession, topic: str) -> Waiting:
    t, tell = turn.t, Action("session.report", session.id)
    assert session.starts_at is not None
    title = t("menu.report", moment=t.moment(session.starts_at))
    entry = Entry(title, topic, (Button(t("session.report"), tell),))
    return Waiting(entry, Button(t("menu.report", moment=t.short(session.starts_at)), tell))


def _draft(turn: Turn, draft: Draft) -> Waiting:
    t, go_on = turn.t, Action("form.resume", draft.id)
    title = asking.title(t, draft)
    entry = Entry(title, t("front.draft"), (Button(t("form.go_on"), go_on),))
    return Waiting(entry, Button(t("menu.draft", what=title), go_on, Style.PRIMARY))
