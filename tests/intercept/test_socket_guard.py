"""What opens sockets by itself reaches neither the vendor nor a blocked host, and is told where the fake can be had."""

from __future__ import annotations

import _socket
import asyncio
import ftplib
import http.client
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from errno import ECONNREFUSED
from functools import partial
from pathlib import Path
from socket import getaddrinfo as getaddrinfo_bound_early
from typing import Any

import aiohttp
import pytest
import trio
import websocket
from intercept_rig import FAKE

from fakestt import FakeSTT
from fakestt.editions.hosts import VENDOR_HOSTS
from fakestt.intercept.cuts import socket_cuts
from fakestt.intercept.hosts import guarded, put_right, reachable

VENDOR = "api.us-south.speech-to-text.watson.cloud.ibm.com"
# Reserved for documentation (RFC 5737, 3849): if a guard fails, nobody is there.
ADDRESSES = ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"]
PORTS = (21, 53, 443)
RESOLVERS = [
    (_socket, "getaddrinfo"),
    (socket, "gethostbyname"),
    (socket, "gethostbyname_ex"),
    (socket, "gethostbyaddr"),
]
METHODS = ("connect", "connect_ex", "sendto", "sendmsg")


@pytest.fixture(autouse=True)
def asked(no_guard_around: None, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The names that would have been resolved. Numbers and loopback are."""
    names: list[object] = []

    def recorded(real: Callable[..., Any], host: Any, *rest: Any) -> Any:
        if host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "", None, *ADDRESSES):
            return real(host, *rest)
        names.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "no network in tests")

    for owner, name in RESOLVERS:
        monkeypatch.setattr(owner, name, partial(recorded, getattr(owner, name)))
    return names


@contextmanager
def tcp(address: str = "") -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as sock:
        sock.settimeout(0.2)
        yield sock


# -- clients ------------------------------------------------------------------------------------------------------


def by_connect(host: str) -> None:
    with tcp(host) as sock:
        sock.connect((host, 443))


def by_create_connection(host: str) -> None:
    socket.create_connection((host, 443), timeout=0.2).close()


def by_sendto(host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"?", (host, 53))


def by_sendto_with_flags(host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"?", 0, (host, 53))


def by_sendmsg(host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendmsg([b"?"], [], 0, (host, 53))


def by_http_client(host: str) -> None:
    with closing(http.client.HTTPSConnection(host, 443, timeout=0.2)) as connection:
        connection.request("GET", "/v1/models")


def by_ftplib(host: str) -> None:
    ftplib.FTP(host, timeout=0.2)


def by_aiohttp(host: str) -> None:
    async def get() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get(f"https://[{host}]/" if ":" in host else f"https://{host}/")

    asyncio.run(get())


def by_websocket_client(host: str) -> None:
    websocket.create_connection(f"wss://[{host}]/" if ":" in host else f"wss://{host}/", timeout=0.2)


def by_asyncio(host: str) -> None:
    asyncio.run(asyncio.open_connection(host, 443))


def by_asyncio_datagram(host: str) -> None:
    async def connect() -> None:
        await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(host, 53))

    asyncio.run(connect())


def by_trio(host: str) -> None:
    trio.run(trio.open_tcp_stream, host, 443)


def by_name(host: str) -> None:
    socket.gethostbyname(host)


def by_name_ex(host: str) -> None:
    socket.gethostbyname_ex(host)


def by_address(host: str) -> None:
    socket.gethostbyaddr(host)


def by_getaddrinfo(host: str) -> None:
    socket.getaddrinfo(host, "https")


def by_getaddrinfo_of_bytes(host: str) -> None:
    socket.getaddrinfo(host.encode(), b"443", type=socket.SOCK_STREAM)


def by_getaddrinfo_bound_early(host: str) -> None:
    getaddrinfo_bound_early(host, None)


def by_a_loop(host: str) -> None:
    async def resolve() -> None:
        await asyncio.get_running_loop().getaddrinfo(host, 443)

    asyncio.run(resolve())


CONNECTING = [
    by_connect, by_create_connection, by_sendto, by_sendto_with_flags, by_sendmsg, by_http_client, by_ftplib,
    by_aiohttp, by_websocket_client, by_asyncio, by_asyncio_datagram, by_trio,
]  # fmt: skip
RESOLVING = [
    by_name, by_name_ex, by_address, by_getaddrinfo, by_getaddrinfo_of_bytes, by_getaddrinfo_bound_early, by_a_loop,
]  # fmt: skip


def refused(client: Callable[[str], None], host: str) -> BaseException:
    """The error that the client ends with."""
    with pytest.raises((OSError, websocket.WebSocketException)) as caught:
        client(host)
    return caught.value


def told(error: BaseException) -> str:
    """Its text, with what it is the consequence of."""
    texts = [str(error)]
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
        texts.append(str(error))
    return "\n".join(texts)


# -- the vendor's hosts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", [*CONNECTING, *RESOLVING])
@pytest.mark.parametrize("block_network", [False, True])
def test_a_host_that_leads_to_the_fake_is_not_resolved_and_the_error_names_the_way(
    client: Callable[[str], None], block_network: bool, asked: list[object]
) -> None:
    with reachable({VENDOR: FAKE}, block_network=block_network):
        error = refused(client, VENDOR)
    assert "leads to the fake for requests" in told(error)
    assert "fake_stt_server" in told(error)
    assert asked == []


@pytest.mark.parametrize("client", [*CONNECTING, *RESOLVING])
def test_the_vendor_is_not_resolved_where_no_fake_is_open(client: Callable[[str], None], asked: list[object]) -> None:
    with guarded(VENDOR_HOSTS, "Open one."):
        for host in (VENDOR, "IAM.cloud.ibm.com.", "stream.watsonplatform.net"):
            assert "is the real service, and no fake is open to answer for it. Open one." in told(refused(client, host))
    assert asked == []


@pytest.mark.parametrize(
    ("client", "error"),
    [
        (by_http_client, socket.gaierror),
        (by_ftplib, socket.gaierror),
        (by_create_connection, socket.gaierror),
        (by_asyncio, socket.gaierror),
        (by_aiohttp, aiohttp.ClientConnectorDNSError),
        (by_websocket_client, websocket.WebSocketAddressException),
    ],
)
def test_each_client_sees_what_it_sees_of_a_name_that_does_not_exist(client: Any, error: type[Exception]) -> None:
    with reachable({VENDOR: FAKE}):
        assert type(refused(client, VENDOR)) is error


@pytest.mark.parametrize("client", RESOLVING)
def test_other_names_are_resolved_as_ever(client: Callable[[str], None], asked: list[object]) -> None:
    with reachable({VENDOR: FAKE}), guarded(VENDOR_HOSTS, ""):
        assert "no network in tests" in told(refused(client, "elsewhere.test"))
    assert asked == [b"elsewhere.test" if client is by_getaddrinfo_of_bytes else "elsewhere.test"]


def test_the_vendor_is_resolved_when_all_is_over(asked: list[object]) -> None:
    with reachable({VENDOR: FAKE}):
        pass
    refused(by_http_client, VENDOR)
    assert asked == [VENDOR]


def test_a_pattern_with_a_port_refuses_that_port_alone_and_who_asks_without_one(asked: list[object]) -> None:
    with reachable({"icp.test:8443": FAKE}):
        for port in (8443, "8443", None):
            with pytest.raises(socket.gaierror, match="leads to the fake"):
                socket.getaddrinfo("icp.test", port)
        with pytest.raises(socket.gaierror, match="no network in tests"):
            socket.getaddrinfo("icp.test", 5432)
    assert asked == ["icp.test"]


# -- a blocked network --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", [*CONNECTING, *RESOLVING])
def test_a_blocked_network_resolves_no_name(client: Callable[[str], None], asked: list[object]) -> None:
    with reachable({VENDOR: FAKE}, block_network=True):
        assert "block_network is on. Add the host" in told(refused(client, "elsewhere.test"))
    assert asked == []


@pytest.mark.parametrize("client", CONNECTING)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_blocked_network_is_blocked_for_addresses_too(client: Callable[[str], None], address: str) -> None:
    with reachable({VENDOR: FAKE}, block_network=True):
        text = told(refused(client, address))
    assert any(f":{port} is not one of the hosts that lead to the fake" in text for port in PORTS)


def test_an_address_is_refused_as_one_where_nobody_listens() -> None:
    with reachable({}, block_network=True), tcp() as sock:
        with pytest.raises(ConnectionRefusedError, match="block_network") as caught:
            sock.connect(("192.0.2.1", 443))
        assert caught.value.errno == ECONNREFUSED
        assert sock.connect_ex(("192.0.2.1", 443)) == ECONNREFUSED
        with pytest.raises(socket.gaierror, match="block_network"):
            sock.connect_ex(("elsewhere.test", 443))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "", "127.8.8.8", "LOCALHOST"])
def test_loopback_is_reached_by_any_of_its_names(host: str) -> None:
    with reachable({VENDOR: FAKE}, block_network=True), socket.create_server(("", 0)) as listener, tcp() as sock:
        sock.connect((host, listener.getsockname()[1]))


@pytest.mark.parametrize(
    "host", ["api.localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "::1%1", "::ffff:127.0.0.1%1"]
)
def test_a_name_of_this_machine_is_asked_of_it_which_need_not_know_it(host: str) -> None:
    with reachable({VENDOR: FAKE}, block_network=True):
        try:
            told: object = socket.getaddrinfo(host, 80)
        except socket.gaierror as error:
            told = error
    assert "block_network" not in str(told)


def test_loopback_is_reached_in_the_dress_of_ipv6_and_where_its_name_leads_to_the_fake() -> None:
    with socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listener, tcp("::") as sock:
        port = listener.getsockname()[1]
        with reachable({f"127.0.0.1:{port}": FAKE}, block_network=True):
            sock.connect(("::ffff:127.0.0.1", port))
            with tcp() as other:
                other.connect(("127.0.0.1", port))


def test_addresses_that_are_not_of_the_internet_are_let_through() -> None:
    class OfAnotherFamily(socket.socket):
        family = -1  # type: ignore[assignment]  # of a family that this machine may not have

    with (
        reachable({}, block_network=True),
        OfAnotherFamily() as sock,
        pytest.raises(TypeError),  # the system's own: this family's addresses have two parts
    ):
        sock.connect(("192.0.2.1", 3, 4))


def test_the_fake_behind_a_server_is_reached_by_all(asked: list[object]) -> None:
    async def status(url: str) -> int:
        async with aiohttp.ClientSession() as session, session.get(f"{url}/v1/models") as response:
            return response.status

    stt = FakeSTT(auth=None)
    with stt.reachable(block_network=True), stt.serve() as server:
        assert asyncio.run(status(server.url)) == 200
        host, _, path = server.url.removeprefix("http://").partition("/")
        with closing(http.client.HTTPConnection(host)) as connection:
            connection.request("GET", f"/{path}/v1/models")
            assert connection.getresponse().status == 200


def test_a_server_may_listen_everywhere() -> None:
    async def listen() -> None:
        for host in (None, "0.0.0.0", ""):
            (await asyncio.start_server(print, host, 0)).close()

    with reachable({}, block_network=True):
        asyncio.run(listen())


def test_a_socket_of_the_file_system_is_no_network(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with reachable({}, block_network=True), socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(path)
        one, other = socket.socketpair()
        with one, other:
            assert one.send(b"x") == len(other.recv(9))


def test_what_is_no_address_at_all_is_the_systems_own_error() -> None:
    with reachable({}, block_network=True), tcp() as sock:
        for address in (None, 5, ("127.0.0.1",), (5, 5)):
            with pytest.raises(TypeError):
                sock.connect(address)  # type: ignore[arg-type]  # that is the point


# -- coming and going ---------------------------------------------------------------------------------------------


def functions() -> list[object]:
    return [vars(owner)[name] for owner, name in RESOLVERS] + [vars(socket.socket).get(name) for name in METHODS]


@pytest.mark.parametrize("first_in", ["hosts", "time"])
@pytest.mark.parametrize("first_out", ["hosts", "time"])
def test_virtual_time_and_the_guard_come_and_go_in_any_order(first_in: str, first_out: str) -> None:
    from fakestt.intercept import client_time

    client_time.put_right()
    before = functions()
    for _ in range(3):
        stt = FakeSTT(time="on_sleep")
        both: dict[str, Any] = {"hosts": reachable({VENDOR: FAKE}), "time": stt.clock.time}
        open_now = [first_in, *(name for name in both if name != first_in)]
        for name in open_now:
            both[name].__enter__()
        order = [first_out, *(name for name in both if name != first_out)]
        while order:
            if "hosts" in order:
                assert "leads to the fake" in str(refused(by_connect, VENDOR))
            if "time" in order:
                began_s = stt.clock.now()
                time.sleep(3600)
                assert stt.clock.now() - began_s == 3600
            both[order.pop(0)].__exit__(None, None, None)
        assert "no network in tests" in str(refused(by_create_connection, VENDOR))
        client_time.put_right()
        put_right()
        assert functions() == before
        assert not vars(socket.socket).keys() & METHODS


def test_another_librarys_patch_stays_and_ours_goes_when_it_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = functions()
    entered = reachable({VENDOR: FAKE}).__enter__()
    with monkeypatch.context() as theirs:
        theirs.setattr(socket.socket, "connect", print)
        entered.__exit__(None, None, None)
        assert vars(socket.socket)["connect"] is print
    assert vars(socket.socket)["connect"].__module__ == socket_cuts.__name__
    put_right()
    assert functions() == before
