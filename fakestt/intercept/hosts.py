"""Which host names lead to which application, and the cut into urllib3 that makes them do so.

    with reachable({"api.*.speech-to-text.watson.cloud.ibm.com": app, "icp.example:8443": other_app}):
        requests.get("https://api.eu-de.speech-to-text.watson.cloud.ibm.com/v1/models")

The cut is at `HTTPConnectionPool._make_request`, the one place where urllib3 has both a connection and a target. For
our hosts that one request goes over an `InProcessConnection` instead; the pool, its own connections, Retry and Timeout
are untouched. That is why pools made before entry lead here too, why nothing of ours is left in a pool after exit, and
why a request that a proxy should forward is seen with its true target. (Cutting in at `ConnectionCls` or
`_get_conn` is the obvious way. It leaves connections of ours in pools, which must be found and disarmed at exit, and
it sees the proxy where a request is forwarded.)
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from fakestt.errors import ConfigurationError
from fakestt.transports.inprocess import App

__all__ = ["VENDOR_HOSTS", "Hosts", "guarded", "reachable"]

# Names under which the service and its token service are, or were, on the net, and a name of our own.
VENDOR_HOSTS = (
    "api.*.speech-to-text.watson.cloud.ibm.com",  # cloud2025; the default of the SDKs is us-south
    "stream.watsonplatform.net",  # the cloud until 2021; still in many clients
    "gateway-*.watsonplatform.net",  # the same in wdc, fra, syd, tok, lon, seo
    "iam.cloud.ibm.com",  # tokens
    "iam.bluemix.net",  # tokens, for clients older than 2019
    "fakestt.test",  # nobody's: .test is reserved (RFC 2606)
)

_PORTS = {"http": 80, "https": 443}


def reachable(routes: Mapping[str, App], *, block_network: bool = False) -> Hosts:
    """Lead requests for these hosts to these applications while the result is entered (`with`).

    All of urllib3 is led there: `requests` at module level and in sessions, the vendor's SDK, `urllib3.PoolManager`, in
    every thread, whether made before or inside. Entered again inside, the inner one wins for the hosts that it names.

    Args:
        routes: host patterns. `*` stands for a part of a name without dots; a pattern without a port means every port;
            a name beats a name with `*`, and one with a port beats one without.
        block_network: refuse every other host but loopback with the client's own connection error.

    Raises:
        ConfigurationError: a pattern is no host name.
    """
    return Hosts(routes, block_network=block_network)


def guarded(remedy: str) -> Hosts:
    """Refuse the vendor's hosts where nothing that is entered leads them anywhere; `remedy` ends the message."""
    return Hosts({}, refused=VENDOR_HOSTS, remedy=remedy)


class Hosts:
    """Host patterns and the applications behind them; a context manager that may be entered again."""

    def __init__(
        self, routes: Mapping[str, App], *, block_network: bool = False, refused: Iterable[str] = (), remedy: str = ""
    ) -> None:
        self.patterns = tuple(routes)
        self.block_network = block_network
        self.remedy = remedy
        self._refused = [_compiled(pattern) for pattern in refused]
        compiled = [(*_compiled(pattern), app) for pattern, app in routes.items()]
        # The more a pattern says, the earlier it is asked; equals keep the order they were given in.
        self._rows = sorted(compiled, key=lambda row: (row[1] is None, row[0].groups > 0))
        self._found: dict[tuple[str, int], App | None] = {}

    def find(self, host: str, port: int) -> App | None:
        """Return the application behind a host, or None."""
        key = (host, port)
        try:
            return self._found[key]
        except KeyError:
            # Remembered, because a poll asks for the same host again. Two threads may both look; they find the same.
            app = self._found[key] = self._look_up(host.lower().rstrip("."), port)
            return app

    def refuses(self, host: str, port: int) -> bool:
        """Whether a host that leads nowhere is one of those that must not be reached."""
        name = host.lower().rstrip(".")
        return any(only in (None, port) and pattern.fullmatch(name) for pattern, only in self._refused)

    def __enter__(self) -> Hosts:
        _SWITCHBOARD.enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _SWITCHBOARD.leave(self)

    def _look_up(self, host: str, port: int) -> App | None:
        for name, only_port, app in self._rows:
            if only_port in (None, port) and name.fullmatch(host):
                return app
        return None


