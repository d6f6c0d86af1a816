"""What reminders bring to the bot."""

from flows.engine.capability import Capability, Message
from flows.engine.schedule import Rule
from flows.reminders import reminders
from storage.dialogues import requesters, requests

KINDS = ("remind_week", "remind_day", "remind_hour")

CAPABILITY = Capability(
    name="reminders",
    messages=(
        *(Message(kind, reminders.reminder, requesters.of_session) for kind in KINDS),
        Message("prompt", reminders.reflection, requesters.of_session),
    ),
    rules={
        **dict.fromkeys(KINDS, Rule(reminders.remind, request=requests.of_session)),
        "prompt": Rule(reminders.prompt, request=requests.of_session),
    },
)
