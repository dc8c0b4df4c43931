"""A WSGI environ becomes a Received: routed, its body read. No lock is held, and nothing is decided here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from threading import current_thread
from typing import Any
from urllib.parse import parse_qsl

from fakestt.contract.audio_types import read_audio_type, read_member_type
from fakestt.contract.check import known_params
from fakestt.contract.edition import Edition
from fakestt.contract.messages import Call, Caller, Upload
from fakestt.contract.operation import Body, In, Operation
from fakestt.core.limits import Limits
from fakestt.core.refusals import Refusal, Why
from fakestt.editions.hosts import Places
from fakestt.http.auth import Auth
from fakestt.http.body import CHUNK_BYTES, BodyReader, open_body, packed_body
from fakestt.http.form_part import FormPart, boundary_of
from fakestt.http.nearest_url import nearest_url
from fakestt.http.routing import NOWHERE, Route, check, raw_target, route
from fakestt.http.shown.call import shown_call
from fakestt.http.shown.request import (
    SHOWN_HEADERS,
    shown_header,
    shown_headers,
    shown_host,
    shown_method,
    shown_path,
    shown_query,
)
from fakestt.journal.record import RequestFacts
from fakestt.media.grammar import GRAMMAR_TYPES, read_grammar
from fakestt.media.probe import probe
from fakestt.media.text import read_text
from fakestt.wire import Arrival

__all__ = ["Received", "receive"]

CREDENTIALS = frozenset({"access_token", "watson-token"})
"""Names of query parameters that every operation has. Their values are shown nowhere."""


@lru_cache(maxsize=64)
def _variable(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


_SHOWN_VARIABLES = tuple(map(_variable, SHOWN_HEADERS))


@dataclass(slots=True)
class Received:
    """What arrived. Either there are calls, or `refusal` says why it could not be understood, or `route` leads to
    the bare service URL.

    `asked` is what the client asks, and `call` is as much of it as may be shown: the checked one, once that is known.
    `path` is the target as it may be shown. `target` and `headers` are those that came, which nobody keeps. `caller` is
    who asks.
    """

    method: str
    path: str
    target: str = field(repr=False)
    headers: dict[str, Any] = field(repr=False)
    arrival: Arrival
    asked: Call | None = field(default=None, repr=False)
    route: Route = NOWHERE
    call: Call | None = None
    refusal: Refusal | None = None
    caller: Caller | None = None
    body: BodyReader | None = None

    def header(self, name: str) -> str | None:
        """A header's value; names are spelled in any case."""
        value = self.headers.get(_variable(name))
        return None if value is None else str(value)

    def authorization(self) -> str | None:
        """The header of that name, or a token in one of the other places that it may come in."""
        header = self.headers.get("HTTP_AUTHORIZATION")
        if header:
            return str(header)
        token = self.headers.get("HTTP_X_WATSON_AUTHORIZATION_TOKEN")
        if not token and "token" in self.target:
            given = dict(parse_qsl(self.target.partition("?")[2]))
            if "access_token" in given:
                return f"bearer {given['access_token']}"
            token = given.get("watson-token")
        return f"watson-token {token}" if token else None

    def open_body(self, most_bytes: int) -> BodyReader | None:
        """The body, or None if there is none.

        Raises:
            Refusal: of the body itself.
        """
        self.body = open_body(self.headers, most_bytes)
        return self.body

    def facts(self) -> RequestFacts:
        """What a journal may keep. Of a body that may be, or hold, a credential it has no digest."""
        headers = shown_headers(tuple(map(self.headers.get, _SHOWN_VARIABLES)))
        size_bytes, sha256 = 0, None
        if self.body is not None:
            size_bytes = self.body.size_bytes
            if self.call is not None and self.call.operation.authenticated:
                sha256 = self.body.sha256
        return RequestFacts(shown_method(self.method), self.path, headers, size_bytes, sha256, current_thread().name)


