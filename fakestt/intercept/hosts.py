"""The host names that lead to an application, and for how long they do.

    with reachable({"api.*.speech-to-text.watson.cloud.ibm.com": app, "icp.example:8443": other_app}):
        requests.get("https://api.eu-de.speech-to-text.watson.cloud.ibm.com/v1/models")

Each library has a module of cuts, which says where its requests are caught, and why there. No library is imported for
this. A library that is imported later gets its cuts then. What opens sockets by itself is not led: it is refused there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Lock
from types import TracebackType

from fakestt.errors import ConfigurationError, without_user
from fakestt.intercept.imports import ImportWatch
from fakestt.intercept.patch import Patch
from fakestt.transports.inprocess import App

__all__ = ["Hosts", "guarded", "put_right", "reachable"]

# Libraries that get cuts once they are imported, each with the module of its cuts.
_LIBRARIES = {
    "httpcore": "fakestt.intercept.cuts.httpcore_cuts",
    "httpx": "fakestt.intercept.cuts.httpx_cuts",
    "requests": "fakestt.intercept.cuts.requests_cuts",
    "socket": "fakestt.intercept.cuts.socket_cuts",
    "urllib.request": "fakestt.intercept.cuts.urllib_cuts",
    "urllib3": "fakestt.intercept.cuts.urllib3_cuts",
}


def reachable(
    routes: Mapping[str, App], *, block_network: bool = False, no_such_host: Callable[[str], str | None] | None = None
) -> Hosts:
    """Lead requests for these hosts to these applications, inside a `with` block.

    This covers urllib3 (`requests` at module level and in sessions, the vendor's SDK, `urllib3.PoolManager`), httpx,
    sync and async, and urllib.request: in every thread, for clients made or imported before or inside. If blocks are
    nested, the inner one wins for the hosts that it names. Clients that open sockets themselves are refused these
    hosts: their names are not resolved.

    Args:
        routes: host patterns. `*` stands for a part of a name without dots. A pattern without a port means every port.
            A name beats a name with `*`, and a pattern with a port beats one without.
        block_network: refuse every other host but loopback with the client's own connection error.
        no_such_host: says of a name that fits a pattern with `*` why there is no such host, or None. The client gets
            its own connection error, with that text.

    Raises:
        ConfigurationError: a pattern is no host name; or, on entering, a client's library is not built as it is known.
    """
    return Hosts(routes, block_network=block_network, no_such_host=no_such_host)


def guarded(hosts: Iterable[str], remedy: str) -> Hosts:
    """Refuse these hosts unless an open block leads them somewhere; `remedy` ends the message."""
    return Hosts({}, refused=hosts, remedy=remedy)


def put_right() -> None:
    """Undo the cuts that other libraries, or virtual time, have put back after all hosts were left."""
    _SWITCHBOARD.put_right()


class Hosts:
    """Host patterns and the applications behind them: a context manager that may be entered again."""

    def __init__(
        self,
        routes: Mapping[str, App],
        *,
        block_network: bool = False,
        no_such_host: Callable[[str], str | None] | None = None,
        refused: Iterable[str] = (),
        remedy: str = "",
    ) -> None:
        self.patterns: tuple[str, ...] = tuple(routes)
        self.block_network = block_network
        self.remedy = remedy
        self._no_such_host = no_such_host
        self._refused = [_compiled(pattern) for pattern in refused]
        compiled = [(*_compiled(pattern), app) for pattern, app in routes.items()]
        # More exact patterns come first; equally exact ones keep the order in which they were given.
        self._rows = sorted(compiled, key=lambda row: (row[1] is None, row[0].groups > 0))
        self._found: dict[tuple[str, int | None], App | None] = {}

    def find(self, host: str, port: int | None) -> App | None:
        """Return the application behind a host, or None. A name that is asked for without a port means every port."""
        key = (host, port)
        try:
            return self._found[key]
        except KeyError:
            # Kept, because a poll asks for the same host again. Two threads may both look; they find the same.
            app = self._found[key] = self._look_up(host.lower().rstrip("."), port)
            return app

    def why_not(self, host: str) -> str | None:
        """Why there is no host of a name that fits a pattern, or None."""
        return None if self._no_such_host is None else self._no_such_host(host.lower().rstrip("."))

    def refuses(self, host: str, port: int | None) -> bool:
        """Whether a host that leads nowhere must not be reached."""
        name = host.lower().rstrip(".")
        return any(_fits(only, port) and pattern.fullmatch(name) for pattern, only in self._refused)

    def __enter__(self) -> Hosts:
        _SWITCHBOARD.enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _SWITCHBOARD.leave(self)

    def _look_up(self, host: str, port: int | None) -> App | None:
        for name, only_port, app in self._rows:
            if _fits(only_port, port) and name.fullmatch(host) and not (name.groups and self.why_not(host)):
                return app
        return None


def _fits(only: int | None, port: int | None) -> bool:
    return only is None or port is None or only == port


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[re.Pattern[str], int | None]:
    """A host pattern as an expression, with a group for each `*`, and its port."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9*._-]+?)\.?(?::([0-9]{1,5}))?", pattern)
    if match is None:
        raise ConfigurationError(
            f"host pattern {without_user(pattern)!r}: possible are a name, with * for a part of it, and a port "
            "('api.*.example.com', 'icp.example:8443'). Leave out scheme, path and user."
        )
    name, port = match[1].strip("[]").lower(), match[2]
    return re.compile("([^.]+)".join(map(re.escape, name.split("*")))), int(port) if port else None


