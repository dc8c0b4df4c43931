"""A client's conduct in pytest: a warning, a failure, and what marker and ini file say."""

from __future__ import annotations

import pytest

HEAD = """
import pytest, requests
from fakestt import FakeSTT
def misspell(stt, name="langauge"):
    answer = requests.get(
        stt.url + "/v1/acoustic_customizations", params={name: "x"}, auth=("apikey", stt.api_key), timeout=5
    )
    assert answer.status_code == 200
def leave_one(stt):
    body = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
    requests.post(stt.url + "/v1/acoustic_customizations", json=body, auth=("apikey", stt.api_key), timeout=5)
"""
BAD = "def test_it(fake_stt): misspell(fake_stt); leave_one(fake_stt)"
BY_HAND = """
def test_it():
    stt = FakeSTT(conduct={conduct!r})
    with stt.reachable():
        misspell(stt)
        leave_one(stt)
"""
FIRST = "*unknown_names: listAcousticModels: unknown parameter 'langauge'; did you mean 'language'? (#1)"
SECOND = "*leftovers: a model was made, and neither trained nor deleted: * (pending) (#2)"


def test_by_default_nothing_is_said(run):
    result = run(HEAD + BAD, ini="filterwarnings = error")
    result.assert_outcomes(passed=1)
    assert "leftovers" not in result.stdout.str()


SAYS = {
    "a marker": ("@pytest.mark.fakestt(conduct='{}')\n" + BAD, ""),
    "the ini file": (BAD, "fakestt_conduct = {}"),
    "a marker over the ini file": ("@pytest.mark.fakestt(conduct='{}')\n" + BAD, "fakestt_conduct = off"),
}


@pytest.mark.parametrize(("source", "ini"), SAYS.values(), ids=SAYS)
def test_a_warning_for_each_finding(run, source, ini):
    result = run(HEAD + source.format("warn"), ini=f"filterwarnings = default\n{ini.format('warn')}")
    result.assert_outcomes(passed=1, warnings=2)
    result.stdout.fnmatch_lines([f"*ConductWarning: {FIRST}", f"*ConductWarning: {SECOND}"])


@pytest.mark.parametrize(("source", "ini"), SAYS.values(), ids=SAYS)
def test_a_failure_and_no_error_with_all_findings_in_one_message(run, source, ini):
    result = run(HEAD + source.format("fail"), ini=ini.format("fail"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the client broke rules of good conduct:", FIRST, "    Correct*", "*http*", SECOND])


def test_a_fake_by_hand_warns_when_it_is_closed(run):
    result = run(HEAD + BY_HAND.format(conduct="warn"), ini="filterwarnings = default")
    result.assert_outcomes(passed=1, warnings=2)


def test_a_fake_by_hand_fails_its_test(run):
    result = run(HEAD + BY_HAND.format(conduct="fail"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([FIRST, SECOND])


def test_where_warnings_are_errors_the_first_fails_the_test(run):
    result = run(HEAD + BAD, ini="filterwarnings = error\nfakestt_conduct = warn")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([FIRST])
    assert [line for line in result.outlines if line.startswith(("E ", ">"))] == [], "the message alone"


def test_warnings_can_be_ignored_by_their_class(run):
    ini = "filterwarnings =\n  error\n  ignore::fakestt.ConductWarning\nfakestt_conduct = warn"
    run(HEAD + BAD, ini=ini).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "ini"),
    [
        ("(conduct='fail', conduct_ignore=('leftovers', 'unknown_names'))", ""),
        ("(conduct='fail')", "fakestt_conduct_ignore = leftovers, unknown_names"),
    ],
    ids=["marker", "ini"],
)
def test_rules_that_do_not_count(run, marker, ini):
    run(f"{HEAD}@pytest.mark.fakestt{marker}\n{BAD}", ini=ini).assert_outcomes(passed=1)


def test_a_wrong_name_is_an_error_at_collection(run):
    result = run(f"{HEAD}@pytest.mark.fakestt(conduct='fail', conduct_ignore=['leftover'])\n{BAD}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no rule 'leftover'. Did you mean 'leftovers'? All: polling, *"])


def test_a_wrong_name_in_the_ini_file_ends_the_run(run):
    result = run(HEAD + BAD, ini="fakestt_conduct_ignore = poling")
    result.stderr.fnmatch_lines(["*fakestt_*: conduct_ignore=[[]'poling'[]]: there is no rule 'poling'.*'polling'*"])


def test_a_test_that_fails_shows_the_findings_in_its_report(run):
    source = f"{HEAD}{BAD}; assert 0"
    result = run(source, ini="fakestt_conduct = warn\nfilterwarnings = error")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*fakestt: what happened*", FIRST, SECOND])


def test_two_fakes_of_a_test_are_watched_apart(run):
    source = """
@pytest.mark.fakestt(conduct="fail")
def test_it(fake_stt, fake_stt_factory):
    other = fake_stt_factory(edition="icp2020", conduct="warn")
    misspell(other)
    assert fake_stt.findings() == []
    assert [one.rule for one in other.findings()] == ["unknown_names"]
"""
    result = run(HEAD + source, ini="filterwarnings = default")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*ConductWarning: unknown_names: *", "*icp2020 acoustic-models.md#*"])


def test_a_server_s_clients_are_watched_too(run):
    source = """
@pytest.mark.fakestt(conduct="fail", time="real:x600")
def test_it(fake_stt_server):
    leave_one(fake_stt_server)
"""
    result = run(HEAD + source)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*leftovers: a model was made, and neither trained nor deleted: * (pending) (#1)"])