def receive(environ: dict[str, Any], edition: Edition, places: Places, auth: Auth) -> Received:
    """Read the request to its end. What is wrong with it is kept, to be said when its turn comes.

    A body is unpacked, and looked at, only for those who may send one.
    """
    method = environ["REQUEST_METHOD"]
    target = raw_target(environ)
    path, _, query = target.partition("?")
    arrival = environ.pop("fakestt.arrival", None) or Arrival()
    shown = shown_path(path)
    request = Received(method, f"{shown}?{shown_query(query)}" if query else shown, target, environ, arrival)
    mounted = environ.get("SCRIPT_NAME", "")
    path = path.removeprefix(mounted)
    try:
        host = _host(environ)
        found = request.route = route(places, method, host, path)
        if found.operation is not None and not found.operation.is_in(edition.limits):
            request.route = Route(guarded=found.guarded)  # what else is at the path, the edition lacks as well
            there = f"edition {edition.name} has nothing at {found.operation.path}"
            raise Refusal(Why.NO_SUCH_PATH, note=there)
        where = shown_host(environ)
        operation = check(
            found, method, path, lambda: nearest_url(places.at(host), where, shown_path(path), edition.limits)
        )
        if operation is None:
            _drain(request, edition.limits)
        else:
            base_url = f"{environ['wsgi.url_scheme']}://{where}{mounted}{found.prefix}"
            request.asked = _call(request, operation, query, base_url, edition, auth)
            request.call = shown_call(request.asked)
    except Refusal as refusal:
        request.refusal = refusal
        _drain(request, edition.limits)
    return request


def _call(request: Received, operation: Operation, query: str, base_url: str, edition: Edition, auth: Auth) -> Call:
    environ, limits = request.headers, edition.limits
    values: dict[str, Any] = dict(request.route.values)
    unknown = _read_query(operation, query, values, limits) if query else ()
    for param in operation.params:
        if param.where is In.HEADER and (value := request.header(param.name)) is not None:
            values[param.name] = value
    content_type = str(environ.get("CONTENT_TYPE") or "")
    body, upload, problem = None, None, None
    try:
        if operation.body is not Body.IGNORED and operation.authenticated:
            problem = _stranger(request, auth)
        if problem is not None or operation.body is Body.IGNORED:
            _drain(request, limits)
        elif operation.body is Body.AUDIO:
            upload, problem = _read_audio(request, content_type, values.get("Contained-Content-Type"), edition)
        elif operation.body is Body.TEXT:
            upload = _read_text(request, content_type, edition.limits)
        elif operation.body is Body.GRAMMAR:
            upload = _read_grammar(request, content_type, edition.limits)
        elif operation.body is Body.JSON:
            body = _read_json(request, content_type, getattr(limits, operation.most_bytes))
        else:
            body = _read_form(request, query, limits)
    except Refusal as refusal:
        problem = refusal
    known = operation.record.fields if operation.record is not None else {}
    return Call(
        operation=operation,
        method=request.method,
        path=request.path,
        values=values,
        body=body,
        upload=upload,
        content_type=shown_header("Content-Type", content_type) or None,
        base_url=base_url,
        unknown_query=unknown,
        unknown_fields=tuple(name for name in body if name not in known) if isinstance(body, dict) else (),
        problem=problem,
    )


def _stranger(request: Received, auth: Auth) -> Refusal | None:
    """Why whoever asks may not, or None. It is asked again when the answer's turn comes, and that answer counts."""
    try:
        auth.identify(request.authorization())
    except Refusal as refusal:
        return refusal
    return None


def _host(environ: dict[str, Any]) -> str:
    """The host, with its port if it was given.

    Raises:
        Refusal: MALFORMED_REQUEST: HTTP/1.1 requires the header (RFC 9112, 3.2).
    """
    host = environ.get("HTTP_HOST")
    if host is None and environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
        raise Refusal(Why.MALFORMED_REQUEST, problem="it has no Host header")
    return str(host or environ["SERVER_NAME"])


