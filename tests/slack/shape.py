"""What an object in a payload may and must hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.slack.spot import Check, Spot

Whole = Callable[[dict[str, Any], Spot], None]
"""A rule about an object as a whole, such as two fields that exclude each other."""


@dataclass(frozen=True)
class Shape:
    """The fields of one kind of object. Calling it checks a value: what is missing, what is too much, each field."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    rules: tuple[Whole, ...] = ()

    def __call__(self, value: Any, spot: Spot) -> None:
        """Report every fault of the value."""
        if not isinstance(value, dict):
            spot.fault("must provide an object")
            return
        for name in self.required.keys() - value.keys():
            spot.fault(f"missing required field: {name}")
        for name, one in value.items():
            self._field(name, one, spot)
        for rule in self.rules:
            rule(value, spot)

    def _field(self, name: str, value: Any, spot: Spot) -> None:
        check = self.required.get(name) or self.optional.get(name)
        if check is not None:
            check(value, spot.at(name))
        else:
            spot.fault(f"invalid additional property: {name}")


def by_type(kinds: Mapping[str, Shape]) -> Check:
    """An object whose ``type`` says which shape it must have; other types are not supported here."""

    def check(value: Any, spot: Spot) -> None:
        if not isinstance(value, dict):
            spot.fault("must provide an object")
        elif "type" not in value:
            spot.fault("missing required field: type")
        elif str(value["type"]) not in kinds:
            spot.at("type").fault(f"unsupported type: {value['type']}")
        else:
            kinds[value["type"]]({name: one for name, one in value.items() if name != "type"}, spot)

    return check


def exactly_one(*names: str) -> Whole:
    """A check that exactly one of these fields is there."""

    def check(value: dict[str, Any], spot: Spot) -> None:
        present = [name for name in names if name in value]
        if not present:
            spot.fault(f"missing required field: {names[0]}")
        if len(present) > 1:
            spot.fault(f"must define only one of {', '.join(names)}")

    return check
