"""Answers, large and small, and the names and headers that were asked with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance_asking import Heard
from conformance_session import BASE, MODELS, Session, flac, model, same_as_bare, session
from conformance_ways import Way


def many_models(one: Session) -> None:
    made: Any = one.stt.acoustic_models
    for number in range(300):
        made.add(name=f"model {number} äöü", base_model_name=BASE, status="pending")


def large_answer(way: Way) -> None:
    same_as_bare(way, lambda one: [many_models(one), one.ask("GET", MODELS)][1], 200)


def streamed_answer(way: Way) -> None:
    same_as_bare(way, lambda one: [many_models(one), one.ask("GET", MODELS, in_pieces=True)][1], 200)


def head_has_no_body(way: Way) -> None:
    same_as_bare(way, lambda one: one.ask("HEAD", MODELS), 200)


def no_redirects(way: Way) -> None:
    """A path that is nearly right is answered where it is, not sent elsewhere."""
    for path in (f"{MODELS}/", f"/{MODELS}", "/v1/models/../models"):
        if ".." in path and way.name.startswith(("requests", "urllib3", "httpx", "curl", "aiohttp")):
            # These tidy such a path up before they send it.
            continue
        with session(way) as one:
            heard = one.ask("GET", path)
            assert not 300 <= heard.status < 400, (path, heard)
            assert "location" not in heard.headers


def keep_alive(way: Way) -> None:
    with session(way) as one:
        for _ in range(3):
            heard = one.ask("GET", MODELS)
            assert heard.status == 200
            if "urllib.request" not in way.name:
                # That one asks for the connection to be closed.
                assert heard.headers.get("connection", "keep-alive").lower() == "keep-alive"
        assert one.stt.journal.count("listAcousticModels") == 3


def errors_are_answers(way: Way) -> None:
    """No key, a wrong method, an unknown path: each an answer with the service's own body."""

    def work(method: str, path: str) -> Callable[[Session], Heard]:
        return lambda one: [
            one.authorization.clear() if method == "KEYLESS" else None,
            one.ask("GET" if method == "KEYLESS" else method, path),
        ][1]

    same_as_bare(way, work("KEYLESS", MODELS), 401)
    same_as_bare(way, work("PUT", MODELS), 405)
    same_as_bare(way, work("GET", "/v1/nothing"), 404)


NAMES = {
    "a%2Fb": "a/b",
    "a%20b": "a b",
    "%C3%BC": "ü",
    "100%25": "100%",
    "a+b": "a+b",
    "a%3Fb%23c": "a?b#c",
    "%252F": "%2F",
}


def encoded_names(way: Way) -> None:
    """A name arrives as it was meant, a slash in it too, and is answered as over bare WSGI."""
    for sent, meant in NAMES.items():
        status = 400 if set(meant) & set("/ ") else 201
        same_as_bare(
            way, lambda one, sent=sent: one.upload(f"{MODELS}/{model(one, 'pending')}/audio/{sent}", flac()), status
        )
        with session(way) as one:
            one.upload(f"{MODELS}/{model(one, 'pending')}/audio/{sent}", flac())
            call = one.stt.journal.last("addAudio").call
            assert call is not None
            assert call.values["audio_name"] == meant


def queries(way: Way) -> None:
    same_as_bare(way, lambda one: one.ask("GET", f"{MODELS}?language=en-US&x=a%20b+c%26d&y="), 200)


def own_headers(way: Way) -> None:
    with session(way) as one:
        heard = one.ask("GET", MODELS, headers={"X-Global-Transaction-Id": "mine"})
        assert heard.headers["x-global-transaction-id"] == "mine"
