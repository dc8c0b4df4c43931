"""`--fakestt-cov`: what the clients of the whole run have met of the contract. Without the option nothing is done."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pytest

if TYPE_CHECKING:
    from fakestt import Coverage, FakeSTT
    from fakestt.coverage.items import Survived

__all__ = ["add_options", "configure", "schedule_is_over"]

MOST_HELD = 20
"""So many fakes of a test are kept until it ends. What the others have seen is taken before."""
WIDEST = 120
_OUTPUT = "fakestt_coverage"
_PLUGIN = "fakestt-cov"


def add_options(parser: pytest.Parser) -> None:
    """Register the options of the command line."""
    group = parser.getgroup("fakestt")
    group.addoption(
        "--fakestt-cov",
        action="store_true",
        help="tell at the end of the run how much of the service's contract the tests' clients have met",
    )
    group.addoption(
        "--fakestt-cov-only",
        action="append",
        default=[],
        metavar="GLOB",
        help="of these operations alone, such as '*Audio'; may be given more than once",
    )
    group.addoption(
        "--fakestt-cov-fail-under",
        type=_percent,
        metavar="MIN",
        help="fail if that is less than MIN percent in all",
    )
    group.addoption("--fakestt-cov-json", metavar="PATH", help="write it to a file, as JSON")


def configure(config: pytest.Config) -> None:
    """Begin to look, if an option asks for it."""
    option = config.option
    if option.collectonly:
        return
    if option.fakestt_cov or option.fakestt_cov_fail_under is not None or option.fakestt_cov_json:
        run = _Run(config)
        config.pluginmanager.register(run, _PLUGIN)
        config.add_cleanup(run.close)
    elif option.fakestt_cov_only:
        raise pytest.UsageError("--fakestt-cov-only says of which operations: give --fakestt-cov as well.")


def schedule_is_over(config: pytest.Config, *, passed: bool) -> None:
    """Look now at what a schedule of an explored test has met: its fakes go, and the report of all comes at the end."""
    run: _Run | None = config.pluginmanager.get_plugin(_PLUGIN)
    if run is not None:
        run.ask_all(passed=passed)


def _percent(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise ArgumentTypeError(f"{text!r}: give a percentage, from 0 to 100")
    return value


class _Run:
    """What the fakes of one run have seen, in one process. The workers of xdist hand theirs to the controller."""

    def __init__(self, config: pytest.Config) -> None:
        from fakestt.errors import ConfigurationError
        from fakestt.opened import tell_of_made

        self._config = config
        self._found: dict[str, Coverage] = {}
        self._of_test: dict[str, Coverage] = {}  # what those of its fakes had seen that are not held any more
        # Each with the faults that it had met when it was asked last: in an earlier test, which may have failed.
        self._alive: WeakKeyDictionary[FakeSTT, frozenset[Survived]] = WeakKeyDictionary()
        self._held: deque[FakeSTT] = deque()  # a fake that a test lets go of is not gone before it is asked
        self._passed = False
        self._crashed = 0
        # Complain now, and not when all tests have run.
        try:
            self._narrowed()
            self._write()
        except ConfigurationError as problem:
            raise pytest.UsageError(f"--fakestt-cov-only: {problem}") from None
        except OSError as problem:
            raise pytest.UsageError(f"--fakestt-cov-json: {problem.filename}: {problem.strerror}") from None
        tell_of_made(self._made)

    def close(self) -> None:
        """The run is over."""
        from fakestt.opened import tell_no_more

        tell_no_more(self._made)

    def _made(self, stt: FakeSTT) -> None:
        self._alive[stt] = frozenset()
        self._held.append(stt)
        if len(self._held) > MOST_HELD:
            self._of_test = _with(self._of_test, [self._held.popleft().coverage])

    def ask_all(self, *, passed: bool, at_the_end: bool = False) -> None:
        """See what the fakes of a test have met by its end, and let them go."""
        from fakestt.opened import now_open

        still_open = now_open()
        for stt in list(self._alive):
            if at_the_end or stt not in still_open:
                with stt.app.lock:
                    stt.journal.closing.finish()  # an answer that nobody reads to its end holds back others
        coverages = [one.passed() if passed else one for one in self._of_test.values()]
        for stt, earlier in list(self._alive.items()):
            one = stt.coverage
            self._alive[stt] = one.met
            coverages.append(one.passed(earlier) if passed else one)
        self._found = _with(self._found, coverages)
        self._of_test = {}
        self._held.clear()

    def _narrowed(self) -> list[Coverage]:
        from fakestt.coverage.document import only
        from fakestt.coverage.possible import possible
        from fakestt.editions import EDITIONS

        globs = self._config.option.fakestt_cov_only
        only(possible(next(iter(EDITIONS.values())), ()), globs)
        return [one for one in (only(one, globs) for one in self._found.values()) if not one.is_empty]

    def _write(self) -> None:
        from fakestt.coverage.document import document

        name = self._config.option.fakestt_cov_json
        if name and not hasattr(self._config, "workeroutput"):
            path = self._config.invocation_params.dir / Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document(self._narrowed()), indent=1) + "\n", encoding="utf-8")

    # Hooks of pytest and of xdist

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self._passed = report.passed
        elif report.when == "teardown":
            self.ask_all(passed=self._passed and report.passed)
            self._passed = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # Any: a class of xdist, which need not be there
        from fakestt.coverage.document import read

        output = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if output is None:
            self._crashed += 1
        else:
            self._found = _with(self._found, read(json.loads(output)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        from fakestt.coverage.document import document, verdict

        self.ask_all(passed=False, at_the_end=True)
        output: dict[str, str] | None = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = json.dumps(document(list(self._found.values())))
            return
        self._write()
        least = self._config.option.fakestt_cov_fail_under
        if least is not None and not verdict(self._narrowed(), least)[0] and session.exitstatus in _GOOD:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        from fakestt.coverage.document import verdict
        from fakestt.coverage.text import LEAST_WIDTH, table

        found, least = self._narrowed(), self._config.option.fakestt_cov_fail_under
        if found:
            width = max(LEAST_WIDTH, min(WIDEST, self._config.get_terminal_writer().fullwidth - 1))
            terminalreporter.section("fakestt: coverage of the contract")
            for line in table(found, width):
                terminalreporter.line(line)
        else:
            terminalreporter.line("fakestt: no request met a fake, so there is no coverage of the contract to tell of.")
        if self._crashed:
            workers = "a worker" if self._crashed == 1 else f"{self._crashed} workers"
            terminalreporter.line(f"What {workers} that crashed had seen is not among it.", yellow=True)
        if self._config.option.fakestt_cov_json:
            terminalreporter.line(f"As JSON: {self._config.option.fakestt_cov_json}")
        if least is not None:
            reached, said = verdict(found, least)
            terminalreporter.line(said, **{"green" if reached else "red": True, "bold": not reached})


def _with(found: dict[str, Coverage], coverages: list[Coverage]) -> dict[str, Coverage]:
    from fakestt.coverage.record import merged

    return merged([*found.values(), *(one for one in coverages if not one.is_empty)])


_GOOD = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
