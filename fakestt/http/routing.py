"""Which operation a request wants. The routes are computed from the operation table, once, when first needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter, Rule

from fakestt.contract.operation import Operation
from fakestt.contract.operations import OPERATIONS
from fakestt.core.refusals import Refusal, Why

__all__ = ["REMEMBERED_LENGTH", "Route", "raw_target", "route", "start_of"]

REMEMBERED_LENGTH = 300
AUTHORIZATION = "/authorization/api"


@dataclass(frozen=True, slots=True)
class Route:
    """A matched path: its operation, the values in it, and what stood before it."""

    operation: Operation
    values: Mapping[str, str]
    prefix: str


@lru_cache(maxsize=1)
def _adapter() -> MapAdapter:
    # A fresh Map costs tens of milliseconds. The endpoint is the id, for rows are slow to hash.
    rules = [
        Rule(row.path.replace("{", "<").replace("}", ">"), endpoint=row.id, methods=[row.method])
        for row in OPERATIONS.values()
    ]
    return Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False).bind("fakestt.test")


def raw_target(environ: dict[str, object]) -> str:
    """The request target as it was sent, percent-encoding kept: `PATH_INFO` has lost what was `%2F`.

    Servers and our transports hand it on as RAW_URI or REQUEST_URI; where they don't, it is put together again.
    """
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    query = str(environ.get("QUERY_STRING", ""))
    if isinstance(raw, str) and raw:
        if not raw.startswith("/") and "://" in raw:  # absolute form, as a proxy gets it
            raw = "/" + raw.split("://", 1)[1].partition("/")[2]
        if not raw.isascii():  # bytes of the request line, which WSGI hands on as Latin-1
            raw = quote(raw.encode("latin-1", "backslashreplace"), safe="%?/:@!$&'()*+,;=~-._")
        # werkzeug's test client leaves out a query that was given apart from the path.
        return raw if "?" in raw or not query else f"{raw}?{query}"
    path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
    return quote(path, safe="/:@!$&'()*+,;=~-._", encoding="latin-1") + (f"?{query}" if query else "")


def route(method: str, path: str) -> Route:
    """Match a raw path, whatever stands before its first `/v1/`, with or without a slash at its end.

    So the token endpoint `/icp4d-api/v1/authorize` is `/v1/authorize`; that of Watson tokens has a path of its own.

    Raises:
        Refusal: NO_SUCH_PATH, WRONG_METHOD, MALFORMED_REQUEST (a value that is not UTF-8).
    """
    # The table never changes, so neither does a match. A poll asks for the same path again; long ones are not kept.
    return _remembered(method, path) if len(path) <= REMEMBERED_LENGTH else _match(method, path)


def start_of(path: str) -> int:
    """Where the path of a row would begin."""
    start = path.find("/v1/")
    if start < 0:
        start = max(path.find("/identity/"), 0)
    elif path.startswith("/v1/token", start) and path[:start].endswith(AUTHORIZATION):
        start -= len(AUTHORIZATION)
    return start


def _match(method: str, path: str) -> Route:
    start = start_of(path)
    rest = path[start:].rstrip("/")
    try:
        endpoint, raw_values = _adapter().match(rest, method)
    except NotFound:
        raise Refusal(Why.NO_SUCH_PATH, path=path) from None
    except MethodNotAllowed as error:
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD"}))
        raise Refusal(Why.WRONG_METHOD, method=method, allowed=allowed) from None
    values = {}
    for name, raw in raw_values.items():
        try:
            values[name] = unquote(raw, errors="strict") if "%" in raw else raw
        except UnicodeDecodeError:
            raise Refusal(Why.MALFORMED_REQUEST, problem=f"{name} is not UTF-8") from None
    return Route(OPERATIONS[endpoint], values, path[:start])


_remembered = lru_cache(maxsize=256)(_match)
