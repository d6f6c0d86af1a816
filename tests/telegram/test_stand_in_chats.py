"""A person and the small bot, by polling and by webhook: what each sees of the other."""

import asyncio
import re

import pytest
from telegram import Bot

from tests.telegram.echo import BUTTONS, Echo
from tests.telegram.person import TelegramPerson
from tests.telegram.screen import NotThere
from tests.telegram.stand_in import TelegramStandIn


async def test_a_person_starts_the_bot_talks_and_presses(far: TelegramStandIn, echo: Echo) -> None:
    anna = far.person("Anna", language_code="nl")
    await anna.start("invitation-1")
    welcome = await anna.sees("Welcome")
    assert welcome.text == "Welcome invitation-1"
    assert welcome.marked("bold") == ["Welcome"]
    assert welcome.labels == [["Yes", "No"], ["Never"]]
    toast = await anna.presses("Yes")
    assert toast is not None
    assert (toast.text, toast.alert) == ("You pressed yes", False)
    assert toast.after < 1
    await anna.sees("Chosen: yes")
    now = anna.again(welcome)
    assert (now.id, now.text, now.edited, now.buttons) == (welcome.id, "Chosen: yes", True, [])
    await anna.says("good <b>morning</b>")
    assert (await anna.sees("You said")).text == "You said good <b>morning</b>"
    assert [one.from_bot for one in anna.conversation] == [False, True, False, True]
    await far.settled()
    assert echo.seen[0].effective_user is not None
    assert echo.seen[0].effective_user.language_code == "nl"
    assert (anna.troubles, far.calls.refused) == ([], [])


async def test_a_button_that_is_never_answered_and_marks_that_show_are_troubles(
    far: TelegramStandIn, echo: Echo
) -> None:
    anna = far.person("Anna")
    await anna.start()
    await anna.sees_button("Never")
    assert await anna.presses("Never", within=0.1) is None
    assert anna.troubles == ["'Never' never stopped spinning"]
    assert [one.data for one in far.queries.spinning] == ["never"]
    await echo.app.bot.send_message(anna.id, "a &lt;b&gt;bold &amp;amp; one", parse_mode="HTML")
    assert anna.troubles[1:] == ["<b> shows in a message", "&amp; shows in a message"]


async def test_a_late_press_under_an_earlier_view_still_reaches_the_bot(far: TelegramStandIn, echo: Echo) -> None:
    anna = far.person("Anna")
    await anna.start()
    before = await anna.sees_button("No")
    await anna.presses("Yes")
    await anna.sees("Chosen: yes")
    with pytest.raises(NotThere):
        await anna.presses("No")
    toast = await anna.presses("No", on=before)
    assert toast is not None
    assert toast.text == "You pressed no"
    forged = await anna.sends_data("made up", on=before)
    assert forged is not None
    assert forged.text == "You pressed made up"


async def test_everything_that_people_send_reaches_the_bot_as_what_it_is(far: TelegramStandIn, echo: Echo) -> None:
    anna = far.person("Anna")
    await anna.start()
    mine = await anna.says("hello")
    await anna.edits(mine, "hello again")
    await anna.sends_sticker()
    await anna.sends_voice()
    await anna.sends_file("plan.pdf", b"%PDF", caption="The plan")
    await anna.sends_photo()
    await anna.forwards("Not mine")
    await anna.says("/help me")
    await far.until(lambda: len(echo.seen) == 9)
    assert echo.seen[2].edited_message is not None
    assert echo.seen[2].edited_message.text == "hello again"
    got = [one.message for one in echo.seen[3:] if one.message]
    assert got[0].sticker is not None
    assert got[1].voice is not None
    assert got[2].document is not None
    assert (got[2].document.file_name, got[2].caption) == ("plan.pdf", "The plan")
    assert await (await got[2].document.get_file()).download_as_bytearray() == b"%PDF"
    assert got[3].photo
    assert got[4].forward_origin is not None
    assert got[5].entities[0].type == "bot_command"


