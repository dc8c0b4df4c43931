"""The rows and columns of the table for language models, and the phase that given facts amount to."""

from __future__ import annotations

from enum import unique

from fakestt.core.language.facts import LanguageModel, Text
from fakestt.core.lifecycle import Command, Phase
from fakestt.core.phases import ModelPhase, model_phase

__all__ = ["LanguageCommand", "TextPhase", "language_phase", "text_phase"]


@unique
class TextPhase(Phase):
    """The statuses of a corpus, and of a grammar."""

    BEING_PROCESSED = ("B", "being_processed")
    ANALYZED = ("V", "analyzed")
    UNDETERMINED = ("I", "undetermined")


@unique
class LanguageCommand(Command):
    """The rows of the table."""

    GET = "getLanguageModel"
    DELETE = "deleteLanguageModel"
    TRAIN = "trainLanguageModel"
    RESET = "resetLanguageModel"
    UPGRADE = "upgradeLanguageModel"
    LIST_CORPORA = "listCorpora"
    ADD_CORPUS = "addCorpus"
    GET_CORPUS = "getCorpus"
    DELETE_CORPUS = "deleteCorpus"
    LIST_WORDS = "listWords"
    ADD_WORDS = "addWords"
    ADD_WORD = "addWord"
    GET_WORD = "getWord"
    DELETE_WORD = "deleteWord"
    LIST_GRAMMARS = "listGrammars"
    ADD_GRAMMAR = "addGrammar"
    GET_GRAMMAR = "getGrammar"
    DELETE_GRAMMAR = "deleteGrammar"


def language_phase(model: LanguageModel) -> ModelPhase:
    """The phase of a model, its texts and its words."""
    return model_phase(
        model,
        is_analysed=all(text.valid is not None for text in model.texts),
        has_valid=model.has_valid_data,
        has_invalid=model.has_invalid_data,
    )


def text_phase(text: Text) -> TextPhase:
    """The result of the analysis, if it has ended."""
    if text.valid is None:
        return TextPhase.BEING_PROCESSED
    return TextPhase.ANALYZED if text.valid else TextPhase.UNDETERMINED
