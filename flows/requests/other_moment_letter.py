"""The letter that asks a requester for another moment: that it would help, and how much."""

from flows.engine.context import Context
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from flows.matching import algorithm, searches
from flows.practice_builders.other_moment import MomentAsked
from flows.requests import requests
from flows.sessions import facts
from storage.dialogues import requests as stored
from storage.models import DialogueSession, Person, Search


def letter(context: Context, person: Person, told: MomentAsked) -> View | None:
    """The letter: that another moment would help, and how much. It names nobody."""
    t, search = context.words_for(person), context.uow.get(Search, told.subject_id)
    if searches.is_over(search):
        return None
    request = stored.behind(context.uow, search)
    session = context.uow.get(DialogueSession, search.session_id)
    said = [t("request.other_moment.second" if session.starts_at else "request.other_moment")]
    if reports := stored.reports(context.uow, search.id):
        said.append(algorithm.what_helps(algorithm.from_json(reports[0].body), t))
    title = t("request.named", topic=facts.topics(context, t, request))
    see = Button(t("request.see"), Action("request.show", request.id))
    return View(
        "\n\n".join(filter(None, said)), title=title, buttons=(*requests.ways_to_change(context, t, session), see)
    )
