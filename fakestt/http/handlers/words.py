"""The words of custom language models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakestt.contract.messages import Call, Rows
from fakestt.core.language import commands
from fakestt.core.language.facts import Word
from fakestt.core.language.words import Definition
from fakestt.core.refusals import Refusal, Why
from fakestt.http.context import Context
from fakestt.http.handlers.customizations import customer_id
from fakestt.http.handlers.language import addressed

__all__ = ["add", "add_many", "delete", "get", "list_"]


def list_(context: Context, call: Call) -> dict[str, Any]:
    values, model = call.values, addressed(context.world, call)
    words = commands.list_words(context.world, model, values["word_type"], values["sort"])
    return {"words": Rows(words, _shown)}


def add_many(context: Context, call: Call) -> dict[str, Any]:
    values = call.values
    definitions = [_definition(one["word"], one) for one in values["words"]]
    label = customer_id(values["X-Watson-Metadata"])
    commands.add_words(context.world, addressed(context.world, call), definitions, label)
    return {}


def add(context: Context, call: Call) -> dict[str, Any]:
    values = call.values
    if values["word"] not in (None, values["word_name"]):
        raise Refusal(Why.BAD_VALUE, name="word", expected="the word of the path, or none")
    label = customer_id(values["X-Watson-Metadata"])
    commands.add_word(context.world, addressed(context.world, call), _definition(values["word_name"], values), label)
    return {}


def get(context: Context, call: Call) -> dict[str, Any]:
    model = addressed(context.world, call)
    return _shown(commands.get_word(context.world, model, call.values["word_name"]))


def delete(context: Context, call: Call) -> dict[str, Any]:
    commands.delete_word(context.world, addressed(context.world, call), call.values["word_name"])
    return {}


def _definition(word: str, given: Mapping[str, Any]) -> Definition:
    return Definition(
        word=word,
        sounds_like=given.get("sounds_like"),
        display_as=given.get("display_as"),
        mapping_only=given.get("mapping_only"),
    )


def _shown(word: Word) -> dict[str, Any]:
    """A Word, members in the observed order.

    Source: icp2018 language-words.md#listWords; thomassuedbroecker/watson-stt-invocation README, 2022-11-18
    """
    wire: dict[str, Any] = {
        "display_as": word.display_as,
        "sounds_like": list(word.sounds_like),
        "count": word.count,
        "source": word.source,
        "word": word.word,
    }
    if word.mapping_only is not None:
        wire["mapping_only"] = list(word.mapping_only) if isinstance(word.mapping_only, tuple) else word.mapping_only
    if word.errors:
        wire["error"] = [{part: problem} for part, problem in word.errors.items()]
    return wire
