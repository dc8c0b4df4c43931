"""Where a request leads. The routes are computed from the operation table, once, when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter, Rule

from fakestt.contract.operation import Operation
from fakestt.contract.operations import OPERATIONS
from fakestt.core.refusals import Refusal, Why
from fakestt.editions.hosts import Places, words_in
from fakestt.http.render import METHODS

__all__ = ["NOWHERE", "REMEMBERED_LENGTH", "Route", "check", "raw_target", "route", "start_of"]

REMEMBERED_LENGTH = 300
SAFE_IN_PATHS = "/:@!$&'()*+,;=~-._"
SAFE_IN_TARGETS = "%?" + SAFE_IN_PATHS
BEGINNINGS = ("/authorization/api/v1/token", "/v1/", "/identity/")
BARE = ("HEAD", "GET")
"""The methods of the bare service URL. Source: watson-developer-cloud/python-sdk issue 378"""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a URL leads with a method.

    Attributes:
        operation: None if there is none.
        methods: those with which there is something at this URL.
        values: what stands in the operation's own path.
        prefix: what stands before it.
        guid: the instance that the prefix names.
        guarded: the gateway asks for credentials. It does not where tokens are handed out.
        unread: the name of a value that is not UTF-8.
    """

    operation: Operation | None = None
    methods: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    guid: str | None = None
    guarded: bool = True
    unread: str | None = None


NOWHERE = Route(guarded=False)
"""Of a request that cannot be routed."""


@lru_cache(maxsize=1)
def _adapter() -> MapAdapter:
    # A fresh Map costs tens of milliseconds. The endpoint is the id, for rows are slow to hash.
    rules = [
        Rule(row.path.replace("{", "<").replace("}", ">"), endpoint=row.id, methods=[row.method])
        for row in OPERATIONS.values()
    ]
    return Map(rules, merge_slashes=False).bind("")


def raw_target(environ: dict[str, object]) -> str:
    """The request target as it was sent, percent-encoding kept: `PATH_INFO` has lost what was `%2F`.

    Servers and our transports hand it on as RAW_URI or REQUEST_URI; where they don't, it is put together again.
    """
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    query = str(environ.get("QUERY_STRING", ""))
    if raw:
        if not raw.startswith("/") and "://" in raw:  # absolute form, as a proxy gets it
            raw = "/" + raw.partition("://")[2].partition("/")[2]
        if not raw.isascii():  # bytes of the request line, which WSGI hands on as Latin-1
            raw = quote(raw.encode("latin-1", "backslashreplace"), safe=SAFE_IN_TARGETS)
    else:
        path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
        raw = quote(path, safe=SAFE_IN_PATHS, encoding="latin-1")
    # werkzeug's test client leaves a query out of RAW_URI that was given apart from the path.
    return raw if "?" in raw or not query else f"{raw}?{query}"


def route(places: Places, method: str, host: str, path: str) -> Route:
    """Find where a raw path leads at a host, with or without a slash at its end."""
    # The tables never change, so neither does a route. A poll asks for the same path again; long ones are not kept.
    find = _remembered if len(path) <= REMEMBERED_LENGTH else _find
    return find(places, method, host, path)


def check(found: Route, method: str, path: str, nearest: Callable[[], str]) -> Operation | None:
    """Return the operation; None for the bare service URL. `nearest` says what else the URL may have meant.

    Raises:
        Refusal: NO_SUCH_PATH, UNKNOWN_METHOD, WRONG_METHOD, MALFORMED_REQUEST (a value that is not UTF-8).
    """
    if not found.methods:
        raise Refusal(Why.NO_SUCH_PATH, note=nearest())
    if method not in METHODS:
        raise Refusal(Why.UNKNOWN_METHOD, method=method)
    if method not in found.methods:
        allowed, plural = ", ".join(found.methods), "s" if len(found.methods) > 1 else ""
        raise Refusal(Why.WRONG_METHOD, path=path, method=method, allowed=allowed, plural=plural)
    if found.unread is not None:
        raise Refusal(Why.MALFORMED_REQUEST, problem=f"{found.unread} is not UTF-8")
    return found.operation


def _find(places: Places, method: str, host: str, path: str) -> Route:
    place = places.at(host)
    plain = path.removesuffix("/")
    start = start_of(plain)
    prefix = plain[:start]
    endpoint, raw_values, methods = _match(plain[start:], method)
    if endpoint is None:
        # Nothing of the service is at a host that hands out tokens alone, so nothing is guarded there.
        bare = words_in(plain, place.service) is not None
        return Route(methods=BARE if bare else (), guarded=bool(place.service))
    operation = OPERATIONS[endpoint]
    if operation.authenticated:
        words = words_in(prefix, place.service)
    else:
        words = words_in(prefix + operation.path, place.tokens)
    if words is None:
        return Route(guarded=bool(place.service))
    values, unread = _values(raw_values)
    return Route(
        operation=operation,
        methods=methods,
        values=values,
        prefix=prefix,
        guid=words.get("guid"),
        guarded=operation.authenticated,
        unread=unread,
    )


_remembered = lru_cache(maxsize=256)(_find)


def start_of(path: str) -> int:
    """Where the path of an operation begins, if there is one: at the first `/v1/`, or where a token endpoint's does."""
    return next((at for one in BEGINNINGS if (at := path.find(one)) >= 0), 0)


def _match(path: str, method: str) -> tuple[str | None, Mapping[str, str], tuple[str, ...]]:
    """The id of the operation, the values in its path, and the methods that there are. With a wrong method, the id is
    that of some operation at the path."""
    try:
        endpoint, raw_values = _adapter().match(path, method)
    except NotFound:
        return None, {}, ()
    except MethodNotAllowed as error:
        methods = sorted(error.valid_methods or (), key=lambda one: (one != "HEAD", one != "GET", one))
        endpoint, raw_values = _adapter().match(path, methods[0])
        return endpoint, raw_values, tuple(methods)
    return endpoint, raw_values, (method,)


def _values(raw_values: Mapping[str, str]) -> tuple[dict[str, str], str | None]:
    values = {}
    for name, raw in raw_values.items():
        try:
            values[name] = unquote(raw, errors="strict")
        except UnicodeDecodeError:
            return {}, name
    return values, None
