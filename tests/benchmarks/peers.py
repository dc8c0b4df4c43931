"""The others: what a poll of a model costs without fakestt."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.response import HTTPResponse
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

__all__ = ["BareAdapter", "EmptyAdapter", "minimal_app", "read"]


class EmptyAdapter(HTTPAdapter):
    """Answers at once with the same bytes, as a response of requests' own making: what is left is requests itself.

    A response has urllib3's below it, which clients read, stream and take cookies from; the adapter of requests makes
    it so, and so do `responses` and `requests-mock`.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    def send(self, request: requests.PreparedRequest, *args: object, **options: object) -> requests.Response:
        headers = {"Content-Type": "application/json", "Content-Length": str(len(self._body))}
        raw = HTTPResponse(io.BytesIO(self._body), headers, 200, reason="OK", preload_content=False)
        return self.build_response(request, raw)


class BareAdapter(BaseAdapter):
    """Answers at once with a response that has nothing below it: the least that passes for one."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    def send(self, request: requests.PreparedRequest, *args: object, **options: object) -> requests.Response:
        response = requests.Response()
        response.status_code = 200
        response.reason = "OK"
        response.headers = CaseInsensitiveDict({"Content-Type": "application/json"})
        response.encoding = "utf-8"
        response.raw = io.BytesIO(self._body)
        response.url = request.url or ""
        response.request = request
        return response

    def close(self) -> None:
        pass


def minimal_app(model: dict[str, Any]) -> Callable[..., Iterable[bytes]]:
    """A werkzeug application as its tutorial writes one: 37 rules, of which one answers a model that never changes."""
    tails = ("", "/train", "/reset", "/x", "/x/<two>", "/y")
    paths = [f"/v1/{family}/<one>{tail}" for family in "abcdef" for tail in tails]
    rules = [Rule("/speech-to-text/api/v1/acoustic_customizations/<one>", endpoint="get", methods=["GET"])]
    rules += [Rule(path, endpoint=path, methods=["GET"]) for path in paths]
    assert len(rules) == 37
    urls = Map(rules)

    def get(request: Request, one: str) -> Response:
        return Response(json.dumps(model | {"customization_id": one}), mimetype="application/json")

    views = {"get": get}

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        adapter = urls.bind_to_environ(environ)
        try:
            endpoint, values = adapter.match()
            response: Any = views[endpoint](request, **values)
        except HTTPException as error:
            response = error
        return response(environ, start_response)  # type: ignore[no-any-return]  # untyped where it is an error

    return app


def read(app: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> bytes:
    """Call an application as a server does."""
    result = app(environ | {"wsgi.input": io.BytesIO()}, lambda status, headers, exc_info=None: None)
    try:
        return b"".join(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
