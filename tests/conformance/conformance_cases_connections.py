"""Connections: nobody there, not there any more, and one that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from functools import partial
from typing import Any

from conformance_asking import Ask, Client, Reach
from conformance_outcome import outcome
from conformance_peer import peer_to_close
from conformance_session import BASE, MODELS, flac, model, session
from conformance_ways import Way, nobody

REFUSED = "refused"
ONE_CONNECTION = "one connection"


def refused(way: Way) -> None:
    """A server that is gone: for a client that it had answered, and for a new one.

    In process no server can go; there it is a host that leads nowhere.
    """
    if way.live:
        _closed(way)
        return
    with session(way) as one:
        with closing(way.client(Reach("", "", ""))) as client:
            real = outcome(lambda: client.send(Ask(url=nobody())))
        assert outcome(lambda: one.client.send(Ask(url=one.reach.nobody))) == real != ("nothing raised", 0)


def _closed(way: Way) -> None:
    def fates(client: Client, url: str, ca_file: str | None) -> list[tuple[Any, ...]]:
        with closing(way.client(Reach("", "", "", ca_file=ca_file))) as other:
            return [outcome(partial(one.send, Ask(url=url))) for one in (client, other)]

    with session(way) as one:
        assert one.ask("GET", MODELS).status == 200
        assert one.reach.server is not None
        one.reach.server.close()
        got = fates(one.client, one.reach.url + MODELS, one.reach.ca_file)
    with (
        peer_to_close(tls=way.tls) as (peer, ca_file),
        closing(way.client(Reach("", "", "", ca_file=ca_file))) as client,
    ):
        assert client.send(Ask(url=peer.url)).status == 201
        peer.close()
        real = fates(client, peer.url, ca_file)
    assert got == real
    assert "nothing raised" not in [fate[0] for fate in got]


def one_connection(way: Way) -> None:
    """Requests of every kind, answered well or not, go over one connection, one after the other."""
    ports = []
    with session(way) as one:
        app = one.stt.app

        def noting(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            ports.append(environ["REMOTE_PORT"])
            return app(environ, start_response)

        assert one.reach.server is not None
        one.reach.server.app = noting
        audio = [f"{MODELS}/{model(one, 'pending')}/audio/a1" for _ in range(2)]
        answers = [
            one.ask("GET", MODELS),
            one.ask("POST", MODELS, {"name": "car", "base_model_name": BASE}),
            one.upload(audio[0], flac()),
            one.upload(audio[1], flac(), kind="generator"),
            one.ask("GET", "/v1/nothing"),
            one.ask("HEAD", MODELS),
            one.ask("GET", MODELS, in_pieces=True),
        ]
    assert [heard.status for heard in answers] == [200, 201, 201, 201, 404, 200, 200]
    assert len(ports) == len(answers)
    assert len(set(ports)) == 1
