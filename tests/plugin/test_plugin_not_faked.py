"""A client asks for what the service does and fakestt does not: the timeline, the report and the test's end say so."""

from __future__ import annotations

import warnings

import pytest

from fakestt import FakeSTT, NotFaked, UnknownOperation

HEAD = """
import pytest, requests
from fakestt import FakeSTT
def recognize(stt, times=1):
    for _ in range(times):
        answer = requests.post(stt.url + "/v1/recognize", b"x", auth=("apikey", "any"), timeout=5)
    return answer.status_code
"""
SAID = "*NotFaked: recognize is part of the service and not of fakestt: 2 requests for it were answered 404."
LINE = (
    "*POST  /recognize  404  'No such child resource.'  [[]note: recognize is part of the service and not of fakestt[]]"
)
ASKS = {
    "a fixture": "def test_it(fake_stt): assert recognize(fake_stt, 2) == 404",
    "a fake by hand": "def test_it():\n    stt = FakeSTT()\n    with stt.reachable(): recognize(stt, 2)",
}


@pytest.mark.parametrize("source", ASKS.values(), ids=ASKS)
def test_a_test_that_passes_all_the_same_gets_a_warning(run, source):
    result = run(HEAD + source, ini="filterwarnings = default")  # this run makes errors of them
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines([SAID])


def test_a_test_that_fails_shows_it_in_its_report(run):
    result = run(HEAD + "def test_it(fake_stt): assert recognize(fake_stt) == 200")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([LINE])


SETTINGS = {
    "a marker": ('@pytest.mark.filterwarnings("ignore:.*not of fakestt")\n', ""),
    "the ini file": ("", "filterwarnings = ignore:.*not of fakestt"),
    "the ini file, by its class": ("", "filterwarnings = ignore::fakestt.NotFaked"),
}


@pytest.mark.parametrize(("marker", "ini"), SETTINGS.values(), ids=SETTINGS)
def test_pytest_can_be_told_to_ignore_it(run, marker, ini):
    run(f"{HEAD}{marker}{ASKS['a fixture']}", ini=ini).assert_outcomes(passed=1)


@pytest.mark.parametrize("source", ASKS.values(), ids=ASKS)
def test_where_warnings_are_errors_the_test_fails_and_says_why(run, source):
    result = run(HEAD + source, ini="filterwarnings = error")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["recognize is part of the service and not of fakestt: 2 requests*", "*/recognize  404*"]
    )


def test_a_wrong_path_and_a_fault_are_no_such_request(run):
    source = """
def test_it(fake_stt):
    fake_stt.faults.on(path="/v1/recognize").fail(503)
    assert recognize(fake_stt) == 503
    assert requests.get(fake_stt.url + "/v1/nothing", auth=("apikey", "any")).status_code == 404
"""
    run(HEAD + source, ini="filterwarnings = error").assert_outcomes(passed=1)


def test_without_pytest_check_used_warns():
    stt = FakeSTT()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stt.check_used()
    stt.app.asked_in_vain["detectLanguage"] = 1
    expected = (
        r"detectLanguage is part of the service \(of cloud2025 alone\) and not of fakestt: a request for it was "
        "answered 404"
    )
    with pytest.warns(NotFaked, match=expected):
        stt.check_used()


@pytest.mark.parametrize(
    ("operation", "said", "path"),
    [
        ("recognize", "recognize is part of the service and not of fakestt", "/v1/recognize"),
        ("createJob", "createJob is part of the service and not of fakestt", "/v1/recognitions"),
        ("*Job", "createJob is part of the service and not of fakestt", "/v1/recognitions"),
        ("detectLanguage", "detectLanguage is part of the service (of cloud2025 alone) and not", "/v1/detect_language"),
    ],
)
def test_a_rule_for_such_an_operation_says_how_to_choose_it(operation, said, path):
    with pytest.raises(UnknownOperation) as caught:
        FakeSTT().faults.on(operation)
    assert str(caught.value).startswith(f"on({operation!r}): {said}")
    assert f" To choose it: on(path={path!r}). All: listModels, " in str(caught.value)
    FakeSTT().faults.on(path=path).fail(503)


def test_a_journal_that_is_asked_for_such_an_operation_says_so():
    expected = r"no operation 'recognize'\. recognize is part of the service and not of fakestt\. All: listModels"
    with pytest.raises(UnknownOperation, match=expected):
        FakeSTT().journal.count("recognize")
