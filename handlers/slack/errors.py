"""What Slack may answer to a call, and what that means for what we wanted to say: one table.

The codes are those that Slack documents for the methods this bot calls, at docs.slack.dev/reference/methods, and the
few that it gives without documenting them. A code that is not in the table is taken for a passing trouble: it is tried
again with back-off, and ends as a dead letter that names the code.
"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from aiohttp import ClientConnectorError, ClientError, ClientResponse
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.outbound.channel import NeverDeliverable, RetryLater

Trouble = SlackClientError | ClientError | OSError
TROUBLES = (SlackClientError, ClientError, OSError)
"""Everything that a call can raise, timeouts included."""

LOST_PAUSE = 600.0
"""Seconds between two looks whether a workspace that refuses the app takes it back. Somebody has to act meanwhile."""

UNSAID_WAIT = 30.0
"""Seconds to wait where Slack says that it was too much, but not for how long."""


class Meaning(Enum):
    """What an answer of Slack means, and so what is done about it."""

    SLOWER = auto()
    """Too much at once, nothing was done: wait as long as Slack says. Never uses a letter up."""

    LATER = auto()
    """Not now, and nothing was done: tried again with back-off."""

    UNSURE = auto()
    """Not now, and it may have been done all the same: looked for before it is sent again."""

    GONE = auto()
    """This person or room cannot be reached any more: another channel, or a dead letter."""

    REFUSED = auto()
    """This message is not taken here, by a rule of the workspace: another channel, or a dead letter."""

    FIXED = auto()
    """What stands there cannot be changed (any more), or no window be opened there: something new is sent."""

    LOST = auto()
    """The workspace does not take the app's token: everything waits, and the log says so loudly."""

    NOT_ALLOWED = auto()
    """The app as it is set up may not do this: all that needs this method waits, and the log says so loudly."""

    OURS = auto()
    """We called it wrongly: a dead letter that names the code, and an error in the log."""


TABLE: Mapping[Meaning, str] = MappingProxyType(
    {
        Meaning.SLOWER: "ratelimited rate_limited",
        Meaning.LATER: """
            external_channel_migrating message_limit_exceeded org_login_required request_timeout
            streaming_state_conflict team_access_not_granted team_added_to_org update_failed
        """,
        Meaning.UNSURE: "fatal_error internal_error server_error service_unavailable",
        Meaning.GONE: """
            cannot_dm_bot channel_not_found invalid_channel invalid_user_combination invalid_user_id is_archived
            is_inactive not_in_channel user_disabled user_is_bot user_not_found user_not_in_channel user_not_visible
            users_not_found
        """,
        Meaning.REFUSED: """
            access_denied no_permission posting_to_channel_denied restricted_action
            restricted_action_non_threadable_channel restricted_action_read_only_channel
            restricted_action_thread_only_channel slack_connect_file_link_sharing_blocked
            slack_connect_file_upload_sharing_blocked
        """,
        Meaning.FIXED: """
            block_mismatch cant_update_message edit_window_closed exchanged_trigger_id expired_trigger_id hash_conflict
            invalid_trigger_id message_not_found not_found push_limit_reached thread_not_found trigger_exchanged
            trigger_expired
        """,
        Meaning.LOST: """
            account_inactive invalid_auth not_allowed_token_type not_authed token_expired token_revoked
            two_factor_setup_required
        """,
        Meaning.NOT_ALLOWED: """
            accesslimited ekm_access_denied enterprise_is_restricted file_uploads_disabled messages_tab_disabled
            missing_scope not_enabled
        """,
        Meaning.OURS: """
            as_user_not_supported cannot_reply_to_message deprecated_endpoint duplicate_external_id file_not_found
            invalid_arg_name invalid_arguments invalid_array_arg invalid_attachments invalid_blocks
            invalid_blocks_format invalid_charset invalid_cursor invalid_form_data invalid_json
            invalid_metadata_format invalid_metadata_schema invalid_post_type invalid_ts_latest invalid_ts_oldest
            json_not_object markdown_text_conflict metadata_must_be_sent_from_app metadata_too_large
            method_deprecated missing_argument missing_post_type msg_blocks_too_long msg_too_long
            no_dual_broadcast_content_update no_text not_enough_users too_many_attachments too_many_users
            unknown_method users_list_not_supplied view_too_large
        """,
    }
)
"""The codes by what they mean."""