class _Switchboard:
    """All hosts that are entered now, newest first, and the cuts that stay while there are any.

    A process has one switchboard, because it has one copy of the classes with cuts. The cuts stay in place from the
    first entry to the last exit, in whatever order the entries end. If another library has replaced a cut, the next
    entry cuts once more, above that library, and undoes it at its exit. So the newest entry answers first.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._entered: tuple[Hosts, ...] = ()  # replaced, never changed: requests read it without the lock
        self._cuts: dict[str, Sequence[Patch]] = {}
        self._above: dict[int, list[Patch]] = {}  # by the id of the hosts
        self._unknown: dict[str, str] = {}  # why an imported library can't lead to an application
        self._late: list[Patch] = []  # another library had replaced them when they were to be undone
        self._watch = ImportWatch(_LIBRARIES, self._cut_into)

    def enter(self, hosts: Hosts) -> None:
        with self._lock:
            if not self._entered:
                self._undo(())
                self._watch.install()
            self._entered = (hosts, *self._entered)
        try:
            for library in _LIBRARIES:
                if sys.modules.get(library) is not None:
                    self._cut_into(library)
            if hosts.patterns and self._unknown:
                raise ConfigurationError(" ".join(self._unknown.values()))
            self._cut_above(hosts)
        except BaseException:
            self.leave(hosts)
            raise

    def leave(self, hosts: Hosts) -> None:
        with self._lock:
            at = next(i for i, entered in enumerate(self._entered) if entered is hosts)
            self._entered = self._entered[:at] + self._entered[at + 1 :]
            if hosts not in self._entered:
                self._undo(self._above.pop(id(hosts), []))
            if self._entered:
                return
            self._watch.remove()
            self._undo(cut for made in self._cuts.values() for cut in made)
            self._cuts.clear()
            self._unknown.clear()

    def put_right(self) -> None:
        if self._late and not self._entered:
            with self._lock:
                self._undo(())

    def _undo(self, cuts: Iterable[Patch]) -> None:
        """Undo cuts, and those that could not be undone before. Without entries, ours only passes on."""
        self._late = [cut for cut in (*self._late, *cuts) if not cut.undo()]

    def _cut_into(self, library: str) -> None:
        """Make the cuts into an imported library, if they aren't there yet."""
        try:
            # Not under the lock: another thread may be importing the same module, and need the lock next. The library
            # comes first, because another thread may be half-way through its import.
            known = hasattr(import_module(library), "__version__")  # else another module has its name, or a mock
        except ImportError:
            return
        try:
            cuts = import_module(_LIBRARIES[library]).cuts
        except ImportError as error:
            if known:
                self.not_as_known(library, error)
            return
        with self._lock:
            if self._entered and library not in self._cuts:
                try:
                    made = cuts(self)
                except Exception as error:
                    # A newer release, or another library in its place. Other libraries are none the worse for it.
                    if not known:
                        return
                    self.not_as_known(library, error)
                    made = ()
                self._cuts[library] = made
                for cut in made:
                    cut.make()

    def _cut_above(self, hosts: Hosts) -> None:
        """Cut once more where another library has replaced our cut.

        Not into sockets: the cuts there refuse, and it does not matter who stands above them.
        """
        with self._lock:
            libraries = {library: made for library, made in self._cuts.items() if library != "socket"}
            ours = [cut for made in (*libraries.values(), *self._above.values()) for cut in made]
            in_place = {(cut.owner, cut.name) for cut in ours if cut.is_in_place()}
            for library, made in libraries.items():
                replaced = {(cut.owner, cut.name) for cut in made} - in_place
                if replaced:
                    again = import_module(_LIBRARIES[library]).cuts(self)
                    above = [cut for cut in again if (cut.owner, cut.name) in replaced]
                    self._above.setdefault(id(hosts), []).extend(above)
                    for cut in above:
                        cut.make()

    def find(self, host: str, port: int | None) -> App | None:
        for hosts in self._entered:
            app = hosts.find(host, port)
            if app is not None:
                return app
        return None

    def refusal(self, host: str, port: int | None) -> str | None:
        """Why a host that leads nowhere must not be reached; None if it may be."""
        for hosts in self._entered:
            why_not = hosts.why_not(host)
            if why_not is not None:
                return why_not
            if hosts.refuses(host, port):
                what = "the name of a fake" if host.endswith(".test") else "the real service"
                return f"{_named(host, port)} is {what}, and no fake is open to answer for it. {hosts.remedy}"
        if not any(hosts.block_network for hosts in self._entered) or _is_loopback(host):
            return None
        led = ", ".join(pattern for hosts in self._entered for pattern in hosts.patterns)
        return (
            f"{_named(host, port)} is not one of the hosts that lead to the fake ({led}), and block_network is on. "
            "Add the host to the fake's, correct the URL that the client was given, or turn block_network off."
        )

    def refusal_of_socket(self, host: str, port: int | None) -> str | None:
        """Why a socket must not get to a host, led or not; None if it may. Loopback is this machine, whoever asks."""
        if not self._entered or _is_loopback(host):
            return None
        if self.find(host, port) is None:
            return self.refusal(host, port)
        led = f"{_named(host, port)} leads to the fake for requests, urllib3, httpx and urllib.request."
        why = " ".join(self._unknown.values()) or f"This client opens a socket of its own. {_SERVE}"
        return f"{led} {why}"

    def not_as_known(self, library: str, error: Exception) -> str:
        """Note that a library can't lead to an application, and why. Return that in words."""
        self._unknown[library] = (
            f"{library} {sys.modules[library].__version__} is not built as fakestt knows it ({error}), so it can't "
            f"lead to a fake in this process. {_SERVE} Or install a release that `fakestt guide versions` names."
        )
        return self._unknown[library]


_SWITCHBOARD = _Switchboard()
_SERVE = (
    "Give clients the URL of a fake behind a real server: the fixture fake_stt_server has one, and so has stt.serve()."
)


def _named(host: str, port: int | None) -> str:
    return host if port is None else f"{host}:{port}"


@lru_cache(maxsize=256)
def _is_loopback(host: str) -> bool:
    """Whether this is the machine itself: by name, by address, or by the address that stands for all of its own."""
    name = host.lower().rstrip(".")
    if name in ("", "localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"):
        return True
    if name.endswith(".localhost"):  # RFC 6761
        return True
    try:
        address: IPv4Address | IPv6Address = ip_address(name)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified
