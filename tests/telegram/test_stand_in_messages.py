"""What the stand-in takes and refuses of messages, as python-telegram-bot's own client meets it."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from tests.slack.conftest import Hands
from tests.telegram.markup import units
from tests.telegram.message_methods import PHOTO_BYTES
from tests.telegram.person import TelegramPerson
from tests.telegram.refusing import refused
from tests.telegram.stand_in import TelegramStandIn

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (200).to_bytes(4, "big") + (100).to_bytes(4, "big")
TOO_OLD = timedelta(hours=48, seconds=1).total_seconds()


def rows(*buttons: list[Any]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(buttons)


def key(label: str, data: str = "x") -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data)


async def test_arguments_are_read_from_query_form_json_and_multipart(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    url = f"{far.base_url}{far.token}/SendMessage"
    said = {"chat_id": str(anna.id), "text": "5", "disable_notification": "true"}
    multipart = aiohttp.FormData(said, default_to_multipart=True)
    async with aiohttp.ClientSession() as client:
        for sent in ({"params": said}, {"data": said}, {"data": multipart}, {"json": said | {"chat_id": anna.id}}):
            async with client.post(url, **sent) as answer:
                assert (await answer.json())["ok"] is True
    await bot.send_message(anna.id, "5", link_preview_options=LinkPreviewOptions(is_disabled=True))
    assert [one.text for one in anna.messages] == ["5"] * 5
    args = [one.args for one in far.calls.of("sendMessage")]
    assert [(one["chat_id"], one["text"]) for one in args] == [(anna.id, "5")] * 5
    assert args[1]["disable_notification"] is True
    assert args[4]["link_preview_options"] == {"is_disabled": True}


async def test_wrong_tokens_methods_and_arguments_are_refused(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    stranger = Bot("1234:else", base_url=far.base_url)
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()
    unknown = await refused(bot.send_message(anna.id, "x", api_kwargs={"colour": "red"}), BadRequest)
    assert unknown.message == "Parameter colour is unknown"
    nested: dict[str, Any] = {"inline_keyboard": [[{"text": "A", "callback_data": 5, "colour": "red"}]]}
    wrong = await refused(bot.send_message(anna.id, "x", reply_markup=nested), BadRequest)  # type: ignore[arg-type]
    place = "reply_markup.inline_keyboard[0][0]"
    assert wrong.message == (
        f"Parameter {place}.colour is unknown; parameter {place}.callback_data must be of kind str"
    )
    assert (await refused(bot.send_message(anna.id, None), BadRequest)).message == "Parameter text is required"  # type: ignore[arg-type]
    async with aiohttp.ClientSession() as client, client.get(f"{far.base_url}{far.token}/sendDice") as answer:
        assert (answer.status, (await answer.json())["description"]) == (404, "Not Found: method not found")
    assert len(far.calls.refused) == 5


async def test_what_cannot_be_read_is_refused(far: TelegramStandIn, anna: TelegramPerson) -> None:
    url = f"{far.base_url}{far.token}/sendMessage"
    said = {"chat_id": anna.id, "text": "x"}

    async def fails(**sent: Any) -> str:
        async with aiohttp.ClientSession() as client, client.post(url, **sent) as answer:
            assert answer.status == 400
            return str((await answer.json())["description"])

    headers = {"Content-Type": "application/json"}
    assert await fails(data="{", headers=headers) == "Bad Request: can't parse JSON object"
    assert await fails(json=[1]) == "Bad Request: can't parse JSON object"
    assert await fails(json=said | {"entities": 5}) == "Bad Request: parameter entities must be an Array"
    assert await fails(data=said | {"reply_markup": "{"}) == "Bad Request: can't parse reply_markup: Object expected"
    unknown: dict[str, Any] = {"reply_markup": {"buttons": []}}
    assert await fails(json=said | unknown) == "Bad Request: can't parse reply_markup: unsupported ReplyMarkup"
    async with aiohttp.ClientSession() as client, client.get(f"{far.base_file_url}{far.token}/no/where") as answer:
        assert answer.status == 404


async def test_a_message_goes_only_where_it_may(far: TelegramStandIn, anna: TelegramPerson, bot: Bot) -> None:
    bram, carla, dirk = far.person("Bram"), far.person("Carla"), far.person("Dirk")
    team, huge = far.group("Team", anna, bram), far.group("Huge", anna, supergroup=True)

    async def forbidden(place: int) -> str:
        return (await refused(bot.send_message(place, "x"), Forbidden)).message

    for nobody in (bram.id, team.id, 5, "@somebody"):
        unknown = await refused(bot.send_message(nobody, "x"), BadRequest)
        assert unknown.message == "Chat not found"
    await anna.adds_bot(team)
    await anna.adds_bot(huge)
    assert await forbidden(bram.id) == "Forbidden: bot can't initiate conversation with a user"
    await carla.start()
    await carla.blocks()
    assert await forbidden(carla.id) == "Forbidden: bot was blocked by the user"
    await dirk.start()
    await dirk.deletes_account()
    assert await forbidden(dirk.id) == "Forbidden: user is deactivated"
    await bot.send_message(team.id, "Here")
    await anna.removes_bot(team)
    assert await forbidden(team.id) == "Forbidden: bot was kicked from the group chat"
    await bot.leave_chat(huge.id)
    assert await forbidden(huge.id) == "Forbidden: bot is not a member of the supergroup chat"


async def test_a_group_that_became_a_supergroup_says_where_it_went(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    team = far.group("Team", anna)
    await anna.adds_bot(team)
    old = team.upgrade()
    moved = await refused(bot.send_message(old, "x"), ChatMigrated)
    assert moved.new_chat_id == team.id
    assert far.calls.made[-1].answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": team.id},
    }
    await bot.send_message(team.id, "x")
    told = [one.payload for one in far.updates.made if one.kind == "message"][-2:]
    assert (told[0]["migrate_to_chat_id"], told[1]["migrate_from_chat_id"]) == (team.id, old)


async def test_lengths_are_counted_after_the_marks_are_read(anna: TelegramPerson, bot: Bot) -> None:
    await bot.send_message(anna.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    await bot.send_message(anna.id, "😀" * 2048)
    for text in ("x" * 4097, "😀" * 2049):
        assert (await refused(bot.send_message(anna.id, text), BadRequest)).message == "Message is too long"
    empty = await refused(bot.send_message(anna.id, " <b> </b>\n", parse_mode="HTML"), BadRequest)
    assert empty.message == "Message text is empty"
    assert units(anna.messages[1].text) == 4096
    long = await refused(bot.send_document(anna.id, b"x", caption="x" * 1025), BadRequest)
    assert long.message == "Message caption is too long"


async def test_keyboards_have_their_limits(anna: TelegramPerson, bot: Bot) -> None:
    async def fails(*buttons: list[Any]) -> str:
        return (await refused(bot.send_message(anna.id, "x", reply_markup=rows(*buttons)), BadRequest)).message

    await bot.send_message(anna.id, "x", reply_markup=rows(*[[key("A")] * 5] * 20))
    await bot.send_message(anna.id, "x", reply_markup=rows([key("A", "é" * 32)]))
    assert await fails(*[[key("A")] * 5] * 20, [key("A")]) == "Reply markup is too long"
    assert await fails([key("A")] * 9) == "Reply markup is too long"
    assert await fails(*[[key("A" * 60, "B" * 60)]] * 90) == "Reply markup is too long"
    assert await fails([key("A", "é" * 32 + "x")]) == "Button_data_invalid"
    assert "non-empty" in await fails([key(" ")])
    assert "text buttons are unallowed" in await fails([InlineKeyboardButton("A")])
    assert "exactly one" in await fails([InlineKeyboardButton("A", callback_data="x", url="https://example.org")])
    assert "wrong http url" in await fails([InlineKeyboardButton("A", url="http://localhost/x")])
    assert "unsupported url protocol" in await fails([InlineKeyboardButton("A", url="ftp://example.org")])


async def test_a_message_is_changed_only_by_its_author_in_time_and_really(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot, clock: Hands
) -> None:
    sent = await bot.send_message(anna.id, "old", reply_markup=rows([key("A")]))

    async def fails(text: str = "new", message: int = sent.message_id) -> str:
        return (await refused(bot.edit_message_text(text, anna.id, message), BadRequest)).message

    await bot.edit_message_text("new", anna.id, sent.message_id)
    assert (anna.last.text, anna.last.buttons, anna.last.edited) == ("new", [], True)
    assert (await fails()).startswith("Message is not modified: specified new message content and reply markup")
    await bot.edit_message_reply_markup(anna.id, sent.message_id, reply_markup=rows([key("B")]))
    assert anna.last.labels == [["B"]]
    own = await anna.says("mine")
    assert await fails(message=own.id) == "Message can't be edited"
    assert await fails(message=999) == "Message to edit not found"
    assert (await refused(bot.edit_message_text("x"), BadRequest)).message == "Message identifier is not specified"
    clock.now += TOO_OLD
    assert await fails("newer") == "Message can't be edited"
    assert (await refused(bot.delete_message(anna.id, own.id), BadRequest)).message == (
        "Message can't be deleted for everyone"
    )


async def test_a_message_is_taken_back(far: TelegramStandIn, anna: TelegramPerson, bot: Bot) -> None:
    team = far.group("Team", anna)
    await anna.adds_bot(team)
    sent, own = await bot.send_message(anna.id, "x"), await anna.says("mine")
    theirs = await anna.says("ours", to=team)
    await bot.delete_message(anna.id, sent.message_id)
    await bot.delete_message(anna.id, own.id)
    assert anna.conversation == []
    again = await refused(bot.delete_message(anna.id, sent.message_id), BadRequest)
    assert again.message == "Message to delete not found"
    foreign = await refused(bot.delete_message(team.id, theirs.id), BadRequest)
    assert foreign.message == "Message can't be deleted"


async def test_a_document_arrives_with_its_name_and_its_bytes(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    sent = await bot.send_document(
        anna.id, b"BEGIN:VCALENDAR", caption="<i>Yours</i>", parse_mode="HTML", filename="afspraak.ics"
    )
    paper = anna.last.document
    assert paper is not None
    assert (paper.name, paper.content, paper.mime) == ("afspraak.ics", b"BEGIN:VCALENDAR", "text/calendar")
    assert (anna.last.text, anna.last.marked("italic")) == ("Yours", ["Yours"])
    assert far.calls.made[-1].args["document"] is None
    assert sent.document is not None
    await bot.send_document(anna.id, sent.document.file_id, thumbnail=PNG)
    assert anna.last.document == paper
    assert await (await bot.get_file(sent.document.file_id)).download_as_bytearray() == b"BEGIN:VCALENDAR"
    await bot.edit_message_caption(anna.id, sent.message_id, caption="Mine")
    assert anna.messages[0].text == "Mine"
    no_text = await refused(bot.edit_message_text("x", anna.id, sent.message_id), BadRequest)
    assert no_text.message == "There is no text in the message to edit"
    words = await bot.send_message(anna.id, "x")
    no_caption = await refused(bot.edit_message_caption(anna.id, words.message_id, caption="x"), BadRequest)
    assert no_caption.message == "There is no caption in the message to edit"
    assert (await refused(bot.send_document(anna.id, b""), BadRequest)).message == "File must be non-empty"
    assert (await refused(bot.get_file("else"), BadRequest)).message == "Invalid file_id"
    wrong = await refused(bot.send_document(anna.id, "else"), BadRequest)
    assert wrong.message == "Wrong file identifier/http url specified"


async def test_a_photo_must_be_a_picture(far: TelegramStandIn, anna: TelegramPerson, bot: Bot) -> None:
    sent = await bot.send_photo(anna.id, PNG, caption="A code")
    assert (sent.photo[0].width, sent.photo[0].height) == (200, 100)
    assert anna.last.photo is not None
    assert anna.last.photo.content == PNG
    assert (await refused(bot.send_photo(anna.id, b"GIF89a"), BadRequest)).message == "Image_process_failed"
    large = await refused(bot.send_photo(anna.id, PNG + bytes(PHOTO_BYTES)), BadRequest)
    assert large.message == "File is too big"
    await bot.send_chat_action(anna.id, "typing")
    assert far.world.actions == [(anna.id, "typing")]
    await refused(bot.send_chat_action(anna.id, "singing"), BadRequest)


async def test_a_press_is_answered_once_soon_and_briefly(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot, clock: Hands
) -> None:
    await bot.send_message(anna.id, "x", reply_markup=rows([key("A")]))
    query = anna.press_later("x", anna.last)
    long = await refused(bot.answer_callback_query(query.id, "x" * 201), BadRequest)
    assert long.message == "Message_too_long"
    away = await refused(bot.answer_callback_query(query.id, url="https://example.org"), BadRequest)
    assert away.message == "Url_invalid"
    await bot.answer_callback_query(query.id, "x" * 200, show_alert=True)
    assert query.toast is not None
    assert query.toast.alert
    late = anna.press_later("x", anna.last)
    clock.now += far.queries.life + 1
    for name in (query.id, late.id, "5"):
        old = await refused(bot.answer_callback_query(name), BadRequest)
        assert old.message == "Query is too old and response timeout expired or query id is invalid"


async def test_an_answer_belongs_to_a_message_that_is_there(anna: TelegramPerson, bot: Bot) -> None:
    own = await anna.says("question")
    sent = await bot.send_message(anna.id, "answer", reply_to_message_id=own.id)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "question"
    lost = await refused(bot.send_message(anna.id, "answer", reply_to_message_id=99), BadRequest)
    assert lost.message == "Message to be replied not found"
    await bot.send_message(anna.id, "answer", reply_to_message_id=99, allow_sending_without_reply=True)
    assert len(anna.messages) == 2
