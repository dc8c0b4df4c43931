"""A terminal in memory, and the command in a process of its own."""

from __future__ import annotations

import io
import json
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

PATIENCE_S = 30


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> str:
    """What `act` writes where standard output is a terminal that can show colours."""
    terminal = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        patch.setenv("TERM", "xterm-256color")
        patch.delenv("NO_COLOR", raising=False)
        act()
    return terminal.getvalue()


class Running:
    """The command in a process of its own, and what it has printed up to the last line of its beginning."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.title, said = "", ""
        assert process.stdout is not None
        for line in process.stdout:
            self.title = self.title or line.rstrip()
            said += line
            if line == "Ctrl-C stops it.\n":
                break
        self.said = dict(line.strip().split(": ", 1) for line in said.splitlines() if line.startswith("  "))

    def ask(self, path: str) -> Any:
        """As the printed lines say."""
        headers = {"Authorization": "Bearer " + self.said["key"]}
        request = urllib.request.Request(self.said["url"] + path, headers=headers)
        context = ssl.create_default_context(cafile=self.said["trust"]) if "trust" in self.said else None
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        with opener.open(request, timeout=5) as answer:
            return json.load(answer)

    def end(self, by: signal.Signals) -> tuple[int, str, str]:
        """Exit status, and what was printed since."""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, err


@contextmanager
def serving(*arguments: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "fakestt", "serve", *arguments]
    # Whoever runs the tests in a shell's background has SIGINT ignored, and so would have the command.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()
