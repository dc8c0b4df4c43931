"""A fake behind a real server, as its user holds it."""

from __future__ import annotations

from traceback import format_exception
from typing import TYPE_CHECKING

from fakestt.opened import closed, opened

if TYPE_CHECKING:
    from fakestt.transports.live import Server

__all__ = ["Served"]


class Served:
    """A fake behind a real server, until `close()` or the end of the `with` block.

    Raises on leaving:
        BaseException: the first of `failures`, the others as its notes, unless the block has raised an error itself.
    """

    def __init__(self, server: Server, prefix: str, fake: object) -> None:
        self._server = server
        self._opened: object | None = fake
        opened(fake)
        self.url: str = server.url + prefix
        """The URL to give to a client, such as `http://127.0.0.1:49152/speech-to-text/api`."""
        self.auth_url: str = server.url
        """Where tokens come from: the `url` of an SDK's authenticator, such as `http://127.0.0.1:49152`.

        The IAM endpoint is `/identity/token` there, that of Cloud Pak for Data `/v1/authorize`.
        """

    def __repr__(self) -> str:
        return f"<Served at {self.url}>"

    @property
    def ca_file(self) -> str | None:
        """A PEM file with the authority that clients must trust; None without TLS. It is deleted with the server."""
        return self._server.ca_file

    @property
    def failures(self) -> list[BaseException]:
        """The errors that the fake raised by mistake; the client got a 500. An entry is a mistake in fakestt.

        If you take an entry from the list, the end of the `with` block does not raise it.
        """
        return self._server.failures

    def close(self) -> None:
        """Stop listening and end all connections. When it returns, no request is running any more.

        It does not raise the errors in `failures`.
        """
        self._server.close()
        fake, self._opened = self._opened, None
        if fake is not None:
            closed(fake)

    def __enter__(self) -> Served:
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.close()
        if error is None and self.failures:
            first, *others = self.failures
            for one in others:
                first.add_note(f"The fake raised as well:\n{''.join(format_exception(one)).rstrip()}")
            raise first
