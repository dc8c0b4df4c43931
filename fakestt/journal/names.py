"""What a report calls a model: by its name, or by the beginning of its id where names are missing or doubled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from fakestt.core.changes import Change

__all__ = ["Names", "short_ids", "shortened"]

_GUID = re.compile(r"\b([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_PLAIN = re.compile(r"[\w.-]{1,30}")
_MOST_CHARACTERS = 30


class Names:
    """The names of a report's models.

    Args:
        by_id: the names that are known, by the models' ids.
    """

    def __init__(self, by_id: Mapping[str, str]) -> None:
        self.ids: dict[str, list[str]] = {}
        """The ids of the models of a name, by that name."""
        for model_id, name in by_id.items():
            self.ids.setdefault(_label(name), []).append(model_id)
        self._labels = {ids[0]: label for label, ids in self.ids.items() if len(ids) == 1}

    @classmethod
    def of(cls, changes: Iterable[Change], by_id: Mapping[str, str]) -> Names:
        """Those that are known, and those that changes tell."""
        told = {str(one.subject): one.subject.name for one in changes if one.subject == getattr(one.subject, "id", 0)}
        return cls({**told, **by_id})

    def doubled(self) -> dict[str, list[str]]:
        """The ids of models that have a name in common, by that name."""
        return {label: ids for label, ids in self.ids.items() if len(ids) > 1}

    def subject(self, address: str) -> str:
        """`car` for a model, `car/recording` for what belongs to it."""
        model_id, slash, name = address.partition("/")
        return self._labels.get(model_id, short_ids(model_id)) + (slash and f"/{_cut(name)}")

    def path(self, target: str) -> str:
        """A target without what an instance has before `/v1`. `<car>/train`: nobody takes that for what was sent."""
        _, v1, inside = target.partition("/v1/")
        words = inside.split("/", 2)
        if v1 and len(words) > 1 and words[1].partition("?")[0] in self._labels:
            model_id, mark, query = words[1].partition("?")
            return shortened("/".join([f"<{self._labels[model_id]}>{mark}{query}", *words[2:]]))
        return shortened("/" + inside if v1 else target)

    def text(self, text: str) -> str:
        """A sentence of the fake's or of the author's, with names in the place of ids."""
        return shortened(_GUID.sub(lambda found: self._labels.get(found[0], found[1]), text))


def _label(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else repr(_cut(name))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def short_ids(text: str) -> str:
    """A text with the beginning of each id alone."""
    return _GUID.sub(r"\1", text)


def shortened(text: str) -> str:
    """Ids by their beginning, long texts cut: no line is unreadable."""
    text = short_ids(text)
    return text if len(text) <= 160 else f"{text[:120]}... ({len(text)} characters)"
