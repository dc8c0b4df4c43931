"""Language models put there by hand."""

from __future__ import annotations

from collections.abc import Sequence

from fakestt.core.language.facts import LanguageModel
from fakestt.core.placing import STATUSES, check_name, check_status, find_base_model, put_there, versions_of
from fakestt.core.resources import Activity
from fakestt.core.world import World

__all__ = ["place_language_model"]


def place_language_model(
    world: World,
    owner: str,
    *,
    name: str,
    base_model_name: str,
    status: str = "available",
    versions: Sequence[str] | None = None,
) -> LanguageModel:
    """Put a language model there, with the status that it keeps.

    Raises:
        StateError: an unknown base model, version or status.
    """
    base = find_base_model(world, base_model_name, f"base_model_name={base_model_name!r}")
    check_name(name)
    check_status(status, STATUSES)
    model = world.new(
        LanguageModel,
        owner,
        base,
        name=name,
        versions=versions_of(base, versions, "available"),
        filled=status != "pending",
        trained=status in ("available", "upgrading"),
        failed=status == "failed",
    )
    model.activity = {"training": Activity.TRAINING, "upgrading": Activity.UPGRADE}.get(status)  # it goes on for good
    put_there(world, model)
    return model
