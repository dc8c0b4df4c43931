"""What requests asks of the machine's certificates: nothing for our hosts, unless the client named some."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from intercept_rig import FAKE, HOST
from requests import adapters

from fakestt.intercept.hosts import reachable

URL = f"https://{HOST}/"


@pytest.fixture
def without_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which requests finds none of its own."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(adapters, "DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "nowhere.pem"))


@pytest.mark.usefixtures("without_certificates")
def test_the_machines_own_certificates_are_not_looked_for() -> None:
    with reachable({HOST: FAKE}):
        assert requests.get(URL, timeout=5).text == "fake"


@pytest.mark.usefixtures("without_certificates")
def test_for_another_host_they_are() -> None:
    with reachable({HOST: FAKE}, block_network=True), pytest.raises(OSError, match=r"nowhere\.pem"):
        requests.get("https://elsewhere.test/", timeout=5)


@pytest.mark.parametrize("named", ["verify", "cert"])
def test_a_file_that_the_client_names_must_be_there(named: str, tmp_path: Path) -> None:
    missing: dict[str, Any] = {named: str(tmp_path / "missing.pem")}
    with reachable({HOST: FAKE}), pytest.raises(OSError, match=r"missing\.pem"):
        requests.get(URL, timeout=5, **missing)


def test_so_must_one_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    with reachable({HOST: FAKE}), pytest.raises(OSError, match=r"missing\.pem"):
        requests.get(URL, timeout=5)


@pytest.mark.usefixtures("without_certificates")
def test_a_session_that_was_led_looks_for_them_afterwards() -> None:
    with requests.Session() as session:
        with reachable({HOST: FAKE}):
            assert session.get(URL, timeout=5).text == "fake"
        with pytest.raises(OSError, match=r"nowhere\.pem"):
            session.get(URL, timeout=5)
