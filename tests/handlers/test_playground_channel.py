"""The playground as the dispatcher uses it."""

import asyncio

import pytest

from flows.engine.views.action import Action
from flows.engine.views.view import Attachment, Button, View
from handlers.outbound.channel import Channel, NeverDeliverable
from tests.handlers.playhouse import MONDAY, Playhouse, Visitor


def test_it_is_a_channel_like_the_others(house: Playhouse) -> None:
    channel: Channel = house.channel
    assert channel.name == "playground"


async def test_a_message_stands_in_the_chat_of_its_reader(house: Playhouse, visitor: Visitor) -> None:
    ref = await house.channel.send("5", View("Eén.\n\nTwee.", title="Titel", facts=(("Waar", "Utrecht"),)))
    (line,) = await visitor.lines(5)
    assert str(line["id"]) == ref
    assert (line["view"]["title"], line["view"]["text"]) == ("Titel", ["Eén.", "Twee."])
    assert line["view"]["facts"] == [["Waar", "Utrecht"]]
    assert (line["at"], line["edited"], line["letter"]) == (MONDAY.isoformat(), None, True)


async def test_a_later_message_takes_its_place(house: Playhouse, visitor: Visitor) -> None:
    ref = await house.channel.send("5", View("Het aanbod", buttons=(Button("Ja", Action("offer.accept", 1)),)))
    await house.channel.send("5", View("Iets anders"))
    before = await visitor.lines(5)
    assert await house.channel.replace("5", ref, View("Het is al vergeven")) == ref
    after = await visitor.lines(5)
    assert [line["view"]["text"] for line in after] == [["Het is al vergeven"], ["Iets anders"]]
    assert after[0]["view"]["buttons"] == []
    assert after[0]["edited"] == MONDAY.isoformat()
    assert after[0]["stamp"] != before[0]["stamp"]
    assert after[1] == before[1]
    assert [row["words"] for row in (await visitor.look("board"))["sent"]] == ["Iets anders", "Het is al vergeven"]


async def test_a_file_comes_with_its_message_and_goes_with_it(house: Playhouse, visitor: Visitor) -> None:
    file = Attachment("dialoog één.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR")
    ref = await house.channel.send("5", View("Gepland", file=file))
    async with visitor.http.get(f"{visitor.base}/file/{ref}") as response:
        assert await response.read() == file.content
        assert response.headers["Content-Disposition"].endswith("filename*=UTF-8''dialoog%20%C3%A9%C3%A9n.ics")
    await house.channel.replace("5", ref, View("Afgezegd"))
    async with visitor.http.get(f"{visitor.base}/file/{ref}") as response:
        assert response.status == 404


async def test_nobody_is_reached_where_nobody_is(house: Playhouse) -> None:
    for address in ("999999", "naam", "", "12345678901", "٣"):
        with pytest.raises(NeverDeliverable):
            await house.channel.send(address, View("Hallo"))
    with pytest.raises(NeverDeliverable) as gone:
        await house.channel.replace("999999", "1", View("Hallo"))
    assert gone.value.unreachable


async def test_a_message_that_is_gone_or_somebody_elses_is_not_replaced(house: Playhouse, visitor: Visitor) -> None:
    ref = await house.channel.send("5", View("Van vijf"))
    for address, message in (("5", "999"), ("6", ref), ("5", "x")):
        with pytest.raises(NeverDeliverable) as refused:
            await house.channel.replace(address, message, View("Anders"))
        assert not refused.value.unreachable
    assert [line["view"]["text"] for line in await visitor.lines(5)] == [["Van vijf"]]


async def test_a_message_waits_until_the_reader_got_their_answer(house: Playhouse, visitor: Visitor) -> None:
    async with house.chats.turn[5]:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await house.channel.send("5", View("Te vroeg"))
        assert await visitor.lines(5) == []
    await house.channel.send("5", View("Nu wel"))
    assert [line["view"]["text"] for line in await visitor.lines(5)] == [["Nu wel"]]
