"""A line of a test: what its author would say to a fake, as a value that can be drawn, printed and said."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from fakestt.fake import FakeSTT

__all__ = ["Line"]


class Line:
    """A statement about a fake. Call it with the fake to say it; its repr is the line to paste.

    >>> Line("clock.advance", "45m")
    stt.clock.advance('45m')
    """

    __slots__ = ("_say", "_text")

    def __init__(self, path: str, *values: Any, **words: Any) -> None:  # Any: arguments of whatever is called
        given = [*map(repr, values), *(f"{word}={value!r}" for word, value in words.items())]
        self._text = f"stt.{path}({', '.join(given)})"
        self._say: Callable[[FakeSTT], Any] = lambda stt: attrgetter(path)(stt)(*values, **words)

    def then(self, text: str, go_on: Callable[[Any], object]) -> Line:
        """The line with more behind it: `text` as it is written, `go_on` given what the line returned."""
        longer, say = Line.__new__(Line), self._say
        longer._text = f"{self._text}{text}"
        longer._say = lambda stt: go_on(say(stt))
        return longer

    def __call__(self, stt: FakeSTT) -> Any:
        """Say it to this fake. Returns what the call returns, such as the view of a model."""
        return self._say(stt)

    def __repr__(self) -> str:
        return self._text

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """For Hypothesis, which otherwise shows how it was drawn."""
        printer.text(repr(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)
