"""A conversation: somebody answers a form, over minutes or days, on any device, and nothing typed is lost.

Every answer is kept in a draft at once. The capabilities say which forms there are and what happens at the end of each.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from flows.engine.capability import Verb
from flows.engine.context import Turn
from flows.engine.contributions import Look, Waiting
from flows.engine.forms import kept_drafts, rendering
from flows.engine.forms.choices import LISTED
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Answers, Choice, Page
from flows.engine.forms.draft_answers import DraftAnswers
from flows.engine.forms.submit import Progress, submit
from flows.engine.views.action import Action
from flows.engine.views.refusals import DraftGone, NoRoom, NotOpenYet, NotYours, Refusal, UnknownButton
from flows.engine.views.view import Button, Entry, Style, View
from storage.conversations import drafts
from storage.models import Draft

NOTHING: Mapping[str, Any] = MappingProxyType({})
RECENT = 5
"""How many drafts are looked at for one that can still be gone on with. Few people ever have two."""


def begin(turn: Turn, name: str, subject_id: int = 0, known: Answers = NOTHING) -> View:
    """Start answering a form, or go on where the person left it.

    ``known`` are answers known beforehand, by field name. They fill a new draft, and of one begun before only what is
    still empty. They are read like any answer; what does not fit is left out.
    """
    conversation = _named(turn, name)
    conversation.guard(turn, subject_id)
    draft = drafts.of(turn.uow, turn.me, name, subject_id)
    talk = DraftAnswers.of(turn, draft or _new_draft(turn, conversation, subject_id), conversation)
    talk.fill(known, over=draft is None)
    if draft is not None:
        return _ask(talk, talk.standing()).noting(turn.t("form.resumed"))
    # What is known beforehand was not answered yet: without a summary it is shown on its page, to be left or changed.
    return _ask(talk, talk.standing()) if conversation.summary else rendering.page(talk, talk.form.pages[0])


def asking(verb: str, form: str) -> Verb:
    """The verb of buttons that begin this form about their subject."""
    return Verb(verb, lambda turn, action: begin(turn, form, action.id), asks_first=True, form=form)


def resume(turn: Turn, draft_id: int) -> View:
    """Go on with a draft. One that nobody can go on with is thrown away, and it is said why."""
    draft = _mine(turn, draft_id)
    try:
        return begin(turn, draft.form, draft.subject_id)
    except (NotOpenYet, NoRoom):
        raise
    except Refusal as refusal:
        return _bury(turn, draft, refusal)


def _bury(turn: Turn, draft: Draft, refusal: Refusal) -> View:
    t, title = turn.t, rendering.title(turn.t, draft.form, draft.subject_id)
    _throw_away(turn, draft)
    see = (Button(t("front.see"), refusal.shows),) if refusal.shows else ()
    words = f"{t(refusal.key, **refusal.values)} {t('form.buried')}"
    return View(words, title=title, buttons=(*see, Button(t("menu.title"), Action("menu"))))


def _named(turn: Turn, name: str) -> ConversationForm:
    """The conversation called so. Raises UnknownButton for one there is not (any more)."""
    found: ConversationForm | None = turn.context.capabilities.forms.get(name)
    if found is None:
        raise UnknownButton
    return found


def latest(turn: Turn) -> Draft | None:
    """The draft this person worked on last, of those that can still be gone on with; changes nothing."""
    return next((draft for draft in drafts.latest(turn.uow, turn.me, RECENT) if not _is_over(turn, draft)), None)


def draft_to_resume(look: Look, _most: int) -> Iterator[Waiting]:
    """What this person left half done, if it can still be gone on with."""
    t, draft = look.turn.t, latest(look.turn)
    if draft is not None:
        go_on, title = Action("form.resume", draft.id), rendering.title(t, draft.form, draft.subject_id)
        entry = Entry(title, t("front.draft"), (Button(t("form.go_on"), go_on),))
        yield Waiting(lambda: entry, Button(t("menu.draft", what=title), go_on, Style.PRIMARY))


def _is_over(turn: Turn, draft: Draft) -> bool:
    known: ConversationForm | None = turn.context.capabilities.forms.get(draft.form)
    return known is None or known.over(turn, draft.subject_id)


def take(turn: Turn, draft_id: int, page: str, new: Answers) -> View:
    """Take in answers to a page and show what comes next: the same page with its faults, the next one, or the end."""
    talk = _talk(turn, draft_id)
    asked = _page(talk, page)
    progress = talk.take({name: new[name] for name in asked.names if name in new})
    if progress.page is None and talk.conversation.summary:
        return _ask(talk, progress)
    to_know = rendering.notes(talk, progress.answers, (asked,))
    view = _ask(talk, progress) if progress.page else _finish(talk, progress)
    asked_again = view.form is not None and view.form.page == page
    return view if asked_again else rendering.noted(view, to_know)


def keep(turn: Turn, draft_id: int, page: str, answers: Answers) -> None:
    """Keep what stands in the fields of a page, right or wrong, and stay there. Does nothing for an unknown page.

    Raises DraftGone, NotYours, and the Refusal of a form that this person may not answer any more.
    """
    talk = _talk(turn, draft_id)
    asked = talk.form.page(page)
    if asked is not None:
        talk.put_aside(asked, answers)


def back(turn: Turn, draft_id: int, page: str) -> View:
    """Show the page before ``page``, with what was answered there."""
    talk = _talk(turn, draft_id)
    way = list(talk.form.path(talk.draft.answers))
    names = [step.name for step in way]
    return rendering.page(talk, way[max(names.index(page) - 1, 0)] if page in names else way[-1])


def change(turn: Turn, draft_id: int, page: str) -> View:
    """Show a page again to change what was answered there."""
    talk = _talk(turn, draft_id)
    return rendering.page(talk, _page(talk, page))


def stop(turn: Turn, draft_id: int) -> View:
    """Leave the form for now; the answers stay."""
    draft = _mine(turn, draft_id)
    return kept_drafts.kept(turn.t, draft)


def close(turn: Turn, draft_id: int, page: str, answers: Answers) -> None:
    """Keep what stood in a form whose window was closed; throw an untouched one away.

    A message says that it is kept, and later what became of it.

    Raises what ``keep`` raises, but for DraftGone: a form that was sent or thrown away may be closed without a word.
    """
    try:
        keep(turn, draft_id, page, answers)
    except DraftGone:
        return
    talk = _talk(turn, draft_id)
    if talk.untouched():
        _throw_away(turn, talk.draft)
    else:
        kept_drafts.tell(turn, talk.draft)


def _throw_away(turn: Turn, draft: Draft) -> None:
    turn.uow.delete(draft)
    kept_drafts.over(turn, draft, "discarded")


def ask_discard(turn: Turn, draft_id: int) -> View:
    """Ask whether to throw the answers away. They are kept until then."""
    return rendering.sure(turn.t, _mine(turn, draft_id), "form.drop", "form.stop")


def discard(turn: Turn, draft_id: int) -> View:
    """Throw the answers away."""
    _throw_away(turn, _mine(turn, draft_id))
    return View(turn.t("form.discarded"), buttons=(Button(turn.t("menu.title"), Action("menu")),))


def ask_start_over(turn: Turn, draft_id: int) -> View:
    """Ask whether to begin anew. The answers are kept until then."""
    return rendering.sure(turn.t, _mine(turn, draft_id), "form.clear", "form.resume")


def start_over(turn: Turn, draft_id: int) -> View:
    """Throw the answers away and ask from the first page."""
    draft = _mine(turn, draft_id)
    _throw_away(turn, draft)
    turn.uow.flush()
    return begin(turn, draft.form, draft.subject_id)


def send(turn: Turn, draft_id: int) -> View:
    """Finish from the summary."""
    talk = _talk(turn, draft_id)
    progress = talk.standing()
    return _finish(talk, progress) if progress.page is None else _ask(talk, progress)


def search(turn: Turn, draft_id: int, field: str, query: str, limit: int = LISTED) -> list[Choice]:
    """The choices of a field that fit what the person typed, best first."""
    talk = _talk(turn, draft_id)
    asked = next((f for f in talk.form.fields() if f.name == field and f.source), None)
    if asked is None:
        raise UnknownButton
    return list(talk.ground.options.search(asked.source, query, talk.draft.answers, limit))


def _mine(turn: Turn, draft_id: int) -> Draft:
    draft = turn.uow.find(Draft, draft_id)
    if draft is not None and not drafts.is_at_hand(turn.uow, draft, turn.me):
        raise NotYours
    try:
        # Held, so that what is sent twice at once is taken in once.
        return turn.uow.lock(Draft, draft_id)
    except LookupError:
        raise DraftGone from None


def _talk(turn: Turn, draft_id: int) -> DraftAnswers:
    draft = _mine(turn, draft_id)
    conversation = _named(turn, draft.form)
    conversation.guard(turn, draft.subject_id)
    return DraftAnswers.of(turn, draft, conversation)


def _page(talk: DraftAnswers, name: str) -> Page:
    page = talk.form.page(name)
    if page is None:
        raise UnknownButton
    return page


def _new_draft(turn: Turn, conversation: ConversationForm, subject_id: int) -> Draft:
    known = conversation.known(turn, subject_id)
    return turn.uow.add(drafts.begun(turn.uow, turn.me, conversation.name, subject_id, known, turn.now))


def _finish(talk: DraftAnswers, progress: Progress) -> View:
    # Answers are read again at the end: a moment may have passed, a choice may have gone since it was given.
    again = submit(talk.form, {}, progress.values, talk.ground)
    if again.page is not None:
        talk.draft.answers, talk.draft.typed = again.answers, again.typed
        return _ask(talk, again)
    if words := talk.conversation.objection(talk.turn, again.values):
        return _last_once_more(talk, again).noting(words)
    try:
        with talk.turn.uow.attempt():
            talk.turn.uow.delete(talk.draft)
            kept_drafts.over(talk.turn, talk.draft, "sent")
            return talk.conversation.finish(talk.turn, talk.draft.subject_id, again.values)
    except Refusal as refusal:
        if refusal.shows is not None:
            raise
        # There is nothing else to look at, so it is about the answers: they are kept, to be changed.
        t = talk.turn.t
        return _ask(talk, again).noting(t("form.still_here")).noting(t(refusal.key, **refusal.values))


def _last_once_more(talk: DraftAnswers, progress: Progress) -> View:
    last = list(talk.form.path(progress.answers))[-1]
    talk.draft.answers = {name: value for name, value in progress.answers.items() if name not in last.names}
    return rendering.page(talk, last)


def _ask(talk: DraftAnswers, progress: Progress) -> View:
    if progress.page is not None:
        return rendering.page(talk, progress.page)
    if talk.conversation.summary:
        return rendering.summary(talk, progress)
    return rendering.page(talk, list(talk.form.path(progress.answers))[-1])
