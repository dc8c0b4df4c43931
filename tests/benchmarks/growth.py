"""How looking and advancing grow: a fake with n models and 10 n due changes, then one with ten times as many.

    python tests/benchmarks/growth.py 10000

Prints a line `what grown_by allowed few_s many_s` for each, where `grown_by` is what ten times as much costs beside the
one. Lists, and an advance past everything, may grow as n log n, a step to the next change as log n, a poll of one model
not at all; each times three, which is what a processor may pay for memory that its caches don't hold. What grows worse
shows: it would be ten times. The collector of cycles is off, for it goes through all that a process has, whoever has
put it there.

Before that, with the collector at work, a request of a long run: after 60,000 beside after 1,000.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from math import log
from statistics import median
from time import process_time
from typing import Any

from peers import read

from fakestt import FakeSTT
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.resources import Activity
from fakestt.media.facts import AudioFacts

CHANGES_A_MODEL = 10
TIMES = 10
POLLS, STEPS = 800, 1000
COLD_MEMORY = 3.0
APART_S = 10_000_019  # a prime
LONG_RUN = 1.05
FACTS = AudioFacts(60.0, "pcm_s16le", 16000, 1)


def filled(models: int) -> FakeSTT:
    """A fake with so many models. Each has audio that is being analysed, which is due at as many instants."""
    stt = FakeSTT()
    for number in range(models):
        stt.acoustic_models.add(name=f"model {number}")
    world = stt._service.world  # what a user has no need to see
    for at_s in range(CHANGES_A_MODEL):
        for number, model in enumerate(world.models(AcousticModel, stt.owner).values()):
            # Straight into the world: half a million uploads would be measured at length for nothing.
            audio = Audio(
                name=f"audio{at_s}",
                parent=model,
                content_type="audio/wav",
                size_bytes=1_920_044,
                sha256="",
                facts=FACTS,
            )
            model.audio[audio.name] = audio
            # Not in the order in which they end, and each at an instant of its own: a step is one change, in both.
            apart_s = (number * 7919 + at_s * 1_000_003) % APART_S
            world.machine.start(audio, Activity.ANALYSIS, world.now_s + apart_s)
    return stt


def took_s(once: Callable[[], object], calls: int = 1) -> float:
    began = process_time()
    for _ in range(calls):
        once()
    return (process_time() - began) / calls


def measured(models: int) -> dict[str, float]:
    """Seconds for each of what is asked of such a fake, each in the middle of a few."""
    stt = filled(models)
    model_id = list(stt.acoustic_models)[models // 2].id
    path = "/speech-to-text/api/v1/acoustic_customizations"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "wsgi.url_scheme": "https",
        "HTTP_HOST": stt.host,
        "HTTP_AUTHORIZATION": f"Bearer {stt.api_key}",
    }
    one = environ | {"RAW_URI": f"{path}/{model_id}"}

    def poll() -> None:
        assert b'"pending"' in read(stt.app, one)

    def listed() -> None:
        assert len(json.loads(read(stt.app, environ | {"RAW_URI": path}))["customizations"]) == models

    def due() -> None:
        assert len(stt.clock.pending()) > models

    seconds = {
        "poll of one model": median(took_s(poll, POLLS // 8) for _ in range(8)),
        "list of all models": median(took_s(listed) for _ in range(3)),
        "list of what is due": median(took_s(due) for _ in range(3)),
        "step to the next change": median(took_s(stt.clock.advance_to_next, STEPS // 5) for _ in range(5)),
        "advance past everything": took_s(lambda: stt.clock.advance("120d")),
    }
    assert stt.clock.pending() == []
    return seconds


def long_run() -> tuple[float, float]:
    """Seconds for a request after 1,000, and after 60,000."""
    stt = FakeSTT()
    target = f"/speech-to-text/api/v1/acoustic_customizations/{stt.acoustic_models.add().id}"
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": target, "HTTP_AUTHORIZATION": f"Bearer {stt.api_key}"}

    def after_s(requests: int) -> float:
        while len(stt.journal) < requests:
            read(stt.app, environ)
        return median(took_s(lambda: read(stt.app, environ), POLLS) for _ in range(8))

    return after_s(1_000), after_s(60_000)


def main(models: int) -> None:
    early_s, late_s = long_run()
    print("request after 60,000 / after 1,000", late_s / early_s, LONG_RUN, early_s, late_s, sep="\t")
    gc.disable()
    measured(models // 10)  # caches are filled
    few, many = measured(models), measured(models * TIMES)
    n = models * CHANGES_A_MODEL
    log_n = log(n * TIMES) / log(n)
    allowed = {"poll of one model": 1.0, "step to the next change": log_n}
    for what in few:
        most = allowed.get(what, TIMES * log_n) * COLD_MEMORY
        print(
            f"10 x models: {what}",
            f"{many[what] / few[what]:.4f}",
            f"{most:.4f}",
            f"{few[what]:.7f}",
            f"{many[what]:.7f}",
            sep="\t",
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
