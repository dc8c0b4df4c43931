"""Whether the client waits or the author advances, the history is the same: for any script and any waits."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakestt import FakeSTT
from fakestt.media import forge

START = "2018-10-27T00:00:00Z"
BASE = "en-US_BroadbandModel"
AUDIO = forge.flac(720)
FLAC = {"Content-Type": "audio/flac"}


def _by_event(seconds: float) -> None:
    assert not threading.Event().wait(seconds)


def _by_queue(seconds: float) -> None:
    with pytest.raises(queue.Empty):
        queue.Queue().get(timeout=seconds)


def _by_a_thread(seconds: float) -> None:
    sleeper = threading.Thread(target=time.sleep, args=(seconds,))
    sleeper.start()
    sleeper.join()


WAYS: dict[str, Callable[[float], object]] = {
    "sleep": lambda seconds: time.sleep(seconds),  # by its name: one kept in a dict stays the real one
    "Event": _by_event,
    "Queue": _by_queue,
    "Thread.join": _by_a_thread,
    "asyncio": lambda seconds: asyncio.run(asyncio.sleep(seconds)),
}

TAKES = st.sampled_from([0, 0.000001, 1, 14.4, 59.999999, 3600, 7200]) | st.integers(0, 10**10).map(lambda us: us / 1e6)
SCRIPTS = st.fixed_dictionaries(
    {
        "training": st.fixed_dictionaries({"takes": TAKES}, optional={"fails": st.just("too noisy")}),
        "upgrade": st.fixed_dictionaries({"takes": TAKES}, optional={"fails": st.just("no room")}),
        "analysis": st.fixed_dictionaries({"takes": TAKES}, optional={"invalid": st.just("noise")}),
    }
)
WAITS = st.tuples(st.sampled_from(sorted(WAYS)), TAKES)
COMMANDS = st.sampled_from(["add", "train", "upgrade", "reset", "look", "drop"])
STEPS = st.lists(WAITS | COMMANDS, min_size=3, max_size=14)

Step = Any  # a command, or how to wait and for how long


def ask(stt: FakeSTT, session: requests.Session, model: str, command: str, number: int) -> tuple[str, int, Any]:
    """One request of the client's."""
    at = f"{stt.url}/v1/acoustic_customizations/{model}"
    if command == "add":
        answer = session.post(f"{at}/audio/a{number}", data=AUDIO, headers=FLAC)
    elif command == "drop":
        answer = session.delete(f"{at}/audio/a0")
    elif command == "look":
        answer = session.get(at)
    else:
        answer = session.post(f"{at}/{'upgrade_model' if command == 'upgrade' else command}")
    told = {name: value for name, value in answer.json().items() if name != "session_id"}
    return command, answer.status_code, told


def life(policy: str, script: dict[str, dict[str, Any]], steps: list[Step]) -> tuple[Any, ...]:
    """The history, the journal, and all that the client was answered."""
    stt = FakeSTT(time=policy, start=START, horizon="3000d" if policy == "on_sleep" else None)
    for work, words in script.items():
        getattr(stt.script, work)(**words)
    wait = {way: do if policy == "on_sleep" else stt.clock.advance for way, do in WAYS.items()}
    answers = []
    with stt.reachable(), requests.Session() as session:
        session.auth = ("apikey", stt.api_key)
        made = session.post(f"{stt.url}/v1/acoustic_customizations", json={"name": "car", "base_model_name": BASE})
        model = made.json()["customization_id"]
        for number, step in enumerate(["add", *steps, "look"]):
            if isinstance(step, tuple):
                wait[step[0]](step[1])
            else:
                if step == "upgrade":
                    stt.base_models.publish(BASE, f"{BASE}.v9{number:02}")
                answers.append(ask(stt, session, model, step, number))
        history = [
            (one.at_s, one.subject, one.before, one.after, one.cause) for one in stt.acoustic_models[model].history
        ]
        journal = [(one.seq, one.at_s, one.operation, one.status, one.changes) for one in stt.journal]
        return history, journal, answers, stt.clock.now(), stt.clock.pending()


FEW = settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@given(SCRIPTS, STEPS)
@FEW
def test_waiting_gives_the_history_that_advancing_gives(script: dict[str, dict[str, Any]], steps: list[Step]) -> None:
    assert life("on_sleep", script, steps) == life("manual", script, steps)


@pytest.mark.slow
@given(SCRIPTS, STEPS)
@settings(FEW, max_examples=1500)
def test_waiting_gives_the_history_that_advancing_gives_for_longer(
    script: dict[str, dict[str, Any]], steps: list[Step]
) -> None:
    assert life("on_sleep", script, steps) == life("manual", script, steps)


def test_the_comparison_reaches_every_end() -> None:
    script = {"training": {"takes": 60}, "upgrade": {"takes": 30, "fails": "no room"}, "analysis": {"takes": 5}}
    steps = [(way, 12) for way in WAYS] + ["train", ("sleep", 60), "upgrade", ("sleep", 30)]
    history, journal, answers, now_s, pending = life("on_sleep", script, steps)
    assert [after.code for _, subject, _, after, _ in history if "/" not in subject] == [
        "P0",
        "PB",
        "R",
        "T",
        "A",
        "U",
        "F",
    ]
    assert (len(journal), now_s - journal[0][1], pending) == (5, 150.0, [])
    assert answers[-1][2]["status"] == "failed"
