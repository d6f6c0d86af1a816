"""Asking for a dialogue: one page after another, every answer kept, every mistake told where it was made."""

from typing import Any

import pytest

from storage.models import Offer, Request, SeriesWish
from tests.scenarios.asking import SERIES, answer_page, ask, begin, field, fill_in, go_on, press, to_page
from tests.scenarios.town import Town, words


async def test_a_whole_request_is_asked_in_pages_and_answered_with_a_promise(town: Town) -> None:
    answer = await ask(town, context="Er speelt iets rond een besluit.")
    assert "We hebben je aanvraag" in answer.text
    assert "Je hoort vóór maandag 30 november 2026 om 17:00 wie er komt" in answer.text
    assert "“Mijn aanvragen”" in answer.text
    [request] = town.rows(Request)
    assert request.confidential_note == "Er speelt iets rond een besluit."
    assert len(town.rows(Offer)) == len(town.asked()) == 3


async def test_an_acute_question_is_promised_an_answer_within_one_working_day(town: Town) -> None:
    answer = await ask(town, urgency="Acuut", occasion="Een ethische vraag")
    assert "Je hoort vóór dinsdag 24 november 2026 om 17:00" in answer.text


async def test_each_page_says_in_which_part_it_is_and_the_number_of_parts_stays_the_same(town: Town) -> None:
    asker = town.requester
    await begin(asker)
    seen = []
    while asker.screen is not None and asker.screen.form is not None:
        seen.append((asker.form.page, asker.form.position))
        await answer_page(asker, **ON_SITE, **SERIES)
    assert seen == [
        ("about", "Deel 1 van 5"), ("shape", "Deel 2 van 5"), ("place", "Deel 2 van 5"), ("when", "Deel 3 van 5"),
        ("moments", "Deel 3 van 5"), ("who", "Deel 4 van 5"), ("follow_up", "Deel 5 van 5"),
        ("series", "Deel 5 van 5"), ("length", "Deel 5 van 5"),
    ]  # fmt: skip


async def test_a_known_unit_is_filled_in_and_another_is_found_by_its_abbreviation(town: Town) -> None:
    asker = town.requester
    await begin(asker)
    known = field(asker, "organisation")
    assert known.shown == "Kinderbijslag en Gezin · SVB · SZW"
    found = await town.app.router.search(asker.sender, asker.form.draft_id, "organisation", "belastingdienst")
    assert found[0].label.startswith("Belastingdienst")
    view = await go_on(asker, organisation=found[0].value)
    assert ("Onderdeel", found[0].label) in view.facts


@pytest.mark.parametrize("typed", ["tegenspraak", "dissent", "tegespraak"])
async def test_a_topic_is_found_in_either_language_and_with_a_slip_of_the_pen(town: Town, typed: str) -> None:
    asker = town.requester
    await begin(asker)
    found = await town.app.router.search(asker.sender, asker.form.draft_id, "topics", typed)
    assert any(choice.label.startswith("Tegenspraak en je uitspreken") for choice in found[:3])


ON_SITE = {"where": "Op locatie"}
IN_A_WINDOW = {"when": "Ergens in een periode"}


