"""Example language models and requests, for the documents that are computed from their table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any, TypeVar

from fakestt.core.asking import ModelAsk
from fakestt.core.family import Samples, Walk
from fakestt.core.language import commands
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Text, Word
from fakestt.core.language.phases import LanguageCommand, language_phase
from fakestt.core.language.texts import add_text, delete_text
from fakestt.core.language.words import Definition
from fakestt.core.lifecycle import Command
from fakestt.core.limits import Limits
from fakestt.core.phases import ModelPhase
from fakestt.core.resources import Activity, Generation
from fakestt.core.samples import BASE, STATES, outdated, put, sample, told_apart
from fakestt.core.world import World
from fakestt.media.text import TextFacts

__all__ = ["SAMPLES", "WALK"]

T = TypeVar("T", bound=Text)

BASES = tuple(replace(BASE, generation=one) for one in (Generation.PREVIOUS, Generation.IMPROVED, Generation.LARGE))
SOME_TEXT = TextFacts(1, {"good": 1})
GOOD, BAD = Word(word="good"), Word(word="bad", errors={"4": "numbers"})
# What all texts have, and what no guard looks at.
UNREAD: Mapping[str, Any] = {"size_bytes": 1, "sha256": ""}

# fmt: off
MORE_STATES: tuple[dict[str, Any], ...] = ({"activity": Activity.ANALYSIS},)  # Any: facts of a model
WORDS: tuple[tuple[Word, ...], ...] = ((), (GOOD,), (BAD,), (GOOD, BAD))
# No text, or one of each kind: whether it is valid.
TEXTS: tuple[tuple[bool, ...], ...] = ((), (True,), (False,))
UPLOADS = ("new", "lines", "rules")
# fmt: on
ADDS = (LanguageCommand.ADD_CORPUS, LanguageCommand.ADD_GRAMMAR)

_model = partial(sample, LanguageModel, dialect="en-US")


def _models(limits: Limits) -> Iterator[LanguageModel]:
    """Models in every phase."""
    for base, state, version, words, texts in product(BASES, (*STATES, *MORE_STATES), BASE.versions, WORDS, TEXTS):
        model = _model(version, base=base, **state)
        for word in words:
            model.words.put(word)
        for valid in texts:
            put(_text(Corpus, model, "lines", valid=valid))
            if limits.knows_grammars:
                put(_text(Grammar, model, "rules", valid=valid))
        # Nothing is trained on nothing, and what is removed later is a change.
        if model.has_valid_data or language_phase(model) is not ModelPhase.AVAILABLE:
            yield model


def _asks(command: Command, model: LanguageModel, limits: Limits) -> Iterator[ModelAsk]:
    """Requests for this command."""
    if command in ADDS:
        yield from (ModelAsk(limits=limits, name=name) for name in UPLOADS)
        return
    stricts = (True, False) if limits.knows_strict else (True,)
    forces = (False, True) if limits.knows_force_of_language_models else (False,)
    for strict, force in product(stricts, forces):
        yield ModelAsk(limits=limits, strict=strict, force=force)


def _text(
    kind: type[T], model: LanguageModel, name: str, facts: TextFacts = SOME_TEXT, *, valid: bool | None = None
) -> T:
    return kind(name=name, parent=model, facts=facts, valid=valid, customer_id=name, **UNREAD)


# The two kinds of texts that the phases tell apart, and whether they are analysed as valid.
KINDS: Mapping[str, TextFacts] = {
    "good": SOME_TEXT, "bad": TextFacts(problem="it is not UTF-8"),
}  # fmt: skip


def _add_text(world: World, model: LanguageModel, *, kind: type[Text], name: str) -> None:
    """Add one, unless the model has texts of the other kind: mixtures lead nowhere else, and there are many of them."""
    if all(isinstance(one, kind) for one in model.texts):
        add_text(world, model, _text(kind, model, name, replace(KINDS[name])))  # the analysis changes the facts


def _delete_user_data(world: World, model: LanguageModel, *, name: str) -> None:
    commands.delete_user_data(world, model.owner, name)


STEPS: tuple[Callable[..., object], ...] = (
    commands.delete_language_model,
    commands.train,
    commands.reset,
    commands.upgrade,
    *(partial(_delete_user_data, name=name) for name in KINDS),
    partial(commands.add_words, definitions=[Definition(word="IEEE", sounds_like=["4 you"])]),
    partial(commands.add_word, definition=Definition(word="IEEE", sounds_like=["for you"])),
    partial(commands.delete_word, spelling="IEEE"),
)
STEPS_WITH_TEXTS = {
    kind: [partial(step, kind=kind, name=name) for step in (_add_text, delete_text) for name in KINDS]
    for kind in (Corpus, Grammar)
}
STEP_WITH_STRICT = partial(commands.train, strict=False)
STEP_WITH_FORCE = partial(commands.train, force=True)


def _steps(limits: Limits) -> Iterator[Callable[..., object]]:
    yield from STEPS
    yield from STEPS_WITH_TEXTS[Corpus]
    if limits.knows_grammars:
        yield from STEPS_WITH_TEXTS[Grammar]
    if limits.knows_strict:
        yield STEP_WITH_STRICT
    if limits.knows_force_of_language_models:
        yield STEP_WITH_FORCE


def _told_apart(model: LanguageModel) -> Hashable:
    word = model.words.get("IEEE")
    data = tuple((one.family, one.name, one.valid) for one in model.texts)
    return data, word and (word.word, word.problem), told_apart(model)


WALK = Walk(start=partial(outdated, commands.create_language_model), steps=_steps, told_apart=_told_apart)
SAMPLES = Samples(resources=_models, asks=_asks)
