"""What the page shows of a fake, as data: all of it, in little space, and of the test's own time alone."""

from __future__ import annotations

import json
from typing import Any

from asking import MODELS, START, ask, flac
from freezegun import freeze_time
from page_stories import GOLDEN, story, written

from fakestt import FakeSTT
from fakestt.page.data import MOST_JUMPS, MOST_NOTES, MOST_ROWS
from fakestt.page.lanes import MOST_IN_ALL, MOST_LANES, MOST_PHASES
from fakestt.page.of_fake import of_fake, seen_so_far


def polled(stt: FakeSTT, model_id: str, times: int, every: float = 60, path: str = "") -> None:
    for _ in range(times):
        ask(stt, "GET", f"{MODELS}/{model_id}{path}")
        stt.clock.advance(every)


def row_of(data: dict[str, Any], operation: str) -> Any:
    [row] = [row for row in data["rows"] if row.get("operation") == operation]
    return row


def test_the_data_of_a_story_is_the_golden_file() -> None:
    assert written(of_fake(story())) == GOLDEN.read_text(encoding="utf-8")


def test_a_fake_that_nobody_used_has_hardly_any_data() -> None:
    assert of_fake(FakeSTT(start=START)) == {
        "name": "fakestt.test", "edition": "icp2018", "started": "2018-10-27T00:00:00.000Z", "to": 0, "requests": 0,
    }  # fmt: skip


def test_equal_reads_are_one_row_that_says_how_far_apart_they_are() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training", minutes_of_audio=600)
    polled(stt, model.id, 5)
    row = row_of(of_fake(stt), "getAcousticModel")
    assert {name: row[name] for name in ("seq", "last", "times", "at", "until", "every")} == {
        "seq": 1, "last": 5, "times": 5, "at": 0, "until": 240, "every": 60,
    }  # fmt: skip
    stt.clock.advance("1s")
    polled(stt, model.id, 2)
    row = row_of(of_fake(stt), "getAcousticModel")
    assert (row["times"], "every" in row) == (7, False)


def test_reads_that_take_turns_are_a_row_each() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training", minutes_of_audio=600)
    for _ in range(9):
        polled(stt, model.id, 1)
        polled(stt, model.id, 1, path="/audio")
    assert [row["times"] for row in of_fake(stt)["rows"]] == [9, 9]


def test_a_read_that_is_answered_otherwise_or_meets_a_change_is_a_row_of_its_own() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=20)
    polled(stt, model.id, 3, 1)
    ask(stt, "POST", f"{MODELS}/{model.id}/train")
    polled(stt, model.id, 300, 60)
    rows = of_fake(stt)["rows"]
    assert [row.get("shows") for row in rows] == ["ready", None, "training", "available"]
    ask(stt, "POST", f"{MODELS}/{model.id}/upgrade_model")
    polled(stt, model.id, 2)
    assert len(of_fake(stt)["rows"]) == 6, "what asks for a change ends the row, though it was refused"


def test_no_row_reaches_over_a_change() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training", minutes_of_audio=20)
    for step in ("1s", "1d", "1s"):
        ask(stt, "GET", "/v1/models")
        stt.clock.advance(step)
        ask(stt, "GET", f"{MODELS}/{model.id}")
    assert [row.get("times", 1) for row in of_fake(stt)["rows"]] == [2, 1, 2, 1]


def test_a_hundred_thousand_exchanges_stay_small() -> None:
    stt = FakeSTT(start=START)
    for number in range(3 * MOST_ROWS):
        ask(stt, "POST", f"{MODELS}/{number}/train")
    data = of_fake(stt)
    assert (len(data["rows"]), data["requests"], data["left_out"]) == (MOST_ROWS, 3 * MOST_ROWS, 2 * MOST_ROWS)
    assert (data["rows"][0]["seq"], data["rows"][-1]["seq"]) == (1, 3 * MOST_ROWS)
    assert (len(data["lanes"]), data["lanes_left_out"]) == (MOST_LANES, MOST_ROWS - MOST_LANES)


def test_what_the_journal_does_not_keep_is_counted() -> None:
    stt = FakeSTT(start=START, journal=10)
    for number in range(100):
        ask(stt, "POST", f"{MODELS}/{number}/train")
    data = of_fake(stt)
    assert (data["requests"], len(data["rows"]), data["left_out"]) == (100, 10, 90)


