"""A fake with a bit of everything on it. To write the golden file anew after the data was changed on purpose:

python tests/page/page_stories.py
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent / "http"))

from asking import MODELS, START, add, ask, create

from fakestt import FakeSTT
from fakestt.exploring.findings import Failure, Findings
from fakestt.exploring.marks import Replay
from fakestt.exploring.schedule import Schedule
from fakestt.exploring.shown import explored_data
from fakestt.exploring.trial import Trial
from fakestt.page.of_fake import of_fake

GOLDEN = Path(__file__).parent / "golden" / "story.json"
EXPLORED = GOLDEN.with_name("explored.json")
SCHEDULES = ("r3:getAcousticModel=fail(503)", "training:car=failed", "r1:trainAcousticModel=lose_reply()")


def story() -> FakeSTT:
    """Two models of one name, audio good and bad, polls that take turns, faults, a refusal, a deletion, a remark."""
    stt = FakeSTT(start=START)
    stt.acoustic_models.add(name="car", status="available")
    model_id = create(stt)
    add(stt, model_id)
    add(stt, model_id, "audio2", data=b"no audio")
    stt.clock.advance("1m")
    add(stt, model_id, "audio2", data=b"no audio")
    ask(stt, "DELETE", f"{MODELS}/{model_id}/audio/audio2")
    stt.clock.advance("1m")
    stt.script.training(takes="2h")
    ask(stt, "POST", f"{MODELS}/{model_id}/train")
    ask(stt, "POST", f"{MODELS}/{model_id}/train")
    rule = stt.faults.on("getAcousticModel", nth=20).fail(503, "a bad day", retry_after=30)
    assert rule
    for _ in range(30):
        stt.clock.advance("60s")
        ask(stt, "GET", f"{MODELS}/{model_id}")
        ask(stt, "GET", f"{MODELS}/{model_id}/audio/audio1")
    stt.faults.on("listModels").lose_reply()
    with suppress(ConnectionError):
        ask(stt, "GET", "/v1/models")
    ask(stt, "GET", f"{MODELS}/{model_id[:-1]}0")
    ask(stt, "GET", "/v1/recognize")
    stt.journal.remark(stt.clock.now(), "the test looked at the sky")
    stt.clock.advance("3m")
    return stt


def run(schedule: str = "") -> FakeSTT:
    """One schedule of a client that trains, and looks every twenty minutes until it is available, a hundred times."""
    stt = FakeSTT(start=START, choices=Trial(Schedule.parse(schedule)))
    stt.faults.offer(*Replay.of(schedule).faults)
    model = stt.acoustic_models.add(name="car", status="ready")
    with suppress(ConnectionError):
        ask(stt, "POST", f"{MODELS}/{model.id}/train")
        for _ in range(100):
            stt.clock.advance("20m")
            if ask(stt, "GET", f"{MODELS}/{model.id}").json.get("status") == "available":
                break
    return stt


def explored() -> dict[str, Any]:
    """A test that was explored: three kinds of failures, the last of which is not drawn."""
    findings = Findings()
    for number, schedule in enumerate(SCHEDULES):
        findings.add(Schedule.parse(schedule), Failure("KeyError", f"client.py:{number}", "'status'"))
    drawn = [(one, [run(str(one.schedule))] if number < 2 else []) for number, one in enumerate(findings)]
    return explored_data("9 schedules with at most 1 fault, 3 failed, smallest: ...", [run()], drawn)


def written(data: dict[str, Any]) -> str:
    """As a file of which a line is one row, one phase or one jump."""
    lines = []
    for name, value in data.items():
        rows = [f"  {json.dumps(one, ensure_ascii=False)}" for one in value] if isinstance(value, list) else []
        lines.append(
            f" {json.dumps(name)}: "
            + ("[\n" + ",\n".join(rows) + "\n ]" if rows else json.dumps(value, ensure_ascii=False))
        )
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    GOLDEN.write_text(written(of_fake(story())), encoding="utf-8")
    EXPLORED.write_text(written(explored()), encoding="utf-8")
