"""Language models, their corpora and their grammars, as families."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fakestt.core.family import Family
from fakestt.core.language.corpora import RULES
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Word, Words
from fakestt.core.language.grammars import GRAMMAR_RULES
from fakestt.core.language.phases import LanguageCommand, TextPhase, language_phase, text_phase
from fakestt.core.language.placing import place_language_model
from fakestt.core.language.samples import SAMPLES, WALK
from fakestt.core.language.sources import ROWS
from fakestt.core.language.stages import corpus_stages, grammar_stages, language_stages, spoil, spoil_text
from fakestt.core.language.table import COMMANDS
from fakestt.core.language.words import WORD_RULES
from fakestt.core.lifecycle import Lifecycle
from fakestt.core.models import fail, follow_base
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity
from fakestt.core.sources import by_cell
from fakestt.media.text import TextFacts

__all__ = ["CORPUS", "GRAMMAR", "LANGUAGE"]


def _written(words: Words) -> list[dict[str, Any]]:
    return [asdict(word) for word in words.values()]


def _read(rows: list[dict[str, Any]]) -> Words:
    return Words(
        Word(**{**row, **{name: _tuple(row[name]) for name in ("sounds_like", "mapping_only")}}) for row in rows
    )


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _read_text(row: dict[str, Any]) -> TextFacts:
    return TextFacts(**row)


LANGUAGE = Family(
    kind=LanguageModel,
    lifecycle=Lifecycle(
        ModelPhase, language_phase, COMMANDS, language_stages, by_cell(ROWS, LanguageCommand, ModelPhase)
    ),
    named_by="customization_id",
    missing=Why.NO_SUCH_MODEL,
    spoil={Activity.TRAINING: fail, Activity.UPGRADE: fail, Activity.ANALYSIS: spoil},
    place=place_language_model,
    samples=SAMPLES,
    walk=WALK,
    written={"words": (_written, _read)},
    published=follow_base,
)
CORPUS = Family(
    kind=Corpus,
    lifecycle=Lifecycle(TextPhase, text_phase, {}, corpus_stages, {}),
    named_by="corpus_name",
    missing=Why.NO_SUCH_CORPUS,
    parent=LANGUAGE,
    spoil={Activity.ANALYSIS: spoil_text},
    written={"facts": (asdict, _read_text)},
    names=("data_name_max", "data_name_forbidden"),
    rules={**RULES, **WORD_RULES},
)
GRAMMAR = Family(
    kind=Grammar,
    lifecycle=Lifecycle(TextPhase, text_phase, {}, grammar_stages, {}),
    named_by="grammar_name",
    missing=Why.NO_SUCH_GRAMMAR,
    parent=LANGUAGE,
    spoil={Activity.ANALYSIS: spoil_text},
    written={"facts": (asdict, _read_text)},
    names=("data_name_max", "data_name_forbidden"),
    rules=GRAMMAR_RULES,
)
