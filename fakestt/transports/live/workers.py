"""The threads behind any number of servers, and their end."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from fakestt.errors import ConfigurationError
from fakestt.transports.certificates import Authority
from fakestt.transports.inprocess import App
from fakestt.transports.live.connection import Terms
from fakestt.transports.live.loop import Job, Loop, tell
from fakestt.transports.live.server import STOP_PATIENCE_S, Server, listen
from fakestt.transports.live.stream import Patience
from fakestt.transports.live.thread_pool import ThreadPool

__all__ = ["Workers", "serve"]


def serve(
    app: App,
    *,
    host: str | None = "127.0.0.1",
    port: int = 0,
    public: bool = False,
    tls: bool | Authority = False,
    names: Iterable[str] = (),
) -> Server:
    """Serve an application until `close()`, or the end of the `with` block.

    Args:
        host: the address to listen on; None for all addresses of this machine.
        port: chosen by the system unless given.
        public: has to be said for an address that is not loopback's, because everybody who can reach it can reach the
            fake. Then a warning says what is open.
        tls: True for a throw-away authority, or an `Authority` that several servers share.
        names: more host names (`*` for a part of one) for the certificate to be valid for.

    Raises:
        MissingExtra: tls needs the extra `tls`.
        ConfigurationError: no such address, or not on loopback and not `public`, or the port is taken.
    """
    workers = Workers()
    try:
        server = workers.serve(app, host=host, port=port, public=public, tls=tls, names=names)
    except BaseException:
        workers.close()
        raise
    server.owned.insert(0, workers)
    return server


class Workers:
    """The threads and the loop behind any number of servers. No client that stalls keeps the others waiting.

    A connection costs no thread, except while its client stalls in a large body or does not read its answer.

    Args:
        most_threads: how many requests may be in slow applications at once.
        most_connections: how many a server has open at once. The default leaves as many files to the clients' ends,
            which may be in the same process: 480 where the system allows 1,024 files, and never more than 2,048. To
            make room for a new client, the connection is closed that was idle for longest, or that has stalled for
            longest before its request was whole. If no client was idle or stalled for a second, the new one waits.
        head_patience_s: how long a head, a small body or a TLS greeting may take to be whole.
        body_patience_s: how long a client may stall in a large body, or not read.
        upload_patience_s: how long a large body may take altogether.
        least_rate: how many bytes a second a large body must bring on an average, after `head_patience_s`.
    """

    def __init__(
        self,
        *,
        most_threads: int = 32,
        most_connections: int | None = None,
        head_patience_s: float = 10.0,
        body_patience_s: float = 30.0,
        upload_patience_s: float = 600.0,
        least_rate: float = 1024.0,
    ) -> None:
        if most_connections is None:
            most_connections = _half_of_the_files()
        if most_threads < 2:
            raise ConfigurationError(f"most_threads={most_threads}: give 2 or more, one to serve and one to watch.")
        if most_connections < 1:
            raise ConfigurationError(f"most_connections={most_connections}: give 1 or more.")
        self._loop = Loop()
        self._pool = ThreadPool(self._serve_while_leading, most_threads)
        self._terms = Terms(
            most_connections=most_connections,
            head_patience_s=head_patience_s,
            patience=Patience(
                each_s=body_patience_s, all_s=upload_patience_s, start_s=head_patience_s, least_rate=least_rate
            ),
            step_aside=self._pool.step_aside,
        )
        self._servers: set[Server] = set()

    def serve(
        self,
        app: App,
        *,
        host: str | None = "127.0.0.1",
        port: int = 0,
        public: bool = False,
        tls: bool | Authority = False,
        names: Iterable[str] = (),
    ) -> Server:
        """Listen with these threads; the arguments are those of `serve`."""
        if self._pool.stopping:
            raise ConfigurationError("these workers are closed. Make new ones: Workers().")
        authority = tls if isinstance(tls, Authority) else Authority([host or "localhost", *names]) if tls else None
        owned = [authority] if authority is not None and authority is not tls else []
        try:
            listener = listen(host, port, public=public)
        except BaseException:
            for one in owned:
                one.close()
            raise
        server = Server(app, listener, authority, self._loop, self._terms, self._servers.discard)
        server.owned += owned
        self._servers.add(server)
        self._pool.start()
        self._loop.order(server, server.open)
        return server

    def close(self) -> None:
        """Close all servers and end all threads."""
        for server in list(self._servers):
            server.close()
        if self._pool.stop():
            self._loop.wake()
            self._pool.join(STOP_PATIENCE_S)
            self._loop.close()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _serve_while_leading(self) -> None:
        """Serve until another thread leads."""
        ready = self._loop.ready
        while not self._pool.stopping:
            for _ in range(len(ready)):  # jobs that come meanwhile wait for a look at the sockets
                if ready and not self._run(ready.popleft()):
                    return
            self._loop.turn()

    def _run(self, job: Job) -> bool:
        """Run a job. False: this thread does not lead any more."""
        leads = self._pool.run(job.run)
        if self._pool.stopping:  # nobody takes orders any more, and the loop may be gone
            job.drop()
            return False
        if leads:
            tell(job, job.ran)
        else:
            self._loop.order(job, job.ran)
        return leads


def _half_of_the_files() -> int:
    """Return how many connections leave as many files, and a few more, to the rest of the process."""
    if sys.platform == "win32":  # sockets are no files there
        return 480
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2048 if files == resource.RLIM_INFINITY else min(max(files // 2 - 32, 16), 2048)
