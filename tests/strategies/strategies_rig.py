"""What the tests of strategies share: how much they draw, and a request."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

import requests
from hypothesis import settings

from fakestt import EDITIONS, FakeSTT

ALL_EDITIONS = tuple(EDITIONS)
EXAMPLES = int(os.environ.get("FAKESTT_EXAMPLES", "5"))  # the long run asks for 500
SOME = settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True)
MANY = settings(SOME, max_examples=100)
"""To find an example, and the simplest of its kind."""


def answered(stt: FakeSTT, method: str, *path: str, **more: Any) -> int:
    """The status of an answer; each word of the path is encoded."""
    target = "/".join(quote(word, safe="") for word in path)
    with stt.reachable():
        return requests.request(method, f"{stt.url}/v1/{target}", auth=("apikey", "any"), **more).status_code
