"""A client that waits for hours: a two-hour training, polled every 10 s; and what virtual waiting adds to a fixture.

The floor of the polls is as many calls of requests with an adapter that answers at once, outside `reachable()`. Of the
first set-up of a process, which looks through all modules, the time is printed alone.

    python tests/benchmarks/waiting.py [--quick]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import requests
from measuring import Contender, Ratio, Times, measure, show, table
from peers import EmptyAdapter

from fakestt import FakeSTT

__all__ = ["added_to_a_fixture", "two_hours"]

POLLS = 721
REQUESTS = POLLS + 1
JUMP_MS = 20.0
ADDED_MS = 0.5


def client(session: requests.Session, model: str) -> int:
    """Train, and poll until it is over; how many requests that took."""
    session.post(f"{model}/train").raise_for_status()
    deadline_s = time.monotonic() + 86_400
    count = 2
    while session.get(model).json()["status"] == "training":
        assert time.monotonic() < deadline_s
        time.sleep(10)
        count += 1
    return count


def two_hours(rounds: int) -> list[Ratio]:
    """The polls really made, and with time that jumps to the next event."""
    first = FakeSTT()
    auth = ("apikey", first.api_key)

    def ours(policy: str, requests_made: int) -> Callable[[], None]:
        def once() -> None:
            stt = FakeSTT(time=policy)
            stt.script.training(takes="2h")
            model = stt.acoustic_models.add(status="ready").id
            with stt.reachable(), requests.Session() as session:
                session.auth = auth
                assert client(session, f"{stt.url}/v1/acoustic_customizations/{model}") == requests_made
            assert stt.clock.now() - stt.started_at_s == 7200

        return once

    url = f"{first.url}/v1/acoustic_customizations/{first.acoustic_models.add(status='training').id}"
    with first.reachable():
        body = requests.get(url, auth=auth).content
    floor = requests.Session()
    floor.mount("https://", EmptyAdapter(body))
    floor.auth = auth

    def bare() -> None:
        for _ in range(REQUESTS):
            floor.get(url).json()

    contenders = {
        "on_sleep, 722 requests": Contender(ours("on_sleep", REQUESTS)),
        "next_event, 3 requests": Contender(ours("next_event", 3)),
        "722 of requests, empty adapter": Contender(bare),
    }
    times = measure(contenders, rounds=rounds, calls=1)
    show("two hours of training, polled every 10 s", times)
    waited, jumped, least = times.values()
    return [
        Ratio.of("two hours of polling / 722 requests, empty adapter", waited, least, 1.3),
        Ratio.of(f"two hours, next_event / {JUMP_MS:g} ms", jumped, Times([JUMP_MS * 1e3] * rounds), 1.0),
    ]


def added_to_a_fixture(rounds: int, calls: int) -> list[Ratio]:
    """A fake made, made reachable and left: with the client's waiting, and with a manual clock."""

    def once(policy: str) -> Callable[[], None]:
        def around() -> None:
            with FakeSTT(time=policy).reachable():
                pass

        return around

    began_s = time.process_time()
    once("on_sleep")()
    print(
        f"\nthe first one of this process, {len(sys.modules)} modules: {(time.process_time() - began_s) * 1e3:.1f} ms"
    )
    times = measure({policy: Contender(once(policy)) for policy in ("manual", "on_sleep")}, rounds=rounds, calls=calls)
    show("set-up and tear-down", times)
    added = [ours - theirs for ours, theirs in zip(times["on_sleep"].each_us, times["manual"].each_us, strict=True)]
    return [
        Ratio.of("fixture, manual / 0.5 ms", times["manual"], Times([500.0] * rounds), 1.0),
        Ratio.over(f"fixture, on_sleep adds / {ADDED_MS:g} ms", [one / (ADDED_MS * 1e3) for one in added], 1.0),
    ]


def main() -> None:
    quick = "--quick" in sys.argv
    ratios = added_to_a_fixture(20 if quick else 60, 20)
    ratios += two_hours(8 if quick else 30)
    print(f"\n{table(ratios, {})}")


if __name__ == "__main__":
    main()
