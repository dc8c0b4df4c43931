"""A throw-away authority for TLS, whose one certificate names the real service's hosts as well as loopback.

    authority = Authority(["api.*.speech-to-text.watson.cloud.ibm.com"])
    requests.get(url, verify=authority.ca_file)

So a hosts file, or curl's `--connect-to`, can lead the vendor's own host name here, and clients still verify it.
"""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fakestt.errors import MissingExtra
from fakestt.transports.own_folder import OwnFolder

if TYPE_CHECKING:
    import trustme

__all__ = ["Authority", "certificate_names"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")

# The vendor's locations, of today and of the cloud until 2021. They replace a `*` in a host's name that a certificate
# may not have: clients accept it only as the whole leftmost part.
# Source: cloud2025 service endpoints; SDK defaults and observed URLs for the older ones.
_LOCATIONS = ("us-south", "us-east", "eu-de", "eu-gb", "au-syd", "jp-tok", "kr-seo")
_OLD_LOCATIONS = ("wdc", "fra", "syd", "tok", "lon", "seo")


class Authority:
    """An authority that nobody else trusts, and one certificate that it has signed.

    The authority's key is never on the disk. That of the certificate is there until OpenSSL has read it: for
    milliseconds, in a folder that its user alone can look into. If the process is killed, the folder goes away when the
    next authority is made.

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
        self.names: list[str] = certificate_names(names)
        with _real_datetime():
            self._issue(trustme.CA(organization_name="fakestt"))

    def _issue(self, authority: trustme.CA) -> None:
        self.context: ssl.SSLContext = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Some clients speak HTTP/2 where a server offers it. It is not offered here.
        self.context.set_alpn_protocols(["http/1.1"])
        self._folder = OwnFolder()
        try:
            certificate = authority.issue_cert(*self.names)
            with certificate.private_key_and_cert_chain_pem.tempfile(str(self._folder.path)) as path:
                self.context.load_cert_chain(path)
            ca_file = self._folder.path / "ca.pem"
            ca_file.write_bytes(authority.cert_pem.bytes())
        except BaseException:
            self._folder.close()
            raise
        self.ca_file: str = str(ca_file)

    def close(self) -> None:
        """Delete `ca_file`."""
        self._folder.close()


@contextmanager
def _real_datetime() -> Iterator[None]:
    """Show the real `datetime.datetime` for the few milliseconds that a certificate takes.

    Virtual or frozen time has put another class there. cryptography keeps the first class that it sees, and would
    refuse instances of the real one for ever.
    """
    shown = datetime.datetime
    real = next(one for one in shown.__mro__ if type(one) is type)  # those of virtual and frozen time have a metaclass
    datetime.datetime = real  # type: ignore[misc,assignment]  # a class, and of the same kind
    try:
        yield
    finally:
        datetime.datetime = shown  # type: ignore[misc]


def certificate_names(patterns: Iterable[str]) -> list[str]:
    """Return the names of loopback and those that the patterns stand for, in a form that clients accept."""
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
