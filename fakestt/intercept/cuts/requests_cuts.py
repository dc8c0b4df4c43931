"""The cuts into requests: for our hosts, it does not read settings from the machine at every call.

The cuts into urllib3 lead its requests. The cuts here skip proxies and the machine's own certificates, for speed alone.
They also skip the developer's `~/.netrc`: for speed, and because a password in it would replace the `Authorization`
header that the client was told to send. A file that the variable NETRC names, or that is given as certificates, is
still read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from requests import sessions
from requests.adapters import HTTPAdapter

from fakestt.intercept.cuts.board import PORTS, Board
from fakestt.intercept.patch import Patch

__all__ = ["cuts"]


def cuts(board: Board) -> Sequence[Patch]:
    """The cuts to make now."""
    verify_cert: Any = vars(HTTPAdapter)["cert_verify"]  # Any: another library's function
    environ_proxies: Any = vars(sessions)["get_environ_proxies"]  # Any: its signature depends on the version
    netrc_auth: Any = vars(sessions)["get_netrc_auth"]  # Any: its signature depends on the version

    def is_led(url: str) -> bool:
        scheme, _, rest = url.partition("://")
        host, _, port = rest.partition("/")[0].partition(":")
        # This can't read every URL (with a user, an IPv6 address). Such a URL goes the usual way.
        return board.find(host, int(port) if port.isdecimal() else PORTS.get(scheme, 0)) is not None

    def get_environ_proxies(url: str, *args: Any, **options: Any) -> Any:
        return {} if is_led(url) else environ_proxies(url, *args, **options)

    def get_netrc_auth(url: str, *args: Any, **options: Any) -> Any:
        return None if is_led(url) and "NETRC" not in os.environ else netrc_auth(url, *args, **options)

    def cert_verify(self: Any, conn: Any, url: str, verify: Any, cert: Any) -> None:
        if verify is not True or cert or not is_led(url):
            verify_cert(self, conn, url, verify, cert)

    return (
        Patch(HTTPAdapter, "cert_verify", cert_verify),
        Patch(sessions, "get_environ_proxies", get_environ_proxies),
        Patch(sessions, "get_netrc_auth", get_netrc_auth),
    )
