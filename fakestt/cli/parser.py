"""The commands with their options, as argparse knows them, and errors that name the nearest right word."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NoReturn

from fakestt import demo, guide
from fakestt.cli import facts, guides
from fakestt.cli.coverage import coverage
from fakestt.cli.explore import explore
from fakestt.cli.lines import MISUSED
from fakestt.cli.probe import probe
from fakestt.cli.serve import serve
from fakestt.cli.why import why
from fakestt.cli.words import (
    PHASES,
    SERVED,
    a_budget,
    a_count,
    a_media_type,
    a_percentage,
    a_policy,
    a_port,
    a_topic,
    an_edition,
    an_operation,
    operations,
    phases,
)
from fakestt.contract.operations import OPERATIONS
from fakestt.editions import EDITIONS
from fakestt.errors import nearest

__all__ = ["COMMANDS", "Parser", "check_command", "make_parser", "too_much"]

COMMANDS = (
    "demo", "serve", "explore", "guide", "operations", "why", "sources", "openapi", "differences", "probe", "coverage",
)  # fmt: skip
# Options whose names a user may forget, with a test for words that look like their values.
MEANT: Mapping[str, Callable[[str], bool]] = {
    "--edition": lambda word: word in EDITIONS,
    "--audio": bool,
    "--port": str.isdigit,
    "--type": lambda word: "/" in word,
}


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, and one line on where to read more. It knows its `options` and `commands`."""

    def __init__(self, **settings: Any) -> None:  # Any: argparse's own keywords
        self.options: list[str] = []
        self.commands: Mapping[str, Parser] = {}
        super().__init__(**settings, allow_abbrev=False)

    def add_argument(self, *names: str, among: Iterable[str] = (), **settings: Any) -> argparse.Action:
        """As argparse does.

        Args:
            among: the words that it may be, for a shell that completes them.
        """
        self.options += [name for name in names if name.startswith("--")]
        action = super().add_argument(*names, **settings)
        if among:
            action.completer = lambda **_: tuple(among)  # type: ignore[attr-defined]  # argcomplete looks for it
        return action

    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{self.prog}: {message}\nHelp: {self.prog} --help\n")


