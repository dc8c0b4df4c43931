"""A client polls a model and reads its status: through requests, and through httpx.

The baseline of a poll through requests is a session with an adapter that answers at once (`peers.EmptyAdapter`),
outside `reachable()`: what its user has without fakestt, proxies and netrc looked up in the environment at each call.
Inside `reachable()` these look-ups are cut short for the fake's hosts, which makes the same adapter faster; that ratio
is printed too, without a target, for it tells what the fake itself costs. So is the one with an adapter whose response
has nothing of urllib3 below it (`peers.BareAdapter`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import pytest_httpx
import requests
import requests_mock
import responses
import respx
from measuring import Contender, Ratio, measure, show
from peers import BareAdapter, EmptyAdapter
from pytest_httpserver import HTTPServer
from pytest_httpx._options import _HTTPXMockOptions
from requests.adapters import BaseAdapter

from fakestt import FakeSTT

__all__ = ["model_of", "through_httpx", "through_requests"]

JSON = {"Content-Type": "application/json"}


def model_of(stt: FakeSTT) -> str:
    """The id of a model as polls meet it, the same in every new fake."""
    return stt.acoustic_models.add(name="car", description="Example", status="training").id


class _Polled:
    """A model's address and what is said of it: what the peers are told to answer."""

    def __init__(self) -> None:
        first = FakeSTT()
        self.url = f"{first.url}/v1/acoustic_customizations/{model_of(first)}"
        self.auth = ("apikey", first.api_key)
        with first.reachable():
            self.body = requests.get(self.url, auth=self.auth).content

    @contextmanager
    def by_fakestt(self) -> Iterator[None]:
        # A new fake a round, with the ids and keys of the first: the same seed makes the same.
        fresh = FakeSTT()
        assert model_of(fresh) in self.url
        with fresh.reachable():
            yield

    def by(self, client: Any, url: str = "") -> Callable[[], str]:  # Any: a session of requests, or a client of httpx
        at = url or self.url

        def once() -> str:
            return client.get(at, auth=self.auth).json()["status"]  # type: ignore[no-any-return]

        return once


def through_requests(rounds: int, calls: int) -> list[Ratio]:
    """Row 1."""
    polled = _Polled()

    def canned(adapter: BaseAdapter) -> requests.Session:
        session = requests.Session()
        session.mount("https://", adapter)
        return session

    @contextmanager
    def by_responses() -> Iterator[None]:
        with responses.RequestsMock() as mock:
            mock.get(polled.url, body=polled.body, content_type="application/json")
            yield

    @contextmanager
    def by_requests_mock() -> Iterator[None]:
        with requests_mock.Mocker() as mock:
            mock.get(polled.url, content=polled.body, headers=JSON)
            yield

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request would slow down nobody but the peer
    with HTTPServer() as server:
        server.expect_request("/model").respond_with_data(polled.body, content_type="application/json")
        contenders = {
            "fakestt": Contender(polled.by(requests.Session()), polled.by_fakestt),
            "empty adapter": Contender(polled.by(canned(EmptyAdapter(polled.body)))),
            "empty adapter inside reachable": Contender(
                polled.by(canned(EmptyAdapter(polled.body))), polled.by_fakestt
            ),
            "bare adapter": Contender(polled.by(canned(BareAdapter(polled.body)))),
            "responses": Contender(polled.by(requests.Session()), by_responses),
            "requests-mock": Contender(polled.by(requests.Session()), by_requests_mock),
            "pytest-httpserver": Contender(polled.by(requests.Session(), server.url_for("/model"))),
        }
        times = measure(contenders, rounds=rounds, calls=calls)
    show("one poll through requests", times)
    ours, theirs = times["fakestt"], times["pytest-httpserver"]
    without = ("empty adapter inside reachable", "bare adapter", "requests-mock")
    return [
        Ratio.of("poll through requests / empty adapter", ours, times["empty adapter"], 1.15),
        Ratio.of("poll through requests / responses", ours, times["responses"], 1.0),
        Ratio.of("pytest-httpserver / poll through requests", theirs, ours, 3.0, at_least=True),
        *(Ratio.of(f"poll through requests / {name}", ours, times[name], 0) for name in without),
    ]


def through_httpx(rounds: int, calls: int) -> list[Ratio]:
    """Row 3."""
    polled = _Polled()

    @contextmanager
    def by_respx() -> Iterator[None]:
        with respx.mock() as mock:
            mock.get(polled.url).respond(200, content=polled.body, headers=JSON)
            yield

    @contextmanager
    def by_pytest_httpx() -> Iterator[None]:
        # What its fixture does.
        mock = pytest_httpx.HTTPXMock(_HTTPXMockOptions())
        mock.add_response(url=polled.url, content=polled.body, headers=JSON, is_reusable=True)

        def handle_request(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            return mock._handle_request(transport, request)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(httpx.HTTPTransport, "handle_request", handle_request)
            yield

    def canned(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [*JSON.items(), ("Content-Length", str(len(polled.body)))])
        return [polled.body]

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=polled.body, headers=JSON)

    contenders = {
        "fakestt": Contender(polled.by(httpx.Client()), polled.by_fakestt),
        "respx": Contender(polled.by(httpx.Client()), by_respx),
        "pytest-httpx": Contender(polled.by(httpx.Client()), by_pytest_httpx),
        "httpx.WSGITransport": Contender(polled.by(httpx.Client(transport=httpx.WSGITransport(app=canned)))),
        "httpx.MockTransport": Contender(polled.by(httpx.Client(transport=httpx.MockTransport(answer)))),
    }
    times = measure(contenders, rounds=rounds, calls=calls)
    show("one poll through httpx", times)
    targets = {"respx": 0.9, "pytest-httpx": 0, "httpx.WSGITransport": 0, "httpx.MockTransport": 0}
    return [
        Ratio.of(f"poll through httpx / {name}", times["fakestt"], times[name], most) for name, most in targets.items()
    ]
