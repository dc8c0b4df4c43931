"""The journal for other programs: plain data in a shape of its own, and an HTTP Archive."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from asking import MODELS, START, add, ask, file
from har_schema import HAR

import fakestt
from fakestt import ConfigurationError, FakeSTT
from fakestt.journal.as_json import text_of
from fakestt.journal.har import har
from fakestt.wire import How

GOLDEN = Path(__file__).parent / "golden"
GRANT = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"


def story(**settings: Any) -> FakeSTT:
    """A model, audio of three kinds, polls, and one of each way in which an answer can be lost."""
    stt = FakeSTT(start=START, edition="icp2020", **settings)
    stt.auth.add_key("k")
    description = {"name": "car", "base_model_name": "en-US_BroadbandModel", "description": "é"}
    model_id = ask(stt, "POST", MODELS, description).json["customization_id"]
    ask(stt, "POST", MODELS, {**description, "description": "a\ud800", "colour": "red"})
    one = f"{MODELS}/{model_id}"
    add(stt, model_id, "cabin 1")
    stt.journal.remark(stt.clock.now(), "here the audio is stored")
    stt.clock.advance(14.4)
    add(stt, model_id, "archive", file("one-bad-member.zip"), "application/zip", query="?allow_overwrite=true")
    add(stt, model_id, "none", b"no audio", "audio/wav")
    stt.clock.advance("1m")
    for effect in (
        fakestt.fail(503, "é", retry_after=5),
        fakestt.lose_request(),
        fakestt.lose_reply(),
        fakestt.reset(),
        fakestt.slow("1500ms"),
        fakestt.truncate(10),
        fakestt.truncate_head(30),
    ):
        stt.faults.on("getAcousticModel", times=1).do(effect)
        with suppress(OSError):
            ask(stt, "GET", f"{one}?language=x")
    stt.faults.on("listModels").slow("45s")
    with suppress(OSError):
        ask(stt, "GET", "/v1/models", **{"fakestt.read_timeout_s": 30.0})
    thread = threading.Thread(target=lambda: ask(stt, "POST", f"{one}/train?strict=false"), name="trainer")
    thread.start()
    thread.join()
    stt.clock.advance("1h")
    ask(stt, "HEAD", one)
    ask(stt, "PATCH", "/v1/nowhere?force=true")
    return stt


@pytest.fixture(scope="module")
def stt() -> FakeSTT:
    return story()


# Plain data


def test_the_data_of_a_run_look_like_this(stt: FakeSTT) -> None:
    assert stt.journal.to_json() == json.loads((GOLDEN / "journal.json").read_text(encoding="utf-8"))


def test_data_survive_the_way_through_json_in_the_order_of_their_names(stt: FakeSTT) -> None:
    data = stt.journal.to_json()
    text = json.dumps(data)
    assert json.dumps(json.loads(text)) == text
    assert json.loads(text) == data
    assert text == json.dumps(json.loads((GOLDEN / "journal.json").read_text(encoding="utf-8")))


def test_equal_runs_have_equal_data_whatever_ran_before() -> None:
    threading.Thread(target=str).start()  # its number is in the next one's name
    stt = FakeSTT(start=START)
    for _ in range(2):
        thread = threading.Thread(target=lambda: ask(stt, "GET", MODELS))
        thread.start()
        thread.join()
        ask(stt, "GET", MODELS)
    assert [one["request"]["thread"] for one in stt.journal.to_json()["exchanges"]] == [1, 2, 3, 2]


def test_data_and_archive_tell_what_is_not_kept() -> None:
    stt = FakeSTT(start=START, journal=20)
    for number in range(31):
        stt.journal.remark(stt.clock.now(), "one") if number == 10 else None
        ask(stt, "GET", MODELS)
        if number == 19:
            assert stt.journal.to_json()["not_kept"] is None
    data = stt.journal.to_json()
    assert data["not_kept"] == {"count": 11, "after_seq": 2}
    assert [one["seq"] for one in data["exchanges"]] == [1, 2, *range(14, 32)]
    assert [one["after_seq"] for one in data["remarks"]] == [10]
    assert har(stt.journal.kept(), 31)["log"]["comment"].endswith(" 11 exchanges are not kept.")


def test_nothing_has_happened() -> None:
    data = FakeSTT(start=START).journal.to_json()
    assert (data["exchanges"], data["not_kept"], data["started_at_s"]) == ([], None, 1540598400.0)
    assert jsonschema_rs.is_valid(HAR, har([], 0))


def test_bytes_that_are_no_text_are_told_as_such() -> None:
    assert text_of("é".encode()) == {"text": "é"}
    assert text_of(b"\xff\x00") == {"text": "/wA=", "encoding": "base64"}


# The archive


@pytest.fixture(scope="module")
def archive(stt: FakeSTT, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("har") / "run.har"
    assert stt.journal.to_har(path) == path
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def test_an_archive_keeps_to_the_format(archive: dict[str, Any]) -> None:
    assert [f"{error.instance_path}: {error}" for error in jsonschema_rs.validator_for(HAR).iter_errors(archive)] == []
    assert archive["log"]["creator"]["name"] == "fakestt"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda log: log.update(version="1.1"),
        lambda log: log["entries"][0].pop("time"),
        lambda log: log["entries"][0].update(time="1"),
        lambda log: log["entries"][0].update(startedDateTime="2018-10-27 00:00"),
        lambda log: log["entries"][0]["request"].update(colour="red"),
        lambda log: log["entries"][0]["response"]["content"].pop("mimeType"),
    ],
)
def test_the_schema_finds_what_is_wrong(archive: dict[str, Any], spoil: Callable[[Any], object]) -> None:
    spoiled = json.loads(json.dumps(archive))
    spoil(spoiled["log"])
    assert not jsonschema_rs.is_valid(HAR, spoiled)


def test_the_times_of_an_entry_add_up(stt: FakeSTT, archive: dict[str, Any]) -> None:
    entries = archive["log"]["entries"]
    for entry in entries:
        assert entry["time"] == sum(one for one in entry["timings"].values() if one != -1)
    late = {entry["time"] for entry in entries}
    assert late == {0, 1500, 30_000}
    assert entries[0]["startedDateTime"] == "2018-10-27T00:00:00.000Z"
    assert len(entries) == len(stt.journal)


LOST: dict[str, tuple[int, str | None, int]] = {
    "fail(503, 'é', retry_after=5)": (503, None, -2),
    "lose_request()": (0, "net::ERR_EMPTY_RESPONSE", 0),
    "lose_reply()": (0, "net::ERR_EMPTY_RESPONSE", 0),
    "reset()": (0, "net::ERR_CONNECTION_RESET", 0),
    "slow('1500ms')": (200, None, -2),
    "truncate(10)": (200, "net::ERR_CONTENT_LENGTH_MISMATCH", 10),
    "truncate_head(30)": (0, "net::ERR_EMPTY_RESPONSE", 0),
    "slow('45s')": (0, "net::ERR_TIMED_OUT", 0),
}


def test_an_answer_is_told_as_far_as_the_client_has_it(stt: FakeSTT, archive: dict[str, Any]) -> None:
    told = {}
    for entry, exchange in zip(archive["log"]["entries"], stt.journal, strict=True):
        answer = entry["response"]
        if exchange.rule is not None:
            size_bytes = answer["content"]["size"] if "_error" in answer else -2
            told[str(exchange.rule.effect)] = (answer["status"], answer.get("_error"), size_bytes)
            assert f"fault: {exchange.rule}" in entry["comment"]
        assert len(answer["content"]["text"].encode()) == answer["content"]["size"]
        if answer["status"] == 0:
            assert (answer["statusText"], answer["headers"], answer["bodySize"]) == ("", [], -1)
            assert answer["content"] == {"size": 0, "mimeType": "x-unknown", "text": ""}
    assert told == LOST


def test_a_request_is_told_as_far_as_it_is_kept(stt: FakeSTT, archive: dict[str, Any]) -> None:
    created, _, added, *_, last = (entry["request"] for entry in archive["log"]["entries"])
    assert created["url"] == f"https://fakestt.test{MODELS}"
    assert json.loads(created["postData"]["text"])["description"] == "é"
    assert created["postData"]["mimeType"] == "application/json"
    upload = stt.journal[2].request
    assert (added["bodySize"], "postData" in added) == (upload.size_bytes, False)
    assert added["comment"] == f"The body is not kept: {upload.size_bytes} bytes, SHA-256 {upload.sha256}."
    assert last["url"] == "https://fakestt.test/v1/…?force=true"
    assert last["queryString"] == [{"name": "force", "value": "true"}]


def test_a_token_is_in_no_archive_and_its_bytes_are_counted() -> None:
    stt = FakeSTT(start=START)
    heard = ask(stt, "POST", "/identity/token", GRANT, key=None)
    [entry] = har(stt.journal.kept(), 1)["log"]["entries"]
    assert entry["request"]["comment"] == f"The body is not kept: {len(GRANT)} bytes."
    answer = entry["response"]["content"]
    assert answer["size"] == len(heard.body) != len(answer["text"].encode())
    assert heard.json["access_token"] not in json.dumps(entry)
    assert jsonschema_rs.is_valid(HAR, har(stt.journal.kept(), 1))


def test_a_url_is_that_of_the_server_that_was_asked() -> None:
    stt = FakeSTT(start=START)
    ask(stt, "GET", MODELS, HTTP_HOST="127.0.0.1:49152", **{"wsgi.url_scheme": "http"})
    ask(stt, "GET", f"https://user@fakestt.test{MODELS}")
    urls = [entry["request"]["url"] for entry in har(stt.journal.kept(), 2)["log"]["entries"]]
    assert urls == [f"http://127.0.0.1:49152{MODELS}", f"https://fakestt.test{MODELS}"]


def test_an_answer_under_way_and_one_that_was_let_go_are_no_whole_ones() -> None:
    stt = FakeSTT(start=START)
    for _ in range(2):
        ask(stt, "GET", "/v1/models")
    under_way, let_go = (one.arrival for one in stt.journal)
    under_way.how, under_way.at_s, under_way.has_head, under_way.size_bytes = How.UNDER_WAY, None, False, 0
    let_go.how, let_go.size_bytes = How.CLOSED, 5
    answers = [one["response"] for one in har(stt.journal.kept(), 2)["log"]["entries"]]
    assert [(one["status"], one["_error"], len(one["content"]["text"])) for one in answers] == [
        (0, "net::ERR_IO_PENDING", 0), (200, "net::ERR_ABORTED", 5)
    ]  # fmt: skip


def test_an_archive_takes_the_place_of_an_older_one(stt: FakeSTT, tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    path.write_text("x" * 1_000_000)
    assert stt.journal.to_har(str(path)) == path
    assert json.loads(path.read_text(encoding="utf-8"))["log"]["version"] == "1.2"


@pytest.mark.parametrize("path", ["", "nowhere/run.har", ".", "a\0b", 3, None, "x" * 300])
def test_a_file_that_cannot_be_is_a_mistake(
    stt: FakeSTT, path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"^to_har\(.*Give the path of a file, such as 'run.har'"):
        stt.journal.to_har(path)


@pytest.mark.slow
def test_a_reader_of_archives_reads_it(stt: FakeSTT, tmp_path: Path) -> None:
    haralyzer = pytest.importorskip("haralyzer")
    parser = haralyzer.HarParser.from_file(str(stt.journal.to_har(tmp_path / "run.har")))
    entries = [entry for page in parser.pages for entry in page.entries]
    assert [entry.status for entry in entries] == [one.status or 0 for one in stt.journal]
    assert [entry.request.method for entry in entries] == [one.method for one in stt.journal]
    assert [entry.time for entry in entries][:3] == [0, 0, 0]
