"""What every way in has to do: functions of a way, as trio's checks are of a maker of streams.

A case makes its own fake, sends through the way, and raises AssertionError where the way fails. What is right is told
by the fake itself, asked over bare WSGI, and for faults by the client's own library at a real broken socket.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from conformance_peer import HEAD, broken_peer
from conformance_ways import TIMEOUT_S, Ask, Client, Heard, Reach, Way, nobody

from fakestt import FakeSTT
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.wire import WireBreak, WireClosed, WireTimeout
from fakestt.faults.effects import Effect, lose_reply, lose_request, reset, slow, truncate
from fakestt.media import forge

START = "2018-10-27T00:00:00Z"
MODELS = "/v1/acoustic_customizations"
BASE = "en-US_BroadbandModel"
SHORT_S = 0.1


@cache
def flac() -> bytes:
    return forge.flac(720)


class Session:
    """A fake, and a client that reaches it in some way."""

    def __init__(self, stt: FakeSTT, client: Client, reach: Reach) -> None:
        self.stt = stt
        self.client = client
        self.reach = reach
        key = b64encode(f"apikey:{stt.api_key}".encode()).decode()
        self.authorization = {"Authorization": f"Basic {key}"}

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Heard:
        """Send; a dict is sent as JSON."""
        sent = {**self.authorization, **(headers or {})}
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        return self.client.send(Ask(method=method, url=self.reach.url + path, headers=sent, body=body, **more))

    def upload(self, path: str, body: bytes, **more: Any) -> Heard:
        return self.ask("POST", path, body, {"Content-Type": "audio/flac", **more.pop("headers", {})}, **more)


@contextmanager
def session(way: Way) -> Iterator[Session]:
    stt = FakeSTT(start=START)
    with way.to(stt) as (client, reach):
        yield Session(stt, client, reach)


class BareClient:
    """The oracle: the environ of a server, written by hand."""

    def __init__(self, stt: FakeSTT) -> None:
        self._app = stt.app

    def send(self, ask: Ask) -> Heard:
        parts = urlsplit(ask.url)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": ask.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(parts.path, "latin-1"),
            "QUERY_STRING": parts.query,
            "RAW_URI": parts.path + (f"?{parts.query}" if parts.query else ""),
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": "443",
            "HTTP_HOST": parts.netloc,
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(ask.body or b""),
        }
        if ask.body is not None:
            environ["CONTENT_LENGTH"] = str(len(ask.body))
        for name, value in ask.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        heard: list[Any] = []
        body = b"".join(self._app(environ, lambda status, headers: heard.extend((status, headers))))
        return Heard(int(heard[0].split()[0]), {name.lower(): value for name, value in heard[1]}, body)

    def close(self) -> None:
        pass


def bare() -> Session:
    stt = FakeSTT(start=START)
    return Session(stt, BareClient(stt), Reach(stt.url, "https://iam.cloud.ibm.com/identity/token", ""))


def journal(stt: FakeSTT) -> list[tuple[Any, ...]]:
    return [
        (e.call.operation.id if e.call else None, e.method, e.path.removeprefix("/speech-to-text/api"), e.status)
        for e in stt.journal
    ]


def same_as_bare(way: Way, work: Callable[[Session], Heard], status: int) -> None:
    """The same work is answered, and written down, as over bare WSGI with an equal fake."""
    oracle = bare()
    expected = work(oracle)
    with session(way) as one:
        heard = work(one)
        assert heard.status == expected.status == status, heard
        # Answers name the URL under which the service was asked.
        told = expected.body.replace(oracle.reach.url.encode(), one.reach.url.encode())
        assert heard.body == told
        for name, value in expected.headers.items():
            if name != "content-length" or told == expected.body:
                assert heard.headers.get(name) == value, name
        assert journal(one.stt) == journal(oracle.stt)


# -- each operation -----------------------------------------------------------------------------------------------


def model(one: Session, status: str = "ready") -> str:
    made: Any = one.stt.acoustic_models
    minutes = 0 if status == "pending" else 12
    return str(made.add(name="car", base_model_name=BASE, status=status, minutes_of_audio=minutes).id)


def create(one: Session) -> Heard:
    return one.ask("POST", MODELS, {"name": "car", "base_model_name": BASE, "description": "Motoräder"})


def upgrade(one: Session) -> Heard:
    model_id = model(one, "available")
    one.stt.base_models.publish(BASE, f"{BASE}.v2018-07-31")
    return one.ask("POST", f"{MODELS}/{model_id}/upgrade_model")


def add_audio(one: Session) -> Heard:
    return one.upload(f"{MODELS}/{model(one, 'pending')}/audio/a1", flac())


def with_audio(one: Session, method: str, rest: str = "") -> Heard:
    model_id = model(one, "pending")
    assert one.upload(f"{MODELS}/{model_id}/audio/a1", flac()).status == 201
    one.stt.clock.advance("1h")
    return one.ask(method, f"{MODELS}/{model_id}/audio{rest}")


OPERATION_CASES: dict[str, tuple[int, Callable[[Session], Heard]]] = {
    "createAcousticModel": (201, create),
    "listAcousticModels": (200, lambda one: [model(one), one.ask("GET", f"{MODELS}?language=en-US")][1]),
    "getAcousticModel": (200, lambda one: one.ask("GET", f"{MODELS}/{model(one)}")),
    "deleteAcousticModel": (200, lambda one: one.ask("DELETE", f"{MODELS}/{model(one)}")),
    "trainAcousticModel": (200, lambda one: one.ask("POST", f"{MODELS}/{model(one)}/train")),
    "resetAcousticModel": (200, lambda one: one.ask("POST", f"{MODELS}/{model(one)}/reset")),
    "upgradeAcousticModel": (200, upgrade),
    "addAudio": (201, add_audio),
    "listAudio": (200, lambda one: with_audio(one, "GET")),
    "getAudio": (200, lambda one: with_audio(one, "GET", "/a1")),
    "deleteAudio": (200, lambda one: with_audio(one, "DELETE", "/a1")),
    "listModels": (200, lambda one: one.ask("GET", "/v1/models")),
    "getModel": (200, lambda one: one.ask("GET", f"/v1/models/{BASE}")),
    "deleteUserData": (200, lambda one: one.ask("DELETE", "/v1/user_data?customer_id=me")),
}


def operation(operation_id: str) -> Callable[[Way], None]:
    status, work = OPERATION_CASES[operation_id]
    return lambda way: same_as_bare(way, work, status)


def token(way: Way) -> None:
    form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "response_type": "cloud_iam"}
    with session(way) as one:
        body = urlencode({**form, "apikey": one.stt.api_key}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        heard = one.client.send(Ask(method="POST", url=one.reach.tokens_url, headers=headers, body=body))
        assert (heard.status, heard.json["token_type"]) == (200, "Bearer")
        one.authorization = {"Authorization": f"Bearer {heard.json['access_token']}"}
        assert one.ask("GET", MODELS).status == 200


def login(method: str, path: str, read: Callable[[Heard], str], header: str = "Authorization") -> Callable[[Way], None]:
    """A token for a name and password, from an endpoint of the token host, opens the service."""

    def check(way: Way) -> None:
        with session(way) as one:
            body = None if method == "GET" else json.dumps({"username": "kim", "password": one.stt.api_key}).encode()
            headers = dict(one.authorization) if body is None else {"Content-Type": "application/json"}
            url = one.reach.tokens_url.replace("/identity/token", path)
            heard = one.client.send(Ask(method=method, url=url, headers=headers, body=body))
            assert heard.status == 200
            token = read(heard)
            one.authorization = {header: f"Bearer {token}" if header == "Authorization" else token}
            assert one.ask("GET", MODELS).status == 200

    return check


# -- uploads ------------------------------------------------------------------------------------------------------


def upload(kind: str) -> Callable[[Way], None]:
    """A body in one of its forms arrives whole, and as nothing but itself."""

    def check(way: Way) -> None:
        data = flac()
        zipped = kind == "gzip"
        with session(way) as one:
            heard = one.upload(
                f"{MODELS}/{model(one, 'pending')}/audio/a1",
                gzip.compress(data) if zipped else data,
                kind="bytes" if zipped else kind,
                headers={"Content-Encoding": "gzip"} if zipped else {},
            )
            assert heard.status == 201, heard
            call = one.stt.journal.last("addAudio").call
            assert call is not None
            stored = call.upload
            assert stored is not None
            assert stored.facts is not None
            assert stored.facts.duration_s == 720
            if not zipped:
                assert (stored.size_bytes, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())

    return check


def large_upload(way: Way) -> None:
    data = b"RIFF" + bytes(range(256)) * 8192
    with session(way) as one:
        one.upload(f"{MODELS}/{model(one, 'pending')}/audio/a1", data, kind="generator")
        call = one.stt.journal.last("addAudio").call
        assert call is not None
        assert call.upload is not None
        assert call.upload.size_bytes == len(data)


def empty_upload(way: Way) -> None:
    same_as_bare(way, lambda one: one.upload(f"{MODELS}/{model(one, 'pending')}/audio/a1", b""), 400)


# -- answers ------------------------------------------------------------------------------------------------------


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


# -- faults -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """An effect of ours, the same fault of a real peer, and whether the work was done."""

    effect: Effect
    answer: bytes
    end: str
    done: bool
    wsgi: type[OSError]

    @property
    def timeout_s(self) -> float:
        """Short only where it is waited for: a busy machine may take its time."""
        return SHORT_S if self.end == "silence" else TIMEOUT_S


FAULTS = {
    "closed before the work": Fault(lose_request(), b"", "fin", False, WireClosed),
    "closed after the work": Fault(lose_reply(), b"", "fin", True, WireClosed),
    "reset before the work": Fault(reset(), b"", "reset", False, WireBreak),
    "reset after the work": Fault(reset(commits=True), b"", "reset", True, WireBreak),
    "cut in the body": Fault(truncate(10), HEAD + b"0123456789", "reset", True, WireBreak),
    "cut in a streamed body": Fault(truncate(10), HEAD + b"0123456789", "reset", True, WireBreak),
    "slow": Fault(slow("45s"), b"", "silence", True, WireTimeout),
}


def fault(name: str) -> Callable[[Way], None]:
    """The client's own exception, the work done or not, and a client that is still good afterwards."""
    row = FAULTS[name]
    in_pieces = "streamed" in name

    def check(way: Way) -> None:
        with session(way) as one:
            one.stt.faults.on("createAcousticModel", times=1).do(row.effect)
            body = {"name": "car", "base_model_name": BASE}
            got = outcome(lambda: one.ask("POST", MODELS, body, in_pieces=in_pieces, timeout_s=row.timeout_s))
            if way.name == "WSGI":
                assert got == anatomy(row.wsgi())
            else:
                assert got in natives(way, name)
            heard = one.ask("GET", MODELS)
            assert len(heard.json["customizations"]) == row.done

    return check


