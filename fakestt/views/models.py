"""The test author's view of models: live, read-only, settled before each look. This is what all families share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from inspect import signature
from typing import Any, ClassVar, Generic, TypeVar, cast

from fakestt.contract.shapes import Guid
from fakestt.core.changes import Change
from fakestt.core.lifecycle import Phase
from fakestt.core.resources import Data, Model
from fakestt.errors import StateError, nearest
from fakestt.literals import ModelStatus
from fakestt.scripts import Script
from fakestt.service import Service
from fakestt.views.named import MOST_NAMED, named, not_there

__all__ = ["ModelView", "Models"]

M = TypeVar("M", bound=Model)
V = TypeVar("V")


class ModelView(Generic[M]):
    """A model by its id. A view shows the same model for as long as it lives, and after a restore."""

    __slots__ = ("_id", "_owner", "_service")  # nothing else can be set by mistake
    _kind: ClassVar[type[Model]]

    def __init__(self, service: Service, owner: str, model_id: str) -> None:
        self._service = service
        self._owner = owner
        self._id = model_id

    @property
    def id(self) -> str:
        """The `customization_id`."""
        return self._id

    @contextmanager
    def _look(self) -> Iterator[M]:
        """The settled model, for as long as the lock is held: requests of other threads wait."""
        with self._service.app.lock:
            self._service.world.settle()
            model = self._service.world.models(self._kind, self._owner).get(self._id)
            if model is None:
                raise StateError(f"model {self._id} is not there any more: it was deleted.")
            yield cast("M", model)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._id == self._id and other._service is self._service

    def __hash__(self) -> int:
        return hash(self._id)

    @property
    def name(self) -> str:
        """The name that it was created with."""
        with self._look() as model:
            return model.name

    @property
    def owner(self) -> str:
        """The GUID of the instance that it belongs to."""
        return self._owner

    @property
    def base_model_name(self) -> str:
        """The base model's name."""
        with self._look() as model:
            return model.base_model.name

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of the base model that it was built for, the newest last."""
        with self._look() as model:
            return tuple(model.versions)

    @property
    def status(self) -> ModelStatus:
        """pending, ready, training, available, upgrading or failed."""
        with self._look() as model:
            return cast("ModelStatus", self._service.world.machine.phase(model).shown)

    @property
    def phase(self) -> Phase:
        """The column of the state table: finer than the status."""
        with self._look() as model:
            return self._service.world.machine.phase(model)

    @property
    def progress(self) -> int:
        """100 when available, else 0."""
        progress: int = self.as_json()["progress"]
        return progress

    @property
    def error(self) -> str | None:
        """Why the last training or upgrade failed; of a language model also that a grammar can't be compiled."""
        with self._look() as model:
            return model.trouble

    @property
    def script(self) -> Script:
        """How long this model's activities take and how they end."""
        with self._look() as model:
            return Script(self._service, model.id)

    def _data(self, kind: type[Data], view: Callable[[Any, Any], V]) -> Mapping[str, V]:  # Any: such data, its status
        """The data of one kind by name, each as `view` shows it."""
        phase = self._service.world.machine.phase
        with self._look() as model:
            found = model.children.get(kind.family, {})
            return named(kind.family, {name: view(one, phase(one).shown) for name, one in found.items()})

    def as_json(self) -> dict[str, Any]:
        """The object that the service shows."""
        with self._look() as model:
            return self._shown(model)

    @abstractmethod
    def _shown(self, model: M) -> dict[str, Any]:
        """The object that the service shows."""

    @abstractmethod
    def _holds(self, model: M) -> str:
        """Its data, as its `repr` says."""

    def __repr__(self) -> str:
        kind = self._kind.family
        try:
            with self._look() as model:
                machine = self._service.world.machine
                stalls = ", which stalls" if model in machine.schedule.stalled() else ""
                status = machine.phase(model).shown + stalls
                return f"<{kind} {model.name!r} {self._id} {status}, {self._holds(model)}>"
        except StateError:
            return f"<{kind} {self._id} deleted>"

    @property
    def history(self) -> tuple[Change, ...]:
        """The changes of this model, each with its own instant. The last change of a deleted model is its deletion."""
        with self._service.app.lock:
            self._service.world.settle()
            return self._service.world.machine.history(self._kind.family, self._id)


@cache
def _defaults(add: Callable[..., object]) -> dict[str, object]:
    return {one.name: one.default for one in signature(add).parameters.values()}


