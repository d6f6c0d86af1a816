"""What forms bring to the bot: the buttons on their pages, and the message that one is kept half done."""

from datetime import timedelta

from flows.engine.capability import Capability, Message, Pruned, Verb
from flows.engine.contributions import ToDo
from flows.engine.forms import conversation, kept_drafts
from storage.conversations import drafts, open_questions
from storage.dialogues import requesters

KEPT_DRAFTS = timedelta(days=90)
"""How long a half-written form waits for its writer to go on. What it holds may be confidential."""

CAPABILITY = Capability(
    name="forms",
    verbs=(
        Verb(
            "form.resume",
            lambda turn, action: conversation.resume(turn, action.id),
            asks_first=True,
            keeps_page=True,
        ),
        Verb(
            "form.back",
            lambda turn, action: conversation.back(turn, action.id, action.arg),
            keeps_page=True,
            looks=True,
        ),
        Verb(
            "form.change",
            lambda turn, action: conversation.change(turn, action.id, action.arg),
            keeps_page=True,
            looks=True,
        ),
        Verb(
            "form.stop",
            lambda turn, action: conversation.stop(turn, action.id),
            keeps_page=True,
            leaves=True,
            looks=True,
        ),
        Verb(
            "form.over",
            lambda turn, action: conversation.ask_start_over(turn, action.id),
            asks_first=True,
            keeps_page=True,
        ),
        Verb("form.clear", lambda turn, action: conversation.start_over(turn, action.id)),
        Verb(
            "form.discard",
            lambda turn, action: conversation.ask_discard(turn, action.id),
            asks_first=True,
            keeps_page=True,
        ),
        Verb("form.drop", lambda turn, action: conversation.discard(turn, action.id), leaves=True),
        Verb("form.send", lambda turn, action: conversation.send(turn, action.id), keeps_page=True),
    ),
    status="form.resume",
    messages=(Message(kept_drafts.HalfDone, kept_drafts.message, requesters.of_draft),),
    to_do=(ToDo(90, conversation.draft_to_resume, kept=True),),
    pruned=(Pruned(drafts.prune, KEPT_DRAFTS), Pruned(open_questions.prune, KEPT_DRAFTS)),
)
