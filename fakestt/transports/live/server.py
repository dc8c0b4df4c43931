"""A socket that listens, the application behind it, and how that stops."""

from __future__ import annotations

import errno
import ipaddress
import selectors
import socket
import ssl
from _thread import allocate_lock  # the interpreter's own, whatever a virtual clock has put into `threading`
from collections.abc import Callable
from typing import Protocol

from fakestt.errors import ConfigurationError
from fakestt.transports.certificates import Authority
from fakestt.transports.inprocess import App
from fakestt.transports.live.connection import Connection, Terms
from fakestt.transports.live.loop import Loop, tell
from fakestt.transports.live.real_time import monotonic
from fakestt.warned import warn

__all__ = ["STOP_PATIENCE_S", "Server", "listen"]

STOP_PATIENCE_S = 2.0

_BACKLOG = 1024
_PAUSE_S = 0.1
_IDLE_S = 1.0
"""A connection that was idle for so long may be closed: clients are prepared for that."""
_STALLED_S = 1.0
"""A connection that has waited for so long for the rest of a request may be closed: a client that is well sends it."""
_NO_MORE_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class _Closes(Protocol):
    def close(self) -> None: ...


class Server:
    """A listening socket, its application, and the connections to it."""

    def __init__(
        self,
        app: App,
        listener: socket.socket,
        authority: Authority | None,
        loop: Loop,
        terms: Terms,
        forget: Callable[[Server], None],
    ) -> None:
        self.app = app
        """It may be replaced. Later requests go to the new one."""
        self.failures: list[BaseException] = []
        """What the application raised although it must not. The client got a 500."""
        self.connections: set[Connection] = set()
        self.closing: bool = False
        self.owned: list[_Closes] = []
        """What is closed together with the server."""
        self.ssl_context: ssl.SSLContext | None = authority.context if authority else None
        self.server_address: tuple[str, int] = listener.getsockname()[:2]
        self.deadline_s: float | None = None
        self._authority = authority
        self._listener = listener
        self._loop = loop
        self._terms = terms
        self._forget = forget
        self._shut = False  # the loop has shut all connections
        self._gone = allocate_lock()  # held until the last connection is closed
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
        """`http://127.0.0.1:49152`, without a path. A server on all addresses gives that of loopback."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # compared, not bound
        return f"{'https' if self.ssl_context else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def ca_file(self) -> str | None:
        """A PEM file with the authority that clients must trust; None without TLS. It goes away with the server."""
        return self._authority.ca_file if self._authority else None

    def close(self) -> None:
        """Stop listening and end all connections. When it returns, no request is running any more.

        It waits two seconds for an application that does not come back. Then a ResourceWarning says so.
        """
        if not self.closing:
            self.closing = True
            self._loop.order(self, self._shut_down)
            if not self._gone.acquire(timeout=STOP_PATIENCE_S):
                warn(f"{self.url}: a request was still running {STOP_PATIENCE_S:g} s after close()", ResourceWarning)
            for one in self.owned:
                one.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # The loop alone calls what follows.

    def open(self) -> None:
        """Accept connections from now on."""
        self._loop.watch(self._listener, self, selectors.EVENT_READ)

    def stirred(self) -> None:
        """Accept the clients that wait."""
        if self._is_full() and not self._makes_room():
            self._pause()
            return
        for _ in range(64):  # at most: others have their turn as well
            try:
                sock, peer = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _NO_MORE_FILES:
                    self._pause()
                    return
                continue  # the client has gone again
            connection = Connection.accept(sock, peer[:2], self, self._loop, self._terms)
            if connection is not None:
                self.connections.add(connection)
                connection.begin()
            if self._is_full():  # the loop will say whether one more waits
                return

    def expired(self) -> None:
        """Accept connections again after a pause."""
        if not self.closing:
            self.open()

    def broke(self, error: Exception) -> None:
        """Keep the error. The next client is served all the same."""
        self.failures.append(error)

    def left(self, connection: Connection) -> None:
        """Forget a connection that was closed."""
        self.connections.discard(connection)
        if self._shut and not self.connections:
            self._gone.release()

    def _is_full(self) -> bool:
        return len(self.connections) >= self._terms.most_connections

    def _makes_room(self) -> bool:
        """Close the connection that was idle, or else stalled, for longest. False: none was for long."""
        for can_go, least_s in ((Connection.is_idle, _IDLE_S), (Connection.is_stalled, _STALLED_S)):
            longest = min(filter(can_go, self.connections), key=lambda one: one.since_s, default=None)
            if longest is not None and monotonic() - longest.since_s >= least_s:
                longest.dismiss()
                return True
        return False

    def _pause(self) -> None:
        """Accept nobody for a while: to try again at once would be in vain. Clients wait in the system's queue."""
        self._loop.watch(self._listener, self, 0)
        self._loop.due(self, _PAUSE_S)

    def _shut_down(self) -> None:
        """Stop listening, and shut all connections. Those in a thread are woken, and closed when they come back."""
        self._forget(self)
        if self.deadline_s is None:
            self._loop.watch(self._listener, self, 0)
        self._listener.close()
        for connection in list(self.connections):
            tell(connection, connection.shut)
        self._shut = True
        if not self.connections:
            self._gone.release()


def listen(host: str | None, port: int, *, public: bool) -> socket.socket:
    """Make a socket that listens. It accepts nobody yet.

    Raises:
        ConfigurationError: no such address, or not on loopback and not `public`, or the port is taken.
    """
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= 65535:
        raise ConfigurationError(f"port={port!r}: give 0 to 65535; with 0 the system chooses a free one.")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ConfigurationError(f"host={host!r}, port={port!r}: {error}") from None
    where = ipaddress.ip_address(address[0])
    who = f"everybody who can reach {'this machine' if where.is_unspecified else where}"
    if not (public or where.is_loopback):
        listener.close()
        raise ConfigurationError(
            f"host={host!r}: {who} could read and change the fake. To listen on loopback alone, leave host= out. "
            "If you mean it, add public=True (fakestt serve: --public)."
        )
    try:
        if socket.has_ipv6 and family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        # So a port that was given can be used again at once. On Windows the option would share it with others.
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
    if not where.is_loopback:
        open_port = listener.getsockname()[1]
        try:
            warn(f"port {open_port} is open: {who} can read and change the fake.")
        except Warning:  # it is an error where the user has said so
            listener.close()
            raise
    return listener
