"""What Slack takes at most, as published in its Block Kit reference (docs.slack.dev) unless another source is named.

Lengths are in characters. slack_sdk's models know most of these as well; those that they leave out are marked.
"""

MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 12_000
"""Unpublished: above about 13,200 characters in all blocks together Slack answers ``msg_blocks_too_long``."""
MESSAGE_TEXT = 4_000
"""For ``text`` beside the blocks (chat.postMessage): longer ones are cut by Slack. Not known to slack_sdk."""

VIEW_BLOCKS = 100
VIEW_TITLE = 24
"""Also for ``submit`` and ``close``."""
PRIVATE_METADATA = 3_000
ID = 255
"""A ``block_id``, an ``action_id`` and a ``callback_id``."""

HEADER = 150
SECTION = 3_000
FIELDS = 10
FIELD = 2_000
"""One field of a section. Not known to slack_sdk."""
CONTEXT = 3_000
"""A text object in a context block."""

ACTIONS = 25
BUTTON = 75
BUTTON_VALUE = 2_000

LABEL = 2_000
"""The label and the hint of an input block."""
PLACEHOLDER = 150
OPTIONS = 100
"""In a menu."""
LISTED_OPTIONS = 10
"""In radio buttons and checkboxes. Not known to slack_sdk."""
OPTION = 75
"""An option's text, and its description."""
OPTION_VALUE = 150
INPUT_TEXT = 3_000
"""What fits in a plain text input. Not known to slack_sdk."""
UNIX_SECONDS = range(1_000_000_000, 10_000_000_000)
"""What a date and time picker shows: ten digits. Not known to slack_sdk."""
