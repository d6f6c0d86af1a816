"""The page's own words, in the language chosen on it. What stands in a chat has the language of its person."""

from flows.texts import Translator

WORDS = (
    "playground.tagline",
    "playground.skip",
    "playground.languages",
    "playground.clock",
    "playground.moving",
    "playground.hour",
    "playground.day",
    "playground.week",
    "playground.next",
    "playground.nothing_next",
    "playground.it_is_now",
    "playground.chats",
    "playground.left",
    "playground.right",
    "playground.no_such_person",
    "playground.nobody_yet",
    "playground.nobody_yet_more",
    "playground.chat_with",
    "playground.messages",
    "playground.bot",
    "playground.updated",
    "playground.say",
    "playground.say_to_bot",
    "playground.send",
    "playground.hello",
    "playground.start_title",
    "playground.start_1",
    "playground.start_2",
    "playground.start_3",
    "playground.start_button",
    "playground.arrived",
    "playground.show",
    "playground.below",
    "playground.answered",
    "playground.choose",
    "playground.search",
    "playground.found",
    "playground.found_none",
    "playground.remove",
    "playground.chosen",
    "playground.optional",
    "playground.wrong",
    "playground.size",
    "playground.due",
    "playground.due_none",
    "playground.sent",
    "playground.sent_none",
    "playground.to",
    "playground.offline",
    "playground.restarted",
    "playground.failed",
)
"""The keys of the words that the page's script fills in."""


def page_words(t: Translator) -> dict[str, str]:
    """The page's words by key, the key without what all of them begin with."""
    return {key.removeprefix("playground."): t(key) for key in WORDS}
