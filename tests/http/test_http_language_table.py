"""The state table of language models, cell by cell, over HTTP: each command in each phase, in each edition.

A cell is the status, then `>` and the next phase where it changes, then a word for what the refusal says:

    lock   locked                                       new    model is up-to-date
    none   No input data available for training         same   No input data modified since last training
    bad    some data is not valid                       idle   neither ready nor available
"""

# Tables are wider than a line.
# ruff: noqa: E501

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from asking import EDITIONS, START, Heard, ask

from fakestt import FakeSTT
from fakestt.contract.operations import OPERATIONS

MODELS = "/v1/customizations"
BASE = "en-US_BroadbandModel"
NEWER = "en-US_BroadbandModel.v2030-01-01"
PHASES = ("P0", "PB", "PI", "R", "RM", "T", "A", "U", "F")

COMMON = """
                 P0          PB          PI          R           RM          T           A           U           F
create           201         201         201         201         201         201         201         201         201
list             200         200         200         200         200         200         200         200         200
get              200         200         200         200         200         200         200         200         200
delete           200>gone    409:lock    200>gone    200>gone    200>gone    409:lock    200>gone    409:lock    200>gone
train            400>F:none  409:lock    400>F:bad   200>T       400>F:bad   409:lock    400:same    409:lock    200>T
reset            200         409:lock    200>P0      200>P0      200>P0      409:lock    200>P0      409:lock    200>P0
upgrade-newer    400:idle    409:lock    400:idle    200>U       200>U       409:lock    200>U       409:lock    400:idle
upgrade-newest   400:new     409:lock    400:new     400:new     400:new     409:lock    400:new     409:lock    400:new
"""

# A parameter that the edition does not know is ignored.
WITHOUT_STRICT = """
                 P0          PB          PI          R           RM          T           A           U           F
train-lenient    400>F:none  409:lock    400>F:bad   200>T       400>F:bad   409:lock    400:same    409:lock    200>T
"""
WITH_STRICT = """
                 P0          PB          PI          R           RM          T           A           U           F
train-lenient    400>F:none  409:lock    400>F:bad   200>T       200>T       409:lock    400:same    409:lock    200>T
"""
WITHOUT_FORCE = """
                 P0          PB          PI          R           RM          T           A           U           F
train-force      400>F:none  409:lock    400>F:bad   200>T       400>F:bad   409:lock    400:same    409:lock    200>T
"""
WITH_FORCE = """
                 P0          PB          PI          R           RM          T           A           U           F
train-force      400>F:none  409:lock    400>F:bad   200>T       400>F:bad   409:lock    200>T       409:lock    200>T
"""
TABLES = {
    "icp2018": COMMON + WITHOUT_STRICT + WITHOUT_FORCE,
    "icp2020": COMMON + WITH_STRICT + WITHOUT_FORCE,
    "cloud2025": COMMON + WITH_STRICT + WITH_FORCE,
    "cp4d2025": COMMON + WITH_STRICT + WITHOUT_FORCE,
}

COMMANDS = {  # method, what follows the models' address, the operation
    "create": ("POST", "", "createLanguageModel"),
    "list": ("GET", "", "listLanguageModels"),
    "get": ("GET", "/{id}", "getLanguageModel"),
    "delete": ("DELETE", "/{id}", "deleteLanguageModel"),
    "train": ("POST", "/{id}/train", "trainLanguageModel"),
    "train-lenient": ("POST", "/{id}/train?strict=false", "trainLanguageModel"),
    "train-force": ("POST", "/{id}/train?force=true", "trainLanguageModel"),
    "reset": ("POST", "/{id}/reset", "resetLanguageModel"),
    "upgrade-newer": ("POST", "/{id}/upgrade_model", "upgradeLanguageModel"),
    "upgrade-newest": ("POST", "/{id}/upgrade_model", "upgradeLanguageModel"),
}
SAYS = {
    "lock": "is currently locked to process your last request.",
    "none": "No input data available for training",
    "bad": "has not completed successfully",
    "new": "model is up-to-date",
    "same": "No input data modified since last training",
    "idle": "must be ready or available",
}
PUT: dict[str, dict[str, Any]] = {
    "P0": {"status": "pending"},
    "PB": {"status": "pending", "words": ["good"]},
    "PI": {"status": "pending", "invalid_words": ["75.00"]},
    "R": {"status": "ready"},
    "RM": {"status": "ready", "invalid_words": ["75.00"]},
    "T": {"status": "training"},
    "A": {"status": "available"},
    "U": {"status": "upgrading"},
    "F": {"status": "failed"},
}