_IN_EDITS = "channel_not_found is_archived is_inactive not_in_channel"
"""Errors of an edit that say that the old message is out of reach, and not its reader: a new message may arrive."""

_EDITS = frozenset({"chat.update", "chat.delete"})

CODES: Mapping[str, Meaning] = MappingProxyType(
    {code: meaning for meaning, codes in TABLE.items() for code in codes.split()}
)
"""The meaning of each known code."""


class EditImpossible(NeverDeliverable):
    """What stands there cannot be changed any more, or changed meanwhile; something new can be sent."""


class WorkspaceLost(RetryLater):
    """The workspace refuses the app itself until somebody acts. ``whole``: all of it, not one method alone."""

    def __init__(self, code: str, *, whole: bool) -> None:
        super().__init__(f"the workspace refuses the app ({code})", LOST_PAUSE)
        self.code = code
        self.whole = whole


class FaultOfOurs(NeverDeliverable):
    """Slack does not take what we sent, and never will. ``code`` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RateLimited(RetryLater):
    """Slack asks to wait for ``seconds`` with calls like this one."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Slack asks to go slower", seconds)
        self.wait = seconds


def meaning_of(method: str, code: str) -> Meaning:
    """What this error code says in an answer to this method. A code nobody knows: LATER."""
    if method in _EDITS and code in _IN_EDITS.split():
        return Meaning.FIXED
    return CODES.get(code, Meaning.LATER)


def translated(method: str, trouble: Trouble) -> RetryLater | NeverDeliverable:
    """What a failed call means, as the error that a channel raises."""
    if isinstance(trouble, SlackApiError):
        return _answered(method, trouble.response)
    # Without a connection nothing was sent. In all other cases Slack may have heard us, and we not its answer.
    unheard = isinstance(trouble, ClientConnectorError)
    return RetryLater("no connection" if unheard else "no answer", maybe_sent=not unheard)


def _answered(method: str, response: object) -> RetryLater | NeverDeliverable:
    status, code = _status(response), _code(response)
    if status == 429 or CODES.get(code) is Meaning.SLOWER:
        return RateLimited(_retry_after(response))
    if not code or status >= 500:
        return RetryLater(code or f"http {status}", maybe_sent=True)
    return _meant(meaning_of(method, code), code)


def _meant(meaning: Meaning, code: str) -> RetryLater | NeverDeliverable:
    match meaning:
        case Meaning.LATER | Meaning.UNSURE:
            return RetryLater(code, maybe_sent=meaning is Meaning.UNSURE)
        case Meaning.GONE | Meaning.REFUSED:
            return NeverDeliverable(code, unreachable=meaning is Meaning.GONE)
        case Meaning.FIXED:
            return EditImpossible(code)
        case Meaning.LOST | Meaning.NOT_ALLOWED:
            return WorkspaceLost(code, whole=meaning is Meaning.LOST)
        case _:
            return FaultOfOurs(code)


def _status(response: object) -> int:
    # The library hands over its own response, or aiohttp's where the body was no JSON at all.
    return response.status if isinstance(response, ClientResponse) else int(getattr(response, "status_code", 0))


def _code(response: object) -> str:
    data = getattr(response, "data", None)
    code = data.get("error", "") if isinstance(data, dict) else ""
    return code if isinstance(code, str) else ""


def _retry_after(response: object) -> float:
    headers = getattr(response, "headers", {})
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return max(1.0, float(given))
    except ValueError:
        return UNSAID_WAIT
