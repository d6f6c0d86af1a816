"""What a series brings to the bot."""

from flows.engine.capability import Capability, Listener, Message, Verb
from flows.engine.events import SessionFilled, SessionReported, SessionsReminded
from flows.engine.forms import conversation
from flows.engine.schedule import Rule
from flows.series import follow_up, messages, series, team_channel
from flows.series.rhythm_form import SERIES
from flows.series.team_channel import ROOM
from storage.dialogues import requesters

CAPABILITY = Capability(
    name="series",
    verbs=(
        conversation.asking("series.change", "series"),
        conversation.asking("series.room", "room"),
        Verb("rooms", lambda turn, _action: team_channel.mine(turn), shows=True),
        Verb("series.show", messages.show, shows=True),
        Verb("series.agree", series.agree),
        Verb("series.no", series.refuse),
        Verb("series.more", series.go_on),
    ),
    forms=(SERIES, ROOM),
    messages=(
        Message("series_proposed", messages.card, requesters.of_series),
        Message("series_waits", messages.card, requesters.of_series),
        Message("series_planned", messages.planned, requesters.of_series),
        Message("series_placed", messages.placed, requesters.of_series),
        Message(follow_up.OFFER, follow_up.offer_card, requesters.of_request),
        Message(follow_up.END, follow_up.end_card, requesters.of_series),
        Message(team_channel.KIND, team_channel.reminder, requesters.of_session),
    ),
    rules={"series_waits": Rule(series.remind_of_dates)},
    listeners=(
        Listener(SessionFilled, series.go_on_with),
        Listener(SessionReported, follow_up.after_session),
        Listener(SessionsReminded, team_channel.remind),
    ),
)
