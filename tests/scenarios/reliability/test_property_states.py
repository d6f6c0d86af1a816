"""No row ever goes from one state to another that the table of states does not allow."""

from enum import StrEnum
from typing import Any

import pytest
from sqlmodel import SQLModel

from storage.models import SessionState
from storage.models.states import TRANSITIONS, ForbiddenChange, before

STEPS = [
    pytest.param(model, state, to, id=f"{model.__name__}-{state}-{to}")
    for model, allowed in TRANSITIONS.items()
    for state in allowed
    for to in allowed
]


@pytest.mark.parametrize(("model", "state", "to"), STEPS)
def test_a_row_changes_its_state_only_as_the_table_says(model: type[SQLModel], state: StrEnum, to: StrEnum) -> None:
    row: Any = model(state=state)
    if state == to or to in TRANSITIONS[model][state]:
        row.state = to
        assert row.state is to
    else:
        with pytest.raises(ForbiddenChange, match=f"{model.__name__}: {state} is never followed by {to}"):
            row.state = to
        assert row.state is state


@pytest.mark.parametrize("model", TRANSITIONS, ids=lambda model: model.__name__)
def test_the_table_knows_every_state_and_how_to_come_to_it(model: type[SQLModel]) -> None:
    states = [*TRANSITIONS[model]]
    kind: Any = type(states[0])
    assert set(states) == set(kind)
    # A session may begin as a proposed date, and is never made one later.
    assert [state for state in states if not before(model, state)] in ([], [SessionState.PROPOSED])
