"""Text objects, options and confirmation dialogs, with the lengths that Slack's Block Kit reference gives them."""

from typing import Any

from tests.slack.shape import Shape, by_type
from tests.slack.spot import Check, Spot, flag, many, one_of, string, url


def plain(most: int) -> Check:
    """A ``plain_text`` object of at most so many characters, and never empty."""
    return by_type({"plain_text": _plain_text(most)})


def text(most: int) -> Check:
    """A ``plain_text`` or ``mrkdwn`` object of at most so many characters, and never empty."""
    return by_type(text_kinds(most))


def text_kinds(most: int) -> dict[str, Shape]:
    """Both text objects by their type; each has its own flag (``emoji``, ``verbatim``) and refuses the other's."""
    return {
        "plain_text": _plain_text(most),
        "mrkdwn": Shape({"text": string(most)}, {"verbatim": flag}),
    }


def _plain_text(most: int) -> Shape:
    return Shape({"text": string(most)}, {"emoji": flag})


def option(words: Check) -> Shape:
    """An option of a menu: a text of 75, a value of 150, a description of 75 characters."""
    return Shape({"text": words, "value": string(150)}, {"description": plain(75)})


PLAIN_OPTION = option(plain(75))
LIVELY_OPTION = option(text(75))
OVERFLOW_OPTION = Shape({"text": plain(75)}, {"value": string(150), "description": plain(75), "url": url})

OPTIONS = many(PLAIN_OPTION, 1, 100)
OPTION_GROUPS = many(Shape({"label": plain(75), "options": OPTIONS}), 1, 100)
FEW_OPTIONS = many(LIVELY_OPTION, 1, 10)

CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)


def offered(value: dict[str, Any]) -> list[Any]:
    """Every option of a menu, whether grouped or not."""
    groups = value.get("option_groups")
    if isinstance(groups, list):
        return [one for group in groups if isinstance(group, dict) for one in _listed(group.get("options"))]
    return _listed(value.get("options"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def chosen_is_offered(value: dict[str, Any], spot: Spot) -> None:
    """What is chosen at first must be, letter by letter, among what can be chosen."""
    choices = offered(value)
    if "initial_option" in value and value["initial_option"] not in choices:
        spot.at("initial_option").fault("must exactly match one of the provided options")
    for index, one in enumerate(_listed(value.get("initial_options"))):
        if one not in choices:
            spot.at("initial_options", index).fault("must exactly match one of the provided options")
