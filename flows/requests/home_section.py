"""A person's own requests on the home page."""

from flows.engine.contributions import Look, rest
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry, Section
from flows.people import permissions
from flows.requests.requests import standing
from flows.sessions import facts
from flows.sessions.home_section import own_requests

MINE = Action("requests")


def own_requests_section(look: Look) -> Section | None:
    """How each request stands; None for who asked for nothing and has another role in the programme."""
    turn, t = look.turn, look.turn.t
    found, in_all = look.once(own_requests)
    if not found and (look.once(permissions.steers) or look.once(permissions.leads)):
        return None
    topics = facts.topics_of(turn.context, t, found)
    see = t("front.see")
    entries = [
        Entry(topics[one.id], standing(turn.context, t, one), (Button(see, Action("request.show", one.id)),))
        for one in found
    ]
    more = rest(look, in_all, "front.all_requests", MINE)
    return Section(t("menu.requests"), (*entries, *more), t("front.none_asked"))
