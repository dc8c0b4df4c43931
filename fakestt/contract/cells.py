"""What a cell of the state table really answers: its guards are asked about every kind of model that the phase has.

A guard that always objects makes of "allowed" a refusal: a model without audio can't be trained, whatever is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from fakestt.contract.edition import Edition
from fakestt.core.acoustic import ACOUSTIC, AcousticCommand, AcousticPhase
from fakestt.core.lifecycle import Allow, Ask, Command, Refuse
from fakestt.core.limits import Limits
from fakestt.core.refusals import Why
from fakestt.core.resources import AcousticModel, Activity, Audio, BaseModel, LanguageModel
from fakestt.media.facts import AudioFacts

__all__ = ["Cell", "cell_of", "cell_text"]

# fmt: off
STATES: tuple[dict[str, Any], ...] = (  # Any: facts of a model
    {}, {"trained": True}, {"trained": True, "modified": True}, {"failed": True},
    {"activity": Activity.TRAINING}, {"activity": Activity.UPGRADE},
)
HELPED: tuple[dict[str, Any], ...] = ({}, {"helper_id": "helper"}, {"helper_id": "helper", "helper_lags": True})
# A name, and whether to overwrite.
UPLOADS = (("new", False), ("good", False), ("bad", False), ("good", True), ("fresh", True))
# fmt: on


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether there is anything that the command does in the phase, and all for which it may be refused there."""

    allowed: bool
    whys: tuple[Why, ...]

    @property
    def word(self) -> str:
        """What stands before the reasons."""
        if not self.allowed:
            return "refused"
        return "allowed, unless" if self.whys else "allowed"


@lru_cache(maxsize=1024)
def cell_of(command: Command, phase: AcousticPhase, limits: Limits) -> Cell:
    """The cell in an edition with these limits; the reasons in the order in which a request meets them."""
    cell = ACOUSTIC.commands[command][phase]
    if isinstance(cell, Refuse):
        return Cell(False, (cell.why,))
    if not cell.unless:
        return Cell(True, ())
    met: dict[Why, int] = {}
    allowed = False
    for model in _models(phase, limits):
        for ask in _asks(command, model, limits):
            objection = _first_objection(cell, model, ask)
            if objection is None:
                allowed = True
            else:
                met.setdefault(*objection)
    return Cell(allowed, tuple(sorted(met, key=lambda why: met[why])))


def cell_text(edition: Edition, command: Command, phase: AcousticPhase) -> str:
    """`allowed, unless no audio (400)`: the same with the edition's status codes."""
    cell = cell_of(command, phase, edition.limits)
    said = ", ".join(f"{why.value} ({edition.wording[why].status})" for why in cell.whys)
    return f"{cell.word} {said}".strip()


def _first_objection(cell: Allow[AcousticModel], model: AcousticModel, ask: Ask) -> tuple[Why, int] | None:
    """Why, and which of the guards it is that says so."""
    for at, guard in enumerate(cell.unless):
        why = guard(model, ask)
        if why is not None:
            return why, at
    return None


def _models(phase: AcousticPhase, limits: Limits) -> Iterator[AcousticModel]:
    """Models in this phase, of every kind that a guard can tell from another."""
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
            description=None,
            versions=[version],
            **state,
            **helped,
        )
        kinds = (("good", good_s, True), ("bad", 60.0 * bad, False), ("fresh", 60.0 * fresh, None))
        model.audio.update({name: _audio(name, length_s, valid) for name, length_s, valid in kinds if length_s})
        if ACOUSTIC.phase(model) is phase:
            yield model


def _asks(command: Command, model: AcousticModel, limits: Limits) -> Iterator[Ask]:
    """Requests of every kind that a guard can tell from another."""
    if command is AcousticCommand.ADD_AUDIO:
        yield from (Ask(limits=limits, name=name, overwrite=overwrite) for name, overwrite in UPLOADS)
        return
    base = model.base_model
    helpers = [None, _helper(_base("other"), "old", "available")]
    helpers += [_helper(base, version, status) for version in base.versions for status in ("available", "failed")]
    for strict, force, helper in product((True, False) if limits.knows_strict else (True,), (False, True), helpers):
        yield Ask(limits=limits, strict=strict, force=force, helper=helper)


def _base(name: str) -> BaseModel:
    return BaseModel(name, "en-US", 16000, "", True, True, True, None, ["old", "new"])


def _audio(name: str, length_s: float, valid: bool | None) -> Audio:
    facts = AudioFacts(length_s, "flac", 16000, 1)
    return Audio(
        name=name, created_at_s=0.0, content_type="audio/flac", size_bytes=1, sha256="", facts=facts, valid=valid
    )


def _helper(base: BaseModel, version: str, status: str) -> LanguageModel:
    return LanguageModel(
        name="helper", created_at_s=0.0, id="helper", owner="owner", base_model=base, versions=[version], status=status
    )
