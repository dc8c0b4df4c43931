"""Names of models, audio and corpora, and words, by the rules of an edition: what it takes, and what it refuses."""

from __future__ import annotations

from collections.abc import Sequence

from fakestt.core.limits import Limits
from fakestt.editions import Edition, find_edition
from fakestt.literals import EditionName
from fakestt.strategies.needed import st

__all__ = [
    "audio_names",
    "corpus_names",
    "invalid_audio_names",
    "invalid_corpus_names",
    "invalid_model_names",
    "invalid_words",
    "model_names",
    "words",
]

_LONG = 256
"""What has no limit gets at most so many characters."""

_DOTS = (".", "..")
"""In a path, clients take these for the folder itself and the one above. No server ever sees them."""


def model_names(edition: EditionName | Edition = "icp2018") -> st.SearchStrategy[str]:
    """Names that a new model may have, acoustic or language: 1 character to the edition's most."""
    limits = _limits(edition)
    return _texts(limits.name_forbidden, limits.name_max)


def invalid_model_names(edition: EditionName | Edition = "icp2018") -> st.SearchStrategy[str]:
    """Names with which creating a model is answered 400: too long, or with a character that no name has."""
    limits = _limits(edition)
    return _bad_texts(limits.name_forbidden, limits.name_max)


def audio_names(edition: EditionName | Edition = "icp2018") -> st.SearchStrategy[str]:
    """Names that audio may have, as a client has them before it encodes them for a path."""
    limits = _limits(edition)
    return _texts(limits.audio_name_forbidden, limits.audio_name_max, _DOTS)


def invalid_audio_names(edition: EditionName | Edition = "icp2018") -> st.SearchStrategy[str]:
    """Names with which adding audio is answered 400."""
    limits = _limits(edition)
    return _bad_texts(limits.audio_name_forbidden, limits.audio_name_max)


def corpus_names(edition: EditionName | Edition = "icp2018") -> st.SearchStrategy[str]:
    """Names that a corpus may have, as a client has them before it encodes them for a path."""
    limits = _limits(edition)
    return _texts(limits.data_name_forbidden, limits.data_name_max, (*_DOTS, *limits.reserved_data_names))


def invalid_corpus_names(edition: EditionName | Edition = "icp2018") -> st.SearchStrategy[str]:
    """Names with which adding a corpus is answered 400, those that are reserved among them."""
    limits = _limits(edition)
    return st.sampled_from(limits.reserved_data_names) | _bad_texts(limits.data_name_forbidden, limits.data_name_max)


def words(edition: EditionName | Edition = "icp2018") -> st.SearchStrategy[str]:
    """Words that a language model may be given, as a client has them before it encodes them for a path."""
    _limits(edition)
    return _texts(" ", None, _DOTS)


def invalid_words(edition: EditionName | Edition = "icp2018") -> st.SearchStrategy[str]:
    """Words with which adding them is answered 400: with a space in them."""
    _limits(edition)
    return _bad_texts(" ", None)


def _limits(edition: EditionName | Edition) -> Limits:
    return find_edition(edition).limits


def _characters(but: str) -> st.SearchStrategy[str]:
    # Half of a surrogate pair is no text, and NUL is never taken.
    return st.characters(exclude_categories=["Cs"], exclude_characters=f"\0{but}")


def _texts(forbidden: str, most: int | None, but: Sequence[str] = ()) -> st.SearchStrategy[str]:
    alphabet, longest = _characters(forbidden), _LONG if most is None else most
    ordinary = st.text(alphabet, min_size=1, max_size=longest).filter(lambda name: name not in but)

    # A composite, and no `map`, for Hypothesis shows what is made by `map` as the call that makes it.
    @st.composite
    def names(draw: st.DrawFn) -> str:
        name, tenth = draw(ordinary), draw(st.integers(0, 9))
        return "n" * longest if tenth == 9 else name  # it would hardly ever be drawn

    return names()


def _bad_texts(forbidden: str, most: int | None) -> st.SearchStrategy[str]:
    part, bad = st.text(_characters(forbidden), max_size=10), st.sampled_from(f"{forbidden}\0")

    @st.composite
    def names(draw: st.DrawFn) -> str:
        if most is not None and draw(st.booleans()):
            return "n" * draw(st.integers(most + 1, most + 20))
        return draw(part) + draw(bad) + draw(part)

    return names()
