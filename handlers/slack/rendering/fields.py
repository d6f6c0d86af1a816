"""A form's questions as Block Kit inputs, and what stands in those inputs as the answers that forms read.

A ``block_id`` names the draft and the field: Slack keeps what is typed in a block whose id stays, also when the page is
drawn again, and forgets it for another draft. An ``action_id`` names the kind of the field. What comes back is only
read here, not trusted: ``flows.engine.forms.definition`` holds every answer against the form.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.engine.forms import dates
from flows.engine.forms.definition import Choice, Kind
from flows.engine.language.texts import Translator
from flows.engine.views.view import FormField, FormPage
from handlers.slack.rendering import limits
from handlers.slack.rendering.blocks import Block, legend, note, words
from handlers.slack.rendering.text import middle, plain, storable

FEW_CHOICES = 5
"""How many choices are all shown at once where one is taken; with more, a page grows longer than a screen."""
_NAMED = re.compile(r"field:(\d{1,10}):([a-z0-9_]{1,100})", re.ASCII)
_ACTION = "field:"


def inputs(page: FormPage, t: Translator) -> list[Block]:
    """The questions of a page as input blocks, each followed by what is wrong with its answer so far."""
    return [block for field in page.fields for block in _asked(page.draft_id, field, t)]


def answers(view: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """What stands in the inputs of a view's payload, by field name; None where nothing does.

    A moment comes back in local time of ``zone``. What this module would not have made is left out; nothing is raised.
    """
    found: dict[str, Any] = {}
    for block_id, elements in _mapping(_mapping(view.get("state")).get("values")).items():
        field = field_of(block_id)
        for action_id, element in _mapping(elements).items():
            read = _READERS.get(str(action_id))
            if field and read and isinstance(element, Mapping):
                with suppress(_Odd):
                    found[field[1]] = read(element, zone)
    return found


def errors(page: FormPage) -> dict[str, str]:
    """What is wrong, by ``block_id``, for a submission answered with ``response_action: errors``."""
    return {block_id(page.draft_id, f.name): plain(f.error, limits.LABEL) for f in page.fields if f.error}


def options(choices: Iterable[Choice]) -> list[Block]:
    """The choices as options, for a select and for the answer to a ``block_suggestion``; no more than Slack takes."""
    return [_option(choice) for choice in choices if len(choice.value) <= limits.OPTION_VALUE][: limits.OPTIONS]


def block_id(draft_id: int, name: str) -> str:
    """The id of a field's input block."""
    return f"field:{draft_id}:{name}"


def field_of(block_id: object) -> tuple[int, str] | None:
    """The draft and the field's name in a block's id, or None for another block."""
    found = _NAMED.fullmatch(block_id) if isinstance(block_id, str) else None
    return (int(found[1]), found[2]) if found else None


def _asked(draft_id: int, field: FormField, t: Translator) -> Iterator[Block]:
    made: Block = {
        "type": "input",
        "block_id": block_id(draft_id, field.name),
        "label": words(field.label, limits.LABEL),
        "element": {"action_id": f"{_ACTION}{field.kind.value}", **_ELEMENTS[field.kind](field, t)},
        "optional": not field.required,
    }
    yield {**made, "hint": words(field.help, limits.LABEL)} if field.help else made
    yield from _explained(field)
    if field.error:
        yield note(t("slack.mend", what=field.error))


def _standing(field: FormField) -> Any:
    """What to show as the answer so far: what was typed last, also when it was wrong."""
    return field.value if field.typed is None else field.typed


def _option(choice: Choice) -> Block:
    label, below = plain(choice.label), choice.help
    if len(label) > limits.OPTION and " · " in label:
        # What it belongs to comes after the dot; the name is what people look for.
        label, _, below = label.partition(" · ")
    made: Block = {"text": words(middle(label, limits.OPTION), limits.OPTION), "value": choice.value}
    return {**made, "description": words(below, limits.OPTION)} if below.strip() else made


def _is_searched(field: FormField) -> bool:
    # Slack refuses a select without options; a searched one says that nothing was found.
    return field.searched or not 0 < len(field.choices) <= limits.OPTIONS


def _choice(field: FormField, t: Translator) -> Block:
    taken = _taken(field, [_standing(field)])
    first = {"initial_option": taken[0]} if taken else {}
    if _is_searched(field):
        return {"type": "external_select", "min_query_length": 0, "placeholder": _search(t), **first}
    given = _listed(field, field.choices)
    # Radio buttons cannot be emptied again, so they are for questions that must have an answer.
    if field.required and len(given) <= FEW_CHOICES:
        return {"type": "radio_buttons", "options": given, **first}
    return {"type": "static_select", "options": given, "placeholder": _choose(t), **first}


def _choices(field: FormField, t: Translator) -> Block:
    standing = _standing(field)
    taken = _taken(field, standing if isinstance(standing, list | tuple) else [standing])
    given = _listed(field, field.choices)
    bounded = field.high is not None and field.high < len(given)
    if not _is_searched(field) and len(given) <= limits.LISTED_OPTIONS and not bounded:
        return {"type": "checkboxes", "options": given, **({"initial_options": taken} if taken else {})}
    taken = taken[: field.high]
    made: Block = {"max_selected_items": field.high} if field.high else {}
    made |= {"initial_options": taken} if taken else {}
    if _is_searched(field):
        return {"type": "multi_external_select", "min_query_length": 0, "placeholder": _search(t), **made}
    return {"type": "multi_static_select", "options": given, "placeholder": _choose(t), **made}


