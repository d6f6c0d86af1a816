"""Messages in Telegram: sent, changed, and said to who just acted."""

import pytest

from flows.engine.views.action import Action
from flows.engine.views.qr import picture
from flows.engine.views.view import Attachment, Button, FormPage, View
from handlers.outbound.channel import Channel, Envelope, NeverDeliverable, RetryLater
from handlers.telegram.errors import EditImpossible
from handlers.telegram.rendering.message import RenderedMessage, message
from tests.handlers.telegram.desk import Desk, T
from tests.telegram.orders import Dropped, Fails, TooMany, to
from tests.telegram.person import TelegramPerson

CALENDAR = Attachment("dialoog.ics", "text/calendar", b"BEGIN:VCALENDAR")
YES = Button("Ja", Action("offer.accept", 1))
LONG = View("Een lange zin die verder niets zegt. " * 300, "Titel", buttons=(YES,))


async def test_a_letter_arrives_with_its_buttons_and_no_preview(desk: Desk, anna: TelegramPerson) -> None:
    channel: Channel = desk.channel
    ref = await channel.send(str(anna.id), View("Hallo <b>jij</b>", "Titel", buttons=(YES,)), Envelope("k1"))
    (said,) = desk.messages(anna)
    assert ref == f"{anna.id}:{said.id}"
    assert (said.text, said.marked("bold"), said.buttons) == ("Titel\n\nHallo <b>jij</b>", ["Titel"], ["Ja"])
    (call,) = desk.far.calls.made
    assert call.args["link_preview_options"] == {"is_disabled": True}


async def test_a_letter_is_worded_around_in_its_readers_language(desk: Desk, anna: TelegramPerson) -> None:
    view = View("", form=FormPage(7, "request", "about", "Waarover?", "Deel 1 van 4", "Volgende", ()))
    for language in ("nl", "en", ""):
        await desk.channel.send(str(anna.id), view.speaking(language))
    dutch, english, unsaid = (said.buttons for said in desk.messages(anna))
    assert dutch == unsaid != english


async def test_a_long_letter_is_several_messages_with_the_buttons_under_the_last(
    desk: Desk, anna: TelegramPerson
) -> None:
    ref = await desk.channel.send(str(anna.id), LONG)
    said = desk.messages(anna)
    assert ref == f"{anna.id}:{','.join(str(one.id) for one in said)}"
    assert [one.buttons for one in said] == [[], [], ["Ja"]]
    assert " ".join(one.text for one in said) == f"Titel\n\n{LONG.text.strip()}"


