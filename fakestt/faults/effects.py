"""All effects by their names. Those that are made here change how an answer travels, or keep it from travelling."""

from __future__ import annotations

from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError
from fakestt.faults.answers import fail, garble, html, stale
from fakestt.faults.effect import Effect, check_commits
from fakestt.wire import Close, Drip, Interrupt, Late, Reset, Send, SendHead

__all__ = [
    "Effect",
    "drip",
    "fail",
    "garble",
    "html",
    "interrupt",
    "lose_reply",
    "lose_request",
    "ok",
    "reset",
    "slow",
    "stale",
    "truncate",
    "truncate_head",
]


def lose_request() -> Effect:
    """The request never gets there: nothing is done, and the connection ends without a byte."""
    return Effect("lose_request()", None, (Close(),), commits=False)


def lose_reply() -> Effect:
    """The work is done, and the connection ends without a byte of the answer."""
    return Effect("lose_reply()", None, (Close(),))


def reset(*, commits: bool = False) -> Effect:
    """The connection is reset before the work or, with `commits=True`, after it."""
    check_commits("reset(", commits)
    spelled = "reset(commits=True)" if commits else "reset()"
    return Effect(spelled, None, (Reset(),), commits=commits)


def interrupt(*, commits: bool = False) -> Effect:
    """The client's own process is interrupted at the request: KeyboardInterrupt is raised in the thread that makes it.

    So a test sees what a client finds when it starts again after a crash. Only a client in this process can be
    interrupted. A request that came through a server is answered with a 500, and the test is told.

    Args:
        commits: the work is done all the same, as if the crash came after it.
    """
    check_commits("interrupt(", commits)
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


def drip(every: Duration, *, pieces: int = 10) -> Effect:
    """The work is done, and the body of the true answer comes in small pieces, with so long a silence between two.

    A client's read timeout counts from piece to piece, so one that is longer than the silence never ends it: an answer
    may take (pieces - 1) times as long. Only a limit on the whole does, if the client has one. An answer without a body
    comes at once.

    Args:
        every: of the silence.
        pieces: 2 or more. Of a body of fewer bytes each byte is a piece.

    Raises:
        ConfigurationError: not a duration, or none at all; fewer than two pieces.
    """
    every_s = seconds(every, "drip")
    if every_s <= 0:
        raise ConfigurationError(f"drip({every!r}): give a silence, more than 0 seconds.")
    if not isinstance(pieces, int) or isinstance(pieces, bool) or pieces < 2:
        raise ConfigurationError(
            f"drip({every!r}, pieces={pieces!r}): give how many pieces the body comes in, 2 or more."
        )
    spelled = f"drip({every!r})" if pieces == 10 else f"drip({every!r}, pieces={pieces})"
    return Effect(spelled, None, (Drip(pieces, every_s),))


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
