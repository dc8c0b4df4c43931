"""An explored test goes by what pytest's own marks, subtests and options say of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import fakestt

Run = Callable[..., pytest.RunResult]

BEGIN = """
import unittest
import pytest, requests
import fakestt

def models(stt):
    return requests.get(stt.url + "/v1/acoustic_customizations", auth=("apikey", "any"))

def create(stt):
    body = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
    requests.post(stt.url + "/v1/acoustic_customizations", json=body, auth=("apikey", "any")).raise_for_status()

count = 0
"""


@pytest.fixture
def explored(run: Run) -> Run:
    """`explored(source, *arguments)`: with what the tests here have in common before it."""
    return lambda source, *arguments, **more: run(BEGIN + source, *arguments, **more)


EXPECTED = """
@pytest.mark.xfail({mark})
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt):
    models(fake_stt){then}
"""


@pytest.mark.parametrize("mark", ["strict=True", "strict=False", "strict=True, raises=requests.HTTPError"])
def test_a_client_that_is_known_to_break_is_explored_and_expected_to_fail(mark: str, explored: Run) -> None:
    result = explored(EXPECTED.format(mark=mark, then=".raise_for_status()"))
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["*test_it: 2 schedules with at most 1 fault, 1 failed, smallest: r1:list*=fail(503)"])


def test_a_client_that_no_longer_breaks_is_told_so(explored: Run) -> None:
    explored(EXPECTED.format(mark="strict=False", then="")).assert_outcomes(xpassed=1)
    result = explored(EXPECTED.format(mark="strict=True, reason='known'", then=""))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["[[]XPASS(strict)[]] known", "2 schedules with at most 1 fault, 0 failed"])


def test_a_failure_that_nobody_expects_is_told_before_those_that_are_expected(explored: Run) -> None:
    result = explored(
        """
@pytest.mark.xfail(raises=requests.HTTPError)
@fakestt.explore(faults=["fail(503)"], max_faults=2)
def test_it(fake_stt):
    models(fake_stt).raise_for_status()
    assert models(fake_stt).status_code == 200
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["3 schedules with at most 2 faults, 2 failed, smallest: r2:list*=fail(503)"])


