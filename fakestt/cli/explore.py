"""`fakestt explore`: a test is explored as it stands, without a decorator. pytest does it, in a process of its own."""

from __future__ import annotations

import argparse
import subprocess
import sys

__all__ = ["explore"]

_MISUSED = (4, 5)
"""What pytest exits with when it finds no such test, or is told of none."""


def explore(arguments: argparse.Namespace) -> int:
    """Explore the tests that are named. The exit status is pytest's: 1 if a schedule breaks a client."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--quiet"]
    options = [f"--fakestt-explore={arguments.budget}", f"--fakestt-explore-faults={arguments.max_faults}"]
    # The words are the user's own, and no shell reads them.
    done = subprocess.run([*command, *options, *arguments.tests], check=False)  # noqa: S603
    return 2 if done.returncode in _MISUSED else done.returncode
