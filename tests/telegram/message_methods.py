"""Sending, changing and taking back messages, and answering presses."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.telegram import keyboard
from tests.telegram.chat import Chat, Post
from tests.telegram.files import Upload
from tests.telegram.markup import Words, units, words
from tests.telegram.queries import Toast
from tests.telegram.refusal import bad
from tests.telegram.world import World

Json = dict[str, Any]

TEXT, CAPTION, TOAST = 4096, 1024, 200
PHOTO_BYTES, FILE_BYTES = 10 * 1024**2, 50 * 1024**2
ACTIONS = (
    *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"),
    *("choose_sticker", "find_location", "record_video_note", "upload_video_note"),
)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def send_message(world: World, args: Json) -> Json:
    """sendMessage."""
    chat = world.writable(args["chat_id"])
    said = _text(args)
    return _sent(world, chat, args, words=said.text, entities=said.entities)


def send_document(world: World, args: Json) -> Json:
    """sendDocument."""
    chat = world.writable(args["chat_id"])
    said = _caption(args)
    upload = _upload(world, args["document"], FILE_BYTES)
    keyboard.check(args.get("reply_markup"))
    stored = world.files.keep(upload)
    return _sent(
        world, chat, args, words=said.text or None, entities=said.entities, media={"document": stored.as_document}
    )


def send_photo(world: World, args: Json) -> Json:
    """sendPhoto."""
    chat = world.writable(args["chat_id"])
    said = _caption(args)
    upload = _upload(world, args["photo"], PHOTO_BYTES)
    if not upload.is_picture:
        raise bad("IMAGE_PROCESS_FAILED")
    stored = world.files.keep(upload)
    return _sent(world, chat, args, words=said.text or None, entities=said.entities, media={"photo": stored.as_photo})


def send_chat_action(world: World, args: Json) -> bool:
    """sendChatAction."""
    chat = world.writable(args["chat_id"])
    if args["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    world.actions.append((chat.id, args["action"]))
    return True


def edit_message_text(world: World, args: Json) -> Json:
    """editMessageText. Without a keyboard the message loses the one it had."""
    post = _editable(world, args)
    if post.media or post.words is None:
        raise bad("there is no text in the message to edit")
    return _changed(world, post, _text(args), args.get("reply_markup"))


def edit_message_caption(world: World, args: Json) -> Json:
    """editMessageCaption."""
    post = _editable(world, args)
    if not post.media:
        raise bad("there is no caption in the message to edit")
    return _changed(world, post, _caption(args), args.get("reply_markup"))


def edit_message_reply_markup(world: World, args: Json) -> Json:
    """editMessageReplyMarkup. Without a keyboard the message loses the one it had."""
    post = _editable(world, args)
    return _changed(world, post, Words(post.words or "", post.entities), args.get("reply_markup"))


def delete_message(world: World, args: Json) -> bool:
    """deleteMessage: in private chats any message, in groups the bot's own."""
    chat = world.writable(args["chat_id"])
    post = chat.posts.get(args["message_id"])
    if post is None or post.deleted:
        raise bad("message to delete not found")
    if world.too_old(post):
        raise bad("message can't be deleted for everyone")
    if not chat.private and post.sender is not world.bot and chat.standings[world.bot.id] != "administrator":
        raise bad("message can't be deleted")
    post.deleted = True
    return True


def answer_callback_query(world: World, args: Json) -> bool:
    """answerCallbackQuery: once, and soon enough."""
    query = world.queries.open(args["callback_query_id"], world.clock())
    text, url = args.get("text", ""), args.get("url")
    if units(text) > TOAST:
        raise bad("MESSAGE_TOO_LONG")
    if url is not None and not _opens_bot(world, url):
        raise bad("URL_INVALID")
    query.toast = Toast(text, args.get("show_alert", False), url, world.seconds() - query.began)
    query.answered.set()
    return True


def _opens_bot(world: World, url: str) -> bool:
    parts = urlsplit(url if "//" in url else f"https://{url}")
    return parts.hostname == "t.me" and parts.path == f"/{world.bot.username}" and "start" in parts.query


def _text(args: Json) -> Words:
    said = words(args["text"], args.get("parse_mode"), args.get("entities"))
    if not said.text:
        raise bad("message text is empty")
    if said.length > TEXT:
        raise bad("message is too long")
    return said


def _caption(args: Json) -> Words:
    said = words(args.get("caption", ""), args.get("parse_mode"), args.get("caption_entities"))
    if said.length > CAPTION:
        raise bad("message caption is too long")
    return said


def _upload(world: World, file: Any, most: int) -> Upload:
    if isinstance(file, Upload):
        if not file.content:
            raise bad("file must be non-empty")
        if len(file.content) > most:
            raise bad("file is too big")
        return file
    stored = world.files.kept.get(file)
    if stored is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return Upload(stored.name, stored.content, stored.mime)


def _sent(world: World, chat: Chat, args: Json, **content: Any) -> Json:
    markup = args.get("reply_markup")
    keyboard.check(markup)
    content |= {"markup": keyboard.shown(markup), "reply_to": _replied(chat, args.get("reply_parameters"))}
    return world.say(chat, **content).as_json()


def _replied(chat: Chat, wanted: Json | None) -> Post | None:
    post = chat.posts.get(wanted["message_id"]) if wanted else None
    if wanted and (post is None or post.deleted):
        if not wanted.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return None
    return post


def _editable(world: World, args: Json) -> Post:
    if "chat_id" not in args or "message_id" not in args:
        raise bad("message identifier is not specified")
    post = world.writable(args["chat_id"]).posts.get(args["message_id"])
    if post is None or post.deleted:
        raise bad("message to edit not found")
    if post.sender is not world.bot or world.too_old(post):
        raise bad("message can't be edited")
    return post


def _changed(world: World, post: Post, said: Words, markup: Json | None) -> Json:
    keyboard.check(markup)
    kept = keyboard.shown(markup)
    new = (said.text, said.entities, kept)
    if new == (post.words or "", post.entities, post.markup):
        raise bad(NOT_MODIFIED)
    if world.limits.changes:
        world.count(post.chat)
    post.words, post.entities, post.markup = said.text or None, said.entities, kept
    post.edited = int(world.clock())
    return post.as_json()


METHODS: dict[str, Callable[[World, Json], Any]] = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
}