def _compiled(pattern: str) -> tuple[re.Pattern[str], int | None]:
    """A host pattern as an expression, with a group for each `*`, and its port."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9*._-]+?)\.?(?::([0-9]{1,5}))?", pattern)
    if match is None:
        raise ConfigurationError(
            f"host pattern {pattern!r}: possible are a name, with * for a part of it, and a port "
            "('api.*.example.com', 'icp.example:8443'). Leave out scheme, path and user."
        )
    name, port = match[1].strip("[]").lower(), match[2]
    return re.compile("([^.]+)".join(map(re.escape, name.split("*")))), int(port) if port else None


@dataclass(frozen=True, slots=True)
class _Cut:
    """An attribute of another library that is replaced."""

    owner: Any  # Any: a class or a module of that library
    name: str
    original: Callable[..., Any]
    ours: Callable[..., Any]


class _Switchboard:
    """All hosts that are entered now, newest first, and the cuts that are made while there are any.

    One in a process, because the classes it cuts into are. The cuts stay in place from the first entry to the last
    exit, in whatever order the entries between them end.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._entered: tuple[Hosts, ...] = ()  # replaced, never changed: requests read it without the lock
        self._cuts: dict[str, tuple[_Cut, ...]] = {}

    def enter(self, hosts: Hosts) -> None:
        with self._lock:
            for library, cuts in (("urllib3", _urllib3_cuts), ("requests", _requests_cuts)):
                if library not in self._cuts:
                    made = cuts(self)
                    if made:
                        self._cuts[library] = made
                    for cut in made:
                        setattr(cut.owner, cut.name, cut.ours)
            self._entered = (hosts, *self._entered)

    def leave(self, hosts: Hosts) -> None:
        with self._lock:
            at = next(i for i, entered in enumerate(self._entered) if entered is hosts)
            self._entered = self._entered[:at] + self._entered[at + 1 :]
            if self._entered:
                return
            for cut in (cut for made in self._cuts.values() for cut in made):
                # Whoever replaced ours meanwhile keeps it, and will put ours back: without entries it only passes on.
                if vars(cut.owner)[cut.name] is cut.ours:
                    setattr(cut.owner, cut.name, cut.original)
            self._cuts.clear()

    def find(self, host: str, port: int) -> App | None:
        for hosts in self._entered:
            app = hosts.find(host, port)
            if app is not None:
                return app
        return None

    def refusal(self, host: str, port: int) -> str | None:
        """Why a host that leads nowhere is not to be reached, or None when it may be."""
        for hosts in self._entered:
            if hosts.refuses(host, port):
                return f"{host}:{port} is the real service, and no fake is open to answer for it. {hosts.remedy}"
        if not any(hosts.block_network for hosts in self._entered) or _is_loopback(host):
            return None
        led = ", ".join(pattern for hosts in self._entered for pattern in hosts.patterns)
        return (
            f"{host}:{port} is not one of the hosts that lead to the fake ({led}), and block_network is on. "
            "Add the host to the fake's, correct the URL that the client was given, or turn block_network off."
        )