def refused(way: Way) -> None:
    if "refused" in way.lacks:
        return
    with session(way) as one:
        with closing(way.client(Reach("", "", ""))) as client:
            real = outcome(lambda: client.send(Ask(url=nobody())))
        assert outcome(lambda: one.client.send(Ask(url=one.reach.nobody))) == real != ("nothing raised", 0)


def slow_but_in_time(way: Way) -> None:
    """A late answer that the client's time-out allows for is an answer; virtual time pays for it.

    Over a socket the silence is real, so it is a short one there.
    """
    late_s = 0.05 if way.live else 5.0
    with session(way) as one:
        before = one.stt.clock.now()
        one.stt.faults.on("listAcousticModels", times=1).slow(late_s)
        assert one.ask("GET", MODELS, timeout_s=10).status == 200
        assert one.stt.clock.now() == pytest.approx(before + late_s, abs=1e-5)


def failed_status(way: Way) -> None:
    """A 503 is an answer, with its Retry-After."""
    with session(way) as one:
        one.stt.faults.on("listAcousticModels", times=1).fail(503, "later", retry_after=30)
        heard = one.ask("GET", MODELS)
        assert (heard.status, heard.headers["retry-after"], heard.json["error"]) == (503, "30", "later")


@cache
def _native(client: Callable[[Reach], Client], name: str, tls: bool) -> tuple[Any, ...]:
    row = FAULTS[name]
    with (
        broken_peer(row.answer, row.end, tls=tls) as (url, ca_file),
        closing(client(Reach("", "", "", ca_file=ca_file))) as one,
    ):
        ask = Ask(method="POST", url=url, body=b"{}", timeout_s=row.timeout_s, in_pieces="streamed" in name)
        return outcome(lambda: one.send(ask))


