"""A real server on loopback: for subprocesses, other languages, and clients that nothing in process can reach.

    with serve(stt.app) as server:
        subprocess.run([..., server.url])

    with Workers() as workers:                # threads shared by many servers, one after the other or at once
        with workers.serve(stt.app) as server: ...

One thread, the leader, waits in a selector and runs the requests that are there: where they are short, nothing is
gained by handing each to another thread, and two switches of threads are lost. Beside it sleeps a second one, the
watcher. It takes the lead when a request is not over after a few milliseconds, or at once when a request is about to
wait for its client, and another thread becomes the watcher. So a connection costs no thread, a stalled one holds none,
and a slow request delays others by milliseconds. Only the leader touches the selector; others give it orders.
"""

from __future__ import annotations

import errno
import heapq
import selectors
import socket
import ssl
import sys
import threading
import time
import warnings
from _thread import allocate_lock  # the interpreter's own, whatever a virtual clock has put into `threading`
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from enum import Enum
from functools import partial
from http import HTTPStatus
from itertools import count
from types import TracebackType

from fakestt.errors import ConfigurationError
from fakestt.transports.certificates import Authority
from fakestt.transports.inprocess import App
from fakestt.transports.live_connection import ClientGone, Connection, End
from fakestt.transports.live_request import SMALL_BODY_BYTES, Headless, Late, Request, find_head

__all__ = ["Server", "WorkerThread", "Workers", "serve"]

LINGER_S = 2.0
"""After the last answer what the client still sends is read, until it is silent for so long: closing while it sends
would reset the answer away."""
LINGER_MOST_S = 30.0
STOP_PATIENCE_S = 2.0

_TICK_S = 0.004
_TICKS_UNTIL_SLEEP = 50
_BACKLOG = 1024
_ACCEPT_PAUSE_S = 0.1

# Sockets have real timeouts, in a test that is frozen as well. freezegun may be at it when this is imported; later it
# replaces whatever is, but not what calls, the function of this name.
monotonic = partial(getattr(sys.modules.get("freezegun.api"), "real_monotonic", time.monotonic))  # noqa: TID251


def serve(
    app: App, *, host: str = "127.0.0.1", port: int = 0, tls: bool | Authority = False, names: Iterable[str] = ()
) -> Server:
    """Serve an application until `close()`, or the end of the `with` block.

    Args:
        host: the address to listen on. Everybody who can reach it can reach the fake, so it is loopback unless given.
        port: chosen by the system unless given.
        tls: True for a throw-away authority, or an `Authority` that several servers share.
        names: more host names (`*` for a part of one) for the certificate to be valid for.

    Raises:
        MissingExtra: tls needs the extra `tls`.
        ConfigurationError: no such address, or the port is taken.
    """
    workers = Workers()
    try:
        server = workers.serve(app, host=host, port=port, tls=tls, names=names)
    except BaseException:
        workers.close()
        raise
    server._own_workers = workers
    return server


class State(Enum):
    """Who has a connection."""

    GREETING = "greeting"  # the loop, until TLS has shaken hands
    HEAD = "head"  # the loop, until a request is there: idle, or part of one has arrived
    BODY = "body"  # the loop, until a small body is there
    BUSY = "busy"  # a thread that runs its request, or the queue for one
    LATE = "late"  # the loop, until the answer is due
    LINGER = "linger"  # the loop, until the client has closed as well
    CLOSED = "closed"