def _read_query(operation: Operation, query: str, values: dict[str, Any], limits: Limits) -> tuple[str, ...]:
    """Put what is known into `values`, return the names of the rest. Of a name given twice, the first counts."""
    names = {param.name for param in known_params(operation, limits) if param.where is In.QUERY}
    unknown = []
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise Refusal(Why.MALFORMED_REQUEST, problem="the query is not UTF-8, or has over 1000 fields") from None
    for name, value in pairs:
        if name in names:
            values.setdefault(name, value)
        elif name not in CREDENTIALS:
            unknown.append(name)
    return tuple(dict.fromkeys(unknown))


def _read_audio(
    request: Received, content_type: str, contained: str | None, edition: Edition
) -> tuple[Upload, Refusal | None]:
    """The body, measured, and what is wrong with its declared type: then nobody looks what it holds.

    Raises:
        Refusal: of the body itself.
    """
    media_type, member_type, problem = "", edition.limits.member_type_default, None
    try:
        media_type = read_audio_type(content_type, edition.traits.audio_types)
        if contained is not None and media_type.startswith("application/"):
            member_type = read_member_type(contained, edition.traits.audio_types)
    except Refusal as refusal:
        problem = refusal
    body = request.open_body(edition.limits.max_upload_bytes)
    if body is None:
        return Upload(0, "", media_type), problem
    facts = probe(body, media_type, member_type=member_type, budget=body.budget) if problem is None else None
    body.drain()
    return Upload(body.size_bytes, body.sha256, media_type, facts), problem


def _read_text(request: Received, content_type: str, limits: Limits) -> Upload | None:
    """A text, read as it streams past: the body as it is, whatever it is said to be, or a part of a form.

    Source: watson-developer-cloud/unity-sdk issue 261 (before SDKs sent forms, a form was read as it is)
    """
    body = request.open_body(limits.max_text_bytes)
    if body is None:
        return None
    boundary = boundary_of(content_type)
    stream = body if boundary is None else FormPart(body, boundary, "corpus_file")
    text = read_text(stream)
    while stream.read(CHUNK_BYTES):  # what is behind the first bytes that are no text
        pass
    body.drain()
    return Upload(stream.size_bytes, stream.sha256, "text/plain", text=text)


def _read_grammar(request: Received, content_type: str, limits: Limits) -> Upload | None:
    """A grammar, as it is, in the form that its content type names."""
    body = request.open_body(limits.max_grammar_bytes)
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in GRAMMAR_TYPES:
        if body is not None:
            body.drain()
        raise Refusal(Why.WRONG_GRAMMAR_TYPE)
    if body is None:
        return None
    text = read_grammar(body, media_type)
    return Upload(body.size_bytes, body.sha256, media_type, text=text)


def _read_json(request: Received, content_type: str, most_bytes: int) -> Any:
    data = _whole_body(request, most_bytes)
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refusal(Why.WRONG_CONTENT_TYPE)
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal(Why.MALFORMED_JSON, expected="a JSON object in UTF-8") from None


def _no_constant(name: str) -> None:
    raise ValueError  # NaN and Infinity are not JSON


def _read_form(request: Received, query: str, limits: Limits) -> dict[str, str]:
    """A form, or what old clients put into the query instead."""
    data = _whole_body(request, limits.max_json_bytes)
    try:
        text = "&".join(filter(None, (data.decode("utf-8"), query)))
        return dict(parse_qsl(text, errors="strict", max_num_fields=100))
    except ValueError:
        raise Refusal(Why.MALFORMED_REQUEST, problem="the form could not be read") from None


def _whole_body(request: Received, most_bytes: int) -> bytes:
    body = request.open_body(most_bytes)
    return b"" if body is None else body.all()


def _drain(request: Received, limits: Limits) -> None:
    """Read a body that nobody wants: a connection that is kept must not hold the rest of it."""
    try:
        request.body = packed_body(request.headers, limits.max_upload_bytes)
        if request.body is not None:
            request.body.drain()
    except Refusal:
        pass  # the request is answered for what it is, not for a body that does not count
