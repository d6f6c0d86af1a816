"""What the page does beyond the bot's own words: half an answer, lists at the edge, and whose language is spoken."""

import pytest
from playwright.async_api import FloatRect, Locator, expect

from tests.browser.conftest import Open
from tests.browser.reader import Reader
from tests.browser.test_page import fill_until_moments
from tests.handlers.playhouse import Playhouse

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_moment_that_is_half_typed_is_said_to_be_so_at_its_field_and_not_dropped(open_page: Open) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    await fill_until_moments(reader)
    moments = reader.form().locator("input[type=datetime-local]")
    await moments.first.fill("2026-12-08T14:00")
    await moments.nth(1).focus()
    await reader.page.keyboard.type("1210")
    await reader.next()
    wrong = reader.form().locator(".field.wrong")
    await expect(wrong).to_have_count(1)
    await expect(wrong.locator(".error")).to_contain_text(reader.t("playground.incomplete"))
    await expect(moments.nth(1)).to_be_focused()
    assert await moments.nth(1).get_attribute("aria-invalid") == "true"
    await reader.page.keyboard.type("12102026")
    await reader.page.keyboard.press("Tab")
    await reader.page.keyboard.type("1000AM")
    await expect(wrong).to_have_count(0)
    await reader.next()
    await expect(reader.form().locator("input[type=datetime-local]")).to_have_count(0)


async def test_a_list_at_the_end_of_the_chat_opens_in_sight(open_page: Open) -> None:
    reader = Reader(await open_page(viewport={"width": 1280, "height": 620}))
    await reader.open_form()
    topics = reader.form().get_by_role("combobox").nth(1)
    await topics.press_sequentially("e")
    listed = reader.form().get_by_role("listbox")
    await expect(listed).to_be_visible()
    log, box = await _box(reader.chat().locator(".log")), await _box(listed)
    assert log["y"] <= box["y"]
    assert box["y"] + box["height"] <= log["y"] + log["height"] + 1


async def test_the_bar_of_a_mistake_stands_beside_the_whole_group_its_title_included(open_page: Open) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    await reader.form().get_by_role("combobox").nth(1).press_sequentially("tegensp")
    await reader.page.get_by_role("option").first.click()
    await reader.next()
    await reader.next()
    group = reader.form().locator("fieldset.wrong").first
    legend = group.locator("legend")
    top = await group.evaluate("(node) => node.getBoundingClientRect().top + node.clientTop")
    assert (await _box(legend))["y"] >= top - 1
    assert (await _box(legend))["x"] > (await _box(group))["x"] + 4


async def test_around_a_chat_stands_the_language_of_who_reads_it(open_page: Open, house: Playhouse) -> None:
    reader = Reader(await open_page())
    await reader.greet()
    await reader.press("English")
    english = Reader(reader.page, "en")
    await expect(reader.chat().get_by_placeholder(english.t("playground.say_to_bot"))).to_be_visible()
    await english.press(english.t("menu.ask"))
    await expect(english.form().get_by_role("combobox").nth(1)).to_have_attribute(
        "placeholder", english.t("playground.search")
    )
    await fill_until_moments(english, "Moral deliberation")
    await expect(english.form().locator(".optional").first).to_contain_text(english.t("playground.optional"))
    await expect(reader.page.locator("html")).to_have_attribute("lang", "nl")
    await expect(reader.chat().locator(".log")).to_have_attribute("lang", "en")


async def _box(found: Locator) -> FloatRect:
    box = await found.bounding_box()
    assert box is not None
    return box
