"""The resources of one fake: the store, its clock, its machine, its ids and owners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast

from fakestt.core.choices import Choices
from fakestt.core.clock import Clock
from fakestt.core.family import Family
from fakestt.core.ids import seeded_guid
from fakestt.core.limits import Limits
from fakestt.core.machine import Machine
from fakestt.core.refusals import Refusal
from fakestt.core.resources import BaseModel, Model, OwnBaseModels, Resource

__all__ = ["World"]

M = TypeVar("M", bound=Model)


class World:
    """One service with all of its owners. Call `settle` before you read or change anything.

    Args:
        seed: makes the ids; equal seeds give equal ids.
        families: the kinds of resources.
    """

    def __init__(
        self,
        clock: Clock,
        limits: Limits,
        base_models: Iterable[BaseModel],
        seed: int,
        families: Iterable[Family[Any]],
        choices: Choices | None = None,
    ) -> None:
        self.clock = clock
        self.limits = limits
        self.families: tuple[Family[Any], ...] = tuple(families)
        self.machine: Machine = Machine(self.families, limits, choices or Choices())
        self.base_models: OwnBaseModels = OwnBaseModels(base_models)
        self._models: dict[type[Model], dict[str, dict[str, Model]]] = {}  # by kind, owner and id
        self.taken: list[Any] = []  # Any: scripts for added audio, in a form that core.acoustic knows
        self.started_at_s: float = clock.now_s()
        self.now_s: float = self.started_at_s
        self.seed = seed
        self.ids_given: int = 0

    def settle(self, *, before_request: bool = False) -> bool:
        """Let all changes happen that are due by now.

        Args:
            before_request: a request arrives now. The choices may put a change of this very instant after it.

        Returns:
            whether a change was put after the request.
        """
        now_s = self.clock.now_s()  # this may set self.now_s back, as long as nothing was made here
        self.now_s = max(self.now_s, now_s)
        return self.machine.run_until(self.now_s, before_request=before_request)

    def new_id(self) -> str:
        """A version 4 GUID, the next of this seed that no model has: an author may have given one away by hand."""
        while True:
            self.ids_given += 1
            new = seeded_guid(f"id:{self.seed}:{self.ids_given}")
            if self.with_id(new) is None:
                return new

    # The store

    def family(self, kind: type[Resource]) -> Family[Any]:
        """The family of this kind."""
        return next(one for one in self.families if one.kind is kind)

    def models(self, kind: type[M], owner: str) -> dict[str, M]:
        """The owner's models of one kind by id, in the order of their creation."""
        return cast("dict[str, M]", self._models.get(kind, {}).get(owner, {}))

    def all_models(self) -> Iterator[Model]:
        """The models of all owners and families."""
        return (model for owners in self._models.values() for models in owners.values() for model in models.values())

    def find(self, kind: type[M], owner: str, model_id: str) -> M:
        """The owner's model of this id. A model of another owner counts as missing.

        Raises:
            Refusal: there is none; the reason is the family's `missing`.
        """
        try:
            return self._models[kind][owner][model_id]  # type: ignore[return-value]  # of this kind; a cast is a call
        except KeyError:
            raise Refusal(self.family(kind).missing, id=model_id) from None

    def with_id(self, model_id: str) -> Model | None:
        """The model of this id, whatever its owner and family."""
        for owners in self._models.values():
            for models in owners.values():
                if model_id in models:
                    return models[model_id]
        return None

    def new(
        self,
        kind: type[M],
        owner: str,
        base: BaseModel,
        *,
        id: str | None = None,  # noqa: A002 - the service's word
        **facts: Any,  # Any: facts of the kind's own
    ) -> M:
        """Make a model and keep it for its owner. The caller has the machine write its history.

        Args:
            id: one that no model has; the next of the seed unless given.
        """
        now_s = self.now_s
        model_id = self.new_id() if id is None else id
        model = kind(id=model_id, owner=owner, base_model=base, created_at_s=now_s, updated_at_s=now_s, **facts)
        self.keep(model)
        return model

    def keep(self, model: Model) -> None:
        """Put a model into the store."""
        self._models.setdefault(type(model), {}).setdefault(model.owner, {})[model.id] = model

    def drop(self, model: Model) -> None:
        """Remove it from the store."""
        del self._models[type(model)][model.owner][model.id]

    def drop_all(self) -> None:
        """Remove all models."""
        self._models.clear()

    def publish(self, base: BaseModel, version: str) -> None:
        """Publish a newer version of a base model. Models built on an older one can then be upgraded."""
        base.versions.append(version)
        for model in self.all_models():
            hook = self.family(type(model)).published
            if hook is not None and model.base_model is base:
                hook(model, self.machine.phase(model), self.limits)
