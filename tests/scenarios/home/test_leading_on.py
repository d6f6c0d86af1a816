"""From each message there is a way on: to what lacks, to saying no, to what is next."""

from tests.scenarios.asking import SERIES, answer_page, field, plan, plan_series, press, to_page
from tests.scenarios.town import Town, at, last_words, words
from tests.scenarios.waiting import proposed_another_time


async def test_who_said_yes_to_one_dialogue_can_say_no_to_the_rest_of_its_series_from_the_message(town: Town) -> None:
    _, facilitator = await plan_series(town)
    assert [button.label for button in facilitator.last.buttons] == [
        "Mijn bijeenkomsten", "Ik kan niet vanaf di 29 dec 14:00"
    ]  # fmt: skip
    await press(facilitator, "Ik kan niet vanaf")
    await facilitator.fill(reason="Ander werk", scope="Deze en alle volgende")
    await town.settle()
    view = await press(facilitator, "Mijn bijeenkomsten")
    assert [label for label, _ in view.facts] == ["dinsdag 8 december 2026 om 14:00"]


async def test_the_requester_of_a_series_goes_on_from_its_dates_to_the_link_and_to_the_sessions(town: Town) -> None:
    requester, _ = await plan_series(town)
    [dates] = [message for message in requester.messages if "De reeks is gepland" in message.text]
    labels = [button.label for button in dates.buttons]
    assert labels[:2] == ["Geef de link door", "Mijn bijeenkomsten"]
    assert "Ik kan niet vanaf" not in words(dates)


async def test_a_question_to_reflect_on_leads_to_the_session_it_is_about(town: Town) -> None:
    requester, _ = await plan_series(town)
    await town.until(at("2026-12-23 17:00"))
    [prompt] = [message for message in requester.messages if message.title == "Reflectievraag"]
    view = await requester.send_action(prompt.buttons[0].action.pack())
    assert "dinsdag 29 december 2026 om 14:00" in words(view)


async def test_the_number_of_a_series_is_bounded_as_its_kind_is(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "length", **SERIES)
    assert (field(asker, "count").low, field(asker, "count").high) == (3, 12)
    await answer_page(asker, count=2)
    assert field(asker, "count").error == "Kies een getal van 3 tot en met 12."


async def test_saying_yes_to_another_moment_is_answered_in_the_chat_once(town: Town) -> None:
    requester, _ = await proposed_another_time(town)
    await town.settle()
    answer = await requester.send_action(requester.messages[-1].buttons[0].action.pack())
    assert answer is not None
    await town.settle()
    assert "Afgesproken: woensdag 9 december 2026 om 10:00" in answer.text
    told = [message.text for message in requester.messages]
    assert not [text for text in told if "Afgesproken" in text]
    assert [text for text in told if "Je zei ja tegen woensdag 9 december 2026 om 10:00" in text]


async def test_the_reminder_of_a_week_says_which_button_leads_to_another_time(town: Town) -> None:
    requester, _ = await plan(town)
    await town.until(at("2026-12-01 14:00"))
    assert "Druk op “Bekijk de bijeenkomst”" in last_words(requester)
    assert "Kies een ander moment" in words(await press(requester, "Bekijk de bijeenkomst"))
