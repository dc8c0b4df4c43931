"""Example language models and requests, for the documents that are computed from their table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TypeVar

from fakestt.core.asking import ModelAsk
from fakestt.core.family import Samples, Walk
from fakestt.core.language import commands
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Text, Word
from fakestt.core.language.phases import LanguageCommand
from fakestt.core.language.texts import add_text, delete_text
from fakestt.core.language.words import Definition
from fakestt.core.lifecycle import Command
from fakestt.core.limits import Limits
from fakestt.core.resources import Activity, Generation
from fakestt.core.samples import STATES, outdated, sample, sample_base, told_apart
from fakestt.core.world import World
from fakestt.media.text import TextFacts

__all__ = ["SAMPLES", "WALK"]

T = TypeVar("T", bound=Text)

GOOD, BAD = Word(word="good"), Word(word="bad", errors={"4": "numbers"})
# The two kinds of texts that the phases tell apart, and whether they are analysed as valid.
TEXTS: Mapping[str, TextFacts] = {
    "good": TextFacts(1, {"good": 1}), "bad": TextFacts(problem="it is not UTF-8"),
}  # fmt: skip
# A name, and whether to overwrite.
UPLOADS = (("new", False), ("good", False), ("good", True), ("rules", False), ("rules", True))
ADDS = (LanguageCommand.ADD_CORPUS, LanguageCommand.ADD_GRAMMAR)


def _models(limits: Limits) -> Iterator[LanguageModel]:
    """Models in every phase."""
    states = (*STATES, {"activity": Activity.ANALYSIS})
    for generation in (Generation.PREVIOUS, Generation.IMPROVED, Generation.LARGE):
        base = sample_base(generation=generation)
        texts: tuple[tuple[str, ...], ...] = ((), ("good",), ("bad",))
        for state, version, words, corpora in product(states, base.versions, ((), (GOOD,), (BAD,), (GOOD, BAD)), texts):
            if state == {"trained": True} and GOOD not in words and "good" not in corpora:
                continue  # nothing is trained on nothing, and what is removed later is a change
            model = sample(LanguageModel, base, version, dialect=base.language, **state)
            for word in words:
                model.words.put(word)
            for name in corpora:
                model.corpora[name] = _text(Corpus, model, name, valid=name == "good")
                if limits.knows_grammars:
                    model.grammars["rules"] = _text(Grammar, model, "rules", valid=name == "good")
            yield model


def _asks(command: Command, model: LanguageModel, limits: Limits) -> Iterator[ModelAsk]:
    """Requests for this command."""
    if command in ADDS:
        yield from (ModelAsk(limits=limits, name=name, overwrite=overwrite) for name, overwrite in UPLOADS)
        return
    stricts = (True, False) if limits.knows_strict else (True,)
    forces = (False, True) if limits.knows_force_of_language_models else (False,)
    for strict, force in product(stricts, forces):
        yield ModelAsk(limits=limits, strict=strict, force=force)


def _steps(limits: Limits) -> Iterator[Callable[..., object]]:
    yield commands.delete_language_model
    yield commands.train
    if limits.knows_strict:
        yield partial(commands.train, strict=False)
    if limits.knows_force_of_language_models:
        yield partial(commands.train, force=True)
    yield commands.reset
    yield commands.upgrade
    for name, kind in product(TEXTS, (Corpus, Grammar) if limits.knows_grammars else (Corpus,)):
        yield partial(_add_text, kind=kind, name=name)
        yield partial(delete_text, kind=kind, name=name)
    for name in TEXTS:
        yield partial(_delete_user_data, customer_id=name)
    yield partial(_add_words, sounds_like="4 you")
    yield partial(_add_word, sounds_like="for you")
    yield partial(commands.delete_word, spelling="IEEE")


def _text(kind: type[T], model: LanguageModel, name: str, *, valid: bool | None = None) -> T:
    facts = TEXTS["bad" if name == "bad" else "good"]
    facts = replace(facts, words=dict(facts.words))
    return kind(
        name=name, parent=model, created_at_s=0.0, size_bytes=1, sha256="", facts=facts, customer_id=name, valid=valid
    )


def _add_text(world: World, model: LanguageModel, *, kind: type[Text], name: str) -> None:
    """Add one, unless the model has texts of the other kind: mixtures lead nowhere else, and there are many of them."""
    if all(isinstance(one, kind) for one in model.texts):
        add_text(world, model, _text(kind, model, name))


def _add_words(world: World, model: LanguageModel, *, sounds_like: str) -> None:
    commands.add_words(world, model, [Definition(word="IEEE", sounds_like=[sounds_like])])


def _add_word(world: World, model: LanguageModel, *, sounds_like: str) -> None:
    commands.add_word(world, model, Definition(word="IEEE", sounds_like=[sounds_like]))


def _delete_user_data(world: World, model: LanguageModel, *, customer_id: str) -> None:
    commands.delete_user_data(world, model.owner, customer_id)


def _told_apart(model: LanguageModel) -> Hashable:
    word = model.words.get("IEEE")
    data = tuple((one.family, one.name, one.valid) for one in model.texts)
    return data, word and (word.problem or "good"), told_apart(model)


WALK = Walk(start=partial(outdated, commands.create_language_model), steps=_steps, told_apart=_told_apart)
SAMPLES = Samples(resources=_models, asks=_asks)
