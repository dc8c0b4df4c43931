"""A family that the product knows nothing of: lamps, which belong to acoustic models and take a while to light up."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from fakestt.core.acoustic.commands import create_acoustic_model
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.changes import ByCommand, ByHand
from fakestt.core.family import Family, Samples, Walk
from fakestt.core.lifecycle import Allow, Ask, Command, Ending, Lifecycle, Phase, Refuse, Stage
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity, Child, Model
from fakestt.core.world import World


class Light(Phase):
    OFF = ("OFF", "off")
    WARMING = ("WARM", "warming")
    ON = ("ON", "on")


class Switch(Command):
    PRESS = "pressLamp"
    SMASH = "smashLamp"


@dataclass(slots=True, eq=False, kw_only=True)
class Lamp(Child):
    family = "lamp"

    lit: bool = False
    colour: complex = 0j  # which JSON can't hold
    error: str | None = None


def light(lamp: Lamp) -> Light:
    return Light.WARMING if lamp.activity else Light.ON if lamp.lit else Light.OFF


def lit_already(lamp: Lamp, ask: Ask) -> Why | None:
    return Why.UNMODIFIED if lamp.lit else None


def burn(lamp: Lamp) -> None:
    lamp.lit = True


def fuse(lamp: Lamp, why: str) -> None:
    lamp.error = why


def stages(limits: Limits) -> tuple[Stage[Lamp], ...]:
    endings = (Ending("lit", burn), Ending("fused", lambda lamp: fuse(lamp, "no current"), spoils=True))
    return (Stage(Activity.UPGRADE, lambda _: (1.0, 3.0), endings),)


def hang(world: World, model: Model, name: str) -> Lamp:
    lamp = Lamp(name=name, parent=model, colour=1 + 2j)
    model.children.setdefault(Lamp.family, {})[name] = lamp
    world.machine.made(lamp, world.now_s, ByHand())
    return lamp


def press(world: World, lamp: Lamp) -> None:
    world.machine.permit(lamp, Switch.PRESS, Ask(limits=world.limits, name=lamp.name), world.now_s)
    with world.machine.changing(lamp, world.now_s, ByCommand(Switch.PRESS.value)):
        world.machine.start(lamp, Activity.UPGRADE, world.now_s)


def smash(world: World, lamp: Lamp) -> None:
    world.machine.permit(lamp, Switch.SMASH, Ask(limits=world.limits, name=lamp.name), world.now_s)
    world.machine.gone(lamp, world.now_s, ByCommand(Switch.SMASH.value))
    del lamp.parent.children[Lamp.family][lamp.name]


def samples(limits: Limits) -> Iterator[Lamp]:
    world_less: Any = None  # Any: nobody asks a sample for its model
    for facts in ({}, {"lit": True}, {"activity": Activity.UPGRADE}):
        yield Lamp(name="lamp", parent=world_less, **facts)  # type: ignore[arg-type]


def asks(command: Command, lamp: Lamp, limits: Limits) -> Iterator[Ask]:
    yield Ask(limits=limits, name=lamp.name)


def start(world: World) -> Lamp:
    return hang(world, create_acoustic_model(world, "owner", name="model", base_model_name="base"), "lamp")


def steps(limits: Limits) -> Iterator[Callable[..., object]]:
    yield press
    yield smash


def told_apart(lamp: Lamp) -> Hashable:
    return lamp.lit, lamp.activity


OFF, WARMING, ON = Light
PRESSED, SMASHED = Source("the manual", "press"), Assumed("nobody has tried it")
LAMPS = Family(
    kind=Lamp,
    lifecycle=Lifecycle(
        Light,
        light,
        {
            Switch.PRESS: {OFF: Allow((lit_already,)), WARMING: Refuse(Why.BUSY), ON: Allow((lit_already,))},
            Switch.SMASH: {OFF: Allow(), WARMING: Allow(), ON: Allow()},
        },
        stages,
        {Switch.PRESS: dict.fromkeys(Light, PRESSED), Switch.SMASH: dict.fromkeys(Light, SMASHED)},
    ),
    named_by="lamp_name",
    missing=Why.NO_SUCH_AUDIO,
    parent=ACOUSTIC,
    spoil={Activity.UPGRADE: fuse},
    samples=Samples(resources=samples, asks=asks),
    walk=Walk(start=start, steps=steps, told_apart=told_apart),
    written={"colour": (lambda value: [value.real, value.imag], lambda value: complex(*value))},
    rules={"a lamp has one colour": Assumed("so say those who sell them")},
)
