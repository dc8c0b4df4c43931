"""Example language models and requests, for the documents that are computed from their table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import partial
from itertools import product
from typing import Any

from fakestt.core.changes import ByHand
from fakestt.core.family import Samples, Walk
from fakestt.core.language import commands
from fakestt.core.language.facts import LanguageModel, Word
from fakestt.core.language.table import LanguageAsk
from fakestt.core.lifecycle import Command
from fakestt.core.limits import Limits
from fakestt.core.models import data_changed
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Activity, BaseModel, Generation
from fakestt.core.world import World

__all__ = ["SAMPLES", "WALK"]

# fmt: off
STATES: tuple[dict[str, Any], ...] = (  # Any: facts of a model
    {}, {"trained": True}, {"trained": True, "modified": True}, {"failed": True},
    {"activity": Activity.TRAINING}, {"activity": Activity.UPGRADE}, {"activity": Activity.ANALYSIS},
)
# fmt: on
GOOD, BAD = Word(word="good"), Word(word="bad", problem="numbers")


def _models(limits: Limits) -> Iterator[LanguageModel]:
    """Models in every phase."""
    for generation in (Generation.PREVIOUS, Generation.IMPROVED):
        base = BaseModel("base", "en-US", 16000, "", True, True, True, None, ["old", "new"], generation)
        for state, version, words in product(STATES, base.versions, ((), (GOOD,), (BAD,), (GOOD, BAD))):
            if state == {"trained": True} and GOOD not in words:
                continue  # nothing is trained on nothing, and what is removed later is a change
            model = LanguageModel(
                name="model",
                created_at_s=0.0,
                updated_at_s=0.0,
                id="model",
                owner="owner",
                base_model=base,
                versions=[version],
                dialect=base.language,
                **state,
            )
            for word in words:
                model.words.put(word)
            yield model


def _asks(command: Command, model: LanguageModel, limits: Limits) -> Iterator[LanguageAsk]:
    """Requests for this command."""
    stricts = (True, False) if limits.knows_strict else (True,)
    forces = (False, True) if limits.knows_force_of_language_models else (False,)
    for strict, force in product(stricts, forces):
        yield LanguageAsk(limits=limits, strict=strict, force=force)


def _start(world: World) -> LanguageModel:
    """A model on an older version, so that it can be upgraded."""
    base = world.base_models["base"]
    model = commands.create_language_model(world, "owner", name="model", base_model_name=base.name)
    model.versions[:] = base.versions[:1]
    return model


def _steps(limits: Limits) -> Iterator[Callable[..., object]]:
    yield commands.delete_language_model
    yield commands.train
    if limits.knows_strict:
        yield partial(commands.train, strict=False)
    if limits.knows_force_of_language_models:
        yield partial(commands.train, force=True)
    yield commands.reset
    yield commands.upgrade
    for word in (GOOD, BAD):
        yield partial(_add_word, word=word)


def _add_word(world: World, model: LanguageModel, *, word: Word) -> None:
    """Add a word by hand, and have it validated."""
    if model.activity is not None:
        raise Refusal(Why.BUSY, id=model.id, name=word.word)
    with world.machine.changing(model, world.now_s, ByHand()):
        world.machine.start(model, Activity.ANALYSIS, world.now_s)
        model.words.put(word)
        data_changed(model)


def _told_apart(model: LanguageModel) -> Hashable:
    words = tuple(model.words.values())
    outdated = model.versions[-1] != model.base_model.newest
    return words, model.trained, model.modified, model.failed, model.activity, outdated


WALK = Walk(start=_start, steps=_steps, told_apart=_told_apart)
SAMPLES = Samples(resources=_models, asks=_asks)
