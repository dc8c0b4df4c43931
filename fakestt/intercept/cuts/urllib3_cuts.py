"""The cuts into urllib3, on which requests and the vendor's SDK stand.

The main cut is at `HTTPConnectionPool._make_request`, the one place where urllib3 has both a connection and a target.
For our hosts that one request goes over an `InProcessConnection` instead. The pool, its own connections, Retry and
Timeout are untouched. So pools made before entry lead here too, nothing of ours is left in a pool after exit, and a
request that a proxy should forward has its true target. (The obvious places are `ConnectionCls` or `_get_conn`. A cut
there leaves connections of ours in pools, which must be found and disarmed at exit, and sees only the proxy of a
request that is forwarded.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from ssl import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any
from urllib.parse import urlsplit

from urllib3 import connectionpool, exceptions
from urllib3.util.ssl_ import resolve_cert_reqs

from fakestt.intercept.cuts.board import PORTS, Board
from fakestt.intercept.patch import Patch
from fakestt.transports.inprocess import StartResponse
from fakestt.transports.self_signed import SelfSigned
from fakestt.transports.urllib3_connection import InProcessConnection, UnverifiedConnection

__all__ = ["cuts"]


def cuts(board: Board) -> Sequence[Patch]:
    """The cuts to make now. If what is private to urllib3 is not what we know, they refuse what they would lead."""
    plain_pool, tls_pool = connectionpool.HTTPConnectionPool, connectionpool.HTTPSConnectionPool
    plain_make_request: Any = vars(plain_pool)["_make_request"]  # Any: private to urllib3, other in 1.26
    tls_prepare_proxy: Any = vars(tls_pool)["_prepare_proxy"]  # Any: private to urllib3
    unknown = None
    code = getattr(plain_make_request, "__code__", None)
    if code is not None and code.co_filename == connectionpool.__file__:  # else another library has replaced it
        try:
            _try_out(plain_make_request)
        except Exception as error:
            unknown = board.not_as_known("urllib3", error)

    def make_request(pool: Any, conn: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
        if isinstance(conn, InProcessConnection):
            # Another library kept an earlier cut of ours beyond its exit, and this cut stands around it.
            return plain_make_request(pool, conn, method, url, *args, **options)
        scheme, host, port = _target(pool, url)
        app = board.find(host, port)
        if app is None or unknown is not None:
            refusal = unknown if app is not None else board.refusal(host, port)
            if refusal is not None:
                refused = exceptions.NewConnectionError(conn, refusal)
                if getattr(options.get("retries"), "total", None) is False:
                    # The caller wants the bare error, and no proxy is to blame for it. (1.26 doesn't tell here.)
                    conn._has_connected_to_proxy = True
                    raise refused
                # The error of a refused connection after all its retries, without their waits.
                raise exceptions.MaxRetryError(pool, url, refused)
            return plain_make_request(pool, conn, method, url, *args, **options)
        if pool.proxy is not None:
            # After a failure urllib3 asks the pool's own connection whether the proxy was to blame. Here it never is.
            # The pool closes an unconnected connection before it is used again, which resets this.
            conn._has_connected_to_proxy = True
        kind = InProcessConnection
        if scheme == "https" and isinstance(app, SelfSigned):
            kind = _verified(app, conn)
        ours = kind(app, scheme=scheme, host=host, port=port)
        return plain_make_request(pool, ours, method, url, *args, **options)

    def prepare_proxy(pool: Any, conn: Any) -> None:
        # urllib3 opens a tunnel for a new connection, before the request. For a host that leads here or nowhere, that
        # would try to reach the proxy.
        _, host, port = _target(pool, "/")
        if board.find(host, port) is None and board.refusal(host, port) is None:
            tls_prepare_proxy(pool, conn)

    return (
        Patch(plain_pool, "_make_request", make_request),
        Patch(tls_pool, "_prepare_proxy", prepare_proxy),
    )


@lru_cache(maxsize=8)
def _try_out(make_request: Any) -> None:
    """Send a request of our own before a client does: a list of names could not tell whether all that is private fits.

    Raises:
        Exception: it does not.
    """

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("204 No Content", [])
        return []

    with connectionpool.HTTPSConnectionPool("fakestt.test") as pool:
        conn = InProcessConnection(app, scheme="https", host="fakestt.test", port=443)
        try:
            make_request(pool, conn, "GET", "/")
        except Exception as error:
            if find_spec("urllib3_future") is None:
                raise
            raise RuntimeError(f"urllib3-future, which niquests brings, has taken its place: {error}") from error


def _verified(app: SelfSigned, conn: Any) -> type[InProcessConnection]:
    """The kind of connection that one with these settings would be.

    Raises:
        ssl.SSLCertVerificationError: it does not trust the certificate. urllib3 makes an SSLError of it.
    """
    cert_reqs = resolve_cert_reqs(getattr(conn, "cert_reqs", None))
    if cert_reqs == CERT_NONE:
        return UnverifiedConnection
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    files, texts = getattr(conn, "ca_certs", None), getattr(conn, "ca_cert_data", None)
    if files or texts:
        context.load_verify_locations(files, cadata=texts)
    error = app.refusal(context, getattr(conn, "ssl_context", None))
    if error is not None:
        raise error
    return InProcessConnection


def _target(pool: Any, url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a request's target. The pool of a forwarding proxy only knows the proxy."""
    if pool.proxy is not None and not url.startswith("/"):
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 80)
    return pool.scheme, pool.host, pool.port or PORTS[pool.scheme]
