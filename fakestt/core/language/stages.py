"""How long the activities of language models take, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from fakestt.core import models
from fakestt.core.language.corpora import analyse
from fakestt.core.language.facts import Grammar, LanguageModel, Text
from fakestt.core.lifecycle import Ending, Stage
from fakestt.core.limits import Limits, Span
from fakestt.core.resources import Activity

__all__ = ["corpus_stages", "grammar_stages", "language_stages", "spoil", "spoil_text"]


def trained(model: LanguageModel) -> None:
    """A training of a model on an improved base moves it to a newer version as well."""
    models.trained(model)
    models.upgraded(model)


def checked(model: LanguageModel) -> None:
    """The words are validated."""
    model.checking.clear()


def spoil(model: LanguageModel, problem: str) -> None:
    """The validation finds all words to be bad that were added by this request."""
    for spelling in model.checking:
        model.words.put(replace(model.words[spelling], errors={spelling: problem}))
    checked(model)


def analysed(text: Text, limits: Limits) -> None:
    """The analysis ends with what the text is."""
    analyse(text, limits)
    _tell(text)


def spoil_text(text: Text, problem: str) -> None:
    """The analysis finds the text to be of no use."""
    text.valid = False
    text.problem = problem
    text.facts.words = {}
    _tell(text)


def _tell(text: Text) -> None:
    """A model says of a grammar, and of nothing else, that it is of no use."""
    if isinstance(text, Grammar) and not text.valid:
        assert isinstance(text.model, LanguageModel)
        text.model.uncompiled = text.name


def corpus_stages(limits: Limits) -> tuple[Stage[Text], ...]:
    return _text_stages(limits, limits.corpus_analysis_min_s, limits.corpus_analysis_factor)


def grammar_stages(limits: Limits) -> tuple[Stage[Text], ...]:
    return _text_stages(limits, limits.grammar_analysis_s, 0.0)


def _text_stages(limits: Limits, least_s: float, factor: float) -> tuple[Stage[Text], ...]:
    def takes(text: Text) -> Span:
        exactly_s = least_s + factor * text.facts.total_words
        return exactly_s, exactly_s

    succeeded = Ending("analyzed", partial(analysed, limits=limits))
    return (Stage(Activity.ANALYSIS, takes, (succeeded, models.finding_invalid(spoil_text))),)


def language_stages(limits: Limits) -> tuple[Stage[LanguageModel], ...]:
    def by_words(least_s: float, factor: float, count: Callable[[LanguageModel], int]) -> Callable[..., Span]:
        def takes(model: LanguageModel) -> Span:
            exactly_s = least_s + factor * count(model)
            return exactly_s, exactly_s

        return takes

    validation = by_words(limits.words_analysis_min_s, limits.words_analysis_factor, lambda model: len(model.checking))
    training = by_words(limits.words_training_min_s, limits.words_training_factor, lambda model: len(model.words))
    succeeded = Ending("available", trained)
    done = Ending("done", models.upgraded)
    return (
        Stage(Activity.ANALYSIS, validation, (Ending("checked", checked), models.finding_invalid(spoil))),
        Stage(Activity.TRAINING, training, (succeeded, models.failing(models.FAILURE))),
        Stage(Activity.UPGRADE, training, (done, models.failing("upgrade failed"))),
    )
