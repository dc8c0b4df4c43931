"""What every command prints with: lines that go on further in, and errors in one line."""

from __future__ import annotations

import sys
from textwrap import wrap

__all__ = ["INTERRUPTED", "MISUSED", "WIDTH", "failed", "hang"]

WIDTH = 100
MISUSED = 2
INTERRUPTED = 130


def failed(message: str, status: int) -> int:
    print(f"fakestt: {message}", file=sys.stderr)
    return status


def hang(head: str, text: str) -> None:
    """A line; if it is too long, it goes on four columns further in."""
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    for line in wrap(text, WIDTH, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False):
        print(line)
