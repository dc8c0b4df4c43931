"""How urllib3 talks to a WSGI application: a connection that its pools can use in place of their own.

urllib3 keeps all it does above a connection: Retry, Timeout, ProtocolError and ReadTimeoutError, preloading, decoding,
Content-Length. Written for urllib3 2; what 1.26 does otherwise is marked. Only this module imports urllib3 at its top,
so it is itself imported by those alone who found urllib3 installed.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Mapping
from http.client import HTTPMessage, RemoteDisconnected, ResponseNotReady
from http.client import HTTPResponse as PlainResponse
from typing import Any

from urllib3._collections import HTTPHeaderDict
from urllib3._version import __version__
from urllib3.response import HTTPResponse
from urllib3.util import SKIP_HEADER

from fakestt.transports.inprocess import App, Body, Response, call, origin_form
from fakestt.wire import WireBreak, WireClosed, WireTimeout, as_of_a_socket

__all__ = ["InProcessConnection", "UnverifiedConnection"]

_METHODS_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"})
_USER_AGENT = f"python-urllib3/{__version__}"


class InProcessConnection:
    """One request to an application, in the place of `urllib3.connection.HTTPSConnection`.

    It is never closed, verified as if TLS had been (there is nobody to pretend to be the application), and goes through
    no proxy. The application runs in `getresponse()`: only then does urllib3 say what the read timeout is.
    """

    proxy = None
    proxy_is_verified = None
    has_connected_to_proxy = False
    is_closed = False
    is_connected = True
    is_verified = True
    _http_vsn_str = "HTTP/1.1"  # what urllib3 2.0 and 1.26 log

    __slots__ = ("_options", "_request", "app", "host", "port", "scheme", "timeout")

    def __init__(self, app: App, *, scheme: str, host: str, port: int) -> None:
        self.app: App = app
        self.scheme: str = scheme
        self.host: str = host
        self.port: int = port
        self.timeout: Any = None  # Any: a number, None, or urllib3's private marker for the default
        self._request: tuple[str, str, Any, Any, bool] | None = None
        self._options: dict[str, Any] = {}

    def request(
        self,
        method: str,
        url: str,
        body: Any = None,  # Any: bytes, str, a file or an iterable, as urllib3 takes them
        headers: Mapping[str, str] | None = None,
        *,
        chunked: bool = False,
        **options: Any,  # Any: preload_content, decode_content, enforce_content_length; none of them in 1.26
    ) -> None:
        """Take the request; nothing is sent before `getresponse`."""
        if isinstance(body, str):
            # 1.26 leaves it to http.client, which sends Latin-1 where the body isn't in chunks.
            body = body.encode("utf-8" if options or chunked else "latin-1")
        self._request = (method, url, body, headers, chunked)
        self._options = options

    def request_chunked(self, method: str, url: str, body: Any = None, headers: Any = None) -> None:
        """Take a request with a body of unknown length (1.26)."""
        self.request(method, url, body=body, headers=headers, chunked=True)

    def getresponse(self) -> Any:  # Any: an HTTPResponse, or for 1.26 what urllib3 makes one of
        """Run the application and give its reply.

        Raises:
            ConnectionResetError, TimeoutError, RemoteDisconnected, BadStatusLine: no reply arrived; urllib3 makes
                ProtocolError and ReadTimeoutError of them.
        """
        if self._request is None:
            raise ResponseNotReady
        method, url, body, headers, chunked = self._request
        self._request = None
        timeout = self.timeout
        try:
            reply = call(
                self.app,
                method,
                url if url.startswith("/") else origin_form(url),
                _with_defaults(method, headers, body, chunked),
                body,
                scheme=self.scheme,
                host=self.host,
                port=self.port,
                read_timeout_s=timeout
                if timeout is None or isinstance(timeout, (int, float))
                else _default_timeout_s(),
            )
        except WireClosed as closed:
            # Here http.client is what notices: it found no status line.
            if not closed.head:
                raise RemoteDisconnected(str(closed)) from None
            reply = _half_a_reply(closed.head, method)
        except (WireBreak, WireTimeout) as error:
            raise as_of_a_socket(error) from None
        if not self._options:
            return _ReceivedBody(reply, _message(reply))
        response_headers = HTTPHeaderDict()
        for name, value in reply.headers:
            response_headers.add(name, value)
        response = HTTPResponse(
            body=reply.body,  # type: ignore[arg-type]  # typed for http.client's response; read() is what is used
            headers=response_headers,
            status=reply.status,
            version=11,
            reason=reply.reason,
            # The original response is whom urllib3 asks when to give the connection back, and requests for cookies.
            original_response=_Received(reply, response_headers),  # type: ignore[arg-type]  # the same
            request_method=method,
            request_url=url,
            **self._options,
        )
        # Set, not passed: urllib3 2.0 and 2.1 don't know the argument.
        response.version_string = "HTTP/1.1"
        return response

    def close(self) -> None:
        """Nothing is open."""

    @property
    def sock(self) -> InProcessConnection:
        """For 1.26, which sets the read timeout on the connection's socket."""
        return self

    def settimeout(self, timeout: float | None) -> None:
        self.timeout = timeout


