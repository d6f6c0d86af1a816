"""A number is understood as people type it, in Dutch and in English, and nothing else is taken for one."""

import pytest

from flows.engine.typed_dates.numbers import LONGEST, number

NUMBERS = {
    "12": 12,
    " 12. ": 12,
    "012": 12,
    "ongeveer 12": 12,
    "12 mensen": 12,
    "Ongeveer 12 deelnemers.": 12,
    "een stuk of tien": 10,
    "een stuk of 10": 10,
    "een man of twaalf": 12,
    "zo'n 15 collega’s": 15,  # noqa: RUF001  # phones write the curly apostrophe
    "twaalf": 12,
    "vijfentwintig": 25,
    "tweeëntwintig personen": 22,
    "honderdtwintig": 120,
    "honderd en tien": 110,
    "met z'n achten": 8,
    "we zijn met 9 man": 9,
    "een dozijn": 12,
    "één": 1,
    "~12": 12,
    "± 20": 20,
    "rond de 30": 30,
    "elke 3 weken": 3,
    "1.200": 1200,
    "about 12": 12,
    "twelve people": 12,
    "twenty-five": 25,
    "some twenty five participants": 25,
    "a hundred and twenty": 120,
    "a dozen": 12,
    "eight of us": 8,
    "0": 0,
    "1000000000000000000000": 10**21,
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_a_number_is_understood_as_people_type_it(text: str, expected: int) -> None:
    assert number(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "veel", "-5", "12,5", "12.5", "1,000", "10-12", "10 of 12", "tien tot twaalf", "ten or twelve",
        "12 12", "twaalf 12", "mensen", "een stuk of", "12e", "1e3", "\u0661\u0662", "weet ik niet", "?", "12!5",
        "x" * LONGEST, "1" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_what_is_no_number_or_may_be_two_is_not_taken_for_one(text: str) -> None:
    assert number(text) is None
