"""The states of an acoustic model and what leads from one to the other, found by walking the tables.

Every command is tried in every set of facts that can be reached from a new model, and every activity is ended in every
way it can end. What is drawn is what happened; nothing is written down twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from fakestt.core import commands
from fakestt.core.acoustic import AcousticPhase
from fakestt.core.choices import Choices
from fakestt.core.clock import VirtualClock
from fakestt.core.lifecycle import Change
from fakestt.core.limits import Limits
from fakestt.core.refusals import Refusal
from fakestt.core.resources import AcousticModel, Activity, Audio, BaseModel
from fakestt.core.world import World
from fakestt.media.facts import AudioFacts, NotAudio

__all__ = ["Arrow", "arrows", "mermaid", "text"]

T = TypeVar("T")
OWNER = "owner"
BASE = "base"
# The two kinds of audio that the phases tell apart. The good one is too little to be trained on without `force`, so
# that one kind shows both what training does and what its refusal does.
KINDS: Mapping[str, AudioFacts | NotAudio] = {"good": AudioFacts(60.0, "flac", 16000, 1), "bad": NotAudio("not audio")}
_ACTIVITIES = frozenset(activity.value for activity in Activity)


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one phase to another, and by what. None stands for a model that is not there yet, or not any more."""

    before: AcousticPhase | None
    cause: str
    after: AcousticPhase | None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a model may be like; `audio` has name and `valid` of each resource, in the order of KINDS."""

    audio: tuple[tuple[str, bool | None], ...] = ()
    trained: bool = False
    modified: bool = False
    failed: bool = False
    activity: Activity | None = None
    outdated: bool = True  # there is always a newer version to go to, until an upgrade has brought it


class _Ends(Choices):
    """Takes the ending with this number, or the last there is."""

    def __init__(self, number: int) -> None:
        self._number = number

    def choose(self, label: str, options: Sequence[T]) -> T:
        return options[min(self._number, len(options) - 1)]


def arrows(limits: Limits) -> list[Arrow]:
    """All arrows of an edition with these limits, in the order of the phases; from a phase to itself is none."""
    found: dict[Arrow, None] = {Arrow(None, "createAcousticModel", AcousticPhase.EMPTY): None}
    seen = {_Facts()}
    waiting = [_Facts()]
    while waiting:
        facts = waiting.pop()
        for step in _steps(limits):
            after, changes = _taken(facts, step, limits)
            for change in changes:
                found[_arrow(change)] = None
            if after is not None and after not in seen:
                seen.add(after)
                waiting.append(after)
    order = [None, *AcousticPhase]
    return sorted(found, key=lambda arrow: (order.index(arrow.before), order.index(arrow.after), arrow.cause))


def text(limits: Limits) -> str:
    """The phases one after the other, with what leads out of each."""
    found = arrows(limits)
    lines = []
    for phase in (None, *AcousticPhase):
        head = "(no model)" if phase is None else f"{_name(phase)} ({phase.code}), shown as `{phase.shown}`"
        lines += ["", head]
        by_after: dict[AcousticPhase | None, list[str]] = {}
        for arrow in found:
            if arrow.before is phase:
                by_after.setdefault(arrow.after, []).append(arrow.cause)
        for after, causes in by_after.items():
            name = "(no model)" if after is None else _name(after)
            lines.append(f"    -> {name:<13} {', '.join(causes)}")
    return "\n".join(lines[1:]) + "\n"


def mermaid(limits: Limits) -> str:
    """The statuses that clients see, as a Mermaid state diagram. Phases with one status are one state."""
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for arrow in arrows(limits):
        before = "[*]" if arrow.before is None else arrow.before.shown
        after = "[*]" if arrow.after is None else arrow.after.shown
        if before != after:
            labels.setdefault((before, after), {})[arrow.cause] = None
    lines = [f"    {before} --> {after}: {'<br>'.join(causes)}" for (before, after), causes in labels.items()]
    return "\n".join(["stateDiagram-v2", *lines]) + "\n"


def _name(phase: AcousticPhase) -> str:
    return phase.name.lower().replace("_", " ")


def _arrow(change: Change) -> Arrow:
    before, after = change.before, change.after
    assert before is None or isinstance(before, AcousticPhase)
    assert after is None or isinstance(after, AcousticPhase)
    cause = f"{change.cause} ends" if change.cause in _ACTIVITIES else change.cause
    return Arrow(before, cause, after)


# Steps: each does one thing to the only model of a world

Step = Callable[[World, AcousticModel], object]


def _steps(limits: Limits) -> Iterator[Step]:
    yield commands.delete_acoustic_model
    yield commands.train
    yield partial(commands.train, force=True)
    if limits.knows_strict:
        yield partial(commands.train, force=True, strict=False)
    yield commands.reset
    yield commands.upgrade
    for name in KINDS:
        yield partial(_add_audio, name=name)
        yield partial(commands.delete_audio, name=name)
        yield partial(_delete_user_data, customer_id=name)
    for number in range(2):
        yield partial(_end, number=number)


def _add_audio(world: World, model: AcousticModel, *, name: str) -> None:
    commands.add_audio(world, model, _audio(model, name, None))


def _delete_user_data(world: World, model: AcousticModel, *, customer_id: str) -> None:
    commands.delete_user_data(world, model.owner, customer_id)


def _end(world: World, model: AcousticModel, *, number: int) -> None:
    """Let the next due activity end; which way is the number's choice."""
    world.machine.choices = _Ends(number)
    due_s = world.machine.schedule.next_due()
    if due_s is not None:
        world.machine.run_until(due_s)


def _taken(facts: _Facts, step: Step, limits: Limits) -> tuple[_Facts | None, list[Change]]:
    """Take a step from these facts: what they are then (None: the model is gone), and what changed on the way."""
    world, model = _world(facts, limits)
    with suppress(Refusal):  # which may have changed facts all the same: that is an arrow too
        step(world, model)
    changes = list(world.machine.history(model.id))
    if model.id not in world.acoustic[OWNER]:
        return None, changes
    audio = tuple((name, model.audio[name].valid) for name in KINDS if name in model.audio)
    outdated = model.versions[-1] != model.base_model.newest
    after = _Facts(audio, model.trained, model.modified, model.failed, model.activity, outdated)
    return after, changes


def _world(facts: _Facts, limits: Limits) -> tuple[World, AcousticModel]:
    base = BaseModel(BASE, "en-US", 16000, "", True, True, True, None, ["v1", "v2"])
    world = World(VirtualClock(0.0), replace(limits, empty_model_follows_base=False), [base], seed=0)
    model = AcousticModel(
        id="model",
        owner=OWNER,
        name="model",
        base_model=base,
        description=None,
        versions=["v1"] if facts.outdated else ["v1", "v2"],
        created_at_s=0.0,
        updated_at_s=0.0,
        trained=facts.trained,
        modified=facts.modified,
        failed=facts.failed,
    )
    world.acoustic[OWNER] = {model.id: model}
    for name, valid in facts.audio:
        model.audio[name] = audio = _audio(model, name, valid)
        if valid is None:
            world.machine.start(audio, Activity.ANALYSIS, 0.0)
    if facts.activity is not None:
        model.upgrading_to = base.newest
        world.machine.start(model, facts.activity, 0.0)
    return world, model


def _audio(model: AcousticModel, name: str, valid: bool | None) -> Audio:
    return Audio(
        name=name,
        parent=model,
        created_at_s=0.0,
        content_type="audio/flac",
        size_bytes=1,
        sha256="",
        customer_id=name,
        facts=KINDS[name],
        valid=valid,
    )
