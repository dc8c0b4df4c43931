"""What example models of all families have in common, for the documents that are computed from their tables."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from fakestt.core.resources import Activity, BaseModel, Generation, Model
from fakestt.core.world import World

__all__ = ["STATES", "outdated", "sample", "sample_base", "told_apart"]

M = TypeVar("M", bound=Model)

# fmt: off
STATES: tuple[dict[str, Any], ...] = (  # Any: facts of a model
    {}, {"trained": True}, {"trained": True, "modified": True}, {"failed": True},
    {"activity": Activity.TRAINING}, {"activity": Activity.UPGRADE},
)
# fmt: on


def sample_base(name: str = "base", generation: Generation = Generation.PREVIOUS) -> BaseModel:
    return BaseModel(name, "en-US", 16000, "", True, True, True, None, ["old", "new"], generation)


def sample(kind: type[M], base: BaseModel, version: str, **facts: Any) -> M:  # Any: facts of the kind's own
    """A model that belongs to no world."""
    return kind(
        name="model",
        created_at_s=0.0,
        updated_at_s=0.0,
        id="model",
        owner="owner",
        base_model=base,
        versions=[version],
        **facts,
    )


def outdated(create: Callable[..., M], world: World) -> M:
    """The model that a walk starts with: on an older version, so that it can be upgraded."""
    base = world.base_models["base"]
    model = create(world, "owner", name="model", base_model_name=base.name)
    model.versions[:] = base.versions[:1]
    return model


def told_apart(model: Model) -> Hashable:
    """The facts on which it hangs how a model goes on, besides those of its data."""
    is_outdated = model.versions[-1] != model.base_model.newest
    return model.trained, model.modified, model.failed, model.activity, is_outdated
