"""The journal as an HTTP Archive, version 1.2: for the tools that people have.

Source: http://www.softwareishard.com/blog/har-12-spec/. A request without an answer is told as Chromium's devtools do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from fakestt.core.clock import iso
from fakestt.journal.as_json import text_of
from fakestt.journal.record import Exchange
from fakestt.phrases import phrase
from fakestt.wire import How

__all__ = ["har"]

Data = dict[str, Any]

# What a browser calls it, and so what tools look for.
_ERRORS = {
    How.UNDER_WAY: "net::ERR_IO_PENDING",
    How.TIMED_OUT: "net::ERR_TIMED_OUT",
    How.CUT: "net::ERR_CONTENT_LENGTH_MISMATCH",
    How.CLOSED: "net::ERR_EMPTY_RESPONSE",
    How.RESET: "net::ERR_CONNECTION_RESET",
}


def har(exchanges: Sequence[Exchange], total: int) -> Data:
    """What is kept of `total` exchanges."""
    missing = total - len(exchanges)
    comment = "The time is virtual. What may be a credential is not shown."
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "fakestt", "version": _version()},
            "entries": [_entry(one) for one in exchanges],
            "comment": f"{comment} {missing} exchanges are not kept." if missing else comment,
        }
    }


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # it takes as long as all of fakestt's own modules

    try:
        return version("fakestt")
    except PackageNotFoundError:
        return "(not installed)"


def _entry(one: Exchange) -> Data:
    wait_ms = round(((one.at_s if one.arrival.at_s is None else one.arrival.at_s) - one.at_s) * 1000, 3)
    return {
        "startedDateTime": iso(one.at_s),
        "time": wait_ms,
        "request": _request(one),
        "response": _response(one),
        "cache": {},
        "timings": {"send": 0, "wait": wait_ms, "receive": 0},
        "comment": _comment(one),
    }


def _request(one: Exchange) -> Data:
    asked, call = one.request, one.call
    path, _, query = asked.target.partition("?")
    request: Data = {
        "method": asked.method,
        "url": asked.target if path.startswith(("http://", "https://")) else _origin(one) + asked.target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(asked.shown),
        "queryString": _named(parse_qsl(query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": asked.size_bytes,
    }
    if call is not None and call.body is not None:
        text = json.dumps(call.body)
        request["postData"] = {"mimeType": call.content_type or "", "text": text, "comment": "as far as it is kept"}
    elif asked.size_bytes:
        digest = f", SHA-256 {asked.sha256}" if asked.sha256 is not None else ""
        request["comment"] = f"The body is not kept: {asked.size_bytes} bytes{digest}."
    return request


def _origin(one: Exchange) -> str:
    if one.call is not None and one.call.base_url:
        return "/".join(one.call.base_url.split("/")[:3])
    return f"https://{one.request.headers.get('Host', 'fakestt.test')}"


def _response(one: Exchange) -> Data:
    """What the client has of the answer; without its head, a status of 0."""
    reply, arrival = one.reply, one.arrival
    is_whole = arrival.how in (How.WHOLE, How.LATE)
    size_bytes = arrival.size_bytes
    body = reply.body if is_whole and size_bytes else reply.body[:size_bytes]
    headers = reply.headers if one.status is not None else ()
    response: Data = {
        "status": one.status or 0,
        "statusText": phrase(one.status) if one.status is not None else "",
        "httpVersion": "HTTP/1.1" if one.status is not None else "",
        "cookies": [],
        "headers": _named(headers),
        "content": {"size": size_bytes, "mimeType": dict(headers).get("Content-Type", "x-unknown"), **text_of(body)},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": size_bytes if one.status is not None else -1,
    }
    if not is_whole:
        has_let_go = arrival.how is How.CLOSED and arrival.has_head
        response["_error"] = "net::ERR_ABORTED" if has_let_go else _ERRORS[arrival.how]
    return response


def _comment(one: Exchange) -> str:
    parts = [
        one.operation or "not understood",
        f"fault: {one.rule}" if one.rule is not None else "",
        f"arrival: {one.arrival.how}" if one.arrival.how is not How.WHOLE else "",
        f"mistake: {one.problem}" if one.problem is not None else "",
        f"note: {one.note}" if one.note else "",
        *(f"change: {change}" for change in one.changes),
    ]
    return "; ".join(filter(None, parts))


def _named(pairs: Sequence[tuple[str, str]]) -> list[Data]:
    return [{"name": name, "value": value} for name, value in pairs]
