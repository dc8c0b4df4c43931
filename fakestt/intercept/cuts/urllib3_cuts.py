"""The cuts into urllib3, on which requests and the vendor's SDK stand.

The main cut is at `HTTPConnectionPool._make_request`, the one place where urllib3 has both a connection and a target.
For our hosts that one request goes over an `InProcessConnection` instead. The pool, its own connections, Retry and
Timeout are untouched. So pools made before entry lead here too, nothing of ours is left in a pool after exit, and a
request that a proxy should forward has its true target. (The obvious places are `ConnectionCls` or `_get_conn`. A cut
there leaves connections of ours in pools, which must be found and disarmed at exit, and sees only the proxy of a
request that is forwarded.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from urllib3 import connectionpool, exceptions

from fakestt.intercept.cuts.cut import PORTS, Board, Cut
from fakestt.transports.urllib3_connection import InProcessConnection

__all__ = ["cuts"]


def cuts(board: Board) -> Sequence[Cut]:
    """The cuts to make now."""
    plain_pool, tls_pool = connectionpool.HTTPConnectionPool, connectionpool.HTTPSConnectionPool
    plain_make_request: Any = vars(plain_pool)["_make_request"]  # Any: private to urllib3, other in 1.26
    tls_prepare_proxy: Any = vars(tls_pool)["_prepare_proxy"]  # Any: private to urllib3

    def make_request(pool: Any, conn: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
        if isinstance(conn, InProcessConnection):
            # Another library kept an earlier cut of ours beyond its exit, and this cut stands around it.
            return plain_make_request(pool, conn, method, url, *args, **options)
        scheme, host, port = _target(pool, url)
        app = board.find(host, port)
        if app is None:
            refusal = board.refusal(host, port)
            if refusal is not None:
                refused = exceptions.NewConnectionError(conn, refusal)
                if getattr(options.get("retries"), "total", None) is False:
                    # The caller wants the bare error, and no proxy is to blame for it. (1.26 doesn't tell here.)
                    conn._has_connected_to_proxy = True
                    raise refused
                # The error of a refused connection after all its retries, without their waits.
                raise exceptions.MaxRetryError(pool, url, refused)
            return plain_make_request(pool, conn, method, url, *args, **options)
        ours = InProcessConnection(app, scheme=scheme, host=host, port=port)
        if pool.proxy is None:
            return plain_make_request(pool, ours, method, url, *args, **options)
        # After a failure urllib3 asks the pool's own connection whether the proxy was to blame. Here it never is. The
        # pool closes an unconnected connection before it is used again, which resets this.
        conn._has_connected_to_proxy = True
        return plain_make_request(pool, ours, method, url, *args, **options)

    def prepare_proxy(pool: Any, conn: Any) -> None:
        # urllib3 opens a tunnel for a new connection, before the request. For a host that leads here or nowhere, that
        # would try to reach the proxy.
        _, host, port = _target(pool, "/")
        if board.find(host, port) is None and board.refusal(host, port) is None:
            tls_prepare_proxy(pool, conn)

    return (
        Cut(plain_pool, "_make_request", plain_make_request, make_request),
        Cut(tls_pool, "_prepare_proxy", tls_prepare_proxy, prepare_proxy),
    )


def _target(pool: Any, url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a request's target. The pool of a forwarding proxy only knows the proxy."""
    if pool.proxy is not None and not url.startswith("/"):
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 80)
    return pool.scheme, pool.host, pool.port or PORTS[pool.scheme]