class Server:
    """A listening socket with an application behind it."""

    # What werkzeug reads of a server.
    multithread = True
    multiprocess = False
    _server_version = "fakestt"

    def __init__(self, workers: Workers, app: App, listener: socket.socket, authority: Authority | None) -> None:
        self.app = app
        """May be replaced; requests that come later go to the new one."""
        self.failures: list[BaseException] = []
        """What the application raised though it must not; the client got a 500."""
        self.ssl_context = authority.context if authority else None
        self.server_address: tuple[str, int] = listener.getsockname()[:2]
        self._authority = authority
        self._owns_authority = False
        self._own_workers: Workers | None = None
        self._workers = workers
        self._listener = listener
        self._links: set[_Link] = set()
        self._closing = False
        self._shut = False  # the loop knows
        self._gone = allocate_lock()
        self._gone.acquire()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self.server_address[1]

    @property
    def host(self) -> str:
        """The address that it listens on."""
        return self.server_address[0]

    @property
    def url(self) -> str:
        """`http://127.0.0.1:49152`, without a path. For an address that means all of them, that of loopback."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # compared, not bound
        return f"{'https' if self.ssl_context else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def ca_file(self) -> str | None:
        """A PEM file with the authority that clients must trust; None without TLS. It goes away with the server."""
        return self._authority.ca_file if self._authority else None

    def close(self) -> None:
        """Stop listening and end all connections. When it returns, no request is running any more.

        An application that does not come back is waited for two seconds; then a ResourceWarning says so.
        """
        if not self._closing:
            self._closing = True
            self._workers._order(partial(self._workers._shut, self))
            if not self._gone.acquire(timeout=STOP_PATIENCE_S):
                warnings.warn(
                    f"{self.url}: a request was still running {STOP_PATIENCE_S:g} s after close()", ResourceWarning, 2
                )
            if self._own_workers is not None:
                self._own_workers.close()
            if self._authority is not None and self._owns_authority:
                self._authority.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class WorkerThread(threading.Thread):
    """A thread of a server. It waits for sockets in real time: a virtual clock must not count it among the test's."""


class _Link:
    """A connection and where it stands."""

    __slots__ = (
        "connection",
        "deadline_s",
        "gave_up",
        "late",
        "request",
        "server",
        "since_s",
        "state",
        "steps",
        "stirred",
        "watched",
    )

    def __init__(self, connection: Connection, server: Server, state: State) -> None:
        self.connection = connection
        self.server = server
        self.state = state
        self.watched = 0  # the events that the selector has for it
        self.deadline_s: float | None = None
        self.request: Request | None = None
        self.steps: Generator[Late, None, End] | None = None
        self.late: Late | None = None
        self.since_s = 0.0  # when it became late, or began to linger
        self.gave_up = False  # the client, while its answer was late
        self.stirred = False  # the client still sends, though its last answer is out


