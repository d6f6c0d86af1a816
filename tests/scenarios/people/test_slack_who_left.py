"""Who left the workspace is not offered dialogues, so that nobody waits for an answer that cannot come."""

from sqlmodel import col, update

from storage.models import Facilitator
from storage.people import people
from tests.slack.asking import ask, to_messages
from tests.slack.person import Person
from tests.slack.town import SlackTown

OFFER = "Accepteer: di 8 dec 14:00"


async def _asked(town: SlackTown, number: int) -> list[Person]:
    """Who holds one more offer after the ``number``-th civil servant asked for a dialogue."""
    before = {who.id: len(who.messages) for who in town.everybody}
    with town.store.read() as uow:
        asker = town.person(people.without_role(uow)[number].id)
    await to_messages(await ask(town, asker))
    return [who for who in town.holding(OFFER) if len(who.messages) > before[who.id]]


def _only(town: SlackTown, those: list[Person]) -> None:
    """Have only these people lead dialogues."""
    with town.store.begin() as uow:
        known = [people.at(uow, "slack", who.id) for who in those]
        ids = [person.id for person in known if person is not None]
        uow.db.exec(update(Facilitator).values(active=col(Facilitator.person_id).in_(ids), capacity=9))


async def test_a_facilitator_whose_account_is_gone_is_asked_nothing_until_it_is_back(slack_town: SlackTown) -> None:
    first = await _asked(slack_town, 0)
    assert len(first) > 1
    _only(slack_town, first)
    for who in first:
        await who.deactivate()
    assert await _asked(slack_town, 1) == []
    await first[0].change_profile(deleted=False)
    assert await _asked(slack_town, 2) == first[:1]