@pytest.mark.parametrize(
    ("changed", "pages"),
    [
        ({}, ["about", "shape", "when", "moments", "who", "follow_up"]),
        (ON_SITE, ["about", "shape", "place", "when", "moments", "who", "follow_up"]),
        (IN_A_WINDOW, ["about", "shape", "when", "window", "who", "follow_up"]),
        ({"follow_up": "Dat beslissen we na"}, ["about", "shape", "when", "moments", "who", "follow_up"]),
        (SERIES, ["about", "shape", "when", "moments", "who", "follow_up", "series", "length"]),
        (
            {**SERIES, "template": "Gidsreeks"},
            ["about", "shape", "when", "moments", "who", "follow_up", "series"],
        ),
        (
            {**SERIES, "rhythm": "Een ander aantal weken"},
            ["about", "shape", "when", "moments", "who", "follow_up", "series", "every", "length"],
        ),
        (
            {**SERIES, "rhythm": "Elke maand op een vaste dag"},
            ["about", "shape", "when", "moments", "who", "follow_up", "series", "monthday", "length"],
        ),
        (
            {**SERIES, "template": "Gidsreeks", "rhythm": "Elke maand op een vaste dag"},
            ["about", "shape", "when", "moments", "who", "follow_up", "series", "monthday"],
        ),
    ],
)
async def test_every_branch_asks_its_own_pages_and_ends_in_a_request(
    town: Town, changed: dict[str, str], pages: list[str]
) -> None:
    asker = town.requester
    await begin(asker)
    seen = []
    while asker.screen is not None and asker.screen.form is not None:
        seen.append(asker.form.page)
        await answer_page(asker, **changed)
    assert seen == pages
    await press(asker, "Verstuur de aanvraag")
    assert len(town.rows(Request)) == 1