_SWITCHBOARD = _Switchboard()


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def _urllib3_cuts(board: _Switchboard) -> tuple[_Cut, ...]:
    """The cuts into urllib3. It is imported where it is installed: client code may import it only inside the test."""
    try:
        from urllib3 import connectionpool, exceptions
    except ImportError:
        return ()
    from fakestt.transports.urllib3_connection import InProcessConnection

    plain_pool, tls_pool = connectionpool.HTTPConnectionPool, connectionpool.HTTPSConnectionPool
    plain_make_request: Any = vars(plain_pool)["_make_request"]  # Any: private to urllib3, other in 1.26
    tls_prepare_proxy: Any = vars(tls_pool)["_prepare_proxy"]  # Any: the same

    def make_request(pool: Any, conn: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
        if isinstance(conn, InProcessConnection):
            # Somebody kept a cut of ours beyond its exit, and this one was made around it.
            return plain_make_request(pool, conn, method, url, *args, **options)
        scheme, host, port = _target(pool, url)
        app = board.find(host, port)
        if app is None:
            refusal = board.refusal(host, port)
            if refusal is not None:
                # What a refused connection gives when its retries are used up: not retried, so nobody waits for it.
                raise exceptions.MaxRetryError(pool, url, exceptions.NewConnectionError(conn, refusal))
            return plain_make_request(pool, conn, method, url, *args, **options)
        ours = InProcessConnection(app, scheme=scheme, host=host, port=port)
        if pool.proxy is None:
            return plain_make_request(pool, ours, method, url, *args, **options)
        # After a failure urllib3 asks the pool's own connection whether the proxy was to blame. It never is here. The
        # pool closes an unconnected connection before it is used again, and closing forgets this.
        conn._has_connected_to_proxy = True
        return plain_make_request(pool, ours, method, url, *args, **options)

    def prepare_proxy(pool: Any, conn: Any) -> None:
        # A tunnel is dug when its connection is new, before the request is made. For a host that leads here, or
        # nowhere, that would be an attempt to reach the proxy.
        _, host, port = _target(pool, "/")
        if board.find(host, port) is None and board.refusal(host, port) is None:
            tls_prepare_proxy(pool, conn)

    return (
        _Cut(plain_pool, "_make_request", plain_make_request, make_request),
        _Cut(tls_pool, "_prepare_proxy", tls_prepare_proxy, prepare_proxy),
    )


def _target(pool: Any, url: str) -> tuple[str, str, int]:
    """Scheme, host and port that a request is for. A pool for a forwarding proxy has the proxy's name."""
    if pool.proxy is not None and not url.startswith("/"):
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 80)
    return pool.scheme, pool.host, pool.port or _PORTS[pool.scheme]


def _requests_cuts(board: _Switchboard) -> tuple[_Cut, ...]:
    """What requests reads from the machine at every call, cut short for our hosts.

    Proxies: for speed alone. The developer's `~/.netrc`: for speed, and because a password in it would replace the
    `Authorization` header that the client was told to send; a file that the variable NETRC names is read as ever.
    requests is never imported for this. When it comes later, its requests are led here all the same, proxies or not.
    """
    sessions = sys.modules.get("requests.sessions")
    if sessions is None or not hasattr(sessions, "Session"):
        return ()
    environ_proxies: Any = vars(sessions)["get_environ_proxies"]  # Any: other in other versions
    netrc_auth: Any = vars(sessions)["get_netrc_auth"]  # Any: the same

    def is_led(url: str) -> bool:
        scheme, _, rest = url.partition("://")
        host, _, port = rest.partition("/")[0].partition(":")
        # A URL that this doesn't read well (a user, an IPv6 address) isn't found, and goes the usual way.
        return board.find(host, int(port) if port.isdecimal() else _PORTS.get(scheme, 0)) is not None

    def get_environ_proxies(url: str, *args: Any, **options: Any) -> Any:
        return {} if is_led(url) else environ_proxies(url, *args, **options)

    def get_netrc_auth(url: str, *args: Any, **options: Any) -> Any:
        return None if is_led(url) and "NETRC" not in os.environ else netrc_auth(url, *args, **options)

    return (
        _Cut(sessions, "get_environ_proxies", environ_proxies, get_environ_proxies),
        _Cut(sessions, "get_netrc_auth", netrc_auth, get_netrc_auth),
    )
