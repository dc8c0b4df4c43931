"""The facts of acoustic models and of their audio."""

from __future__ import annotations

from dataclasses import dataclass, field

from fakestt.core.resources import Data, Model, Resource
from fakestt.media.facts import ArchiveFacts, Facts

__all__ = ["AcousticModel", "Audio", "rounded_s"]


def rounded_s(exact_s: float) -> int:
    """Round to the nearest second. Documented durations are whole; which way they are rounded is assumed."""
    return int(exact_s + 0.5)


@dataclass(slots=True, eq=False, kw_only=True)
class Audio(Data):
    """An audio or archive resource of a model."""

    family = "audio"

    content_type: str
    facts: Facts

    @property
    def facts_duration_s(self) -> int:
        """The measured length in whole seconds. For an archive, the sum of its members.

        Source: icp2018 acoustic-audio.md#listExample
        """
        if isinstance(self.facts, ArchiveFacts):
            return sum(rounded_s(member.facts.duration_s) for member in self.facts.members)
        return rounded_s(self.facts.duration_s)

    @property
    def duration_s(self) -> int:
        """`facts_duration_s` once the audio is analysed; 0 until then."""
        return 0 if self.valid is None else self.facts_duration_s


@dataclass(slots=True, eq=False, kw_only=True)
class AcousticModel(Model):
    """A custom acoustic model.

    `helper_id`: the language model of the last accepted training.
    `helper_lags`: it was upgraded without a helper since, so the second of the two upgrade calls is still possible.
    `clearing_s`: how long the clearing takes that is going on, or went on last.
    """

    family = "acoustic model"

    children: dict[str, dict[str, Resource]] = field(default_factory=lambda: {"audio": {}})
    helper_id: str | None = None
    helper_lags: bool = False
    upgrading_with: str | None = None
    clearing_s: float = 0.0

    @property
    def audio(self) -> dict[str, Audio]:
        """Its audio resources by name, in the order in which the names were first added."""
        # No cast: that is one more call, and every request comes here.
        return self.children["audio"]  # type: ignore[return-value]  # the family's children

    @property
    def has_data(self) -> bool:
        return bool(self.audio)

    def valid_seconds(self) -> int:
        """Whole seconds of all audio that is analysed and valid."""
        return sum(audio.facts_duration_s for audio in self.audio.values() if audio.valid)
