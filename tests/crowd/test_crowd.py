"""64 threads make, fill, train and delete models of one fake: nothing is lost, doubled or mixed up."""

from __future__ import annotations

import base64
import http.client
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from urllib.parse import urlsplit

import httpx
import pytest
import requests
import urllib3
from crowd_rig import Ask, check, crowd

from fakestt import FakeSTT

Way = Callable[[], tuple[Ask, Callable[[], None]]]
Reach = Callable[[FakeSTT], AbstractContextManager[Way]]
MODELS = "/v1/acoustic_customizations"


@contextmanager
def over_a_server(stt: FakeSTT) -> Iterator[Way]:
    """A kept connection for each thread."""
    with stt.serve() as server:
        at = urlsplit(server.url + MODELS)
        authorization = "Basic " + base64.b64encode(f"apikey:{stt.api_key}".encode()).decode()

        def way() -> tuple[Ask, Callable[[], None]]:
            connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=60)

            def ask(method: str, path: str, body: bytes | None, content_type: str) -> tuple[int, bytes]:
                headers = {"Authorization": authorization, "Content-Type": content_type}
                connection.request(method, at.path + path, body, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()

            return ask, connection.close

        yield way
        assert server.failures == []


@contextmanager
def in_process(stt: FakeSTT) -> Iterator[Way]:
    """Three libraries at once: a session for each thread, a pool that all share, and a client that all share."""
    url = stt.url + MODELS
    turn = count()
    with stt.reachable(), urllib3.PoolManager(maxsize=8) as pool, httpx.Client(timeout=60) as client:

        def way() -> tuple[Ask, Callable[[], None]]:
            which = next(turn) % 3
            session = requests.Session()

            def ask(method: str, path: str, body: bytes | None, content_type: str) -> tuple[int, bytes]:
                headers = {"Content-Type": content_type}
                if which == 0:
                    got = session.request(
                        method, url + path, data=body, headers=headers, auth=("apikey", stt.api_key), timeout=60
                    )
                    return got.status_code, got.content
                if which == 1:
                    headers |= urllib3.make_headers(basic_auth=f"apikey:{stt.api_key}")
                    raw = pool.request(method, url + path, body=body, headers=headers, retries=False)
                    return raw.status, raw.data
                answer = client.request(method, url + path, content=body, headers=headers, auth=("apikey", stt.api_key))
                return answer.status_code, answer.content

            return ask, session.close

        yield way


WAYS = pytest.mark.parametrize("reach", [over_a_server, in_process])


@WAYS
def test_a_crowd_loses_nothing(reach: Reach) -> None:
    stt = FakeSTT(journal=1_000_000)
    with reach(stt) as way:
        check(crowd(stt, way, 0))


@pytest.mark.slow
@WAYS
def test_a_crowd_loses_nothing_in_twenty_seconds(reach: Reach) -> None:
    stt = FakeSTT(journal=1_000_000)
    with reach(stt) as way:
        done = crowd(stt, way, 20)
        assert done.took_s >= 20
        check(done)
