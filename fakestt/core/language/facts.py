"""The facts of custom language models, of their corpora, their grammars and their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass, field
from itertools import chain

from fakestt.core.resources import Data, Model, Resource
from fakestt.media.text import TextFacts

__all__ = ["Corpus", "Grammar", "LanguageModel", "Text", "Word", "Words"]

NOT_COMPILED = "Cannot compile grammar"
"""Source: icp2020 grammar-add.md#handleFailures (what stands around it there is left out)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that a model has besides those of its base.

    `sounds_like` and `display_as` are as they are shown. `found_in`: how often it occurs in each corpus and grammar
    that has it; a model has no two of one name. `by_user`: the user has added or changed it. `user_first`: it was the
    user who added it, so it counts once before any text. `errors`: what is wrong with parts of its definition, by the
    part.
    """

    word: str
    sounds_like: tuple[str, ...] = ()
    display_as: str = ""
    mapping_only: bool | tuple[str, ...] | None = None
    found_in: Mapping[str, int] = field(default_factory=dict)
    by_user: bool = False
    user_first: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    customer_id: str | None = None

    @property
    def problem(self) -> str | None:
        """The first thing that is wrong with it."""
        return next(iter(self.errors.values()), None)

    @property
    def count(self) -> int:
        """Source: icp2018 language-words.md#listWords; that it is at least one without any text is assumed."""
        return max(self.user_first + sum(self.found_in.values()), 1)

    @property
    def source(self) -> list[str]:
        """The corpora and grammars that have it, in the order in which they were added, then `user`."""
        return [*self.found_in, *(["user"] if self.by_user else [])]


class Words(Mapping[str, Word]):
    """The words of a model by their spelling, in the order in which they were added.

    It counts the bad ones, so that nobody has to look at each of many: a model shows its status at every poll.
    """

    def __init__(self, words: Iterable[Word] = ()) -> None:
        self._words: dict[str, Word] = {}
        self.bad: dict[str, None] = {}
        """The spellings of those that have a problem."""
        for word in words:
            self.put(word)

    def put(self, word: Word) -> None:
        """Add a word, or replace the one of its spelling."""
        self._words[word.word] = word
        self.bad.pop(word.word, None)
        if word.errors:
            self.bad[word.word] = None

    def remove(self, spelling: str) -> None:
        """Remove a word that is there."""
        del self._words[spelling]
        self.bad.pop(spelling, None)

    def clear(self) -> None:
        """Remove all words."""
        self._words.clear()
        self.bad.clear()

    def __getitem__(self, spelling: str) -> Word:
        return self._words[spelling]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def values(self) -> ValuesView[Word]:
        """The words. Those of a Mapping would be looked up one by one, and there may be 90,000."""
        return self._words.values()


@dataclass(slots=True, eq=False, kw_only=True)
class Text(Data):
    """A corpus or a grammar: what both have in common.

    `facts` are those of the text; once it is analysed, its words are those alone that the base model does not know.
    """

    facts: TextFacts

    @property
    def total_words(self) -> int:
        """The number of words in the text, once it is analysed."""
        return self.facts.total_words if self.valid else 0

    @property
    def new_words(self) -> int:
        """The number of different words that the base model does not know, once it is analysed."""
        return len(self.facts.words) if self.valid else 0


class Corpus(Text):
    """Sentences that a model is trained on."""

    __slots__ = ()
    family = "corpus"


class Grammar(Text):
    """Rules for what can be said. Its words are those that the rules hold."""

    __slots__ = ()
    family = "grammar"


@dataclass(slots=True, eq=False, kw_only=True)
class LanguageModel(Model):
    """A custom language model.

    `checking`: the spellings of the words that are being validated, as long as they are. `uncompiled`: the name of the
    grammar of which the model says that it can't be compiled.
    """

    family = "language model"

    children: dict[str, dict[str, Resource]] = field(default_factory=lambda: {"corpus": {}, "grammar": {}})
    dialect: str
    words: Words = field(default_factory=Words)
    checking: list[str] = field(default_factory=list)
    uncompiled: str | None = None

    @property
    def corpora(self) -> dict[str, Corpus]:
        """Its corpora by name, in the order in which the names were first added."""
        # No cast: that is one more call, and every poll comes here.
        return self.children["corpus"]  # type: ignore[return-value]  # the family's children

    @property
    def grammars(self) -> dict[str, Grammar]:
        """Its grammars by name, in the order in which the names were first added."""
        return self.children["grammar"]  # type: ignore[return-value]  # as above

    @property
    def texts(self) -> Iterable[Text]:
        """Its corpora, then its grammars."""
        return chain(self.corpora.values(), self.grammars.values())

    @property
    def trouble(self) -> str | None:
        """Why its last training or upgrade failed; else that a grammar can't be used, which does not change its status.

        Source: icp2020 grammar-add.md#handleFailures
        """
        return self.error or (NOT_COMPILED if self.uncompiled is not None else None)

    @property
    def has_data(self) -> bool:
        return bool(self.words or self.corpora or self.grammars)

    @property
    def has_valid_data(self) -> bool:
        return len(self.words) > len(self.words.bad) or any(text.valid for text in self.texts)

    @property
    def has_invalid_data(self) -> bool:
        return bool(self.words.bad) or any(text.valid is False for text in self.texts)
