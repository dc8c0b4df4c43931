"""Many clients at once: nothing is lost, nothing is mixed up."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from live_rig import Raw

from fakestt import FakeSTT
from fakestt.media import forge
from fakestt.transports.live import Server

Serve = Callable[..., Server]
THREADS = 64
URL = "/speech-to-text/api/v1/acoustic_customizations"
SOUND = forge.flac(720)


class Client:
    """One kept connection, and what it has done."""

    def __init__(self, server: Server, stt: FakeSTT, number: int) -> None:
        self.stt = stt
        self.number = number
        self.made: list[str] = []
        self.deleted: list[str] = []
        self.errors: list[BaseException] = []
        self.requests = 0
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
        self._authorization = "Basic " + base64.b64encode(f"apikey:{stt.api_key}".encode()).decode()

    def ask(self, method: str, path: str, body: bytes | None, expected: int, content_type: str = "") -> Any:
        headers = {"Authorization": self._authorization, "Content-Type": content_type}
        self._connection.request(method, URL + path, body, headers)
        answer = self._connection.getresponse()
        data = answer.read()
        self.requests += 1
        assert answer.status == expected, (method, path, answer.status, data)
        return json.loads(data)

    def run(self, rounds: int) -> None:
        try:
            for number in range(rounds):
                self.live(f"model {self.number}.{number}", delete=number % 2 == 0)
        except BaseException as error:
            self.errors.append(error)
        finally:
            self._connection.close()

    def live(self, name: str, *, delete: bool) -> None:
        new = json.dumps({"name": name, "base_model_name": "en-US_BroadbandModel"}).encode()
        model_id = self.ask("POST", "", new, 201, "application/json")["customization_id"]
        self.made.append(model_id)
        self.ask("POST", f"/{model_id}/audio/one", SOUND, 201, "audio/flac")
        while self.ask("GET", f"/{model_id}", None, 200)["status"] == "pending":
            self.stt.clock.advance("1m")
        self.ask("POST", f"/{model_id}/train", None, 200)
        while (shown := self.ask("GET", f"/{model_id}", None, 200))["status"] == "training":
            self.stt.clock.advance("10m")
        assert (shown["name"], shown["status"]) == (name, "available")
        if delete:
            self.ask("DELETE", f"/{model_id}", None, 200)
            self.deleted.append(model_id)


def crowd(served: Serve, rounds: int) -> tuple[FakeSTT, list[Client]]:
    stt = FakeSTT()
    server = served(stt.app)
    clients = [Client(server, stt, number) for number in range(THREADS)]
    threads = [threading.Thread(target=client.run, args=(rounds,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return stt, clients


def account(stt: FakeSTT, clients: list[Client], rounds: int) -> None:
    assert [error for client in clients for error in client.errors] == []
    made = [model_id for client in clients for model_id in client.made]
    deleted = {model_id for client in clients for model_id in client.deleted}
    assert len(made) == len(set(made)) == THREADS * rounds
    assert {model.id for model in stt.acoustic_models} == set(made) - deleted
    assert {model.status for model in stt.acoustic_models} <= {"available"}
    assert len(stt.journal) == sum(client.requests for client in clients)
    assert [exchange.seq for exchange in stt.journal] == list(range(1, len(stt.journal) + 1))
    assert stt.journal.count("createAcousticModel") == len(made)
    assert stt.journal.count("deleteAcousticModel") == len(deleted)


def test_64_clients_lose_nothing(served: Serve) -> None:
    account(*crowd(served, 2), 2)


@pytest.mark.slow
def test_64_clients_lose_nothing_for_long(served: Serve) -> None:
    account(*crowd(served, 30), 30)


def test_256_kept_connections_are_all_served(served: Serve) -> None:
    stt = FakeSTT()
    server = served(stt.app)
    raws = [Raw(server) for _ in range(256)]
    for _ in range(2):
        for raw in raws:
            raw.get(URL)
        assert {raw.message().status for raw in raws} == {401}
    for raw in raws:
        raw.sock.close()
    assert len(server._workers._threads) <= 4
