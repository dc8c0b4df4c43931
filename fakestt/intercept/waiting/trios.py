"""trio takes part, with anyio on top of it: its loop waits in `get_events`, its threads take part during a job."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from fakestt.intercept.waiting.locks import SimpleQueue
from fakestt.intercept.waiting.outside import Outside, is_readable
from fakestt.intercept.waiting.threads import name_of
from fakestt.intercept.waiting.waiting import Waiting

__all__ = ["LIBRARY", "patches"]

LIBRARY = "trio"

_FOR_EVER_S = 86_400.0  # trio's longest time-out, when nothing in it has one


def patches(waiting: Waiting, outside: Outside) -> list[tuple[Any, str, Callable[..., Any]]]:
    """The methods that are put into trio, once it is imported. Its clock reads `perf_counter`, so that needs none."""
    trio: Any = sys.modules.get("trio")  # Any: what is replaced is private, and trio need not be here
    if not hasattr(trio, "run"):
        return []
    loop, cache = trio._core._run.TheIOManager, trio._core._thread_cache.ThreadCache
    messages = [kind for name in ("Run", "RunSync") if (kind := getattr(trio._threads, name, None)) is not None]
    return [
        *((kind, "__init__", _with_queue(waiting, kind.__init__)) for kind in messages),
        (loop, "get_events", _get_events(waiting, outside, loop.get_events)),
        (cache, "start_thread_soon", _start_thread_soon(waiting, cache.start_thread_soon)),
    ]


def _get_events(waiting: Waiting, outside: Outside, real: Callable[..., Any]) -> Callable[..., Any]:
    def get_events(loop: Any, timeout: float) -> Any:
        __tracebackhide__ = True
        who = waiting.waiter()
        queue = getattr(loop, "_epoll", None) or getattr(loop, "_kqueue", None)
        if who is None or timeout <= 0 or queue is None:
            return real(loop, timeout)
        watched = [fd for fd in getattr(loop, "_registered", ()) if isinstance(fd, int)]
        wait = waiting.timed(
            who,
            "a loop of trio",
            None if timeout >= _FOR_EVER_S else timeout,
            peek=lambda: is_readable(queue.fileno()),
            owed=lambda: outside.owes(watched),
        )
        rest_s = waiting.wait_s(wait)
        return real(loop, timeout if rest_s is None else rest_s)

    return get_events


def _with_queue(waiting: Waiting, real: Callable[..., None]) -> Callable[..., None]:
    def init(message: Any, *args: Any, **options: Any) -> None:
        """What a thread asks of trio's loop, which answers in this queue."""
        real(message, *args, **options)
        if waiting.waiter() is not None:
            object.__setattr__(message, "queue", SimpleQueue())

    return init


def _start_thread_soon(waiting: Waiting, real: Callable[..., None]) -> Callable[..., None]:
    def start_thread_soon(cache: Any, fn: Callable[[], Any], deliver: Callable[[Any], Any], name: Any = None) -> None:
        if waiting.waiter() is None:
            return real(cache, fn, deliver, name)
        who = waiting.new(f"job of {name or name_of(fn)}", is_job=True)

        def arrive_and_run() -> Any:
            waiting.arrive(who)
            return fn()

        def deliver_and_leave(result: Any) -> None:
            try:
                deliver(result)
            finally:
                waiting.leave(who)

        try:
            waiting.born(who)
            with waiting.aside():
                return real(cache, arrive_and_run, deliver_and_leave, name)
        except BaseException:
            waiting.leave(who)
            raise

    return start_thread_soon
