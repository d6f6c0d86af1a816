"""The stand-in and a real bolt app, over HTTP and over Socket Mode."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.slack.echo import Echo
from tests.slack.person import Person
from tests.slack.pieces import asking, modal, plain
from tests.slack.screen import NotThere
from tests.slack.stand_in import SlackStandIn

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


async def test_a_person_opens_the_home_tab_and_a_form_and_sends_it(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    await anna.open_home()
    await anna.sees("Pick & choose")
    assert anna.home.buttons == ["Open form", "Break"]
    await anna.press("Open form")
    await slack.until(lambda: anna.has_modal)
    assert (anna.modal.title, anna.modal.submit, anna.modal.close) == ("Form", "Send", "Cancel")

    await anna.type("Name", "Anna")
    assert await anna.search("Ministry", "Bi") == ["Binnenlandse Zaken"]
    await anna.choose("Ministry", "Buiten")
    moment = datetime(2026, 5, 4, 10, 30, tzinfo=AMSTERDAM)
    await anna.pick_moment("When", moment)
    assert [field.value for field in anna.modal.fields.values()] == ["Anna", "Buitenlandse Zaken", moment]

    await anna.submit()
    values = echo.heard("submitted")[0]["view"]["state"]["values"]
    assert values["name"]["value"]["value"] == "Anna"
    assert values["ministry"]["value"]["selected_option"]["value"] == "Buiten"
    assert not anna.has_modal
    assert anna.troubles == []


async def test_a_direct_message_is_answered_and_its_button_pressed(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    await anna.dm("R&D <hoi>")
    await slack.until(lambda: anna.messages)
    assert anna.messages[-1].notification == "You said R&D <hoi>"
    await anna.press(re.compile("^Open"))
    body = echo.heard("form")[0]
    assert body["message"]["ts"] == anna.messages[-1].ts
    assert body["channel"] == {"id": slack.workspace.im(anna.id).id, "name": "directmessage"}
    await slack.until(lambda: anna.has_modal)
    await anna.close()
    assert echo.heard("closed")[0]["is_cleared"] is False


async def test_a_message_that_is_edited_is_heard_of(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    message = await anna.dm("hi")
    await anna.edit(message, "hello")
    heard = [body["event"] for body in echo.heard("message")]
    assert [one.get("subtype") for one in heard if not one.get("bot_id")][-1] == "message_changed"
    assert heard[-1]["message"]["text"] == "hello"


async def test_a_mention_is_answered_to_that_person_only(slack: SlackStandIn, echo: Echo) -> None:
    anna, bram = slack.person("Anna de Vries"), slack.person("Bram Bakker")
    channel = slack.channel("team", anna, bram)
    await anna.mention(channel, "nobody hears this")
    await anna.invite_bot(channel)
    assert echo.heard("joined")[0]["event"]["inviter"] == anna.id
    await anna.mention(channel, "hello")
    await slack.until(lambda: anna.ephemerals)
    assert [one.text for one in anna.ephemerals] == ["Only you see this"]
    assert bram.ephemerals == []


async def test_a_command_is_answered_at_once_and_later(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    await anna.command("/dialoog", "a & b")
    await slack.until(lambda: len(anna.ephemerals) == 2)
    assert {one.text for one in anna.ephemerals} == {"Heard: a & b", "And more"}


async def test_shortcuts_open_the_form(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    await anna.global_shortcut("ask")
    await slack.until(lambda: anna.has_modal)
    await anna.close()
    channel = slack.channel("team", anna, with_bot=True)
    message = await anna.says(channel, "We need to talk")
    await anna.message_shortcut("about", message)
    assert echo.heard("form")[1]["message"]["text"] == "We need to talk"


async def test_what_is_missing_is_asked_before_anything_is_sent(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    await anna.global_shortcut("ask")
    await slack.until(lambda: anna.has_modal)
    await anna.submit()
    assert anna.modal.problems.keys() == {"Name", "Ministry"}
    assert echo.heard("submitted") == []


async def test_the_answer_to_a_form_is_shown(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    await filled(slack, anna)
    echo.answer = {"response_action": "errors", "errors": {"name": "Too short"}}
    await anna.submit()
    assert anna.modal.problems == {"Name": "Too short"}

    more = modal(asking("Name", {"type": "plain_text_input"}), submit=plain("Next"))
    echo.answer = {"response_action": "update", "view": more}
    await anna.submit()
    assert (anna.modal.submit, anna.modal.fields["Name"].value) == ("Next", "Anna")

    echo.answer = {"response_action": "push", "view": {**more, "title": plain("Deeper")}}
    await anna.submit()
    assert (anna.modal.title, anna.modal.depth) == ("Deeper", 2)
    await anna.back()
    assert anna.modal.title == "Form"

    echo.answer = {"response_action": "clear"}
    await anna.submit()
    assert not anna.has_modal


async def filled(slack: SlackStandIn, anna: Person) -> None:
    await anna.global_shortcut("ask")
    await slack.until(lambda: anna.has_modal)
    await anna.type("Name", "Anna")
    await anna.choose("Ministry", "Buiten")


async def test_a_button_that_nobody_answers_did_not_work(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    await anna.open_home()
    await anna.sees("Pick & choose")
    slack.outward.patience = 0.05
    await anna.press("Break")
    assert len(anna.troubles) == 1
    assert "'Break' did not work" in anna.troubles[0]
    with pytest.raises(NotThere, match="Open form"):
        await anna.press("Something else")


async def test_the_app_hears_of_people_and_of_its_end(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    await anna.change_profile(locale="en-GB")
    assert echo.heard("user_change")[0]["event"]["user"]["locale"] == "en-GB"
    await anna.deactivate()
    assert echo.heard("user_change")[1]["event"]["user"]["deleted"] is True
    await slack.uninstall()
    assert len(echo.heard("tokens_revoked")) == 1
