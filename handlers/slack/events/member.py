"""A member of a workspace, as Slack's ``user`` object tells of them: https://docs.slack.dev/reference/objects/user-object."""

from collections.abc import Mapping
from typing import Any

from handlers.slack.address import SLACKBOT
from storage.people import names
from storage.people.profiles import Profile


def is_person(user: Mapping[str, Any]) -> bool:
    """Whether this is somebody of flesh and blood whose account is in use."""
    marks = ("is_bot", "deleted", "is_workflow_bot")
    return bool(user.get("id")) and user.get("id") != SLACKBOT and not any(user.get(mark) for mark in marks)


def profile(user: Mapping[str, Any]) -> Profile:
    """What Slack's ``user`` object tells that the programme needs, and no more."""
    details = _part(user, "profile")
    name = details.get("real_name") or user.get("real_name") or user.get("name") or ""
    return Profile(
        name=names.cleaned(str(name)) or str(user.get("id") or ""),
        email=str(details.get("email") or "") or None,
        language=_language(str(user.get("locale") or "")),
        zone=names.cleaned(str(user.get("tz") or "")) or None,
        confirmed=bool(user.get("is_email_confirmed", True)),
    )


def is_guest(user: Mapping[str, Any]) -> bool:
    """Whether this is a guest, of several channels or of a single one."""
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted"))


def homes(user: Mapping[str, Any]) -> frozenset[str]:
    """The workspaces and the organisation that somebody is of."""
    grid = _part(user, "enterprise_user")
    teams = grid.get("teams")
    told = [user.get("team_id"), grid.get("enterprise_id"), *(teams if isinstance(teams, list) else ())]
    return frozenset(str(one) for one in told if one)


def _part(user: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = user.get(name)
    return part if isinstance(part, Mapping) else {}


def _language(locale: str) -> str | None:
    """What somebody reads who set Slack so. Slack has no Dutch, so its English says nothing: the programme's then."""
    spoken = locale.lower()[:2]
    return spoken if spoken == "nl" else None if spoken in ("", "en") else "en"
