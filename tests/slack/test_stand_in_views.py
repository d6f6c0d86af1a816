"""Modals and home tabs of the stand-in: who may open and change them, and what stays."""

from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.conftest import Hands
from tests.slack.echo import FORM
from tests.slack.pieces import HOME, asking, modal, plain
from tests.slack.refusing import error
from tests.slack.stand_in import SlackStandIn


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackStandIn, client: AsyncWebClient, clock: Hands
) -> None:
    anna = slack.person("Anna de Vries")
    first, second = slack.workspace.triggers.issue(anna.id), slack.workspace.triggers.issue(anna.id)
    await client.views_open(trigger_id=first, view=FORM)
    assert await error(client.views_open(trigger_id=first, view=FORM)) == "exchanged_trigger_id"
    clock.now += 3.01
    assert await error(client.views_open(trigger_id=second, view=FORM)) == "expired_trigger_id"
    assert await error(client.views_open(trigger_id="1.2.3", view=FORM)) == "invalid_trigger_id"


async def test_modals_stack_three_deep_and_change_only_by_their_hash(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    anna = slack.person("Anna de Vries")

    def trigger(view: str | None = None) -> str:
        return slack.workspace.triggers.issue(anna.id, view)

    view = (await client.views_open(trigger_id=trigger(), view=modal(external_id="a")))["view"]
    changed = await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(external_id="a"))
    assert changed["view"]["hash"] != view["hash"]
    late = client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert await error(late) == "hash_conflict"
    same = client.views_push(trigger_id=trigger(view["id"]), view=modal(external_id="a"))
    assert await error(same) == "duplicate_external_id"
    await client.views_push(trigger_id=trigger(view["id"]), view=modal())
    above = (await client.views_push(trigger_id=trigger(view["id"]), view=modal()))["view"]
    assert above["root_view_id"] == view["id"]
    assert await error(client.views_push(trigger_id=trigger(above["id"]), view=modal())) == "push_limit_reached"
    await client.views_update(external_id="a", view=modal(title=plain("Changed"), external_id="a"))
    await anna.back()
    await anna.back()
    assert anna.modal.title == "Changed"
    await anna.close()
    assert await error(client.views_update(view_id=view["id"], view=modal())) == "not_found"


async def test_a_modal_opened_while_another_is_submitted_is_not_seen(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    anna = slack.person("Anna de Vries")
    trigger = slack.workspace.triggers.issue(anna.id, submitting=True)
    assert (await client.views_open(trigger_id=trigger, view=modal()))["ok"]
    assert not anna.has_modal
    assert len(slack.workspace.views.unshown) == 1


async def test_what_was_typed_stays_when_a_modal_changes_under_it(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna = slack.person("Anna de Vries")
    name = {"type": "plain_text_input", "initial_value": "first"}
    trigger = slack.workspace.triggers.issue(anna.id)
    view = (await client.views_open(trigger_id=trigger, view=modal(asking("Name", name), submit=plain("Send"))))["view"]
    await anna.type("Name", "typed")
    more = modal(asking("Name", name), asking("Place", name), submit=plain("Send"))
    await client.views_update(view_id=view["id"], view=more)
    assert {one.label: one.value for one in anna.modal.fields.values()} == {"Name": "typed", "Place": "first"}


async def test_a_home_tab_is_published_for_each_person(slack: SlackStandIn, client: AsyncWebClient) -> None:
    anna = slack.person("Anna de Vries")
    first = (await client.views_publish(user_id=anna.id, view=HOME))["view"]
    await client.views_publish(user_id=anna.id, view=HOME, hash=first["hash"])
    assert await error(client.views_publish(user_id=anna.id, view=HOME, hash=first["hash"])) == "hash_conflict"
    assert await error(client.views_publish(user_id="U0NOBODY", view=HOME)) == "user_not_found"
    slack.workspace.home_tab = False
    assert await error(client.views_publish(user_id=anna.id, view=HOME)) == "not_enabled"
