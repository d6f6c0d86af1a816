"""Everybody can use the page: WCAG 2.1 AA, held against axe-core in a real browser."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.reader import Reader, violations
from tests.handlers.playhouse import Playhouse, until_quiet, visiting

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHEMES = ["light", "dark"]
LOCALES = ["nl-NL", "en-GB"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("color_scheme", SCHEMES)
async def test_the_page_as_it_opens(open_page: Open, locale: str, color_scheme: str) -> None:
    page = await open_page(locale=locale, color_scheme=color_scheme)
    assert await page.evaluate("document.documentElement.lang") == locale[:2]
    assert await violations(page) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("color_scheme", SCHEMES)
async def test_with_a_form_open_and_its_errors_shown(open_page: Open, locale: str, color_scheme: str) -> None:
    reader = Reader(await open_page(locale=locale, color_scheme=color_scheme), locale[:2])
    await reader.open_form()
    assert await violations(reader.page) == []
    await reader.next()
    await expect(reader.form().locator(".error").first).to_be_visible()
    assert await violations(reader.page) == []


@pytest.mark.parametrize("color_scheme", SCHEMES)
async def test_with_choices_that_are_explained(open_page: Open, house: Playhouse, color_scheme: str) -> None:
    async with visiting(house) as visitor:
        await visitor.asks(house.asker, house.answers(), until="series")
    reader = Reader(await open_page(color_scheme=color_scheme))
    gids = reader.form().get_by_role("radio", name="Gidsreeks (7 bijeenkomsten)")
    described = (await gids.get_attribute("aria-describedby") or "").split()
    hint = reader.form().locator(".hint").filter(has_text="“Vertrouwen” en “De opgave”")
    await expect(hint).to_be_visible()
    assert await hint.get_attribute("id") in described
    assert await violations(reader.page) == []


async def test_with_a_list_to_choose_from_open(open_page: Open) -> None:
    page = await open_page()
    await page.get_by_role("combobox").first.press("ArrowDown")
    await expect(page.get_by_role("listbox")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    assert await violations(page) == []


@pytest.mark.parametrize("color_scheme", SCHEMES)
async def test_with_offers_waiting_and_things_due(open_page: Open, house: Playhouse, color_scheme: str) -> None:
    page = await open_page(color_scheme=color_scheme)
    async with visiting(house) as visitor:
        await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    await expect(page.locator("#arrivals button")).to_have_count(2)
    await expect(page.locator("#due li")).not_to_have_count(0)
    assert await violations(page) == []


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (640, 2)], ids=["320 wide", "1280 wide at 200 %"])
async def test_nothing_is_cut_off_on_a_narrow_page(open_page: Open, house: Playhouse, width: int, zoom: int) -> None:
    page = await open_page(viewport={"width": width, "height": 640}, device_scale_factor=zoom)
    reader = Reader(page)
    await reader.open_form()
    await reader.next()
    async with visiting(house) as visitor:
        await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    await expect(page.locator("#arrivals button")).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await violations(page) == []


async def test_text_may_be_twice_as_large(open_page: Open) -> None:
    page = await open_page()
    reader = Reader(page)
    await reader.open_form()
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 1280
    await expect(reader.button(reader.t("form.next"))).to_be_visible()


@pytest.mark.parametrize(("wish", "expected"), [("reduce", "none"), ("no-preference", "arrive")])
async def test_who_wants_stillness_gets_it(open_page: Open, wish: str, expected: str) -> None:
    reader = Reader(await open_page(reduced_motion=wish))
    await reader.greet()
    moving = "getComputedStyle(document.querySelector('.line')).animationName"
    assert await reader.page.evaluate(moving) == expected


async def test_what_arrives_is_told_to_who_listens(open_page: Open, house: Playhouse) -> None:
    page = await open_page()
    async with visiting(house) as visitor:
        await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    said = page.locator("#said[aria-live=polite]")
    await expect(said).to_contain_text("Nieuw bericht voor")


async def test_people_read_in_their_own_language(open_page: Open) -> None:
    page = await open_page(locale="en-GB")
    reader = Reader(page, "en")
    await reader.greet()
    await reader.press(reader.t("menu.language"))
    await expect(page.locator("article").last).to_have_attribute("lang", "nl")
    assert await page.evaluate("document.documentElement.lang") == "en"
