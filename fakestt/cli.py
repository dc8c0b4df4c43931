"""The command `fakestt`: it tells in a terminal what the fake answers, and how we know."""

from __future__ import annotations

import argparse
import errno
import gc
import json
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any, NoReturn

from fakestt import demo, guide
from fakestt.contract.cells import cell_of, cell_text
from fakestt.contract.documents import DOCUMENTS, address_of
from fakestt.contract.openapi import openapi
from fakestt.contract.operation import Operation
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.operations.absent import ABSENT
from fakestt.contract.own_pages import own
from fakestt.contract.refusals_of import refusals_of
from fakestt.core.families import FAMILIES
from fakestt.core.lifecycle import Phase
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, How
from fakestt.editions import EDITIONS, Edition
from fakestt.editions.base_models import BROADBAND_HZ, NARROWBAND_HZ
from fakestt.editions.differences import differences
from fakestt.editions.guesses import guesses
from fakestt.errors import FakesttError, MissingExtra, nearest
from fakestt.fake import FakeSTT, Served
from fakestt.journal.timeline import entry
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, NotAudio
from fakestt.media.probe import ARCHIVES, PROBES, probe
from fakestt.media.suffixes import media_type_of
from fakestt.timing.policies import POLICIES

__all__ = ["main"]

WIDTH = 100
MISUSED = 2
INTERRUPTED = 130
COMMANDS = ("demo", "serve", "guide", "operations", "why", "sources", "openapi", "differences", "probe")
# Options whose names a user may forget, with a test for words that look like their values.
MEANT: Mapping[str, Callable[[str], bool]] = {
    "--edition": lambda word: word in EDITIONS,
    "--audio": bool,
    "--port": str.isdigit,
    "--type": lambda word: "/" in word,
}
# Policies that a server in a terminal can't have, with the reason.
OF_TESTS = {
    "on_sleep": "nobody sees the clients of a server waiting",
    "next_event": "nobody sees the clients of a server waiting",
    "manual": "nobody can move the clock of a server from a terminal",
}
SERVED = tuple(policy for policy in POLICIES if policy not in OF_TESTS)
BANDS = {"broadband": BROADBAND_HZ, "narrowband": NARROWBAND_HZ}
TABLES = [family for family in FAMILIES if family.lifecycle.commands]
PHASES = tuple(
    dict.fromkeys(
        word for family in TABLES for one in family.phases for word in (one.code, one.name.lower(), one.shown)
    )
)


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
    parser = _parser()
    _check_command(parser, argv)
    arguments, rest = parser.parse_known_args(argv)
    if rest:
        one: _Parser = arguments.parser
        one.error(_too_much(one, rest[0]))
    act: Callable[[argparse.Namespace], int] = arguments.act
    try:
        return act(arguments)
    except MissingExtra as error:
        return _failed(str(error), 1)
    except FakesttError as error:
        return _failed(str(error), MISUSED)
    except OSError as error:
        if _nobody_reads(error):
            raise
        return _failed(f"{error.filename}: {error.strerror}", MISUSED)


def _nobody_reads(error: OSError) -> bool:
    """Whether the reader of what is printed has gone: the other end of a pipe, or the terminal."""
    return isinstance(error, BrokenPipeError) or error.errno == errno.EIO


def _failed(message: str, status: int) -> int:
    print(f"fakestt: {message}", file=sys.stderr)
    return status


