"""The command line: `main` runs one command."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fakestt.cli.lines import INTERRUPTED, MISUSED, failed
from fakestt.cli.missing import no_such_file
from fakestt.cli.parser import COMMANDS, Parser, check_command, make_parser, too_much
from fakestt.errors import FakesttError, MissingExtra

__all__ = ["COMMANDS", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0, 1 (the command failed, or a file was not audio), 2 (misuse)."""
    try:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")  # names that the terminal can't show are no error
        status = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except OSError as error:
        if not _nobody_reads(error):
            raise
        # The rest of the buffer must not be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _run(argv: Sequence[str]) -> int:
    parser = make_parser()
    if "_ARGCOMPLETE" in os.environ:  # a shell asks for the words that may stand here
        import argcomplete

        argcomplete.autocomplete(parser)
    check_command(parser, argv)
    arguments, rest = parser.parse_known_args(argv)
    if rest:
        one: Parser = arguments.parser
        one.error(too_much(one, rest[0]))
    act: Callable[[argparse.Namespace], int] = arguments.act
    try:
        return act(arguments)
    except MissingExtra as error:
        return failed(str(error), 1)
    except FakesttError as error:
        return failed(str(error), MISUSED)
    except OSError as error:
        if _nobody_reads(error):
            raise
        if isinstance(error, FileNotFoundError) and error.filename is not None:
            return failed(no_such_file(Path(error.filename)), MISUSED)
        return failed(f"{error.filename}: {error.strerror}", MISUSED)


def _nobody_reads(error: OSError) -> bool:
    """Whether the reader of what is printed has gone: the other end of a pipe, or the terminal."""
    return isinstance(error, BrokenPipeError) or error.errno == errno.EIO
