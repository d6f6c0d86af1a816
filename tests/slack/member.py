"""A person, or a bot, of the workspace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass
class Member:
    """Someone as Slack knows them. ``locale`` is as in ``nl-NL``, ``tz`` an IANA zone; ``deleted`` is deactivated.

    A guest is ``is_restricted``, and one of a single channel ``is_ultra_restricted`` as well. Somebody of another
    workspace has another ``team``, and ``is_stranger`` where no channel is shared with them.
    """

    id: str
    name: str
    real_name: str
    team: str
    email: str = ""
    locale: str = "nl-NL"
    tz: str = "Europe/Amsterdam"
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_email_confirmed: bool = True
    title: str = ""
    enterprise: str | None = None

    def as_json(self, *, with_email: bool = True, with_locale: bool = True) -> dict[str, Any]:
        """The user object: an address only for who may read it, a locale only where asked for."""
        user = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            **({} if self.deleted else self._zone()),
            "profile": self._profile(with_email=with_email),
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_stranger": self.is_stranger,
            "is_email_confirmed": self.is_email_confirmed,
            "updated": 1_700_000_000,
        }
        if self.enterprise:
            user["enterprise_user"] = {"id": self.id, "enterprise_id": self.enterprise, "teams": [self.team]}
        return user | ({"locale": self.locale} if with_locale and not self.deleted else {})

    def _zone(self) -> dict[str, Any]:
        offset = datetime.now(ZoneInfo(self.tz)).utcoffset()
        assert offset is not None  # a zone always has one
        return {"tz": self.tz, "tz_label": self.tz, "tz_offset": int(offset.total_seconds())}

    def _profile(self, *, with_email: bool) -> dict[str, Any]:
        first, _, last = self.real_name.partition(" ")
        return {
            "title": self.title,
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": "",
            "display_name_normalized": "",
            "first_name": first,
            "last_name": last,
            "team": self.team,
            **({"email": self.email} if with_email and self.email and not self.is_bot else {}),
        }
