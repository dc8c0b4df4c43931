"""A fake that clients reach, and the official client of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ibm_cloud_sdk_core import authenticators
from urllib3.util.retry import Retry

from fakestt import FakeSTT

# These two are about the SDK of today. One of 2023, and urllib3 1.26 goes with none that is newer, has fewer
# authenticators and other names for an error's parts; tests/old_clients drives such.
collect_ignore = (
    [] if hasattr(authenticators, "IAMAssumeAuthenticator") else ["test_clients_tokens.py", "test_sdk_errors.py"]
)


@pytest.fixture
def stt() -> Iterator[FakeSTT]:
    """A fake of icp2018 that is reachable for the time of the test."""
    fake = FakeSTT(start="2018-10-27T00:00:00Z")
    with fake.reachable():
        yield fake


@pytest.fixture
def client(stt: FakeSTT) -> Any:  # Any: the SDK is untyped
    """The official client, as its user makes it."""
    return stt.client()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What urllib3 would have slept between its tries, in seconds; it does not."""
    waited: list[float] = []

    def sleep(retry: Retry, response: Any = None) -> None:
        asked_s = retry.get_retry_after(response) if response is not None else None
        waited.append(retry.get_backoff_time() if asked_s is None else asked_s)

    monkeypatch.setattr(Retry, "sleep", sleep)
    return waited
