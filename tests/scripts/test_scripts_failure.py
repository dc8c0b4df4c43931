"""How a failed training shows its error: a string that holds JSON, in the form that was seen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import MODELS, ask

from fakestt import FakeSTT

SEEN = {"code": 500, "code_description": "Internal Server Error"}
"""What stands before the words of the one failed model that is on record."""


def error_of(fails: Any, activity: str = "training") -> str:
    """The `error` on the wire after a training that fails so."""
    stt = FakeSTT(start=0)
    getattr(stt.script, activity)(fails=fails, after="10m")
    status = {"training": "training", "upgrade": "upgrading"}[activity]
    model = stt.acoustic_models.add(status=status, versions=["old"])
    assert "error" not in ask(stt, "GET", f"{MODELS}/{model.id}").json
    stt.clock.advance("10m")
    wire = ask(stt, "GET", f"{MODELS}/{model.id}").json
    assert (wire["status"], wire["progress"]) == ("failed", 0)
    assert list(wire)[-2:] == ["error", "status"]
    error = wire["error"]
    assert isinstance(error, str)
    return error


@pytest.mark.parametrize("activity", ["training", "upgrade"])
def test_a_text_stands_in_the_form_that_was_seen_byte_for_byte(activity: str) -> None:
    assert error_of("not enough speech", activity) == (
        '{"code":500,"code_description":"Internal Server Error","error":"not enough speech"}'
    )


@pytest.mark.parametrize(
    ("fails", "text"),
    [
        (True, "training failed"),
        ('with "quotes" and\ttabs\n', 'with "quotes" and\ttabs\n'),
        ("zu leise: äöü", "zu leise: äöü"),
        ("{no JSON", "{no JSON"),
        ("[1]", "[1]"),
        ("{" * 100_000, "{" * 100_000),
        ('{"a":' * 20_000, '{"a":' * 20_000),
    ],
    ids=["true", "escapes", "not ASCII", "a brace", "a list", "braces", "deep"],
)
def test_any_text_can_be_read_back_with_a_second_loads(fails: Any, text: str) -> None:
    assert json.loads(error_of(fails)) == {**SEEN, "error": text}


@pytest.mark.parametrize("dumped", [False, True], ids=["mapping", "text"])
def test_the_other_form_that_clients_read_can_be_had(dumped: bool) -> None:
    other = {"warnings": [{"code": "invalid_audio_files", "message": "not enough speech"}]}
    error = error_of(json.dumps(other) if dumped else other)
    assert json.loads(error)["warnings"][0]["message"] == "not enough speech"
    assert json.loads(error) == other


def test_a_view_shows_the_authors_words() -> None:
    stt = FakeSTT(start=0)
    stt.script.training(fails="not enough speech", after="10m")
    model = stt.acoustic_models.add(status="training")
    stt.clock.advance("10m")
    assert model.error == "not enough speech"
    assert json.loads(model.as_json()["error"])["error"] == model.error


def test_the_error_is_gone_when_another_training_begins() -> None:
    stt = FakeSTT(start=0)
    model = stt.acoustic_models.add(status="failed", error="why")
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train").status == 200
    assert "error" not in ask(stt, "GET", f"{MODELS}/{model.id}").json
