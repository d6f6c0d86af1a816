"""The playground over HTTP, used as its page uses it, with the real flows and the demo programme behind it."""

import asyncio
import uuid

import pytest

from flows.engine.forms.definition import Kind
from storage.database.unit_of_work import Store
from storage.models import Draft, Request
from tests.handlers.playhouse import MONDAY, TEXTS, Playhouse, Visitor, opened, until_quiet, visiting
from tests.scenarios.writing import counted

t = TEXTS.into("nl")


async def test_what_is_said_is_answered_below_it(house: Playhouse, visitor: Visitor) -> None:
    answer = await visitor.do("say", person=house.asker, text="Goedemorgen")
    said, told = await visitor.lines(house.asker)
    assert said["said"] == "Goedemorgen"
    assert told["id"] == answer
    assert t("menu.ask") in [button["label"] for button in told["view"]["buttons"]]


async def test_a_button_is_answered_below_what_was_pressed(house: Playhouse, visitor: Visitor) -> None:
    await visitor.do("say", person=house.asker, text="hallo")
    answer = await visitor.press(house.asker, t("menu.requests"))
    *_, pressed, told = await visitor.lines(house.asker)
    assert pressed["said"] == t("menu.requests")
    assert (told["id"], told["view"]["title"]) == (answer, t("menu.requests"))


async def test_the_pages_of_a_form_take_each_others_place(house: Playhouse, visitor: Visitor) -> None:
    summary = await visitor.asks(house.asker, house.answers())
    hello, _menu, pressed, last = await visitor.lines(house.asker)
    assert (hello["said"], pressed["said"], last["id"]) == ("hallo", t("menu.ask"), summary)
    assert last["view"]["buttons"][0]["label"] == t("request.submit")


async def test_a_wrong_answer_comes_back_with_what_was_typed_and_its_error(house: Playhouse, visitor: Visitor) -> None:
    wrong = house.answers() | {"participants": "veel"}
    await visitor.do("say", person=house.asker, text="hallo")
    line = await visitor.press(house.asker, t("menu.ask"))
    for _ in range(2):
        form = (await visitor.line(house.asker, line))["view"]["form"]
        given = {field["name"]: wrong.get(field["name"], field["value"]) for field in form["fields"]}
        await visitor.do("submit", person=house.asker, line=line, draft=form["draft"], page=form["page"], answers=given)
    fields = {field["name"]: field for field in (await visitor.line(house.asker, line))["view"]["form"]["fields"]}
    assert fields["participants"]["typed"] == "veel"
    assert fields["participants"]["error"] == t("form.not_a_number")
    assert fields["occasion"]["value"] == "team_day"
    assert not fields["occasion"]["error"]


async def test_what_was_answered_stays_to_be_read_and_the_result_comes_below(
    house: Playhouse, visitor: Visitor
) -> None:
    summary = await visitor.asks(house.asker, house.answers())
    result = await visitor.press(house.asker, t("request.submit"))
    answered = await visitor.line(house.asker, summary)
    assert answered["over"]
    assert answered["view"]["facts"]
    assert not answered["view"]["buttons"]
    told = await visitor.line(house.asker, result)
    assert [line["id"] for line in await visitor.lines(house.asker)].index(told["id"]) > 0
    assert not told["over"]


async def test_a_form_is_answered_in_one_place(house: Playhouse, visitor: Visitor) -> None:
    await visitor.do("say", person=house.asker, text="hallo")
    first = await visitor.press(house.asker, t("menu.ask"))
    await visitor.do("say", person=house.asker, text="hallo")
    second = await visitor.press(house.asker, t("menu.ask"))
    assert (await visitor.line(house.asker, first))["view"]["form"] is None
    assert (await visitor.line(house.asker, second))["view"]["form"] is not None


async def test_typing_finds_a_choice_of_a_long_list(house: Playhouse, visitor: Visitor) -> None:
    await visitor.do("say", person=house.asker, text="hallo")
    line = await visitor.press(house.asker, t("menu.ask"))
    form = (await visitor.line(house.asker, line))["view"]["form"]
    asked = {"person": house.asker, "draft": form["draft"], "field": "organisation", "q": "duo"}
    found = await visitor.look("choices", **asked)
    assert "DUO" in found[0]["label"]
    assert await visitor.look("choices", **(asked | {"person": house.asker + 1})) == []


