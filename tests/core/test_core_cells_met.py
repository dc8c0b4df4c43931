"""What the cells of models say is what models meet that live at random: each of the refusals, and no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any, TypeVar

import pytest
from core_rig import ALL, BASE, NARROW, OWNER, make_audio, make_world, wait
from language_rig import add, place

from fakestt.contract.cells import cell_of
from fakestt.core.acoustic import commands as acoustic
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.acoustic.phases import AcousticCommand
from fakestt.core.acoustic.placing import place_acoustic_model
from fakestt.core.choices import Choices, Point
from fakestt.core.language import commands as language
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel
from fakestt.core.language.family import LANGUAGE
from fakestt.core.language.texts import delete_text, get_text, list_texts
from fakestt.core.language.words import Definition
from fakestt.core.lifecycle import Command, Phase
from fakestt.core.machine import Machine
from fakestt.core.placing import STATUSES
from fakestt.core.refusals import Refusal, Why
from fakestt.editions import EDITIONS
from fakestt.errors import StateError
from fakestt.media.facts import NotAudio

T = TypeVar("T")
Act = Callable[[], object]

NAMES = ("one", "two", "three")
HOUR_S = 3600.0
STEPS = 100  # in one world
MOST_WORLDS = 20_000  # 3,000 are enough


class Drawn(Choices):
    """How things end is drawn."""

    def __init__(self, rng: Random) -> None:
        super().__init__()
        self._rng = rng

    def decide(self, point: Point, options: Sequence[T]) -> T:
        return self._rng.choice(options)


class Lives:
    """Models of both kinds in one world. What is done to them is drawn."""

    def __init__(self, edition: str, rng: Random) -> None:
        self._rng = rng
        self._world = make_world(edition, choices=Drawn(rng))
        self._bases = [name for name in (BASE, NARROW, "en-US_Telephony", "en-US") if name in self._world.base_models]

    def step(self) -> None:
        models = list(self._world.all_models())
        acts: list[Act] = [self._pass_time, self._publish]
        if len(models) < 5:
            acts = [self._place_acoustic, self._place_language]
        elif self._one((True, False)):
            model = self._one(models)
            acts = self._with_acoustic(model) if isinstance(model, AcousticModel) else self._with_language(model)
        with suppress(Refusal, StateError):  # the latter: no model can be put there like this
            self._one(acts)()

    def _one(self, several: Sequence[Any]) -> Any:
        return self._rng.choice(several)

    def _pass_time(self) -> None:
        wait(self._world, self._one((1, HOUR_S, 1000 * HOUR_S)))

    def _publish(self) -> None:
        base = self._one(self._bases)
        self._world.publish(self._world.base_models[base], f"{base}.v{self._rng.randrange(10**9)}")

    def _place_acoustic(self) -> None:
        base, status, invalid = self._one((BASE, NARROW)), self._one(STATUSES), self._one((0, 1))
        place_acoustic_model(
            self._world,
            OWNER,
            name="car",
            base_model_name=base,
            status=status,
            invalid_audio=invalid,
        )

    def _place_language(self) -> None:
        more = self._one(({}, {"invalid_words": ["bad"]}, {"words": ["good"]}, {"corpora": {"one": "text"}}))
        place(self._world, base=self._one(self._bases), status=self._one(STATUSES), **more)

    def _with_acoustic(self, model: AcousticModel) -> list[Act]:
        world, name = self._world, self._one(NAMES)
        helpers = [one.id for one in world.all_models() if isinstance(one, LanguageModel)]
        audio = make_audio(model, name, self._one((60, 720, world.limits.max_audio_s * 1.1)))
        if self._one((True, False, False)):
            audio.facts = NotAudio("")
        strict = self._one((True, False)) or not world.limits.knows_strict
        ask = {"force": self._one((True, False)), "helper_id": self._one([None, *helpers])}
        return [
            partial(acoustic.get_acoustic_model, world, model),
            partial(acoustic.delete_acoustic_model, world, model),
            *[partial(acoustic.train, world, model, strict=strict, **ask)] * 3,
            partial(acoustic.reset, world, model),
            *[partial(acoustic.upgrade, world, model, **ask)] * 3,
            partial(acoustic.list_audio, world, model),
            *[partial(acoustic.add_audio, world, model, audio, overwrite=self._one((True, False)))] * 3,
            partial(acoustic.get_audio, world, model, name),
            partial(acoustic.delete_audio, world, model, name),
        ]

    def _with_language(self, model: LanguageModel) -> list[Act]:
        world, limits, name = self._world, self._world.limits, self._one(NAMES)
        strict = self._one((True, False)) or not limits.knows_strict
        force = self._one((True, False)) and limits.knows_force_of_language_models
        kind, text = self._one([(Corpus, "IEEE"), (Grammar, "#ABNF 1.0; $a = b;")][: 1 + limits.knows_grammars])
        content = self._one((text, b"\xff"))
        word = Definition(word=name, sounds_like=self._one((["for you"], ["4 you"])))
        return [
            partial(language.get_language_model, world, model),
            partial(language.delete_language_model, world, model),
            *[partial(language.train, world, model, strict=strict, force=force)] * 3,
            partial(language.reset, world, model),
            *[partial(language.upgrade, world, model)] * 3,
            partial(list_texts, world, model, kind),
            *[partial(add, world, model, name, content, kind=kind, overwrite=self._one((True, False)))] * 3,
            partial(get_text, world, model, kind, name),
            partial(delete_text, world, model, kind, name),
            partial(language.list_words, world, model, None, None),
            partial(language.add_words, world, model, [word]),
            partial(language.add_word, world, model, word),
            partial(language.get_word, world, model, name),
            partial(language.delete_word, world, model, name),
        ]


def _answer(command: Command, phase: Phase, why: Why | None) -> str:
    return f"{command.value} in {phase.code}: {'done' if why is None else why.value}"


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What the tables have answered so far."""
    answers: set[str] = set()
    permit = Machine.permit

    def noted(machine: Machine, resource: Any, command: Command, ask: Any, at_s: float) -> None:
        phase, why = machine.phase(resource), None
        try:
            permit(machine, resource, command, ask, at_s)
        except Refusal as refusal:
            why = refusal.why
            raise
        finally:
            answers.add(_answer(command, phase, why))

    monkeypatch.setattr(Machine, "permit", noted)
    return answers


@pytest.mark.slow
@pytest.mark.parametrize("edition", ALL)
def test_each_answer_that_a_cell_tells_of_is_met_and_no_other(edition: str, met: set[str]) -> None:
    limits = EDITIONS[edition].limits
    said = set()
    for family in (ACOUSTIC, LANGUAGE):
        for command, cells in family.lifecycle.commands.items():
            if command is AcousticCommand.DELETE_USER_DATA:
                continue  # it is about all models of an owner, and allowed in every phase
            if "Grammar" in command.value and not limits.knows_grammars:
                continue
            for phase in cells:
                cell = cell_of(family, command, phase, limits)
                whys = [*cell.whys, None] if cell.allowed else cell.whys
                said |= {_answer(command, phase, why) for why in whys}
    rng, left = Random(edition), MOST_WORLDS
    while met < said and left:
        lives, left = Lives(edition, rng), left - 1
        for _ in range(STEPS):
            lives.step()
    assert met == said
