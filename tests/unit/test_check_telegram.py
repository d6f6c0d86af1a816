"""What ``check`` tells the person who sets the bot up in Telegram."""

from datetime import date
from pathlib import Path

import pytest

from bot.commands import check
from bot.commands.check_telegram import SAID
from bot.commands.finding import Finding, Mark
from bot.config.settings import load
from handlers.telegram.token_check import Point
from storage.database import schema
from storage.database.unit_of_work import Store
from storage.models import Address, Facilitator, Level, Person
from tests.handlers.slack.far_side import Answer, answering

DOCS = (Path(__file__).parents[2] / "docs" / "telegram.md").read_text(encoding="utf-8")
TOKEN = "123456789:" + "a" * 35
SECRET = "een_geheim_van_ons-alleen"
OURS = "https://dialoog.example.org/telegram"
WEBHOOK = {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_URL": OURS, "TELEGRAM_WEBHOOK_SECRET": SECRET}
REFUSED = Answer({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)


def me(**about: object) -> Answer:
    bot = {"id": 123456789, "is_bot": True, "first_name": "Dialoog", "username": "dialoog_bot"}
    return Answer({"ok": True, "result": bot | {"can_join_groups": True} | about})


def hook(url: str = "", **about: object) -> Answer:
    standing = {"url": url, "has_custom_certificate": False, "pending_update_count": 3}
    return Answer({"ok": True, "result": standing | about})


def findings(folder: Path, bot: Answer, webhook: Answer, **more: str) -> list[Finding]:
    with answering(getMe=bot, getWebhookInfo=webhook) as address:
        given = {
            "DATABASE_URL": f"sqlite:///{folder / 'check.db'}",
            "TELEGRAM_API_URL": address,
            "TELEGRAM_BOT_TOKEN": TOKEN,
        }
        return list(check.findings(load(given | more, folder / ".env")))


def told(folder: Path, bot: Answer, webhook: Answer | None = None, **more: str) -> list[Finding]:
    found = findings(folder, bot, webhook or hook(), **more)
    return [finding for finding in found if finding.subject == "Telegram"]


def test_a_good_token_is_told_with_the_bot_it_is_of(tmp_path: Path) -> None:
    assert told(tmp_path, me()) == [
        Finding(Mark.GOOD, "Telegram", "the token works, and the bot is @dialoog_bot"),
        Finding(Mark.GOOD, "Telegram", "nothing stands in the way of fetching what people send (long polling)"),
    ]


def test_a_wrong_token_is_told_with_where_to_find_the_right_one(tmp_path: Path) -> None:
    (token,) = told(tmp_path, REFUSED)
    assert token.mark is Mark.BAD
    assert token.text.startswith("Telegram refuses TELEGRAM_BOT_TOKEN. Copy it anew.")
    assert "@BotFather" in token.text


def test_a_webhook_in_the_way_of_polling_is_told_with_what_becomes_of_it(tmp_path: Path) -> None:
    _, way = told(tmp_path, me(), hook("https://elsewhere.example.org/a-secret-path"))
    assert way.mark is Mark.NOTE
    assert way.text.startswith("a webhook to elsewhere.example.org stands in the way of polling. run takes it away")
    assert "a-secret-path" not in way.text


def test_polling_in_the_place_of_a_webhook_is_told(tmp_path: Path) -> None:
    _, way = told(tmp_path, me(), hook(), **WEBHOOK)
    assert way.mark is Mark.NOTE
    assert "(polling) gets none any more" in way.text


def test_a_webhook_that_is_right_is_told_with_how_many_wait(tmp_path: Path) -> None:
    _, way = told(tmp_path, me(), hook(OURS), **WEBHOOK)
    assert way == Finding(
        Mark.GOOD, "Telegram", "Telegram brings what people send to TELEGRAM_WEBHOOK_URL; waiting there now: 3"
    )


def test_privacy_mode_is_told_where_it_is_off(tmp_path: Path) -> None:
    _, privacy, _ = told(tmp_path, me(can_read_all_group_messages=True))
    assert privacy.mark is Mark.NOTE
    assert "/setprivacy" in privacy.text


def test_a_telegram_that_cannot_be_reached_is_told_in_a_sentence(tmp_path: Path) -> None:
    (lost,) = told(tmp_path, me(), TELEGRAM_API_URL="http://127.0.0.1:1")
    assert lost.mark is Mark.BAD
    assert lost.text.startswith("http://127.0.0.1:1 cannot be reached: no connection.")


def test_telegrams_words_are_told_as_they_are(tmp_path: Path) -> None:
    (odd,) = told(tmp_path, Answer({"ok": False, "description": "Bad Request: {0} %s {x}"}, status=400))
    assert "({0} %s {x})" in odd.text


def test_no_token_and_no_secret_is_ever_told(tmp_path: Path) -> None:
    every = repr([told(tmp_path, REFUSED), told(tmp_path, me(), hook(OURS), **WEBHOOK)])
    assert TOKEN not in every
    assert SECRET not in every


def test_without_any_token_both_guides_are_named(tmp_path: Path) -> None:
    settings = load({"DATABASE_URL": f"sqlite:///{tmp_path / 'check.db'}"}, tmp_path / ".env")
    (channels,) = [one for one in check.findings(settings) if one.subject == "Channels"]
    assert "docs/slack.md" in channels.text
    assert "docs/telegram.md" in channels.text


@pytest.mark.parametrize("point", Point)
def test_the_guide_says_what_to_do_about_each_thing_that_can_be_told(point: Point) -> None:
    mark, text = SAID[point]
    first = text.replace("{TELEGRAM_API_URL}", "…").replace("{detail}", "…").split(". ")[0].removesuffix(".")
    assert mark is Mark.GOOD or f"| {first} |" in DOCS


def test_how_many_facilitators_can_be_reached_is_told(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'check.db'}")
    schema.upgrade(store)
    with store.begin() as uow:
        for number, reachable in enumerate((True, False)):
            person = uow.add(Person(name="Fien", email=f"f{number}@gov.example"))
            level = Level.TRAINED
            uow.add(Facilitator(person_id=person.id, level=level, capacity=1, joined_on=date(2026, 1, 1)))
            uow.add(Address(person_id=person.id, channel="telegram", address=f"{number}", reachable=reachable))
    store.close()
    (found,) = [one for one in findings(tmp_path, me(), hook()) if one.subject == "Facilitators"]
    assert found.mark is Mark.NOTE
    assert found.text.startswith("1 of 2 can be reached, and only those are asked")
