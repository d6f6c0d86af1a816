"""What a series brings to the bot."""

from flows.engine.capability import Capability, Listener, Message, Verb
from flows.engine.contributions import ToDo
from flows.engine.events import SessionFilled, SessionReported, SessionsReminded
from flows.engine.forms import conversation
from flows.engine.schedule import Rule
from flows.series import follow_up, messages, series, team_channel, to_do
from flows.series.rhythm_form import SERIES
from flows.series.team_channel import ROOM
from storage.dialogues import requesters, sessions

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
        Message(messages.SeriesProposed, messages.card, requesters.of_series),
        Message(messages.SeriesWaits, messages.card, requesters.of_series),
        Message(messages.SeriesPlanned, messages.planned, requesters.of_series),
        Message(messages.SeriesPlaced, messages.placed, requesters.of_series),
        Message(follow_up.SeriesOffer, follow_up.offer_card, requesters.of_request),
        Message(follow_up.SeriesEnd, follow_up.end_card, requesters.of_series),
        Message(team_channel.RoomReminder, team_channel.reminder, requesters.of_session),
    ),
    rules={"series_waits": Rule(series.remind_of_dates, request=sessions.request_of)},
    listeners=(
        Listener(SessionFilled, series.go_on_with),
        Listener(SessionReported, follow_up.after_session),
        Listener(SessionsReminded, team_channel.remind),
    ),
    to_do=(ToDo(40, to_do.dates_to_agree),),
)
