"""What Telegram takes at most. Lengths of texts are in UTF-16 units, as the Bot API counts them.

https://core.telegram.org/bots/api says how long texts and the data of buttons may be. How many buttons a message has is
not published: python-telegram-bot and other libraries know it from trying.
"""

from telegram.constants import FloodLimit, InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, MessageLimit

TEXT = int(MessageLimit.MAX_TEXT_LENGTH)
"""A message. Telegram counts without the tags; here they are counted as well, which is a little stricter."""

BUTTON_DATA = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
"""In bytes."""

BUTTONS = int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER)
KEYBOARD_BYTES = 10_000
"""A whole keyboard, as JSON. Unpublished: at some 10 KiB the answer is ``reply markup is too long``."""

BUTTON = 60
"""The words on a button. Telegram has no limit of its own; a telephone shows no more than this in a row."""

A_SECOND = int(FloodLimit.MESSAGES_PER_SECOND)
A_SECOND_TO_ONE = int(FloodLimit.MESSAGES_PER_SECOND_PER_CHAT)
A_MINUTE_TO_A_GROUP = int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP)
"""Messages: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this."""
