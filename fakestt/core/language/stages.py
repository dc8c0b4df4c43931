"""How long the activities of language models take, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fakestt.core import models
from fakestt.core.language.corpora import analyse
from fakestt.core.language.facts import Corpus, LanguageModel
from fakestt.core.lifecycle import Ending, Stage
from fakestt.core.limits import Limits, Span
from fakestt.core.resources import Activity

__all__ = ["corpus_stages", "language_stages", "spoil", "spoil_corpus"]


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


def spoil_corpus(corpus: Corpus, problem: str) -> None:
    """The analysis finds the corpus to be of no use."""
    corpus.valid = False
    corpus.problem = problem
    corpus.facts.words = {}


def corpus_stages(limits: Limits) -> tuple[Stage[Corpus], ...]:
    def takes(corpus: Corpus) -> Span:
        exactly_s = limits.corpus_analysis_min_s + limits.corpus_analysis_factor * corpus.facts.total_words
        return exactly_s, exactly_s

    return (Stage(Activity.ANALYSIS, takes, (Ending("analyzed", lambda corpus: analyse(corpus, limits)),)),)


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
        Stage(Activity.ANALYSIS, validation, (Ending("checked", checked),)),
        Stage(Activity.TRAINING, training, (succeeded, models.failing(models.FAILURE))),
        Stage(Activity.UPGRADE, training, (done, models.failing("upgrade failed"))),
    )
