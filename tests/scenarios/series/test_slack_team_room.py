"""A series reminds in the team's Slack channel, once somebody of the team invited the bot there."""

from sqlmodel import select

from storage.models import Person as Somebody
from storage.models import Room
from tests.scenarios.town import at
from tests.slack.asking import go_home, plan_series
from tests.slack.channel import Channel
from tests.slack.person import Person
from tests.slack.town import SlackTown
from tests.slack.workspace import BOT_USER


async def _choose(town: SlackTown, person: Person, room: str) -> None:
    """Choose a channel for the series of the person's only request, from the home tab on."""
    await go_home(town, person)
    await person.press("Menu")
    await person.press("Mijn aanvragen")
    await person.press("Tegenspraak")
    await person.press("Herinner ook het team")
    await person.choose("In welk kanaal of welke groep komt de herinnering?", f"#{room}")
    await person.submit()


def _said(person: Person, channel: Channel) -> list[str]:
    return [f"{one.text} {one.notification}" for one in person.messages_in(channel) if one.post.user == BOT_USER]


async def test_the_channel_reads_when_the_next_session_is_and_nothing_of_what_it_is_about(
    slack_town: SlackTown,
) -> None:
    anna, winner = await plan_series(slack_town)
    team = slack_town.far.channel("team-kinderbijslag", anna)
    await anna.invite_bot(team)
    await _choose(slack_town, anna, "team-kinderbijslag")
    assert "een herinnering in #team-kinderbijslag" in anna.modal.text
    await slack_town.until(at("2026-12-08 14:00"))
    (said,) = _said(anna, team)
    assert "dinsdag 8 december 2026 om 14:00" in said
    for secret in ("Tegenspraak", "Moreel beraad", winner.member.real_name, anna.member.real_name, "Online"):
        assert secret not in said


async def test_a_channel_of_somebody_else_is_not_in_the_menu(slack_town: SlackTown) -> None:
    anna, winner = await plan_series(slack_town)
    own, other = slack_town.far.channel("team-a", anna), slack_town.far.channel("geheim", winner, private=True)
    await anna.invite_bot(own)
    await winner.invite_bot(other)
    await _choose(slack_town, anna, "team-a")
    await anna.close(everything=True)
    await go_home(slack_town, anna)
    await anna.press("Menu")
    await anna.press("Mijn aanvragen")
    await anna.press("Tegenspraak")
    await anna.press("Herinner ook het team")
    assert "geheim" not in str(anna.modal.fields)


async def test_a_bot_that_was_sent_out_of_the_channel_says_nothing_there_and_loses_nothing(
    slack_town: SlackTown,
) -> None:
    anna, _ = await plan_series(slack_town)
    team = slack_town.far.channel("team-kinderbijslag", anna)
    await anna.invite_bot(team)
    await _choose(slack_town, anna, "team-kinderbijslag")
    await anna.remove_bot(team)
    seen = len(anna.messages)
    await slack_town.until(at("2026-12-08 14:00"))
    assert _said(anna, team) == []
    assert len(anna.messages) == seen + 3


async def test_whoever_invites_the_bot_and_nobody_else_reads_what_it_can_do_there(slack_town: SlackTown) -> None:
    anna, winner = await plan_series(slack_town)
    team = slack_town.far.channel("team-kinderbijslag", anna, winner)
    await anna.invite_bot(team)
    told = anna.ephemerals[-1]
    assert "Ik ben nu in #team-kinderbijslag. De dag voor elke bijeenkomst" in told.text
    assert told.buttons == ["Mijn aanvragen"]
    assert _said(anna, team) == _said(winner, team) == []
    assert winner.ephemerals == []


async def test_somebody_new_who_invites_the_bot_can_choose_the_channel_later(slack_town: SlackTown) -> None:
    newcomer = slack_town.far.person("Nieuwe Collega", locale="nl-NL")
    await newcomer.invite_bot(slack_town.far.channel("team-nieuw", newcomer))
    assert "Ik ben nu in #team-nieuw" in newcomer.ephemerals[-1].text
    with slack_town.store.read() as uow:
        [room] = uow.db.exec(select(Room)).all()
        assert uow.get(Somebody, room.added_by).name == "Nieuwe Collega"
