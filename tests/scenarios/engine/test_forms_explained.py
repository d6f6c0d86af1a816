"""Who has never been to a dialogue reads at each form what people do there."""

from tests.scenarios.asking import field, to_page
from tests.scenarios.town import Town


async def test_each_dialogue_form_is_explained_where_it_is_chosen(town: Town) -> None:
    await to_page(town.requester, "shape")
    explained = {choice.label.split(" (")[0]: choice.help for choice in field(town.requester, "form").choices}
    assert explained["Moreel beraad"].startswith("Je onderzoekt stap voor stap één lastige situatie")
    assert [label for label, help_ in explained.items() if not help_] == ["Nog open: denk met ons mee"]
