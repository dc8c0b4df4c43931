"""The life of one client's connection: the greeting, each request with its answer, the waits between, the end."""

from __future__ import annotations

import selectors
import socket
import ssl
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Protocol

from fakestt.transports.live.answer import Silence, answer
from fakestt.transports.live.body import SMALL_BODY_BYTES
from fakestt.transports.live.loop import Loop
from fakestt.transports.live.real_time import monotonic
from fakestt.transports.live.request import Gateway, Headless, Request, find_head
from fakestt.transports.live.stream import ClientGone, End, Patience, Stream
from fakestt.transports.unanswered import set_unanswered

__all__ = ["Connection", "Host", "State", "Terms"]

LINGER_S = 2.0
"""After the last answer the server reads on, until the client has been silent for so long. To close while the client
sends would reset the answer away."""
LINGER_MOST_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What clients may expect: arguments of `Workers`."""

    most_connections: int
    head_patience_s: float
    patience: Patience
    step_aside: Callable[[], bool]
    """The thread that runs a request calls this before it waits for the client."""


class Host(Gateway, Protocol):
    """The server, as a connection sees it."""

    closing: bool
    ssl_context: ssl.SSLContext | None

    def left(self, connection: Connection) -> None: ...


class State(Enum):
    """Who has a connection, and until when."""

    GREETING = "greeting"  # the loop, until TLS has shaken hands
    HEAD = "head"  # the loop, until a request is there: idle, or part of one has arrived
    BODY = "body"  # the loop, until a small body is there
    BUSY = "busy"  # a thread that runs its request, or the queue for one
    LATE = "late"  # the loop, until the answer is due
    LINGER = "linger"  # the loop, until the client has closed as well
    CLOSED = "closed"


_STALLED = frozenset({State.GREETING, State.HEAD, State.BODY, State.LINGER})


class Connection:
    """A connection and its state. Only the loop calls its methods, except for `run`."""

    __slots__ = (
        "_events",
        "_gave_up",
        "_host",
        "_late",
        "_loop",
        "_request",
        "_said_more",
        "_steps",
        "_terms",
        "deadline_s",
        "end",
        "since_s",
        "state",
        "stream",
    )

    def __init__(self, stream: Stream, state: State, host: Host, loop: Loop, terms: Terms) -> None:
        self.stream: Stream = stream
        self.state: State = state
        self.since_s: float = monotonic()  # when it became idle or late, or its client began a request, or it to linger
        self.deadline_s: float | None = None
        self.end: End | None = None  # how the last request ended; None: its answer is late
        self._host = host
        self._loop = loop
        self._terms = terms
        self._events = 0  # those that the loop watches for
        self._request: Request | None = None
        self._steps: Generator[Silence, None, End] | None = None
        self._late: Silence | None = None
        self._gave_up = False  # whether the client did while its answer was late
        self._said_more = False  # whether the client did since its last answer

    @classmethod
    def accept(
        cls, sock: socket.socket, peer: tuple[str, int], host: Host, loop: Loop, terms: Terms
    ) -> Connection | None:
        """Make a connection of a socket. None: the client has gone already."""
        state = State.HEAD
        sock.setblocking(False)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if host.ssl_context is not None:
                state = State.GREETING
                sock = host.ssl_context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except (OSError, ValueError):
            sock.close()
            return None
        return cls(Stream(sock, peer, terms.step_aside, terms.patience), state, host, loop, terms)

    def begin(self) -> None:
        """Start to wait for what the client sends."""
        set_unanswered(self.stream.peer, self.state is State.GREETING)
        self._watch(selectors.EVENT_READ)
        if self.state is State.GREETING:
            self._loop.due(self, self._terms.head_patience_s)
            self._greet()

    def is_idle(self) -> bool:
        """Whether no request has begun, so that the connection may be closed at any time."""
        return self.state is State.HEAD and not self.stream.buffer

    def is_stalled(self) -> bool:
        """Whether its client keeps it waiting in the middle of something, and nothing has been done for it."""
        return self.state in _STALLED

    # What happens to it

    def stirred(self) -> None:
        """Look at what the client has sent, or whether it has gone."""
        state = self.state
        if state is State.HEAD or state is State.BODY:
            open_still = self.stream.receive()
            self._advance()
            # Half a request dies with its client. A whole one that arrived together with the end is answered.
            if not open_still and self.state in (State.HEAD, State.BODY):
                self.close(End.DROP)
        elif state is State.GREETING:
            self._greet()
        elif state is State.LINGER:
            self._said_more = True
            if not self.stream.discard():
                self.close(End.FIN)
        elif state is State.LATE:
            if not self.stream.receive():
                self._gave_up = True
                self._is_ready()
            elif len(self.stream.buffer) > SMALL_BODY_BYTES:
                self._watch(0)
        elif state is State.BUSY:
            # The thread that runs the request may read this. The socket is watched again when that has finished.
            self._watch(0)

    def expired(self) -> None:
        """Go on with a late answer that is due now, or give up a client that took too long."""
        if self.state is State.LATE:
            self._is_ready()
        elif self.state in (State.HEAD, State.BODY):
            self.stream.buffer.clear()
            why = f"no whole request within {self._terms.head_patience_s:g} s"
            self._request = Request(self.stream, self._host, Headless(HTTPStatus.REQUEST_TIMEOUT, why))
            self._is_ready()
        elif self.state is State.LINGER and self._said_more and monotonic() < self.since_s + LINGER_MOST_S:
            self._said_more = False
            self._loop.due(self, LINGER_S)
        else:
            self.close(End.DROP)

    def broke(self, error: Exception) -> None:
        """Reset the connection, so that its client does not wait for an answer that will not come."""
        self._host.failures.append(error)
        self.close(End.RESET)

    def run(self) -> None:
        """Go on with the request as far as it goes, in any thread."""
        late, self._late, self.end = self._late, None, None
        try:
            if self._steps is None:
                assert self._request is not None
                self._steps = answer(self._request)
            if late is not None and self._gave_up:
                late.passed_s = monotonic() - self.since_s
                self._late = self._steps.throw(ClientGone("while it waited for a late answer"))
            else:
                self._late = next(self._steps)
        except StopIteration as stop:
            self.end = stop.value
        except BaseException as error:  # our own mistake, or an application's that is no Exception
            self._host.failures.append(error)
            self.end = End.RESET

    def ran(self) -> None:
        """Find out what comes after `run`: a late answer, another request or the end."""
        if self._host.closing:
            self._abandon()
            self.close(End.RESET if self.end is End.RESET else End.DROP)
            return
        self.stream.back_to_loop()
        if self._late is not None:
            self._wait_in(State.LATE, self._late.seconds_s)
            return
        self._request = self._steps = None
        if self.end is End.KEEP:
            self._wait_in(State.HEAD)
            if self.stream.pending():
                self.stream.receive()
            self._advance()
        elif self.end is End.FIN:
            self.stream.finish_sending()
            self.stream.buffer.clear()
            self._wait_in(State.LINGER, LINGER_S)
        else:
            self.close(self.end or End.DROP)

    # Its end

    def close(self, end: End) -> None:
        """Close the connection, and tell the server."""
        if self.state is State.CLOSED:
            return
        self._watch(0)
        self.state, self.deadline_s = State.CLOSED, None
        self.stream.close(end)
        self._host.left(self)

    def dismiss(self) -> None:
        """Close an idle connection, or a stalled one, in good order."""
        self.stream.finish_sending()
        self.close(End.FIN)

    def shut(self) -> None:
        """Close it in any state. A thread that runs its request is woken, and `ran` closes the connection then."""
        if self.state is State.BUSY:
            if self not in self._loop.ready:
                self.stream.abort()
                return
            self._loop.ready.remove(self)
        self._abandon()
        self.close(End.DROP)

    def drop(self) -> None:
        """Close the socket without the loop, which has ended."""
        self.stream.close(End.DROP)

    def _abandon(self) -> None:
        """Let the application clean up after a request that will not be finished."""
        if self._late is not None:
            self._late.passed_s = monotonic() - self.since_s
        if self._steps is not None:
            try:
                self._steps.close()
            except Exception as error:
                self._host.failures.append(error)

    # From one state to the next

    def _greet(self) -> None:
        sock = self.stream.sock
        assert isinstance(sock, ssl.SSLSocket)
        try:
            sock.do_handshake()
        except ssl.SSLWantReadError:
            self._watch(selectors.EVENT_READ)
        except ssl.SSLWantWriteError:
            self._watch(selectors.EVENT_WRITE)
        except (OSError, ValueError):
            self.close(End.DROP)
        else:
            set_unanswered(self.stream.peer, False)
            self._wait_in(State.HEAD)
            self.stirred()

    def _advance(self) -> None:
        """See whether a whole request has arrived by now."""
        buffer = self.stream.buffer
        if self._request is None:
            if not buffer:
                return
            try:
                head: bytes | Headless | None = find_head(buffer)
            except Headless as error:
                buffer.clear()
                head = error
            if head is None:
                if self.deadline_s is None:
                    self.since_s = monotonic()
                    self._loop.due(self, self._terms.head_patience_s)
                return
            self._request = Request(self.stream, self._host, head)
            self.deadline_s = None
        if self._request.wants() <= len(buffer):
            self._is_ready()
        elif self.deadline_s is None:
            self._wait_in(State.BODY, self._terms.head_patience_s)

    def _is_ready(self) -> None:
        set_unanswered(self.stream.peer, True)
        self.state, self.deadline_s = State.BUSY, None
        self._loop.ready.append(self)

    def _wait_in(self, state: State, most_s: float | None = None) -> None:
        self.state, self.since_s, self.deadline_s = state, monotonic(), None
        if most_s is not None:
            self._loop.due(self, most_s)
        self._watch(selectors.EVENT_READ)

    def _watch(self, events: int) -> None:
        if self._events != events:
            self._loop.watch(self.stream.sock, self, events, self._events)
            self._events = events
