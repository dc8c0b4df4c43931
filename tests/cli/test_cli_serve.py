"""`fakestt serve`: it prints what a client needs, serves it, and ends when told to."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path

import pytest
from cli_rig import serving
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
from ibm_watson import SpeechToTextV1

from fakestt import FakeSTT
from fakestt.cli import main, serve


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_it_serves_at_the_printed_url_until_ctrl_c() -> None:
    with serving() as running:
        assert running.title == "IBM Cloud Private, Customer Care 1.0.x (October 2018) (icp2018), time: real"
        assert running.ask("/v1/acoustic_customizations") == {"customizations": []}
        assert running.end(signal.SIGINT) == (0, "\nStopped after 1 requests.\n", "")


@pytest.mark.slow
def test_over_tls_it_prints_whom_to_trust_and_a_kill_leaves_no_file() -> None:
    port = free_port()
    with serving("--tls", "--edition", "cloud2025", "--time", "per_request:60s", "--port", str(port)) as running:
        assert running.said["url"].startswith(f"https://127.0.0.1:{port}/")
        assert running.said["try"].startswith(f"curl --cacert {running.said['trust']} -u apikey:")
        assert running.ask("/v1/models")["models"]
        status, _, err = running.end(signal.SIGTERM)
        assert (status, err) == (0, "")
        assert not Path(running.said["trust"]).exists()


@pytest.mark.slow
def test_it_says_where_tokens_come_from() -> None:
    with serving("--edition", "cloud2025") as running:
        said = running.said
        assert said["tokens"] == "{0}/identity/token (IAM), {0}/v1/authorize (Cloud Pak for Data)".format(
            said["auth url"]
        )
        client = SpeechToTextV1(authenticator=IAMAuthenticator(said["key"], url=said["auth url"]))
        client.set_service_url(said["url"])
        client.get_http_client().trust_env = False
        assert client.list_acoustic_models().get_result() == {"customizations": []}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["--time", "folow"],
            "no policy 'folow'. Did you mean 'follow'? All: follow, per_request:60s, real, real:x600\n",
        ),
        (["--time", "per_request"], "no policy 'per_request'. Did you mean 'per_request:60s'? All: "),
        (["--time", "real:600"], "time='real:600': give how many times as fast"),
        (
            ["--time", "on_sleep"],
            "nobody sees the clients of a server waiting. Take real, real:x600 or per_request:60s",
        ),
        (
            ["--time", "manual"],
            "'manual' is for tests in the same process: nobody can move the clock of a server from a terminal. "
            "Take real, real:x600 or per_request:60s",
        ),
        (["--edition", "icp2019"], "no edition 'icp2019'. Did you mean 'icp2018'?"),
        (["--port", "70000"], "port=70000: give 0 to 65535"),
        (["--port", "http"], "argument --port: 'http' is no port: give 0 (one that is free) to 65535"),
    ],
)
def test_what_cannot_be_served_is_said_with_status_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["serve", *arguments])
    except SystemExit as end:
        status = end.code  # type: ignore[assignment]
    printed = capsys.readouterr()
    assert status == 2
    assert printed.out == ""
    assert complaint in printed.err


def test_a_port_that_is_taken_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert capsys.readouterr().err.startswith(f"fakestt: host='127.0.0.1', port={port}:")


def test_what_the_fake_raises_is_printed_while_it_serves(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        """Waits once, then is Ctrl-C."""

        waited = False

        def wait(self, timeout: float) -> bool:
            if self.waited:
                raise KeyboardInterrupt
            self.waited = True
            return False

    class Failed:
        failures = [ZeroDivisionError("a mistake of the fake")]  # noqa: RUF012  # as a server's

    monkeypatch.setattr(serve.threading, "Event", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        serve.until_interrupted(Failed(), serve.Stop())  # type: ignore[arg-type]
    assert "ZeroDivisionError: a mistake of the fake" in capsys.readouterr().err


def test_it_tells_of_each_request_and_change_and_takes_the_settings_of_a_fake() -> None:
    with serving("--log", "--auth", "none", "--seed", "7", "--host", "localhost") as running:
        assert running.said["key"] == FakeSTT(seed=7).api_key
        assert running.ask("/v1/acoustic_customizations") == {"customizations": []}
        assert running.process.stdout is not None
        first = running.process.stdout.readline().rstrip("\n")  # it comes while the server goes on
        running.ask("/v1/acoustic_customizations?languag=en-US")
        status, out, err = running.end(signal.SIGINT)
    assert (status, err) == (0, "")
    second, *rest = out.splitlines()
    assert re.fullmatch(r" *\+0:00:0\d(\.\d+)?  GET  /acoustic_customizations  200  listAcousticModels", first)
    assert second.endswith("[note: unknown parameter 'languag'; did you mean 'language'?]")
    assert rest == ["", "Stopped after 2 requests."]


def test_an_address_that_everybody_reaches_has_to_be_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", "0.0.0.0"]) != 0
    assert "everybody who can reach this machine could read and change the fake" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "most", "taken"), [(1024, 9999, 4160), (1024, 2000, 2000), (1024, -1, 4160), (5000, -1, None)]
)
def test_it_takes_as_many_files_as_a_server_needs_and_the_system_allows(
    monkeypatch: pytest.MonkeyPatch, files: int, most: int, taken: int | None
) -> None:
    resource = pytest.importorskip("resource")  # Windows has none
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, most))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    serve.take_more_files()
    assert set_to == ([] if taken is None else [(taken, most)])
