"""A certificate that nobody has signed but itself: in process clients do with it what they do at a socket."""

from __future__ import annotations

import asyncio
import datetime
import re
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from ibm_cloud_sdk_core.authenticators import CloudPakForDataAuthenticator, IAMAuthenticator
from ibm_watson import SpeechToTextV1
from intercept_rig import DEAD_PROXY

from fakestt import ConfigurationError, FakeSTT

Verify = bool | str
# What urllib3 says of who doesn't verify, here as at a socket.
pytestmark = pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")


@pytest.fixture(scope="module")
def at_a_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The URL of a real server with such a certificate, and the file that holds it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = tmp_path_factory.mktemp("self-signed")
    (path / "ca.pem").write_bytes(certificate.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (path / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path / "ca.pem", path / "key.pem")

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            # A client that does not trust it hangs up.
            with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(65536)
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}", str(path / "ca.pem")
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture(autouse=True)
def no_authorities_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """requests prefers these to what a session says."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


# -- clients ------------------------------------------------------------------------------------------------------


def context(verify: Verify) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=verify if isinstance(verify, str) else None)
    if verify is False:
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


def by_requests(url: str, verify: Verify) -> int:
    return requests.get(url, verify=verify, timeout=5).status_code


def by_a_session(url: str, verify: Verify) -> int:
    with requests.Session() as session:
        session.verify = verify
        return session.get(url, timeout=5).status_code


def by_urllib3(url: str, verify: Verify) -> int:
    options: dict[str, Any] = {"cert_reqs": "CERT_REQUIRED" if verify else "CERT_NONE"}
    if isinstance(verify, str):
        options["ca_certs"] = verify
    with urllib3.PoolManager(**options) as pools:
        return pools.request("GET", url).status


def by_urllib3_with_a_context(url: str, verify: Verify) -> int:
    with urllib3.PoolManager(ssl_context=context(verify)) as pools:
        return pools.request("GET", url, retries=False).status


def by_httpx(url: str, verify: Verify) -> int:
    return httpx.get(url, verify=context(verify), trust_env=False).status_code


def by_httpx_async(url: str, verify: Verify) -> int:
    async def get() -> int:
        async with httpx.AsyncClient(verify=context(verify), trust_env=False) as client:
            return (await client.get(url)).status_code

    return asyncio.run(get())


def by_httpcore(url: str, verify: Verify) -> int:
    with httpcore.ConnectionPool(ssl_context=context(verify)) as pool:
        return pool.request("GET", url).status


def by_urllib_request(url: str, verify: Verify) -> int:
    with urllib.request.urlopen(url, context=context(verify), timeout=5) as response:
        return int(response.status)


CLIENTS = [
    by_requests, by_a_session, by_urllib3, by_urllib3_with_a_context, by_httpx, by_httpx_async, by_httpcore,
    by_urllib_request,
]  # fmt: skip


def outcome(client: Callable[[str, Verify], int], url: str, verify: Verify) -> list[object]:
    """The status; or the types of the error and its causes, down to the one of ssl, and what that one says."""
    try:
        return [client(url, verify)]
    except Exception as error:
        found: list[object] = []
        at: Any = error
        while not isinstance(at, ssl.SSLError):
            found.append(type(at))
            inner = (at.__cause__, at.__context__, getattr(at, "reason", None), *at.args)
            at = next(one for one in inner if isinstance(one, BaseException))
        text = re.sub(r" \(_ssl\.c:\d+\)$", "", str(at))
        return [*found, type(at), at.errno, text, at.reason, at.library, at.verify_code, at.verify_message]


@pytest.fixture
def stt() -> Iterator[FakeSTT]:
    fake = FakeSTT(tls="self-signed", auth=None)
    with fake.reachable():
        yield fake


@pytest.mark.parametrize("client", CLIENTS)
def test_who_verifies_fails_as_at_a_socket(
    client: Callable[[str, Verify], int], stt: FakeSTT, at_a_socket: tuple[str, str]
) -> None:
    here = outcome(client, f"{stt.url}/v1/models", True)
    assert len(here) > 1
    assert len(stt.journal) == 0
    assert here == outcome(client, at_a_socket[0], True)


@pytest.mark.parametrize("client", CLIENTS)
def test_who_does_not_verify_gets_through(client: Callable[[str, Verify], int], stt: FakeSTT) -> None:
    assert outcome(client, f"{stt.url}/v1/models", False) == [200]


@pytest.mark.parametrize("client", CLIENTS)
def test_who_trusts_the_certificate_gets_through_and_who_trusts_another_does_not(
    client: Callable[[str, Verify], int], stt: FakeSTT, at_a_socket: tuple[str, str]
) -> None:
    assert stt.ca_file is not None
    assert outcome(client, f"{stt.url}/v1/models", stt.ca_file) == [200]
    assert ssl.SSLCertVerificationError in outcome(client, f"{stt.url}/v1/models", at_a_socket[1])


@pytest.mark.parametrize("client", CLIENTS)
def test_everybody_trusts_a_fake_that_says_nothing_of_it(client: Callable[[str, Verify], int]) -> None:
    fake = FakeSTT(auth=None)
    assert fake.ca_file is None
    with fake.reachable():
        assert outcome(client, f"{fake.url}/v1/models", True) == [200]


def test_the_clients_by_themselves_verify(stt: FakeSTT) -> None:
    url = f"{stt.url}/v1/models"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(url, timeout=5)
    with pytest.raises(urllib3.exceptions.SSLError), urllib3.PoolManager() as pools:
        pools.request("GET", url, retries=False)
    with pytest.raises(httpx.ConnectError, match="self-signed certificate"):
        httpx.get(url)
    with pytest.raises(httpcore.ConnectError, match="self-signed certificate"), httpcore.ConnectionPool() as pool:
        pool.request("GET", url)
    with pytest.raises(urllib.error.URLError) as caught:
        urllib.request.urlopen(url)
    assert isinstance(caught.value.reason, ssl.SSLCertVerificationError)


OLD_REQUESTS = tuple(map(int, requests.__version__.split(".")[:2])) < (2, 32)


@pytest.mark.skipif(OLD_REQUESTS, reason="it keeps the connection that it has not verified (CVE-2024-35195)")
def test_a_session_that_has_not_verified_does_so_when_it_is_told_to(stt: FakeSTT) -> None:
    url = f"{stt.url}/v1/models"
    with requests.Session() as session:
        assert session.get(url, verify=False, timeout=5).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            session.get(url, timeout=5)


def test_no_proxy_is_blamed(stt: FakeSTT) -> None:
    proxies = {"https": DEAD_PROXY}
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{stt.url}/v1/models", proxies=proxies, timeout=5)
    assert requests.get(f"{stt.url}/v1/models", proxies=proxies, verify=False, timeout=5).status_code == 200


def test_without_tls_there_is_no_certificate(stt: FakeSTT) -> None:
    url = stt.url.replace("https", "http") + "/v1/models"
    assert requests.get(url, timeout=5).status_code == httpx.get(url).status_code == 200
    with urllib.request.urlopen(url) as response:
        assert response.status == 200


def test_urllib3_warns_of_who_does_not_verify(stt: FakeSTT, recwarn: pytest.WarningsRecorder) -> None:
    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        requests.get(f"{stt.url}/v1/models", verify=False, timeout=5)
    requests.get(f"{stt.url}/v1/models", verify=stt.ca_file, timeout=5)
    assert not recwarn.list


# -- the vendor's SDK ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "service", "passes"), [(True, True, True), (True, False, False), (False, True, False)]
)
@pytest.mark.parametrize("edition", ["cloud2025", "cp4d2025"])
def test_the_sdk_and_its_authenticator_verify_each_for_itself(
    edition: str, token: bool, service: bool, passes: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IBM_CREDENTIALS_FILE", str(tmp_path / "none"))
    fake = FakeSTT(tls="self-signed", edition=edition)
    made: dict[str, Callable[[], Any]] = {
        "cloud2025": lambda: IAMAuthenticator("any", disable_ssl_verification=token),
        "cp4d2025": lambda: CloudPakForDataAuthenticator(
            "admin", "any", f"https://{fake.host}", disable_ssl_verification=token
        ),
    }
    with fake.reachable():
        client = SpeechToTextV1(authenticator=made[edition]())
        client.set_service_url(fake.url)
        client.set_disable_ssl_verification(service)
        if passes:
            assert client.list_models().get_status_code() == 200
        else:
            with pytest.raises(requests.exceptions.SSLError, match="self-signed certificate"):
                client.list_models()


# -- who asks for it ----------------------------------------------------------------------------------------------


@pytest.mark.fakestt(tls="self-signed")
def test_the_marker_asks_for_it(fake_stt: FakeSTT) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{fake_stt.url}/v1/models", timeout=5)
    assert requests.get(f"{fake_stt.url}/v1/models", verify=fake_stt.ca_file, timeout=5).status_code == 401


@pytest.mark.parametrize("tls", ["selfsigned", True, None, ["trusted"]])
def test_what_it_can_be_is_said(tls: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"tls=.*: give 'trusted' or 'self-signed'\."):
        FakeSTT(tls=tls)


def test_a_library_between_two_cuts_of_ours_does_not_have_the_certificate_looked_at_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = urllib3.connectionpool.HTTPConnectionPool
    stt = FakeSTT(tls="self-signed")
    with stt.reachable(), monkeypatch.context() as theirs:
        ours: Any = vars(pool)["_make_request"]
        theirs.setattr(pool, "_make_request", lambda *args, **options: ours(*args, **options))
        with stt.reachable():
            answer = requests.get(stt.url + "/v1/models", auth=("apikey", stt.api_key), verify=False, timeout=5)
    assert answer.status_code == 200