async def test_a_new_start_shows_the_same_chat(playground_store: Store) -> None:
    async with opened(playground_store) as house, visiting(house) as visitor:
        await visitor.asks(house.asker, house.answers())
        before = await visitor.lines(house.asker)
    async with opened(playground_store) as again, visiting(again) as visitor:
        assert await visitor.lines(again.asker) == before


async def test_somebody_elses_button_is_refused_kindly(house: Playhouse, visitor: Visitor) -> None:
    await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    facilitator = house.readers()[0]
    (offer,) = await visitor.lines(facilitator)
    accept = offer["view"]["buttons"][0]["action"]
    answer = await visitor.do("press", person=house.asker, line=offer["id"], action=accept)
    assert (await visitor.line(house.asker, answer))["view"]["text"] == [t("error.not_yours")]
    assert (await visitor.lines(facilitator))[0]["stamp"] == offer["stamp"]


async def test_a_made_up_button_is_refused_kindly(house: Playhouse, visitor: Visitor) -> None:
    answer = await visitor.do("press", person=house.asker, line=None, action="no such thing")
    assert (await visitor.line(house.asker, answer))["view"]["text"] == [t("error.unknown_button")]


async def test_a_double_press_has_one_effect(house: Playhouse, visitor: Visitor) -> None:
    summary = await visitor.asks(house.asker, house.answers())
    send = (await visitor.line(house.asker, summary))["view"]["buttons"][0]["action"]
    event = str(uuid.uuid4())
    before = len(await visitor.lines(house.asker))
    presses = (visitor.do("press", event, person=house.asker, line=summary, action=send) for _ in range(5))
    answers = await asyncio.gather(*presses)
    assert sorted(answer is None for answer in answers) == [False, True, True, True, True]
    assert len(await visitor.lines(house.asker)) == before + 2
    with house.store.read() as uow:
        assert uow.find(Request, 1) is not None
        assert uow.find(Request, 2) is None


async def test_a_double_press_on_what_only_shows_is_answered_once_with_one_write(
    house: Playhouse, visitor: Visitor
) -> None:
    line = await visitor.do("say", person=house.asker, text="hallo")
    event, before = str(uuid.uuid4()), len(await visitor.lines(house.asker))
    with counted(house.store) as writes:
        first = await visitor.do("press", event, person=house.asker, line=line, action="requests:0:0")
    # The line in the chat, which is kept here as a platform would keep it.
    assert writes.begun == 1
    assert first is not None
    assert await visitor.do("press", event, person=house.asker, line=line, action="requests:0:0") is None
    assert len(await visitor.lines(house.asker)) == before + 2


async def test_nobody_can_use_up_somebody_elses_event(house: Playhouse, visitor: Visitor) -> None:
    event = str(uuid.uuid4())
    assert await visitor.do("say", event, person=house.asker, text="hallo") is not None
    assert await visitor.do("say", event, person=house.asker + 1, text="hallo") is not None


async def test_what_people_type_comes_back_as_they_typed_it(house: Playhouse, visitor: Visitor) -> None:
    hostile = "<img src=x onerror=alert(1)> & \"aanhalings\" 'tekens' </script>"
    await visitor.do("say", person=house.asker, text=hostile)
    assert (await visitor.lines(house.asker))[0]["said"] == hostile


async def test_the_offer_comes_by_itself_and_names_who_was_told(house: Playhouse, visitor: Visitor) -> None:
    await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    sent = (await visitor.look("board"))["sent"]
    assert len(sent) == 3
    assert all(row["words"].startswith(t("offer.title", topic="Tegenspraak en je uitspreken")) for row in sent)
    cast = await visitor.look("cast")
    assert cast == {"left": house.asker, "right": max(house.readers(), key=house.readers().index)}


async def test_the_answer_comes_before_what_it_sets_going(house: Playhouse, visitor: Visitor) -> None:
    await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    facilitator = house.readers()[0]
    answer = await visitor.press(facilitator, t("offer.accept", moment="").strip())
    await until_quiet(house)
    later = [line for line in await visitor.lines(facilitator) if line["id"] > (answer or 0)]
    assert [line["view"]["title"] for line in later if line["letter"]] == [t("session.heading.session_planned")]


