"""What a fault does, on three axes: what is said, how it travels, whether the work is done all the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakestt.contract.messages import Answer, Reply
from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError
from fakestt.phrases import phrase
from fakestt.wire import PROMPT, Close, Delivery, Interrupt, Late, Reset, Send, SendHead

__all__ = [
    "NOT_DONE",
    "Effect",
    "fail",
    "interrupt",
    "lose_reply",
    "lose_request",
    "ok",
    "reset",
    "slow",
    "truncate",
    "truncate_head",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """One point of said x travels x done. `spelled` is how an author writes it."""

    spelled: str
    answer: Answer | None = None
    delivery: Delivery = PROMPT
    commits: bool = True

    def apply(self, reply: Reply, render: Callable[[Answer], Reply]) -> tuple[Reply, Delivery]:
        """What is sent in place of the true reply, and how; `render` writes an answer as the service would."""
        return (reply if self.answer is None else render(self.answer)), self.delivery

    @property
    def interrupts(self) -> bool:
        """Whether it needs a client in this process."""
        return Interrupt() in self.delivery

    def __str__(self) -> str:
        return self.spelled


NOT_DONE = Answer(503, {})
"""Stands for the answer to work that was not done, where an effect has no answer of its own."""


def fail(
    status: int,
    message: str | None = None,
    *,
    retry_after: int | str | None = None,
    body: Any = None,
    commits: bool = False,
) -> Effect:
    """Answer with an error, before the work or, with `commits=True`, after it.

    Args:
        status: 400 to 599.
        message: the `error`; the HTTP phrase of the status unless given.
        retry_after: the header of that name, in seconds or as an HTTP date.
        body: JSON in place of the service's error body.

    Raises:
        ConfigurationError: not the status of an error.
    """
    if not isinstance(status, int) or not 400 <= status <= 599:
        raise ConfigurationError(
            f"fail({status!r}): a failure has a status from 400 to 599, an int. For a late success: slow()."
        )
    said = f"fail({status}"
    if message is not None and not isinstance(message, str):
        raise ConfigurationError(f"{said}, {message!r}): the message is a string. For another body: body=.")
    if retry_after is not None and not _is_retry_after(retry_after):
        raise ConfigurationError(
            f"{said}, retry_after={retry_after!r}): give whole seconds, 0 or more, or a date as HTTP writes it: "
            "'Wed, 21 Oct 2015 07:28:00 GMT'."
        )
    try:
        json.dumps(body, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as problem:
        raise ConfigurationError(f"{said}, body=...): JSON can't hold it: {problem}.") from None
    _check_commits(said + ", ", commits)
    description = phrase(status)
    error = {"code": status, "code_description": description, "error": message if message is not None else description}
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    more = [repr(message)] if message is not None else []
    more += [f"retry_after={retry_after!r}"] if retry_after is not None else []
    more += ["body=..."] if body is not None else []
    more += ["commits=True"] if commits else []
    spelled = f"fail({', '.join([str(status), *more])})"
    return Effect(spelled, Answer(status, error if body is None else body, headers), commits=commits)


def lose_request() -> Effect:
    """The request never gets there: nothing is done, and the connection ends without a byte."""
    return Effect("lose_request()", None, (Close(),), commits=False)


def lose_reply() -> Effect:
    """The work is done, and the connection ends without a byte of the answer."""
    return Effect("lose_reply()", None, (Close(),))


def reset(*, commits: bool = False) -> Effect:
    """The connection is reset before the work or, with `commits=True`, after it."""
    _check_commits("reset(", commits)
    spelled = "reset(commits=True)" if commits else "reset()"
    return Effect(spelled, None, (Reset(),), commits=commits)


def interrupt(*, commits: bool = False) -> Effect:
    """The client's own process is interrupted at the request: KeyboardInterrupt is raised in the thread that makes it.

    So a test sees what a client finds when it starts again after a crash. Only a client in this process can be
    interrupted. A request that came through a server is answered with a 500, and the test is told.

    Args:
        commits: the work is done all the same, as if the crash came after it.
    """
    _check_commits("interrupt(", commits)
    spelled = "interrupt(commits=True)" if commits else "interrupt()"
    return Effect(spelled, None, (Interrupt(),), commits=commits)


def slow(late: Duration) -> Effect:
    """The true answer comes late: after the client's read timeout, if that is shorter, the client gives up.

    Raises:
        ConfigurationError: not a duration, or a negative one.
    """
    late_s = seconds(late, "slow")
    if late_s < 0:
        raise ConfigurationError(f"slow({late!r}): an answer can't be early.")
    return Effect(f"slow({late!r})", None, (Late(late_s), Send()))


def truncate(size_bytes: int, *, reset: bool = False) -> Effect:
    """The work is done; the connection is closed after so many bytes of the answer's body.

    The client finds less than Content-Length has promised. A shorter body arrives whole.

    Args:
        size_bytes: 1 or more.
        reset: end by a reset, which a client notices by itself. (Over a real socket it may come before the bytes.)

    Raises:
        ConfigurationError: less than one byte.
    """
    if not isinstance(size_bytes, int) or isinstance(size_bytes, bool) or size_bytes < 1:
        raise ConfigurationError(
            f"truncate({size_bytes!r}): give how many bytes arrive, 1 or more. For none: lose_reply()."
        )
    if not isinstance(reset, bool):
        raise ConfigurationError(f"truncate({size_bytes}, reset={reset!r}): give True (by a reset) or False.")
    spelled = f"truncate({size_bytes}, reset=True)" if reset else f"truncate({size_bytes})"
    return Effect(spelled, None, (Send(size_bytes), Reset() if reset else Close()))


def truncate_head(size_bytes: int) -> Effect:
    """The work is done; the connection is closed after so many bytes of status line and headers.

    What a client makes of it is its own affair. http.client, and so urllib3 and requests, takes headers that end too
    early for all of them, as curl does: where Content-Length is not among them, the answer is a success without a body.
    httpx and aiohttp raise. A status line has about 20 bytes. An answer with a shorter head arrives whole.

    Raises:
        ConfigurationError: less than one byte.
    """
    if not isinstance(size_bytes, int) or isinstance(size_bytes, bool) or size_bytes < 1:
        raise ConfigurationError(
            f"truncate_head({size_bytes!r}): give how many bytes arrive, 1 or more. For none: lose_reply()."
        )
    return Effect(f"truncate_head({size_bytes})", None, (SendHead(size_bytes), Close()))


def ok() -> Effect:
    """Nothing happens: for a place in a series."""
    return Effect("ok()")


def _is_retry_after(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isprintable() and value != ""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_commits(said: str, commits: object) -> None:
    if not isinstance(commits, bool):
        raise ConfigurationError(f"{said}commits={commits!r}): give True (the work is done all the same) or False.")
