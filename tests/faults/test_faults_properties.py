"""Whatever rules and conditions there are: what does no work changes nothing, and a naive model counts the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from asking import MODELS, START, ask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fakestt
from fakestt import ByCommand, FakeSTT, Rule, fail
from fakestt.faults.condition import Condition
from fakestt.faults.effects import Effect
from fakestt.wire import WireBreak

BASE = "en-US_BroadbandModel"
LATER = f"{BASE}.v2018-07-31"
WAV = {"Content-Type": "audio/wav"}
FEW = settings(
    max_examples=60, deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
MANY = settings(FEW, max_examples=1_000)

Request = tuple[str, str, Any, dict[str, str]]
"""Method, target, body, headers; `{0}` in the target is the id of a model."""

REQUESTS: list[Request] = [
    ("POST", MODELS, {"name": "car", "base_model_name": BASE}, {}),
    ("POST", MODELS, {"name": "car"}, {}),
    ("GET", MODELS, b"", {}),
    ("GET", MODELS + "/{0}", b"", {}),
    ("DELETE", MODELS + "/{0}", b"", {}),
    ("POST", MODELS + "/{0}/train", b"", {}),
    ("POST", MODELS + "/{0}/reset", b"", {}),
    ("POST", MODELS + "/{0}/upgrade_model", b"", {}),
    ("POST", MODELS + "/{0}/audio/more", b"no audio", WAV),
    ("GET", MODELS + "/{0}/audio", b"", {}),
    ("GET", MODELS + "/{0}/audio/audio1", b"", {}),
    ("DELETE", MODELS + "/{0}/audio/audio1", b"", {}),
    ("DELETE", "/v1/user_data?customer_id=x", b"", {}),
    ("GET", "/v1/models", b"", {}),
    ("GET", "/v1/nowhere", b"", {}),
    ("POST", "/identity/token", b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k", {}),
]

NO_WORK: list[Effect] = [
    fail(503), fail(429, retry_after=3), fail(400, body={"odd": 1}), fakestt.lose_request(), fakestt.reset(),
]  # fmt: skip
WORK: list[Effect] = [
    fakestt.ok(), fail(504, commits=True), fakestt.lose_reply(), fakestt.reset(commits=True), fakestt.truncate(3),
]  # fmt: skip

counts = st.integers(1, 4)
windows = st.tuples(st.integers(0, 900), st.integers(1, 900)).map(lambda pair: (pair[0], pair[0] + pair[1]))
chosen = st.one_of(
    st.fixed_dictionaries(
        {"operation": st.sampled_from(["*", "*Audio", "get*", "createAcousticModel", "*AcousticModel*", "getToken"])},
        optional={"path": st.sampled_from(["/v1/*", "*", "*/audio*"])},
    ),
    st.fixed_dictionaries({"path": st.sampled_from(["/v1/*", "/v1/n*", "*/token"])}),
)
keys = st.fixed_dictionaries({}, optional={"nth": counts, "every": counts, "between": windows})
series = st.lists(st.sampled_from(NO_WORK + WORK), min_size=1, max_size=3)
Say = Callable[[FakeSTT], object]


def rule_of(where: dict[str, Any], more: dict[str, Any], effects: list[Effect], times: int | None) -> Say:
    def say(stt: FakeSTT) -> Rule:
        if len(effects) > 1:
            return stt.faults.on(**where, **more, optional=True).then(*effects)
        return stt.faults.on(**where, **more, times=times, optional=True).do(effects[0])

    return say


CONDITIONS: dict[str, Callable[[FakeSTT], Condition]] = {
    "rate limit": lambda stt: stt.faults.rate_limit(per="5m", calls=2),
    "maintenance": lambda stt: stt.faults.maintenance("5m", "15m", optional=True),
    "expired tokens": lambda stt: stt.faults.expire_tokens("10m", refresh=True, optional=True),
    "lite plan": lambda stt: stt.faults.lite_plan(optional=True),
    "locked reads": lambda stt: stt.faults.locked_reads(every=2, optional=True),
    "storm": lambda stt: stt.faults.storm(rate=0.4, seed=5, optional=True),
}
rules = st.builds(rule_of, chosen, keys, series, st.one_of(st.none(), counts))
conditions = st.sampled_from(sorted(CONDITIONS)).map(CONDITIONS.__getitem__)
said = st.lists(st.one_of(rules, conditions), max_size=5)
asked = st.lists(st.tuples(st.sampled_from(REQUESTS), st.integers(0, 3), st.sampled_from([0, 1, 60, 300])), max_size=25)


def fresh() -> tuple[FakeSTT, list[str]]:
    """A fake with some models, and their ids."""
    stt = FakeSTT(edition="cloud2025", start=START)
    statuses = ("ready", "training", "available", "pending")
    models = [stt.acoustic_models.add(name=status, status=status) for status in statuses]
    stt.base_models.publish(BASE, LATER)
    return stt, [model.id for model in models]


def send(stt: FakeSTT, ids: list[str], request: Request, which: int) -> None:
    method, target, body, headers = request
    with suppress(WireBreak):
        ask(stt, method, target.format(ids[which]), body, headers)


def check_no_work(say: list[Say], requests: list[tuple[Request, int, int]]) -> None:
    """Where the work was not done, the state is as before; and all is as if such requests had never come."""
    (stt, ids), (twin, _) = fresh(), fresh()
    for one in say:
        one(stt)
    for request, which, step_s in requests:
        before = stt.snapshot()
        send(stt, ids, request, which)
        exchange = stt.journal.last()
        if exchange.rule is not None and not exchange.rule.effect.commits:
            assert stt.snapshot() == before
            assert not any(isinstance(change.cause, ByCommand) for change in exchange.changes)
        else:
            send(twin, ids, request, which)
        stt.clock.advance(step_s)
        twin.clock.advance(step_s)
        assert stt.snapshot() == twin.snapshot()


@FEW
@given(said, asked)
def test_what_does_no_work_changes_nothing(say: list[Say], requests: list[tuple[Request, int, int]]) -> None:
    check_no_work(say, requests)


@pytest.mark.slow
@MANY
@given(said, asked)
def test_what_does_no_work_changes_nothing_at_length(say: list[Say], requests: list[tuple[Request, int, int]]) -> None:
    check_no_work(say, requests)


# The naive model: each rule remembers all that matched it


@dataclass
class Naive:
    """One rule, counted as one would on paper."""

    rule: Rule
    hits: int = 0
    matches: int = 0

    def fits(self, operation: str, at_s: float) -> bool:
        begin_s, end_s = self.rule.between or (0, 1e9)
        prefix = self.rule.operation.rstrip("*")
        alike = operation.startswith(prefix) if "*" in self.rule.operation else operation == prefix
        is_token = operation == "getToken"
        return alike and (not is_token or prefix == "getToken") and begin_s <= at_s < end_s

    def is_next(self) -> bool:
        turns = range(self.rule.nth, 1_000, self.rule.every)
        most = len(self.rule.series) if self.rule.then else 1_000 if self.rule.times is None else self.rule.times
        return self.matches in turns[:1_000] and self.hits < most


READS = {"listModels": "/v1/models", "listAcousticModels": MODELS, "getToken": "/identity/token"}
effects = st.lists(st.sampled_from([fail(500 + at) for at in range(5)]), min_size=1, max_size=3)
naive_chosen = st.fixed_dictionaries({"operation": st.sampled_from(["*", "list*", *READS])})
arming = st.tuples(st.just("arm"), naive_chosen, keys, effects, st.one_of(st.none(), counts))
asking_one = st.tuples(st.just("ask"), st.sampled_from(sorted(READS)), st.sampled_from([0, 1, 60, 300]))
disarming = st.tuples(st.just("disarm"), st.integers(0, 5))
steps = st.builds(
    lambda first, then: [*first, *then],
    st.lists(arming, min_size=1, max_size=3),
    st.lists(st.one_of(asking_one, asking_one, asking_one, arming, disarming), min_size=8, max_size=30),
)


def check_counts(taken: list[Any]) -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    armed: list[Naive] = []
    ended: list[Naive] = []
    at_s = 0
    for what, *more in taken:
        if what == "arm":
            where, others, several, times = more
            if others.get("between", (0, 1e9))[1] <= at_s:
                continue
            say = rule_of(where, others, several, times)
            armed.append(Naive(say(stt)))  # type: ignore[arg-type]  # a rule it is
        elif what == "disarm" and more[0] < len(armed):
            ended.append(armed.pop(more[0]))
            ended[-1].rule.disarm()
        elif what == "ask":
            operation, step_s = more
            expected = 200
            for one in reversed(armed):
                if not one.fits(operation, at_s):
                    continue
                one.matches += 1
                if one.is_next() and expected == 200:
                    expected = one.rule.series[one.hits % len(one.rule.series)].answer.status  # type: ignore[union-attr]  # all of these have one
                    one.hits += 1
            if operation == "getToken":
                form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"
                assert ask(stt, "POST", READS[operation], form, key=None).status == expected
            else:
                assert ask(stt, "GET", READS[operation]).status == expected
            stt.clock.advance(step_s)
            at_s += step_s
        for one in (*armed, *ended):
            assert (one.rule.matched, one.rule.used) == (one.matches, one.hits)


@FEW
@given(steps)
def test_rules_are_counted_as_one_would_on_paper(taken: list[Any]) -> None:
    check_counts(taken)


@pytest.mark.slow
@MANY
@given(steps)
def test_rules_are_counted_as_one_would_on_paper_at_length(taken: list[Any]) -> None:
    check_counts(taken)


# The limit, against a model that looks at all that came


@settings(FEW, max_examples=50)
@given(st.integers(1, 4), st.integers(1, 90), st.lists(st.integers(0, 60_000), max_size=40))
def test_a_rate_limit_lets_through_what_a_look_at_all_calls_would(calls: int, per_s: int, gaps_ms: list[int]) -> None:
    stt = FakeSTT(start=START)
    stt.faults.rate_limit(per=per_s, calls=calls)
    at_ms, let_through = 0, list[int]()
    for gap_ms in gaps_ms:
        stt.clock.advance(gap_ms / 1000)
        at_ms += gap_ms
        recent = [one for one in let_through if one + per_s * 1000 > at_ms]
        heard = ask(stt, "GET", "/v1/models")
        if len(recent) < calls:
            assert heard.status == 200
            let_through.append(at_ms)
        else:
            wait_s = int(heard.headers["retry-after"])
            later = [one for one in let_through if one + per_s * 1000 > at_ms + wait_s * 1000]
            a_second_before = [one for one in let_through if one + per_s * 1000 > at_ms + (wait_s - 1) * 1000]
            assert heard.status == 429
            assert len(later) < calls == len(a_second_before)
