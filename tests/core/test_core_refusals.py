"""What a refusal tells besides its reason. An edition's wording may use all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from core_rig import OWNER, add, make_model, make_world
from language_rig import add as add_text
from language_rig import fresh

from fakestt.core.acoustic import commands as acoustic
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.language import commands as language
from fakestt.core.language.facts import Corpus, Grammar
from fakestt.core.language.texts import get_text
from fakestt.core.language.words import Definition
from fakestt.core.refusals import Refusal, Why
from fakestt.core.world import World

IEEE = Definition(word="IEEE", sounds_like=["i triple e", "i e e e"])


def create(world: World, **values: Any) -> object:
    return language.create_language_model(world, OWNER, **{"name": "words", "base_model_name": "en-US", **values})


def with_audio(world: World) -> AcousticModel:
    model = make_model(world)
    add(world, model, "good")
    return model


# What is done, with which limits, and what the refusal of it tells. ID and LIMITS stand for the model's, the world's.
ID, LIMITS = "the model's id", "the world's limits"
TOLD: list[tuple[Callable[[World], object], dict[str, Any], Why, dict[str, Any]]] = [
    (lambda world: create(world, name="n" * 9), {"name_max": 8}, Why.NAME_TOO_LONG, {"length": 9, "most": 8}),
    (
        lambda world: create(world, name="a:b"), {}, Why.NAME_CHARACTERS, {"character": ":", "forbidden": "\\/:=&?"},
    ),
    (
        lambda world: create(world, description="123456789"), {"description_max": 8},
        Why.DESCRIPTION_TOO_LONG, {"length": 9, "most": 8},
    ),
    (lambda world: create(world, base_model_name="en"), {}, Why.UNKNOWN_BASE_MODEL, {"name": "en"}),
    (
        lambda world: make_model(world, base="en-US_Telephony"), {},
        Why.NOT_CUSTOMIZABLE, {"kind": "acoustic", "name": "en-US_Telephony"},
    ),
    (create, {"max_models": 0}, Why.TOO_MANY_MODELS, {"kind": "language", "most": 0}),
    (make_model, {"max_models": 0}, Why.TOO_MANY_MODELS, {"kind": "acoustic", "most": 0}),
    (lambda world: create(world, dialect="en-XX"), {}, Why.WRONG_DIALECT, {"value": "en-XX", "name": "en-US"}),
    (lambda world: world.find(AcousticModel, OWNER, "x"), {}, Why.NO_SUCH_MODEL, {"id": "x"}),
    (
        lambda world: add(world, make_model(world), "n" * 9), {"audio_name_max": 8},
        Why.AUDIO_NAME_TOO_LONG, {"length": 9, "most": 8},
    ),
    (
        lambda world: add(world, make_model(world), "a/b"), {"audio_name_forbidden": "/"},
        Why.AUDIO_NAME_CHARACTERS, {"character": "/"},
    ),
    (
        lambda world: acoustic.get_audio(world, make_model(world), "car"), {},
        Why.NO_SUCH_AUDIO, {"id": ID, "name": "car"},
    ),
    (lambda world: acoustic.train(world, with_audio(world)), {}, Why.BUSY, {"id": ID, "name": "", "limits": LIMITS}),
    (
        lambda world: add(world, with_audio(world), "good"), {},
        Why.NAME_TAKEN, {"id": ID, "name": "good", "limits": LIMITS},
    ),
    (
        lambda world: add_text(world, fresh(world), "n" * 9), {"data_name_max": 8},
        Why.DATA_NAME_TOO_LONG, {"kind": "corpus", "length": 9, "most": 8},
    ),
    (
        lambda world: add_text(world, fresh(world), "a/b", kind=Grammar), {"data_name_forbidden": "/"},
        Why.DATA_NAME_CHARACTERS, {"kind": "grammar", "character": "/"},
    ),
    (
        lambda world: add_text(world, fresh(world), "user"), {},
        Why.DATA_NAME_RESERVED, {"kind": "corpus", "name": "user"},
    ),
    (lambda world: get_text(world, fresh(world), Corpus, "one"), {}, Why.NO_SUCH_CORPUS, {"id": ID, "name": "one"}),
    (lambda world: get_text(world, fresh(world), Grammar, "one"), {}, Why.NO_SUCH_GRAMMAR, {"id": ID, "name": "one"}),
    (lambda world: language.get_word(world, fresh(world), "IEEE"), {}, Why.NO_SUCH_WORD, {"id": ID, "name": "IEEE"}),
    (
        lambda world: language.add_word(world, fresh(world), Definition(word="I EEE")), {},
        Why.WORD_WITH_SPACE, {"name": "I EEE"},
    ),
    (
        lambda world: language.add_word(world, fresh(world), IEEE), {"pronunciations_max": 1},
        Why.TOO_MANY_PRONUNCIATIONS, {"name": "IEEE", "most": 1},
    ),
    (
        lambda world: language.add_word(world, fresh(world), IEEE), {"max_new_words": 0},
        Why.TOO_MANY_WORDS, {"most": 0},
    ),
    (
        lambda world: language.add_word(world, fresh(world), replace(IEEE, sounds_like=["4"])), {},
        Why.INVALID_WORD, {"problem": "Numbers are not allowed in sounds_like. You can try for example 'four'."},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("act", "limits", "why", "facts"), TOLD, ids=[row[2].name for row in TOLD])
def test_a_refusal_tells_the_facts_of_it(
    act: Callable[[World], object], limits: dict[str, Any], why: Why, facts: dict[str, Any]
) -> None:
    world = make_world("cloud2025", **limits)
    with pytest.raises(Refusal, match=f"^{why.value}$") as refused:
        act(world)
    stand_for = {ID: next((model.id for model in world.all_models()), None), LIMITS: world.limits}
    assert refused.value.why is why
    assert refused.value.facts == {name: stand_for.get(value, value) for name, value in facts.items()}
