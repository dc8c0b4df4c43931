"""The test author's view of acoustic models and their audio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.http.handlers.acoustic import shown
from fakestt.literals import AudioStatus, ModelStatus
from fakestt.views.models import Models, ModelView

__all__ = ["AcousticModelView", "AcousticModels", "AudioView"]


@dataclass(frozen=True, slots=True, repr=False)
class AudioView:
    """An audio or archive resource, as it was at the time of the look.

    Attributes:
        name: the `audio_name`.
        status: `being_processed`, `ok` or `invalid`.
        duration_s: seconds of audio in it, as the service counts them.
        content_type: as the client sent it.
        size_bytes: of what came.
        sha256: of what came, in hexadecimal digits.
        problem: why it is `invalid`; the service does not say. None if nothing is wrong.
    """

    name: str
    status: AudioStatus
    duration_s: int
    content_type: str
    size_bytes: int
    sha256: str
    problem: str | None

    @classmethod
    def of(cls, audio: Audio, status: AudioStatus) -> AudioView:
        """The view of a resource."""
        return cls(
            audio.name, status, audio.duration_s, audio.content_type, audio.size_bytes, audio.sha256, audio.problem
        )

    def __repr__(self) -> str:
        why = f" ({self.problem})" if self.problem else ""
        return f"<audio {self.name!r} {self.status}{why}, {self.duration_s} s>"


class AcousticModelView(ModelView[AcousticModel]):
    """A custom acoustic model."""

    __slots__ = ()
    _kind = AcousticModel

    @property
    def minutes_of_audio(self) -> float:
        """Minutes of valid audio."""
        with self._look() as model:
            return model.valid_seconds() / 60

    @property
    def audio(self) -> Mapping[str, AudioView]:
        """The resources by name."""
        return self._data(Audio, AudioView.of)

    def _shown(self, model: AcousticModel) -> dict[str, Any]:
        return shown(self._service.world, self._service.edition, model)

    def _holds(self, model: AcousticModel) -> str:
        return f"{len(model.audio)} audio"


class AcousticModels(Models[AcousticModelView]):
    """The custom acoustic models of this instance."""

    _view_type = AcousticModelView

    def add(
        self,
        *,
        name: str = "model",
        base_model_name: str = "en-US_BroadbandModel",
        status: ModelStatus = "pending",
        minutes_of_audio: float | None = None,
        invalid_audio: int = 0,
        description: str | None = None,
        versions: Sequence[str] | None = None,
        error: str | None = None,
        owner: str | None = None,
        id: str | None = None,  # noqa: A002 - the service's word
    ) -> AcousticModelView:
        """Make a model in any documented state, without a request and without time passing.

        Args:
            status: the status it shows; a running activity ends in its ordinary time.
            minutes_of_audio: valid audio, which for `pending` is being analysed. Default: 12, for `pending` none. For
                `training` and `available` at most what a training takes; less than the documented least is possible,
                for there is `force`.
            invalid_audio: the number of invalid resources besides; for `training` and `available` none where the
                edition has no `strict`.
            versions: of the base model; its newest unless given.
            error: of a failed model.
            owner: another instance's GUID.
            id: a GUID that no model has, such as one that the client has hard-coded; one is made unless given.

        Raises:
            StateError: no model can be in such a state, or have such an id.
        """
        return self._place(
            owner,
            id=id,
            name=name,
            base_model_name=base_model_name,
            status=status,
            minutes_of_audio=minutes_of_audio,
            invalid_audio=invalid_audio,
            description=description,
            versions=versions,
            error=error,
        )
