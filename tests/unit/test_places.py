"""The town in a place as people write it down."""

import pytest

from flows.programme.places import same_place, town


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Den Haag", "Den Haag"),
        ("Den Haag, Turfmarkt 147", "Den Haag"),
        ("Den Haag, kamer 12, Turfmarkt 147", "Den Haag"),
        ("Turfmarkt 147, Den Haag", "Den Haag"),
        ("Turfmarkt 147, 2511 DP Den Haag", "Den Haag"),
        ("Turfmarkt 147 2511DP Den Haag", "Den Haag"),
        ("Turfmarkt 147 Den Haag", "Den Haag"),
        ("Den Haag Turfmarkt 147", "Den Haag"),
        ("The Hague", "Den Haag"),
        ("the hague, Turfmarkt 147", "Den Haag"),
        ("Turfmarkt 147, 2511 DP 's-Gravenhage", "Den Haag"),
        ("Den Bosch", "'s-Hertogenbosch"),
        ("  Utrecht ,Croeselaan 15", "Utrecht"),
        ("Turfmarkt 147", ""),
        ("147", ""),
        ("", ""),
        (", ", ""),
    ],
)
def test_of_a_place_no_more_is_named_than_its_town(written: str, names: str) -> None:
    assert town(written) == names


def test_two_streets_in_one_town_are_the_same_place_and_two_towns_are_not() -> None:
    assert same_place("Den Haag, Turfmarkt 147", " den haag")
    assert same_place("Turfmarkt 147, The Hague", "Den Haag")
    assert not same_place("Den Haag, Turfmarkt 147", "Utrecht, Turfmarkt 147")


def test_streets_without_a_town_are_the_same_place_only_when_they_are_the_same() -> None:
    assert same_place("Turfmarkt 147", "turfmarkt 147")
    assert not same_place("Turfmarkt 147", "Spui 70")
    assert same_place("", "")
