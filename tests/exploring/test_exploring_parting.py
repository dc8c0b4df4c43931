"""Where a run leaves the default run: the first exchange that a report shows otherwise, in its words and in theirs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from asking import MODELS, ask

from fakestt import FakeSTT
from fakestt.exploring.marks import Replay
from fakestt.exploring.parting import Parting, parting
from fakestt.exploring.schedule import Schedule
from fakestt.exploring.trial import Trial

Client = Callable[[FakeSTT, str], object]


def polls(stt: FakeSTT, model_id: str, times: int = 3) -> None:
    """Trains, and looks every twenty minutes. The training takes 36."""
    with suppress(ConnectionError):
        ask(stt, "POST", f"{MODELS}/{model_id}/train")
    for _ in range(times):
        ask(stt, "GET", f"{MODELS}/{model_id}")
        stt.clock.advance("20m")


def run(schedule: str = "", client: Client = polls, start: float = 0) -> FakeSTT:
    stt = FakeSTT(start=start, choices=Trial(Schedule.parse(schedule)))
    stt.faults.offer(*Replay.of(schedule).faults)
    client(stt, stt.acoustic_models.add(name="car", status="ready").id)
    return stt


def lines(schedule: str = "", client: Client = polls, **more: float) -> list[str]:
    found = parting([run()], [run(schedule, client, **more)])
    return found.lines() if found else []


def test_a_fault_is_where_they_part() -> None:
    assert lines("r3=fail(503)") == [
        "left the default run at #3: +0:20:00  GET  <car>  503  getAcousticModel  [fault: fail(503)]  "
        "'Service Unavailable'",
        "           the default run: +0:20:00  GET  <car>  200 training  getAcousticModel",
    ]


def test_what_is_done_in_both_runs_is_not_told() -> None:
    here, there = lines("r1=lose_reply()")
    assert here.endswith("POST  <car>/train  no answer  trainAcousticModel  [fault: lose_reply()]")
    assert there.endswith("POST  <car>/train  200  trainAcousticModel")
    here, there = lines("r1=fail(503)")
    assert there.endswith("POST  <car>/train  200  trainAcousticModel; car: ready -> training by trainAcousticModel")


def test_what_changed_before_in_both_runs_is_not_told_either() -> None:
    here, there = lines("r4=fail(503)")
    assert here.startswith("left the default run at #4: +0:40:00  GET  <car>  503")
    assert there.endswith("the default run: +0:40:00  GET  <car>  200 available  getAcousticModel")


def test_a_change_that_the_answer_does_not_show_is_seen() -> None:
    def lists(stt: FakeSTT, model_id: str) -> None:
        ask(stt, "POST", f"{MODELS}/{model_id}/train")
        stt.clock.advance("1h")
        ask(stt, "GET", "/v1/models")

    found = parting([run(client=lists)], [run("training=failed", lists)])
    assert found is not None
    assert (found.seq, found.at_s) == (2, 3600)
    assert found.here == "car: training -> failed by training failed; +1:00:00  GET  /models  200  listModels"
    assert found.there == "car: training -> available by training; +1:00:00  GET  /models  200  listModels"


def test_another_ending_is_where_the_client_meets_it() -> None:
    here, there = lines("training=failed")
    assert here.startswith(
        "left the default run at #4: car: training -> failed by training failed; +0:40:00  GET  <car>"
    )
    assert "200 failed" in here
    assert "car: training -> available by training; +0:40:00  GET  <car>  200 available" in there


def test_another_request_another_instant_and_an_end_are_seen() -> None:
    def late(stt: FakeSTT, model_id: str) -> None:
        stt.clock.advance("1s")
        polls(stt, model_id)

    def nosy(stt: FakeSTT, model_id: str) -> None:
        ask(stt, "GET", MODELS)

    assert lines(client=late)[0].startswith("left the default run at #1: +0:00:01  POST  <car>/train  200")
    assert lines(client=nosy)[0].startswith("left the default run at #1: +0:00:00  GET  /acoustic_customizations  200")
    shorter = lines(client=lambda stt, model_id: polls(stt, model_id, 2))
    assert shorter[0] == "left the default run at #4: no request any more"
    assert shorter[1].endswith(
        "the default run: car: training -> available by training; +0:40:00  GET  <car>  200 available  getAcousticModel"
    )
    longer = lines(client=lambda stt, model_id: polls(stt, model_id, 4))
    assert longer[1].endswith("the default run: no request any more")


def test_a_change_that_no_request_meets_is_seen() -> None:
    def once(stt: FakeSTT, model_id: str) -> None:
        ask(stt, "POST", f"{MODELS}/{model_id}/train")
        stt.clock.advance("1h")

    default, here = run(client=once), run("training=failed", once)
    found = parting([default], [here])
    assert found == Parting(
        36 * 60, None, "car: training -> failed by training failed", "car: training -> available by training"
    )
    assert found.lines() == [
        "left the default run behind its last request: car: training -> failed by training failed",
        "                             the default run: car: training -> available by training",
    ]
    assert parting([default], [run(client=lambda stt, model_id: ask(stt, "POST", f"{MODELS}/{model_id}/train"))]) == (
        Parting(36 * 60, None, "no change", "car: training -> available by training")
    )


def test_the_same_is_the_same_whenever_it_starts() -> None:
    assert lines() == []
    assert lines(start=1_500_000_000) == []


def test_of_several_fakes_the_one_that_parts_first_is_told() -> None:
    def two(first: str, second: str) -> list[FakeSTT]:
        return [run(first), run(second)]

    found = parting(two("", ""), two("r3=fail(503)", "r2=fail(503)"))
    assert found is not None
    assert (found.fake, found.seq, found.at_s) == (1, 2, 0)
    assert found.lines()[0].startswith("left the default run at #2 of fakestt.test: +0:00:00  GET  <car>  503")
    found = parting(two("", ""), two("r2=fail(503)", "r2=fail(503)"))
    assert found is not None
    assert found.fake == 0


def test_what_a_journal_does_not_keep_is_not_compared() -> None:
    def kept(count: int) -> FakeSTT:
        stt = FakeSTT(start=0, journal=10)
        for _ in range(count):
            ask(stt, "GET", MODELS)
        return stt

    assert parting([kept(30)], [kept(29)]) is None