class UnverifiedConnection(InProcessConnection):
    """One whose certificate the client has not looked at: urllib3 warns of it."""

    __slots__ = ()
    is_verified = False


class _Received:
    """A reply with the face of `http.client.HTTPResponse`, as far as urllib3 and requests look at it."""

    __slots__ = ("_body", "close", "msg", "read", "reason", "status", "version")

    def __init__(self, reply: Response, msg: HTTPMessage | HTTPHeaderDict) -> None:
        self._body: Body = reply.body
        self.msg = msg
        self.status = reply.status
        self.reason = reply.reason
        self.version = 11
        self.read = reply.body.read
        self.close = reply.body.close

    @property
    def length(self) -> int | None:
        """What is still to come (1.26)."""
        return self._body.missing_bytes

    def isclosed(self) -> bool:
        return self._body.closed

    def __bool__(self) -> bool:
        # requests asks this before it looks for cookies, which costs it more than all of this module does; urllib3
        # asks before it looks whether the reply has ended.
        return self._body.closed or "Set-Cookie" in self.msg


class _ReceivedBody(_Received):
    """The same for 1.26, which reads from it, and first asserts that it is true."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


def _with_defaults(
    method: str, headers: Mapping[str, str] | None, body: object, chunked: bool
) -> list[tuple[str, Any]]:
    """The headers as urllib3 sends them: the caller's, what marks the body's end, and its own defaults."""
    sent, given = [], set()
    for name, value in headers.items() if headers else ():
        given.add(name.lower() if isinstance(name, str) else name.decode("latin-1").lower())
        if value != SKIP_HEADER:
            sent.append((name, value))
    if "accept-encoding" not in given:
        sent.append(("Accept-Encoding", "identity"))
    if "user-agent" not in given:
        sent.append(("User-Agent", _USER_AGENT))
    if "transfer-encoding" not in given and (chunked or "content-length" not in given):
        length_bytes = None if chunked else _length_bytes(method, body)
        if length_bytes is not None:
            sent.append(("Content-Length", str(length_bytes)))
        elif chunked or body is not None:
            sent.append(("Transfer-Encoding", "chunked"))
    return sent


def _length_bytes(method: str, body: Any) -> int | None:
    """How long the body is; None when that can't be told, or when it has none and needs none."""
    if body is None:
        return None if method.upper() in _METHODS_WITHOUT_BODY else 0
    if hasattr(body, "read"):
        return None
    try:
        return memoryview(body).nbytes
    except TypeError:
        return None


def _default_timeout_s() -> float | None:
    return socket.getdefaulttimeout()


def _half_a_reply(head: bytes, method: str) -> Response:
    """What http.client makes of a head that ends too early: it takes what has arrived for all of it.

    Raises:
        BadStatusLine: not even the status line is whole.
    """
    response = PlainResponse(_Arrived(head), method=method)  # type: ignore[arg-type]  # it asks a socket for a file only
    response.begin()
    return Response(response.status, response.reason, response.msg.items(), Body(b"", None, None, response.length))


class _Arrived:
    """Passes for a socket of which so much can be read."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def _message(reply: Response) -> HTTPMessage:
    message = HTTPMessage()
    for name, value in reply.headers:
        message[name] = value
    return message
