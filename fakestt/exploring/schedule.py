"""A schedule as a short text: where a run leaves the ordinary way, and which way it takes there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fakestt.errors import ConfigurationError

__all__ = ["Deviation", "Schedule"]

_OPEN, _CLOSED, _QUOTES = "([{", ")]}", "\"'"
_QUOTED = frozenset((";", "=", *_OPEN, *_CLOSED, *_QUOTES))


@dataclass(frozen=True, slots=True)
class Deviation:
    """At the point of this label, this option and not the default."""

    label: str
    option: str

    def __str__(self) -> str:
        plain = self.label == self.label.strip() and self.label.isprintable() and not _QUOTED & set(self.label)
        return f"{self.label if plain else json.dumps(self.label)}={self.option}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Deviations in the order in which a run meets them. Without any it is the ordinary run.

    Its text is `r3:getAcousticModel=fail(503); training:car=failed`. A label with a quote or one of `;=()[]{}` in it
    stands in quotes.
    """

    deviations: tuple[Deviation, ...] = ()

    def __str__(self) -> str:
        return "; ".join(map(str, self.deviations))

    def __len__(self) -> int:
        return len(self.deviations)

    def __iter__(self) -> Iterator[Deviation]:
        return iter(self.deviations)

    def to_paste(self) -> str:
        """The decorator that runs a test under this schedule."""
        return f"@fakestt.replay({json.dumps(str(self), ensure_ascii=False)})"

    def and_then(self, label: str, option: str) -> Schedule:
        """The schedule with one deviation more, behind the others."""
        return Schedule((*self.deviations, Deviation(label, option)))

    def without(self, number: int) -> Schedule:
        """The schedule without one deviation, counted from 0."""
        return Schedule((*self.deviations[:number], *self.deviations[number + 1 :]))

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """The schedule that such a text means. The empty text means the ordinary run.

        Raises:
            ConfigurationError: a part is not `label=option`, or a label comes twice.
        """
        if not isinstance(text, str):
            raise ConfigurationError(f"{text!r} is no schedule: give a text such as 'r3=fail(503); training=failed'.")
        deviations = []
        for part in filter(None, map(str.strip, _split(text, ";"))):
            label, *option = (piece.strip() for piece in _split(part, "=", most=1))
            if not (label and option and option[0]):
                raise ConfigurationError(
                    f"{text!r}: {part!r} is not label=option. A schedule reads r3=fail(503); training=failed."
                )
            deviations.append(Deviation(_unquoted(label, text), option[0]))
        _check_once(deviations, text)
        return cls(tuple(deviations))


def _check_once(deviations: Iterable[Deviation], text: str) -> None:
    seen = set()
    for one in deviations:
        if one.label in seen:
            raise ConfigurationError(f"{text!r}: {one.label} comes twice, and a point has one option.")
        seen.add(one.label)


def _unquoted(label: str, text: str) -> str:
    if not label.startswith('"'):
        return label
    try:
        unquoted = json.loads(label)
    except ValueError:
        raise ConfigurationError(f"{text!r}: the quotes of {label} don't end as they should.") from None
    return str(unquoted)


def _split(text: str, at: str, most: int = -1) -> list[str]:
    """The parts between `at`, where it stands in no quotes and no brackets."""
    parts, part, depth, quote, escaped = [], "", 0, "", False
    for letter in text:
        if quote:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == quote:
                quote = ""
        elif letter in _QUOTES:
            quote = letter
        elif letter in _OPEN:
            depth += 1
        elif letter in _CLOSED:
            depth = max(depth - 1, 0)
        elif letter == at and not depth and most != 0:
            parts.append(part)
            part = ""
            most -= 1
            continue
        part += letter
    return [*parts, part]