async def test_the_calendar_file_can_be_saved(house: Playhouse, visitor: Visitor) -> None:
    await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    facilitator = house.readers()[0]
    await visitor.press(facilitator, t("offer.accept", moment="").strip())
    await until_quiet(house)
    planned = (await visitor.lines(facilitator))[-1]
    assert planned["view"]["file"]["name"].endswith(".ics")
    assert "content" not in planned["view"]["file"]
    async with visitor.http.get(f"{visitor.base}/file/{planned['id']}") as response:
        assert response.headers["Content-Type"].startswith("text/calendar")
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert (await response.text()).startswith("BEGIN:VCALENDAR")


async def test_there_is_no_file_where_none_came(house: Playhouse, visitor: Visitor) -> None:
    line = await visitor.do("say", person=house.asker, text="hallo")
    async with visitor.http.get(f"{visitor.base}/file/{line}") as response:
        assert response.status == 404


async def test_the_clock_moves_on_and_what_is_due_happens_at_its_time(house: Playhouse, visitor: Visitor) -> None:
    await visitor.sends(house.asker, house.answers())
    await until_quiet(house)
    first = (await visitor.look("board"))["due"][0]
    assert first["what"] == t("due.round_over")
    assert first["about"] == "Tegenspraak en je uitspreken · Marleen Bakhuis"
    await visitor.do("clock", by="hour")
    assert (await visitor.look("board"))["now"] == MONDAY.replace(hour=9).isoformat()
    await visitor.do("clock", by="next")
    board = await visitor.look("board")
    assert board["now"] == first["at"]
    # Three offers expired, each in its own message, and the next three were asked.
    assert len(board["sent"]) == 6


async def test_the_clock_stays_where_nothing_is_due(house: Playhouse, visitor: Visitor) -> None:
    body = {"by": "next", "event": str(uuid.uuid4())}
    async with visitor.http.post(f"{visitor.base}/clock", json=body, headers=visitor.headers) as response:
        assert await response.json() == {"moved": False, "now": MONDAY.isoformat()}


async def test_two_live_pages_hear_the_same(house: Playhouse, visitor: Visitor) -> None:
    async with visiting(house) as other:
        live = [await one.http.ws_connect(f"{one.base}/live", headers=one.headers) for one in (visitor, other)]
        await visitor.sends(house.asker, house.answers())
        await until_quiet(house)
        for page in live:
            heard = {"chats": set[int](), "arrivals": set[int]()}
            while not heard["arrivals"] >= set(house.readers()):
                told = await page.receive_json(timeout=60)
                heard["chats"] |= set(told["chats"])
                heard["arrivals"] |= {arrival["person"] for arrival in told["arrivals"]}
            assert heard["chats"] == {house.asker, *house.readers()}
            await page.close()
        assert await visitor.lines(house.asker) == await other.lines(house.asker)


async def test_an_open_page_does_not_hold_up_the_stop(playground_store: Store) -> None:
    async with asyncio.timeout(300):
        async with opened(playground_store) as house, visiting(house) as visitor:
            page = await visitor.http.ws_connect(f"{visitor.base}/live", headers=visitor.headers)
            await house.server.stop()
            assert (await page.receive()).data == 1001


@pytest.mark.parametrize(
    ("query", "role"),
    [("programmateam", "playground.role.team"), ("praktijkbouwer", "playground.role.builder")],
)
async def test_people_are_found_by_their_role(house: Playhouse, visitor: Visitor, query: str, role: str) -> None:
    found = await visitor.look("people", q=query, lang="nl")
    assert found
    assert all(t(role) in person["role"] for person in found[:3])


async def test_people_are_found_by_name_and_organisation(house: Playhouse, visitor: Visitor) -> None:
    assert (await visitor.look("people", q="whitf", lang="en"))[0]["name"] == "Thomas Whitfield"
    assert all("UWV" in person["place"] for person in (await visitor.look("people", q="uwv"))[:5])


