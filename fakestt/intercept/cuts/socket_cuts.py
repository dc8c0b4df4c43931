"""The cuts into sockets: what leads to the fake, or nowhere, is not resolved, and nothing connects to it.

The cuts into HTTP clients answer before a socket is opened. Whatever else opens one in this process is refused here:
http.client, ftplib, aiohttp, WebSocket clients. asyncio and trio resolve and connect by these functions too.

The cut that resolves is in `_socket`, because `socket.getaddrinfo` looks there at every call: also for who has imported
it by name, and for `socket.create_connection`. What resolves names in C (libcurl, gRPC, c-ares) never comes here.
"""

from __future__ import annotations

import _socket
import socket
from collections.abc import Sequence
from errno import ECONNREFUSED
from typing import Any

from fakestt.intercept.cuts.board import PORTS, Board
from fakestt.intercept.patch import Patch

__all__ = ["cuts"]

_INTERNET = (socket.AF_INET, socket.AF_INET6)


def cuts(board: Board) -> Sequence[Patch]:
    """The cuts to make now."""
    find_addresses: Any = _socket.getaddrinfo  # Any: its signature is kept

    def getaddrinfo(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        _resolve(board, host, port)
        return find_addresses(host, port, *args, **options)

    def by_name(name: str) -> Patch:
        find: Any = vars(socket)[name]  # Any: the same

        def resolve(host: Any, /) -> Any:
            _resolve(board, host, None)
            return find(host)

        return Patch(socket, name, resolve)

    def by_address(name: str, at: int, answer: int | None = None) -> Patch:
        """The address is the argument at this place, if there is one. `answer` is what is returned for a refusal."""
        plain: Any = getattr(socket.socket, name)  # Any: the same

        def call(sock: socket.socket, /, *args: Any) -> Any:
            error = _refusal(board, sock, next(iter(args[at:]), None))
            if error is not None and (answer is None or isinstance(error, socket.gaierror)):
                raise error
            return plain(sock, *args) if error is None else answer

        return Patch(socket.socket, name, call)

    return (
        Patch(_socket, "getaddrinfo", getaddrinfo),
        by_name("gethostbyname"),
        by_name("gethostbyname_ex"),
        by_name("gethostbyaddr"),
        by_address("connect", 0),
        by_address("connect_ex", 0, ECONNREFUSED),
        by_address("sendto", -1),
        by_address("sendmsg", 3),
    )


def _resolve(board: Board, host: Any, port: Any) -> None:
    """Refuse to resolve a name, as one is refused that does not exist.

    Raises:
        socket.gaierror: the name must not be reached.
    """
    refusal = board.refusal_of_socket(_text(host), _number(port))
    if refusal is not None:
        raise socket.gaierror(socket.EAI_NONAME, refusal)


def _refusal(board: Board, sock: socket.socket, address: Any) -> OSError | None:
    """What connecting to an address raises, or None. The address may have a name, which would be resolved in C."""
    if not isinstance(address, tuple) or len(address) < 2 or not isinstance(address[0], (str, bytes, bytearray)):
        return None
    host = _text(address[0])
    refusal = board.refusal_of_socket(host, _number(address[1]))
    if refusal is None or sock.family not in _INTERNET:
        return None
    if _is_address(host):
        return ConnectionRefusedError(ECONNREFUSED, refusal)
    return socket.gaierror(socket.EAI_NONAME, refusal)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdecimal()


def _text(host: Any) -> str:
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    return host if isinstance(host, str) else ""  # none is this machine, and what is wrong is the real one's business


def _number(port: Any) -> int | None:
    if isinstance(port, (bytes, bytearray)):
        port = port.decode("ascii", "replace")
    if isinstance(port, str):
        return int(port) if port.isdecimal() else PORTS.get(port)
    return port if isinstance(port, int) else None
