"""What a test's author is told of a URL at which nothing is: the whole of it, and the nearest right one."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches

from fakestt.contract.operations import SERVICE_OPERATIONS, operations_in
from fakestt.core.limits import Limits
from fakestt.editions.hosts import VENDOR_PLACES, Place, words_in

__all__ = ["nearest_url"]

CLOSE = 0.7
LONGEST = 300
"""Of a path that is compared: the time grows with the square of it."""


def nearest_url(place: Place, host: str, path: str, limits: Limits) -> str:
    """A sentence with host and path, and one with the nearest URL of the place, if any is near."""
    if len(path) > LONGEST:
        return f"nothing is at {host}{path[:LONGEST]}..."
    said = f"nothing is at {host}{path}."
    elsewhere = next((one.host for one in VENDOR_PLACES if path in one.tokens), None)
    if elsewhere is not None:
        return f"{said} Tokens are handed out at {elsewhere}{path}."
    found = _nearest(place, path, limits)
    if found is None and not place.service:
        return f"{said} This host hands out tokens, and no more."
    return said + (f" Did you mean {host}{found}?" if found else "")


def _nearest(place: Place, path: str, limits: Limits) -> str | None:
    plain = re.sub("/+", "/", path).removesuffix("/")
    if place.service:
        prefix, own = _parts(place, plain)
        paths = [_filled(operation.path, own) for operation in operations_in(limits, SERVICE_OPERATIONS.values())]
        found = get_close_matches(own, paths, cutoff=CLOSE)
        if found and words_in(prefix, place.service) is not None:
            return prefix + found[0]
        if found:
            return max(place.service, key=lambda one: SequenceMatcher(None, one, prefix).ratio()) + found[0]
    found = get_close_matches(plain, place.tokens, cutoff=CLOSE)
    return found[0] if found else None


def _parts(place: Place, plain: str) -> tuple[str, str]:
    """The prefix, and the path from `/v1/` on, which is put there if it was left out."""
    at = plain.find("/v1/")
    if at >= 0:
        return plain[:at], plain[at:]
    names = plain.split("/")
    heads = ["/".join(names[:count]) for count in range(len(names), 0, -1)]
    prefix = next((head for head in heads if words_in(head, place.service) is not None), "")
    return prefix, "/v1" + plain[len(prefix) :]


def _filled(template: str, path: str) -> str:
    """The template with what stands in the path at the places of its words in braces."""
    given = dict(enumerate(path.split("/")))
    return "/".join(given.get(at, one) if one.startswith("{") else one for at, one in enumerate(template.split("/")))