def make_parser() -> Parser:
    parser = Parser(
        prog="fakestt",
        usage="fakestt COMMAND [...]",
        description="A fake of IBM Watson Speech to Text's customization: what it answers, and how we know.",
        epilog="Example: fakestt demo",
    )
    parser.add_argument("--version", action="version", version=f"fakestt {_version()}", help="which fakestt this is")
    commands = parser.add_subparsers(
        # A long metavar makes the column of names wide enough for all of them.
        title="commands",
        metavar="COMMAND [...]",
        required=True,
        prog="fakestt",
    )

    parser.commands = commands.choices

    def command(act: Callable[[argparse.Namespace], int], name: str, words: str, example: str) -> Parser:
        one = commands.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            epilog=f"Example: {example}",
        )
        one.set_defaults(act=act, parser=one)
        return one

    one = command(_demo, "demo", "the life of a model, driven by the official client", "fakestt demo --audio car.flac")
    one.add_argument(
        "--audio", metavar="FILE", nargs="+", action="extend", type=Path, default=[], help="train on these"
    )
    _add_edition(one)
    one = command(serve, "serve", "a fake behind a real server, until Ctrl-C", "fakestt serve --port 8080 --tls")
    one.add_argument("--port", metavar="P", type=a_port, default=0, help="unless given, one that is free")
    one.add_argument(
        "--time",
        metavar="T",
        type=a_policy,
        among=SERVED,
        default="real",
        help="real (default), real:x600 is faster, per_request:60s",
    )
    one.add_argument("--tls", action="store_true", help="https, by an authority made for the purpose")
    one.add_argument(
        "--host", metavar="H", default="127.0.0.1", help="the address to listen on; loopback's unless given"
    )
    one.add_argument("--public", action="store_true", help="has to be said for an address that is not loopback's")
    one.add_argument(
        "--auth", choices=("lenient", "strict", "none"), default="lenient", help="which credentials are good"
    )
    one.add_argument("--seed", metavar="N", type=int, default=0, help="ids, keys and tokens are made from it")
    one.add_argument("--log", action="store_true", help="print a line for each request, and for each change of a model")
    _add_edition(one)
    one = command(
        explore, "explore", "every schedule of faults, for a test as it stands", "fakestt explore test_it.py::test_it"
    )
    one.add_argument("tests", metavar="FILE::TEST", nargs="+", help="as pytest takes them")
    one.add_argument(
        "--budget", metavar="D", type=a_budget, default="10s", help="real time for each test; 10s unless given"
    )
    one.add_argument("--max-faults", metavar="N", type=a_count, default=1, help="in one schedule; 1 unless given")
    one = command(guides.show, "guide", "the guides: which there are, or one of them", "fakestt guide time")
    one.add_argument(
        "topic", metavar="TOPIC", nargs="?", type=a_topic, among=guide.TOPICS, help="such as time; else all are listed"
    )
    one = command(facts.operations, "operations", "what is answered, and how we know", "fakestt operations '*Audio'")
    one.add_argument(
        "operations", metavar="OPERATION", nargs="*", type=operations, among=OPERATIONS, help="ids or globs; else all"
    )
    one.add_argument("--assumed", action="store_true", help="list what is guessed, with the reasons, instead")
    _add_edition(one)
    _add_json(one)
    one = command(
        why, "why", "what a request is answered in a model's phase", "fakestt why trainAcousticModel training"
    )
    one.add_argument(
        "operation", metavar="OPERATION", type=an_operation, among=OPERATIONS, help="such as trainAcousticModel"
    )
    one.add_argument(
        "phase",
        metavar="PHASE",
        nargs="?",
        type=phases,
        among=PHASES,
        help="a code (T), a name (training) or a status; else all",
    )
    _add_edition(one)
    _add_json(one)
    one = command(facts.sources, "sources", "where each document that is cited can be read", "fakestt sources")
    _add_json(one)
    one = command(
        facts.openapi, "openapi", "an edition as an OpenAPI 3.1 document", "fakestt openapi --edition cloud2025"
    )
    _add_edition(one)
    one = command(facts.differences, "differences", "how two editions differ", "fakestt differences icp2018 cloud2025")
    one.add_argument("first", metavar="E1", type=an_edition, among=EDITIONS, help="an edition: " + ", ".join(EDITIONS))
    one.add_argument("second", metavar="E2", type=an_edition, among=EDITIONS, help="another one")
    _add_json(one)
    one = command(probe, "probe", "what the service would make of files", "fakestt probe car.flac 'more/*.zip'")
    one.add_argument("files", metavar="FILE", nargs="+", help="audio, or an archive of it; or a glob")
    one.add_argument("--type", metavar="T", type=a_media_type, help="their content type; else by the suffix")
    _add_json(one)
    one = command(
        coverage, "coverage", "what the clients of several runs have met", "fakestt coverage linux.json windows.json"
    )
    one.add_argument("files", metavar="FILE", nargs="+", type=Path, help="written by pytest --fakestt-cov-json=FILE")
    one.add_argument("--only", metavar="GLOB", action="append", default=[], help="of these operations: '*Audio'")
    one.add_argument("--fail-under", metavar="MIN", type=a_percentage, help="exit with 1 if less, in percent, was met")
    _add_json(one)
    return parser


def _add_json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")


def _add_edition(parser: Parser) -> None:
    possible = ", ".join(EDITIONS)
    parser.add_argument(
        "--edition",
        metavar="E",
        type=an_edition,
        among=EDITIONS,
        default=EDITIONS["icp2018"],
        help=f"{possible}; icp2018 unless given",
    )


def check_command(parser: Parser, argv: Sequence[str]) -> None:
    """Check the command before argparse does, which can't suggest the nearest word."""
    if not argv:
        parser.error(f"say which command. All: {', '.join(COMMANDS)}")
    if argv[0].startswith("-"):
        if argv[0] not in ("-h", *parser.options):
            option = argv[0].partition("=")[0]
            whose = [name for name, one in parser.commands.items() if option in one.options]
            named = [word for word in argv if word in whose] or whose
            hint = f" It follows its command: fakestt {named[0]} {option}" if named else nearest(option, parser.options)
            parser.error(f"no option {option!r} before a command.{hint}")
    elif argv[0] not in COMMANDS:
        parser.error(f"no command {argv[0]!r}.{nearest(argv[0], COMMANDS)} All: {', '.join(COMMANDS)}")


def too_much(parser: Parser, word: str) -> str:
    """The error for a word that the command has no use for, with what its user may have meant."""
    option = word.partition("=")[0]
    if word.startswith("-"):
        return f"no option {option!r}.{nearest(option, parser.options)} All: {', '.join(parser.options)}"
    for known, fits in MEANT.items():
        if known in parser.options and fits(word):
            return f"{word!r} has no place here. Did you mean {known} {word}?"
    return f"{word!r} has no place here."


def _version() -> str:
    try:
        return version("fakestt")
    except PackageNotFoundError:
        return "(not installed)"


def _demo(arguments: argparse.Namespace) -> int:
    demo.run(arguments.edition.name, arguments.audio)
    return 0