class Workers:
    """The threads and the selector behind any number of servers. Threads start when they are needed.

    Args:
        most_threads: how many requests may wait for slow clients, or in slow applications, at once.
        head_patience_s: a head, a small body or a TLS greeting that is not whole after so long is given up.
        body_patience_s: so long a thread waits for a client that stalls in a large body, or does not read.
    """

    def __init__(self, *, most_threads: int = 32, head_patience_s: float = 10.0, body_patience_s: float = 30.0) -> None:
        if most_threads < 2:
            raise ConfigurationError(f"most_threads={most_threads}: give 2 or more, one to serve and one to watch.")
        self._most_threads = most_threads
        self._head_patience_s = head_patience_s
        self._body_patience_s = body_patience_s
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_in, selectors.EVENT_READ, self._woken)
        self._orders: deque[Callable[[], None]] = deque()
        self._ready: deque[_Link] = deque()
        self._deadlines: list[tuple[float, int, _Link | Server]] = []
        self._serial = count()
        self._servers: set[Server] = set()

        self._lock = allocate_lock()  # guards what follows
        self._threads: set[WorkerThread] = set()
        self._leader: WorkerThread | None = None
        self._watcher: WorkerThread | None = None
        self._busy = False  # the leader runs a request
        self._turn = 0  # how many requests were begun
        self._sleeps = False  # the watcher sleeps until the bell rings
        self._stopping = False
        self._bell = allocate_lock()  # held, but for the moment it rings
        self._bell.acquire()

    def serve(
        self,
        app: App,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: bool | Authority = False,
        names: Iterable[str] = (),
    ) -> Server:
        """Listen with these threads; the arguments are those of `serve`."""
        if self._stopping:
            raise ConfigurationError("these workers are closed. Make new ones: Workers().")
        authority = tls if isinstance(tls, Authority) else Authority([host, *names]) if tls else None
        try:
            listener = _listen(host, port)
        except BaseException:
            if authority is not None and authority is not tls:
                authority.close()
            raise
        server = Server(self, app, listener, authority)
        server._owns_authority = authority is not tls
        self._servers.add(server)
        self._order(partial(self._open, server))
        return server

    def close(self) -> None:
        """Close all servers, end all threads."""
        for server in list(self._servers):
            server.close()
        with self._lock:
            if self._stopping:
                return
            self._stopping = True
            self._ring()
        self._wake()
        give_up_s = monotonic() + STOP_PATIENCE_S
        for thread in list(self._threads):
            thread.join(max(0.0, give_up_s - monotonic()))
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # Threads: who leads

    def _order(self, order: Callable[[], None]) -> None:
        """Have the leader do something, from any thread."""
        self._orders.append(order)
        with self._lock:
            if not self._threads:
                self._new_thread()
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):  # full, and so it will wake anyway; or closed
            self._wake_out.send(b"!")

    def _ring(self) -> None:
        """Wake the watcher. With the lock held."""
        self._sleeps = False
        if self._bell.locked():
            self._bell.release()

    def _new_thread(self) -> WorkerThread | None:
        """Start a thread, if there may be one more. With the lock held: nobody joins one that was not started."""
        if self._stopping or len(self._threads) >= self._most_threads:
            return None
        thread = WorkerThread(target=self._work, name="fakestt-server", daemon=True)
        self._threads.add(thread)
        thread.start()
        return thread

    def _work(self) -> None:
        me = threading.current_thread()
        assert isinstance(me, WorkerThread)
        while self._leads(me):
            self._lead(me)
        with self._lock:
            self._threads.discard(me)

    def _leads(self, me: WorkerThread) -> bool:
        """Wait until this thread leads. False: it is not needed any more."""
        with self._lock:
            if self._stopping:
                return False
            if self._leader is None:
                self._leader, self._busy = me, False
                if self._watcher is me:
                    self._watcher = None
                return True
            if self._watcher not in (None, me):
                return False
            self._watcher = me
        return self._takes_over(me)

    def _takes_over(self, me: WorkerThread) -> bool:
        """Watch, until the lead is free or its holder has been in one request for a tick. False: all is over."""
        seen, quiet_ticks = -1, 0
        while True:
            self._bell.acquire(timeout=-1 if self._sleeps else _TICK_S)
            with self._lock:
                if self._stopping:
                    self._ring()  # for nobody, or for one that comes
                    return False
                if self._leader is None or (self._busy and self._turn == seen):
                    self._leader, self._watcher, self._busy = me, None, False
                    return True
                quiet_ticks = quiet_ticks + 1 if self._turn == seen else 0
                seen = self._turn
                self._sleeps = quiet_ticks >= _TICKS_UNTIL_SLEEP and not self._busy

    def _step_down(self) -> None:
        """A request is about to wait for its client: somebody else may lead meanwhile."""
        with self._lock:
            if self._leader is threading.current_thread() and self._watcher is not None:
                self._leader = None
                self._ring()

    def _lead(self, me: WorkerThread) -> None:
        """Serve until another thread has taken over."""
        while not self._stopping:
            for _ in range(len(self._ready)):  # what comes meanwhile has its turn after a look at the others
                if self._ready and not self._run(me, self._ready.popleft()):
                    return
            for key, _ in self._selector.select(self._timeout_s()):
                if isinstance(key.data, _Link):
                    try:
                        self._seen(key.data)
                    except Exception as error:  # a mistake of ours costs this connection, and not all
                        key.data.server.failures.append(error)
                        self._close(key.data, End.RESET)
                else:
                    key.data()
            if self._deadlines:
                self._pass_deadlines()
        with self._lock:
            if self._leader is me:
                self._leader = None

    def _run(self, me: WorkerThread, link: _Link) -> bool:
        """Run a request, or the rest of one, as far as it goes. False: this thread does not lead any more."""
        with self._lock:
            self._turn += 1
            self._busy = True
            if self._sleeps:
                self._ring()
            if self._watcher is None:
                self._watcher = self._new_thread()
        end = self._step(link)
        with self._lock:
            if self._leader is None:
                self._leader = me
            leads = self._leader is me
            if leads:
                self._busy = False
            over = self._stopping
        if over:  # nobody takes orders any more, and the selector may be gone
            link.connection.close(End.DROP)
            return False
        if leads:
            self._stepped(link, end)
        else:
            self._order(partial(self._stepped, link, end))
        return leads

    def _step(self, link: _Link) -> End | None:
        """Go on with a request. None: its answer is late."""
        request = link.request
        assert request is not None
        late, link.late = link.late, None
        try:
            if link.steps is None:
                link.steps = request.steps()
            if late is not None and link.gave_up:
                late.passed_s = monotonic() - link.since_s
                link.late = link.steps.throw(ClientGone("while it waited for a late answer"))
            else:
                link.late = next(link.steps)
        except StopIteration as stop:
            end: End = stop.value
            return end
        except BaseException as error:  # of ours, or of an application that raises what is no Exception
            link.server.failures.append(error)
            return End.RESET
        return None

    # The loop: only the leader comes here

    def _woken(self) -> None:
        try:
            while len(self._wake_in.recv(4096)) == 4096:
                pass
        except BlockingIOError:
            pass
        while self._orders:
            self._orders.popleft()()

    def _open(self, server: Server) -> None:
        self._selector.register(server._listener, selectors.EVENT_READ, partial(self._accept, server))

    def _accept(self, server: Server) -> None:
        for _ in range(64):  # others have their turn as well
            try:
                sock, peer = server._listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                    # Asked again at once, the answer would be the same.
                    self._selector.unregister(server._listener)
                    heapq.heappush(self._deadlines, (monotonic() + _ACCEPT_PAUSE_S, next(self._serial), server))
                    return
                continue  # a client that has gone again
            self._welcome(server, sock, peer[:2])

    def _welcome(self, server: Server, sock: socket.socket, peer: tuple[str, int]) -> None:
        sock.setblocking(False)
        state = State.HEAD
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if server.ssl_context is not None:
                state = State.GREETING
                sock = server.ssl_context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except (OSError, ValueError):
            sock.close()
            return
        link = _Link(Connection(sock, peer, self._step_down, self._body_patience_s), server, state)
        server._links.add(link)
        self._watch(link, selectors.EVENT_READ)
        if state is State.GREETING:
            self._due(link, self._head_patience_s)
            self._greet(link)

    def _greet(self, link: _Link) -> None:
        sock = link.connection.sock
        assert isinstance(sock, ssl.SSLSocket)
        try:
            sock.do_handshake()
        except ssl.SSLWantReadError:
            self._watch(link, selectors.EVENT_READ)
        except ssl.SSLWantWriteError:
            self._watch(link, selectors.EVENT_WRITE)
        except (OSError, ValueError):
            self._close(link, End.DROP)
        else:
            link.state, link.deadline_s = State.HEAD, None
            self._watch(link, selectors.EVENT_READ)
            self._seen(link)

    def _seen(self, link: _Link) -> None:
        """The client has sent something, or has gone."""
        state = link.state
        if state is State.HEAD or state is State.BODY:
            if not link.connection.receive():
                # Half a request, or a request that was there at once with the end: the latter is answered.
                self._advance(link)
                if link.state in (State.HEAD, State.BODY):
                    self._close(link, End.DROP)
                return
            self._advance(link)
        elif state is State.GREETING:
            self._greet(link)
        elif state is State.LINGER:
            link.stirred = True
            if not link.connection.discard():
                self._close(link, End.FIN)
        elif state is State.LATE:
            if not link.connection.receive():
                link.state, link.deadline_s, link.gave_up = State.BUSY, None, True
                self._ready.append(link)
            elif len(link.connection.buffer) > SMALL_BODY_BYTES:
                self._watch(link, 0)
        elif state is State.BUSY:
            # For the thread that runs it. It is watched again when that has finished.
            self._watch(link, 0)

    def _advance(self, link: _Link) -> None:
        """Bytes have arrived: is a request there?"""
        connection = link.connection
        if link.request is None:
            if not connection.buffer:
                return
            try:
                head: bytes | Headless | None = find_head(connection.buffer)
            except Headless as error:
                connection.buffer.clear()
                head = error
            if head is None:
                if link.deadline_s is None:
                    self._due(link, self._head_patience_s)
                return
            link.request = Request(connection, link.server, head)
            link.deadline_s = None
        if link.request.wants() > len(connection.buffer):
            if link.deadline_s is None:
                link.state = State.BODY
                self._due(link, self._head_patience_s)
            return
        link.state, link.deadline_s = State.BUSY, None
        self._ready.append(link)

    def _stepped(self, link: _Link, end: End | None) -> None:
        """A request has come as far as it could."""
        connection = link.connection
        if link.server._closing:
            self._abandon(link)
            self._close(link, End.RESET if end is End.RESET else End.DROP)
            return
        connection.back_to_loop()
        if end is None:
            assert link.late is not None
            link.state, link.since_s = State.LATE, monotonic()
            self._due(link, link.late.seconds_s)
            self._watch(link, selectors.EVENT_READ)
            return
        link.request, link.steps, link.deadline_s = None, None, None
        if end is End.KEEP:
            link.state = State.HEAD
            self._watch(link, selectors.EVENT_READ)
            if connection.buffer or connection.pending():
                if connection.pending():
                    connection.receive()
                self._advance(link)
        elif end is End.FIN:
            connection.finish_sending()
            connection.buffer.clear()
            link.state, link.since_s = State.LINGER, monotonic()
            self._due(link, LINGER_S)
            self._watch(link, selectors.EVENT_READ)
        else:
            self._close(link, end)

    def _watch(self, link: _Link, events: int) -> None:
        if link.watched == events:
            return
        sock = link.connection.sock
        if not events:
            self._selector.unregister(sock)
        elif link.watched:
            self._selector.modify(sock, events, link)
        else:
            self._selector.register(sock, events, link)
        link.watched = events

    def _close(self, link: _Link, end: End) -> None:
        self._watch(link, 0)
        link.state, link.deadline_s = State.CLOSED, None
        link.connection.close(end)
        server = link.server
        server._links.discard(link)
        if server._shut and not server._links:
            server._gone.release()

    def _shut(self, server: Server) -> None:
        """Close a server; what runs is woken, and closed when it has come back."""
        self._servers.discard(server)
        server._shut = True
        with suppress(KeyError):  # it pauses
            self._selector.unregister(server._listener)
        server._listener.close()
        if not server._links:
            server._gone.release()
            return
        for link in list(server._links):
            if link.state is State.BUSY and link not in self._ready:
                link.connection.abort()
                continue
            if link.state is State.BUSY:
                self._ready.remove(link)
            self._abandon(link)
            self._close(link, End.DROP)

    def _abandon(self, link: _Link) -> None:
        """Let the application clean up after a request that is not gone on with."""
        if link.late is not None:
            link.late.passed_s = monotonic() - link.since_s
        if link.steps is not None:
            try:
                link.steps.close()
            except Exception as error:
                link.server.failures.append(error)

    # Deadlines

    def _due(self, link: _Link, in_s: float) -> None:
        link.deadline_s = monotonic() + in_s
        heapq.heappush(self._deadlines, (link.deadline_s, next(self._serial), link))

    def _timeout_s(self) -> float | None:
        if self._ready:
            return 0.0
        deadlines = self._deadlines
        while deadlines and isinstance(one := deadlines[0][2], _Link) and one.deadline_s != deadlines[0][0]:
            heapq.heappop(deadlines)  # kept, or another since
        return max(0.0, deadlines[0][0] - monotonic()) if deadlines else None

    def _pass_deadlines(self) -> None:
        deadlines, now_s = self._deadlines, monotonic()
        while deadlines and deadlines[0][0] <= now_s:
            at_s, _, one = heapq.heappop(deadlines)
            if isinstance(one, Server):
                if not one._closing:
                    self._open(one)
            elif one.deadline_s == at_s:
                one.deadline_s = None
                self._expired(one)

    def _expired(self, link: _Link) -> None:
        if link.state is State.LATE:
            link.state = State.BUSY
            self._ready.append(link)
        elif link.state in (State.HEAD, State.BODY):
            link.connection.buffer.clear()
            error = Headless(HTTPStatus.REQUEST_TIMEOUT, f"no whole request within {self._head_patience_s:g} s")
            link.request = Request(link.connection, link.server, error)
            link.state = State.BUSY
            self._ready.append(link)
        elif link.state is State.LINGER and link.stirred and monotonic() < link.since_s + LINGER_MOST_S:
            link.stirred = False
            self._due(link, LINGER_S)
        else:
            self._close(link, End.DROP)


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ConfigurationError(f"port={port!r}: give 0 to 65535; with 0 the system chooses a free one.")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ConfigurationError(f"host={host!r}, port={port!r}: {error}") from None
    try:
        # A port that was given is used again at once; on Windows the option would share it with others.
        if socket.has_ipv6 and family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"host={host!r}, port={port!r}: {error}. With port=0 the system chooses a free one."
        ) from None
    return listener
