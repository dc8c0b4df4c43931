"""A user's data is deleted from a language model that is at work: the work goes on, and then what is left counts."""

from __future__ import annotations

import pytest
from core_rig import ALL, OWNER, finish, make_world
from language_rig import added, place

from fakestt.core.language import commands


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(("text", "later"), [(None, "P0"), ("more text", "R"), (b"\xff", "PI")])
def test_a_model_whose_data_went_while_it_was_trained_is_not_available(
    edition: str, text: str | bytes | None, later: str
) -> None:
    world = make_world(edition)
    model = place(world, status="pending")
    added(world, model, "hers", customer_id="jane")
    if text is not None:
        added(world, model, "kept", text)
    commands.train(world, model, strict=False)
    commands.delete_user_data(world, OWNER, "jane")
    assert world.machine.phase(model).code == "T"
    finish(world)
    assert (world.machine.phase(model).code, model.trained) == (later, True)
    # What is trained once more is available.
    added(world, model, "again")
    commands.train(world, model, strict=False)
    finish(world)
    assert world.machine.phase(model).code == "A"
