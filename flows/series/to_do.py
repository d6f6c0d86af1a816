"""What waits for a requester about a series: the dates to agree to."""

from collections.abc import Iterator, Mapping, Sequence

from flows.engine.context import Turn
from flows.engine.contributions import Look, Waiting
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry
from flows.sessions import facts
from storage.dialogues import sessions
from storage.models import DialogueSession, Series


def dates_to_agree(look: Look, most: int) -> Iterator[Waiting]:
    """The series of this person with dates that they have yet to agree to."""
    turn = look.turn
    found = sessions.series_to_agree(turn.uow, turn.me, most)
    dates = _dates(turn, [one.id for one, _ in found])
    topics = facts.topics_of(turn.context, turn.t, (request for _, request in found))
    return (_series(turn, one, dates[one.id], topics[request.id]) for one, request in found)


def _dates(turn: Turn, series_ids: Sequence[int]) -> Mapping[int, Sequence[DialogueSession]]:
    found: dict[int, list[DialogueSession]] = {series_id: [] for series_id in series_ids}
    for session in sessions.proposed_in(turn.uow, series_ids) if series_ids else ():
        if session.series_id is not None:
            found[session.series_id].append(session)
    return found


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