def test_the_longest_jumps_are_kept_in_order() -> None:
    stt = FakeSTT(start=START)
    for number in range(MOST_JUMPS + 20):
        stt.clock.advance(number + 1)
        ask(stt, "POST", f"{MODELS}/{number}/train")
    jumps = of_fake(stt)["jumps"]
    assert len(jumps) == MOST_JUMPS
    assert jumps == sorted(jumps)
    assert min(end - begin for begin, end in jumps) == 21


def test_a_lane_keeps_its_first_and_its_latest_phases() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=20)
    for _ in range(MOST_PHASES):
        ask(stt, "POST", f"{MODELS}/{model.id}/train")
        stt.clock.advance("1d")
        ask(stt, "POST", f"{MODELS}/{model.id}/reset")
        ask(
            stt,
            "POST",
            f"{MODELS}/{model.id}/audio/audio1?allow_overwrite=true",
            flac(20),
            {"Content-Type": "audio/flac"},
        )
        stt.clock.advance("1d")
    [lane] = [lane for lane in of_fake(stt)["lanes"] if "child" not in lane]
    assert (len(lane["phases"]), lane["left_out"]) == (MOST_PHASES, len(model.history) - MOST_PHASES)
    assert lane["phases"][0][3] == "hand"
    assert lane["phases"][-1][0] == model.history[-1].at_s - stt.started_at_s


def test_many_lanes_keep_fewer_phases_each() -> None:
    stt = FakeSTT(start=START)
    models = [stt.acoustic_models.add(status="ready", minutes_of_audio=20) for _ in range(MOST_LANES // 2)]
    stt.script.training(fails="no", after="1m")
    for _ in range(MOST_PHASES // 2):
        for model in models:
            ask(stt, "POST", f"{MODELS}/{model.id}/train")
        stt.clock.advance("1h")
    lanes = of_fake(stt)["lanes"]
    assert len(lanes) == MOST_LANES
    assert max(len(lane["phases"]) for lane in lanes) == MOST_IN_ALL // MOST_LANES


def test_a_test_shows_of_an_older_fake_what_happened_in_its_own_time() -> None:
    stt = FakeSTT(start=START)
    old, other = stt.acoustic_models.add(name="old"), stt.acoustic_models.add(name="other")
    polled(stt, old.id, 4)
    stt.clock.advance("1h")
    seen = seen_so_far(stt)
    ask(stt, "GET", f"{MODELS}/{old.id}")
    data = of_fake(stt, seen)
    assert (data["from"], data["requests"], len(data["rows"])) == (3840, 1, 1)
    assert [(lane["name"], lane["phases"]) for lane in data["lanes"]] == [
        ("old", [[0, "pending", "empty", "hand", None]])
    ]
    assert other.status == "pending"
    assert "jumps" not in data


def test_a_request_for_what_is_not_there_has_a_lane_without_phases() -> None:
    stt = FakeSTT(start=START)
    ask(stt, "GET", f"{MODELS}/00000000-0000-4000-8000-000000000000")
    [lane] = of_fake(stt)["lanes"]
    assert "phases" not in lane
    assert of_fake(stt)["rows"][0]["lane"] == 0


def test_a_request_about_all_has_no_lane() -> None:
    stt = FakeSTT(start=START)
    stt.acoustic_models.add()
    ask(stt, "GET", MODELS)
    assert "lane" not in of_fake(stt)["rows"][0]


def test_a_fake_whose_time_moves_without_it_is_told_of_as_of_its_last_look() -> None:
    with freeze_time("2018-10-27") as frozen:
        stt = FakeSTT(time="follow")
        model = stt.acoustic_models.add(status="training")
        frozen.tick(60)
        ask(stt, "GET", f"{MODELS}/{model.id}")
    data = of_fake(stt)
    assert (data["to"], [lane.get("phases", [])[-1][1] for lane in data["lanes"]]) == (60, ["ok", "training"])


def test_long_texts_are_cut() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(name="n" * 127, description="d" * 5000)
    stt.journal.remark(0, "r" * 5000)
    ask(stt, "GET", f"{MODELS}/{model.id}")
    assert len(json.dumps(of_fake(stt))) < 2500


def test_of_very_many_notes_the_first_and_the_last_are_kept() -> None:
    stt = FakeSTT(start=START)
    for _ in range(MOST_NOTES):
        ask(stt, "GET", MODELS)
        stt.clock.advance("1s")
        stt.clock.advance("2s")
    notes = of_fake(stt)["remarks"]
    assert len(notes) == MOST_NOTES
    assert (notes[0][1], notes[-1][1]) == (1, MOST_NOTES)
