"""The throw-away authority: which names, where its files are, what it says when it can't be made."""

from __future__ import annotations

import builtins
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakestt.errors import MissingExtra
from fakestt.transports.certificates import Authority, certificate_names
from fakestt.transports.live import serve

LOOPBACK = ["localhost", "127.0.0.1", "::1"]


@pytest.fixture
def authority() -> Iterator[Authority]:
    authority = Authority(["gateway-*.example.com"])
    yield authority
    authority.close()


# fmt: off
PATTERNS = [
    ("icp.example",             {"icp.example"}),
    ("ICP.example.:8443",       {"icp.example"}),
    ("192.0.2.1",               {"192.0.2.1"}),
    ("[2001:db8::1]",           {"2001:db8::1"}),
    ("*.example.com",           {"*.example.com"}),
    ("gateway-*.example.com",   {"gateway-wdc.example.com", "gateway-tok.example.com", "*.example.com"}),
    ("api.*.example.com",       {"api.us-south.example.com", "api.kr-seo.example.com"}),
]
# fmt: on


@pytest.mark.parametrize(("pattern", "some"), PATTERNS)
def test_a_pattern_becomes_names_that_clients_accept(pattern: str, some: set[str]) -> None:
    names = certificate_names([pattern])
    assert names[:3] == LOOPBACK
    assert some <= set(names)
    assert not [name for name in names if "*" in name[1:]]


def test_a_client_that_trusts_the_authority_trusts_each_name(authority: Authority) -> None:
    client = ssl.create_default_context(cafile=authority.ca_file)
    for name in ("localhost", "127.0.0.1", "gateway-fra.example.com", "gateway-new.example.com"):
        assert shaken(client, authority.context, name)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shaken(client, authority.context, "elsewhere.example")


def shaken(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> bool:
    """Shake hands in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    done: set[int] = set()
    for _ in range(10):
        for number, end in enumerate(ends):
            try:
                end.do_handshake()
                done.add(number)
            except ssl.SSLWantReadError:
                continue
    return done == {0, 1}


def test_each_authority_is_another(authority: Authority) -> None:
    other = Authority()
    assert Path(other.ca_file).read_bytes() != Path(authority.ca_file).read_bytes()
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(ssl.create_default_context(cafile=other.ca_file), authority.context, "localhost")
    other.close()
    assert not Path(other.ca_file).exists()
    other.close()


def test_the_file_holds_no_key(authority: Authority) -> None:
    text = Path(authority.ca_file).read_text()
    assert text.count("BEGIN") == text.count("BEGIN CERTIFICATE") == 1


def test_its_folder_is_for_its_user_alone_and_no_key_stays_in_it(authority: Authority) -> None:
    folder = Path(authority.ca_file).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["ca.pem"]
    authority.close()
    assert not folder.exists()


def test_the_key_is_nowhere_else_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    load = ssl.SSLContext.load_cert_chain

    def reads(context: ssl.SSLContext, path: str) -> None:
        read.append(Path(path))
        load(context, path)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", reads)
    authority = Authority()
    assert [path.parent for path in read] == [Path(authority.ca_file).parent]
    assert not read[0].exists()
    authority.close()


LIVES = """
from fakestt.transports.certificates import Authority
authority = Authority()
print(authority.ca_file, flush=True)
input()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such locks there")
def test_what_a_killed_process_has_left_goes_at_the_next_start_and_what_others_use_stays() -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", LIVES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    killed, lives = processes
    try:
        left, used = (Path(process.stdout.readline().strip()) for process in processes if process.stdout)
        killed.kill()
        killed.wait()
        Authority().close()
        assert not left.parent.exists()
        assert used.is_file()
        lives.communicate("\n")
        assert used.is_file()  # the process has not closed it
        Authority().close()
        assert not used.exists()
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_an_authority_that_cannot_be_made_leaves_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fails(context: ssl.SSLContext, path: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", fails)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ZeroDivisionError):
        Authority()
    assert list(tmp_path.iterdir()) == []


def test_servers_can_share_an_authority(authority: Authority) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return []

    with serve(app, tls=authority) as server:
        assert server.ca_file == authority.ca_file
    assert Path(authority.ca_file).exists()


def test_without_trustme_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **options: Any) -> Any:
        if name == "trustme":
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"pip install 'fakestt\[tls\]'"):
        serve(lambda environ, start_response: [], tls=True)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["virtual", "frozen"])
def test_the_first_certificate_of_a_process_may_be_made_in_a_time_that_is_not_real(when: str) -> None:
    # In a process of its own, for what cryptography sees first it keeps.
    code = """
import sys
from contextlib import ExitStack
from freezegun import freeze_time
from fakestt import FakeSTT
from fakestt.transports.certificates import Authority

with ExitStack() as stack:
    if sys.argv[1] == "frozen":
        stack.enter_context(freeze_time("2020-01-01"))
    else:
        stack.enter_context(FakeSTT(time="on_sleep").reachable())
    import datetime
    shown = datetime.datetime
    Authority().close()
    assert datetime.datetime is shown
Authority().close()
"""
    subprocess.run([sys.executable, "-c", code, when], check=True, timeout=60)
