"""FakeSTT.serve: the way from a fake to a URL that anybody can reach, and what lateness is there."""

from __future__ import annotations

import gc
import http.client
import json
import subprocess
import sys
import urllib.request
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from freezegun import freeze_time
from ibm_cloud_sdk_core.authenticators import CloudPakForDataAuthenticator, IAMAuthenticator
from ibm_watson import SpeechToTextV1
from live_rig import PATIENCE_S

from fakestt import EDITIONS, ConfigurationError, FakeSTT
from fakestt.opened import forget_closed
from fakestt.served import Served
from fakestt.transports.live import Workers

# An answer on its own process, with nothing of this one but the URL.
CLIENT = """
import json, ssl, sys, urllib.request
url, key, ca_file = sys.argv[1:4]
request = urllib.request.Request(url + "/v1/acoustic_customizations", headers={"Authorization": "Bearer " + key})
context = ssl.create_default_context(cafile=ca_file) if ca_file else None
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
print([model["name"] for model in json.load(opener.open(request, timeout=5))["customizations"]])
"""


def names_told_to_a_subprocess(server: Served, stt: FakeSTT) -> str:
    """What another process is told of the models, by the standard library alone."""
    command = [sys.executable, "-I", "-c", CLIENT, server.url, stt.api_key, server.ca_file or ""]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


