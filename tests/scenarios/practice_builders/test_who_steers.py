"""People find each search that they may steer in their list, and no other."""

import random

import pytest

from flows.capabilities import CAPABILITIES
from flows.engine.context import Context, Turn
from flows.people import permissions
from storage.database.unit_of_work import UnitOfWork
from storage.dialogues import requests
from storage.models import (
    Organisation,
    Person,
    PracticeBuilder,
    Request,
    Search,
    SearchState,
)
from storage.people import people
from storage.programme import catalogue
from tests.scenarios.asking import ask
from tests.scenarios.crowding import one_more
from tests.scenarios.town import RULES, TEXTS, Town

STATES = (*requests.RUNNING, SearchState.FOUND, SearchState.STOPPED, SearchState.LAPSED)
EVERYBODY = 10**6


def scatter(uow: UnitOfWork, chance: random.Random, cast: list[int], units: list[int], team: int) -> None:
    """A team of this size, builders and requests anywhere, and searches in every state; all among a few people."""
    for person_id in people.programme_team(uow):
        uow.get(Person, person_id).programme_team = False
    for person_id in chance.sample(cast, team):
        uow.get(Person, person_id).programme_team = True
    for person_id in chance.sample(cast, len(cast) // 2):
        known = {one.id for one in people.built_organisations(uow, person_id)}
        for unit in set(chance.sample(units, 2)) - known:
            uow.add(PracticeBuilder(person_id=person_id, organisation_id=unit))
    uow.get(Person, chance.choice(cast)).active = False
    for _ in range(25):
        request, _, search = one_more(uow)
        request.requester_id, request.organisation_id = chance.choice(cast), chance.choice(units)
        search.state = chance.choice(STATES)


def builds_above(uow: UnitOfWork, person: Person, request: Request) -> bool:
    path = {node.id for node in catalogue.path(uow, request.organisation_id)}
    return bool(path & {one.id for one in people.built_organisations(uow, person.id)})


@pytest.mark.parametrize("team", [0, 1, 3])
@pytest.mark.parametrize("seed", range(4))
async def test_the_list_of_what_to_steer_and_the_right_to_steer_agree(town: Town, seed: int, team: int) -> None:
    await ask(town)
    chance = random.Random(seed)
    every = [node.id for node in town.rows(Organisation)]
    units, cast = chance.sample(every, 8), [person.id for person in chance.sample(town.rows(Person), 8)]
    with town.store.begin() as uow:
        scatter(uow, chance, cast, units, team)
    steering = 0
    searches = town.rows(Search)
    with town.store.read() as uow:
        context = Context(uow, town.now, RULES, TEXTS, CAPABILITIES)
        for person in (one for one in (uow.get(Person, person_id) for person_id in cast) if one.active):
            found, in_all = permissions.to_steer(Turn(context, person), EVERYBODY)
            listed = {search.id for search, _, _ in found}
            assert in_all == len(listed) == len(found)
            steering += in_all
            for search in searches:
                request = requests.behind(uow, search)
                may = search.state in requests.RUNNING and permissions.may_steer(context, person, request)
                # What runs elsewhere without trouble the programme team may steer, and is not asked to.
                own = request.requester_id == person.id
                asked = search.state is SearchState.WITH_DESK or (builds_above(uow, person, request) and not own)
                assert (search.id in listed) == (may and asked), (person.id, search)
    assert steering, "somebody has something to steer"
