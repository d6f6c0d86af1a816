"""Words as Slack shows them: what people typed stands there as they typed it, and moments in the reader's own zone.

Slack's mrkdwn has an escape for ``&``, ``<`` and ``>`` only, which keeps mentions, links and dates from being made up.
There is none for ``*``, ``_``, ``~`` and the backtick, and zero-width signs beside them do not help: Slack counts some
of those as the edge of a word, where formatting starts. So where one of these signs could format, its look-alike is
written, which is no formatting sign to any reader of mrkdwn. Inside a word (a mail address, a file's name) Slack gives
the sign no meaning and it stays, to be copied. A quote's ``>`` and the colon of an emoji mean something only in their
exact place, so an invisible sign in between is enough there; and one stands in "<!channel>" and its like as well, so
that a reader that unescapes twice makes no mention of it either.

Bare links, ``@here`` and ``#channel`` are left alone by Slack in text objects with ``verbatim``; see
``handlers.slack.rendering.blocks``.
"""

import re
from collections.abc import Iterator
from html import escape as entities
from urllib.parse import quote

from flows.engine.language.markup import Link, Size, Stamp, parts, unmarked

_PASSING = re.compile("[\x00\ud800-\udfff]")
"""Signs that PostgreSQL keeps in no text: the end of a text in C, and halves of a sign."""
JOINER = "\u2060"
"""Word joiner: invisible, no space, no line break."""
_LOOKALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
_MEANING = re.compile("[&<>*_~`:\r\x0b\x0c\x85\u2028\u2029]")
"""Signs without which a text stands for itself."""
_FORMATTING = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_QUOTE = re.compile(r"^(\s*)&gt;", re.MULTILINE)
_COMMAND = re.compile("&lt;(?=[!@#])")
_EMOJI = re.compile(r":(?=[^\s:]+:)")
_ENTITY = len("&amp;")
_SLACK_WRITES = frozenset({"en"})
"""The bot's languages that Slack itself writes dates in. It has no Dutch, and would put an English date into a Dutch
sentence; the words are in the reader's zone as well, which is read from their profile."""

_DATES = {
    Size.LONG: "{date_long}, {time}",
    Size.SHORT: "{date_short}, {time}",
    Size.TIME: "{time}",
}
"""How Slack writes a moment, in the language of the reader's Slack. None of the ``pretty`` ones: they say "tomorrow",
which stays true for a day only where Slack draws the message again."""


def storable(text: str) -> str:
    """What somebody typed, without the signs that not every database keeps."""
    return text if text.isascii() and "\0" not in text else _PASSING.sub("", text)


def escape(text: str) -> str:
    """The text for mrkdwn, shown sign for sign: nothing formats, links or mentions. Moments stand in their words."""
    return _escaped(unmarked(text))


def mrkdwn(text: str) -> str:
    """The same, with the moments in it as Slack's dates, and what the bot means as a link as one.

    Readers that cannot show dates get the words.
    """
    return "".join(map(_rendered, parts(text)))


def plain(text: str, limit: int | None = None) -> str:
    """The text for ``plain_text``, in one line of at most ``limit`` characters; never empty, which Slack refuses."""
    words = " ".join(unmarked(text).split()) or "…"
    if limit is None or len(words) <= limit:
        return words
    end = words.rfind(" ", limit // 2, limit)
    return words[: end if end > 0 else limit - 1] + "…"


def middle(text: str, limit: int) -> str:
    """The same, cut in the middle, for names that differ at their end."""
    words = plain(text)
    if len(words) <= limit:
        return words
    tail = limit // 3
    return f"{words[: limit - tail - 1].rstrip()}…{words[-tail:].lstrip()}"


def pieces(rendered: str, limit: int) -> Iterator[str]:
    """Escaped text in pieces of at most ``limit`` characters, parted where a reader would; no date is ever cut."""
    rest = rendered.strip()
    while len(rest) > limit:
        end = _end(rest, limit)
        before, rest = _parted(rest, end)
        yield before.rstrip()
        rest = rest.lstrip()
        # A piece begins a line, where ">" would make a quote.
        rest = JOINER + rest if rest.startswith("&gt;") else rest
    if rest:
        yield rest


def cut(rendered: str, limit: int) -> str:
    """Escaped text, cut with "…" where it is longer than ``limit``."""
    return rendered if len(rendered) <= limit else next(pieces(rendered, limit - 1), "") + "…"


def _escaped(text: str) -> str:
    if not _MEANING.search(text):
        return text
    lines = entities(_LINE_BREAKS.sub("\n", text), quote=False)
    unformatted = _FORMATTING.sub(lambda sign: sign[0].translate(_LOOKALIKES), lines)
    unquoted = _QUOTE.sub(rf"\1{JOINER}&gt;", unformatted)
    return _EMOJI.sub(f":{JOINER}", _COMMAND.sub(f"&lt;{JOINER}", unquoted))


def _rendered(part: str | Stamp | Link) -> str:
    match part:
        case Stamp():
            return _date(part)
        case Link():
            return _link(part.url)
    return _escaped(part)


def _link(url: str) -> str:
    """A link, shown as its address. What would end it or begin its label is written in percent signs."""
    safe = entities(re.sub(r"[<>|\s]", lambda sign: quote(sign[0]), url), quote=False)
    return f"<{safe}>" if url.startswith(("https://", "http://")) else _escaped(url)


def _date(stamp: Stamp) -> str:
    words = entities(stamp.words.replace("|", " "), quote=False)
    if stamp.language not in _SLACK_WRITES:
        return words
    return f"<!date^{stamp.unix}^{_DATES[stamp.size]}|{words}>"


def _parted(rest: str, end: int) -> tuple[str, str]:
    """The text before and after the cut. A sign from inside a word must not format now that it is at an edge."""
    before, after = rest[:end], rest[end:]
    if before[-1:].isspace() or after[:1].isspace():
        return before, after
    return before[:-1] + before[-1:].translate(_LOOKALIKES), after[:1].translate(_LOOKALIKES) + after[1:]


def _end(rest: str, limit: int) -> int:
    for gap in ("\n\n", "\n", ". ", " "):
        end = rest.rfind(gap, limit // 3, limit) + 1
        if end and _whole(rest, end) == end:
            return end
    return _whole(rest, limit) or limit


def _whole(rest: str, end: int) -> int:
    """The nearest end, at most ``end``, that cuts through no date and no entity."""
    opened = rest.rfind("<", 0, end)
    if opened >= 0 and ">" not in rest[opened:end]:
        return opened
    entity = rest.rfind("&", max(0, end - _ENTITY + 1), end)
    return entity if entity >= 0 and ";" not in rest[entity:end] else end
