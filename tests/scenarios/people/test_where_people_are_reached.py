"""People choose in which of their channels they are reached first."""

from bot.demo.simulated_person import SimulatedPerson
from storage.models import Address
from tests.scenarios.doorway import SLACK, TELEGRAM, Doorway


async def test_people_choose_where_they_are_reached_first(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    await door.link(anna, phone)
    await phone.say("bereik")
    await phone.press("Liever via Telegram")
    preferred = {row.channel: row.preferred for row in door.rows(Address)}
    assert preferred == {SLACK: False, TELEGRAM: True}


async def test_somebody_elses_address_is_not_ones_own_to_choose(
    door: Doorway, anna: SimulatedPerson, phone: SimulatedPerson
) -> None:
    (theirs,) = [row for row in door.rows(Address) if row.channel == TELEGRAM]
    answer = await anna.send_action(f"reach.prefer:{theirs.id}:0")
    assert answer is not None
    assert answer.text.startswith("Dit is voor iemand anders bedoeld")
    answer = await anna.send_action(f"reach.prefer:{theirs.id + 1}:0")
    assert answer is not None
    assert answer.text.startswith("Dit bestaat niet meer")
