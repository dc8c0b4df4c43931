"""`--fakestt-cov`: what a whole run has met of the contract, in its summary, its exit status and a file."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from fakestt.coverage.possible import possible
from fakestt.coverage.record import cut_off
from fakestt.editions import EDITIONS
from fakestt.opened import _TOLD

HEAD = """
import pytest, requests
from fakestt import FakeSTT
AUTH = ("apikey", "any")
MODELS = "/v1/acoustic_customizations"
def get(stt, path):
    return requests.get(stt.url + path, auth=AUTH, timeout=5)
"""
RUN = (
    HEAD
    + """
def test_a_status(fake_stt):
    fake_stt.acoustic_models.add(status="failed")
    assert get(fake_stt, MODELS).ok
def test_a_fault(fake_stt):
    fake_stt.faults.on("listModels").lose_reply()
    with pytest.raises(requests.ConnectionError):
        get(fake_stt, "/v1/models")
def test_what_happens_after_the_last_request(fake_stt):
    model = fake_stt.acoustic_models.add(status="training")
    fake_stt.clock.advance("1d")
    assert model.status == "available"
"""
)
SECTION = "=* fakestt: coverage of the contract =*"


NOTHING = possible(EDITIONS["icp2018"])


def row(result: pytest.RunResult, words: str, edition: str = "icp2018", column: int = 1) -> int:
    """Of a row of an edition's table, how many were seen, or in column 2 how many are possible."""
    text = result.stdout.str()
    found = re.search(rf"^ +{words} +(\d+) +(\d+) +\d+ %$", text[text.index(f"\n{edition} ") :], re.MULTILINE)
    assert found is not None, text
    return int(found[column])


def test_the_summary_has_a_table_and_what_was_never_seen(run):
    result = run(RUN, "--fakestt-cov")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [SECTION, "icp2018 *seen *possible", "*", "  all *", "  never saw: *", "  never called: *"]
    )
    assert row(result, "statuses shown to the client") == 1
    assert row(result, "transitions that happened") == 1
    assert row(result, "operation x status answered") == 1
    assert row(result, "faults survived") == 1
    assert row(result, "all") == 4
    assert row(result, "all", column=2) == NOTHING.possible
    assert result.ret == 0


def test_without_the_option_nothing_is_told_or_done(run):
    result = run(RUN + "\nfrom fakestt.opened import _TOLD\ndef test_nobody(fake_stt): assert _TOLD == []")
    result.assert_outcomes(passed=4)
    result.stdout.no_fnmatch_line("*coverage*")


def test_nobody_looks_any_more_when_the_run_is_over(run):
    before = list(_TOLD)
    run(RUN, "--fakestt-cov")
    assert before == _TOLD


FAILING = {
    "the test fails": "    raise AssertionError",
    "its end fails": "    fake_stt.faults.on('addAudio').fail(503)",
}


@pytest.mark.parametrize("end", FAILING.values(), ids=FAILING)
def test_what_a_failing_test_met_last_is_not_survived(run, end):
    source = """
def test_it(fake_stt):
    fake_stt.faults.on("listModels", nth=1).fail(503)
    get(fake_stt, "/v1/models")
"""
    assert row(run(HEAD + source, "--fakestt-cov"), "faults survived") == 1
    result = run(HEAD + source + end, "--fakestt-cov")
    result.assert_outcomes(failed=1)
    assert row(result, "faults survived") == 0
    assert row(result, "all") == 0
    result.stdout.fnmatch_lines(["  met, and no request came after it: an error on listModels"])


