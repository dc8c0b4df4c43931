"""The resources of one fake: the store, its clock, its machine, its ids and owners."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from fakestt.core.acoustic import ACOUSTIC, AUDIO, AcousticPhase
from fakestt.core.audio import Taken, taken_for
from fakestt.core.choices import Choices
from fakestt.core.clock import Clock
from fakestt.core.lifecycle import Lifecycle
from fakestt.core.limits import Limits
from fakestt.core.machine import Machine
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import AcousticModel, Activity, Audio, BaseModel, LanguageModel, Resource

__all__ = ["World"]

LIFECYCLES: Mapping[type[Resource], Lifecycle[Any]] = {AcousticModel: ACOUSTIC, Audio: AUDIO}


class World:
    """One service, all of its owners. Call `settle` before anything is looked at or done.

    Args:
        seed: makes the ids; equal seeds give equal ids.
    """

    def __init__(
        self, clock: Clock, limits: Limits, base_models: Iterable[BaseModel], seed: int, choices: Choices | None = None
    ) -> None:
        self.clock = clock
        self.limits = limits
        self.machine = Machine(LIFECYCLES, limits, choices or Choices())
        self.base_models = {base.name: base for base in base_models}
        self.acoustic: dict[str, dict[str, AcousticModel]] = {}
        self.language: dict[str, dict[str, LanguageModel]] = {}
        self.taken: list[Taken] = []
        self.now_s = self.started_at_s = clock.now_s()
        self.seed = seed
        self.ids_given = 0

    def settle(self) -> None:
        """Let all happen that is due by now."""
        now_s = self.clock.now_s()  # which may put ours back, as long as nothing was made here
        self.now_s = max(self.now_s, now_s)
        self.machine.run_until(self.now_s)

    def new_id(self) -> str:
        """A version 4 GUID, the next of this seed."""
        self.ids_given += 1
        digest = hashlib.blake2b(f"id:{self.seed}:{self.ids_given}".encode(), digest_size=16).digest()
        return str(uuid.UUID(bytes=digest, version=4))

    def new_acoustic_model(
        self, owner: str, base: BaseModel, *, name: str, description: str | None, versions: list[str]
    ) -> AcousticModel:
        """An empty model, kept for its owner from now on. Whoever makes it writes its history."""
        model = AcousticModel(
            name=name,
            created_at_s=self.now_s,
            updated_at_s=self.now_s,
            id=self.new_id(),
            owner=owner,
            base_model=base,
            description=description,
            versions=versions,
        )
        self.acoustic.setdefault(owner, {})[model.id] = model
        return model

    def take_for_audio(self, row: Taken) -> None:
        """From now on, what fits this row is the audio that it says; what is being analysed is looked at anew."""
        running = [audio for audio in self.machine.running(Activity.ANALYSIS) if isinstance(audio, Audio)]
        uploaded = [(audio, taken_for((row,), audio)) for audio in running if audio.size_bytes]
        self.taken.insert(0, row)
        for audio, facts in uploaded:
            if facts is not audio.facts:
                audio.facts = facts
                self.machine.plan(audio, self.now_s)

    def publish(self, base: BaseModel, version: str) -> None:
        """A newer version of a base model is out: models that are built on an older one can be upgraded."""
        base.versions.append(version)
        if self.limits.empty_model_follows_base:
            for models in self.acoustic.values():
                for model in models.values():
                    if model.base_model is base and self.machine.phase(model) is AcousticPhase.EMPTY:
                        model.versions[:] = [version]

    def acoustic_model(self, owner: str, model_id: str) -> AcousticModel:
        """The model, if it is this owner's: others' cannot be told from none.

        Raises:
            Refusal: NO_SUCH_MODEL.
        """
        try:
            return self.acoustic[owner][model_id]
        except KeyError:
            raise Refusal(Why.NO_SUCH_MODEL, id=model_id) from None

    def language_model(self, owner: str, model_id: str) -> LanguageModel:
        """Likewise.

        Raises:
            Refusal: NO_SUCH_MODEL.
        """
        try:
            return self.language[owner][model_id]
        except KeyError:
            raise Refusal(Why.NO_SUCH_MODEL, id=model_id) from None
