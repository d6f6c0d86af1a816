"""How a conversation looks: a page of its form with the answers so far, and the summary of all of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flows.engine.forms import dates
from flows.engine.forms.choices import LISTED
from flows.engine.forms.definition import Answers, Choice, Field, Kind, Page, answered, has_answer
from flows.engine.forms.draft_answers import DraftAnswers
from flows.engine.forms.submit import Progress
from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, FormField, FormPage, Style, View
from storage.models import Draft


def page(talk: DraftAnswers, asked: Page) -> View:
    """A page to be answered. What is not right on it stands there still, each with what to do about it."""
    t, draft = talk.turn.t, talk.draft
    progress = talk.page(asked)
    heading = t(f"{draft.form}.page.{asked.name}")
    last = asked.ends and not talk.conversation.summary
    label = (
        _worded(t, draft.subject_id, f"{draft.form}.submit", f"{draft.form}.submit.change") if last else t("form.next")
    )
    fields = tuple(_field(talk, progress, one) for one in asked.fields)
    body = FormPage(draft.id, draft.form, asked.name, heading, _position(talk, asked), label, fields)
    buttons = tuple(_ways_out(talk, asked))
    said = (t("form.mend") if progress.faults else "", talk.conversation.about(talk.turn, draft.subject_id))
    return View("\n\n".join(filter(None, said)), title=heading, buttons=buttons, form=body)


def summary(talk: DraftAnswers, progress: Progress) -> View:
    """All answers, each page with a button to change it, and one to send them."""
    t, draft = talk.turn.t, talk.draft
    way = [step for step in talk.form.path(progress.answers) if answered(step, progress.answers)]
    facts = tuple(
        (_short(talk, asked), shown(talk, asked, progress.answers.get(asked.name), progress.answers))
        for step in way
        for asked in step.fields
        if progress.answers.get(asked.name) is not None or asked.required
    )
    changes = (_change_button(talk, step) for step in way)
    send = Button(_submit(t, draft.form, draft.subject_id), Action("form.send", draft.id), Style.PRIMARY)
    leave = (
        Button(t("form.back"), Action("form.back", draft.id)),
        Button(t("form.stop"), Action("form.stop", draft.id)),
        Button(t("form.start_over"), Action("form.over", draft.id)),
    )
    text = _worded(t, draft.subject_id, f"{draft.form}.summary", f"{draft.form}.summary.change")
    text = " ".join(filter(None, (text, talk.conversation.closing(talk.turn, draft.subject_id, progress.answers))))
    view = View(text, title=title(t, draft.form, draft.subject_id), facts=facts, buttons=(send, *changes, *leave))
    return noted(view, notes(talk, progress.answers, way))


def sure(t: Translator, draft: Draft, yes: str, no: str) -> View:
    """Whether all answers are to go: ``yes`` and ``no`` are the verbs of what then happens."""
    clear = Button(t("form.clear_yes"), Action(yes, draft.id), Style.DANGER)
    keep = Button(t("form.clear_no"), Action(no, draft.id))
    return View(t("form.clear_sure"), title=title(t, draft.form, draft.subject_id), buttons=(clear, keep))


def title(t: Translator, form: str, subject_id: int) -> str:
    """What a form is about."""
    return _worded(t, subject_id, f"{form}.title", f"{form}.title.change")


def _submit(t: Translator, form: str, subject_id: int) -> str:
    return _worded(t, subject_id, f"{form}.submit", f"{form}.submit.change")


def _worded(t: Translator, subject_id: int, key: str, changing: str) -> str:
    """A text of a form; of one that also begins something new, as it is where something there is gets changed."""
    return (_said(t, changing) if subject_id else "") or t(key)


def noted(view: View, words: str) -> View:
    """The view with ``words`` above it, where there are any."""
    return view.noting(words) if words else view


def notes(talk: DraftAnswers, answers: Answers, pages: Iterable[Page]) -> str:
    """What to know of the answers on these pages, good as they are; empty where there is nothing."""
    t, form, week = talk.turn.t, talk.draft.form, talk.turn.context.rules.week
    given = (answers.get(asked.name) for step in pages for asked in step.fields if asked.kind is Kind.MOMENT)
    chosen = (dates.instant(str(answer), talk.ground.zone) for answer in given if answer is not None)
    found = [note for moment in chosen if (note := dates.outside_office(t, week, moment))]
    mind = [t("form.mind", what=t.listing(dict.fromkeys(found))), _said(t, f"{form}.outside_office")] if found else []
    return "\n\n".join(note for note in (" ".join(mind).strip(), *talk.conversation.notes(talk.turn, answers)) if note)


def _position(talk: DraftAnswers, asked: Page) -> str:
    part, parts = talk.form.place(asked)
    return talk.turn.t("form.position", part=part, parts=parts) if parts > 1 else ""


def _ways_out(talk: DraftAnswers, asked: Page) -> Iterable[Button]:
    t, draft = talk.turn.t, talk.draft
    if asked.name != talk.form.pages[0].name:
        yield Button(t("form.back"), Action("form.back", draft.id, arg=asked.name))
    yield Button(t("form.stop"), Action("form.stop", draft.id))
    if draft.answers:
        yield Button(t("form.start_over"), Action("form.over", draft.id))


def _field(talk: DraftAnswers, progress: Progress, asked: Field) -> FormField:
    t, form = talk.turn.t, talk.draft.form
    fault = progress.faults.get(asked.name)
    choices = _listed(talk, progress, asked)
    value = progress.answers.get(asked.name)
    low, high = asked.bounds(progress.answers) if asked.bounds else (asked.low, asked.high)
    shown_choices = [*choices[:LISTED], *_taken(talk, progress, asked, choices[:LISTED])]
    return FormField(
        name=asked.name,
        kind=asked.kind,
        label=t(f"{form}.field.{asked.name}"),
        help=t(asked.help) if asked.help else _said(t, f"{form}.field.{asked.name}.help"),
        required=asked.required,
        choices=tuple(shown_choices),
        searched=len(choices) > LISTED // 4,
        low=low,
        high=high,
        value=value,
        shown=shown(talk, asked, value, progress.answers),
        typed=progress.typed.get(asked.name),
        error=t(fault.key, **fault.values) if fault else "",
        answered=has_answer(asked, progress.answers),
        needed=bool(asked.instead) and progress.answers.get(asked.instead) in (None, ""),
    )


def _listed(talk: DraftAnswers, progress: Progress, asked: Field) -> list[Choice]:
    if not asked.source:
        return []
    return list(talk.ground.options.search(asked.source, "", progress.answers, LISTED + 1))


def _taken(talk: DraftAnswers, progress: Progress, asked: Field, listed: Sequence[Choice]) -> Iterable[Choice]:
    """What was chosen of a long list beyond its first few, so that it can be shown by its name."""
    value, known = progress.answers.get(asked.name), {choice.value for choice in listed}
    for one in value if isinstance(value, list) else [value]:
        found = talk.ground.options.find(asked.source, one, progress.answers) if asked.source and one else None
        if found is not None and found.value not in known:
            yield found


def _short(talk: DraftAnswers, asked: Field) -> str:
    """What an answer is called beside it; the question itself where it has no shorter name."""
    t, form = talk.turn.t, talk.draft.form
    return _said(t, f"{form}.field.{asked.name}.short") or t(f"{form}.field.{asked.name}")


def _said(t: Translator, key: str) -> str:
    return t(key) if t.has(key) else ""


def _change_button(talk: DraftAnswers, asked: Page) -> Button:
    title = talk.turn.t(f"{talk.draft.form}.page.{asked.name}")
    return Button(talk.turn.t("form.change", what=title), Action("form.change", talk.draft.id, arg=asked.name))


def shown(talk: DraftAnswers, asked: Field, value: Any, answers: Answers) -> str:
    """An answer as the person reads it."""
    if value is None:
        return talk.turn.t("form.empty")
    show = _SHOWN.get(asked.kind)
    return show(talk, asked, value, answers) if show else str(value)


def _show_choices(talk: DraftAnswers, asked: Field, value: Any, answers: Answers) -> str:
    values = value if isinstance(value, list) else [value]
    found = (talk.ground.options.find(asked.source, one, answers) for one in values)
    return talk.turn.t.listing(choice.label for choice in found if choice)


def _show_moment(talk: DraftAnswers, _asked: Field, value: Any, _answers: Answers) -> str:
    return talk.turn.t.moment(dates.instant(str(value), talk.ground.zone))


def _show_date(talk: DraftAnswers, _asked: Field, value: Any, _answers: Answers) -> str:
    return talk.turn.t.day(dates.day(str(value)))


_SHOWN: dict[Kind, Callable[[DraftAnswers, Field, Any, Answers], str]] = {
    Kind.CHOICE: _show_choices,
    Kind.CHOICES: _show_choices,
    Kind.MOMENT: _show_moment,
    Kind.DATE: _show_date,
}