WAYS = {
    "the server": "def test_it(fake_stt_server): assert get(fake_stt_server, MODELS).ok",
    "the factory": "def test_it(fake_stt_factory): assert get(fake_stt_factory(edition='icp2018'), MODELS).ok",
    "a fake by hand": "def test_it():\n    stt = FakeSTT()\n    with stt.reachable(): assert get(stt, MODELS).ok",
    "a fake that is served by hand": "def test_it():\n    stt = FakeSTT()\n    with stt.serve() as server:\n"
    "        assert requests.get(server.url + MODELS, auth=AUTH, timeout=5).ok",
    "a module's fake": "@pytest.fixture(scope='module')\ndef stt():\n    stt = FakeSTT()\n"
    "    with stt.reachable(): yield stt\ndef test_it(stt): assert get(stt, MODELS).ok",
    "a fake that is asked when the module is torn down": "@pytest.fixture(scope='module')\ndef stt():\n"
    "    stt = FakeSTT()\n    with stt.reachable():\n        yield stt\n        get(stt, MODELS)\n"
    "def test_it(stt): pass",
    "many fakes in one test": "def test_it():\n    for number in range(50):\n        stt = FakeSTT()\n"
    "        with stt.reachable(): assert get(stt, '/v1/models' if number else MODELS).ok",
    "an application": "from werkzeug.test import Client\ndef test_it():\n"
    "    assert Client(FakeSTT(auth=None).app).get(MODELS).status_code == 200",
    "an application whose answer nobody reads": "from werkzeug.test import Client, create_environ\ndef test_it():\n"
    "    stt = FakeSTT(auth=None)\n    stt.faults.on('listModels', times=1).truncate(4)\n"
    "    unread = stt.app(create_environ('/v1/models'), lambda *said: None)\n"
    "    assert Client(stt.app).get(MODELS).status_code == 200\n",
    "more requests than the journal keeps": "@pytest.mark.fakestt(journal=10)\ndef test_it(fake_stt):\n"
    "    get(fake_stt, '/v1/models/nobody')\n    get(fake_stt, MODELS)\n"
    "    for _ in range(30): get(fake_stt, '/v1/models')\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_fake_counts_however_it_was_made(run, pytester: pytest.Pytester, way: str):
    result = run(HEAD + WAYS[way], "--fakestt-cov-json=c.json")
    result.assert_outcomes(passed=1)
    assert {"operation": "listAcousticModels", "status": 200} in written(pytester)["answers"]["seen"]


def test_a_test_that_passes_has_survived_what_any_of_its_fakes_met(run):
    source = """
def test_it():
    for number in range(50):
        stt = FakeSTT()
        with stt.reachable():
            if not number:
                stt.faults.on("listModels").lose_reply()
                with pytest.raises(requests.ConnectionError):
                    get(stt, "/v1/models")
"""
    assert row(run(HEAD + source, "--fakestt-cov"), "faults survived") == 1
    failing = source + "    assert 0\ndef test_other(): pass"
    assert row(run(HEAD + failing, "--fakestt-cov"), "faults survived") == 0


def test_a_test_that_passes_has_not_survived_what_another_met(run):
    source = """
@pytest.fixture(scope="module")
def stt():
    stt = FakeSTT()
    with stt.reachable(): yield stt
def test_it(stt):
    stt.faults.on("listModels").lose_reply()
    get(stt, "/v1/models")
def test_other(stt):
    pass
"""
    result = run(HEAD + source, "--fakestt-cov")
    result.assert_outcomes(passed=1, failed=1)
    assert row(result, "faults survived") == 0
    result = run(HEAD + source + "    get(stt, '/v1/models/nobody')", "--fakestt-cov")
    assert row(result, "faults survived") == 1


def written(pytester: pytest.Pytester, number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((pytester.path / "c.json").read_text("utf-8"))["editions"][number]
    return found


EXPLORED = """
import fakestt, gc

def fakes():
    return sum(type(one) is FakeSTT for one in gc.get_objects())

BEFORE = fakes()

@fakestt.explore(faults=["fail(503)", "reset()"], outcomes=False)
def test_it(fake_stt):
"""


@pytest.mark.slow
def test_a_schedule_that_passes_has_survived_what_it_met_though_another_fails(run):
    result = run(HEAD + EXPLORED + "    get(fake_stt, '/v1/models')", "--fakestt-cov")
    result.assert_outcomes(failed=1)
    assert row(result, "faults survived") == 1
    result.stdout.fnmatch_lines(["  met, and no request came after it: a lost reply on listModels"])


@pytest.mark.slow
def test_an_exploration_lets_its_fakes_go(run):
    source = """
    for _ in range(5):
        try:
            get(fake_stt, "/v1/models")
        except requests.ConnectionError:
            pass
    gc.collect()
    assert fakes() <= BEFORE + 2
"""
    run(HEAD + EXPLORED + source, "--fakestt-cov").assert_outcomes(passed=1)


def test_each_edition_has_a_table_of_its_own(run):
    result = run(
        HEAD
        + """
def test_it(fake_stt_factory):
    for edition in ("icp2018", "cloud2025"):
        get(fake_stt_factory(edition=edition), "/v1/models" if edition == "icp2018" else MODELS)
""",
        "--fakestt-cov",
    )
    assert row(result, "all") == 1
    assert row(result, "all", "cloud2025") == 1
    both = NOTHING.possible + possible(EDITIONS["cloud2025"]).possible
    result.stdout.fnmatch_lines([f"  all of 2 editions * 2 * {both} * 0 %"])


REACHED = 100 * 4 / NOTHING.possible
TOTAL = f"{cut_off(REACHED):.2f} % in all"


@pytest.mark.parametrize(("least", "status", "said"), [(REACHED, 0, "reached"), (REACHED + 0.001, 1, "not reached")])
def test_the_exit_status_says_whether_enough_was_met(run, least, status, said):
    result = run(RUN, f"--fakestt-cov-fail-under={least}")
    result.assert_outcomes(passed=3)
    assert result.ret == status
    result.stdout.fnmatch_lines([SECTION, f"{'FAIL ' * status}Required fakestt coverage of * % {said}: {TOTAL}"])


def test_a_run_that_has_failed_keeps_its_status(run):
    assert run("def test_it(): assert 0", "--fakestt-cov-fail-under=80").ret == pytest.ExitCode.TESTS_FAILED
    assert run("import nothing_of_that_name", "--fakestt-cov-fail-under=80").ret == pytest.ExitCode.INTERRUPTED


@pytest.mark.parametrize("source", ["def test_it(): pass", "def test_it(fake_stt): pass"])
def test_a_run_without_a_request_says_so_in_one_line(run, source):
    result = run(source, "--fakestt-cov")
    result.stdout.no_fnmatch_line(SECTION)
    [line] = [line for line in result.outlines if "coverage" in line]
    assert line == "fakestt: no request met a fake, so there is no coverage of the contract to tell of."
    assert result.ret == 0
    result = run(source, "--fakestt-cov-fail-under=1")
    result.stdout.fnmatch_lines(["FAIL Required fakestt coverage of 1 % not reached: no request met a fake"])
    assert result.ret == 1


def test_the_file_holds_what_was_seen_and_what_is_possible(run, pytester: pytest.Pytester):
    result = run(RUN, "--fakestt-cov-json=reports/c.json")
    result.stdout.fnmatch_lines([SECTION, "As JSON: reports/c.json"])
    data = json.loads((pytester.path / "reports" / "c.json").read_text("utf-8"))
    assert data["percent"] == data["editions"][0]["percent"] == cut_off(REACHED)
    [one] = data["editions"]
    assert list(one) == ["edition", "percent", "statuses", "transitions", "answers", "faults", "met"]
    assert one["edition"] == "icp2018"
    assert one["statuses"]["seen"] == [{"family": "acoustic model", "status": "failed"}]
    assert {"family": "audio", "status": "invalid"} in one["statuses"]["possible"]
    assert one["transitions"]["seen"] == [{"family": "acoustic model", "before": "training", "after": "available"}]
    assert one["faults"]["seen"] == [{"trouble": "a lost reply", "operation": "listModels"}]
    assert one["faults"]["counted"] == 1


def test_only_some_operations_count(run):
    result = run(RUN, "--fakestt-cov", "--fakestt-cov-only=list*", "--fakestt-cov-only=getModel")
    assert row(result, "faults survived") == 1
    assert row(result, "all", column=2) < NOTHING.possible / 2
    result.stdout.no_fnmatch_line("*addAudio*")


def test_an_edition_that_was_asked_of_other_operations_alone_is_left_out(run):
    source = "def test_other(fake_stt_factory): get(fake_stt_factory(edition='cloud2025'), '/v1/models')"
    assert row(run(RUN + source, "--fakestt-cov"), "all", "cloud2025") == 1
    result = run(RUN + source, "--fakestt-cov", "--fakestt-cov-only=*Acoustic*")
    result.stdout.no_fnmatch_line("cloud2025*")


WRONG = {
    "--fakestt-cov-only=addAudio": "*--fakestt-cov-only says of which operations: give --fakestt-cov as well.",
    "--fakestt-cov --fakestt-cov-only=addAudios": "*no operation is called 'addAudios'. Did you mean 'addAudio'*",
    "--fakestt-cov-json=.": "*--fakestt-cov-json: *: Is a directory",
    "--fakestt-cov-json=test_it.py/c.json": "*--fakestt-cov-json: *test_it.py: *",
    "--fakestt-cov-fail-under=101": "*'101': give a percentage, from 0 to 100*",
    "--fakestt-cov-fail-under=all": "*'all': give a percentage, from 0 to 100*",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_an_option_that_makes_no_sense_ends_the_run_before_it_begins(run, arguments):
    result = run(RUN, *arguments.split())
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([WRONG[arguments]])


def test_a_collection_is_no_run(run):
    result = run(RUN, "--collect-only", "--fakestt-cov-fail-under=80")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*coverage of*")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_width_of_the_terminal_is_kept(run, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = table_of(run(RUN, "--fakestt-cov-json=c.json"))
    assert width - 30 < max(map(len, lines)) <= width


@pytest.mark.slow
def test_the_workers_of_xdist_hand_over_what_they_saw(run, pytester: pytest.Pytester):
    pytest.importorskip("xdist")
    alone = run(RUN, "--fakestt-cov-json=c.json")
    one = written(pytester)
    (pytester.path / "c.json").unlink()
    both = run(RUN, "--fakestt-cov-json=c.json", "-p", "xdist", "-n", "2", apart=True)
    both.assert_outcomes(passed=3)
    assert written(pytester) == one
    assert table_of(both) == table_of(alone)
    failed = run(RUN, "--fakestt-cov-fail-under=80", "-p", "xdist", "-n", "2", apart=True)
    assert failed.ret == 1
    failed.stdout.fnmatch_lines([f"FAIL Required fakestt coverage of 80 % not reached: {TOTAL}"])


@pytest.mark.slow
def test_a_worker_that_crashes_is_told_of(run):
    pytest.importorskip("xdist")
    source = RUN + "\ndef test_z_crash(): __import__('os')._exit(3)"
    result = run(source, "--fakestt-cov", "-p", "xdist", "-n", "1", apart=True)
    result.stdout.fnmatch_lines(["What a worker that crashed had seen is not among it."])


def table_of(result: pytest.RunResult) -> list[str]:
    lines = result.outlines
    start = next(at for at, line in enumerate(lines) if "coverage of the contract" in line)
    return lines[start : lines.index("As JSON: c.json")]
