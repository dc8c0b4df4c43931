"""A client that trains a model and tries again whatever fails. It counts its requests."""

from __future__ import annotations

import functools
import time
from typing import Any

import requests

from fakestt.media import forge

__all__ = ["Client", "count"]

count = [0]
"""The requests of all clients."""


class Client:
    """Trains a model on one recording, and polls each minute."""

    def __init__(self, session: requests.Session, root: str) -> None:
        self.has_met_errors = False
        self._session = session
        self._root = root

    def run(self) -> str:
        """Do it all. Returns how it ended."""
        created = self._ask("POST", json={"name": "car", "base_model_name": "en-US_BroadbandModel"}).json()
        model = f"/{created['customization_id']}"
        recording = f"{model}/audio/first"
        self._ask("POST", f"{recording}?allow_overwrite=true", data=_flac(), headers={"Content-Type": "audio/flac"})
        if self._until(recording, "ok", "invalid") == "invalid":
            return "invalid"
        self._ask("POST", f"{model}/train")
        return self._until(model, "available", "failed")

    def _until(self, path: str, *ends: str) -> str:
        while (status := self._ask("GET", path).json()["status"]) not in ends:
            time.sleep(60)
        return str(status)

    def _ask(self, method: str, path: str = "", **more: Any) -> requests.Response:  # Any: whatever requests takes
        for _ in range(5):
            count[0] += 1
            try:
                answer = self._session.request(method, self._root + path, timeout=30, **more)
            except requests.RequestException:
                answer = None
            if answer is not None and (answer.ok or answer.status_code == 409):  # its lost reply has done the work
                return answer
            self.has_met_errors = True
            time.sleep(30)
        raise TimeoutError(f"{method} {path}")


@functools.cache
def _flac() -> bytes:
    return forge.flac(720)
