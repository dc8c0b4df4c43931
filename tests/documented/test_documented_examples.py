"""Every request and JSON answer that the vendor's pages print for these operations, replayed in the printed state.

`examples.jsonl` holds the printed facts, a line each. The state is brought about at the printed instants, under the
printed owner; only then are the ids replaced by the printed ones. Where a page prints less than the service says, or
something else than the request asks for, SLOPPY and NOT_REPLAYED say so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from asking import MODELS, Heard, add, ask, create

from fakestt import FakeSTT
from fakestt.contract.shapes import Guid
from fakestt.media import forge

DATA = Path(__file__).parent.parent / "data" / "documented" / "examples.jsonl"
PRINTED = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
BASE = "en-US_BroadbandModel"
WAITING = "00000000-0000-4000-8000-00000000000"


def label(row: dict[str, Any]) -> str:
    request = row["request"]
    return f"{row['edition']} {row['page']}#{row['anchor']} {request['method']} {request['target']}"


# fmt: off
SAME, PART, SHAPE = "the same", "the printed part is in it", "of the same shape"
ONE, ALL = "/v1/acoustic_customizations/{customization_id}", "/v1/acoustic_customizations"
REPLAYED = {
    f"icp2018 acoustic-audio.md#listExample GET {ONE}/audio": SAME,
    f"icp2018 acoustic-audio.md#getExampleAudio GET {ONE}/audio/audio1": SAME,
    f"icp2018 acoustic-audio.md#getExampleArchive GET {ONE}/audio/audio2": PART,
    f"icp2018 acoustic-create.md#createModel POST {ALL}": SHAPE,
    f"icp2018 acoustic-create.md#monitorAudio GET {ONE}/audio/audio1": SAME,
    f"icp2018 acoustic-create.md#monitorTraining GET {ONE}": PART,
    f"icp2018 acoustic-models.md#listExample GET {ALL}?language=en-US": SAME,
    f"icp2018 acoustic-models.md#listExample GET {ONE}": SAME,
    f"icp2020 acoustic-audio.md#listExample-audio GET {ONE}/audio": SAME,
    f"icp2020 acoustic-audio.md#getExampleAudio GET {ONE}/audio/audio1": SAME,
    f"icp2020 acoustic-audio.md#getExampleArchive GET {ONE}/audio/audio2": PART,
    f"icp2020 acoustic-create.md#createModel-acoustic POST {ALL}": SHAPE,
    f"icp2020 acoustic-create.md#monitorAudio GET {ONE}/audio/audio1": SAME,
    f"icp2020 acoustic-create.md#monitorTraining-acoustic GET {ONE}": PART,
    f"icp2020 acoustic-models.md#listExample-acoustic GET {ALL}?language=en-US": SAME,
    f"icp2020 acoustic-models.md#listExample-acoustic GET {ONE}": SAME,
    "icp2020 models.md#listExample GET /v1/models": PART,
    "icp2020 models.md#listExample GET /v1/models/en-US_BroadbandModel": SAME,
    f"cloud2025 acoustic-audio.md#listExample-audio GET {ONE}/audio": SAME,
    f"cloud2025 acoustic-audio.md#getExampleAudio GET {ONE}/audio/audio1": SAME,
    f"cloud2025 acoustic-audio.md#getExampleArchive GET {ONE}/audio/audio2": PART,
    f"cloud2025 acoustic-create.md#createModel-acoustic POST {ALL}": SHAPE,
    f"cloud2025 acoustic-create.md#monitorAudio GET {ONE}/audio/audio1": SAME,
    f"cloud2025 acoustic-create.md#monitorAudio GET {ONE}/audio/audio2": PART,
    f"cloud2025 acoustic-create.md#monitorTraining-acoustic GET {ONE}": PART,
    f"cloud2025 acoustic-models.md#listExample-acoustic-all GET {ALL}?language=en-US": SAME,
    f"cloud2025 acoustic-models.md#listExample-acoustic-specific GET {ONE}": SAME,
    "cloud2025 models-list.md#models-list-all-example GET /v1/models": PART,
    "cloud2025 models-list.md#models-pg-list-specific-example GET /v1/models/en-US_BroadbandModel": SAME,
    "cloud2025 models-list.md#models-ng-list-specific-example GET /v1/models/en-US_Telephony": SAME,
    "cloud2025 models-list.md#models-large-speech-list-specific-example GET /v1/models/en-US": SAME,
}

SLOPPY = {  # where the printed answer is a part of ours: what ours has besides, and why it is right to have it
    "monitorTraining": ({"versions"}, "every answer that was observed while training has `versions`"),
    "monitorTraining-acoustic": ({"versions"}, "the same"),
    "getExampleArchive": (set(), "the two printed members are 254 of the container's 556 seconds: the rest is cut"),
    "monitorAudio": ({"audio"}, "the members are left out; the page of the operation prints them"),
    "listExample": (set(), "some of the models are printed"),
    "models-list-all-example": (set(), "some of the models are printed"),
}

UPGRADE = f"{ONE}/upgrade_model?custom_language_model_id={{custom_language_model_id}}"
NOT_REPLAYED = {
    f"{edition} custom-upgrade.md#upgradeList POST {UPGRADE}":
        "what is printed is the listing of a custom language model (it has a `dialect`), not this request's answer"
    for edition in ("icp2018", "icp2020")
}
# fmt: on

Step = tuple[float, Callable[[], None]]


def instant(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def with_models(edition: str, printed: list[dict[str, Any]]) -> tuple[FakeSTT, str]:
    """A fake in which these models have come to be what is printed, when it is printed; and a key of their owner."""
    stt = FakeSTT(edition=edition, start=printed[0]["created"])
    key = stt.auth.add_key(owner=printed[0]["owner"])
    ids: dict[str, str] = {}
    steps: list[Step] = []
    for model in printed:
        steps += steps_of(stt, key, model, ids)
    for at_s, step in sorted(steps, key=lambda one: one[0]):
        stt.clock.advance(round(at_s - stt.clock.now(), 6))
        step()
    state = json.dumps(stt.snapshot())
    for ours, theirs in ids.items():
        state = state.replace(ours, theirs)
    stt.restore(json.loads(state))
    return stt, key


def steps_of(stt: FakeSTT, key: str, model: dict[str, Any], ids: dict[str, str]) -> list[Step]:
    created_at_s = instant(model["created"])
    status = model["status"]
    # A model that was put there by hand at its creation, and what happened to it since.
    updated_at_s = instant(model["updated"]) if "updated" in model else created_at_s + 7200
    takes_s = 60.0

    def make() -> None:
        view = stt.acoustic_models.add(
            name=model["name"],
            base_model_name=model["base_model_name"],
            description=model["description"],
            versions=model.get("versions"),
            owner=model["owner"],
            status="ready",
        )
        ids[view.id] = model["customization_id"]
        if status == "available":
            view.script.training(takes=takes_s)

    def send(command: str) -> None:
        ours = next(ours for ours, theirs in ids.items() if theirs == model["customization_id"])
        assert ask(stt, "POST", f"{MODELS}/{ours}/{command}", key=key).status == 200

    steps: list[Step] = [(created_at_s, make)]
    if status == "available":
        steps.append((updated_at_s - takes_s, lambda: send("train")))
        steps.append((updated_at_s, lambda: None))
    else:
        # A pending model with two versions was in use once: a reset keeps them.
        steps.append((updated_at_s, lambda: send("reset" if status == "pending" else "train")))
    return steps


@lru_cache
def audio_state(edition: str) -> tuple[dict[str, Any], str]:
    """The model of the audio pages: a wav and an archive that are analysed, a third file that is not yet."""
    stt = FakeSTT(edition=edition, start="2016-06-01T18:42:25.324Z")
    model_id = create(stt)
    lengths = {"audio-file1.wav": 121, "audio-file2.wav": 133, "audio-file3.wav": 302}
    archive = forge.zip_of({name: forge.wav(seconds, 16000) for name, seconds in lengths.items()})
    assert add(stt, model_id, "audio1", forge.wav(131, 22050), "audio/wav").status == 201
    stt.clock.advance("1m")
    assert add(stt, model_id, "audio2", archive, "application/zip").status == 201
    stt.clock.advance("1m")
    assert add(stt, model_id, "audio3", forge.wav(10), "audio/wav").status == 201
    return stt.snapshot(), model_id


def replay(row: dict[str, Any]) -> tuple[Heard, Any]:
    """What the fake answers, and what is printed with its placeholders filled in."""
    edition, request, printed = row["edition"], row["request"], row["json"]
    target = request["target"]
    headers = dict(header.split(": ", 1) for header in request["headers"])
    if target.startswith("/v1/models"):
        stt = FakeSTT(edition=edition)
        base = stt.url.removeprefix("https://fakestt.test")
        text = json.dumps(printed).replace("{icp_cluster_host}", "fakestt.test").replace("{url}", stt.url)
        return ask(stt, request["method"], base + target, headers=headers), json.loads(text)
    if request["method"] == "POST":
        stt = FakeSTT(edition=edition)
        return ask(stt, "POST", target, request["body"].encode(), headers), printed
    if "/audio" in target:
        state, model_id = audio_state(edition)
        stt = FakeSTT(edition=edition, start=0)
        stt.restore(state)
        return ask(stt, "GET", target.replace("{customization_id}", model_id)), printed
    models = printed.get("customizations", [printed])
    stt, key = with_models(edition, models)
    return ask(stt, "GET", target.replace("{customization_id}", models[0]["customization_id"]), key=key), printed


@pytest.mark.parametrize("row", [row for row in PRINTED if label(row) in REPLAYED], ids=label)
def test_a_printed_request_gets_the_printed_answer(row: dict[str, Any]) -> None:
    heard, printed = replay(row)
    how = REPLAYED[label(row)]
    if how == SHAPE:
        assert heard.status == 201
        assert set(heard.json) == set(printed) == {"customization_id"}
        assert Guid().problem(heard.json["customization_id"]) is None
        return
    assert heard.status == 200
    if how == SAME:
        assert heard.json == printed
        return
    more, _ = SLOPPY[row["anchor"]]
    assert set(heard.json) == set(printed) | more
    for name, value in printed.items():
        if isinstance(value, list):
            assert [one for one in value if one not in heard.json[name]] == []
            assert all(set(one) == set(value[0]) for one in heard.json[name] if "low_latency" not in str(one))
        else:
            assert heard.json[name] == value


def test_everything_that_is_printed_is_replayed_or_says_why_not() -> None:
    labels = [label(row) for row in PRINTED]
    assert len(set(labels)) == len(labels)
    assert set(labels) == set(REPLAYED) | set(NOT_REPLAYED)
    assert not set(REPLAYED) & set(NOT_REPLAYED)


@pytest.mark.parametrize("row", [row for row in PRINTED if label(row) in NOT_REPLAYED], ids=label)
def test_what_is_not_replayed_prints_a_language_model(row: dict[str, Any]) -> None:
    assert row["json"]["dialect"] == "en-US"
    assert row["json"]["description"] == "Example custom language model"


@pytest.mark.parametrize("row", [row for row in PRINTED if label(row) in NOT_REPLAYED], ids=label)
def test_the_upgrade_that_such_a_page_asks_for_is_accepted(row: dict[str, Any]) -> None:
    stt = FakeSTT(edition=row["edition"])
    model = stt.acoustic_models.add(status="available")
    helper = stt.language_models.add()
    stt.base_models.publish(BASE, "en-US_BroadbandModel.v2018-07-31")
    helper.upgrade()
    target = row["request"]["target"]
    target = target.replace("{customization_id}", model.id).replace("{custom_language_model_id}", helper.id)
    heard = ask(stt, row["request"]["method"], target)
    assert (heard.status, heard.json) == (200, {})
    assert model.status == "upgrading"
