"""Kinds of accounts in Slack, and which of them the bot serves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from handlers.slack.events.member import homes, is_guest, is_person, profile
from storage.people.profiles import Profile

GUESTS, EXTERNAL = "guests", "external"
"""The words of the setting SLACK_ALSO_SERVE."""


class Kind(StrEnum):
    """What kind of account somebody has."""

    MEMBER = "member"
    GUEST = "guest"
    """A member of a served workspace who may use some of its channels only."""
    EXTERNAL = "external"
    """A member of another workspace, in a channel that is shared with it."""
    NOBODY = "nobody"
    """No person, or no account that is in use."""


@dataclass(frozen=True)
class Standing:
    """What kind of account somebody has, and whether the bot serves it. ``language`` as in ``Profile``."""

    kind: Kind
    served: bool
    language: str | None = None


@dataclass(frozen=True)
class Served:
    """Whom the bot serves: full members of ``homes``, ids of workspaces and organisations, and of the others ``also``.

    A ``user`` is Slack's user object.
    """

    homes: frozenset[str]
    also: frozenset[str] = frozenset()

    def kind_of(self, user: Mapping[str, Any]) -> Kind:
        """The kind of this account. A guest of another workspace is external."""
        if not is_person(user):
            return Kind.NOBODY
        if user.get("is_stranger") or not self.homes & homes(user):
            return Kind.EXTERNAL
        return Kind.GUEST if is_guest(user) else Kind.MEMBER

    def includes(self, kind: Kind) -> bool:
        """Whether accounts of this kind are served."""
        chosen = {Kind.MEMBER: True, Kind.GUEST: GUESTS in self.also, Kind.EXTERNAL: EXTERNAL in self.also}
        return chosen.get(kind, False)

    def standing_of(self, user: Mapping[str, Any]) -> Standing:
        """How this account stands."""
        kind = self.kind_of(user)
        return Standing(kind, self.includes(kind), profile(user).language)

    def profile_of(self, user: Mapping[str, Any]) -> Profile:
        """What this account tells of its owner. The e-mail address of an external one counts as confirmed by nobody.

        An administrator of the other workspace can give an account there any address, also that of somebody here.
        """
        told = profile(user)
        return replace(told, confirmed=told.confirmed and self.kind_of(user) is not Kind.EXTERNAL)

    def may_be_found(self, user: Mapping[str, Any]) -> bool:
        """Whether letters may go to this account because it has their reader's e-mail address."""
        return self.includes(self.kind_of(user)) and self.profile_of(user).confirmed
