"""Moments in texts are marked for channels that write them for their reader, and the marks show nowhere."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from flows.engine.language.markup import Link, Size, Stamp, as_link, parts, plain, stamped, unmarked
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from tests.scenarios.town import DUTCH, ENGLISH

MOMENT = datetime(2026, 12, 8, 13, 0, tzinfo=UTC)


def test_a_moment_in_a_text_keeps_its_instant_beside_its_words() -> None:
    text = f"Het is {DUTCH.moment(MOMENT)}, dus tot dan."
    words = "dinsdag 8 december 2026 om 14:00"
    assert list(parts(text)) == ["Het is ", Stamp(Size.LONG, "nl", int(MOMENT.timestamp()), words), ", dus tot dan."]
    assert unmarked(text) == f"Het is {words}, dus tot dan."


def test_each_size_of_a_moment_is_told_apart() -> None:
    assert [part.size for part in map(_only, (ENGLISH.moment, ENGLISH.short, ENGLISH.time))] == list(Size)


def test_a_plain_view_has_no_mark_anywhere() -> None:
    marked = DUTCH.short(MOMENT)
    view = View(marked, title=marked, facts=((marked, marked),), buttons=(Button(marked, Action("menu")),))
    assert "\ue000" in repr(view).encode().decode("unicode_escape")
    words = "di 8 dec 14:00"
    assert plain(view) == View(words, title=words, facts=((words, words),), buttons=(Button(words, Action("menu")),))


@given(
    st.lists(
        st.one_of(st.text(alphabet=st.characters(exclude_categories=["Co"])), st.datetimes(timezones=st.just(UTC)))
    )
)
def test_texts_come_apart_as_they_were_put_together(pieces: list[str | datetime]) -> None:
    text = "".join(stamped(Size.TIME, "nl", one, "toen") if isinstance(one, datetime) else one for one in pieces)
    assert "".join(_words(part) for part in parts(text)) == unmarked(text)
    instants = [int(one.timestamp()) for one in pieces if isinstance(one, datetime)]
    assert [part.unix for part in parts(text) if isinstance(part, Stamp)] == instants


def _only(write: object) -> Stamp:
    assert callable(write)
    (part,) = parts(write(MOMENT))
    assert isinstance(part, Stamp)
    return part


def test_a_link_is_told_apart_and_reads_as_its_address_elsewhere() -> None:
    text = f"Open {as_link('https://t.me/bot?start=a_b')} nu."
    assert list(parts(text)) == ["Open ", Link("https://t.me/bot?start=a_b"), " nu."]
    assert unmarked(text) == "Open https://t.me/bot?start=a_b nu."


def _words(part: str | Stamp | Link) -> str:
    match part:
        case Stamp():
            return part.words
        case Link():
            return part.url
    return part
