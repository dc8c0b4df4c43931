"""Servers for tests, on threads that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from fakestt.transports.live import Server, Workers


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers() as workers:
        yield workers


@pytest.fixture
def served(workers: Workers) -> Iterator[Callable[..., Server]]:
    """Serves applications until the end of the test, and then asks whether one of them raised."""
    with ExitStack() as stack:
        servers = []

        def serve(app: Any, **options: Any) -> Server:
            servers.append(stack.enter_context(workers.serve(app, **options)))
            return servers[-1]

        yield serve
        assert [server.failures for server in servers if server.failures] == []