class Models(Generic[V]):
    """The models of this instance, by id, in the order of their creation."""

    _view_type: ClassVar[type[ModelView[Any]]]

    def __init__(self, service: Service, owner: str) -> None:
        self._service = service
        self._owner = owner

    @property
    def kind(self) -> str:
        """The name of their family."""
        return self._view_type._kind.family

    def _store(self, owner: str) -> Mapping[str, Model]:
        return self._service.world.models(self._view_type._kind, owner)

    def _view(self, owner: str, model_id: str) -> V:
        return cast("V", self._view_type(self._service, owner, model_id))

    def _place(self, owner: str | None, **words: Any) -> V:  # Any: arguments of the family's `place`
        """Make a model; the words are the arguments of `add`."""
        owner = self._owner if owner is None else owner
        self._check_owner(owner)
        place = self._service.world.family(self._view_type._kind).place
        assert place is not None
        with self._service.app.lock:
            self._check_id(words["id"])
            self._service.world.settle()
            model = place(self._service.world, owner, **words)
            self._service.note(f"{self.kind.replace(' ', '_')}s.add({self._given(words)})")
        return self._view(owner, model.id)

    def _given(self, words: Mapping[str, Any]) -> str:
        """The arguments of `add` as an author writes them: name, status, and what is not the default."""
        defaults = _defaults(type(self).add)  # type: ignore[attr-defined]  # each family has its own
        given = [
            f"{word}={value!r}"
            for word, value in words.items()
            if word in ("name", "status") or value != defaults.get(word)
        ]
        return ", ".join(given)

    def of(self, owner: str) -> list[V]:
        """The models of another owner.

        Raises:
            StateError: not the GUID of an instance.
        """
        self._check_owner(owner)
        return [self._view(owner, model_id) for model_id in self._ids(owner)]

    def _ids(self, owner: str) -> list[str]:
        with self._service.app.lock:
            return list(self._store(owner))

    def _names(self) -> dict[str, str]:
        with self._service.app.lock:
            return {model_id: model.name for model_id, model in self._store(self._owner).items()}

    def _check_owner(self, owner: object) -> None:
        if Guid().problem(owner) is not None:
            raise StateError(
                f"owner={owner!r}: an owner is the GUID of an instance; this one's is stt.owner, {self._owner!r}. "
                "Give any other, and let stt.auth.add_key(owner=...) make a key for its client."
            )

    def _check_id(self, model_id: object) -> None:
        if model_id is None:
            return
        if Guid().problem(model_id) is not None:
            raise StateError(
                f"id={model_id!r}: an id is a GUID, 32 hexadecimal digits with dashes, such as "
                "'74f4807e-b5ff-4866-824e-6bba1a84fe96'. Give one, or none to get one that is made."
            )
        taken = self._service.world.with_id(str(model_id))
        if taken is not None:
            raise StateError(
                f"id={model_id!r}: the {taken.family} {taken.name!r} has it. Each model has an id of its own, whatever "
                "its kind and owner: give another."
            )

    def named(self, name: str) -> V:
        """The model of this name.

        Raises:
            StateError: there is none, or more than one.
        """
        by_id = self._names()
        found = [model_id for model_id, one in by_id.items() if one == name]
        if len(found) == 1:
            return self._view(self._owner, found[0])
        if found:
            raise StateError(
                f"named({name!r}): {len(found)} {self.kind}s have this name, for names need not be unique. "
                f"Ask for one by its id: {', '.join(found[:MOST_NAMED])}."
            )
        names = list(dict.fromkeys(by_id.values()))
        raise not_there(f"named({name!r}): no {self.kind} has this name.{nearest(name, names)}", map(repr, names))

    def __len__(self) -> int:
        with self._service.app.lock:
            return len(self._store(self._owner))

    def __iter__(self) -> Iterator[V]:
        return iter(self.of(self._owner))

    def __contains__(self, model: object) -> bool:
        model_id = model if isinstance(model, str) else getattr(model, "id", None)
        with self._service.app.lock:
            return model_id in self._store(self._owner)

    def __getitem__(self, model_id: str) -> V:
        if not isinstance(model_id, str) or model_id not in self:
            by_id = self._names()
            if model_id in by_id.values():
                hint = f" It is a name, and [...] takes an id: named({model_id!r})."
            else:
                hint = nearest(model_id, by_id)
            raise not_there(f"no {self.kind} {model_id!r}.{hint}", by_id)
        return self._view(self._owner, model_id)

    def __repr__(self) -> str:
        return f"<{len(self)} {self.kind}s>"
