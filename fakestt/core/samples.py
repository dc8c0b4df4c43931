"""What example models of all families have in common, for the documents that are computed from their tables."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from fakestt.core.resources import Activity, BaseModel, Data, Model
from fakestt.core.world import World

__all__ = ["BASE", "STATES", "outdated", "put", "sample", "told_apart"]

M = TypeVar("M", bound=Model)

BASE = BaseModel("base", "en-US", 16000, "", True, True, True, None, ["old", "new"])
# fmt: off
STATES: tuple[dict[str, Any], ...] = (  # Any: facts of a model
    {}, {"trained": True}, {"trained": True, "modified": True}, {"failed": True},
    {"activity": Activity.TRAINING}, {"activity": Activity.UPGRADE},
)
# fmt: on
# What every model has, and what no guard looks at.
UNREAD: Mapping[str, Any] = {"id": "model", "owner": "owner", "name": "model", "created_at_s": 0.0, "updated_at_s": 0.0}
# The request that makes the model that a walk starts with.
NEW: Mapping[str, Any] = {"owner": "owner", "name": "model", "base_model_name": "base"}


def sample(kind: type[M], version: str, *, base: BaseModel = BASE, **facts: Any) -> M:  # Any: facts of the kind's own
    """A model that belongs to no world."""
    return kind(base_model=base, versions=[version], **UNREAD, **facts)


def put(data: Data) -> None:
    """Give data to its model, whatever the table says."""
    data.model.children[data.family][data.name] = data


def outdated(create: Callable[..., M], world: World) -> M:
    """The model that a walk starts with: on an older version, so that it can be upgraded."""
    model = create(world, **NEW)
    model.versions[:] = model.base_model.versions[:1]
    return model


def told_apart(model: Model) -> Hashable:
    """The facts on which it hangs how a model goes on, besides those of its data."""
    return model.trained, model.modified, model.failed, model.activity, model.versions[-1]
