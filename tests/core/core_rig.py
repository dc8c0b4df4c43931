"""Worlds, audio and models in every column of the state table, made by the service's own commands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.choices import Choices, Kind, Point
from fakestt.core.clock import VirtualClock
from fakestt.core.families import FAMILIES
from fakestt.core.language.facts import LanguageModel
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Model
from fakestt.core.world import World
from fakestt.editions import EDITIONS
from fakestt.media.facts import AudioFacts, Facts

T = TypeVar("T")

START_S = 1_540_598_400.0  # 2018-10-27T00:00:00Z
OWNER = "11111111-1111-4111-8111-111111111111"
OTHER_OWNER = "22222222-2222-4222-8222-222222222222"
BASE = "en-US_BroadbandModel"
NARROW = "en-US_NarrowbandModel"
NEWER = f"{BASE}.v2099-01-01"

ALL = tuple(EDITIONS)
ICP = ("icp2018", "icp2020")
CLOUD = ("cloud2025", "cp4d2025")


class Steered(Choices):
    """Spoils the activities named in `spoil`, and notes all that is decided."""

    def __init__(self, *spoil: str) -> None:
        super().__init__()
        self.spoil = set(spoil)
        self.asked: list[tuple[str, Any]] = []

    def decide(self, point: Point, options: Sequence[T]) -> T:
        self.asked.append((str(point), tuple(options)))
        spoils = point.kind is Kind.ENDING and point.activity is not None and point.activity.value in self.spoil
        return options[-1] if spoils else options[0]


def make_world(edition: str = "icp2018", *, choices: Choices | None = None, seed: int = 0, **knobs: Any) -> World:
    found = EDITIONS[edition]
    return World(VirtualClock(START_S), replace(found.limits, **knobs), found.base_models, seed, FAMILIES, choices)


def make_model(world: World, owner: str = OWNER, base: str = BASE, **fields: Any) -> AcousticModel:
    return commands.create_acoustic_model(world, owner, base_model_name=base, **{"name": "car", **fields})


def make_audio(
    model: AcousticModel,
    name: str,
    seconds: float = 720,
    rate_hz: int = 16000,
    *,
    facts: Facts | None = None,
    customer_id: str | None = None,
) -> Audio:
    return Audio(
        name=name,
        parent=model,
        content_type="audio/wav",
        size_bytes=100,
        sha256=hashlib.sha256().hexdigest(),
        facts=facts or AudioFacts(seconds, "pcm_s16le", rate_hz, 1),
        customer_id=customer_id,
    )


def add(world: World, model: AcousticModel, name: str, seconds: float = 720, **more: Any) -> Audio:
    """Add audio and leave it to its analysis."""
    said = {"overwrite": more.pop("overwrite")} if "overwrite" in more else {}
    audio = make_audio(model, name, seconds, **more)
    commands.add_audio(world, model, audio, **said)
    return audio


def added(world: World, model: AcousticModel, name: str, seconds: float = 720, **more: Any) -> Audio:
    """Add audio and wait for its analysis."""
    audio = add(world, model, name, seconds, **more)
    finish(world)
    return audio


def wait(world: World, seconds: float) -> None:
    world.clock.wait(seconds)
    world.settle()


def finish(world: World) -> None:
    """Until nothing is due any more."""
    while (due_s := world.machine.schedule.next_due()) is not None:
        wait(world, due_s - world.now_s)
        later_s = world.machine.schedule.next_due()
        assert later_s is None or later_s > due_s, "what was due has not happened"


def code(world: World, model: Model) -> str:
    return world.machine.phase(model).code


def shown(world: World, model: AcousticModel) -> str:
    return world.machine.phase(model).shown


def publish(world: World, version: str = NEWER, base: str = BASE) -> None:
    world.publish(world.base_models[base], version)


def objection(act: Any, *args: Any, **named: Any) -> Why | None:
    """Why it is refused; None if it is done."""
    try:
        act(*args, **named)
    except Refusal as refusal:
        return refusal.why
    return None


def trained_with(world: World, model: AcousticModel, helper: LanguageModel) -> None:
    commands.train(world, model, helper_id=helper.id)
    finish(world)


# The columns of the table. Br, Ba, Bf are its B*: was ready, available, failed, and audio is being analysed.
COLUMNS = ("P0", "PB", "PI", "R", "RM", "Br", "Ba", "Bf", "T", "A", "U", "F")
CODES = {"Br": "PB", "Ba": "PB", "Bf": "PB"}


def reach(world: World, column: str) -> AcousticModel:
    """A new model in this column: `good` is its valid audio, `bad` its invalid, `fresh` what is being analysed.

    In column U a newer version of the base is out, and nowhere else.
    """
    model = make_model(world)
    if column in ("PI", "RM"):
        added(world, model, "bad", rate_hz=8000, customer_id="jane")
    if column not in ("P0", "PB", "PI"):
        added(world, model, "good", customer_id="jane")
    if column in ("A", "Ba", "U"):
        commands.train(world, model)
        finish(world)
    if column in ("F", "Bf"):
        world.machine.choices = Steered("training")
        commands.train(world, model)
        finish(world)
        world.machine.choices = Choices()
    if column in ("PB", "Br", "Ba", "Bf"):
        add(world, model, "fresh", customer_id="jane")
    if column == "T":
        commands.train(world, model)
    if column == "U":
        publish(world)
        commands.upgrade(world, model)
    assert code(world, model) == CODES.get(column, column)
    return model