def ask(server: Served, stt: FakeSTT, path: str = "/v1/models", **options: Any) -> requests.Response:
    """By a session of its own, on a connection of its own."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(
            server.url + path,
            auth=("apikey", stt.api_key),
            **{"timeout": PATIENCE_S, "verify": server.ca_file, **options},
        )


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_another_process_is_served(workers: Workers, tls: bool) -> None:
    stt = FakeSTT()
    stt.acoustic_models.add(name="car")
    with stt.serve(tls=tls, workers=workers) as server:
        assert server.url.startswith("https:" if tls else "http:")
        assert names_told_to_a_subprocess(server, stt) == "['car']"
    assert stt.journal.count("listAcousticModels") == 1


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_url_has_the_prefix_of_the_edition(workers: Workers, edition: str) -> None:
    stt = FakeSTT(edition=edition, auth=None)
    with stt.serve(workers=workers) as server:
        assert server.url.split("/", 3)[3] == stt.url.split("/", 3)[3] != ""
        assert ask(server, stt).status_code == 200


AUTHENTICATORS = {
    "iam": lambda key, url: IAMAuthenticator(key, url=url),
    "cp4d": lambda key, url: CloudPakForDataAuthenticator("kim", apikey=key, url=url),
}


@pytest.mark.parametrize("where", ["served", "in process"])
@pytest.mark.parametrize("kind", AUTHENTICATORS)
def test_tokens_come_from_where_the_fake_says(workers: Workers, kind: str, where: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    with stt.serve(workers=workers) as server, stt.reachable(vendor=False) if where != "served" else nullcontext():
        there: Any = server if where == "served" else stt
        assert urlsplit(there.auth_url)._replace(path=urlsplit(there.url).path).geturl() == there.url
        assert urlsplit(there.auth_url).path == ""
        client = SpeechToTextV1(authenticator=AUTHENTICATORS[kind](stt.api_key, there.auth_url))
        client.set_service_url(there.url)
        assert client.list_acoustic_models().get_result() == {"customizations": []}
    assert [exchange.operation for exchange in stt.journal] == [
        "getToken" if kind == "iam" else "authorize",
        "listAcousticModels",
    ]


def test_the_url_in_process_stays_what_it_was(workers: Workers) -> None:
    stt = FakeSTT()
    before = stt.url
    with stt.serve(workers=workers) as server, stt.reachable():
        assert stt.url == before
        assert (
            ask(server, stt).status_code
            == requests.get(stt.url + "/v1/models", auth=("apikey", "x")).status_code
            == 200
        )
    assert stt.journal.count("listModels") == 2


def test_a_served_fake_needs_no_threads_of_somebody_else() -> None:
    stt = FakeSTT()
    with stt.serve() as server:
        assert ask(server, stt).status_code == 200
    with pytest.raises(requests.ConnectionError):
        ask(server, stt)


@pytest.mark.parametrize("port", ["8080", True, 8080.0, -1, 65536])
def test_a_port_that_is_none_is_refused(port: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"port={port!r}: give 0 to 65535"):
        FakeSTT().serve(port=port)


def test_it_listens_where_it_is_told_to(workers: Workers) -> None:
    stt = FakeSTT()
    with stt.serve(workers=workers, host="localhost") as first:
        port = int(first.url.split(":")[2].partition("/")[0])
        with pytest.raises(ConfigurationError, match="With port=0 the system chooses a free one"):
            stt.serve(workers=workers, port=port)
    with stt.serve(workers=workers, port=port) as again:
        assert f":{port}/" in again.url


def test_the_certificate_names_the_vendors_hosts_and_the_fakes_own(workers: Workers) -> None:
    import socket
    import ssl

    stt = FakeSTT(host="stt.example")
    with stt.serve(tls=True, workers=workers) as server:
        port = int(server.url.split(":")[2].partition("/")[0])
        context = ssl.create_default_context(cafile=server.ca_file)
        for name in ("api.us-south.speech-to-text.watson.cloud.ibm.com", "iam.cloud.ibm.com", "stt.example"):
            with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as sock:
                context.wrap_socket(sock, server_hostname=name).close()


def test_the_authority_goes_away_with_the_server(workers: Workers) -> None:
    with FakeSTT().serve(tls=True, workers=workers) as server:
        assert server.ca_file is not None
        path = Path(server.ca_file)
        assert path.is_file()
    assert not path.exists()


def test_a_failure_of_the_fake_is_kept(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(*_: object) -> None:
        raise ZeroDivisionError

    stt = FakeSTT()
    monkeypatch.setattr(stt.app, "exchange", raises)
    server = stt.serve(workers=workers)
    assert ask(server, stt).status_code == 500
    server.close()
    assert [type(error) for error in server.failures] == [ZeroDivisionError]


@pytest.fixture
def mistaken(monkeypatch: pytest.MonkeyPatch) -> FakeSTT:
    """A fake with a mistake: each request has it raise a number, one more than before."""
    stt, numbers = FakeSTT(), count(1)

    def raises(*_: object) -> None:
        raise ArithmeticError(f"mistake {next(numbers)}")

    monkeypatch.setattr(stt.app, "exchange", raises)
    return stt


def ask_and_leave(stt: FakeSTT, workers: Workers, times: int, own: Exception | None = None) -> None:
    with stt.serve(workers=workers) as server:
        for _ in range(times):
            assert ask(server, stt).status_code == 500
        if own is not None:
            raise own


def test_the_end_of_the_block_raises_the_first_failure_with_the_others_as_notes(
    workers: Workers, mistaken: FakeSTT
) -> None:
    with pytest.raises(ArithmeticError) as caught:
        ask_and_leave(mistaken, workers, 3)
    assert str(caught.value) == "mistake 1"
    assert [note.splitlines()[-1] for note in caught.value.__notes__] == [
        "ArithmeticError: mistake 2",
        "ArithmeticError: mistake 3",
    ]


def test_an_error_of_the_block_itself_comes_before_the_failures(workers: Workers, mistaken: FakeSTT) -> None:
    with pytest.raises(KeyError, match="own"):
        ask_and_leave(mistaken, workers, 1, own=KeyError("own"))


def test_the_server_is_closed_though_the_end_of_the_block_raises(workers: Workers, mistaken: FakeSTT) -> None:
    server = mistaken.serve(workers=workers)
    ask(server, mistaken)
    with pytest.raises(ArithmeticError), server:
        pass
    with pytest.raises(requests.ConnectionError):
        ask(server, mistaken)


def test_a_failure_that_the_test_has_taken_is_not_raised(workers: Workers, mistaken: FakeSTT) -> None:
    with mistaken.serve(workers=workers) as server:
        ask(server, mistaken)
        assert str(server.failures.pop()) == "mistake 1"


def test_no_fake_outlives_its_server(workers: Workers) -> None:
    stt = FakeSTT()
    with stt.serve(workers=workers) as server:
        ask(server, stt)
    seen = weakref.ref(stt.app)
    forget_closed()  # which pytest's plugin does when this test has ended
    with FakeSTT().serve(workers=workers):  # so that the threads have something else on their mind
        del stt, server
        gc.collect()
        assert seen() is None


# Lateness


@contextmanager
def served_late(workers: Workers, late: str | float) -> Iterator[tuple[FakeSTT, Served]]:
    stt = FakeSTT(start=0)
    stt.faults.on("listModels", nth=1).slow(late)
    with stt.serve(workers=workers) as server:
        yield stt, server


def test_an_answer_later_than_the_clients_patience_is_its_own_time_out(workers: Workers) -> None:
    with served_late(workers, "45s") as (stt, server):
        with pytest.raises(requests.ReadTimeout):
            ask(server, stt, timeout=0.2)
        assert ask(server, stt).status_code == 200
    assert stt.clock.now() == 0  # nobody waited 45 s


def test_a_late_answer_arrives_and_the_clock_has_moved_by_it(workers: Workers) -> None:
    with served_late(workers, "30ms") as (stt, server):
        answer = ask(server, stt)
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() >= 0.03
        assert stt.clock.now() == pytest.approx(0.03)


def test_a_late_answer_delays_no_other(workers: Workers) -> None:
    with served_late(workers, "45s") as (stt, server):
        parts = urlsplit(server.url)
        waiting = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=PATIENCE_S)
        waiting.request("GET", parts.path + "/v1/models", headers={"Authorization": f"Bearer {stt.api_key}"})
        while stt.journal.count("listModels") == 0:
            ask(server, stt, "/v1/user_data")
        assert ask(server, stt).status_code == 200
        waiting.close()


@pytest.mark.parametrize("moment", ["2018-10-27", "2040-01-01"])
def test_a_late_answer_arrives_while_the_test_is_frozen(workers: Workers, moment: str) -> None:
    with freeze_time(moment), served_late(workers, "30ms") as (stt, server):
        assert ask(server, stt).status_code == 200


def test_a_model_that_is_made_over_http_is_there(workers: Workers) -> None:
    stt = FakeSTT(auth=None)
    with stt.serve(workers=workers) as server:
        body = json.dumps({"name": "car", "base_model_name": "en-US_BroadbandModel"}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(server.url + "/v1/acoustic_customizations", data=body, headers=headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE_S) as answer:
            assert answer.status == 201
    assert [model.name for model in stt.acoustic_models] == ["car"]
