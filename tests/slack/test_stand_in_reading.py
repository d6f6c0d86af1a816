"""What a person reads, and what in it is alive."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.slack.reading import Reader, links, mentions
from tests.slack.stand_in import SlackStandIn
from tests.slack.workspace import BOT_USER

NOON = int(datetime(2026, 5, 4, 10, 0, tzinfo=UTC).timestamp())
DUTCH = Reader("nl-NL", "Europe/Amsterdam", NOON - 86_400)
ENGLISH = Reader("en-GB", "Europe/London", NOON - 9 * 86_400)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("R&amp;D &lt;b&gt;", "R&D <b>"),
        ("*Bold* and _slanted_, 2*3*4 and snake_case_word", "Bold and slanted, 2*3*4 and snake_case_word"),
        ("<https://example.org|here>", "here"),
        ("<https://example.org>", "https://example.org"),
        ("<!channel> and <@U1>", "@channel and @U1"),
        (f"<!date^{NOON}^{{date_long}} {{time}}|x>", "maandag 4 mei 2026 12:00"),
        (f"<!date^{NOON}^{{date_short_pretty}}|x>", "morgen"),
        (f"<!date^{NOON}^nonsense|monday &amp; noon>", "monday & noon"),
        (f"<!date^{NOON}^{{day}}|monday>", "monday"),
        ("<!date^soon^{date}|soon>", "soon"),
    ],
)
def test_a_text_is_read_as_slack_shows_it(text: str, shown: str) -> None:
    assert DUTCH.marked(text) == shown


def test_a_moment_is_read_in_the_readers_own_zone_and_language() -> None:
    text = f"<!date^{NOON}^{{date}} at {{time}}|x>"
    assert ENGLISH.marked(text) == "4 May 2026 at 11:00"
    assert DUTCH.marked(text) == "4 mei 2026 at 12:00"


def test_mentions_and_links_that_live_are_found() -> None:
    assert mentions("<!channel> <@U1|anna> <#C1> <!subteam^S1> <!here|x>") == [
        "<!channel>",
        "<@U1|anna>",
        "<#C1>",
        "<!subteam^S1>",
        "<!here|x>",
    ]
    assert mentions(f"&lt;!channel&gt; @here <!date^{NOON}^{{date}}|x>") == []
    assert links("<https://a.nl|x> <mailto:a@b.nl>", bare=False) == ["https://a.nl|x", "mailto:a@b.nl"]
    assert links(f"<!date^{NOON}^{{date}}^https://a.nl|x>", bare=False) == ["https://a.nl"]
    assert links("see https://a.nl and www.b.nl", bare=True) == ["https://a.nl", "www.b.nl"]
    assert links("see https://a.nl", bare=False) == []


async def test_a_message_tells_its_facts_buttons_and_what_lives_in_it(slack: SlackStandIn) -> None:
    anna = slack.person("Anna de Vries")
    blocks: list[dict[str, Any]] = [
        {
            "type": "section",
            "block_id": "facts",
            "fields": [{"type": "mrkdwn", "text": "*When*\nMonday"}, {"type": "mrkdwn", "text": "*Who:*\n<@U1>"}],
        },
        {
            "type": "section",
            "block_id": "words",
            "text": {"type": "mrkdwn", "text": "https://a.nl", "verbatim": True},
            "accessory": {
                "type": "overflow",
                "action_id": "more",
                "options": [{"text": {"type": "plain_text", "text": "Cancel"}, "value": "1"}],
            },
        },
    ]
    slack.workspace.post(slack.workspace.im(anna.id), BOT_USER, "text <!here>", blocks=blocks)
    message = anna.messages[-1]
    assert message.facts == {"When": "Monday", "Who": "@U1"}
    assert message.buttons == ["Cancel"]
    assert message.live_mentions == ["<@U1>", "<!here>"]
    assert message.live_links == []
    assert message.text == "When\nMonday\nWho:\n@U1\nhttps://a.nl"