def native(way: Way, name: str) -> tuple[Any, ...]:
    """What the way's client makes of a real broken socket, of the same kind as the way's: with TLS or without.

    In process there is neither, and no TLS is compared with. (CPython before 3.11.9 and 3.12.3 takes a reset under TLS
    for an end.)
    """
    return _native(way.client, name, way.tls)


def natives(way: Way, name: str) -> list[tuple[Any, ...]]:
    """All that may come. A reset throws away what has arrived and isn't read: over a real socket that is a race."""
    one = [native(way, name)]
    return [*one, native(way, "reset before the work")] if way.live and name.startswith("cut") else one


def outcome(work: Callable[[], Heard]) -> tuple[Any, ...]:
    """The anatomy of what was raised. Some clients raise nothing, and say nothing, where a body is cut."""
    try:
        heard = work()
    except Exception as error:
        return anatomy(error)
    return ("nothing raised", len(heard.body))


def anatomy(error: BaseException) -> tuple[Any, ...]:
    """The type of an exception, and of those that it carries; our own types count as what they stand for."""
    kind = next(one for one in type(error).__mro__ if not one.__module__.startswith("fakestt"))
    carried = [one for one in (*error.args, getattr(error, "reason", None)) if isinstance(one, BaseException)]
    number = [error.errno] if isinstance(error, OSError) and error.errno else []
    return (kind.__module__, kind.__qualname__, *number, *map(anatomy, carried))


