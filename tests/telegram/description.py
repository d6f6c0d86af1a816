"""What each method takes and each object holds: as much of the Bot API (10.1) as a bot like ours has use for.

A kind with ``!`` behind it is required. ``chat`` is a number or an ``@name``; ``[X]`` is a list of X; a capital letter
names an object below or one of several. Telegram ignores what it does not know; the stand-in refuses it, so that a
slip of the pen is found, and refuses also what Telegram knows and no bot of ours should need (business, payments).
"""

Fields = dict[str, str]


def _fields(*lines: str) -> Fields:
    named = (word.partition(":") for line in lines for word in line.split())
    return {name: kind for name, _, kind in named}


_SENDING = "chat_id:chat! message_thread_id:int disable_notification:bool protect_content:bool message_effect_id:str"
_ANSWERING = "reply_parameters:ReplyParameters reply_markup:ReplyMarkup"
_CAPTION = "caption:str parse_mode:str caption_entities:[MessageEntity]"
_EDITED = "chat_id:chat message_id:int inline_message_id:str reply_markup:InlineKeyboardMarkup"
_COMMANDS = "scope:BotCommandScope language_code:str"

METHODS: dict[str, Fields] = {
    "getMe": {},
    "getUpdates": _fields("offset:int limit:int timeout:int allowed_updates:[str]"),
    "setWebhook": _fields(
        "url:str! certificate:file ip_address:str max_connections:int allowed_updates:[str]",
        "drop_pending_updates:bool secret_token:str",
    ),
    "deleteWebhook": _fields("drop_pending_updates:bool"),
    "getWebhookInfo": {},
    "sendMessage": _fields(
        _SENDING,
        "text:str! parse_mode:str entities:[MessageEntity] link_preview_options:LinkPreviewOptions",
        _ANSWERING,
    ),
    "sendDocument": _fields(
        _SENDING, "document:file! thumbnail:file disable_content_type_detection:bool", _CAPTION, _ANSWERING
    ),
    "sendPhoto": _fields(_SENDING, "photo:file! show_caption_above_media:bool has_spoiler:bool", _CAPTION, _ANSWERING),
    "sendChatAction": _fields("chat_id:chat! message_thread_id:int action:str!"),
    "editMessageText": _fields(
        _EDITED, "text:str! parse_mode:str entities:[MessageEntity] link_preview_options:LinkPreviewOptions"
    ),
    "editMessageCaption": _fields(_EDITED, _CAPTION, "show_caption_above_media:bool"),
    "editMessageReplyMarkup": _fields(_EDITED),
    "deleteMessage": _fields("chat_id:chat! message_id:int!"),
    "answerCallbackQuery": _fields("callback_query_id:str! text:str show_alert:bool url:str cache_time:int"),
    "getFile": _fields("file_id:str!"),
    "getChat": _fields("chat_id:chat!"),
    "getChatMember": _fields("chat_id:chat! user_id:int!"),
    "leaveChat": _fields("chat_id:chat!"),
    "setMyCommands": _fields("commands:[BotCommand]!", _COMMANDS),
    "getMyCommands": _fields(_COMMANDS),
    "deleteMyCommands": _fields(_COMMANDS),
    "setMyName": _fields("name:str language_code:str"),
    "getMyName": _fields("language_code:str"),
    "setMyDescription": _fields("description:str language_code:str"),
    "getMyDescription": _fields("language_code:str"),
    "setMyShortDescription": _fields("short_description:str language_code:str"),
    "getMyShortDescription": _fields("language_code:str"),
    "setChatMenuButton": _fields("chat_id:int menu_button:MenuButton"),
    "getChatMenuButton": _fields("chat_id:int"),
}

OBJECTS: dict[str, Fields] = {
    "InlineKeyboardMarkup": _fields("inline_keyboard:[[InlineKeyboardButton]]!"),
    "InlineKeyboardButton": _fields(
        "text:str! icon_custom_emoji_id:str style:str url:str callback_data:str web_app:WebAppInfo",
        "switch_inline_query:str switch_inline_query_current_chat:str copy_text:CopyTextButton",
    ),
    "WebAppInfo": _fields("url:str!"),
    "CopyTextButton": _fields("text:str!"),
    "ReplyKeyboardMarkup": _fields(
        "keyboard:[[KeyboardButton]]! is_persistent:bool resize_keyboard:bool one_time_keyboard:bool",
        "input_field_placeholder:str selective:bool",
    ),
    "KeyboardButton": _fields("text:str! request_contact:bool request_location:bool web_app:WebAppInfo"),
    "ReplyKeyboardRemove": _fields("remove_keyboard:bool! selective:bool"),
    "ForceReply": _fields("force_reply:bool! input_field_placeholder:str selective:bool"),
    "ReplyParameters": _fields("message_id:int! chat_id:chat allow_sending_without_reply:bool quote:str"),
    "LinkPreviewOptions": _fields(
        "is_disabled:bool url:str prefer_small_media:bool prefer_large_media:bool show_above_text:bool"
    ),
    "MessageEntity": _fields("type:str! offset:int! length:int! url:str language:str custom_emoji_id:str"),
    "BotCommand": _fields("command:str! description:str!"),
    "BotCommandScopeDefault": _fields("type:str!"),
    "BotCommandScopeAllPrivateChats": _fields("type:str!"),
    "BotCommandScopeAllGroupChats": _fields("type:str!"),
    "BotCommandScopeAllChatAdministrators": _fields("type:str!"),
    "BotCommandScopeChat": _fields("type:str! chat_id:chat!"),
    "BotCommandScopeChatAdministrators": _fields("type:str! chat_id:chat!"),
    "BotCommandScopeChatMember": _fields("type:str! chat_id:chat! user_id:int!"),
    "MenuButtonCommands": _fields("type:str!"),
    "MenuButtonDefault": _fields("type:str!"),
    "MenuButtonWebApp": _fields("type:str! text:str! web_app:WebAppInfo!"),
}

BY_TYPE: dict[str, dict[str, str]] = {
    "BotCommandScope": {
        "default": "BotCommandScopeDefault",
        "all_private_chats": "BotCommandScopeAllPrivateChats",
        "all_group_chats": "BotCommandScopeAllGroupChats",
        "all_chat_administrators": "BotCommandScopeAllChatAdministrators",
        "chat": "BotCommandScopeChat",
        "chat_administrators": "BotCommandScopeChatAdministrators",
        "chat_member": "BotCommandScopeChatMember",
    },
    "MenuButton": {"commands": "MenuButtonCommands", "default": "MenuButtonDefault", "web_app": "MenuButtonWebApp"},
}
"""One of several objects: the value of ``type`` says which."""

BY_KEY: dict[str, dict[str, str]] = {
    "ReplyMarkup": {
        "inline_keyboard": "InlineKeyboardMarkup",
        "keyboard": "ReplyKeyboardMarkup",
        "remove_keyboard": "ReplyKeyboardRemove",
        "force_reply": "ForceReply",
    }
}
"""One of several objects: the field that only it has says which."""
