"""Messages in Slack: sent, changed, said to who just acted, and people found."""

import pytest

from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from handlers.outbound.channel import Channel, Envelope, NeverDeliverable, RetryLater
from handlers.slack.errors import EditImpossible
from handlers.slack.sending.channel import EVENT_TYPE
from tests.handlers.slack.counter import Counter, T
from tests.slack.member import Member
from tests.slack.orders import Fails, TooMany
from tests.slack.workspace import BOT_USER


async def test_a_letter_arrives_in_the_conversation_with_the_bot(counter: Counter, anna: Member) -> None:
    channel: Channel = counter.channel
    ref = await channel.send(anna.id, View("Hallo", title="Titel"), Envelope("k1"))
    (post,) = counter.posts(anna)
    assert ref == f"{counter.slack.workspace.im(anna.id).id}:{post.ts}"
    assert "Hallo" in post.text
    assert post.metadata == {"event_type": EVENT_TYPE, "event_payload": {"key": "k1"}}
    (call,) = counter.slack.calls.made
    assert (call.method, call.args["unfurl_links"], call.args["unfurl_media"]) == ("chat.postMessage", False, False)


async def test_a_letter_is_worded_around_in_its_readers_language(counter: Counter, anna: Member) -> None:
    view = View("Hello", buttons=(Button("Yes", Action("offer.accept", 1)),))
    for language in ("nl", "en"):
        await counter.channel.send(anna.id, view.speaking(language))
    dutch, english = counter.texts(anna)
    assert dutch != english


async def test_a_letter_is_changed_where_it_stands(counter: Counter, anna: Member) -> None:
    ref = await counter.channel.send(anna.id, View("Eerst"), Envelope("k1"))
    assert await counter.channel.replace(anna.id, ref, View("Daarna")) == ref
    (post,) = counter.posts(anna)
    assert "Daarna" in post.text
    assert post.metadata is not None
    assert post.metadata["event_payload"] == {"key": "k1"}


async def test_a_letter_that_is_gone_cannot_be_changed(counter: Counter, anna: Member) -> None:
    ref = await counter.channel.send(anna.id, View("Eerst"))
    counter.posts(anna).clear()
    with pytest.raises(EditImpossible, match="message_not_found"):
        await counter.channel.replace(anna.id, ref, View("Daarna"))


@pytest.mark.parametrize("ref", ["", "7", "C1:", ":1.2"])
async def test_the_reference_of_another_channel_cannot_be_changed(counter: Counter, anna: Member, ref: str) -> None:
    with pytest.raises(EditImpossible):
        await counter.channel.replace(anna.id, ref, View("Daarna"))
    assert counter.slack.calls.made == []


async def test_a_person_who_left_is_not_reached(counter: Counter, anna: Member) -> None:
    anna.deleted = True
    with pytest.raises(NeverDeliverable) as closed:
        await counter.channel.send(anna.id, View("Hallo"))
    assert closed.value.unreachable


async def test_one_person_gets_a_message_a_second_under_either_name_of_their_conversation(
    counter: Counter, anna: Member
) -> None:
    ref = await counter.channel.send(anna.id, View("Een"))
    await counter.channel.send(ref.partition(":")[0], View("Twee"))
    assert counter.seconds == 1.0


async def test_an_answer_and_its_change_go_out_at_once(counter: Counter, anna: Member) -> None:
    await counter.channel.send(anna.id, View("Een brief"))
    ref = await counter.channel.post(anna.id, View("Een antwoord"), T)
    assert await counter.channel.edit(ref, View("Beter gezegd"), T) == ref
    assert counter.texts(anna)[1].startswith("Beter gezegd")
    assert counter.seconds == 0


async def test_an_answer_waits_for_as_long_as_slack_asks_and_is_then_said(counter: Counter, anna: Member) -> None:
    counter.slack.orders.give("chat.postMessage", TooMany(5))
    await counter.channel.post(anna.id, View("Hallo"), T)
    assert (counter.seconds, len(counter.posts(anna))) == (5, 1)


async def test_an_answer_that_would_come_far_too_late_is_given_back(counter: Counter, anna: Member) -> None:
    counter.slack.orders.give("chat.postMessage", TooMany(60))
    with pytest.raises(RetryLater) as wait:
        await counter.channel.post(anna.id, View("Hallo"), T)
    assert wait.value.seconds == 60
    assert counter.named("chat.postMessage") == 1


async def test_a_letter_that_slack_asks_to_wait_with_is_given_back_and_others_go_on(
    counter: Counter, anna: Member
) -> None:
    bert = counter.slack.workspace.hire("Bert Bos")
    counter.slack.orders.give("chat.postMessage", TooMany(30), channel=anna.id)
    for _ in range(2):
        with pytest.raises(RetryLater) as wait:
            await counter.channel.send(anna.id, View("Hallo"))
        assert (wait.value.seconds, wait.value.maybe_sent) == (30, False)
    await counter.channel.send(bert.id, View("Hallo"))
    assert (counter.named("chat.postMessage"), len(counter.posts(bert))) == (2, 1)


async def test_a_whisper_is_seen_by_one_person_in_the_room(counter: Counter, anna: Member) -> None:
    room = counter.slack.workspace.start_channel("team", [anna.id, BOT_USER])
    await counter.channel.whisper(room.id, anna.id, View("Alleen voor u"), T)
    (said,) = room.ephemerals
    assert (said.to, room.posts) == (anna.id, [])
    assert "Alleen voor u" in said.text


async def test_a_person_is_found_by_their_email_address(counter: Counter, anna: Member) -> None:
    assert await counter.channel.find("ANNA.de.vries@example.org") == anna.id
    assert await counter.channel.find("nobody@example.org") is None


async def test_somebody_who_left_is_not_found(counter: Counter, anna: Member) -> None:
    anna.deleted = True
    assert await counter.channel.find("anna.de.vries@example.org") is None


async def test_a_look_up_that_fails_for_now_is_not_taken_for_nobody(counter: Counter, anna: Member) -> None:
    counter.slack.orders.give("users.lookupByEmail", Fails("internal_error"))
    with pytest.raises(RetryLater):
        await counter.channel.find("anna.de.vries@example.org")
