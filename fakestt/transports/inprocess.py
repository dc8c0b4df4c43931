"""How one HTTP request reaches a WSGI application without a socket.

    call(app, "GET", "/v1/models?x=1", [("Accept", "*/*")], None, scheme="https", host="fakestt.test", port=443)

No HTTP client is known here. Each has a transport of its own, which adds what the client adds to a request (User-Agent,
framing headers), and makes of a reply what the client makes of it.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from fakestt.transports.reply import App, Body, Response, StartResponse, run
from fakestt.transports.upload import Upload

__all__ = ["App", "Body", "Response", "StartResponse", "call", "origin_form"]


def call(
    app: App,
    method: str,
    target: str,
    headers: Iterable[tuple[str, str | bytes]],
    body: object,
    *,
    scheme: str,
    host: str,
    port: int,
    read_timeout_s: float | None = None,
) -> Response:
    """Let the application answer one request.

    Args:
        target: path and query as the client would send them, percent-encoding kept.
        headers: as on the wire; Host is added when it is missing.
        body: None, bytes, str (sent as UTF-8), a file, or an iterable of bytes. Files and iterables are read while the
            application reads its input; what it leaves is not read.

    A body that is longer than its Content-Length is read so far. One that is shorter leaves a server waiting, and so a
    client with a read timeout; without one, nobody waits here, and the application sees the end.

    Raises:
        WireBreak, WireTimeout: before the first byte of the body. Later `Response.body.read` raises what a socket does.
        RuntimeError: the application raised another OSError, which every client would take for the network's.
    """
    path, _, query = target.partition("?")
    environ = _server(scheme, host, port).copy()
    for name, value in headers:
        key = _environ_key(name)
        text = value if type(value) is str and value.isascii() and value.isprintable() else _header_text(value)
        environ[key] = f"{environ[key]}, {text}" if key in environ else text
    if "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = _host_header(scheme, host, port)
    environ["REQUEST_METHOD"] = method
    environ["RAW_URI"] = target
    # PEP 3333: text in an environ is bytes dressed as latin-1.
    environ["PATH_INFO"] = unquote(path, "latin-1") if "%" in path else path
    environ["QUERY_STRING"] = query
    environ["wsgi.errors"] = sys.stderr
    if read_timeout_s is not None:
        environ["fakestt.read_timeout_s"] = float(read_timeout_s)
    upload = None
    promised_bytes = _promised_bytes(environ)
    if promised_bytes is not None and "HTTP_TRANSFER_ENCODING" in environ:
        return _two_lengths(method)
    if isinstance(body, str):
        body = body.encode()
    if body is None and not promised_bytes:
        environ["wsgi.input"] = io.BytesIO()
        environ["wsgi.input_terminated"] = False  # there is nothing to read, so nobody need try
    elif isinstance(body, bytes) and (promised_bytes is None or promised_bytes <= len(body)):
        environ["wsgi.input"] = io.BytesIO(body)
    else:
        upload = environ["wsgi.input"] = Upload(body, promised_bytes, read_timeout_s)

    try:
        reply = run(app, environ, method)
    except Exception:
        if upload is not None and upload.failure is not None:
            raise upload.failure from None
        raise
    if upload is not None and upload.failure is not None:
        # The client's own body failed. A client that can't send has no use for an answer, whatever the application
        # made of half a request.
        reply.body.close()
        raise upload.failure
    return reply


def origin_form(url: str) -> str:
    """The target behind a forwarding proxy, which asks the origin server for the path alone (RFC 9112, 3.2.1)."""
    target = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", url)
    return target if target.startswith("/") else f"/{target}"


def _promised_bytes(environ: dict[str, Any]) -> int | None:
    text: str | None = environ.get("CONTENT_LENGTH")
    return int(text) if text is not None and text.isdecimal() and len(text) < 19 else None


def _two_lengths(method: str) -> Response:
    """Refuse a request with both framing headers, as servers do. The application does not hear of it.

    RFC 9112, 6.3 calls it an attempt at smuggling. requests sends both for a generator with a Content-Length.
    """
    why = b"400 Bad Request: Content-Length and Transfer-Encoding exclude each other\n"
    headers = [
        ("Connection", "close"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(why))),
    ]
    is_bodiless = method == "HEAD"
    body = Body(b"", None, None, None) if is_bodiless else Body(why, None, None, len(why))
    return Response(400, "Bad Request", headers, body)


# The functions below are pure. Those with a cache have one because a poll asks the same again.


@lru_cache(maxsize=64)
def _server(scheme: str, host: str, port: int) -> dict[str, Any]:
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "fakestt.raises_in_client": True,
    }


@lru_cache(maxsize=64)
def _host_header(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == {"http": 80, "https": 443}.get(scheme) else f"{name}:{port}"


@lru_cache(maxsize=256)
def _environ_key(name: str | bytes) -> str:
    text = name.decode("latin-1") if isinstance(name, bytes) else name
    if not text.isascii() or not text or any(char in text for char in ":\r\n \t"):
        raise ValueError(f"Invalid header name {name!r}")
    key = text.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _header_text(value: object) -> str:
    """Return a header's value as http.client sends it, or refuse it as http.client does."""
    if isinstance(value, bytes):
        text = value.decode("latin-1")
    elif isinstance(value, int):
        text = str(value)
    elif isinstance(value, str):
        # A text that http.client can't send fails here with the same error.
        text = value.encode("latin-1").decode("latin-1")
    else:
        raise TypeError(f"expected string or bytes-like object for a header, got {value!r}")
    if "\n" in text or "\r" in text:
        raise ValueError(f"Invalid header value {value!r}")
    return text
