"""The playground as people use it, in a real browser."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.reader import Reader
from tests.handlers.playhouse import Playhouse, opened, until_quiet, visiting

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def active(page: Page, what: str) -> str:
    """Something of the element that has the focus."""
    found: str = await page.evaluate(f"document.activeElement.{what}")
    return found


async def test_a_newcomer_is_told_where_to_begin(open_page: Open) -> None:
    page = await open_page()
    await expect(page.locator(".left .start li")).to_have_count(3)
    await expect(page.locator(".left .start")).to_contain_text("Marleen Bakhuis")
    await expect(page.locator(".right .start")).to_contain_text("Hier komt wie een bericht krijgt")


async def test_a_dialogue_is_asked_for_and_accepted_without_reloading(open_page: Open, house: Playhouse) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    await fill_everything(reader)
    await reader.press(reader.t("request.submit"))
    await expect(reader.button(reader.t("request.change"))).to_be_visible()
    # The first facilitator with an offer comes on the right by themselves.
    accept = reader.button(reader.t("offer.accept", moment="").strip(), "right")
    await expect(accept).to_be_visible()
    await expect(reader.page.locator("#sent li")).to_have_count(3)
    await accept.click()
    await expect(reader.chat().locator(".card a.file")).to_have_count(1)
    await expect(reader.chat("right").locator(".card a.file")).to_have_count(1)
    await reader.page.get_by_role("button", name="Naar wat er nu komt").click()
    await expect(reader.page.locator("#now")).not_to_contain_text("23 november")


async def fill_until_moments(reader: Reader, dialogue: str = "Moreel beraad") -> None:
    """Answer every page up to, but not with, that of the moments."""
    form, page = reader.form(), reader.page
    await form.get_by_role("combobox").nth(1).press_sequentially("tegensp")
    await page.get_by_role("option").first.click()
    await reader.next()
    await form.get_by_label(dialogue).check()
    for value in ("team_day", "normal", "online"):
        await form.locator(f"input[value={value}]").check()
    await form.get_by_role("spinbutton").fill("10")
    await reader.next()
    await form.get_by_role("radio").first.check()
    await reader.next()


async def fill_everything(reader: Reader) -> None:
    """Answer every page of the form, up to its summary."""
    await fill_until_moments(reader)
    form = reader.form()
    await form.locator("input[type=datetime-local]").first.fill("2026-12-08T14:00")
    await reader.next()
    await form.get_by_role("radio").nth(2).check()
    await reader.next()
    await form.get_by_role("radio").first.check()
    await reader.next()


async def test_a_dialogue_is_asked_for_with_the_keyboard_alone(open_page: Open) -> None:
    reader = Reader(await open_page())
    page, keyboard = reader.page, reader.page.keyboard

    async def tab_to(words: str) -> None:
        for _ in range(40):
            await keyboard.press("Tab")
            if (await active(page, "textContent")).startswith(words):
                return
        raise AssertionError(f"Tab never comes to {words!r}")

    async def enter(words: str) -> None:
        await tab_to(words)
        await keyboard.press("Enter")
        await reader.settled()

    await enter("Naar de chats")
    await enter("Zeg hallo")
    await expect(page.locator("article:focus")).to_be_visible()
    await enter(reader.t("menu.ask"))
    # The first question has the focus; its answer is known, so on to the second, with a name of it typed.
    assert await active(page, "getAttribute('role')") == "combobox"
    await keyboard.press("Tab")
    await keyboard.type("tegens")
    await expect(page.get_by_role("option").first).to_be_visible()
    await keyboard.press("Enter")
    await expect(reader.form().locator(".tokens li")).to_have_count(1)
    await enter(reader.t("form.next"))
    # Radio buttons: the first has the focus, an arrow chooses the next one, Tab goes on to the next question.
    assert await active(page, "type") == "radio"
    for key in ("ArrowDown", "Tab", "ArrowDown", "Tab", "Space", "Tab", "1", "0", "Tab", "ArrowDown"):
        await keyboard.press(key)
    await enter(reader.t("form.next"))
    await keyboard.press("Space")
    await enter(reader.t("form.next"))
    await page.keyboard.type("12082026")
    await keyboard.press("Tab")
    await page.keyboard.type("0200PM")
    await enter(reader.t("form.next"))
    await keyboard.press("Space")
    await enter(reader.t("form.next"))
    await keyboard.press("Space")
    await enter(reader.t("form.next"))
    await enter(reader.t("request.submit"))
    await expect(reader.button(reader.t("request.change"))).to_be_visible()
    await expect(page.locator("article:focus")).to_be_visible()


async def test_the_first_question_that_is_not_right_gets_the_focus(open_page: Open) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    await reader.next()
    field = reader.form().locator(".field.wrong")
    await expect(field).to_have_count(1)
    control = field.get_by_role("combobox")
    await expect(control).to_be_focused()
    assert await control.get_attribute("aria-invalid") == "true"
    described = (await control.get_attribute("aria-describedby") or "").split()
    error = field.locator(".error")
    assert await error.get_attribute("id") in described
    await expect(error).to_contain_text(reader.t("form.required"))


async def test_what_was_typed_wrongly_stands_there_still(open_page: Open) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    await reader.form().get_by_role("combobox").nth(1).press_sequentially("tegensp")
    await reader.page.get_by_role("option").first.click()
    await reader.next()
    await reader.form().get_by_role("spinbutton").fill("4000")
    await reader.form().get_by_label("Online").check()
    await reader.next()
    await expect(reader.form().get_by_role("spinbutton")).to_have_value("4000")
    await expect(reader.form().get_by_label("Online")).to_be_checked()


async def test_back_keeps_what_stands_on_the_page(open_page: Open) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    await reader.form().get_by_role("combobox").nth(1).press_sequentially("tegensp")
    await reader.page.get_by_role("option").first.click()
    await reader.next()
    await reader.form().get_by_role("spinbutton").fill("12")
    await reader.form().get_by_label("Online").check()
    await reader.press(reader.t("form.back"))
    await expect(reader.form().locator(".tokens li")).to_have_count(1)
    await reader.next()
    await expect(reader.form().get_by_role("spinbutton")).to_have_value("12")
    await expect(reader.form().get_by_label("Online")).to_be_checked()
    await expect(reader.form().locator(".wrong")).to_have_count(0)


async def test_escape_leaves_a_list_as_it_was(open_page: Open) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    unit = reader.form().get_by_role("combobox").first
    before = await unit.input_value()
    assert before
    await unit.fill("belasting")
    await expect(reader.page.get_by_role("option").first).to_be_visible()
    await unit.press("Escape")
    await expect(unit).to_have_value(before)
    await expect(reader.page.get_by_role("listbox")).to_have_count(0)


async def test_what_people_type_never_becomes_part_of_the_page(open_page: Open, house: Playhouse) -> None:
    page = await open_page()
    hostile = "<img src=x onerror=\"document.title='gekraakt'\"><script>document.title='gekraakt'</script>"
    await page.get_by_placeholder("Zeg iets tegen de bot").first.fill(hostile)
    await page.keyboard.press("Enter")
    await expect(page.locator(".left .said")).to_have_text(hostile)
    assert await page.locator("main img, main script").count() == 0
    assert await page.title() == "Dialoogreeks · playground"


async def test_a_double_click_has_one_effect(open_page: Open) -> None:
    reader = Reader(await open_page())
    await reader.greet()
    await reader.button(reader.t("menu.requests")).dblclick()
    await reader.settled()
    await reader.page.wait_for_timeout(300)
    await expect(reader.chat().locator(".said")).to_have_text(["Hallo", reader.t("menu.requests")])


async def test_a_call_that_got_lost_is_made_again_and_counts_once(open_page: Open, complaints: list[str]) -> None:
    reader = Reader(await open_page())
    await reader.greet()
    calls: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        calls.append(json.loads(route.request.post_data or "")["event"])
        if len(calls) > 1:
            return await route.continue_()
        await route.fetch()
        return await route.abort()

    await reader.page.route("**/press", lose_the_first_answer)
    await reader.press(reader.t("menu.requests"))
    await expect(reader.chat().locator(".said")).to_have_text(["Hallo", reader.t("menu.requests")])
    assert len(calls) == 2
    assert calls[0] == calls[1]
    assert len(complaints) == 1
    complaints.clear()


async def test_two_pages_show_the_same_at_once(open_page: Open) -> None:
    one, other = Reader(await open_page()), Reader(await open_page(color_scheme="dark"))
    await one.open_form()
    await expect(other.form()).to_be_visible()
    await other.form().get_by_role("combobox").nth(1).press_sequentially("tegensp")
    await other.page.get_by_role("option").first.click()
    await other.next()
    await expect(one.form().get_by_role("spinbutton")).to_be_visible()


async def test_what_is_being_typed_is_left_alone_when_a_message_comes(open_page: Open, house: Playhouse) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    topics = reader.form().get_by_role("combobox").nth(1)
    await topics.press_sequentially("tegensp")
    await reader.page.get_by_role("option").first.click()
    async with visiting(house) as visitor:
        await visitor.do("say", person=house.asker, text="van een ander apparaat")
    await expect(reader.chat().locator(".said")).to_have_count(3)
    await expect(reader.form().locator(".tokens li")).to_have_count(1)
    await expect(topics).to_be_focused()


async def test_a_reload_shows_the_same_people_and_the_same_form(open_page: Open) -> None:
    reader = Reader(await open_page())
    await reader.open_form()
    picker = reader.page.get_by_role("combobox", name="Wie zit rechts?")
    await picker.press_sequentially("praktijkbouwer")
    await reader.page.get_by_role("option").first.click()
    await expect(reader.page.locator(".right .role")).to_contain_text("praktijkbouwer")
    name = await picker.input_value()
    await reader.page.reload()
    await expect(reader.page.get_by_role("combobox", name="Wie zit rechts?")).to_have_value(name)
    await expect(reader.form()).to_be_visible()


async def test_who_gets_a_message_can_be_followed(open_page: Open, house: Playhouse) -> None:
    page = await open_page()
    async with visiting(house) as visitor:
        await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    chips = page.locator("#arrivals button")
    await expect(chips).to_have_count(2)
    name = (await chips.first.locator("span").inner_text()).removeprefix("Nieuw bericht voor ")
    await chips.first.click()
    await expect(page.get_by_role("combobox", name="Wie zit rechts?")).to_have_value(name)
    await expect(chips).to_have_count(1)


async def test_the_page_speaks_the_other_language_without_reloading(open_page: Open) -> None:
    page = await open_page()
    english = page.get_by_role("button", name="English")
    await english.click()
    await expect(page.locator(".left .start h3")).to_have_text("Start here")
    await expect(english).to_have_attribute("aria-pressed", "true")
    await expect(english).to_be_focused()
    await expect(page.locator("#now")).to_contain_text("Monday")


async def test_a_page_says_that_the_bot_is_gone_and_then_that_it_began_anew(
    open_page: Open, house: Playhouse, complaints: list[str]
) -> None:
    page = await open_page()
    await house.server.stop()
    await expect(page.locator("#notice")).to_contain_text("Geen verbinding")
    async with opened(house.store, urlsplit(house.address).port or 0) as again:
        await expect(page.locator("#notice")).to_contain_text("Open het nieuwe adres")
        await page.goto(again.address)
        await expect(page.locator(".left .start")).to_be_visible()
        await expect(page.locator("#notice")).to_be_hidden()
        # Leave the page, so that it does not try the second server once more when that has stopped too.
        await page.goto("about:blank")
    # The page complained that it could not connect.
    complaints.clear()