def rows_of(text: str) -> dict[str, dict[str, str]]:
    rows = {}
    for line in filter(None, text.splitlines()):
        name, *cells = line.split()
        if name != "P0":
            rows[name] = dict(zip(PHASES, cells, strict=True))
    return rows


CELLS = [
    pytest.param(edition, command, phase, cell, id=f"{edition}-{command}-{phase}")
    for edition in EDITIONS
    for command, row in rows_of(TABLES[edition]).items()
    for phase, cell in row.items()
]


@lru_cache
def reached(edition: str, phase: str, newer: bool) -> tuple[dict[str, Any], str]:
    """A state as data, and the id of the model that is in this phase."""
    stt = FakeSTT(edition=edition, start=START)
    if phase == "U":
        stt.base_models.publish(BASE, NEWER)
    model = stt.language_models.add(**PUT[phase])
    if newer and phase != "U":
        stt.base_models.publish(BASE, NEWER)
    return stt.snapshot(), model.id


def in_phase(edition: str, phase: str, *, newer: bool = False) -> tuple[FakeSTT, str]:
    state, model_id = reached(edition, phase, newer)
    stt = FakeSTT(edition=edition, start=START)
    stt.restore(state)
    return stt, model_id


def send(stt: FakeSTT, command: str, model_id: str) -> Heard:
    method, target, operation = COMMANDS[command]
    body: Any = {"name": "another", "base_model_name": BASE} if operation == "createLanguageModel" else b""
    return ask(stt, method, MODELS + target.format(id=model_id), body)


@pytest.mark.parametrize(("edition", "command", "phase", "cell"), CELLS)
def test_a_command_in_a_phase_is_answered_as_the_table_says(edition: str, command: str, phase: str, cell: str) -> None:
    stt, model_id = in_phase(edition, phase, newer=command == "upgrade-newer")
    before = stt.snapshot()
    heard = send(stt, command, model_id)
    answer, _, word = cell.partition(":")
    status, _, after = answer.partition(">")
    assert heard.status == int(status), heard
    if heard.status < 300:
        operation = OPERATIONS[COMMANDS[command][2]]
        assert heard.status == operation.success
        assert operation.returns.problem(heard.json) is None
    else:
        assert set(heard.json) == {"error", "code", "code_description"}
        assert heard.json["code_description"] == {400: "Bad Request", 409: "Conflict"}[heard.status]
        assert SAYS[word] in heard.error
        if not after:
            assert stt.snapshot() == before, "a refusal that changes nothing"
    if after == "gone":
        assert model_id not in stt.language_models
    else:
        assert stt.language_models[model_id].phase.code == (after or phase)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("phase", PHASES)
def test_get_shows_the_status_of_the_phase_and_progress_only_when_available(edition: str, phase: str) -> None:
    stt, model_id = in_phase(edition, phase)
    shown = ask(stt, "GET", f"{MODELS}/{model_id}").json
    assert (shown["status"], shown["progress"]) == (PUT[phase]["status"], 100 if phase == "A" else 0)
    assert ("error" in shown) is (phase == "F")


def test_every_row_is_there_for_every_edition_and_every_phase() -> None:
    for edition in EDITIONS:
        assert set(rows_of(TABLES[edition])) == set(COMMANDS)
    asked = {operation for _, _, operation in COMMANDS.values()}
    assert asked == {name for name, row in OPERATIONS.items() if row.path.startswith(MODELS)}
    assert set(PUT) == set(PHASES)