def _taken(field: FormField, values: Iterable[Any]) -> list[Block]:
    """The options that are taken. In a searched list one may be taken that is not among the first choices."""
    known = {choice.value: choice for choice in field.choices}
    chosen = dict.fromkeys(value for value in values if isinstance(value, str) and value)
    if not _is_searched(field):
        return _listed(field, (known[value] for value in chosen if value in known))
    unknown = field.shown if len(chosen) == 1 else ""
    return options(known.get(value) or Choice(value, unknown or value) for value in chosen)


def _choose(t: Translator) -> Block:
    return words(t("slack.choose"), limits.PLACEHOLDER)


def _explained(field: FormField) -> Iterator[Block]:
    """What the choices mean, below the question, where that is too long to stand beside them."""
    if _is_explained(field):
        yield legend((choice.label, choice.help) for choice in field.choices if choice.help.strip())


def _is_explained(field: FormField) -> bool:
    return not _is_searched(field) and any(len(choice.help) > limits.OPTION for choice in field.choices)


def _listed(field: FormField, choices: Iterable[Choice]) -> list[Block]:
    return options(replace(choice, help="") if _is_explained(field) else choice for choice in choices)


def _search(t: Translator) -> Block:
    return words(t("slack.search"), limits.PLACEHOLDER)


def _text(field: FormField, t: Translator) -> Block:
    standing = _standing(field)
    first = standing[: limits.INPUT_TEXT] if isinstance(standing, str) else ""
    # What was typed elsewhere and is too long stays, to be shortened here.
    most = max(min(field.high or limits.INPUT_TEXT, limits.INPUT_TEXT), len(first))
    made: Block = {"type": "plain_text_input", "multiline": field.kind is Kind.LONG_TEXT, "max_length": most}
    made["placeholder"] = words(t("slack.type_text"), limits.PLACEHOLDER)
    return {**made, "initial_value": first} if first else made


def _number(field: FormField, t: Translator) -> Block:
    made: Block = {"type": "number_input", "is_decimal_allowed": False}
    made["placeholder"] = words(t("slack.type_number"), limits.PLACEHOLDER)
    made |= {"min_value": str(field.low)} if field.low is not None else {}
    made |= {"max_value": str(field.high)} if field.high is not None else {}
    digits = str(_standing(field)).strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        return made
    number = int(digits)
    low, high = field.low or 0, field.high if field.high is not None else number
    return {**made, "initial_value": str(number)} if low <= number <= high else made


def _date(field: FormField, t: Translator) -> Block:
    made: Block = {"type": "datepicker", "placeholder": words(t("slack.choose_day"), limits.PLACEHOLDER)}
    try:
        return {**made, "initial_date": date.fromisoformat(str(_standing(field))).isoformat()}
    except ValueError:
        return made


def _moment(field: FormField, t: Translator) -> Block:
    made: Block = {"type": "datetimepicker"}
    try:
        unix = int(dates.instant(str(_standing(field)), t.zone).timestamp())
    except (ValueError, OverflowError):
        return made
    return {**made, "initial_date_time": unix} if unix in limits.UNIX_SECONDS else made


_ELEMENTS: Mapping[Kind, Callable[[FormField, Translator], Block]] = {
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
}


class _Odd(Exception):
    """A value that no input made here would send."""


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _words_in(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _Odd
    return storable(value or "") or None


def _value_of(option: object) -> str:
    value = _mapping(option).get("value")
    if not isinstance(value, str):
        raise _Odd
    return storable(value)


def _read_choice(element: Mapping[Any, Any], _zone: ZoneInfo) -> str | None:
    taken = element.get("selected_option")
    return None if taken is None else _value_of(taken)


def _read_choices(element: Mapping[Any, Any], _zone: ZoneInfo) -> list[str] | None:
    taken = element.get("selected_options")
    if taken is not None and not isinstance(taken, list):
        raise _Odd
    return [_value_of(option) for option in taken or ()] or None


def _read_words(element: Mapping[Any, Any], _zone: ZoneInfo) -> str | None:
    return _words_in(element.get("value"))


def _read_date(element: Mapping[Any, Any], _zone: ZoneInfo) -> str | None:
    return _words_in(element.get("selected_date"))


def _read_moment(element: Mapping[Any, Any], zone: ZoneInfo) -> str | None:
    unix = element.get("selected_date_time")
    if unix is None:
        return None
    if isinstance(unix, bool) or not isinstance(unix, int) or unix not in limits.UNIX_SECONDS:
        raise _Odd
    return dates.wall(datetime.fromtimestamp(unix, UTC), zone)


_BY_KIND: Mapping[Kind, Callable[[Mapping[Any, Any], ZoneInfo], Any]] = {
    Kind.CHOICE: _read_choice,
    Kind.CHOICES: _read_choices,
    Kind.TEXT: _read_words,
    Kind.LONG_TEXT: _read_words,
    Kind.NUMBER: _read_words,
    Kind.DATE: _read_date,
    Kind.MOMENT: _read_moment,
}
_READERS = {f"{_ACTION}{kind.value}": read for kind, read in _BY_KIND.items()}
