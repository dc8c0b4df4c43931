"""Language models in every phase, and what the knobs of `Limits` turn for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from core_rig import BASE, NEWER, OWNER, finish, objection, publish

from fakestt.core.language import commands
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Text
from fakestt.core.language.placing import place_language_model
from fakestt.core.language.texts import add_text
from fakestt.core.language.words import Definition
from fakestt.core.refusals import Why
from fakestt.core.resources import Generation
from fakestt.core.world import World
from fakestt.media.grammar import read_grammar
from fakestt.media.text import read_text

# What is put there for each column of the table. In column U a newer version of the base is out, and nowhere else.
PUT: dict[str, dict[str, Any]] = {
    "P0": {"status": "pending"},
    "PB": {"status": "pending", "words": ["good"]},
    "PI": {"status": "pending", "invalid_words": ["bad"]},
    "R": {"status": "ready"},
    "RM": {"status": "ready", "invalid_words": ["bad"]},
    "T": {"status": "training"},
    "A": {"status": "available"},
    "U": {"status": "upgrading"},
    "F": {"status": "failed"},
}


def fresh(world: World, base: str = BASE, owner: str = OWNER) -> LanguageModel:
    return commands.create_language_model(world, owner, name="words", base_model_name=base)


def table_of(model: LanguageModel) -> dict[str, tuple[int, list[str]]]:
    return {name: (word.count, word.source) for name, word in model.words.items()}


def place(world: World, owner: str = OWNER, base: str = BASE, **values: Any) -> LanguageModel:
    return place_language_model(world, owner, **{"name": "words", "base_model_name": base, **values})


def reach_language(world: World, column: str) -> LanguageModel:
    if column == "U":
        publish(world)
    model = place(world, **PUT[column])
    assert world.machine.phase(model).code == column
    return model


def add(
    world: World,
    model: LanguageModel,
    name: str,
    text: str | bytes = "some IEEE text",
    *,
    kind: type[Text] = Corpus,
    customer_id: str | None = None,
    **said: bool,
) -> Text:
    """Add a corpus or a grammar and leave it to its analysis."""
    data = text.encode() if isinstance(text, str) else text
    new = kind(
        name=name,
        parent=model,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        facts=(read_text if kind is Corpus else read_grammar)(BytesIO(data)),
        customer_id=customer_id,
    )
    add_text(world, model, new, **said)
    return new


def added(world: World, model: LanguageModel, name: str, text: str | bytes = "some IEEE text", **more: Any) -> Text:
    """Add a corpus or a grammar and wait for its analysis."""
    new = add(world, model, name, text, **more)
    finish(world)
    return new


def _objection_to(world: World, **definition: Any) -> Why | None:
    return objection(commands.add_word, world, _created(world), Definition(word="word", **definition))


def _mapped(world: World) -> object:
    model = _created(world)
    commands.add_word(world, model, Definition(word="word", mapping_only=True))
    return model.words["word"].mapping_only


def _phase_of(world: World, *texts: str) -> str:
    model = _created(world)
    for number, text in enumerate(texts):
        added(world, model, f"corpus{number}", text)
    return world.machine.phase(model).code


def _analysis_s(world: World) -> float:
    corpus = add(world, _created(world), "one", "of three words")
    return round(world.machine.ends_at(corpus) - world.now_s, 6)


def _grammar_analysis_s(world: World) -> float:
    grammar = add(world, _created(world), "one", "#ABNF 1.0; $a = of three words;", kind=Grammar)
    return round(world.machine.ends_at(grammar) - world.now_s, 6)


def _grammar_on_large(world: World) -> Why | None:
    world.base_models[BASE].generation = Generation.LARGE
    return objection(lambda: add(world, _created(world), "one", "#ABNF 1.0; $a = b;", kind=Grammar))


def improve(world: World, base: str = BASE) -> None:
    """Make the base model one of those whose custom models are upgraded by training."""
    world.base_models[base].generation = Generation.IMPROVED


def _created(world: World) -> LanguageModel:
    return commands.create_language_model(world, OWNER, name="words", base_model_name=BASE)


def _upgrade_of_improved(world: World) -> Why | None:
    improve(world)
    model = reach_language(world, "R")
    publish(world)
    return objection(commands.upgrade, world, model)


def _trained_on_improved(world: World) -> int:
    improve(world)
    model = reach_language(world, "R")
    publish(world, NEWER)
    commands.train(world, model)
    finish(world)
    return len(model.versions)


def _lasts(status: str, **values: Any) -> Callable[[World], float]:
    def look(world: World) -> float:
        model = place(world, status=status, words=["a", "b", "c"], **values)
        return round(world.machine.ends_at(model) - world.now_s, 6)

    return look


LANGUAGE_KNOBS: dict[str, tuple[Callable[[World], object], object, object, object, object]] = {
    "training_upgrades_improved_models": (_upgrade_of_improved, True, Why.UPGRADES_BY_TRAINING, False, None),
    "data_name_max": (lambda world: objection(add, world, _created(world), "abc"), 3, None, 2, Why.DATA_NAME_TOO_LONG),
    "data_name_forbidden": (
        lambda world: objection(add, world, _created(world), "a#"), "", None, "#", Why.DATA_NAME_CHARACTERS),
    "reserved_data_names": (
        lambda world: objection(add, world, _created(world), "abc"), ("ab",), None, ("abc",), Why.DATA_NAME_RESERVED),
    "max_total_words": (lambda world: _phase_of(world, "a b c", "d"), 4, "R", 3, "RM"),
    "max_new_words": (lambda world: _phase_of(world, "aAx bBx", "bBx cCx the"), 3, "R", 2, "RM"),
    "pronunciations_max": (
        lambda world: _objection_to(world, sounds_like=["a", "b"]), 2, None, 1, Why.TOO_MANY_PRONUNCIATIONS),
    "pronunciation_max": (lambda world: _objection_to(world, sounds_like=["a b c"]), 3, None, 2, Why.INVALID_WORD),
    "pronunciation_counts_inner_spaces": (
        lambda world: _objection_to(world, sounds_like=[f" {'a ' * 21}"]), False, None, True, Why.INVALID_WORD),
    "checks_letters_of_pronunciations": (
        lambda world: _objection_to(world, sounds_like=["café"]), True, Why.INVALID_WORD, False, None),
    "knows_mapping_only": (lambda world: _mapped(world), False, None, True, True),
    "corpus_analysis_min_s": (lambda world: _analysis_s(world), 10.0, 10.03, 5.0, 5.03),
    "corpus_analysis_factor": (lambda world: _analysis_s(world), 1.0, 13.0, 2.0, 16.0),
    "large_models_lack_grammars": (_grammar_on_large, False, None, True, Why.NO_GRAMMARS),
    "grammar_analysis_s": (_grammar_analysis_s, 5.0, 5.0, 9.0, 9.0),
    "words_analysis_min_s": (_lasts("pending"), 2.0, 2.15, 5.0, 5.15),
    "words_analysis_factor": (_lasts("pending"), 1.0, 5.0, 2.0, 8.0),
    "words_training_min_s": (_lasts("training"), 20.0, 20.06, 5.0, 5.06),
    "words_training_factor": (_lasts("training"), 1.0, 23.0, 2.0, 26.0),
}  # fmt: skip

# The same knob for both kinds of model.
SHARED_KNOBS: dict[str, tuple[Callable[[World], object], object, object, object, object]] = {
    "max_models": (lambda world: [objection(_created, world) for _ in range(2)][1], None, None, 1, Why.TOO_MANY_MODELS),
    "refused_training_fails_model": (lambda world: _after_refusal(world, "PI"), True, ("F", None), False, ("PI", None)),
    "empty_training_fails_model": (lambda world: _after_refusal(world, "P0"), True, ("F", None), False, ("P0", None)),
    "refused_training_sets_error": (
        lambda world: _after_refusal(world, "PI"), True, ("F", "invalid data"), False, ("F", None)),
    "reset_keeps_versions": (lambda world: _upgraded_then_reset(world), True, 2, False, 1),
    "empty_model_follows_base": (lambda world: _empty_and_outdated(world), False, 1, True, 0),
    "training_upgrades_improved_models": (_trained_on_improved, True, 2, False, 1),
}  # fmt: skip


def _after_refusal(world: World, column: str) -> tuple[str, str | None]:
    model = reach_language(world, column)
    assert objection(commands.train, world, model) is not None
    return world.machine.phase(model).code, model.error


def _upgraded_then_reset(world: World) -> int:
    model = reach_language(world, "A")
    publish(world)
    commands.upgrade(world, model)
    finish(world)
    commands.reset(world, model)
    return len(model.versions)


def _empty_and_outdated(world: World) -> int:
    """How many of two models stay on the old version: one with data does, whatever is set, and is not counted."""
    empty, full = _created(world), reach_language(world, "R")
    publish(world)
    assert full.versions[-1] != NEWER
    return int(empty.versions[-1] != NEWER)
