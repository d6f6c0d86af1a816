"""The parts of a neutral view as Block Kit blocks: its title, its paragraphs, its facts, and what can be pressed.

The blocks are plain dicts, not slack_sdk's models: making the models and checking them with ``to_dict`` takes longer
than everything else an answered press does here, and the models leave out half of what Slack refuses. The tests hold
every kind of surface against both the models and all limits instead. All texts are ``verbatim``, so that Slack makes no
links, mentions or channel names of words.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from flows.engine.language.texts import Translator
from flows.engine.views.view import Attachment, Button, Style
from handlers.slack.rendering import limits
from handlers.slack.rendering.text import cut, escape, middle, mrkdwn, pieces, plain

Block = dict[str, Any]
Fact = tuple[str, str]

FEW = 5
"""How many buttons of one verb stand side by side; more of them become a menu."""
_NARROW_LABEL, _NARROW_VALUE = 30, 44
"""Facts no longer than this stand in two columns: one or two lines of a column. An address breaks badly in three."""
_FACT_LABEL = 300
_MENU_CHARACTERS = limits.MESSAGE_CHARACTERS // 2
_MENUS = {"form.change": "slack.menu.change", "offer.accept": "slack.menu.accept", "offer.no": "slack.menu.decline"}
"""What a menu says before anything is chosen in it, by the verb of its entries."""


def words(text: str, limit: int) -> Block:
    """A ``plain_text`` object."""
    return {"type": "plain_text", "text": plain(text, limit), "emoji": False}


def marked(rendered: str) -> Block:
    """A ``mrkdwn`` object with text that was escaped already."""
    return {"type": "mrkdwn", "text": rendered, "verbatim": True}


def section(rendered: str) -> Block:
    """A section with text that was escaped already."""
    return {"type": "section", "text": marked(rendered)}


def note(text: str) -> Block:
    """Something said aside, in small print."""
    return _aside(mrkdwn(text))


def legend(given: Iterable[Fact]) -> Block:
    """What each of several names means, in small print."""
    return _aside("\n".join(f"{_bold(name, _FACT_LABEL)} {mrkdwn(plain(meaning))}" for name, meaning in given))


def heading(title: str) -> Iterator[Block]:
    """The title; one too long for a header stands in bold, whole."""
    if len(plain(title)) <= limits.HEADER:
        if title.strip():
            yield {"type": "header", "text": words(title, limits.HEADER)}
        return
    yield section(_bold(title, limits.SECTION))


def paragraphs(text: str) -> Iterator[Block]:
    """The text, in as many sections as it needs."""
    yield from map(section, pieces(mrkdwn(text), limits.SECTION))


def facts(given: Iterable[Fact]) -> Iterator[Block]:
    """Short facts in two columns, longer ones across, in their order."""
    for narrow, group in groupby((fact for fact in given if any(map(str.strip, fact))), _is_narrow):
        alike = list(group)
        yield from _columns(alike) if narrow else _across(alike)


def attached(file: Attachment | None, t: Translator) -> Iterator[Block]:
    """The name of the file that comes with it."""
    if file is not None:
        yield note(t("slack.file", name=file.name))


def pressables(buttons: Sequence[Button], t: Translator) -> list[Block]:
    """Everything that can be pressed. Many buttons of one verb are one menu, in the place of the first.

    An ``action_id`` is ``press:<n>`` for a button, whose ``value`` is the packed action, and ``choose:<n>`` for a
    menu, whose chosen option's ``value`` is.
    """
    elements = list(_elements(buttons, t))
    rows = range(0, len(elements), limits.ACTIONS)
    return [{"type": "actions", "elements": elements[at : at + limits.ACTIONS]} for at in rows]


def named(blocks: Iterable[Block], prefix: str) -> list[Block]:
    """The blocks, each with a ``block_id`` that begins with ``prefix``, but for those that have one."""
    return [{"block_id": f"{prefix}:{n}", **block} for n, block in enumerate(blocks)]


def within(blocks: Iterable[Block], count: int, characters: int, t: Translator) -> list[Block]:
    """The blocks that fit within these limits; where some do not, the last one says so."""
    every, left, kept = list(blocks), characters, 0
    for block in every:
        left -= size(block)
        if left < 0:
            break
        kept += 1
    if kept == len(every) <= count:
        return every
    return [*every[: min(kept, count - 1)], note(t("slack.cut"))]


def size(value: Any) -> int:
    """How many characters of text a block holds."""
    if isinstance(value, dict):
        own = value.get("text")
        parts = (part for part in value.values() if not isinstance(part, str))
        return (len(own) if isinstance(own, str) else 0) + sum(map(size, parts))
    return sum(map(size, value)) if isinstance(value, list) else 0


def _aside(rendered: str) -> Block:
    return {"type": "context", "elements": [marked(cut(rendered, limits.CONTEXT))]}


def _elements(buttons: Sequence[Button], t: Translator) -> Iterator[Block]:
    counts = Counter(button.action.verb for button in buttons)
    menus: set[str] = set()
    most = min(limits.OPTION, max(_MENU_CHARACTERS // max(len(buttons), 1), 10))
    number = 0
    for button in buttons:
        verb = button.action.verb
        if counts[verb] <= FEW:
            yield _button(button, number)
            number += 1
        elif verb not in menus:
            menus.add(verb)
            options = [_option(one, most) for one in buttons if one.action.verb == verb]
            for at in range(0, len(options), limits.OPTIONS):
                yield _menu(options[at : at + limits.OPTIONS], number, t(_hint(verb)))
                number += 1


def _button(button: Button, number: int) -> Block:
    made = {
        "type": "button",
        "action_id": f"press:{number}",
        "text": words(button.label, limits.BUTTON),
        "value": button.action.pack(),
    }
    return made if button.style is Style.PLAIN else {**made, "style": button.style.value}


def _option(button: Button, most: int) -> Block:
    label = {"type": "plain_text", "text": middle(button.label, most), "emoji": False}
    return {"text": label, "value": button.action.pack()}


def _hint(verb: str) -> str:
    return _MENUS.get(verb) or ("slack.menu.open" if verb.endswith(".show") else "slack.choose")


def _menu(options: list[Block], number: int, hint: str) -> Block:
    shown = words(hint, limits.PLACEHOLDER)
    return {"type": "static_select", "action_id": f"choose:{number}", "placeholder": shown, "options": options}


def _is_narrow(fact: Fact) -> bool:
    label, value = fact
    return len(label) <= _NARROW_LABEL and len(plain(value)) <= _NARROW_VALUE and "\n" not in value.strip()


def _columns(given: list[Fact]) -> Iterator[Block]:
    fields = [marked(_fact(label, cut(mrkdwn(value), limits.FIELD - _FACT_LABEL))) for label, value in given]
    if len(fields) == 1:
        yield {"type": "section", "text": fields[0]}
        return
    for at in range(0, len(fields), limits.FIELDS):
        yield {"type": "section", "fields": fields[at : at + limits.FIELDS]}


def _across(given: Iterable[Fact]) -> Iterator[Block]:
    every = "\n\n".join(_fact(label, mrkdwn(value)) for label, value in given)
    yield from map(section, pieces(every, limits.SECTION))


def _fact(label: str, value: str) -> str:
    return "\n".join(filter(None, (_bold(label, _FACT_LABEL) if label.strip() else "", value.strip())))


def _bold(text: str, limit: int) -> str:
    # Whole words stand between the stars: with a space at its edge, bold is not bold.
    return f"*{cut(escape(plain(text)), limit - 2)}*"
