"""Custom language models as the vendor's pages print them, and as one was seen: made by hand, then listed and read.

`language.jsonl` holds the printed facts, a line each. A page may leave a member out that every observed answer has.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asking import ask

from fakestt import FakeSTT

DATA = Path(__file__).parent.parent / "data" / "documented" / "language.jsonl"
PRINTED = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
LEFT_OUT = {"versions", "updated"}


def label(row: dict[str, Any]) -> str:
    return f"{row['edition']} {row['page']}#{row['anchor']} {row['request']['target']}"


def instant(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def with_models(edition: str, printed: list[dict[str, Any]]) -> tuple[FakeSTT, str]:
    """A fake that has these models, each made at its instant, and a key of their owner."""
    stt = FakeSTT(edition=edition, start=printed[0]["created"])
    for model in printed:
        stt.clock.advance(round(instant(model["created"]) - stt.clock.now(), 6))
        stt.language_models.add(
            id=model["customization_id"],
            **{
                name: model.get(name)
                for name in ("name", "base_model_name", "status", "description", "versions", "owner")
            },
        )
    state = stt.snapshot()
    for row, model in zip(state["models"], printed, strict=True):
        row["updated_at_s"] = instant(model.get("updated", model["created"]))  # nothing by hand changes a model later
    stt.restore(state)
    return stt, stt.auth.add_key(owner=printed[0]["owner"])


@pytest.mark.parametrize("row", PRINTED, ids=label)
def test_what_a_page_prints_of_language_models_is_answered(row: dict[str, Any]) -> None:
    printed = row["json"].get("customizations", [row["json"]])
    stt, key = with_models(row["edition"], printed)
    target = row["request"]["target"].replace("{customization_id}", printed[0]["customization_id"])
    heard = ask(stt, row["request"]["method"], target, key=key)
    assert heard.status == 200
    shown = heard.json.get("customizations", [heard.json])
    assert len(shown) == len(printed)
    for ours, theirs in zip(shown, printed, strict=True):
        assert {name: ours[name] for name in theirs} == theirs
        assert set(ours) - set(theirs) <= LEFT_OUT


# thomassuedbroecker/watson-stt-invocation README, 2022-11-18
SEEN = """{
   "owner": "d3443a47-877c-496d-95b9-f62bce50bb38",
   "base_model_name": "en-US_BroadbandModel",
   "customization_id": "7868e363-4afa-4d64-96fd-c506774eebca",
   "dialect": "en-US",
   "versions": ["en-US_BroadbandModel.v2020-01-16"],
   "created": "2022-11-18T13:32:44.945Z",
   "name": "MyDrums-1",
   "description": "MyDrums-demo",
   "progress": 0,
   "language": "en-US",
   "updated": "2022-11-18T13:32:44.945Z",
   "status": "pending"
}
"""


def test_a_language_model_is_written_as_it_was_seen_byte_for_byte() -> None:
    seen = json.loads(SEEN)
    stt, key = with_models("cloud2025", [seen])
    assert ask(stt, "GET", f"/v1/customizations/{seen['customization_id']}", key=key).body == SEEN.encode()
    assert list(ask(stt, "GET", "/v1/customizations", key=key).json["customizations"][0]) == list(seen)
