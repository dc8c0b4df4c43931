"""Many clients at once: nothing is lost, nothing is given twice."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from asking import MODELS, START, add, ask, create

from fakestt import FakeSTT
from fakestt.contract.messages import Call

THREADS = 32


def at_once(work: Callable[[int], Any], count: int = THREADS) -> list[Any]:
    """Let that many threads begin in the same moment."""
    start = Barrier(count)

    def begin(number: int) -> Any:
        start.wait(timeout=30)
        return work(number)

    # Threads take turns after a few instructions, so that what no lock guards is torn.
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(begin, range(count)))
    finally:
        sys.setswitchinterval(interval_s)


def test_models_made_at_once_are_all_there_under_their_own_ids() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)

    def work(number: int) -> list[str]:
        ids = [create(stt, f"model-{number}-{turn}") for turn in range(6)]
        for model_id in ids[::2]:
            assert ask(stt, "DELETE", f"{MODELS}/{model_id}").status == 200
        return ids[1::2]

    kept = [model_id for ids in at_once(work) for model_id in ids]
    assert len(set(kept)) == THREADS * 3
    assert {model.id for model in stt.acoustic_models} == set(kept)
    assert [exchange.seq for exchange in stt.journal] == list(range(1, THREADS * 9 + 1))
    assert len({change.subject for exchange in stt.journal for change in exchange.changes}) == THREADS * 6


def test_audio_added_at_once_is_all_there() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    model_id = create(stt)
    heard = at_once(lambda number: add(stt, model_id, f"audio{number}"))
    assert [one.status for one in heard] == [201] * THREADS
    stt.clock.advance("1h")
    assert {audio.status for audio in stt.acoustic_models[model_id].audio.values()} == {"ok"}
    assert stt.acoustic_models[model_id].minutes_of_audio == 12 * THREADS


def test_of_uploads_at_once_one_wins_where_one_at_a_time_is_the_rule() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    statuses = [one.status for one in at_once(lambda number: add(stt, model_id, f"audio{number}"))]
    assert sorted(statuses) == [201] + [409] * (THREADS - 1)
    assert len(stt.acoustic_models[model_id].audio) == 1


def test_of_equal_names_at_once_one_wins() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    model_id = create(stt)
    statuses = [one.status for one in at_once(lambda _: add(stt, model_id, "same"))]
    assert sorted(statuses) == [201] + [400] * (THREADS - 1)


def test_of_trainings_at_once_one_starts() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready")
    statuses = [one.status for one in at_once(lambda _: ask(stt, "POST", f"{MODELS}/{model.id}/train"))]
    assert sorted(statuses) == [200] + [409] * (THREADS - 1)
    assert len(stt.clock.pending()) == 1


def test_a_fault_for_the_third_hits_one_of_many_at_once() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels", nth=3).fail(503)
    statuses = [one.status for one in at_once(lambda _: ask(stt, "GET", "/v1/models"))]
    assert sorted(statuses) == [200] * (THREADS - 1) + [503]
    assert stt.journal[2].status == 503


def test_one_request_at_a_time_is_between_settling_and_the_journal() -> None:
    stt = FakeSTT(start=START)
    inside: list[int] = []
    most: list[int] = []

    def linger(call: Call) -> bool:
        inside.append(1)
        for _ in range(20_000):
            pass
        most.append(len(inside))
        inside.pop()
        return False

    stt.faults.on("listModels", when=linger, optional=True).ok()
    at_once(lambda _: ask(stt, "GET", "/v1/models"))
    assert most == [1] * THREADS
