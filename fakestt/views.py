"""What a test's author sees of the resources: live, read-only, settled before each look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from fakestt.contract.shapes import Guid
from fakestt.core.acoustic import AcousticPhase
from fakestt.core.lifecycle import Change
from fakestt.core.placing import find_base_model, place_acoustic_model, place_language_model
from fakestt.core.resources import AcousticModel, Audio, LanguageModel
from fakestt.errors import StateError, nearest
from fakestt.http.handlers.acoustic import shown
from fakestt.scripts import Script
from fakestt.service import Service

__all__ = ["AcousticModelView", "AcousticModels", "AudioView", "BaseModels", "LanguageModelView", "LanguageModels"]

R = TypeVar("R", AcousticModel, LanguageModel)
V = TypeVar("V")


class _ModelView(Generic[R]):
    """A model by its id: the same view shows the same model for as long as it lives, and after a restore."""

    __slots__ = ("_id", "_owner", "_service")  # what is not there can't be set by mistake

    def __init__(self, service: Service, owner: str, model_id: str) -> None:
        self._service = service
        self._owner = owner
        self._id = model_id

    @property
    def id(self) -> str:
        """The `customization_id`."""
        return self._id

    def _store(self) -> Mapping[str, Mapping[str, R]]:
        raise NotImplementedError

    @contextmanager
    def _look(self) -> Iterator[R]:
        """The settled model, for as long as the lock is held: requests of other threads wait."""
        with self._service.app.lock:
            self._service.world.settle()
            model = self._store().get(self._owner, {}).get(self._id)
            if model is None:
                raise StateError(f"model {self._id} is not there any more: it was deleted.")
            yield model

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._id == self._id and other._service is self._service

    def __hash__(self) -> int:
        return hash(self._id)

    @property
    def name(self) -> str:
        """As it was created."""
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


@dataclass(frozen=True, slots=True, repr=False)
class AudioView:
    """An audio or archive resource as it was when it was looked at."""

    name: str
    status: str
    duration_s: int
    content_type: str
    size_bytes: int
    sha256: str
    problem: str | None

    @classmethod
    def of(cls, audio: Audio, status: str) -> AudioView:
        """What there is to see of a resource."""
        return cls(
            audio.name, status, audio.duration_s, audio.content_type, audio.size_bytes, audio.sha256, audio.problem
        )

    def __repr__(self) -> str:
        why = f" ({self.problem})" if self.problem else ""
        return f"<audio {self.name!r} {self.status}{why}, {self.duration_s} s>"


class AcousticModelView(_ModelView[AcousticModel]):
    """A custom acoustic model."""

    __slots__ = ()

    def _store(self) -> Mapping[str, Mapping[str, AcousticModel]]:
        return self._service.world.acoustic

    @property
    def status(self) -> str:
        """pending, ready, training, available, upgrading or failed."""
        return self.phase.shown

    @property
    def phase(self) -> AcousticPhase:
        """The column of the state table: finer than the status."""
        with self._look() as model:
            phase = self._service.world.machine.phase(model)
        assert isinstance(phase, AcousticPhase)
        return phase

    @property
    def progress(self) -> int:
        """100 when available, else 0."""
        progress: int = self.as_json()["progress"]
        return progress

    @property
    def error(self) -> str | None:
        """Why the last training or upgrade failed."""
        with self._look() as model:
            return model.error

    @property
    def minutes_of_audio(self) -> float:
        """Minutes of valid audio."""
        with self._look() as model:
            return model.valid_seconds() / 60

    @property
    def audio(self) -> Mapping[str, AudioView]:
        """The resources by name."""
        phase = self._service.world.machine.phase
        with self._look() as model:
            return MappingProxyType({name: AudioView.of(one, phase(one).shown) for name, one in model.audio.items()})

    @property
    def history(self) -> tuple[Change, ...]:
        """The changes of this model, each with its own instant; a deleted model's end with its deletion."""
        with self._service.app.lock:
            self._service.world.settle()
            return self._service.world.machine.history(self._id)

    @property
    def script(self) -> Script:
        """How long this model's activities take and how they end."""
        with self._look() as model:
            return Script(self._service, model.id)

    def as_json(self) -> dict[str, Any]:
        """The object that the service shows."""
        with self._look() as model:
            return shown(self._service.world, self._service.edition, model)

    def __repr__(self) -> str:
        try:
            with self._look() as model:
                machine = self._service.world.machine
                stalls = ", which stalls" if model in machine.schedule.stalled() else ""
                status = machine.phase(model).shown + stalls
                return f"<acoustic model {model.name!r} {self._id} {status}, {len(model.audio)} audio>"
        except StateError:
            return f"<acoustic model {self._id} deleted>"


class LanguageModelView(_ModelView[LanguageModel]):
    """A custom language model that was put there to help acoustic models."""

    __slots__ = ()

    def _store(self) -> Mapping[str, Mapping[str, LanguageModel]]:
        return self._service.world.language

    @property
    def status(self) -> str:
        """As it was given."""
        with self._look() as model:
            return model.status

    def upgrade(self) -> None:
        """Move it to the newest version of its base model, at once."""
        with self._look() as model:
            if model.versions[-1] != model.base_model.newest:
                model.versions.append(model.base_model.newest)

    def __repr__(self) -> str:
        return f"<language model {self._id} {self.status}>"


