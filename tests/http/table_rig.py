"""What the state tables of both kinds of models share: their form, the way to a phase, how an answer fits a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from asking import START, Heard, ask

from fakestt import FakeSTT
from fakestt.contract.operation import Operation

Cell = Callable[[str], AbstractContextManager[None]]
BASE = "en-US_BroadbandModel"
NEWER = "en-US_BroadbandModel.v2030-01-01"
PHASES = ("P0", "PB", "PI", "R", "RM", "B*", "T", "A", "U", "F")
STATUSES = {
    "P0": "pending", "PB": "pending", "PI": "pending", "R": "ready", "RM": "ready", "B*": "pending", "T": "training",
    "A": "available", "U": "upgrading", "F": "failed",
}  # fmt: skip
SAYS = {
    "lock": "is currently locked to process your last request.",
    "bad": "has not completed successfully",
    "new": "model is up-to-date",
    "same": "No input data modified since last training",
    "idle": "must be ready or available",
    "name": "already exists",
}
DESCRIPTIONS = {400: "Bad Request", 404: "No Such Resource", 409: "Conflict"}


def rows_of(text: str) -> dict[str, dict[str, str]]:
    """The cells that can be asked, by the name of the row and the phase."""
    rows = {}
    for line in filter(None, text.splitlines()):
        name, *cells = line.split()
        if name != "P0":
            rows[name] = {phase: cell for phase, cell in zip(PHASES, cells, strict=True) if cell != "-"}
    return rows


def go_on(stt: FakeSTT, model: Any, target: str, phase: str, newer: bool, add_more: Callable[[], object]) -> Any:
    """Bring a model with data to a later phase by requests to `target` alone. Returns the state as data."""
    if phase in ("T", "A", "B*", "U", "F"):
        if phase == "F":
            model.script.training(fails="engine stopped", after="1m")
        assert ask(stt, "POST", f"{target}/train").status == 200
    if phase in ("A", "B*", "U", "F"):
        stt.clock.advance("1d")
    if newer or phase == "U":
        stt.base_models.publish(BASE, NEWER)
    if phase == "U":
        assert ask(stt, "POST", f"{target}/upgrade_model").status == 200
    if phase == "B*":
        add_more()
    return stt.snapshot()


def restored(edition: str, state: Any) -> FakeSTT:
    stt = FakeSTT(edition=edition, start=START)
    stt.restore(state)
    return stt


def check(
    stt: FakeSTT, heard: Heard, operation: Operation, cell: str, says: Mapping[str, str], before: dict[str, Any]
) -> str:
    """Compare an answer with a cell. Returns the phase behind its `>`, if it has one."""
    answer, _, word = cell.partition(":")
    status, _, after = answer.partition(">")
    assert heard.status == int(status), heard
    if heard.status < 300:
        assert heard.status == operation.success
        assert operation.returns.problem(heard.json) is None
    else:
        assert set(heard.json) == {"error", "code", "code_description"}
        assert heard.json["code"] == heard.status
        assert heard.json["code_description"] == DESCRIPTIONS[heard.status]
        assert says[word] in heard.error
        if not after:
            assert stt.snapshot() == before, "a refusal that changes nothing"
    return after


def check_phase(models: Any, model_id: str, phase: str, after: str) -> None:
    if after == "gone":
        assert model_id not in models
    else:
        assert models[model_id].phase.code == (after or phase).replace("B*", "PB")
