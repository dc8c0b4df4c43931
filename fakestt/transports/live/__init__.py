"""A real server on loopback: for subprocesses, other languages, and clients that nothing in process can reach.

    with serve(stt.app) as server:
        subprocess.run([..., server.url])

    with Workers() as workers:                # threads shared by many servers, one after the other or at once
        with workers.serve(stt.app) as server: ...

`workers` has a `thread_pool`, in which one thread leads and runs the `loop`. A `server` listens. Each `connection` goes
through its states: a `request` is read, with its `body`, and the `answer` written, by way of a `stream` of bytes.
"""

from fakestt.transports.live.server import Server
from fakestt.transports.live.thread_pool import WorkerThread
from fakestt.transports.live.workers import Workers, serve

__all__ = ["Server", "WorkerThread", "Workers", "serve"]
