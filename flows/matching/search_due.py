"""What a search does because time passes: the next are asked, it goes on to others, its promise nears."""

from collections.abc import Sequence

from flows.engine.context import Context
from flows.engine.schedule import DueNote
from flows.matching import escalation, promises, searches
from storage.dialogues import requests
from storage.models import Search, SearchState


def each_search(context: Context, due: Sequence[DueNote]) -> list[Search]:
    """The searches that these are about and that are not over, with their requests held."""
    # Read only once they are held: an answer may come at the very moment at which something falls due.
    requests.hold(context.uow, (requests.of_search(context.uow, note.subject_id) for note in due))
    found = (context.uow.find(Search, note.subject_id) for note in due)
    return [search for search in found if search and not searches.is_over(search)]


def round_over(context: Context, due: Sequence[DueNote]) -> None:
    """Offers nobody answered in time make room for the next."""
    for search in each_search(context, due):
        searches.round_over(context, search)


def steering_over(context: Context, due: Sequence[DueNote]) -> None:
    """The practice builder did not act in time: the programme desk takes over."""
    for search in each_search(context, due):
        if search.state is SearchState.WITH_BUILDER:
            escalation.escalate(context, search, past_builders=True)


def promise_nears(context: Context, due: Sequence[DueNote]) -> None:
    """The promised time is near and nobody is found: the requester hears, and who holds the search."""
    kinds = {note.subject_id: note.kind for note in due}
    for search in each_search(context, due):
        promises.nears(context, search, kinds[search.id])
