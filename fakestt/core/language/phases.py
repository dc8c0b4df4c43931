"""The rows and columns of the table for language models, and the phase that given facts amount to."""

from __future__ import annotations

from enum import unique

from fakestt.core.language.facts import LanguageModel, Text
from fakestt.core.lifecycle import Command, Phase
from fakestt.core.resources import Activity

__all__ = ["LanguageCommand", "LanguagePhase", "TextPhase", "language_phase", "text_phase"]


@unique
class LanguagePhase(Phase):
    """The columns of the table. A trained model whose new data is being analysed is ANALYSING."""

    EMPTY = ("P0", "pending")
    ANALYSING = ("PB", "pending")
    ONLY_INVALID = ("PI", "pending")
    READY = ("R", "ready")
    MIXED = ("RM", "ready")
    TRAINING = ("T", "training")
    AVAILABLE = ("A", "available")
    UPGRADING = ("U", "upgrading")
    FAILED = ("F", "failed")


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


_PHASE_DURING = {
    Activity.TRAINING: LanguagePhase.TRAINING,
    Activity.UPGRADE: LanguagePhase.UPGRADING,
    Activity.ANALYSIS: LanguagePhase.ANALYSING,
}


def language_phase(model: LanguageModel) -> LanguagePhase:
    """The first phase that fits. An activity comes before the other facts. They stay, and count again when it ends."""
    if model.activity is not None:
        return _PHASE_DURING[model.activity]
    if any(text.valid is None for text in model.texts):
        return LanguagePhase.ANALYSING
    if model.failed:
        return LanguagePhase.FAILED
    if model.trained and not model.modified:
        return LanguagePhase.AVAILABLE
    if not model.has_data:
        return LanguagePhase.EMPTY
    if not model.has_valid_data:
        return LanguagePhase.ONLY_INVALID
    return LanguagePhase.MIXED if model.has_invalid_data else LanguagePhase.READY


def text_phase(text: Text) -> TextPhase:
    """The result of the analysis, if it has ended."""
    if text.valid is None:
        return TextPhase.BEING_PROCESSED
    return TextPhase.ANALYZED if text.valid else TextPhase.UNDETERMINED