async def test_who_only_asks_comes_first_in_the_list(house: Playhouse, visitor: Visitor) -> None:
    everybody = await visitor.look("people", lang="en")
    assert [person["role"] for person in everybody[:13]] == ["requester"] * 12 + ["programme team"]
    assert {person["side"] for person in everybody[:12]} == {"left"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("say", {"person": 1, "text": "hallo"}),
        ("say", {"person": 1, "text": "hallo", "event": "x"}),
        ("say", {"person": 1, "text": " ", "event": str(uuid.uuid4())}),
        ("say", {"person": 1, "text": "x" * 4097, "event": str(uuid.uuid4())}),
        ("say", {"person": -1, "text": "hallo", "event": str(uuid.uuid4())}),
        ("say", {"person": True, "text": "hallo", "event": str(uuid.uuid4())}),
        ("say", {"person": 2**31, "text": "hallo", "event": str(uuid.uuid4())}),
        ("say", ["hallo"]),
        ("press", {"person": 1, "event": str(uuid.uuid4())}),
        ("press", {"person": 1, "action": "menu:0:0", "page": "about", "event": str(uuid.uuid4())}),
        ("press", {"person": 1, "action": "menu:0:0", "page": 5, "answers": {}, "event": str(uuid.uuid4())}),
        ("submit", {"person": 1, "draft": 1, "page": "about", "answers": [], "event": str(uuid.uuid4())}),
        ("clock", {"by": "year", "event": str(uuid.uuid4())}),
        ("clock", {"by": {}, "event": str(uuid.uuid4())}),
    ],
)
async def test_what_no_page_sends_changes_nothing(house: Playhouse, visitor: Visitor, path: str, body: object) -> None:
    assert await visitor.status(path, body) == 400
    assert house.clock.now() == MONDAY
    assert await visitor.lines(1) == []


async def test_answers_of_any_shape_end_at_the_form(house: Playhouse, visitor: Visitor) -> None:
    await visitor.do("say", person=house.asker, text="hallo")
    line = await visitor.press(house.asker, t("menu.ask"))
    form = (await visitor.line(house.asker, line))["view"]["form"]
    strange = {"organisation": {"a": [1]}, "topics": [None, 5, ["x"]], "no_such_field": "x"}
    deed = {"person": house.asker, "line": line, "draft": form["draft"], "page": form["page"]}
    again = await visitor.do("submit", answers=strange, **deed)
    assert again == line
    fields = (await visitor.line(house.asker, line))["view"]["form"]["fields"]
    assert [field["error"] for field in fields] == [t("form.not_a_choice")] * 2
    with house.store.read() as uow:
        assert uow.get(Draft, form["draft"]).person_id == house.asker


async def test_every_kind_of_question_has_a_place_on_the_page(house: Playhouse, visitor: Visitor) -> None:
    script = await (await visitor.http.get(f"{visitor.base}/page/field.js")).text()
    assert [kind for kind in Kind if f'"{kind}"' not in script and f"{kind}:" not in script] == []


async def test_a_newcomer_reads_all_of_it_in_the_language_of_the_page(house: Playhouse, visitor: Visitor) -> None:
    assert await visitor.look("story") == {"untouched": True}
    await visitor.do("language", lang="en")
    await visitor.do("say", person=house.asker, text="hello")
    assert await visitor.look("story") == {"untouched": False}
    answer = (await visitor.lines(house.asker))[-1]
    assert TEXTS.into("en")("menu.ask") in str(answer)


async def test_a_language_the_bot_does_not_speak_changes_nothing(house: Playhouse, visitor: Visitor) -> None:
    assert await visitor.status("language", {"event": "1", "lang": "fr"}) == 400
    await visitor.do("say", person=house.asker, text="hallo")
    assert TEXTS.into("nl")("menu.ask") in str((await visitor.lines(house.asker))[-1])


async def test_back_keeps_what_stands_in_the_fields(house: Playhouse, visitor: Visitor) -> None:
    await visitor.do("say", person=house.asker, text="hallo")
    line = await visitor.press(house.asker, t("menu.ask"))
    form = (await visitor.line(house.asker, line))["view"]["form"]
    given = {field["name"]: house.answers().get(field["name"], field["value"]) for field in form["fields"]}
    await visitor.do("submit", person=house.asker, line=line, draft=form["draft"], page=form["page"], answers=given)
    view = (await visitor.line(house.asker, line))["view"]
    back = next(button["action"] for button in view["buttons"] if button["label"] == t("form.back"))
    half = {"participants": "12", "occasion": ""}
    await visitor.do("press", person=house.asker, line=line, action=back, page="shape", answers=half)
    assert (await visitor.line(house.asker, line))["view"]["form"]["page"] == "about"
    with house.store.read() as uow:
        draft = uow.get(Draft, form["draft"])
        assert draft.answers["participants"] == 12
        assert "occasion" not in draft.answers
