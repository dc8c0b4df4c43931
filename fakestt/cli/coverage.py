"""`fakestt coverage`: what the clients of several runs have met."""

from __future__ import annotations

import argparse

from fakestt.cli.lines import print_json, width
from fakestt.coverage.document import document
from fakestt.coverage.files import gathered, told

__all__ = ["coverage"]


def coverage(arguments: argparse.Namespace) -> int:
    """Merge the files that are named. The exit status is 1 if less was met than was asked for."""
    found = gathered(arguments.files, arguments.only)
    lines, reached = told(found, arguments.fail_under, width())
    if arguments.json:
        print_json(document(found))
    else:
        print("\n".join(lines))
    return 0 if reached else 1
