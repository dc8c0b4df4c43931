"""The facts of custom language models and of their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fakestt.core.resources import Model

__all__ = ["LanguageModel", "Word", "Words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that is added to a model. `problem` is what is wrong with its definition."""

    word: str
    problem: str | None = None


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
        if word.problem is not None:
            self.bad[word.word] = None

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


@dataclass(slots=True, eq=False, kw_only=True)
class LanguageModel(Model):
    """A custom language model.

    `checking`: the spellings of the words that are being validated, as long as they are.
    """

    family = "language model"

    dialect: str
    words: Words = field(default_factory=Words)
    checking: list[str] = field(default_factory=list)

    @property
    def has_data(self) -> bool:
        """Whether there is anything to train on, valid or not."""
        return bool(self.words)

    @property
    def has_valid_data(self) -> bool:
        return len(self.words) > len(self.words.bad)

    @property
    def has_invalid_data(self) -> bool:
        return bool(self.words.bad)