# The words


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, and one line on where to read more. It knows its `options` and `commands`."""

    def __init__(self, **settings: Any) -> None:  # Any: argparse's own keywords
        self.options: list[str] = []
        self.commands: Mapping[str, _Parser] = {}
        super().__init__(**settings, allow_abbrev=False)

    def add_argument(self, *names: str, **settings: Any) -> argparse.Action:
        self.options += [name for name in names if name.startswith("--")]
        return super().add_argument(*names, **settings)

    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{self.prog}: {message}\nHelp: {self.prog} --help\n")


def _parser() -> _Parser:
    parser = _Parser(
        prog="fakestt",
        usage="fakestt COMMAND [...]",
        description="A fake of IBM Watson Speech to Text's acoustic customization: what it answers, and how we know.",
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

    def command(act: Callable[[argparse.Namespace], int], name: str, words: str, example: str) -> _Parser:
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
    one = command(_serve, "serve", "a fake behind a real server, until Ctrl-C", "fakestt serve --port 8080 --tls")
    one.add_argument("--port", metavar="P", type=_port, default=0, help="unless given, one that is free")
    one.add_argument(
        "--time", metavar="T", type=_time, default="real", help="real (default), real:x600 is faster, per_request:60s"
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
    one = command(_guide, "guide", "the guides: which there are, or one of them", "fakestt guide time")
    one.add_argument("topic", metavar="TOPIC", nargs="?", type=_topic, help="such as time; else all are listed")
    one = command(_operations, "operations", "what is answered, and how we know", "fakestt operations --assumed")
    one.add_argument("--assumed", action="store_true", help="list what is guessed, with the reasons, instead")
    _add_edition(one)
    one = command(
        _why, "why", "what a request is answered in a model's phase", "fakestt why trainAcousticModel training"
    )
    one.add_argument("operation", metavar="OPERATION", type=_operation, help="such as trainAcousticModel")
    one.add_argument(
        "phase", metavar="PHASE", nargs="?", type=_phases, help="a code (T), a name (training) or a status; else all"
    )
    _add_edition(one)
    command(_sources, "sources", "where each document that is cited can be read", "fakestt sources")
    one = command(_openapi, "openapi", "an edition as an OpenAPI 3.1 document", "fakestt openapi --edition cloud2025")
    _add_edition(one)
    one = command(_differences, "differences", "how two editions differ", "fakestt differences icp2018 cloud2025")
    one.add_argument("first", metavar="E1", type=_edition, help="an edition: " + ", ".join(EDITIONS))
    one.add_argument("second", metavar="E2", type=_edition, help="another one")
    one = command(_probe, "probe", "what the service would make of a file", "fakestt probe car.flac")
    one.add_argument("file", metavar="FILE", type=Path, help="audio, or an archive of it")
    one.add_argument("--type", metavar="T", type=_media_type, help="its content type; else by the suffix")
    return parser


def _add_edition(parser: _Parser) -> None:
    possible = ", ".join(EDITIONS)
    parser.add_argument(
        "--edition", metavar="E", type=_edition, default=EDITIONS["icp2018"], help=f"{possible}; icp2018 unless given"
    )


def _check_command(parser: _Parser, argv: Sequence[str]) -> None:
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


def _too_much(parser: _Parser, word: str) -> str:
    """The error for a word that the command has no use for, with what its user may have meant."""
    option = word.partition("=")[0]
    if word.startswith("-"):
        return f"no option {option!r}.{nearest(option, parser.options)} All: {', '.join(parser.options)}"
    for known, fits in MEANT.items():
        if known in parser.options and fits(word):
            return f"{word!r} has no place here. Did you mean {known} {word}?"
    return f"{word!r} has no place here."


def _port(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is no port: give 0 (one that is free) to 65535") from None


def _time(policy: str) -> str:
    if policy in OF_TESTS:
        raise argparse.ArgumentTypeError(
            f"{policy!r} is for tests in the same process: {OF_TESTS[policy]}. Take real, real:x600 or per_request:60s."
        )
    name, _, number = policy.partition(":")
    # The fake itself complains of a wrong number.
    if policy not in SERVED and not (number and name in ("real", "per_request")):
        raise argparse.ArgumentTypeError(_unknown("policy", policy, SERVED))
    return policy


def _version() -> str:
    try:
        return version("fakestt")
    except PackageNotFoundError:
        return "(not installed)"


def _topic(word: str) -> str:
    if word not in guide.TOPICS:
        raise argparse.ArgumentTypeError(_unknown("topic", word, guide.TOPICS))
    return word


def _edition(word: str) -> Edition:
    if word not in EDITIONS:
        raise argparse.ArgumentTypeError(_unknown("edition", word, EDITIONS))
    return EDITIONS[word]


def _operation(word: str) -> Operation:
    if word not in OPERATIONS:
        if word in ABSENT:
            raise argparse.ArgumentTypeError(f"{ABSENT[word].said}. All: {', '.join(OPERATIONS)}")
        raise argparse.ArgumentTypeError(_unknown("operation", word, OPERATIONS))
    return OPERATIONS[word]


def _phases(word: str) -> list[Phase]:
    """All phases that this word may mean: `pending` is the status of three."""
    plain = word.lower().replace("-", "_").replace(" ", "_")
    phases = [one for family in TABLES for one in family.phases]
    found = [one for one in phases if word.upper() == one.code or plain in (one.name.lower(), one.shown)]
    if not found:
        raise argparse.ArgumentTypeError(_unknown("phase", word, PHASES))
    return found


def _media_type(word: str) -> str:
    possible = (*PROBES, *ARCHIVES)
    if word.partition(";")[0].strip().lower() not in possible:
        raise argparse.ArgumentTypeError(_unknown("content type", word, possible))
    return word


def _unknown(what: str, word: str, possible: Iterable[str]) -> str:
    return f"no {what} {word!r}.{nearest(word, possible)} All: {', '.join(possible)}"


# The commands


def _demo(arguments: argparse.Namespace) -> int:
    demo.run(arguments.edition.name, arguments.audio)
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    auth = None if arguments.auth == "none" else arguments.auth
    stt = FakeSTT(edition=arguments.edition, time=arguments.time, auth=auth, seed=arguments.seed)
    log = _Log(stt) if arguments.log else None
    try:
        with (
            _Stop() as stop,
            stt.serve(tls=arguments.tls, host=arguments.host, port=arguments.port, public=arguments.public) as server,
        ):
            trust = f"--cacert {server.ca_file} " if server.ca_file else ""
            print(f"{stt.edition.title} ({stt.edition.name}), time: {arguments.time}")
            print(f"  url: {server.url}\n  key: {stt.api_key}")
            iam, cp4d = (server.auth_url + OPERATIONS[name].path for name in ("getToken", "authorize"))
            print(f"  auth url: {server.auth_url}\n  tokens: {iam} (IAM), {cp4d} (Cloud Pak for Data)")
            if server.ca_file:
                print(f"  trust: {server.ca_file}")
            print(f"  try: curl {trust}-u apikey:{stt.api_key} {server.url}/v1/acoustic_customizations")
            print("Ctrl-C stops it.", flush=True)
            stop.may_come()
            _until_interrupted(server, log)
    except KeyboardInterrupt:
        if log is not None:
            log.tell()
        print(f"\nStopped after {len(stt.journal)} requests.")
    return 0


def _until_interrupted(server: Served, log: _Log | None = None) -> NoReturn:
    """Wait, and print requests, and the errors that the fake raises by mistake, as they come."""
    forever = threading.Event()
    gc.collect()
    gc.freeze()  # what exists now stays, so the collector need not look at it again
    try:
        while True:
            forever.wait(0.5 if log is None else 0.1)  # in pieces: on Windows, Ctrl-C does not end a long wait
            if log is not None:
                log.tell()
            while server.failures:
                error = server.failures.pop(0)
                traceback.print_exception(type(error), error, error.__traceback__)
    finally:
        gc.unfreeze()


class _Log:
    """Prints what the journal has got since the last time: the lines of its timeline."""

    def __init__(self, stt: FakeSTT) -> None:
        self._stt = stt
        self._told = 0

    def tell(self) -> None:
        if len(self._stt.journal) == self._told:
            return
        for exchange in self._stt.journal.kept():
            if exchange.seq > self._told:
                print("\n".join(entry(exchange, self._stt.started_at_s)), flush=True)
                self._told = exchange.seq


class _Stop:
    """Ctrl-C, `kill` and the end of the terminal raise KeyboardInterrupt, but once, and not before `may_come`.

    So a server that is starting has started first, and nothing breaks off its stop: no file of an authority is left.
    """

    def __init__(self) -> None:
        self._asked = False
        self._may_come = False
        self._before: dict[int, Any] = {}  # Any: what `signal` has for a handler

    def may_come(self) -> None:
        """From now on a signal is an error of whatever runs."""
        self._may_come = True
        if self._asked:
            self._come()

    def _ask(self, number: int, frame: object) -> None:
        self._asked = True
        if self._may_come:
            self._come()

    def _come(self) -> NoReturn:
        self._may_come = False
        raise KeyboardInterrupt

    def __enter__(self) -> _Stop:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            number = getattr(signal, name, None)
            # `nohup`, and a shell that starts a command in its background, have some ignored.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def _guide(arguments: argparse.Namespace) -> int:
    if arguments.topic is not None:
        _markdown(guide.text(arguments.topic))
        return 0
    width = max(map(len, guide.TOPICS))
    for topic, question in guide.topics().items():
        print(f"{topic:<{width}}  {question}")
    print("\nTo read one: fakestt guide TOPIC")
    return 0


def _markdown(text: str) -> None:
    """Print Markdown: laid out on a terminal if rich is installed, else as it is written."""
    if sys.stdout.isatty():
        try:
            from rich.console import Console
            from rich.markdown import Markdown
        except ImportError:
            pass
        else:
            Console().print(Markdown(text, hyperlinks=False))  # the links lead to files beside this one
            return
    print(text, end="")


def _operations(arguments: argparse.Namespace) -> int:
    edition: Edition = arguments.edition
    if arguments.assumed:
        return _assumed(edition)
    print(f"{edition.title} ({edition.name})")
    for operation in OPERATIONS.values():
        print(
            f"\n{operation.id}\n    {operation.method} {operation.path}\n    {operation.summary}: {operation.success}"
        )
        statuses = sorted({edition.wording[why].status for why in refusals_of(operation, edition)})
        print(f"    refused with {', '.join(map(str, statuses))}")
        print(f"    source: {own(operation.how, edition)}")
    print("\nMore: fakestt why OPERATION [PHASE]; what is guessed: fakestt operations --assumed")
    return 0


def _assumed(edition: Edition) -> int:
    found = guesses(edition)
    print(f"{edition.title} ({edition.name}): {len(found)} rows are assumed.")
    for kind, of_kind in groupby(found, key=lambda guess: guess.kind):
        rows = list(of_kind)
        print(f"\n{kind} ({len(rows)})")
        for reason in dict.fromkeys(guess.reason for guess in rows):
            _hang("  because ", f"{reason}:")
            for guess in rows:
                if guess.reason == reason:
                    _hang("      ", " = ".join(filter(None, (guess.name, guess.value))))
    return 0


def _why(arguments: argparse.Namespace) -> int:
    operation: Operation = arguments.operation
    edition: Edition = arguments.edition
    family, command = operation.family, operation.command
    if command is None and arguments.phase is not None:
        return _failed(f"why: {operation.id} asks no model, so no phase matters: leave PHASE out.", MISUSED)
    print(f"{operation.id}: {operation.summary}")
    _hang("  ", f"{operation.method} {operation.path}, edition {edition.name}, success is {operation.success}")
    said: list[How] = []

    def known(head: str, what: str, how: How) -> None:
        said.append(own(how, edition))
        _known(head, what, said[-1])

    known("  ", "the operation", operation.how)
    known("  ", f"the status {operation.success}", operation.success_how)
    whys = dict.fromkeys(refusals_of(operation, edition))
    if family is not None and command is not None:
        asked: list[Phase] = [one for one in family.phases if arguments.phase is None or one in arguments.phase]
        for phase in asked:
            print(f"\n  {_name(phase)} ({phase.code}, shown as {phase.shown!r})")
            _hang("    ", cell_text(edition, family, command, phase))
            known("    ", "this", family.lifecycle.sources[command][phase])
        if arguments.phase is not None:
            cells = [cell_of(family, command, phase, edition.limits) for phase in asked]
            whys = dict.fromkeys(why for cell in cells for why in cell.whys)
    if whys:
        print("\n  How it is refused")
    for why in whys:
        row = edition.wording[why]
        _hang("    ", f"{why.value}: {row.status} {_with_limits(row.text, edition.limits)}")
        known("        ", "the status", row.status_how)
        known("        ", "the text", row.text_how)
    addresses = {str(how): address for how in said if (address := address_of(how)) is not None}
    if addresses:
        print("\n  Where that can be read")
    for source, address in addresses.items():
        print(f"    {source}\n        {address}")  # not cut into lines, so that it can be followed
    return 0


def _sources(arguments: argparse.Namespace) -> int:
    for document in DOCUMENTS.values():
        changed = f", last changed {document.changed}" if document.changed else ""
        print(f"{document.name}{changed}\n    {document.address}")
    return 0


def _openapi(arguments: argparse.Namespace) -> int:
    print(json.dumps(openapi(arguments.edition), indent=2))
    return 0


def _differences(arguments: argparse.Namespace) -> int:
    first: Edition = arguments.first
    second: Edition = arguments.second
    found = differences(first, second)
    print(f"{first.name}: {first.title}\n{second.name}: {second.title}\n{len(found)} differences")
    width = max(len(first.name), len(second.name))
    for kind, of_kind in groupby(found, key=lambda one: one.kind):
        print(f"\n{kind}")
        for one in of_kind:
            print(f"  {one.name}")
            for name, value, how in zip((first.name, second.name), one.values, one.hows, strict=True):
                _hang(f"    {name:<{width}}  ", f"{value}  [{how}]")
    return 0


def _probe(arguments: argparse.Namespace) -> int:
    media_type = arguments.type or media_type_of(arguments.file)
    with arguments.file.open("rb") as stream:
        facts = probe(stream, media_type)
    print(f"{arguments.file}: {media_type}")
    good = True
    for line, fine in _facts_lines(facts):
        print(f"  {line}")
        good = good and fine
    print("  " + ("usable" if good else "invalid: the service would not use it"))
    return 0 if good else 1


def _facts_lines(facts: Facts) -> Iterator[tuple[str, bool]]:
    if isinstance(facts, NotAudio):
        yield f"not audio: {facts.reason}", False
    elif isinstance(facts, AudioFacts):
        bands = [name for name, least_hz in BANDS.items() if facts.rate_hz >= least_hz]
        yield f"{facts.duration_s:.2f} s of {facts.codec}, {facts.rate_hz} Hz, channels: {facts.channels}", bool(bands)
        yield f"good for base models: {', '.join(bands) or 'none'}", bool(bands)
        if facts.note is not None:
            yield f"note: {facts.note}", True
    else:
        assert isinstance(facts, ArchiveFacts)
        yield f"{facts.compression} archive with {len(facts.members)} files, {facts.duration_s:.2f} s", True
        if facts.problem is not None:
            yield f"the archive: {facts.problem}", False
        for member in facts.members:
            for line, fine in _facts_lines(member.facts):
                yield f"{member.name}: {line}", fine


# Lines


def _name(phase: Phase) -> str:
    return phase.name.lower().replace("_", " ")


def _known(head: str, what: str, how: How) -> None:
    _hang(head, f"{what} is assumed: {how.reason}" if isinstance(how, Assumed) else f"source of {what}: {how}")


def _with_limits(text: str, limits: Limits) -> str:
    """The text with the edition's figures filled in. Values of the request stay as names in braces."""
    return re.sub(r"\{limits\.(\w+):g\}", lambda match: f"{getattr(limits, match[1]):g}", text)


def _hang(head: str, text: str) -> None:
    """A line; if it is too long, it goes on four columns further in."""
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    for line in wrap(text, WIDTH, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False):
        print(line)
