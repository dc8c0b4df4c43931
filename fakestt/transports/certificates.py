"""A throw-away authority for TLS, whose one certificate names the real service's hosts as well as loopback.

    authority = Authority(["api.*.speech-to-text.watson.cloud.ibm.com"])
    requests.get(url, verify=authority.ca_file)

So a client may be pointed at the vendor's own host name, by a hosts file or curl's `--connect-to`, and still verify.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from fakestt.errors import MissingExtra

if TYPE_CHECKING:
    import trustme

__all__ = ["Authority", "certificate_names"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")

# What `*` stands for in a host's name where a certificate may not say so: clients accept it only in place of the whole
# leftmost part. The vendor's locations, of today and of the cloud until 2021.
# Source: cloud2025 service endpoints; SDK defaults and observed URLs for the older ones.
_LOCATIONS = ("us-south", "us-east", "eu-de", "eu-gb", "au-syd", "jp-tok", "kr-seo")
_OLD_LOCATIONS = ("wdc", "fra", "syd", "tok", "lon", "seo")


class Authority:
    """An authority that nobody else trusts, and a certificate by it. Its keys are never on the disk.

    Args:
        names: host names and addresses, beside those of loopback, for which the certificate is valid. `*` stands for
            a part of a name.

    Raises:
        MissingExtra: trustme is not installed.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        try:
            import trustme
        except ImportError:
            raise MissingExtra("tls: trustme is not installed. pip install 'fakestt[tls]' brings it.") from None
        self.names = certificate_names(names)
        with _real_datetime():
            self._issue(trustme.CA(organization_name="fakestt"))

    def _issue(self, authority: trustme.CA) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Clients that speak HTTP/2 where it is offered shall not ask for it.
        self.context.set_alpn_protocols(["http/1.1"])
        authority.issue_cert(*self.names).configure_cert(self.context)
        handle, self.ca_file = tempfile.mkstemp(prefix="fakestt-ca-", suffix=".pem")
        with os.fdopen(handle, "wb") as file:
            file.write(authority.cert_pem.bytes())

    def close(self) -> None:
        """Delete `ca_file`."""
        with suppress(OSError):
            os.unlink(self.ca_file)


@contextmanager
def _real_datetime() -> Iterator[None]:
    """Where a test's time is virtual or frozen, `datetime.datetime` is a class of its own.

    The first one that cryptography sees it keeps, and then it refuses the real instances, for ever. All is as it was
    after the few milliseconds that a certificate takes.
    """
    shown = datetime.datetime
    real = next(one for one in shown.__mro__ if type(one) is type)  # the others have metaclasses
    datetime.datetime = real  # type: ignore[misc,assignment]  # a class, and of the same kind
    try:
        yield
    finally:
        datetime.datetime = shown  # type: ignore[misc]


def certificate_names(patterns: Iterable[str]) -> list[str]:
    """The names of loopback, and those that host patterns stand for, in a form that clients accept."""
    names: dict[str, None] = dict.fromkeys(LOOPBACK)
    for pattern in patterns:
        name = (
            pattern.rpartition(":")[0] if pattern.rpartition(":")[2].isdigit() and pattern.count(":") == 1 else pattern
        )
        name = name.strip("[]").lower().rstrip(".")
        if _is_address(name):
            names[str(ipaddress.ip_address(name))] = None
        elif "*" not in name:
            names[name] = None
        else:
            head, _, rest = name.partition(".")
            if "*" in rest:
                names |= dict.fromkeys(name.replace("*", location) for location in _LOCATIONS)
            elif head == "*":
                names[name] = None
            else:
                names |= dict.fromkeys(name.replace("*", location) for location in _OLD_LOCATIONS)
                names[f"*.{rest}"] = None
    return list(names)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
