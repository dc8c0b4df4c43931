"""The cuts into requests: what it reads from the machine at every call, cut short for our hosts.

Its requests are led by the cuts into urllib3. These are about proxies, and about the machine's own certificates: for
speed alone. And about the developer's `~/.netrc`: for speed, and because a password in it would replace the
`Authorization` header that the client was told to send. A file that is named, by the variable NETRC or as certificates,
is looked for as ever.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from requests import sessions
from requests.adapters import HTTPAdapter

from fakestt.intercept.cuts.cut import PORTS, Board, Cut

__all__ = ["cuts"]


def cuts(board: Board) -> Sequence[Cut]:
    """The cuts to make now."""
    verify_cert: Any = vars(HTTPAdapter)["cert_verify"]  # Any: the same
    environ_proxies: Any = vars(sessions)["get_environ_proxies"]  # Any: other in other versions
    netrc_auth: Any = vars(sessions)["get_netrc_auth"]  # Any: the same

    def is_led(url: str) -> bool:
        scheme, _, rest = url.partition("://")
        host, _, port = rest.partition("/")[0].partition(":")
        # A URL that this doesn't read well (a user, an IPv6 address) isn't found, and goes the usual way.
        return board.find(host, int(port) if port.isdecimal() else PORTS.get(scheme, 0)) is not None

    def get_environ_proxies(url: str, *args: Any, **options: Any) -> Any:
        return {} if is_led(url) else environ_proxies(url, *args, **options)

    def get_netrc_auth(url: str, *args: Any, **options: Any) -> Any:
        return None if is_led(url) and "NETRC" not in os.environ else netrc_auth(url, *args, **options)

    def cert_verify(self: Any, conn: Any, url: str, verify: Any, cert: Any) -> None:
        if verify is not True or cert or not is_led(url):
            verify_cert(self, conn, url, verify, cert)

    return (
        Cut(HTTPAdapter, "cert_verify", verify_cert, cert_verify),
        Cut(sessions, "get_environ_proxies", environ_proxies, get_environ_proxies),
        Cut(sessions, "get_netrc_auth", netrc_auth, get_netrc_auth),
    )
