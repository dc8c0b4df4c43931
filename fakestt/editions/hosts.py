"""Which URLs there are: what may stand before the service's `/v1/` at a host, and where tokens are handed out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from fakestt.contract.edition import Edition
from fakestt.core.provenance import Assumed, How, Source
from fakestt.errors import nearest

__all__ = ["LOCATIONS", "VENDOR_HOSTS", "VENDOR_PLACES", "Place", "Places", "no_such_host", "places_of", "words_in"]


@dataclass(frozen=True, slots=True)
class Place:
    """A host, or several of the same kind.

    Attributes:
        host: a name; `*` stands for a part of it without dots.
        how: how we know what is there.
        service: what may stand before `/v1/`. A word in braces stands for any part of a path. If it is empty, the
            service is not there.
        tokens: the whole paths at which tokens are handed out.
    """

    host: str
    how: How
    service: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


CLOUD = ("", "/instances/{guid}")
OLD = ("/speech-to-text/api",)
IAM = ("/identity/token",)
WATSON = ("/authorization/api/v1/token",)
LOGIN = ("/v1/authorize", "/icp4d-api/v1/authorize", "/v1/preauth/validateAuth", "/icp4d-api/v1/preauth/validateAuth")

_INSTANCES = Source("cloud2025 release-notes.md", "service endpoints with /instances/{guid}")
_OLD_HOST = Source("python-sdk of 2018-10-16 speech_to_text_v1.py", "default_url")
_IAM_HOST = Source("ibm-cloud-sdk-core 3.28.0 token_managers/iam_token_manager.py", "request_token")
_PRIVATE = Assumed("as the public host of the same name")
_OLD_IAM = Source("watson-developer-cloud 2.10 iam_token_manager.py", "DEFAULT_IAM_URL")
_OWN_HOST = Assumed("clients of every time shall be able to use it")
_INSTALLED = Assumed("whoever installs it says where tokens come from")

# fmt: off
VENDOR_PLACES = (
    Place("api.*.speech-to-text.watson.cloud.ibm.com",         _INSTANCES, CLOUD),
    Place("api.private.*.speech-to-text.watson.cloud.ibm.com", _PRIVATE,   CLOUD),  # within the vendor's own network
    Place("stream.watsonplatform.net",                         _OLD_HOST,  OLD, WATSON),  # until 2021; still in clients
    Place("stream-*.watsonplatform.net",                       _OLD_HOST,  OLD, WATSON),  # the same in fra
    Place("gateway-*.watsonplatform.net",                      _OLD_HOST,  OLD, WATSON),  # in wdc, syd, tok, lon, seo
    Place("iam.cloud.ibm.com",                                 _IAM_HOST,  tokens=IAM),
    Place("private.iam.cloud.ibm.com",                         _PRIVATE,   tokens=IAM),
    Place("private.*.iam.cloud.ibm.com",                       _PRIVATE,   tokens=IAM),  # of one location
    Place("iam.bluemix.net",                                   _OLD_IAM,   tokens=IAM),  # for clients older than 2019
)
# fmt: on

VENDOR_HOSTS = (*(place.host for place in VENDOR_PLACES), "fakestt.test")
"""The names that the service and its token service have, or had, on the net, and a name of our own: .test is reserved
(RFC 2606)."""

LOCATIONS = ("us-south", "us-east", "eu-de", "eu-gb", "au-syd", "jp-tok", "kr-seo")
"""Those of the cloud: what stands for the `*` in the names of today's hosts. Source: cloud2025 service endpoints."""

_OF_LOCATIONS = tuple(place.host for place in VENDOR_PLACES if place.host.endswith(".cloud.ibm.com"))


def no_such_host(name: str) -> str | None:
    """Why there is no host of this name, which looks like one of the vendor's: it has no such location. Else None."""
    for pattern in _OF_LOCATIONS:
        match = re.fullmatch("([^.]+)".join(map(re.escape, pattern.split("*"))), name)
        if match is not None and match.groups() and match[1] not in LOCATIONS:
            return (
                f"{name} can't be resolved: the service has no location {match[1]!r}.{nearest(match[1], LOCATIONS)} "
                f"All: {', '.join(LOCATIONS)}. Correct the URL, or lead the name to a fake: stt.reachable({name!r})."
            )
    return None


class Places:
    """The hosts of one fake, each with what is there.

    The vendor's hosts are as they are. Any other name is that of an installation, which has the service's URLs of the
    edition. The fake's own host takes those of every time, and so does a host that is nobody's: loopback, an address,
    a name without a dot.
    """

    def __init__(self, prefixes: tuple[str, ...], own: str) -> None:
        ours = tuple(dict.fromkeys((*prefixes, *OLD, *reversed(CLOUD))))
        tokens = (*IAM, *WATSON, *LOGIN)
        behind = tuple(dict.fromkeys(prefix + path for prefix in ours for path in tokens))
        self._own = Place(own, _OWN_HOST, ours, behind)
        self._installed = Place("*", _INSTALLED, prefixes, tokens)

    def at(self, host: str) -> Place:
        """What is at a host; it may have a port."""
        name = re.sub(r":\d*$", "", host).rstrip(".").lower()
        if name == self._own.host or re.fullmatch(r"[\d.]+|\[.*\]|[^.]*", name):
            return self._own
        return next((place for place in VENDOR_PLACES if _is(name, place.host)), self._installed)


@lru_cache(maxsize=64)
def _places(prefixes: tuple[str, ...], own: str) -> Places:
    return Places(prefixes, own)


def places_of(edition: Edition, own: str) -> Places:
    """The places of a fake of this edition whose own host has this name. Equal ones are the same object."""
    return _places(edition.traits.path_prefixes, own.lower())


def words_in(path: str, patterns: Iterable[str]) -> dict[str, str] | None:
    """Return what stands in `path` for the words in braces of the first pattern that fits, or None if none does."""
    for pattern in patterns:
        match = _compiled(pattern).fullmatch(path)
        if match is not None:
            return match.groupdict()
    return None


def _is(name: str, host: str) -> bool:
    return re.fullmatch("[^.]+".join(map(re.escape, host.split("*"))), name) is not None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", pattern)
    return re.compile(
        "".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>[^/]+)" for at, part in enumerate(parts))
    )
