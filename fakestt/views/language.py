"""The test author's view of language models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Word
from fakestt.core.language.placing import upgrade_by_hand
from fakestt.http.handlers.language import shown
from fakestt.literals import CorpusStatus, GrammarStatus, ModelStatus
from fakestt.views.models import Models, ModelView
from fakestt.views.named import named

__all__ = ["CorpusView", "GrammarView", "LanguageModelView", "LanguageModels", "WordView"]


@dataclass(frozen=True, slots=True, repr=False)
class CorpusView:
    """A corpus, as it was at the time of the look.

    Attributes:
        name: the `corpus_name`.
        status: `being_processed`, `analyzed` or `undetermined`.
        total_words: that were counted in it.
        out_of_vocabulary_words: those of them that the base model does not know.
        size_bytes: of the text that came.
        sha256: of the text that came, in hexadecimal digits.
        problem: why it is `undetermined`; the service says less. None if nothing is wrong.
    """

    name: str
    status: CorpusStatus
    total_words: int
    out_of_vocabulary_words: int
    size_bytes: int
    sha256: str
    problem: str | None

    @classmethod
    def of(cls, corpus: Corpus, status: CorpusStatus) -> CorpusView:
        """The view of a corpus."""
        return cls(
            corpus.name,
            status,
            corpus.total_words,
            corpus.new_words,
            corpus.size_bytes,
            corpus.sha256,
            corpus.problem,
        )

    def __repr__(self) -> str:
        why = f" ({self.problem})" if self.problem else ""
        return f"<corpus {self.name!r} {self.status}{why}, {self.total_words} words>"


@dataclass(frozen=True, slots=True, repr=False)
class GrammarView:
    """A grammar, as it was at the time of the look.

    Attributes:
        name: the `grammar_name`.
        status: `being_processed`, `analyzed` or `undetermined`.
        out_of_vocabulary_words: the words in it that the base model does not know.
        size_bytes: of the text that came.
        sha256: of the text that came, in hexadecimal digits.
        problem: why it is `undetermined`; the service says less. None if nothing is wrong.
    """

    name: str
    status: GrammarStatus
    out_of_vocabulary_words: int
    size_bytes: int
    sha256: str
    problem: str | None

    @classmethod
    def of(cls, grammar: Grammar, status: GrammarStatus) -> GrammarView:
        """The view of a grammar."""
        return cls(grammar.name, status, grammar.new_words, grammar.size_bytes, grammar.sha256, grammar.problem)

    def __repr__(self) -> str:
        why = f" ({self.problem})" if self.problem else ""
        return f"<grammar {self.name!r} {self.status}{why}, {self.out_of_vocabulary_words} new words>"


@dataclass(frozen=True, slots=True)
class WordView:
    """A word, as it was at the time of the look.

    Attributes:
        word: as it is spelled.
        sounds_like: how it is pronounced, in the user's own words or the service's.
        display_as: how a transcript shows it.
        count: how often corpora have it.
        source: where it comes from, a tuple: `user`, and the names of corpora and grammars.
        problem: what is wrong with it, as the service says it; None if nothing is.
    """

    word: str
    sounds_like: tuple[str, ...]
    display_as: str
    count: int
    source: tuple[str, ...]
    problem: str | None

    @classmethod
    def of(cls, word: Word) -> WordView:
        """The view of a word."""
        return cls(word.word, word.sounds_like, word.display_as, word.count, tuple(word.source), word.problem)


class LanguageModelView(ModelView[LanguageModel]):
    """A custom language model."""

    __slots__ = ()
    _kind = LanguageModel

    def upgrade(self) -> None:
        """Move it to the newest version of its base model, at once. What is going on goes on."""
        with self._look() as model:
            upgrade_by_hand(self._service.world, model)

    @property
    def corpora(self) -> Mapping[str, CorpusView]:
        """The corpora by name."""
        return self._data(Corpus, CorpusView.of)

    @property
    def grammars(self) -> Mapping[str, GrammarView]:
        """The grammars by name."""
        return self._data(Grammar, GrammarView.of)

    @property
    def words(self) -> Mapping[str, WordView]:
        """The words that it has besides those of its base, by their spelling."""
        with self._look() as model:
            return named("word", {name: WordView.of(one) for name, one in model.words.items()})

    @property
    def dialect(self) -> str:
        """The dialect of the language that it is for."""
        with self._look() as model:
            return model.dialect

    def _shown(self, model: LanguageModel) -> dict[str, Any]:
        return shown(self._service.world, self._service.edition, model)

    def _holds(self, model: LanguageModel) -> str:
        grammars = f"{len(model.grammars)} grammars, " if model.grammars else ""
        return f"{len(model.corpora)} corpora, {grammars}{len(model.words)} words"


class LanguageModels(Models[LanguageModelView]):
    """The custom language models of this instance."""

    _view_type = LanguageModelView

    def add(
        self,
        *,
        name: str = "words",
        base_model_name: str = "en-US_BroadbandModel",
        status: ModelStatus = "available",
        dialect: str | None = None,
        corpora: Mapping[str, str] | None = None,
        invalid_corpora: Sequence[str] = (),
        grammars: Mapping[str, str] | None = None,
        invalid_grammars: Sequence[str] = (),
        words: Sequence[str] | None = None,
        invalid_words: Sequence[str] = (),
        description: str | None = None,
        versions: Sequence[str] | None = None,
        error: str | None = None,
        owner: str | None = None,
        id: str | None = None,  # noqa: A002 - the service's word
    ) -> LanguageModelView:
        """Make a model in any documented state, without a request and without time passing.

        Args:
            status: the status it shows; a running activity ends in its ordinary time. For `training` and `available` no
                data is invalid where the edition has no `strict`.
            dialect: one that the base model has; its usual one unless given.
            corpora: names with their texts, which for `pending` are being analysed.
            invalid_corpora: names of corpora besides that are `undetermined`.
            grammars: names with their texts, ABNF or XML, which for `pending` are being analysed.
            invalid_grammars: names of grammars besides that are `undetermined`.
            words: valid words of the user's, which for `pending` are being validated. Default: one if there is neither
                corpus nor grammar, for `pending` none.
            invalid_words: words besides that have an error.
            versions: of the base model; its newest unless given.
            error: of a failed model.
            owner: another instance's GUID.
            id: a GUID that no model has, such as one that the client has hard-coded; one is made unless given.

        Raises:
            StateError: no model can be in such a state, or have such an id.
        """
        return self._place(
            owner,
            id=id,
            name=name,
            base_model_name=base_model_name,
            status=status,
            dialect=dialect,
            corpora=corpora,
            invalid_corpora=invalid_corpora,
            grammars=grammars,
            invalid_grammars=invalid_grammars,
            words=words,
            invalid_words=invalid_words,
            description=description,
            versions=versions,
            error=error,
        )
