"""`fakestt explore`: a test is explored as it stands, without a decorator. pytest does it, in a process of its own."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from fakestt.cli.missing import check_there
from fakestt.errors import MissingExtra, nearest

__all__ = ["explore"]

_NOT_FOUND = 4
_MISUSED = (_NOT_FOUND, 5)
"""What pytest exits with when it finds no such test, or when no test was there to explore."""

_TEST = re.compile(r"^\s*(?:async )?def (test\w*)", re.MULTILINE)

# What matters is told below the traceback, which would be long with the lines of the client's libraries.
_BRIEF = ("--quiet", "--tb=short")


def explore(arguments: argparse.Namespace) -> int:
    """Explore the tests that are named. The exit status is pytest's: 1 if a schedule breaks a client.

    Raises:
        FileNotFoundError: there is no such file.
        MissingExtra: pytest is not installed.
    """
    for test in arguments.tests:
        check_there(Path(test.partition("::")[0]))
    if find_spec("pytest") is None:
        raise MissingExtra("explore: pytest is not installed, and it runs the tests. pip install pytest brings it.")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *_BRIEF]
    options = [f"--fakestt-explore={arguments.budget}", f"--fakestt-explore-faults={arguments.max_faults}"]
    # The words are the user's own, and no shell reads them.
    done = subprocess.run([*command, *options, *arguments.tests], check=False)  # noqa: S603
    if done.returncode == _NOT_FOUND:
        for line in _hints(arguments.tests):
            print(line, file=sys.stderr)
    return 2 if done.returncode in _MISUSED else done.returncode


def _hints(tests: Iterable[str]) -> Iterable[str]:
    """The tests that there are in the files that were named, where the one that was named is not there."""
    for test in tests:
        file, _, name = test.partition("::")
        if not name or not Path(file).is_file():
            continue
        wanted = name.rpartition("::")[2].partition("[")[0]
        there = _TEST.findall(Path(file).read_text(encoding="utf-8", errors="replace"))
        if wanted not in there:
            yield f"{file} has no {wanted}.{nearest(wanted, there)} Its tests: {', '.join(there) or 'none'}"
