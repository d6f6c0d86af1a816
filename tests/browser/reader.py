"""Somebody at the page: finds things by their names, as people and screen readers do."""

from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

from flows.engine.language.texts import Translator
from tests.handlers.playhouse import TEXTS

Side = Literal["left", "right"]
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
_axe = Axe()


async def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.1 AA and its own good practices, with where."""
    options: dict[str, Any] = {"runOnly": {"type": "tag", "values": AA}, "resultTypes": ["violations"]}
    found = (await _axe.run(page, options=options)).response["violations"]
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found]


class Reader:
    """``t`` are the words of the people in the chats: those of the page's language, unless they chose another."""

    def __init__(self, page: Page, language: str = "nl") -> None:
        self.page = page
        self.t: Translator = TEXTS.into(language)

    def chat(self, side: Side = "left") -> Locator:
        """One of the two chats."""
        return self.page.locator(f"section.chat.{side}")

    def button(self, words: str, side: Side = "left") -> Locator:
        """The newest button in a chat that begins with these words."""
        return self.chat(side).locator(".card button").filter(has_text=words).last

    async def press(self, words: str, side: Side = "left") -> None:
        """Press it, and wait for the answer."""
        await self.button(words, side).click()
        await self.settled(side)

    async def settled(self, side: Side = "left") -> None:
        """Wait until the bot answered."""
        await expect(self.chat(side)).not_to_have_attribute("aria-busy", "true")

    async def greet(self) -> None:
        """Say hello from the card in an empty chat."""
        start = self.chat().locator(".start button")
        await start.click()
        await self.settled()
        if await start.count():  # the page was drawn anew under the pointer; whoever sees that presses again
            await start.click()
            await self.settled()
        await expect(self.button(self.t("menu.ask"))).to_be_visible()

    async def open_form(self) -> None:
        """Go to the first page of asking for a dialogue."""
        await self.greet()
        await self.press(self.t("menu.ask"))
        await expect(self.form("left")).to_be_visible()

    def form(self, side: Side = "left") -> Locator:
        """The form in a chat."""
        return self.chat(side).locator(".card form").last

    async def next(self) -> None:
        """On to the next page of the form."""
        await self.press(self.t("form.next"))
