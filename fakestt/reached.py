"""A fake that clients in this process reach, for the length of a `with` block."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType

from fakestt.intercept.hosts import Hosts
from fakestt.opened import closed, opened
from fakestt.timing.shared_time import SharedTime

__all__ = ["Reached"]


class Reached:
    """Leads hosts to a fake, and makes its time the client's."""

    def __init__(self, hosts: Hosts, time: SharedTime, fake: object) -> None:
        self._hosts = hosts
        self._time = time
        self._fake = fake
        self._stacks: list[ExitStack] = []

    def __enter__(self) -> Hosts:
        with ExitStack() as stack:
            stack.enter_context(self._hosts)
            self._time.__enter__()  # not by the stack: an error would seem to come from contextlib
            stack.push(self._time)
            self._stacks.append(stack.pop_all())
        opened(self._fake)
        return self._hosts

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        closed(self._fake)
        self._stacks.pop().__exit__(kind, error, traceback)
