"""The same in Telegram on PostgreSQL: the main job from the command to the series, and what leans on the database.

The promises that other modules keep on SQLite are kept here again, by the same tests: only their towns differ.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.database.unit_of_work import Store
from storage.models import DialogueSession, Draft, Offer, OfferState, QuestionCursor
from tests.conftest import PostgresServer
from tests.scenarios.main_job.test_telegram_main_job import (
    test_a_series_is_proposed_agreed_to_held_and_reported,
    test_the_first_to_accept_wins_and_everybody_elses_offer_says_so,
    test_what_was_said_while_the_bot_was_down_is_answered_with_an_excuse,
)
from tests.scenarios.reliability.test_telegram_receiving import (
    test_an_update_that_dies_on_the_way_comes_again_and_has_its_effect_once,
    test_presses_in_a_row_are_worked_on_in_their_order,
    test_what_is_brought_again_changes_nothing_that_was_done_meanwhile,
)
from tests.scenarios.town import invent
from tests.telegram.asking import ask, asked, question, to_question
from tests.telegram.town import TelegramTown, living

__all__ = [
    "test_a_series_is_proposed_agreed_to_held_and_reported",
    "test_an_update_that_dies_on_the_way_comes_again_and_has_its_effect_once",
    "test_presses_in_a_row_are_worked_on_in_their_order",
    "test_the_first_to_accept_wins_and_everybody_elses_offer_says_so",
    "test_what_is_brought_again_changes_nothing_that_was_done_meanwhile",
    "test_what_was_said_while_the_bot_was_down_is_answered_with_an_excuse",
]

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"


@pytest.fixture
async def telegram_town(postgres: PostgresServer, postgres_url: str) -> AsyncIterator[TelegramTown]:
    """A fresh demo programme on PostgreSQL, behind a webhook, in which nothing may go wrong unseen."""
    store = Store(postgres_url)
    invent(store)
    try:
        async with living(store, "webhook") as town:
            yield town
            town.untroubled()
    finally:
        store.close()


@pytest.fixture
def telegram_town_over_each(telegram_town: TelegramTown) -> TelegramTown:
    """Behind a webhook only, as where PostgreSQL is called for."""
    return telegram_town


async def test_of_two_facilitators_who_accept_at_the_same_moment_one_leads_and_the_other_is_told(
    telegram_town: TelegramTown,
) -> None:
    town = telegram_town
    anna = await ask(town)
    rivals = town.holding(FIRST_MOMENT)[:2]
    await asyncio.gather(*(who.presses(FIRST_MOMENT) for who in rivals))
    await town.settle()
    assert len(town.rows(DialogueSession)) == 1
    assert [offer.state for offer in town.rows(Offer)].count(OfferState.ACCEPTED) == 1
    leads = [who for who in rivals if any("Je hebt deze dialoog geaccepteerd" in one.text for one in who.messages)]
    late = [who for who in rivals if any("Een collega" in one.text for one in who.messages)]
    assert {len(leads), len(late)} == {1}
    assert leads != late
    assert leads[0].user.first_name in "\n".join(message.text for message in anna.messages)


async def test_an_update_that_is_brought_twice_at_once_has_one_effect(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    town.far.webhook.copies = 2
    # A press is answered by whichever copy comes first.
    town.refusable.add("answerCallbackQuery")
    await anna.says("/dialoog")
    await anna.sees_button("Stop")
    await town.far.settled()
    assert len(town.rows(Draft)) == 1
    assert len(anna.messages) == 1
    await to_question(town, anna, "participants")
    await anna.says("14")
    await town.far.settled()
    assert asked(question(anna)) != "participants"
    assert len(anna.messages) == 1


async def test_after_a_restart_the_question_goes_on_where_it_stood_with_what_was_ticked(
    telegram_town: TelegramTown,
) -> None:
    town, anna = telegram_town, telegram_town.requester
    await anna.says("/dialoog")
    await anna.sees_button("Stop")
    await anna.presses("Diversiteit", question(anna))
    await town.far.settled()
    before = town.rows(QuestionCursor)
    await town.restart()
    assert town.rows(QuestionCursor) == before
    await anna.presses("Inclusie", question(anna))
    await town.far.settled()
    assert sum("☑" in button for button in question(anna).buttons) == 2
    assert len(anna.messages) == 1
