"""A conversation: somebody answers a form, over minutes or days, on any device, and nothing typed is lost.

Every answer is kept in a draft at once. ``flows.forms`` says which forms there are and what happens at the end of each.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flows import forms
from flows.actions import Action
from flows.desk import Turn
from flows.errors import DraftGone, NotYours, Refusal, UnknownButton
from flows.form import Answers, Choice, Field, Form, Ground, Kind, Page, Progress, answered, keep_fitting, submit
from flows.forms import moments
from flows.forms.conversation import Conversation
from flows.texts import Translator
from flows.view import Button, FormField, FormPage, Style, View
from storage import drafts
from storage.models import Draft

LISTED = 100
"""As many choices as a channel can list at once (Slack's limit for a static select); longer lists are searched."""


@dataclass(frozen=True)
class _Talk:
    """One person's conversation, as it stands."""

    turn: Turn
    draft: Draft
    conversation: Conversation
    form: Form
    ground: Ground

    def take(self, new: Answers) -> Progress:
        """Take in answers and keep all of them, the good ones and the others."""
        progress = submit(self.form, self.draft.answers, new, self.ground)
        self.draft.answers, self.draft.typed = progress.answers, progress.typed
        self.draft.updated_at = self.turn.now
        return progress


def begin(turn: Turn, name: str, subject_id: int = 0) -> View:
    """Start answering a form, or go on where the person left it."""
    conversation = forms.named(name)
    conversation.guard(turn, subject_id)
    draft = drafts.of(turn.uow, turn.me, name, subject_id)
    fresh = draft is None
    if draft is None:
        draft = _new_draft(turn, conversation, subject_id)
        draft.answers = dict(conversation.known(turn, subject_id))
    view = _ask(*_resumed(turn, draft, conversation))
    return view if fresh else view.noting(turn.t("form.resumed"))


def resume(turn: Turn, draft_id: int) -> View:
    """Go on with a draft."""
    draft = _mine(turn, draft_id)
    return begin(turn, draft.form, draft.subject_id)


def take(turn: Turn, draft_id: int, page: str, new: Answers) -> View:
    """Take in answers to a page and show what comes next: the same page with its faults, the next one, or the end."""
    talk, _ = _resumed(turn, *_draft_of(turn, draft_id))
    asked = talk.form.page(page)
    if asked is None:
        raise UnknownButton
    progress = talk.take({field.name: new[field.name] for field in asked.fields if field.name in new})
    if progress.page is None and not talk.conversation.summary:
        return _finish(talk, progress)
    return _ask(talk, progress)


def back(turn: Turn, draft_id: int, page: str) -> View:
    """Show the page before ``page``, with what was answered there."""
    talk, progress = _resumed(turn, *_draft_of(turn, draft_id))
    way = [step.name for step in talk.form.path(progress.answers)]
    before = way[max(way.index(page) - 1, 0)] if page in way else way[-1]
    return change(turn, draft_id, before)


def change(turn: Turn, draft_id: int, page: str) -> View:
    """Show a page again to change what was answered there."""
    talk, progress = _resumed(turn, *_draft_of(turn, draft_id))
    wanted = talk.form.page(page)
    if wanted is None:
        raise UnknownButton
    return _page_view(talk, progress, wanted)


def stop(turn: Turn, draft_id: int) -> View:
    """Leave it for now; the answers stay."""
    draft = _mine(turn, draft_id)
    go_on = Button(turn.t("form.go_on"), Action("form.resume", draft_id), Style.PRIMARY)
    away = Button(turn.t("form.throw_away"), Action("form.discard", draft_id), Style.DANGER)
    return View(turn.t("form.kept"), title=turn.t(f"{draft.form}.title"), buttons=(go_on, away))


def discard(turn: Turn, draft_id: int) -> View:
    """Throw the answers away."""
    turn.uow.delete(_mine(turn, draft_id))
    return View(turn.t("form.discarded"), buttons=(Button(turn.t("menu.title"), Action("menu")),))


def start_over(turn: Turn, draft_id: int) -> View:
    """Throw the answers away and ask from the first page."""
    draft = _mine(turn, draft_id)
    turn.uow.delete(draft)
    turn.uow.flush()
    return begin(turn, draft.form, draft.subject_id)


def send(turn: Turn, draft_id: int) -> View:
    """Finish from the summary."""
    talk, progress = _resumed(turn, *_draft_of(turn, draft_id))
    return _finish(talk, progress) if progress.page is None else _ask(talk, progress)


def search(turn: Turn, draft_id: int, field: str, query: str, limit: int = LISTED) -> list[Choice]:
    """The choices of a field that fit what the person typed, best first."""
    talk, _ = _resumed(turn, *_draft_of(turn, draft_id))
    asked = next((f for f in talk.form.fields() if f.name == field and f.source), None)
    if asked is None:
        raise UnknownButton
    return list(talk.ground.options.search(asked.source, query, talk.draft.answers, limit))


def _mine(turn: Turn, draft_id: int) -> Draft:
    draft = turn.uow.find(Draft, draft_id)
    if draft is not None and draft.person_id != turn.me:
        raise NotYours
    try:
        # Held, so that what is sent twice at once is taken in once.
        return turn.uow.lock(Draft, draft_id)
    except LookupError:
        raise DraftGone from None


def _draft_of(turn: Turn, draft_id: int) -> tuple[Draft, Conversation]:
    draft = _mine(turn, draft_id)
    conversation = forms.named(draft.form)
    conversation.guard(turn, draft.subject_id)
    return draft, conversation


def _new_draft(turn: Turn, conversation: Conversation, subject_id: int) -> Draft:
    return turn.uow.add(
        Draft(
            person_id=turn.me,
            form=conversation.name,
            subject_id=subject_id,
            # What is known beforehand counts as answers to an earlier version: what no longer fits is asked again.
            form_version=0,
            updated_at=turn.now,
        )
    )


def _resumed(turn: Turn, draft: Draft, conversation: Conversation) -> tuple[_Talk, Progress]:
    form = conversation.form(turn, draft.subject_id)
    ground = Ground(conversation.options(turn, draft.subject_id), turn.now, turn.desk.rules.zone)
    if draft.form_version != form.version:
        draft.answers, draft.form_version = keep_fitting(form, draft.answers, ground), form.version
    talk = _Talk(turn, draft, conversation, form, ground)
    standing = submit(form, draft.answers, {}, ground)
    return talk, standing


def _finish(talk: _Talk, progress: Progress) -> View:
    # Answers are read again at the end: a moment may have passed, a choice may have gone since it was given.
    again = submit(talk.form, {}, progress.values, talk.ground)
    if again.page is not None:
        talk.draft.answers, talk.draft.typed = again.answers, again.typed
        return _ask(talk, again)
    try:
        with talk.turn.uow.attempt():
            talk.turn.uow.delete(talk.draft)
            return talk.conversation.finish(talk.turn, talk.draft.subject_id, again.values)
    except Refusal as refusal:
        if refusal.shows is not None:
            raise
        # There is nothing else to look at, so it is about the answers: they are kept, to be changed.
        t = talk.turn.t
        return _ask(talk, again).noting(t("form.still_here")).noting(t(refusal.key, **refusal.values))


def _ask(talk: _Talk, progress: Progress) -> View:
    if progress.page is not None:
        return _page_view(talk, progress, progress.page)
    if talk.conversation.summary:
        return _summary(talk, progress)
    return _page_view(talk, progress, talk.form.route(progress.answers)[-1])


def _page_view(talk: _Talk, progress: Progress, page: Page) -> View:
    t, draft = talk.turn.t, talk.draft
    draft.page = page.name
    way = [step.name for step in talk.form.route(progress.answers)]
    position = t("form.position", step=way.index(page.name) + 1, steps=len(way)) if page.name in way else ""
    fields = tuple(_field_view(talk, progress, asked) for asked in page.fields)
    last = page.name == way[-1] and not talk.conversation.summary
    title = t(f"{draft.form}.page.{page.name}")
    submit_label = t(f"{draft.form}.submit") if last else t("form.next")
    body = FormPage(draft.id, draft.form, page.name, title, position, submit_label, fields)
    return View(
        t("form.mend") if progress.faults else "", title=title, buttons=tuple(_ways_out(talk, page, way)), form=body
    )


def _ways_out(talk: _Talk, page: Page, way: list[str]) -> Iterable[Button]:
    t, draft = talk.turn.t, talk.draft
    if page.name != way[0]:
        yield Button(t("form.back"), Action("form.back", draft.id, arg=page.name))
    yield Button(t("form.stop"), Action("form.stop", draft.id))
    if draft.answers:
        yield Button(t("form.start_over"), Action("form.over", draft.id))


def _field_view(talk: _Talk, progress: Progress, asked: Field) -> FormField:
    t, form = talk.turn.t, talk.draft.form
    fault = progress.faults.get(asked.name)
    choices = _listed(talk, progress, asked)
    value = progress.answers.get(asked.name)
    return FormField(
        name=asked.name,
        kind=asked.kind,
        label=t(f"{form}.field.{asked.name}"),
        help=_said(t, f"{form}.field.{asked.name}.help"),
        required=asked.required,
        choices=tuple(choices[:LISTED]),
        searched=len(choices) > LISTED // 4,
        low=asked.low,
        high=asked.high,
        value=value,
        shown=shown(talk, asked, value, progress.answers),
        typed=progress.typed.get(asked.name),
        error=t(fault.key, **fault.values) if fault else "",
    )


def _listed(talk: _Talk, progress: Progress, asked: Field) -> list[Choice]:
    if not asked.source:
        return []
    return list(talk.ground.options.search(asked.source, "", progress.answers, LISTED + 1))


def _summary(talk: _Talk, progress: Progress) -> View:
    t, draft = talk.turn.t, talk.draft
    draft.page = ""
    way = [page for page in talk.form.path(progress.answers) if answered(page, progress.answers)]
    facts = tuple(
        (_short(talk, asked), shown(talk, asked, progress.answers.get(asked.name), progress.answers))
        for page in way
        for asked in page.fields
        if progress.answers.get(asked.name) is not None or asked.required
    )
    changes = (_change_button(talk, page) for page in way)
    send_button = Button(t(f"{draft.form}.submit"), Action("form.send", draft.id), Style.PRIMARY)
    leave = (Button(t("form.stop"), Action("form.stop", draft.id)),)
    return View(
        t(f"{draft.form}.summary"), title=t(f"{draft.form}.title"), facts=facts, buttons=(send_button, *changes, *leave)
    )


def _short(talk: _Talk, asked: Field) -> str:
    """What an answer is called beside it; the question itself where it has no shorter name."""
    t, form = talk.turn.t, talk.draft.form
    return _said(t, f"{form}.field.{asked.name}.short") or t(f"{form}.field.{asked.name}")


def _said(t: Translator, key: str) -> str:
    return t(key) if t.has(key) else ""


def _change_button(talk: _Talk, page: Page) -> Button:
    title = talk.turn.t(f"{talk.draft.form}.page.{page.name}")
    return Button(talk.turn.t("form.change", what=title), Action("form.change", talk.draft.id, arg=page.name))


def shown(talk: _Talk, asked: Field, value: Any, answers: Answers) -> str:
    """An answer as the person reads it."""
    if value is None:
        return talk.turn.t("form.empty")
    show = _SHOWN.get(asked.kind)
    return show(talk, asked, value, answers) if show else str(value)


def _show_choices(talk: _Talk, asked: Field, value: Any, answers: Answers) -> str:
    values = value if isinstance(value, list) else [value]
    found = (talk.ground.options.find(asked.source, one, answers) for one in values)
    return talk.turn.t.listing(choice.label for choice in found if choice)


def _show_moment(talk: _Talk, _asked: Field, value: Any, _answers: Answers) -> str:
    return talk.turn.t.moment(moments.instant(str(value), talk.ground.zone))


def _show_date(talk: _Talk, _asked: Field, value: Any, _answers: Answers) -> str:
    return talk.turn.t.day(moments.day(str(value)))


_SHOWN: dict[Kind, Callable[[_Talk, Field, Any, Answers], str]] = {
    Kind.CHOICE: _show_choices,
    Kind.CHOICES: _show_choices,
    Kind.MOMENT: _show_moment,
    Kind.DATE: _show_date,
}
