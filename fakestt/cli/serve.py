"""`fakestt serve`: a fake behind a real server, until a signal stops it."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import threading
import traceback
from typing import Any, NoReturn

from fakestt.contract.operations import OPERATIONS
from fakestt.fake import FakeSTT
from fakestt.journal.timeline import entry
from fakestt.served import Served

__all__ = ["Stop", "serve", "take_more_files", "until_interrupted"]

_FILES = 2 * 2048 + 64
"""Half of them, and some, are left for other things than connections, of which a server has 2,048 at most."""


def serve(arguments: argparse.Namespace) -> int:
    take_more_files()
    auth = None if arguments.auth == "none" else arguments.auth
    stt = FakeSTT(edition=arguments.edition, time=arguments.time, auth=auth, seed=arguments.seed)
    log = _Log(stt) if arguments.log else None
    try:
        with (
            Stop() as stop,
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
            until_interrupted(server, stop, log)
    except KeyboardInterrupt:
        if log is not None:
            log.tell()
        print(f"\nStopped after {len(stt.journal)} requests.")
    return 0


def take_more_files() -> None:
    """Let this process have as many files as the system allows, up to what a server's connections need.

    Where a shell allows 1,024, a thousand idle clients would keep the next one waiting.
    """
    if sys.platform == "win32":  # sockets are no files there
        return
    import resource

    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    if files != resource.RLIM_INFINITY and files < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def until_interrupted(server: Served, stop: Stop, log: _Log | None = None) -> NoReturn:
    """Wait, and print requests, and the errors that the fake raises by mistake, as they come."""
    gc.collect()
    gc.freeze()  # what exists now stays, so the collector need not look at it again
    try:
        while True:
            stop.wait(0.5 if log is None else 0.1)  # in pieces: on Windows, Ctrl-C does not end a long wait
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


class Stop:
    """Ctrl-C, `kill` and the end of the terminal raise KeyboardInterrupt, but once, and nowhere but in `wait`.

    So a server that is starting has started first, what is printed is printed once, and nothing breaks off the stop:
    no file of an authority is left.
    """

    def __init__(self) -> None:
        self._asked = False
        self._waits = False
        self._forever = threading.Event()
        self._before: dict[int, Any] = {}  # Any: what `signal` has for a handler

    def wait(self, seconds_s: float) -> None:
        """Wait, unless a signal has come or comes.

        Raises:
            KeyboardInterrupt: one has.
        """
        self._waits = True
        try:
            if self._asked:
                raise KeyboardInterrupt
            self._forever.wait(seconds_s)
        finally:
            self._waits = False

    def _ask(self, number: int, frame: object) -> None:
        self._asked = True
        if self._waits:
            self._waits = False
            raise KeyboardInterrupt

    def __enter__(self) -> Stop:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            number = getattr(signal, name, None)
            # `nohup`, and a shell that starts a command in its background, have some ignored.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
