"""What a test orders the far side to do wrong: late, twice, never, or with an error."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Json = dict[str, Any]


@dataclass(frozen=True)
class TooMany:
    """429, to be tried again after so many seconds."""

    retry_after: int = 1


@dataclass(frozen=True)
class Status:
    """A bare HTTP status, such as 500 or 503, before the effect or after it."""

    code: int = 500
    after_effect: bool = False


@dataclass(frozen=True)
class Slowly:
    """The right answer, so many seconds later."""

    seconds: float


@dataclass(frozen=True)
class ThenSilence:
    """Do it, and say nothing for so many seconds: the caller does not know whether it happened."""

    seconds: float = 60.0


@dataclass(frozen=True)
class Dropped:
    """Cut the connection, before the effect or after it."""

    after_effect: bool = False


@dataclass(frozen=True)
class Fails:
    """One of Slack's errors by its name, with what else the answer says (``needed``, ``response_metadata`` …)."""

    error: str
    extra: Json = field(default_factory=dict)


Behaviour = TooMany | Status | Slowly | ThenSilence | Dropped | Fails


Kind = TypeVar("Kind")


@dataclass
class Order(Generic[Kind]):
    """For these calls, this behaviour. ``times`` is how often yet; None is for as long as the order stands."""

    method: str
    behaviour: Kind
    times: int | None
    channel: str | None
    where: Callable[[Json], bool]

    def fits(self, method: str, args: Json) -> bool:
        """Whether the order is about this call."""
        place = args.get("channel") or args.get("channel_id") or args.get("user_id")
        about = self.method in ("*", method) and self.channel in (None, place)
        return about and self.times != 0 and self.where(args)


class Orders(Generic[Kind]):
    """The orders that stand, the oldest first. A platform may know more kinds of behaviour than the other."""

    def __init__(self) -> None:
        self._orders: list[Order[Kind]] = []

    def give(
        self,
        method: str,
        behaviour: Kind,
        times: int | None = 1,
        channel: str | None = None,
        where: Callable[[Json], bool] = lambda args: True,
    ) -> Order[Kind]:
        """Order a behaviour for the next calls of a method (``*`` is any), of one channel, or as ``where`` says."""
        order = Order(method, behaviour, times, channel, where)
        self._orders.append(order)
        return order

    def withdraw(self) -> None:
        """From now on everything goes well."""
        self._orders.clear()

    def take(self, method: str, args: Json) -> Kind | None:
        """What was ordered for this call; each order is used up by its calls."""
        order = next((one for one in self._orders if one.fits(method, args)), None)
        if order is None:
            return None
        if order.times is not None:
            order.times -= 1
        return order.behaviour