async def test_a_letter_is_changed_where_it_stands(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.send(str(anna.id), View("Eerst", buttons=(YES,)))
    assert await desk.channel.replace(str(anna.id), ref, View("Daarna")) == ref
    assert [(one.text, one.buttons) for one in desk.messages(anna)] == [("Daarna", [])]


async def test_a_letter_that_says_this_already_is_left_as_it_is(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.send(str(anna.id), View("Hallo", buttons=(YES,)))
    assert await desk.channel.replace(str(anna.id), ref, View("Hallo", buttons=(YES,))) == ref
    (said,) = desk.messages(anna)
    assert not said.edited


async def test_of_a_letter_in_parts_nothing_stands_that_is_not_so_any_more(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.send(str(anna.id), LONG)
    last = desk.messages(anna)[-1]
    changed = await desk.channel.replace(str(anna.id), ref, View("Daarna"))
    assert [(one.text, one.buttons) for one in anna.messages] == [("Daarna", [])]
    assert changed == f"{anna.id}:{last.id}"
    await desk.channel.replace(str(anna.id), changed, View("En toen"))
    assert [one.text for one in anna.messages] == ["En toen"]


async def test_a_letter_in_parts_that_stays_long_is_changed_part_by_part(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.send(str(anna.id), LONG)
    longer = View(LONG.text.replace("verder", "nu"), "Anders", buttons=(YES,))
    shorter = View("Een lange zin die verder niets zegt. " * 200)
    assert await desk.channel.replace(str(anna.id), ref, longer) == ref
    assert " ".join(one.text for one in anna.messages) == f"Anders\n\n{longer.text.strip()}"
    assert [one.buttons for one in anna.messages] == [[], [], ["Ja"]]
    await desk.channel.replace(str(anna.id), ref, shorter)
    assert " ".join(one.text for one in anna.messages) == shorter.text.strip()
    assert [one.buttons for one in anna.messages] == [[], []]


async def test_a_change_of_a_letter_in_parts_that_fails_half_way_is_finished_later(
    desk: Desk, anna: TelegramPerson
) -> None:
    ref = await desk.channel.send(str(anna.id), LONG)
    desk.far.orders.give("deleteMessage", Fails("Bad Gateway"))
    with pytest.raises(RetryLater):
        await desk.channel.replace(str(anna.id), ref, View("Daarna"))
    await desk.channel.replace(str(anna.id), ref, View("Daarna"))
    assert [one.text for one in anna.messages] == ["Daarna"]


async def test_a_part_that_telegram_does_not_take_away_holds_nothing_up(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.send(str(anna.id), LONG)
    desk.far.orders.give("deleteMessage", Fails("Bad Request: message can't be deleted"), times=2)
    await desk.channel.replace(str(anna.id), ref, View("Daarna"))
    assert (anna.last.text, anna.last.buttons) == ("Daarna", [])


async def test_a_letter_that_has_become_long_is_said_below_as_a_whole(desk: Desk, anna: TelegramPerson) -> None:
    first = await desk.channel.send(str(anna.id), View("Eerst", buttons=(YES,)))
    ref = await desk.channel.replace(str(anna.id), first, LONG)
    assert ref == f"{anna.id}:{','.join(str(one.id) for one in anna.messages)}"
    assert [one.buttons for one in anna.messages] == [[], [], ["Ja"]]
    await desk.channel.replace(str(anna.id), ref, View("Daarna"))
    assert [one.text for one in anna.messages] == ["Daarna"]


async def test_a_letter_that_is_too_old_or_gone_cannot_be_changed(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.send(str(anna.id), View("Eerst"))
    desk.seconds += 49 * 3600
    with pytest.raises(EditImpossible, match="can't be edited"):
        await desk.channel.replace(str(anna.id), ref, View("Daarna"))
    desk.messages(anna)[0].post.deleted = True
    with pytest.raises(EditImpossible, match="not found"):
        await desk.channel.edit(ref, View("Daarna"), T)


@pytest.mark.parametrize("ref", ["", "7", "C1:1.2", ":7", "7:", "1:2:3", "1:²", "1:2,"])
async def test_the_reference_of_another_channel_cannot_be_changed(desk: Desk, anna: TelegramPerson, ref: str) -> None:
    with pytest.raises(EditImpossible):
        await desk.channel.replace(str(anna.id), ref, View("Daarna"))
    assert desk.far.calls.made == []


async def test_an_address_that_is_no_chat_is_out_of_reach(desk: Desk) -> None:
    with pytest.raises(NeverDeliverable) as closed:
        await desk.channel.send("U012AB3CD", View("Hallo"))
    assert closed.value.unreachable


async def test_a_file_hangs_below_its_message(desk: Desk, anna: TelegramPerson) -> None:
    await desk.channel.send(str(anna.id), View("Gepland", file=CALENDAR))
    text, file = desk.messages(anna)
    assert (text.text, file.document) == ("Gepland", file.document)
    assert file.document is not None
    assert (file.document.name, file.document.mime, file.document.content) == (
        "dialoog.ics",
        "text/calendar",
        CALENDAR.content,
    )
    assert file.post.reply_to is text.post


async def test_a_picture_is_seen_and_not_only_named(desk: Desk, anna: TelegramPerson) -> None:
    code = picture("https://t.me/dialoog_bot?start=abc", "uitnodiging.png")
    await desk.channel.post(anna.id, View("Je uitnodiging", file=code), T)
    text, shown = desk.messages(anna)
    assert shown.photo is not None
    assert (shown.photo.content, shown.document) == (code.content, None)
    assert shown.post.reply_to is text.post


async def test_a_file_that_fails_for_now_is_sent_again_without_its_message(desk: Desk, anna: TelegramPerson) -> None:
    desk.far.orders.give("sendDocument", Dropped())
    with pytest.raises(RetryLater) as wait:
        await desk.channel.send(str(anna.id), View("Gepland", file=CALENDAR), Envelope("k1"))
    assert wait.value.maybe_sent
    await desk.channel.send(str(anna.id), View("Gepland", file=CALENDAR), Envelope("k1", again=True))
    assert (desk.texts(anna), desk.files(anna)) == (["Gepland"], ["dialoog.ics"])


async def test_a_file_that_fails_twice_or_for_good_is_left_out(desk: Desk, anna: TelegramPerson) -> None:
    desk.far.orders.give("sendDocument", Dropped())
    await desk.channel.send(str(anna.id), View("Gepland", file=CALENDAR), Envelope("k1", again=True))
    desk.far.orders.give("sendDocument", Fails("Bad Request: file must be non-empty"))
    await desk.channel.send(str(anna.id), View("Gepland", file=CALENDAR), Envelope("k2"))
    assert (desk.texts(anna), desk.files(anna)) == (["Gepland", "Gepland"], [])


async def test_a_file_is_not_given_up_for_a_wait_that_telegram_asks_for(desk: Desk, anna: TelegramPerson) -> None:
    desk.far.orders.give("sendDocument", TooMany(40))
    with pytest.raises(RetryLater) as wait:
        await desk.channel.send(str(anna.id), View("Gepland", file=CALENDAR), Envelope("k1", again=True))
    assert wait.value.seconds == 40


async def test_what_stands_of_a_long_letter_is_not_said_again(desk: Desk, anna: TelegramPerson) -> None:
    last = message(LONG, T).texts[-1]
    desk.far.orders.give("sendMessage", Fails("Internal Server Error"), where=lambda args: args["text"] == last)
    with pytest.raises(RetryLater):
        await desk.channel.send(str(anna.id), LONG, Envelope("k1"))
    await desk.channel.send(str(anna.id), LONG, Envelope("k1"))
    assert len(desk.messages(anna)) == 3
    await desk.channel.send(str(anna.id), LONG, Envelope("k2"))
    assert len(desk.messages(anna)) == 6


async def test_what_stands_of_a_letter_that_says_something_else_by_now_does_not_count(
    desk: Desk, anna: TelegramPerson
) -> None:
    desk.far.orders.give("sendDocument", Dropped())
    with pytest.raises(RetryLater):
        await desk.channel.send(str(anna.id), View("Dinsdag", file=CALENDAR), Envelope("k1"))
    await desk.channel.send(str(anna.id), View("Woensdag", file=CALENDAR), Envelope("k1"))
    assert (desk.texts(anna), desk.files(anna)) == (["Dinsdag", "Woensdag"], ["dialoog.ics"])


async def test_it_is_known_whether_anything_was_said_below_a_message_be_it_a_letter_or_a_file(
    desk: Desk, anna: TelegramPerson
) -> None:
    first = await desk.channel.show(anna.id, RenderedMessage(("Een vraag",), None))
    await desk.channel.show(anna.id, RenderedMessage(("De volgende",), None), first)
    assert not desk.channel.spoke_below(first)
    letter = await desk.channel.send(str(anna.id), View("Een brief"))
    assert desk.channel.spoke_below(first)
    assert not desk.channel.spoke_below(letter)
    post = await desk.channel.post(anna.id, View("Een antwoord", file=CALENDAR), T)
    assert desk.channel.spoke_below(post)


async def test_an_answer_is_said_and_changed(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.post(anna.id, View("Een antwoord", file=CALENDAR), T)
    assert await desk.channel.edit(ref, View("Beter gezegd"), T) == ref
    assert (desk.texts(anna), desk.files(anna)) == (["Beter gezegd"], ["dialoog.ics"])


async def test_changes_that_answer_presses_wait_for_nothing(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.post(anna.id, View("0"), T)
    for number in range(50):
        await desk.channel.edit(ref, View(f"Stap {number}"), T)
    assert desk.seconds == 0


async def test_a_question_is_shown_in_place_of_the_one_before(desk: Desk, anna: TelegramPerson) -> None:
    ref = await desk.channel.show(anna.id, RenderedMessage(("Een",), None))
    assert await desk.channel.show(anna.id, RenderedMessage(("Twee",), None), ref) == ref
    assert await desk.channel.show(anna.id, RenderedMessage(("Twee",), None), ref) == ref
    assert desk.texts(anna) == ["Twee"]


async def test_a_question_that_says_nothing_new_is_asked_below_where_somebody_is_to_see_it(
    desk: Desk, anna: TelegramPerson
) -> None:
    ref = await desk.channel.show(anna.id, RenderedMessage(("Een",), None))
    assert await desk.channel.show(anna.id, RenderedMessage(("Twee",), None), ref, anew=True) == ref
    assert await desk.channel.show(anna.id, RenderedMessage(("Twee",), None), ref, anew=True) != ref
    assert desk.texts(anna) == ["Twee", "Twee"]


async def test_a_question_that_cannot_take_the_place_of_another_is_asked_below(
    desk: Desk, anna: TelegramPerson
) -> None:
    ref = await desk.channel.show(anna.id, RenderedMessage(("Een",), None))
    desk.seconds += 49 * 3600
    below = await desk.channel.show(anna.id, RenderedMessage(("Twee",), None), ref)
    assert await desk.channel.show(anna.id, RenderedMessage(("Drie",), None), "elders") != below != ref
    assert desk.texts(anna) == ["Een", "Twee", "Drie"]


async def test_an_answer_waits_for_as_long_as_telegram_asks_and_is_then_said(desk: Desk, anna: TelegramPerson) -> None:
    desk.far.orders.give("sendMessage", TooMany(5))
    await desk.channel.post(anna.id, View("Hallo"), T)
    assert (desk.seconds, desk.texts(anna)) == (5, ["Hallo"])


async def test_an_answer_that_would_come_far_too_late_is_given_back(desk: Desk, anna: TelegramPerson) -> None:
    desk.far.orders.give("sendMessage", TooMany(60))
    with pytest.raises(RetryLater) as wait:
        await desk.channel.post(anna.id, View("Hallo"), T)
    assert wait.value.seconds == 60
    assert desk.named("sendMessage") == 1


async def test_a_letter_that_telegram_asks_to_wait_with_is_given_back_and_others_go_on(
    desk: Desk, anna: TelegramPerson
) -> None:
    bert = desk.far.person("Bert", started=True)
    desk.far.orders.give("sendMessage", TooMany(30), where=to(anna))
    for _ in range(2):
        with pytest.raises(RetryLater) as wait:
            await desk.channel.send(str(anna.id), View("Hallo"))
        assert (wait.value.seconds, wait.value.maybe_sent) == (30, False)
    await desk.channel.send(str(bert.id), View("Hallo"))
    assert (desk.named("sendMessage"), desk.texts(bert)) == (2, ["Hallo"])


async def test_a_group_that_became_a_supergroup_is_written_to_where_it_is_now(desk: Desk, anna: TelegramPerson) -> None:
    group, heard = desk.far.group("Team", anna), []
    await anna.adds_bot(group)
    before = group.id
    ref = await desk.channel.send(str(before), View("Hallo"))
    desk.channel.when_moved(lambda old, new: heard.append((old, new)))
    group.upgrade()
    assert group.id != before
    with pytest.raises(EditImpossible):
        await desk.channel.replace(str(before), ref, View("Anders"))
    for _ in range(2):
        assert (await desk.channel.send(str(before), View("Nog eens"))).startswith(f"{group.id}:")
    assert heard == [(before, group.id)]
    assert desk.named("sendMessage") == 3


async def test_telegram_knows_nobody_by_an_email_address(desk: Desk) -> None:
    assert await desk.channel.find("anna.de.vries@example.org") is None
    assert desk.far.calls.made == []
