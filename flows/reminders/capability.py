"""What reminders bring to the bot."""

from flows.engine.capability import Capability, Message
from flows.engine.schedule import Rule
from flows.reminders import reminders
from storage.dialogues import requesters, requests

CAPABILITY = Capability(
    name="reminders",
    messages=(
        *(Message(one, reminders.reminder, requesters.of_session) for one in reminders.REMINDERS.values()),
        Message(reminders.Prompt, reminders.reflection, requesters.of_session),
    ),
    rules={
        **dict.fromkeys(reminders.REMINDERS, Rule(reminders.remind, request=requests.of_session)),
        "prompt": Rule(reminders.prompt, request=requests.of_session),
    },
)