async def test_the_summary_shows_every_answer_and_a_button_to_change_each_page(town: Town) -> None:
    view = await fill_in(town.requester, **ON_SITE, **SERIES, context="Niet voor iedereen.")
    shown = dict(view.facts)
    assert shown["Onderwerpen"].startswith("Tegenspraak en je uitspreken")
    assert shown["Gespreksvorm"].startswith("Moreel beraad")
    assert shown["Plek"] == "Den Haag, Turfmarkt 147"
    assert shown["Eerste keuze"] == "dinsdag 8 december 2026 om 14:00"
    assert shown["Voor de gespreksleider"] == "Niet voor iedereen."
    assert shown["Reeks"] == "Ja, een reeks"
    assert shown["Ritme"] == "Elke 3 weken"
    changes = {button.label for button in view.buttons if button.label.startswith("Wijzig: ")}
    assert changes == {
        f"Wijzig: {page}"
        for page in (
            "Team en onderwerp", "De dialoog", "De plek", "Wanneer", "Jullie momenten", "De gespreksleider",
            "Een reeks?", "Soort reeks en ritme", "Hoe lang de reeks duurt",
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("page", "answers", "fact"),
    [
        ("Team en onderwerp", {"topics": ["Integriteit"]}, ("Onderwerpen", "Integriteit · Beroepsethiek")),
        ("De dialoog", {"participants": 7}, ("Groep", "7")),
        ("Jullie momenten", {"moment1": "2026-12-09T09:30"}, ("Eerste keuze", "woensdag 9 december 2026 om 09:30")),
        ("De gespreksleider", {"origin": "Van buiten"}, ("Gewenste gespreksleider", "Van buiten onze organisatie")),
        ("Een reeks?", {"follow_up": "Dat beslissen we na"}, ("Reeks", "Dat beslissen we na de dialoog")),
    ],
)
async def test_an_answer_changed_on_the_summary_comes_straight_back_to_it(
    town: Town, page: str, answers: dict[str, Any], fact: tuple[str, str]
) -> None:
    asker = town.requester
    await fill_in(asker)
    await press(asker, f"Wijzig: {page}")
    view = await asker.fill(**answers)
    assert view is not None
    assert fact in view.facts
    assert "Verstuur de aanvraag" in words(view)


async def test_another_branch_chosen_on_the_summary_asks_only_what_is_missing(town: Town) -> None:
    asker = town.requester
    await fill_in(asker)
    await press(asker, "Wijzig: De dialoog")
    await answer_page(asker, **ON_SITE)
    assert asker.form.page == "place"
    view = await answer_page(asker)
    assert ("Plek", "Den Haag, Turfmarkt 147") in view.facts


async def test_answers_of_a_branch_that_was_left_are_not_sent(town: Town) -> None:
    asker = town.requester
    await fill_in(asker, **SERIES)
    await press(asker, "Wijzig: Een reeks?")
    await answer_page(asker, follow_up="Nee, één dialoog")
    view = await press(asker, "Verstuur de aanvraag")
    [request] = town.rows(Request)
    assert "Elke 3 weken" not in words(view)
    assert request.series_wish is SeriesWish.NO
    assert request.rhythm == ""
    assert request.template_id is None


@pytest.mark.parametrize(
    ("page", "typed", "name", "says"),
    [
        ("moments", {"moment1": "2026-11-20T10:00"}, "moment1", "al voorbij"),
        ("moments", {"moment1": "2028-11-20T10:00"}, "moment1", "meer dan een jaar vooruit"),
        ("moments", {"moment1": "morgen"}, "moment1", "2026-12-08 14:00"),
        ("moments", {"moment1": None}, "moment1", "nog geen antwoord"),
        ("moments", {"moment2": "2026-12-08T14:00"}, "moment2", "heb je al gegeven"),
        ("moments", {"moment3": "2026-12-10 10:00"}, "moment3", "heb je al gegeven"),
        ("window", {"window_until": "2026-12-01"}, "window_until", "voor de eerste dag"),
        ("window", {"window_until": "2027-06-01"}, "window_until", "hoogstens 92 dagen"),
        ("window", {"window_from": "2026-11-01"}, "window_from", "al voorbij"),
        ("window", {"window_from": "ergens in december"}, "window_from", "Deze datum is niet te lezen"),
        ("shape", {"participants": 0}, "participants", "van 2 tot en met 300"),
        ("shape", {"participants": "tien of twaalf"}, "participants", "geen heel getal"),
        (
            "shape",
            {"participants": "1000000000000000000000"},
            "participants",
            "Dat is te veel. Kies een getal van 2 tot",
        ),
        ("shape", {"participants": -5}, "participants", "geen heel getal"),
        ("shape", {"form": "Iets anders"}, "form", "niet in de lijst"),
        ("who", {"context": "x" * 2001}, "context", "Dit zijn 2.001 tekens. Er passen er 2.000"),
        ("about", {"topics": []}, "topics", "nog geen antwoord"),
        ("length", {"count": 2}, "count", "van 3 tot en met 12"),
        ("length", {"series_until": "2026-11-01"}, "series_until", "al voorbij"),
    ],
)
async def test_a_mistake_is_told_at_its_field_and_what_was_typed_stays(
    town: Town, page: str, typed: dict[str, Any], name: str, says: str
) -> None:
    asker = town.requester
    branches = {**(IN_A_WINDOW if page == "window" else {}), **SERIES}
    await to_page(asker, page, **branches)
    view = await answer_page(asker, **{**branches, **typed})
    assert asker.form.page == page
    assert "Er klopt nog iets niet" in view.text
    faulty = field(asker, name)
    assert says in faulty.error
    assert faulty.typed == typed[name] or not typed[name]
    assert all(not other.error for other in asker.form.fields if other.name != name)
    others = {other.name: other.value for other in asker.form.fields if other.name != name and other.required}
    assert all(value is not None for value in others.values()), others


async def test_a_mistake_that_is_mended_goes_on_to_the_next_page(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    await answer_page(asker, participants=0)
    await answer_page(asker, participants=4)
    assert asker.form.page == "when"


async def test_the_context_is_marked_as_for_the_accepting_facilitator_only(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "who")
    assert "Alleen de gespreksleider die accepteert, ziet dit" in field(asker, "context").help


async def test_what_urgent_means_is_said_and_by_when_one_hears_before_it_is_sent(town: Town) -> None:
    await to_page(town.requester, "shape")
    hints = {choice.value: choice.help for choice in field(town.requester, "urgency").choices}
    assert hints == {
        "normal": "je hoort binnen 5 werkdagen hoe het staat",
        "acute": "je hoort binnen 1 werkdag hoe het staat",
    }
    view = await go_on(town.requester)
    assert "Dan hoor je uiterlijk maandag 30 november 2026 om 17:00 hoe het staat" in view.text
