"""Inviting one person or an organisation."""

from flows.access import invitations, vouching
from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Answers, Choice, Field, Form, Kind, Page
from flows.programme.choices import organisation_choices


def _options(turn: Turn, _subject: int) -> Choices:
    return Choices(
        {
            "whom": lambda: invitations.whom(turn.t),
            "organisations": lambda: _organisations(turn),
            "persons": lambda: invitations.persons(turn),
        }
    )


def _organisations(turn: Turn) -> list[Choice]:
    mine = invitations.invited_for(turn)
    return [choice for choice in organisation_choices(turn) if int(choice.value) in mine]


def _after(answers: Answers) -> str | None:
    return "person" if answers.get("whom") == invitations.ONE else None


_INVITE = Page(
    "invite",
    (Field("whom", Kind.CHOICE, source="whom"), Field("organisation", Kind.CHOICE, source="organisations")),
    _after,
)
_PERSON = Page("person", (Field("person", Kind.CHOICE, source="persons"),))

INVITE = ConversationForm(
    name="invite",
    form=lambda _turn, _subject: Form("invite", 1, (_INVITE, _PERSON)),
    options=_options,
    guard=invitations.may_invite,
    finish=vouching.answered,
)
