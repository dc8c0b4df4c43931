"""Clients as they are used: each keeps, uploads, verifies and fails in its own way."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from live_rig import PATIENCE_S, Echo, Raw

from fakestt import FakeSTT
from fakestt.media import forge
from fakestt.transports.live import Server

Serve = Callable[..., Server]
PREFIX = "/speech-to-text/api"
NEW = {"name": "car", "base_model_name": "en-US_BroadbandModel"}


@pytest.fixture(params=[False, True], ids=["http", "https"])
def server(request: pytest.FixtureRequest, served: Serve) -> Server:
    """A server that sends back what it gets."""
    return served(Echo(), tls=request.param)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def pieces() -> Iterator[bytes]:
    for number in range(5):
        yield str(number).encode() * 40_000


def environs(server: Server) -> list[dict[str, Any]]:
    assert isinstance(server.app, Echo)
    return server.app.environs


def test_requests(server: Server, session: requests.Session) -> None:
    session.verify = server.ca_file or True
    for upload, expected in (
        (b"bytes", b"bytes"),
        (io.BytesIO(b"x" * 300_000), b"x" * 300_000),
        (pieces(), b"".join(pieces())),
        (None, b""),
    ):
        answer = session.post(server.url + "/a%2Fb", data=upload, timeout=PATIENCE_S)
        assert answer.content == expected
    seen = environs(server)
    assert {environ["REMOTE_PORT"] for environ in seen} == {seen[0]["REMOTE_PORT"]}
    assert {environ["RAW_URI"] for environ in seen} == {"/a%2Fb"}
    assert {environ["wsgi.url_scheme"] for environ in seen} == {server.url.partition(":")[0]}


def test_http_client(server: Server) -> None:
    connection: http.client.HTTPConnection
    if server.ca_file is None:
        connection = http.client.HTTPConnection("localhost", server.port, timeout=PATIENCE_S)
    else:
        context = ssl.create_default_context(cafile=server.ca_file)
        connection = http.client.HTTPSConnection("localhost", server.port, timeout=PATIENCE_S, context=context)
    for upload, chunked in ((b"bytes", False), (pieces(), True)):
        connection.request("POST", "/", upload, encode_chunked=chunked, headers={"Expect": "x"})
        answer = connection.getresponse()
        assert len(answer.read()) in (5, 200_000)
        assert not answer.will_close
    connection.close()
    assert len({environ["REMOTE_PORT"] for environ in environs(server)}) == 1


def test_httpx(server: Server) -> None:
    httpx = pytest.importorskip("httpx", reason="httpx is not installed")
    verify = True if server.ca_file is None else ssl.create_default_context(cafile=server.ca_file)
    with httpx.Client(verify=verify, trust_env=False, timeout=PATIENCE_S) as client:
        assert client.post(server.url, content=b"bytes").content == b"bytes"
        assert client.post(server.url, content=pieces()).content == b"".join(pieces())
    assert len({environ["REMOTE_PORT"] for environ in environs(server)}) == 1


def test_aiohttp(server: Server) -> None:
    aiohttp = pytest.importorskip("aiohttp", reason="aiohttp is not installed")
    verify = None if server.ca_file is None else ssl.create_default_context(cafile=server.ca_file)

    async def upload() -> Any:
        for piece in pieces():
            yield piece

    async def run() -> None:
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with aiohttp.ClientSession(timeout=timeout) as client:
            for data, expected in ((b"bytes", b"bytes"), (upload(), b"".join(pieces()))):
                async with client.post(server.url, data=data, **({"ssl": verify} if verify else {})) as answer:
                    assert await answer.read() == expected

    asyncio.run(run())
    assert len({environ["REMOTE_PORT"] for environ in environs(server)}) == 1


def test_urllib(server: Server) -> None:
    code = (
        "import sys, ssl, urllib.request\n"
        "url, ca = sys.argv[1:]\n"
        "context = ssl.create_default_context(cafile=ca) if ca else None\n"
        "print(urllib.request.urlopen(url, b'bytes', timeout=5, context=context).read().decode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, server.url, server.ca_file or ""], capture_output=True, text=True, env={}
    )
    assert (done.stdout, done.stderr) == ("bytes\n", "")
    assert environs(server)[0]["HTTP_CONNECTION"] == "close"


def curl(server: Server, *arguments: str) -> bytes:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    trust = ["--cacert", server.ca_file] if server.ca_file else []
    done = subprocess.run([program, "-sS", "--max-time", "5", *trust, *arguments], capture_output=True, env={})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl(server: Server, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"x" * 3_000_000)
    assert curl(server, "-d", "bytes", server.url, "-d", "bytes", server.url + "/again") == b"bytes&bytesbytes&bytes"
    assert curl(server, "--data-binary", f"@{large}", "-H", "Expect: 100-continue", server.url) == large.read_bytes()
    assert curl(server, "-T", str(large), "-H", "Transfer-Encoding: chunked", server.url) == large.read_bytes()
    assert curl(server, "-I", server.url).startswith(b"HTTP/1.1 200 OK\r\n")
    assert environs(server)[0]["REMOTE_PORT"] == environs(server)[1]["REMOTE_PORT"]
    assert environs(server)[2]["HTTP_EXPECT"] == "100-continue"


def test_the_certificate_is_good_for_the_vendors_host(served: Serve) -> None:
    server = served(Echo(), tls=True, names=["api.*.speech-to-text.watson.cloud.ibm.com"])
    host = "api.eu-de.speech-to-text.watson.cloud.ibm.com"
    assert curl(server, "--connect-to", f"{host}:443:127.0.0.1:{server.port}", "-d", "hi", f"https://{host}/") == b"hi"
    assert environs(server)[0]["HTTP_HOST"] == host


def test_a_client_that_does_not_know_the_authority_refuses(served: Serve, session: requests.Session) -> None:
    server = served(Echo(), tls=True)
    with pytest.raises(requests.exceptions.SSLError):
        session.get(server.url, timeout=PATIENCE_S)


def test_the_life_of_a_model_over_a_server(served: Serve, session: requests.Session) -> None:
    stt = FakeSTT()
    url = f"{served(stt.app).url}{PREFIX}/v1/acoustic_customizations"
    session.auth = ("apikey", stt.api_key)
    model_id = session.post(url, json=NEW, timeout=PATIENCE_S).json()["customization_id"]
    sound = forge.flac(720)
    head = {"Content-Type": "audio/flac"}
    for name, upload in (("whole", sound), ("chunked", iter([sound[:100], sound[100:]]))):
        answer = session.post(f"{url}/{model_id}/audio/{name}", data=upload, headers=head, timeout=PATIENCE_S)
        assert (answer.status_code, answer.json()) == (201, {})
        stt.clock.advance_to_next()
    assert session.post(f"{url}/{model_id}/train", timeout=PATIENCE_S).status_code == 200
    stt.clock.advance("10h")
    assert session.get(f"{url}/{model_id}", timeout=PATIENCE_S).json()["status"] == "available"


def test_a_subprocess_reaches_it(served: Serve) -> None:
    stt = FakeSTT()
    server = served(stt.app)
    answer = curl(server, "-u", f"apikey:{stt.api_key}", "-d", json.dumps(NEW), "-H", "Content-Type: application/json",
                  f"{server.url}{PREFIX}/v1/acoustic_customizations")  # fmt: skip
    assert json.loads(answer)["customization_id"] in stt.acoustic_models


def test_a_client_that_goes_on_sending_reads_the_answer_that_came_early(server: Server) -> None:
    for _ in range(10):
        with Raw(server, tls=server.ca_file is not None) as client:
            client.post(b"x" * 200_000, "Content-Length: 5", "Content-Length: 6")
            for _ in range(10):
                client.send(b"x" * 20_000)
            assert client.message().status == 400