async def test_the_bot_hears_of_being_blocked_and_started_again(far: TelegramStandIn, echo: Echo) -> None:
    anna = far.person("Anna")
    await anna.start()
    await anna.blocks()
    with pytest.raises(NotThere):
        await anna.says("anybody there?")
    await anna.start()
    await far.until(lambda: len(echo.seen) == 4)
    changes = [one.my_chat_member for one in echo.seen if one.my_chat_member]
    assert [one.new_chat_member.status for one in changes] == ["kicked", "member"]
    assert changes[0].chat.id == anna.id


async def test_a_link_that_leads_to_the_bot_starts_it(far: TelegramStandIn, echo: Echo) -> None:
    anna = far.person("Anna")
    for impossible in ("x" * 65, "a b", "é"):
        with pytest.raises(NotThere):
            await anna.start(impossible)
    with pytest.raises(NotThere):
        await anna.says("not started yet")
    await anna.start("x" * 64)
    button = {"text": "Again", "url": f"https://t.me/{far.username}?start=from-button"}
    await echo.app.bot.send_message(anna.id, "Go on", reply_markup={"inline_keyboard": [[button]]})
    await anna.presses("Again")
    await anna.sees("Welcome from-button")
    assert anna.opened == [button["url"]]


async def test_in_a_group_the_bot_hears_only_what_concerns_it(far: TelegramStandIn, echo: Echo) -> None:
    anna, bram = far.person("Anna"), far.person("Bram")
    team = far.group("Team", anna, bram)
    await bram.says("not here yet", to=team)
    await bram.adds_bot(team)
    await bram.says("among ourselves", to=team)
    await bram.says("/status", to=team)
    await bram.says("/status@other_bot", to=team)
    await bram.says(f"@{far.username} hello", to=team)
    posted = await echo.app.bot.send_message(team.id, "Here I am")
    await anna.says("to you", to=team, reply_to=await anna.sees("Here I am"))
    await anna.leaves(team)
    await bram.promotes_bot(team)
    await bram.says("now you hear me", to=team)
    await bram.removes_bot(team)
    await far.settled()
    heard = [one.message.text for one in echo.seen if one.message and one.message.text]
    assert heard == ["/status", f"@{far.username} hello", "to you", "now you hear me"]
    standings = [one.my_chat_member.new_chat_member.status for one in echo.seen if one.my_chat_member]
    assert standings == ["member", "administrator", "kicked"]
    assert posted.message_id in [one.id for one in bram.messages_in(team)]
    assert echo.seen[1].message is not None
    assert [one.id for one in echo.seen[1].message.new_chat_members] == [far.world.bot.id]


async def test_a_person_who_looks_in_vain_says_what_there_is(far: TelegramStandIn, echo: Echo) -> None:
    anna, bram = far.person("Anna", started=True), far.person("Bram")
    with pytest.raises(NotThere, match="said nothing"):
        _ = anna.last
    words = '<a href="https://example.org/">More</a> of it'
    button = {"text": "Choose this", "callback_data": "no"}
    sent = await echo.app.bot.send_message(
        anna.id,
        words,
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[button]]},
    )
    assert anna.last.links == {"More": "https://example.org/"}
    with pytest.raises(NotThere, match="More of it"):
        await anna.sees("Less of it", within=0.05)
    with pytest.raises(NotThere, match="Choose this"):
        await anna.sees_button("Another", within=0.05)
    with pytest.raises(NotThere, match="Choose this"):
        await anna.presses("Another", on=anna.last)
    assert await anna.presses(re.compile("^choose", re.IGNORECASE)) is not None
    assert 0 < far.queries.slowest < 2
    shown = anna.last
    await echo.app.bot.delete_message(anna.id, sent.message_id)
    assert shown.gone
    with pytest.raises(NotThere, match="not in Team"):
        await bram.says("Let me in", to=far.group("Team", anna))


async def test_an_answer_to_a_press_may_start_the_bot_again(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    await bot.send_message(anna.id, "x", reply_markup=BUTTONS)
    pressing = asyncio.create_task(anna.presses("Yes"))
    query = await far.until(lambda: far.queries.spinning)
    await bot.answer_callback_query(query[0].id, url=f"https://t.me/{far.username}?start=again")
    await pressing
    assert anna.conversation[-1].text == "/start again"
    assert [one.url for one in anna.toasts] == anna.opened