# -- the table ----------------------------------------------------------------------------------------------------

CASES: dict[str, Callable[[Way], None]] = {
    **{name: operation(name) for name in OPERATION_CASES},
    "getToken": token,
    "authorize": login("POST", "/icp4d-api/v1/authorize", lambda heard: str(heard.json["token"])),
    "validateAuth": login("GET", "/v1/preauth/validateAuth", lambda heard: str(heard.json["accessToken"])),
    "getWatsonToken": login(
        "GET",
        "/authorization/api/v1/token?url=https://stream.watsonplatform.net/speech-to-text/api",
        lambda heard: heard.body.decode(),
        "X-Watson-Authorization-Token",
    ),
    **{f"upload: {kind}": upload(kind) for kind in ("bytes", "file", "generator", "gzip")},
    "upload: 2 MiB": large_upload,
    "upload: nothing": empty_upload,
    "large answer": large_answer,
    "streamed answer": streamed_answer,
    "HEAD": head_has_no_body,
    "no redirects": no_redirects,
    "keep-alive": keep_alive,
    "errors are answers": errors_are_answers,
    "encoded names": encoded_names,
    "queries": queries,
    "headers": own_headers,
    "503 with Retry-After": failed_status,
    "late but in time": slow_but_in_time,
    "refused": refused,
    **{name: fault(name) for name in FAULTS},
}
assert set(OPERATIONS) <= set(CASES), "an operation has no case"
