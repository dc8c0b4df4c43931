"""The machine finds each client's bug, passes those that report what is so, and leaves nothing behind."""

from __future__ import annotations

import threading
import time
import unittest
from pathlib import Path
from typing import Any

import clients
import pytest
import requests
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from fakestt import ConfigurationError, FakeSTT, MissingExtra, UnknownOperation, opened
from fakestt.faults.spelled import effect_of
from fakestt.intercept import hosts
from fakestt.machines import ClientMachine, Untrue, client_machine
from fakestt.media import forge
from fakestt.strategies import Line

# With all health checks.
FEW = settings(
    max_examples=25, stateful_step_count=20, deadline=None, database=None, derandomize=True, suppress_health_check=[]
)
MANY = settings(FEW, max_examples=2_000, stateful_step_count=40, phases=[Phase.generate], report_multiple_bugs=False)

BUGS = [
    ("CachesStatus", Untrue, "^(status|wait)"),
    ("TakesALostReplyForNotMade", Untrue, r"^create\('.*'\) returned None\. It has made a model\."),
    ("CreatesAgain", Untrue, r"^create\(.* It has made [2-5] models\."),
    ("TakesTheEndForSuccess", Untrue, r"^wait\('.*'\) returned 'available'\. The model is '"),
    ("WaitsForAvailable", Untrue, r"^wait\('.*'\) does not end\. The client has made 500 reads in a row"),
    ("BodyOfAnErrorIsAModel", KeyError, "status"),
    ("DoesNotEncode", Untrue, r"^add\('.*', .*, forge\..*\) returned None\. The model has "),
    ("IgnoresRefusals", Untrue, r"^train\('.*'\) returned None\. "),
    ("DeletesTheNewest", Untrue, r"^delete\('.*'\) returned None\. It has deleted '"),
    ("KeepsItsOwnList", Untrue, r"^models\(\) returned \[.*\]\. There are: "),
]


RARE = ("TakesALostReplyForNotMade", "CreatesAgain", "WaitsForAvailable", "BodyOfAnErrorIsAModel")  # takes longer


@pytest.mark.parametrize("edition", ["icp2018", pytest.param("cloud2025", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("name", "family"), [("Careful", "acoustic"), pytest.param("CarefulWithWords", "language", marks=pytest.mark.slow)]
)
def test_a_client_that_reports_what_is_so_passes(name: str, family: str, edition: str) -> None:
    run_state_machine_as_test(client_machine(getattr(clients, name), family=family, edition=edition), settings=FEW)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "family"), [("Careful", "acoustic"), ("CarefulWithWords", "language")])
def test_a_client_that_reports_what_is_so_passes_for_long(name: str, family: str) -> None:
    machine = client_machine(getattr(clients, name), family=family)
    run_state_machine_as_test(machine, settings=settings(MANY, max_examples=200))


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [pytest.param(*bug, id=bug[0], marks=[pytest.mark.slow] * (bug[0] in RARE)) for bug in BUGS],
)
def test_a_bug_is_found(name: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said) as found:
        run_state_machine_as_test(client_machine(getattr(clients, name)), settings=MANY)
    assert any("fake started at 2025-02-17T08:00:00" in note for note in found.value.__notes__)


@pytest.mark.slow
def test_an_example_shrinks_to_what_can_be_pasted() -> None:
    machine = client_machine(clients.CreatesAgain)
    shrinking = settings(FEW, max_examples=500, phases=machine.TestCase.settings.phases, report_multiple_bugs=False)
    with pytest.raises(Untrue) as found:
        run_state_machine_as_test(machine, settings=shrinking)
    # Behind it Hypothesis may say how to see it again, in CI for instance.
    assert (
        "state = CreatesAgainMachine()\n"
        "state.create(fault=stt.faults.on('*', nth=1, optional=True).lose_reply(), name='car')\n"
        "state.teardown()"
    ) in "\n".join(found.value.__notes__)


@pytest.mark.slow
def test_a_seed_gives_the_same_steps() -> None:
    def steps() -> list[tuple[str, float, str | None]]:
        seen: list[tuple[str, float, str | None]] = []

        class Told(client_machine(clients.Careful)):  # type: ignore[misc]  # a class that is made
            def teardown(self) -> None:
                seen.extend((one.path, one.at_s, str(one.rule)) for one in self.stt.journal)
                super().teardown()

        run_state_machine_as_test(seed(7)(Told), settings=settings(FEW, derandomize=False, max_examples=10))
        return seen

    first = steps()
    assert len(first) > 20
    assert steps() == first


