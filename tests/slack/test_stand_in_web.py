"""The stand-in's Web API, as slack_sdk's own client meets it."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.conftest import Hands
from tests.slack.orders import Dropped, Fails, Slowly, Status, ThenSilence, TooMany
from tests.slack.pieces import HOME
from tests.slack.refusing import error, refused
from tests.slack.stand_in import SlackStandIn
from tests.slack.workspace import BOT_USER

Json = dict[str, Any]


async def test_arguments_are_read_from_query_form_and_json(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna = slack.person("Anna de Vries")
    blocks = [{"type": "divider"}]
    assert (await client.users_info(user=anna.id))["user"]["real_name"] == "Anna de Vries"
    await client.chat_postMessage(channel=anna.id, text="json", blocks=blocks)
    said: Json = {"channel": anna.id, "text": "params", "blocks": json.dumps(blocks), "unfurl_links": "0"}
    await client.api_call("chat.postMessage", params=said)
    await client.api_call("chat.postMessage", data=said | {"text": "data"})
    assert [one.notification for one in anna.messages] == ["json", "params", "data"]
    assert [one.args["blocks"] for one in slack.calls.of("chat.postMessage")] == [blocks] * 3


async def test_unknown_methods_and_arguments_and_wrong_types_are_refused(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    anna = slack.person("Anna de Vries")
    assert await error(client.api_call("chat.shout")) == "unknown_method"
    wrong = await refused(client.chat_postMessage(channel=anna.id, text="x", colour="red"))
    assert wrong["error"] == "invalid_arguments"
    assert wrong["response_metadata"]["messages"] == ["[ERROR] invalid additional property: colour"]
    said = {"channel": anna.id, "text": 5, "unfurl_links": "perhaps"}
    assert len((await refused(client.api_call("chat.postMessage", json=said)))["response_metadata"]["messages"]) == 2
    missing = await refused(client.api_call("views.publish", json={"view": HOME}))
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: user_id"]
    assert slack.calls.refused[0].method == "chat.shout"


async def test_tokens_and_scopes_are_checked(slack: SlackStandIn, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == BOT_USER
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    slack.workspace.scopes = {"chat:write"}
    lacking = await refused(client.users_info(user=BOT_USER))
    assert (lacking["error"], lacking["needed"], lacking["provided"]) == ("missing_scope", "users:read", "chat:write")
    assert await error(client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
    assert await error(client.auth_test(token="xoxb-else")) == "invalid_auth"
    slack.workspace.token_fault = "token_revoked"
    assert await error(client.auth_test()) == "token_revoked"


async def test_a_message_goes_only_where_it_may(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna, gone = slack.person("Anna de Vries"), slack.person("Gerda Gone", deleted=True)
    robot = slack.person("Robot", is_bot=True)
    channel, secret = slack.channel("team", anna), slack.channel("secret", anna, private=True)

    async def posting(place: str) -> str:
        return await error(client.chat_postMessage(channel=place, text="x"))

    assert await posting(channel.id) == "not_in_channel"
    assert await posting(secret.id) == "channel_not_found"
    assert await posting("C0NOWHERE") == "channel_not_found"
    assert await posting(robot.id) == "cannot_dm_bot"
    assert await posting(gone.id) == "channel_not_found"
    assert await error(client.conversations_open(users=[gone.id])) == "user_disabled"
    assert await error(client.conversations_open(users=[robot.id])) == "cannot_dm_bot"
    channel.members.add(BOT_USER)
    channel.archived = True
    assert await posting(channel.id) == "is_archived"
    slack.workspace.messages_tab = False
    assert await posting(anna.id) == "messages_tab_disabled"


async def test_a_message_is_changed_and_taken_away(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna = slack.person("Anna de Vries")
    im = (await client.conversations_open(users=[anna.id]))["channel"]["id"]
    sent = await client.chat_postMessage(channel=anna.id, text="old", blocks=[{"type": "divider"}])
    assert sent["channel"] == im
    await client.chat_update(channel=im, ts=sent["ts"], text="new")
    assert (anna.messages[-1].raw["text"], len(anna.messages[-1].blocks), anna.messages[-1].edited) == ("new", 1, True)
    own = await anna.dm("mine")
    assert await error(client.chat_update(channel=im, ts=own.ts, text="x")) == "cant_update_message"
    assert await error(client.chat_delete(channel=im, ts=own.ts)) == "cant_delete_message"
    await client.chat_delete(channel=im, ts=sent["ts"])
    assert await error(client.chat_update(channel=im, ts=sent["ts"], text="x")) == "message_not_found"
    assert anna.messages == []


async def test_a_message_is_found_again_by_its_metadata(
    slack: SlackStandIn, client: AsyncWebClient, clock: Hands
) -> None:
    anna = slack.person("Anna de Vries")
    stamps = []
    for number in range(5):
        clock.now += 10
        metadata = {"event_type": "offer", "event_payload": {"key": number}}
        stamps.append((await client.chat_postMessage(channel=anna.id, text="x", metadata=metadata))["ts"])
    im = slack.workspace.im(anna.id).id
    plainly = (await client.conversations_history(channel=im))["messages"]
    assert plainly[0]["metadata"] == {"event_type": "offer"}
    fully = await client.conversations_history(channel=im, include_all_metadata=True, oldest=stamps[2], limit=1)
    assert fully["messages"][0]["metadata"]["event_payload"] == {"key": 4}
    assert fully["has_more"] is True
    both = await client.conversations_history(channel=im, oldest=stamps[2], latest=stamps[3], inclusive=True)
    assert [one["ts"] for one in both["messages"]] == [stamps[3], stamps[2]]
    pages = [page["messages"] async for page in await client.conversations_history(channel=im, limit=2)]
    assert [len(page) for page in pages] == [2, 2, 1]


async def test_channels_are_listed_by_kind_and_membership(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna = slack.person("Anna de Vries")
    slack.channel("open", anna)
    slack.channel("ours", anna, private=True, with_bot=True)
    slack.channel("theirs", anna, private=True)
    kinds = ["public_channel", "private_channel"]
    listed = await client.conversations_list(types=kinds)
    assert [one["name"] for one in listed["channels"]] == ["open", "ours"]
    mine = await client.users_conversations(types=kinds)
    assert [one["name"] for one in mine["channels"]] == ["ours"]
    assert "num_members" not in mine["channels"][0]
    ours = mine["channels"][0]["id"]
    counted = await client.conversations_info(channel=ours, include_num_members=True)
    assert counted["channel"]["num_members"] == 2
    slack.workspace.scopes.discard("groups:read")
    assert await error(client.users_conversations(types=kinds)) == "missing_scope"


async def test_people_are_found_with_as_much_as_may_be_read(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna = slack.person("Anna de Vries", email="anna@rijk.example", tz="Europe/London", locale="en-GB")
    found = (await client.users_lookupByEmail(email="Anna@rijk.example"))["user"]
    assert (found["id"], found["tz"]) == (anna.id, "Europe/London")
    assert "locale" not in found
    assert (await client.users_info(user=anna.id, include_locale=True))["user"]["locale"] == "en-GB"
    slack.workspace.scopes.discard("users:read.email")
    assert "email" not in (await client.users_info(user=anna.id))["user"]["profile"]
    assert await error(client.users_info(user="U0NOBODY")) == "user_not_found"


async def test_a_file_is_uploaded_and_shared(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna = slack.person("Anna de Vries")
    im = slack.workspace.im(anna.id).id
    await client.files_upload_v2(channel=im, filename="uitnodiging.ics", content="BEGIN", initial_comment="Here")
    message = anna.messages[-1]
    assert (message.text, message.files) == ("Here", ["uitnodiging.ics"])
    assert slack.workspace.uploads.files[message.file_ids[0]].content == b"BEGIN"
    to_person = client.files_upload_v2(channel=anna.id, filename="a.ics", content="x")
    assert await error(to_person) == "invalid_channel"


async def test_what_was_ordered_goes_wrong_as_often_as_was_said(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna, bram = slack.person("Anna de Vries"), slack.person("Bram Bakker")
    slack.orders.give("chat.postMessage", TooMany(7), channel=anna.id)
    slack.orders.give("chat.postMessage", Fails("fatal_error"), channel=anna.id)
    slack.orders.give("users.info", Status(503))
    await client.chat_postMessage(channel=bram.id, text="x")
    with pytest.raises(SlackApiError) as problem:
        await client.chat_postMessage(channel=anna.id, text="x")
    assert (problem.value.response.status_code, problem.value.response.headers["Retry-After"]) == (429, "7")
    assert await error(client.chat_postMessage(channel=anna.id, text="x")) == "fatal_error"
    with pytest.raises(SlackApiError):
        await client.users_info(user=anna.id)
    await client.chat_postMessage(channel=anna.id, text="x")
    assert (len(anna.messages), len(bram.messages)) == (1, 1)
    assert [one.status for one in slack.calls.of("chat.postMessage", channel=anna.id)] == [429, 200, 200]


async def test_a_call_may_take_effect_without_an_answer(slack: SlackStandIn) -> None:
    anna = slack.person("Anna de Vries")
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    slack.orders.give("chat.postMessage", ThenSilence())
    asking = asyncio.create_task(client.chat_postMessage(channel=anna.id, text="silence"))
    await slack.until(lambda: anna.messages)
    _, waiting = await asyncio.wait({asking}, timeout=0.1)
    assert waiting == {asking}
    asking.cancel()
    slack.orders.give("chat.postMessage", Dropped())
    slack.orders.give("chat.postMessage", Dropped(after_effect=True))
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel=anna.id, text="dropped")
    assert [one.text for one in anna.messages] == ["silence", "dropped"]
    slack.orders.give("chat.postMessage", Status(502, after_effect=True))
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=anna.id, text="failed")
    assert anna.messages[-1].text == "failed"
    slack.orders.give("chat.postMessage", Slowly(0.05))
    await client.chat_postMessage(channel=anna.id, text="late")
    assert anna.messages[-1].text == "late"


async def test_limits_are_kept_when_asked_for_and_counted_anyway(clock: Hands) -> None:
    async with SlackStandIn(clock=clock, keeps_limits=True) as slack:
        anna = slack.person("Anna de Vries")
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        for _ in range(4):
            await client.chat_postMessage(channel=anna.id, text="x")
        again = client.chat_postMessage(channel=slack.workspace.im(anna.id).id, text="x")
        assert await error(again) == "ratelimited"
        clock.now += 1
        await client.chat_postMessage(channel=anna.id, text="x")
        for _ in range(20):
            await client.conversations_list()
        assert await error(client.conversations_list()) == "ratelimited"
        clock.now += 61
        await client.conversations_list()
        assert slack.limits.violations == ["chat.postMessage", "conversations.list"]


async def test_a_response_url_works_five_times_in_half_an_hour(slack: SlackStandIn, clock: Hands) -> None:
    anna = slack.person("Anna de Vries")
    channel = slack.channel("team", anna)
    hook = AsyncWebhookClient(slack.hooks.issue(channel, anna.id), retry_handlers=[])
    for _ in range(5):
        assert (await hook.send(text="x", response_type="ephemeral")).body == "ok"
    assert "used_url" in (await hook.send(text="x")).body
    late = AsyncWebhookClient(slack.hooks.issue(channel, anna.id), retry_handlers=[])
    clock.now += 1801
    assert (await late.send(text="x")).status_code == 404
    assert len(anna.ephemerals) == 5


async def test_a_response_url_replaces_and_deletes_what_it_belongs_to(slack: SlackStandIn) -> None:
    anna = slack.person("Anna de Vries")
    channel = slack.channel("team", anna, with_bot=True)
    post = slack.workspace.post(channel, BOT_USER, "old", to=anna.id)
    hook = AsyncWebhookClient(slack.hooks.issue(channel, anna.id, post), retry_handlers=[])
    await hook.send(text="new", replace_original=True)
    assert [one.text for one in anna.ephemerals] == ["new"]
    assert (await hook.send(blocks=[{"type": "banner"}])).status_code == 400
    await hook.send(delete_original=True)
    assert anna.ephemerals == []
