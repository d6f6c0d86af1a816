"""An e-mail address is written in one way, so that one person is one and two are two."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from storage.people.emails import MixedAlphabets, NotAnAddress, normalised, or_none, to_settle

INVISIBLE = "\x00\x1b\x7f\u200b\u200c\u200d\u200e\u202e\u2060\u2066\ufeff\xad\u034f\ufe0f\u3164"
LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_+'é\u00fcñřß", min_size=1, max_size=20)
DOMAIN = st.sampled_from(["gov.example", "rvo.example", "bücher.example", "straße.example"])
ADDRESSES = st.builds("{}@{}".format, LOCAL, DOMAIN)
"""Addresses that are written in the one way already."""


@given(ADDRESSES)
def test_an_address_in_its_one_way_stays_as_it_is(address: str) -> None:
    assert normalised(address) == address


@given(st.one_of(st.text(max_size=40), st.builds("{}@{}".format, st.text(max_size=12), st.text(max_size=12))))
@example("İ@x.nl")
@example("ΟΔΟΣ@ΟΔΟΣ.ελ")
@example("mailto:mailto:a@b.nl")
@example("<mailto:a@b.nl?to=<c@d.nl>>")
def test_what_was_made_of_an_address_is_made_of_itself_again(text: str) -> None:
    one = or_none(text)
    assert one is None or normalised(one) == one


@st.composite
def another_way(draw: st.DrawFn, address: str) -> str:
    """The same address as somebody else would type or paste it."""
    local, _, domain = address.partition("@")
    local = "".join(sign.upper() if len(sign.upper()) == 1 and draw(st.booleans()) else sign for sign in local)
    if draw(st.booleans()):
        domain = domain.encode("ascii").decode() if domain.isascii() else domain.replace("bücher", "xn--bcher-kva")
    text = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), f"{local}@{domain}")
    at = draw(st.integers(0, len(text)))
    text = text[:at] + draw(st.text(INVISIBLE, max_size=3)) + text[at:]
    before, after = draw(st.sampled_from([("", ""), ("mailto:", ""), ("<MailTo:", "?subject=a>"), ("<", ">")]))
    spaces = st.text(" \t\u00a0\u2003\u202f\n", max_size=3)
    return draw(spaces) + before + text + after + draw(spaces)


@given(st.data(), ADDRESSES.filter(lambda address: "%" not in address))
def test_two_spellings_of_one_address_are_one(data: st.DataObject, address: str) -> None:
    assert normalised(data.draw(another_way(address))) == address


@given(ADDRESSES, ADDRESSES)
def test_two_addresses_are_never_made_one(one: str, other: str) -> None:
    assume(one != other)
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    "text",
    [
        "j\u0430n@gov.example",  # a Cyrillic a
        "jan@g\u043ev.example",  # a Cyrillic o
        "jan@xn--gv-fmc.example",  # the same, hidden
        "jan@gov.\u0435\u0445\u0430mple",
        "\u0438\u0432\u0430\u043d@gov.example",
        "\uff4aan@gov.example",
        "\U0001d423an@gov.example",
        "\ufb01n@gov.example",
        "jan@\uff47ov.example",
        "\u03bfan@gov.example",  # a Greek omicron
        "j\u00aan@gov.example",
    ],
)
def test_letters_that_only_look_alike_are_refused(text: str) -> None:
    with pytest.raises(MixedAlphabets):
        normalised(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\u200b", "jan", "@", "jan@", "@gov.example", "jan@gov", "a..b@gov.example", ".a@gov.example",
        "jan@gov..example", "jan@-gov.example", "jan jansen@gov.example", "jan@gov example", "jan@gov.example,",
        "jan@gov.example; piet@gov.example", "Jan <jan@gov.example>", '"jan"@gov.example', "jan@[127.0.0.1]",
        "jan@localhost",
        "jan\ue000@gov.example", "jan\ud800@gov.example", "o\u2019neil@gov.example", "j\u0661n@gov.example",
        "😀@gov.example", "mailto:", "mailto:?to=jan@gov.example", "jan@" + "a" * 260 + ".example", "n/a", "-",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddress):
        normalised(text)
    assert or_none(text) is None


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("Jan.Jansen@MinBZK.nl", "jan.jansen@minbzk.nl"),
        ("o'neil+dialoog@gov.example", "o'neil+dialoog@gov.example"),
        ("mailto:jan%2Bx@gov.example?subject=Dialoog", "jan+x@gov.example"),
        ("иван@почта.рф", "иван@почта.рф"),
        ("JOSE\u0301@gov.example", "josé@gov.example"),
        ("jan@xn--bcher-kva.example", "jan@bücher.example"),
    ],
)
def test_addresses_as_people_have_them_are_understood(text: str, one: str) -> None:
    assert normalised(text) == one


def test_nobody_is_known_by_no_address() -> None:
    assert (or_none(None), or_none(""), or_none("niet bekend")) == (None, None, None)


def test_stored_addresses_change_only_where_nobody_else_has_what_they_become() -> None:
    stored = {1: "Ünal@gov.example", 2: "ünal@gov.example", 3: "geen", 4: "Jan@gov.example", 5: "jAn@gov.example",
              6: "fien@gov.example"}  # fmt: skip
    assert to_settle(stored) == {4: "jan@gov.example"}


@given(
    st.dictionaries(st.integers(1, 50), st.sampled_from(["A@b.nl", "a@B.nl", "a@b.nl", "é@b.nl", "E\u0301@b.nl", "x"]))
)
def test_no_two_people_get_one_address(given_to: dict[int, str]) -> None:
    stored = {person: email for person, email in given_to.items() if list(given_to.values()).count(email) == 1}
    after = stored | to_settle(stored)
    assert len(set(after.values())) == len(after)
    assert to_settle(after) == {}
