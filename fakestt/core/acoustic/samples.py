"""Acoustic models, and requests for them, of every kind that a guard can tell from another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.acoustic.phases import AcousticCommand
from fakestt.core.acoustic.table import AcousticAsk
from fakestt.core.language.facts import LanguageModel
from fakestt.core.lifecycle import Command
from fakestt.core.limits import Limits
from fakestt.core.resources import Activity, BaseModel
from fakestt.media.facts import AudioFacts

__all__ = ["asks", "models"]

# fmt: off
STATES: tuple[dict[str, Any], ...] = (  # Any: facts of a model
    {}, {"trained": True}, {"trained": True, "modified": True}, {"failed": True},
    {"activity": Activity.TRAINING}, {"activity": Activity.UPGRADE},
)
HELPED: tuple[dict[str, Any], ...] = ({}, {"helper_id": "helper"}, {"helper_id": "helper", "helper_lags": True})
# A name, and whether to overwrite.
UPLOADS = (("new", False), ("good", False), ("bad", False), ("good", True), ("fresh", True))
# fmt: on


def models(limits: Limits) -> Iterator[AcousticModel]:
    """Some in every phase."""
    base = _base("base")
    amounts_s = (0.0, limits.min_audio_s / 2, limits.min_audio_s, limits.max_audio_s + 60)
    for state, helped, version, good_s, bad, fresh in product(
        STATES, HELPED, base.versions, amounts_s, (False, True), (False, True)
    ):
        model = AcousticModel(
            name="model",
            created_at_s=0.0,
            updated_at_s=0.0,
            id="model",
            owner="owner",
            base_model=base,
            versions=[version],
            **state,
            **helped,
        )
        kinds = (("good", good_s, True), ("bad", 60.0 * bad, False), ("fresh", 60.0 * fresh, None))
        model.audio.update({name: _audio(model, name, length_s, valid) for name, length_s, valid in kinds if length_s})
        yield model


def asks(command: Command, model: AcousticModel, limits: Limits) -> Iterator[AcousticAsk]:
    """Requests for this command."""
    if command is AcousticCommand.ADD_AUDIO:
        yield from (AcousticAsk(limits=limits, name=name, overwrite=overwrite) for name, overwrite in UPLOADS)
        return
    base = model.base_model
    helpers = [None, _helper(_base("other"), "old", trained=True)]
    helpers += [_helper(base, version, trained=trained) for version in base.versions for trained in (True, False)]
    for strict, force, helper in product((True, False) if limits.knows_strict else (True,), (False, True), helpers):
        yield AcousticAsk(limits=limits, strict=strict, force=force, helper=helper)


def _base(name: str) -> BaseModel:
    return BaseModel(name, "en-US", 16000, "", True, True, True, None, ["old", "new"])


def _audio(model: AcousticModel, name: str, length_s: float, valid: bool | None) -> Audio:
    facts = AudioFacts(length_s, "flac", 16000, 1)
    return Audio(
        name=name,
        parent=model,
        created_at_s=0.0,
        content_type="audio/flac",
        size_bytes=1,
        sha256="",
        facts=facts,
        valid=valid,
    )


def _helper(base: BaseModel, version: str, *, trained: bool) -> LanguageModel:
    return LanguageModel(
        name="helper",
        created_at_s=0.0,
        updated_at_s=0.0,
        id="helper",
        owner="owner",
        base_model=base,
        versions=[version],
        trained=trained,
        failed=not trained,
    )
