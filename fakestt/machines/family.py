"""What the machine needs to know of a family of models and of its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fakestt import strategies
from fakestt.editions import Edition
from fakestt.media import forge
from fakestt.strategies import Forged, Line
from fakestt.strategies.needed import st
from fakestt.views.models import ModelView

__all__ = ["FAMILIES", "Family", "digest", "names_without"]


@dataclass(frozen=True, slots=True)
class Family:
    """One family of models.

    Attributes:
        models: the attribute of a fake that holds them.
        data: the attribute of a model that holds its data, by name.
        placed: draws lines that put a model into a state.
        names: draws names of data.
        contents: draws data.
    """

    models: str
    data: str
    placed: Callable[[Edition], st.SearchStrategy[Line]]
    names: Callable[[Edition], st.SearchStrategy[str]]
    contents: st.SearchStrategy[Any]

    def digests(self, model: ModelView[Any]) -> dict[str, str]:
        """The data that a model has: names with the digests of their contents."""
        return {name: one.sha256 for name, one in getattr(model, self.data).items()}


def digest(content: str | bytes) -> str:
    """What a fake keeps of such data."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()


# Of all these there are few. So steps that belong together often meet, and an example that fails shrinks fast.
_NAMES = ("car", "noisy car", "50%+1", "x#1?y=z", "müller", "a/b")

# Those in which something goes on, or may begin, are drawn more often.
_STATUSES = ("ready", "training", "available", "ready", "training", "pending", "failed", "upgrading")

# Enough to train on, too little, and no audio at all.
_AUDIO = tuple(
    Forged(data, call, "audio/flac")
    for data, call in (
        (forge.flac(600), "forge.flac(600)"),
        (forge.flac(5), "forge.flac(5)"),
        (forge.not_audio(), "forge.not_audio()"),
    )
)
_TEXTS = ("the drummer plays paradiddles\n", "HHonors and IEEE\n")


def names_without(forbidden: str) -> st.SearchStrategy[str]:
    """Some names without these characters, most of which a client must encode in a path."""
    return st.sampled_from([name for name in _NAMES if not set(forbidden) & set(name)])


def _acoustic_models(edition: Edition) -> st.SearchStrategy[Line]:
    names = names_without(edition.limits.name_forbidden)
    return strategies.acoustic_models(edition, names=names, statuses=_STATUSES, minutes=(12, 12))


def _language_models(edition: Edition) -> st.SearchStrategy[Line]:
    return strategies.language_models(edition, names=names_without(edition.limits.name_forbidden), statuses=_STATUSES)


FAMILIES: Mapping[str, Family] = {
    "acoustic": Family(
        "acoustic_models",
        "audio",
        _acoustic_models,
        lambda edition: names_without(edition.limits.audio_name_forbidden),
        st.sampled_from(_AUDIO),
    ),
    "language": Family(
        "language_models",
        "corpora",
        _language_models,
        lambda edition: names_without(edition.limits.data_name_forbidden),
        st.sampled_from(_TEXTS),
    ),
}
