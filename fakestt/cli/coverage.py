"""`fakestt coverage`: what the clients of several runs have met."""

from __future__ import annotations

import argparse

from fakestt.cli.lines import WIDTH
from fakestt.coverage import files

__all__ = ["coverage"]


def coverage(arguments: argparse.Namespace) -> int:
    """Merge the files that are named. The exit status is 1 if less was met than was asked for."""
    lines, reached = files.told(arguments.files, arguments.only, arguments.fail_under, WIDTH)
    print("\n".join(lines))
    return 0 if reached else 1
