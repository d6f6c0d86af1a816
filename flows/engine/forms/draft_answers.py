"""One person's conversation as it stands: the draft, the form it answers, and what its answers are held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.engine.context import Turn
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Answers, Form, Page, ValidationContext
from flows.engine.forms.submit import Progress, fitting, keep_fitting, submit
from storage.models import Draft


@dataclass(frozen=True)
class DraftAnswers:
    """Whatever is taken in stands in the draft at once: the good answers, and apart what was typed but is not right."""

    turn: Turn
    draft: Draft
    conversation: ConversationForm
    form: Form
    ground: ValidationContext

    @classmethod
    def of(cls, turn: Turn, draft: Draft, conversation: ConversationForm) -> "DraftAnswers":
        """The conversation in this draft; where the form changed meanwhile, with the answers that still fit."""
        form = conversation.form(turn, draft.subject_id)
        ground = ValidationContext(conversation.options(turn, draft.subject_id), turn.now, turn.context.rules.zone)
        if draft.form_version != form.version:
            draft.answers, draft.form_version = keep_fitting(form, draft.answers, ground), form.version
        return cls(turn, draft, conversation, form, ground)

    def standing(self) -> Progress:
        """Where the form stands with the good answers."""
        return submit(self.form, self.draft.answers, {}, self.ground)

    def page(self, page: Page) -> Progress:
        """Where a page stands, with what is not right on it."""
        typed = {name: raw for name, raw in self.draft.typed.items() if name in page.names}
        return submit(self.form, self.draft.answers, typed, self.ground)

    def take(self, new: Answers) -> Progress:
        """Take in answers, and keep all of them."""
        progress = submit(self.form, self.draft.answers, new, self.ground)
        self._keep(progress, {name: raw for name, raw in self.draft.typed.items() if name not in new})
        return progress

    def put_aside(self, page: Page, new: Answers) -> None:
        """Keep what stands in a page's fields. What is still empty there is not asked for yet."""
        given = {name: new[name] for name in page.names if name in new}
        empty = {name for name, raw in given.items() if raw is None or raw in ("", [])}
        cleared = {f.name for f in page.fields if f.required and f.name in empty}
        self.draft.answers = {name: value for name, value in self.draft.answers.items() if name not in cleared}
        self.draft.typed = {name: raw for name, raw in self.draft.typed.items() if name not in empty}
        known = self.draft.answers
        self.take({name: raw for name, raw in given.items() if name not in empty or name in known})

    def fill(self, known: Answers, *, over: bool) -> None:
        """Put what is known in the fields: ``over`` what stands in them, else where nothing does."""
        if not known:
            return
        answers = self.draft.answers
        taken = set() if over else {name for name in answers if answers[name] is not None} | set(self.draft.typed)
        fits = fitting(self.form, answers, known, self.ground)
        fresh = {name: value for name, value in fits.items() if value is not None and name not in taken}
        if fresh:
            self.take(fresh)

    def untouched(self) -> bool:
        """Whether nothing stands in the draft but what was known before the first question."""
        known = self.conversation.known(self.turn, self.draft.subject_id)
        return not self.draft.typed and self.draft.answers == keep_fitting(self.form, known, self.ground)

    def _keep(self, progress: Progress, typed: Mapping[str, Any]) -> None:
        self.draft.answers, self.draft.typed = progress.answers, {**typed, **progress.typed}
        self.draft.updated_at = self.turn.now
