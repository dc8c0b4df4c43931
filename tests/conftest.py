"""What more than one folder of tests needs."""

from __future__ import annotations

import sys

import pytest

pytest_plugins = ["pytester"]

if sys.version_info < (3, 11):

    def pytest_configure(config: pytest.Config) -> None:
        # Its asyncio does not mark the transport of a TLS connection as closed when the other side has closed it
        # (`SSLProtocol.connection_lost`), and warns when it is collected: aiohttp's users see that with any server.
        config.addinivalue_line("filterwarnings", "ignore:unclosed transport <asyncio.sslproto:ResourceWarning")


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """pytest's own, telling the same wherever it runs: on a build machine its summary repeats each error whole."""
    for name in ("CI", "BUILD_NUMBER", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return pytester
