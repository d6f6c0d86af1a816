"""auth.test, users.*, team.info and bots.info: who is who."""

from typing import Any

from tests.slack.method import Method
from tests.slack.refusal import Refused
from tests.slack.workspace import APP, BOT, BOT_USER, Workspace

Json = dict[str, Any]

TIER_3, TIER_4 = 50, 100


def auth_test(workspace: Workspace, args: Json) -> Json:
    """Whose token this is."""
    answer = {
        "ok": True,
        "url": f"https://{workspace.domain}.slack.com/",
        "team": "Dialoog",
        "user": "dialoog",
        "team_id": workspace.team,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }
    return answer | ({"enterprise_id": workspace.enterprise} if workspace.enterprise else {})


def user_info(workspace: Workspace, args: Json) -> Json:
    """One person, with as much as the token may read."""
    member = workspace.member(args["user"])
    readable = "users:read.email" in workspace.scopes
    return {"ok": True, "user": member.as_json(with_email=readable, with_locale=args.get("include_locale", False))}


def by_email(workspace: Workspace, args: Json) -> Json:
    """The person with that address, as long as they are active."""
    for member in workspace.members.values():
        if member.email and member.email.lower() == args["email"].lower() and not member.deleted:
            return {"ok": True, "user": member.as_json(with_locale=False)}
    raise Refused("users_not_found")


def team_info(workspace: Workspace, args: Json) -> Json:
    """The workspace itself."""
    team = {"id": workspace.team, "name": "Dialoog", "domain": workspace.domain, "email_domain": "example.org"}
    grid = {"enterprise_id": workspace.enterprise, "enterprise_name": "Rijk"} if workspace.enterprise else {}
    return {"ok": True, "team": team | grid}


def bot_info(workspace: Workspace, args: Json) -> Json:
    """The bot as Slack shows it."""
    if args.get("bot", BOT) != BOT:
        raise Refused("bot_not_found")
    about = {"id": BOT, "deleted": False, "name": "Dialoog", "app_id": APP, "user_id": BOT_USER}
    return {"ok": True, "bot": about}


METHODS = {
    "auth.test": Method(auth_test),
    "users.info": Method(user_info, {"user": "string!", "include_locale": "boolean"}, ("users:read",), TIER_4),
    "users.lookupByEmail": Method(by_email, {"email": "string!"}, ("users:read.email",), TIER_3),
    "team.info": Method(team_info, {"team": "string", "domain": "string"}, ("team:read",), TIER_3),
    "bots.info": Method(bot_info, {"bot": "string"}, ("users:read",), TIER_3),
}