def test_nothing_is_left_between_examples_and_behind_them() -> None:
    before = (time.sleep, time.monotonic, threading.Lock, requests.Session.request)
    entered, made = tuple(hosts._SWITCHBOARD._entered), []
    opened.forget_closed()

    def make_client(stt: FakeSTT) -> clients.Careful:
        assert len(stt.acoustic_models) == len(stt.language_models) == len(stt.journal) == 0
        made.append(stt)
        return clients.Careful(stt)

    run_state_machine_as_test(client_machine(make_client), settings=settings(FEW, max_examples=5))
    assert len({id(stt) for stt in made}) == len(made) > 1
    assert (time.sleep, time.monotonic, threading.Lock, requests.Session.request) == before
    assert tuple(hosts._SWITCHBOARD._entered) == entered
    assert opened.now_closed() == []


def test_a_client_that_cannot_be_made_leaves_nothing_behind() -> None:
    before, entered = time.sleep, tuple(hosts._SWITCHBOARD._entered)

    def make_client(stt: FakeSTT) -> object:
        raise OSError("no settings")

    with pytest.raises(OSError, match="no settings"):
        client_machine(make_client)()
    assert (time.sleep, tuple(hosts._SWITCHBOARD._entered)) == (before, entered)


@pytest.mark.slow
def test_it_runs_as_a_test_case(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        clients=Path(clients.__file__).read_text(encoding="utf-8"),
        test_it="""
            from clients import Careful, IgnoresRefusals
            from hypothesis import settings
            from fakestt.machines import client_machine

            TestCareful = client_machine(Careful).TestCase
            TestCareful.settings = settings(TestCareful.settings, max_examples=5, stateful_step_count=10)
            TestWrong = client_machine(IgnoresRefusals).TestCase
        """,
    )
    result = pytester.runpytest("-p", "no:cacheprovider", "-p", "no:asyncio")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.re_match_lines([r".*Untrue: train\('.*'\) returned None\. No training has begun"])
    result.stdout.fnmatch_lines(["*state = IgnoresRefusalsMachine()", "*state.train(*", "*state.teardown()"])
    result.stdout.no_fnmatch_line("*fakestt: what happened*")
    assert issubclass(client_machine(clients.Careful).TestCase, unittest.TestCase)


def made(client: object, **more: Any) -> ClientMachine:
    return client_machine(lambda stt: client, **more)()


class Says:
    """A client that says what it was given."""

    def __init__(self, **said: Any) -> None:
        for method, one in said.items():
            setattr(self, method, lambda *_, one=one: one() if callable(one) else one)


def raising(error: Exception) -> Any:
    def raises() -> None:
        raise error

    return raises


def add(machine: ClientMachine, **words: Any) -> str:
    return machine._known(machine.stt.acoustic_models.add(**words).id)


@pytest.mark.parametrize(
    ("said", "method", "truth"),
    [
        ({"create": "no id"}, "create", "There is no such model."),
        ({"models": []}, "models", "There are: '"),
        ({"status": "available"}, "status", "The model was 'ready'."),
        ({"status": None}, "status", "The model was 'ready'."),
        ({"train": None}, "train", "No training has begun: the model was 'ready'."),
        ({"train": "available"}, "train", "The model is 'ready'."),
        ({"reset": None}, "reset", "It still has 'audio1'."),
        ({"delete": None}, "delete", "The model is still there: it was 'ready'."),
        ({"names": ["audio2"]}, "names", "There are: 'audio1'."),
        ({"remove": None}, "remove", "It is still there."),
        ({"add": None}, "add", "The model has 'audio1'."),
        ({"status": raising(ValueError("late"))}, "status", "None of its requests failed or was refused"),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, dict) else None,
)
def test_what_is_said_is_compared_with_what_is_so(said: dict[str, Any], method: str, truth: str) -> None:
    machine = made(Says(**said))
    try:
        model_id = add(machine, status="ready")
        given: dict[str, Any] = {
            "create": {"name": "car"},
            "models": {},
            "add": {"model_id": model_id, "name": "a", "content": b""},
            "remove": {"data": (model_id, "audio1")},
        }.get(method, {"model_id": model_id})
        with pytest.raises(Untrue) as found:
            getattr(machine, method)(**given, fault=None)
        assert truth in str(found.value)
    finally:
        machine.teardown()


@pytest.mark.parametrize("method", ["status", "names", "reset", "train"])
def test_of_a_model_that_is_gone_nothing_is_to_be_said(method: str) -> None:
    machine = made(Says(**{method: "ready"}))
    try:
        before = machine.stt.snapshot()
        model_id = add(machine, status="ready")
        machine.stt.restore(before)
        with pytest.raises(Untrue, match=r"There is no such model any more|There are: none"):
            getattr(machine, method)(model_id=model_id, fault=None)
    finally:
        machine.teardown()


