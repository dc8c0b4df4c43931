"""Plain records of facts. What the facts amount to is a phase, computed by a lifecycle and stored nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from fakestt.media.facts import ArchiveFacts, Facts

__all__ = ["AcousticModel", "Activity", "Audio", "BaseModel", "LanguageModel", "Resource", "rounded_s"]


def rounded_s(exact_s: float) -> int:
    """Whole seconds, to the nearest: documented durations are whole, the direction is assumed."""
    return int(exact_s + 0.5)


class Activity(Enum):
    """Work that takes time. A resource does one thing at once."""

    ANALYSIS = "analysis"
    TRAINING = "training"
    UPGRADE = "upgrade"


@dataclass(slots=True)
class BaseModel:
    """One of the service's own models. Custom models are built on its newest version."""

    name: str
    language: str
    rate_hz: int
    description: str
    custom_acoustic_model: bool
    custom_language_model: bool
    speaker_labels: bool
    low_latency: bool | None
    versions: list[str]

    @property
    def newest(self) -> str:
        return self.versions[-1]


@dataclass(slots=True, eq=False, kw_only=True)
class Resource:
    """What every resource has. `visit` counts activities: a due change of an earlier visit is void."""

    name: str
    created_at_s: float
    parent: Resource | None = None
    activity: Activity | None = None
    since_at_s: float = 0.0
    visit: int = 0

    @property
    def subject(self) -> str:
        """How journals call it."""
        return self.name if self.parent is None else f"{self.parent.subject}/{self.name}"


@dataclass(slots=True, eq=False, kw_only=True)
class Audio(Resource):
    """An audio or archive resource of a model. `valid` is None until the analysis has ended."""

    content_type: str
    size_bytes: int
    sha256: str
    facts: Facts
    customer_id: str | None = None
    valid: bool | None = None
    problem: str | None = None

    @property
    def facts_duration_s(self) -> int:
        """Whole seconds of what was read; an archive is the sum of its members.

        Source: icp2018 acoustic-audio.md#listExample
        """
        if isinstance(self.facts, ArchiveFacts):
            return sum(rounded_s(member.facts.duration_s) for member in self.facts.members)
        return rounded_s(self.facts.duration_s)

    @property
    def duration_s(self) -> int:
        """The same once it is analysed; 0 until then."""
        return 0 if self.valid is None else self.facts_duration_s


@dataclass(slots=True, eq=False, kw_only=True)
class AcousticModel(Resource):
    """A custom acoustic model.

    `trained`: some training has succeeded, and recognition uses it. `modified`: the audio was changed since.
    `failed`: the last thing tried went wrong. `helper_id`: the language model of the last accepted training.
    `helper_lags`: upgraded without its helper since; the second of the two upgrade calls is still possible.
    """

    id: str
    owner: str
    base_model: BaseModel
    description: str | None
    versions: list[str]
    updated_at_s: float
    audio: dict[str, Audio] = field(default_factory=dict)
    trained: bool = False
    modified: bool = False
    failed: bool = False
    error: str | None = None
    helper_id: str | None = None
    helper_lags: bool = False
    upgrading_to: str | None = None
    upgrading_with: str | None = None

    @property
    def subject(self) -> str:
        return self.id

    def valid_seconds(self) -> int:
        """Whole seconds of the audio that counts: analysed and valid."""
        return sum(audio.facts_duration_s for audio in self.audio.values() if audio.valid)


@dataclass(slots=True, eq=False, kw_only=True)
class LanguageModel(Resource):
    """A custom language model, as far as acoustic models ask for one: it is put there by hand, with its status."""

    id: str
    owner: str
    base_model: BaseModel
    versions: list[str]
    status: str

    @property
    def subject(self) -> str:
        return self.id
