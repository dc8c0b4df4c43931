"""What a status is called does not depend on the Python that runs the fake."""

from __future__ import annotations

import pytest
import requests

import fakestt
from fakestt.phrases import phrase

# Python 3.13 has other names for the first four.
# fmt: off
PHRASES = {
    413: "Request Entity Too Large", 414: "Request-URI Too Long", 416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity", 200: "OK", 404: "Not Found", 500: "Internal Server Error", 599: "Error",
}
# fmt: on


@pytest.mark.parametrize(("status", "words"), PHRASES.items())
def test_a_status_has_one_name_in_every_python(status: int, words: str) -> None:
    assert phrase(status) == words


def test_status_line_and_body_use_it() -> None:
    stt = fakestt.FakeSTT()
    stt.faults.on("listModels").fail(422)
    with stt.reachable():
        answer = requests.get(f"{stt.url}/v1/models", auth=("apikey", stt.api_key), timeout=5)
    assert (answer.reason, answer.json()["code_description"]) == (PHRASES[422], PHRASES[422])
