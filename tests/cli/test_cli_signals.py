"""Ctrl-C, `kill` and the end of the terminal end `fakestt serve` in good order, at any moment, without a traceback."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import PATIENCE_S, serving

from fakestt.cli.lines import INTERRUPTED
from fakestt.cli.serve import Stop

# What a console script is, but for a word when it has begun: Python's own start is not ours.
SCRIPT = "import sys; from fakestt.__main__ import main; print('begun', flush=True); sys.exit(main())"
STOPS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


FIRST, *OTHERS = STOPS
EACH = pytest.mark.parametrize(
    "by", [FIRST, *(pytest.param(by, marks=pytest.mark.slow) for by in OTHERS)], ids=lambda by: by.name
)


@pytest.fixture(autouse=True)
def not_ignored() -> Iterator[None]:
    """A run in the background, or under nohup, has some of them ignored, and so has what it starts."""
    before = {by: signal.signal(by, signal.default_int_handler) for by in STOPS}
    yield
    for by, handler in before.items():
        signal.signal(by, handler)


@EACH
def test_it_ends_in_good_order(by: signal.Signals) -> None:
    with serving("--tls") as running:
        assert running.ask("/v1/models")["models"]
        assert running.end(by) == (0, "\nStopped after 1 requests.\n", "")
        assert not Path(running.said["trust"]).exists()


@pytest.mark.slow
@EACH
def test_a_second_signal_does_not_break_off_the_stop(by: signal.Signals) -> None:
    with serving("--tls") as running:
        for _ in range(20):
            running.process.send_signal(by)
        status, _, err = running.end(signal.SIGINT)
        assert status in (0, INTERRUPTED, -signal.SIGINT)  # the last may come when all is over
        assert err == ""
        assert not Path(running.said["trust"]).exists()


@EACH
def test_what_is_ignored_stays_ignored(by: signal.Signals) -> None:
    before = signal.signal(by, signal.SIG_IGN)  # as nohup does, and a child has it from its parent
    try:
        with Stop():
            assert signal.getsignal(by) is signal.SIG_IGN
        assert signal.getsignal(by) is signal.SIG_IGN
    finally:
        signal.signal(by, before)


@pytest.mark.slow
def test_it_ends_with_its_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    in_that_terminal = f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {SCRIPT}"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", in_that_terminal, "serve", "--tls"], stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True, env=environment,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while b"stops it" not in said:
        said += os.read(ours, 4096)
    assert list(tmp_path.iterdir()) != []
    os.close(ours)
    assert process.wait(PATIENCE_S) == 0
    assert list(tmp_path.iterdir()) == []


def interrupted_after(seconds_s: float, tmp_path: Path) -> int:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, "serve", "--tls"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    threading.Event().wait(seconds_s)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert err == "", f"interrupted {seconds_s} s after it had begun"
    assert list(tmp_path.iterdir()) == []
    return process.returncode


IMPORTED = """
import os, signal, sys
from fakestt.__main__ import main

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "fakestt.cli.serve":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
main()
"""


def test_ctrl_c_while_it_is_imported_ends_it_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED, "serve"], capture_output=True, timeout=PATIENCE_S)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")  # no import can make another error of that


@pytest.mark.slow
def test_ctrl_c_at_any_moment_leaves_no_traceback_and_no_file(tmp_path: Path) -> None:
    for number in range(40):
        status = interrupted_after(0.005 + number * 0.025, tmp_path)
        assert status in (0, INTERRUPTED, -signal.SIGINT)


def test_a_signal_comes_once_and_not_before_somebody_waits() -> None:
    before = [signal.getsignal(number) for number in STOPS]
    with Stop() as stop:
        for number in STOPS:
            signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            stop.wait(60)
        for number in STOPS:
            signal.raise_signal(number)
    assert [signal.getsignal(number) for number in STOPS] == before


@pytest.mark.parametrize("by", STOPS, ids=lambda by: by.name)
def test_a_signal_ends_a_wait_that_goes_on(by: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    with Stop() as stop:
        monkeypatch.setattr(stop._forever, "wait", lambda seconds_s: signal.raise_signal(by))
        with pytest.raises(KeyboardInterrupt):
            stop.wait(60)
        signal.raise_signal(by)
