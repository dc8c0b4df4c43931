"""The state table rules: turn a row round, and the service says the opposite."""

from __future__ import annotations

from typing import Any

import pytest
from asking import MODELS, START, add, ask

from fakestt import FakeSTT
from fakestt.core.acoustic.phases import AcousticCommand as C
from fakestt.core.acoustic.table import COMMANDS
from fakestt.core.lifecycle import Refuse
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why

REQUESTS: dict[C, tuple[str, str]] = {
    C.GET: ("GET", ""),
    C.DELETE: ("DELETE", ""),
    C.TRAIN: ("POST", "/train"),
    C.RESET: ("POST", "/reset"),
    C.UPGRADE: ("POST", "/upgrade_model"),
    C.LIST_AUDIO: ("GET", "/audio"),
    C.GET_AUDIO: ("GET", "/audio/audio1"),
    C.DELETE_AUDIO: ("DELETE", "/audio/audio1"),
}


def locked(monkeypatch: pytest.MonkeyPatch, command: C) -> None:
    row: dict[Any, Any] = {phase: Refuse(Why.BUSY) for phase in ModelPhase}
    monkeypatch.setitem(COMMANDS, command, row)


@pytest.mark.parametrize("command", REQUESTS, ids=lambda command: command.value)
def test_a_row_that_is_locked_refuses_its_request(monkeypatch: pytest.MonkeyPatch, command: C) -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready")
    locked(monkeypatch, command)
    method, path = REQUESTS[command]
    assert ask(stt, method, f"{MODELS}/{model.id}{path}").status == 409


def test_locked_rows_refuse_uploads_and_the_deletion_of_labelled_data(monkeypatch: pytest.MonkeyPatch) -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready")
    assert add(stt, model.id, "labelled", headers={"X-Watson-Metadata": "customer_id=kim"}).status == 201
    locked(monkeypatch, C.ADD_AUDIO)
    locked(monkeypatch, C.DELETE_USER_DATA)
    assert add(stt, model.id, "more").status == 409
    assert ask(stt, "DELETE", "/v1/user_data?customer_id=kim").status == 409
    assert "labelled" in model.audio


def test_every_row_is_asked_here() -> None:
    assert {*REQUESTS, C.ADD_AUDIO, C.DELETE_USER_DATA} == set(C)
