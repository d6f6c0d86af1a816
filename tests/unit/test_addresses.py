"""An address that the import takes in, or a letter goes to, is a person's and never a room's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.address_shapes import SHAPES
from handlers.slack.sending.channel import SlackChannel
from handlers.telegram.sending.channel import TelegramChannel

SIGNS = "UWCDG0123456789ABab-+.@_ :\u0661\uff11"


def fits(channel: str, address: str) -> bool:
    return SHAPES[channel].fits(address)


def test_each_channel_that_sends_says_what_its_addresses_look_like() -> None:
    assert set(SHAPES) == {SlackChannel.name, TelegramChannel.name}
    assert all(shape.fits(shape.example) for shape in SHAPES.values())


@pytest.mark.parametrize("address", ["U012AB3CD", "W012AB3CD", "U0123456789", "U024BE7LH", "W9ZZZZZZZZZ"])
def test_a_member_id_is_a_persons_address_in_slack(address: str) -> None:
    assert fits("slack", address)


@pytest.mark.parametrize(
    "address",
    [
        "C012AB3CD", "G012AB3CD", "D012AB3CD", "T012AB3CD", "B012AB3CD", "E012AB3CD", "USLACKBOT", "U1", "U", "",
        "u012ab3cd", "U012ab3CD", "@fien", "fien", "Willemijn", "#team", "U012AB3CD,U012AB3CE", "U012AB3CD ",
        "<@U012AB3CD>", "U012AB3C\u0661", "\uff35012AB3CD", "U012AB3CD\n", "U" + "0" * 40, "fien@gov.example",
    ],
)  # fmt: skip
def test_nothing_else_is_one_in_slack(address: str) -> None:
    assert not fits("slack", address)


@pytest.mark.parametrize("address", ["1", "123456789", "7700000000", str(2**52 - 1)])
def test_a_user_id_is_a_persons_address_in_telegram(address: str) -> None:
    assert fits("telegram", address)


@pytest.mark.parametrize(
    "address",
    [
        "-123456789", "-1001234567890", "0", "0123", "+123", "1.2E+09", "1,2E+09", "1e9", "123.0", "123,0", "1 234",
        "1.234.567", "1_000", "\u0661\u0662\u0663", "\uff11\uff12", "\u00b2", "@fien", "fien", "", "12345678901234567",
        str(2**52), "0x10", "123\n", "777000", "1087968824", "136817688", "U012AB3CD",
    ],
)  # fmt: skip
def test_nothing_else_is_one_in_telegram(address: str) -> None:
    assert not fits("telegram", address)


@given(st.text(SIGNS, max_size=14))
def test_no_address_in_slack_is_a_rooms(address: str) -> None:
    if fits("slack", address):
        assert address[0] in "UW"
        assert address.isascii()
        assert address.isalnum()
        assert address == address.upper()


@given(st.one_of(st.text(SIGNS, max_size=18), st.integers(-(2**54), 2**54).map(str)))
def test_no_address_in_telegram_is_a_groups_and_each_is_written_in_one_way(address: str) -> None:
    if fits("telegram", address):
        assert 0 < int(address) < 2**52
        assert str(int(address)) == address


@given(st.integers(10**6, 2**52 - 1).filter(lambda number: number not in {777000, 136817688, 1087968824}))
def test_every_user_of_telegram_can_have_an_address(number: int) -> None:
    assert fits("telegram", str(number))