def test_a_schedule_that_the_test_itself_expects_to_fail_has_not_failed(explored: Run) -> None:
    result = explored(
        """
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt):
    if models(fake_stt).status_code == 503:
        pytest.xfail("known")
"""
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*2 schedules with at most 1 fault, 0 failed"])


def test_a_test_that_fails_at_first_and_passes_then_has_failed(explored: Run) -> None:
    result = explored(
        """
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt):
    global count
    count += 1
    models(fake_stt)
    assert count > 1
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["The test failed, and passed when it was run once more: the test does not do the*"])


def test_what_earlier_runs_have_spoilt_is_told(explored: Run) -> None:
    spoilt = """
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt):
    global count
    count += 1
    models(fake_stt)
    assert {}
"""
    result = explored(spoilt.format("count < 2"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["The ordinary run passed at first, and fails by now, with AssertionError at test_it.py:* in test_it: the *"]
    )
    out = explored(spoilt.format("fake_stt.journal[0].status == 200")).stdout.str()
    assert "1 failed" in out
    assert "by now" not in out


SUBTESTS = """
@fakestt.explore(faults=["fail(503)"])
def test_of_pytest(fake_stt, subtests):
    for number in range(3):
        with subtests.test(number=number):
            models(fake_stt).raise_for_status()

class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def prepare(self, fake_stt):
        self.stt = fake_stt

    @fakestt.explore(faults=["fail(503)"])
    def test_of_unittest(self):
        for number in range(3):
            with self.subTest(number=number):
                models(self.stt).raise_for_status()
"""


def test_a_subtest_that_fails_fails_its_schedule_and_is_told_once(explored: Run) -> None:
    pytest.importorskip("_pytest.subtests")
    result = explored(SUBTESTS)
    out = result.stdout.str()
    assert out.count("4 schedules with at most 1 fault, 3 failed, smallest: r1:list") == 2
    assert out.count("3 x HTTPError at test_it.py:") == 2
    assert out.count("SUBFAILED") == 2
    assert "contains 1 failed subtest" in out
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result = explored(SUBTESTS, "-x")
    assert result.stdout.str().count("4 schedules with at most 1 fault, 3 failed, smallest: r1:list") == 1


def test_subtests_that_pass_under_each_schedule_are_no_failure(explored: Run) -> None:
    pytest.importorskip("_pytest.subtests")
    result = explored(SUBTESTS.replace(".raise_for_status()", ""))
    result.assert_outcomes(passed=2)
    assert "SUBFAILED" not in result.stdout.str()


def test_a_fixture_that_fails_at_its_end_is_told_behind_an_exception_that_is_allowed(explored: Run) -> None:
    result = explored(
        """
@pytest.fixture
def at_its_end(fake_stt):
    yield
    assert fake_stt.journal[0].status == 200

@fakestt.explore(faults=["fail(503)"], allow=requests.HTTPError)
def test_it(at_its_end, fake_stt):
    models(fake_stt).raise_for_status()
"""
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["     1 x AssertionError at test_it.py:* in at_its_end, hit at listAcousticModels"])


def test_what_a_client_leaves_when_it_gives_up_as_it_may_is_a_leftover(explored: Run) -> None:
    test = """
@fakestt.explore(faults=["fail(503)"], operations=["list*"], allow=requests.HTTPError, check={check})
def test_it(fake_stt):
    if {early}:
        models(fake_stt).raise_for_status()
    create(fake_stt)
    models(fake_stt).raise_for_status()
    [model] = fake_stt.acoustic_models
    requests.delete(f"{{fake_stt.url}}/v1/acoustic_customizations/{{model.id}}", auth=("apikey", "any"))
"""
    result = explored(test.format(check=["leftovers"], early=True))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "     1 x Failed at test_it.py::test_it, hit at listAcousticModels",
            "         leftovers: acoustic model 'car', pending",
            '         @fakestt.replay("r3:listAcousticModels=fail(503)")',
        ]
    )
    # A client that gives up may leave other things than one that goes on.
    explored(test.format(check=["metamorphic"], early=True)).assert_outcomes(passed=1)


def test_no_debugger_stops_at_what_is_only_tried(explored: Run, pytester: pytest.Pytester) -> None:
    conftest = """
def pytest_exception_interact():
    with open("stops.txt", "a") as stops:
        print("stopped", file=stops)
"""
    result = explored(
        """
@fakestt.explore(faults=["fail(503)"])
def test_it(fake_stt):
    for _ in range(3):
        models(fake_stt).raise_for_status()
""",
        conftest=conftest,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["4 schedules with at most 1 fault, 3 failed, smallest: r1:list*"])
    assert (pytester.path / "stops.txt").read_text() == "stopped\n"


def test_with_exitfirst_a_wider_fixture_ends_with_the_test_that_failed(explored: Run) -> None:
    result = explored(
        """
@pytest.fixture(scope="module")
def of_module():
    yield
    assert False, "at its end"

@fakestt.explore(faults=["fail(503)"])
def test_it(of_module, fake_stt):
    models(fake_stt).raise_for_status()

def test_next(of_module):
    pass
""",
        "-x",
    )
    result.assert_outcomes(failed=1, errors=1)  # and no traceback of pytest's own behind its report
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_it*", "*AssertionError: at its end*"])


def test_the_place_is_found_in_a_folder_that_has_our_name(
    explored: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pytester.mkdir("fakestt"))
    monkeypatch.setattr(pytester, "_path", pytester.path / "fakestt")
    test = '@fakestt.explore(faults=["fail(503)"])\ndef test_it(fake_stt):\n    models(fake_stt).raise_for_status()\n'
    result = explored(test, "--rootdir=.", "--import-mode=importlib")
    result.stdout.fnmatch_lines(["     1 x HTTPError at test_it.py:* in test_it, hit at listAcousticModels"])


CHECKED = """
@fakestt.explore(faults=["fail(503)"], operations=["list*"], check=["{check}"], allow=requests.HTTPError)
def test_it(fake_stt):
    if models(fake_stt).status_code == 503:
        create(fake_stt)
    models(fake_stt).raise_for_status()
"""


@pytest.mark.parametrize("check", ["leftovers", "metamorphic"])
def test_what_is_pasted_above_an_exploration_is_asked_the_same(check: str, explored: Run) -> None:
    test, line = CHECKED.format(check=check), '@fakestt.replay("r1:listAcousticModels=fail(503)")'
    told = explored(test)
    told.stdout.fnmatch_lines([f"         {line}"])
    for again in (
        explored(test.replace("@fakestt", f"{line}\n@fakestt", 1)),
        explored(test, "--fakestt-replay", "r1:listAcousticModels=fail(503)"),
    ):
        again.assert_outcomes(failed=1)
        again.stdout.fnmatch_lines([f"{check}: *", "This run followed"])
        assert "explored" not in again.stdout.str()


def test_a_fault_whose_body_no_schedule_tells_is_replayed_above_its_exploration(explored: Run) -> None:
    test = """
@fakestt.explore(faults=[fakestt.fail(503, body={"a": 1})])
def test_it(fake_stt):
    assert models(fake_stt).json() != {"a": 1}
"""
    line = '@fakestt.replay("r1:listAcousticModels=fail(503, body=...)")'
    explored(test).stdout.fnmatch_lines([f"         {line}"])
    result = explored(test.replace("@fakestt", f"{line}\n@fakestt", 1))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["This run followed", line])
    explored(line.replace("...", "{'a': 1}") + test[test.index("\ndef") :]).assert_outcomes(failed=1)
    result = explored(line + test[test.index("\ndef") :])
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*a schedule does not tell what a body holds. Put replay above the explore*"])


def test_faults_that_read_alike_are_refused_and_so_is_none() -> None:
    with pytest.raises(fakestt.ConfigurationError, match=r"ok\(\) is what happens without a fault"):
        fakestt.explore(faults=["fail(503)", "ok()"])
    with pytest.raises(fakestt.ConfigurationError, match=r"two different effects read 'fail\(503, body=...\)'"):
        fakestt.explore(faults=[fakestt.fail(503, body={"a": 1}), fakestt.fail(503, body={"b": 1})])
    fakestt.explore(faults=[fakestt.fail(503, body={"a": 1}), fakestt.fail(503, body={"a": 1}), "fail(503)"])


def test_a_replay_that_leaves_what_the_ordinary_run_leaves_passes(explored: Run) -> None:
    test = """
@fakestt.replay("r1:listAcousticModels=fail(503)")
@fakestt.explore(faults=["fail(503)"], check=["metamorphic"])
def test_it(fake_stt):
    models(fake_stt)
    create(fake_stt)
"""
    explored(test).assert_outcomes(passed=1)
