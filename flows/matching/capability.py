"""What looking for a facilitator brings to the bot."""

from flows.engine.capability import Capability, Listener, Message
from flows.engine.events import MessageUndeliverable, PeopleMerged, PersonUnreachable
from flows.engine.schedule import Rule
from flows.matching import merged_people, promises, search_due, unreached
from storage.dialogues import requesters, requests
from storage.people.profiles import UNREACHED

CAPABILITY = Capability(
    name="matching",
    messages=(Message(promises.PromiseLate, promises.late, requesters.of_search),),
    rules={
        "round_over": Rule(search_due.round_over, request=requests.of_search),
        "steering_over": Rule(search_due.steering_over, request=requests.of_search),
        **dict.fromkeys(promises.KINDS, Rule(search_due.promise_nears, request=requests.of_search)),
        UNREACHED: Rule(unreached.pass_by),
    },
    listeners=(
        Listener(PeopleMerged, merged_people.withdraw_own),
        Listener(MessageUndeliverable, unreached.go_on),
        Listener(PersonUnreachable, unreached.cut_off),
    ),
)
