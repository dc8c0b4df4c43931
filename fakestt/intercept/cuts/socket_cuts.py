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

    plain_connect, plain_connect_ex = socket.socket.connect, socket.socket.connect_ex
    plain_sendto: Any = socket.socket.sendto  # Any: flags may stand before the address
    plain_sendmsg = socket.socket.sendmsg

    def connect(sock: socket.socket, address: Any, /) -> None:
        error = _refusal(board, sock, address)
        if error is not None:
            raise error
        plain_connect(sock, address)

    def connect_ex(sock: socket.socket, address: Any, /) -> int:
        error = _refusal(board, sock, address)
        if isinstance(error, socket.gaierror):
            raise error  # as the real one does
        return ECONNREFUSED if error is not None else plain_connect_ex(sock, address)

    def sendto(sock: socket.socket, data: Any, /, *where: Any) -> Any:
        error = _refusal(board, sock, where[-1] if where else None)
        if error is not None:
            raise error
        return plain_sendto(sock, data, *where)

    def sendmsg(sock: socket.socket, buffers: Any, /, *where: Any) -> int:
        error = _refusal(board, sock, where[2] if len(where) > 2 else None)
        if error is not None:
            raise error
        return plain_sendmsg(sock, buffers, *where)

    return (
        Patch(_socket, "getaddrinfo", getaddrinfo),
        by_name("gethostbyname"),
        by_name("gethostbyname_ex"),
        by_name("gethostbyaddr"),
        Patch(socket.socket, "connect", connect),
        Patch(socket.socket, "connect_ex", connect_ex),
        Patch(socket.socket, "sendto", sendto),
        Patch(socket.socket, "sendmsg", sendmsg),
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