def test_a_client_that_was_deceived_need_not_say_what_is_so() -> None:
    machine = client_machine(clients.Careful)()
    try:
        model_id = add(machine, status="ready")
        machine.stt.script.training(takes="1s")
        machine.status(model_id=model_id, fault=None)
        machine.train(model_id=model_id, fault=None)
        machine.stt.clock.advance("1m")
        rule = Line("faults.on", "getAcousticModel", times=1, optional=True).then(".stale()", _do("stale()"))
        machine.status(model_id=model_id, fault=rule)
        assert machine.stt.journal.last().rule is not None
    finally:
        machine.teardown()


def _do(effect: str) -> Any:
    return lambda target: target.do(effect_of(effect))


def test_a_fault_is_for_one_call() -> None:
    machine = client_machine(clients.Careful)()
    try:
        fault = Line("faults.on", "*", nth=2, optional=True).then(".fail(503)", _do("fail(503)"))
        machine.models(fault=fault)
        machine.models(fault=None)
        assert [one.status for one in machine.stt.journal] == [200, 200]
        machine.stt.check_used()
    finally:
        machine.teardown()


@pytest.mark.parametrize(
    ("method", "truth"),
    [("train", "A training has begun"), ("delete", "The model is gone"), ("add", "It is there"), ("create", "made a")],
)
def test_what_was_done_is_not_said_to_be_undone(method: str, truth: str) -> None:
    def does(*given: Any) -> bool:
        getattr(careful, method)(*given)
        return False

    machine = made(Says(**{method: None}))
    careful = clients.Careful(machine.stt)
    setattr(machine.client, method, does)
    try:
        given: dict[str, Any] = {"name": "new"} if method == "create" else {"model_id": add(machine, status="ready")}
        given |= {"name": "a", "content": forge.flac(5)} if method == "add" else {}
        with pytest.raises(Untrue, match=truth):
            getattr(machine, method)(**given, fault=None)
    finally:
        machine.teardown()


def test_only_create_makes_a_model() -> None:
    machine = made(Says(train=None))
    machine.client.train = lambda model_id: clients.Careful(machine.stt).create("another")
    try:
        with pytest.raises(Untrue, match="It has made 1 models"):
            machine.train(model_id=add(machine, status="training"), fault=None)
    finally:
        machine.teardown()


def test_what_may_be_raised_can_be_narrowed() -> None:
    for allow, passes in ((None, True), (OSError, True), (ValueError, False), ((KeyError, OSError), True)):
        machine = made(Says(train=raising(OSError("gone"))), allow=allow)
        try:
            model_id = add(machine, status="ready")
            if passes:
                machine.train(model_id=model_id, fault=None)
            else:
                with pytest.raises(OSError, match="gone") as found:
                    machine.train(model_id=model_id, fault=None)
                assert "raised this, and may not" in found.value.__notes__[0]
        finally:
            machine.teardown()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"family": "acoustics"}, "family='acoustics': possible are acoustic, language. Did you mean 'acoustic'"),
        ({"edition": "icp2081"}, "Did you mean 'icp2018'"),
        ({"faults": ["interrupt()"]}, "ends the process that runs the test"),
        ({"faults": ["fall(503)"]}, "no effect 'fall'"),
        ({"auth": "lax"}, "auth='lax'"),
        ({"longest": "soon"}, "'soon' is not a duration"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_a_mistake_is_told_when_the_machine_is_made(words: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        client_machine(clients.Careful, **words)


def test_other_mistakes_are_told_as_well() -> None:
    with pytest.raises(ConfigurationError, match="give a function that makes a client"):
        client_machine("Careful")  # type: ignore[arg-type]  # the mistake
    with pytest.raises(UnknownOperation):
        client_machine(clients.Careful, operations="addAudios")
    with pytest.raises(ConfigurationError, match="has none of the methods that are called: create, models"):
        made(object())


def test_without_faults_none_is_drawn() -> None:
    class Told(client_machine(clients.Careful, faults=[])):  # type: ignore[misc]  # a class that is made
        def teardown(self) -> None:
            assert [one for one in self.stt.journal if one.rule is not None] == []
            super().teardown()

    run_state_machine_as_test(Told, settings=settings(FEW, max_examples=10))


def test_without_hypothesis_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith(("fakestt.strategies", "fakestt.machines"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(MissingExtra, match=r"pip install 'fakestt\[hypothesis\]'"):
        __import__("fakestt.machines")