class _Models(Generic[V]):
    """The models of this instance, by id, in the order of their creation."""

    kind = "model"

    def __init__(self, service: Service, owner: str) -> None:
        self._service = service
        self._owner = owner

    def _store(self) -> Mapping[str, Mapping[str, object]]:
        raise NotImplementedError

    def _view(self, owner: str, model_id: str) -> V:
        raise NotImplementedError

    def of(self, owner: str) -> list[V]:
        """The models of another owner.

        Raises:
            StateError: not the GUID of an instance.
        """
        self._check_owner(owner)
        return [self._view(owner, model_id) for model_id in self._ids(owner)]

    def _ids(self, owner: str) -> list[str]:
        with self._service.app.lock:
            return list(self._store().get(owner, {}))

    def _check_owner(self, owner: object) -> None:
        if Guid().problem(owner) is not None:
            raise StateError(
                f"owner={owner!r}: an owner is the GUID of an instance; this one's is stt.owner, {self._owner!r}. "
                "Give any other, and let stt.auth.add_key(owner=...) make a key for its client."
            )

    def __len__(self) -> int:
        with self._service.app.lock:
            return len(self._store().get(self._owner, {}))

    def __iter__(self) -> Iterator[V]:
        return iter(self.of(self._owner))

    def __contains__(self, model: object) -> bool:
        model_id = model if isinstance(model, str) else getattr(model, "id", None)
        with self._service.app.lock:
            return model_id in self._store().get(self._owner, {})

    def __getitem__(self, model_id: str) -> V:
        if not isinstance(model_id, str) or model_id not in self:
            ids = self._ids(self._owner)
            there = ", ".join(ids[:10]) or "none"
            raise StateError(f"no {self.kind} {model_id!r}.{nearest(model_id, ids)} There: {there}.")
        return self._view(self._owner, model_id)

    def __repr__(self) -> str:
        return f"<{len(self)} {self.kind}s>"


class AcousticModels(_Models[AcousticModelView]):
    """The custom acoustic models of this instance."""

    kind = "acoustic model"

    def _store(self) -> Mapping[str, Mapping[str, object]]:
        return self._service.world.acoustic

    def _view(self, owner: str, model_id: str) -> AcousticModelView:
        return AcousticModelView(self._service, owner, model_id)

    def add(
        self,
        *,
        name: str = "model",
        base_model_name: str = "en-US_BroadbandModel",
        status: str = "pending",
        minutes_of_audio: float | None = None,
        invalid_audio: int = 0,
        description: str | None = None,
        versions: Sequence[str] | None = None,
        error: str | None = None,
        owner: str | None = None,
    ) -> AcousticModelView:
        """Put a model there, in any documented state, without a request and without time passing.

        Args:
            status: what it shows; a running activity ends in its ordinary time.
            minutes_of_audio: valid audio (with `pending`: audio that is being analysed); 12 unless given, and for
                `pending` none.
            invalid_audio: so many invalid resources besides.
            versions: of the base model; its newest unless given.
            error: of a failed model.
            owner: another instance's GUID.

        Raises:
            StateError: a state that can't be.
        """
        owner = self._owner if owner is None else owner
        self._check_owner(owner)
        with self._service.app.lock:
            self._service.world.settle()
            model = place_acoustic_model(
                self._service.world,
                owner,
                name=name,
                base_model_name=base_model_name,
                status=status,
                minutes_of_audio=minutes_of_audio,
                invalid_audio=invalid_audio,
                description=description,
                versions=versions,
                error=error,
            )
        return self._view(owner, model.id)


class LanguageModels(_Models[LanguageModelView]):
    """The custom language models of this instance, as far as acoustic models need them."""

    kind = "language model"

    def _store(self) -> Mapping[str, Mapping[str, object]]:
        return self._service.world.language

    def _view(self, owner: str, model_id: str) -> LanguageModelView:
        return LanguageModelView(self._service, owner, model_id)

    def add(
        self,
        *,
        name: str = "words",
        base_model_name: str = "en-US_BroadbandModel",
        status: str = "available",
        versions: Sequence[str] | None = None,
        owner: str | None = None,
    ) -> LanguageModelView:
        """Put a language model there: an acoustic model's training may name it.

        Raises:
            StateError: an unknown base model or status.
        """
        owner = self._owner if owner is None else owner
        self._check_owner(owner)
        with self._service.app.lock:
            self._service.world.settle()
            model = place_language_model(
                self._service.world, owner, name=name, base_model_name=base_model_name, status=status, versions=versions
            )
        return self._view(owner, model.id)


class BaseModels:
    """The service's own models, by name."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def publish(self, name: str, version: str) -> None:
        """A newer version of a base model is out: models on older ones can be upgraded.

        Raises:
            StateError: no such base model, or the version is known already.
        """
        said = f"publish({name!r}, {version!r})"
        base = find_base_model(self._service.world, name, said)
        if not isinstance(version, str) or not version:
            raise StateError(f"{said}: give the version's name, such as '{base.newest}'.")
        with self._service.app.lock:
            if version in base.versions:
                raise StateError(f"{said}: it is out already. Versions: {', '.join(base.versions)}.")
            self._service.world.settle()
            self._service.world.publish(base, version)

    def versions(self, name: str) -> tuple[str, ...]:
        """The published versions, the newest last.

        Raises:
            StateError: no such base model.
        """
        return tuple(find_base_model(self._service.world, name, f"versions({name!r})").versions)

    def __iter__(self) -> Iterator[str]:
        return iter(self._service.world.base_models)

    def __len__(self) -> int:
        return len(self._service.world.base_models)

    def __contains__(self, name: object) -> bool:
        return name in self._service.world.base_models
