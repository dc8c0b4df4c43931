"""What every command prints with: as wide as the terminal, in colour where that means something, or as JSON."""

from __future__ import annotations

import json
import os
import shutil
import sys
from textwrap import wrap
from typing import TextIO

from fakestt.core.provenance import Assumed, How

__all__ = [
    "BAD", "GOOD", "GUESSED", "HEAD", "INTERRUPTED", "MISUSED", "coloured", "failed", "hang", "how_json", "print_json",
    "width",
]  # fmt: skip

MISUSED = 2
INTERRUPTED = 130
BAD, GOOD, GUESSED, HEAD = "31", "32", "33", "1"
"""Red, green, yellow and bold, as a terminal takes them."""

_UNKNOWN_WIDTH = 100
_WIDTHS = range(40, 121)
"""A line of more than 120 columns is hard to read, and one of less than 40 holds nothing."""


def width() -> int:
    """How many columns a line may have: those of the terminal, or of the variable COLUMNS."""
    columns = shutil.get_terminal_size((_UNKNOWN_WIDTH, 24)).columns
    return min(max(columns, _WIDTHS.start), _WIDTHS.stop - 1)


def coloured(text: str, colour: str, stream: TextIO | None = None) -> str:
    """The text in a colour, on a terminal; elsewhere, and where NO_COLOR is set, as it is."""
    stream = sys.stdout if stream is None else stream
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{colour}m{text}\x1b[0m"


def failed(message: str, status: int) -> int:
    print(f"{coloured('fakestt:', BAD, sys.stderr)} {message}", file=sys.stderr)
    return status


def hang(head: str, text: str) -> None:
    """A line; if it is too long, it goes on four columns further in. That something is assumed catches the eye."""
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    for line in wrap(text, width(), initial_indent=head, subsequent_indent=indent, break_on_hyphens=False):
        print(line.replace("assumed", coloured("assumed", GUESSED)))


def print_json(data: object) -> None:
    print(json.dumps(data, indent=2))


def how_json(how: How) -> dict[str, str]:
    """`{"source": "page#anchor"}` or `{"assumed": "reason"}`."""
    return {"assumed": how.reason} if isinstance(how, Assumed) else {"source": str(how)}
