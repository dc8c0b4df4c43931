"""Which tests show what happened: `--fakestt-report`, and how wide it is."""

from __future__ import annotations

import textwrap

import pytest

from conftest_plugin.report import wrapped

SECTION = "fakestt: what happened"
TESTS = """
import pytest, requests
def ask(stt):
    requests.get(stt.url + "/v1/models", auth=("apikey", "any"), timeout=5)
def test_passes(fake_stt): ask(fake_stt)
def test_fails(fake_stt):
    ask(fake_stt)
    assert 0
@pytest.mark.xfail
def test_is_expected_to_fail(fake_stt):
    ask(fake_stt)
    assert 0
def test_skips(fake_stt):
    ask(fake_stt)
    pytest.skip("not today")
def test_without(): pass
"""
SHOWN = {"failed": 1, "always": 4, "never": 0}
PARALLEL = ("-p", "xdist", "-n", "1")


def shown(result: pytest.RunResult) -> int:
    return result.stdout.str().count(f"- {SECTION} -")


@pytest.mark.parametrize(
    ("which", "parallel"),
    [
        *(pytest.param(which, (), id=f"{which}-alone") for which in SHOWN),
        pytest.param("always", PARALLEL, id="always-in a worker", marks=pytest.mark.slow),
        pytest.param("failed", PARALLEL, id="failed-in a worker", marks=pytest.mark.slow),
        pytest.param("never", PARALLEL, id="never-in a worker", marks=pytest.mark.slow),
    ],
)
def test_the_option_says_which_tests_show_what_happened(run, which, parallel):
    result = run(TESTS, f"--fakestt-report={which}", *parallel)
    result.assert_outcomes(passed=2, failed=1, xfailed=1, skipped=1)
    assert shown(result) == SHOWN[which]
    assert result.stdout.str().count("GET  /models  200  listModels") == SHOWN[which]


def test_only_the_test_itself_shows_what_happened_and_not_its_set_up_and_its_end(run):
    conftest = f"""
def pytest_runtest_logreport(report):
    if any(title == {SECTION!r} for title, _ in report.sections):
        print("section of", report.when)
"""
    result = run(TESTS, "--fakestt-report=always", "-s", conftest=conftest)
    assert {line.partition("section of ")[2] for line in result.outlines if "section of" in line} == {"call"}


def test_without_the_option_failed_tests_do(run):
    assert shown(run(TESTS)) == 1


@pytest.mark.slow
def test_the_command_line_wins_over_the_ini_file(run):
    assert shown(run(TESTS, ini="fakestt_report = never")) == 0
    assert shown(run(TESTS, ini="fakestt_report = always")) == 4
    assert shown(run(TESTS, "--fakestt-report=failed", ini="fakestt_report = always")) == 1


@pytest.mark.parametrize("more", ["-rA", "-rP"])
def test_what_pytest_shows_of_passed_tests_is_not_shown_twice(run, more):
    result = run(TESTS, "--fakestt-report=always", more)
    assert shown(result) == 4


def test_another_word_is_an_error(run):
    assert run(TESTS, ini="fakestt_report = sometimes").ret == pytest.ExitCode.USAGE_ERROR
    result = run(TESTS, "--fakestt-report=sometimes")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--fakestt-report*"])


def test_the_ini_files_other_words_are_named(run):
    run(TESTS, ini="fakestt_report = sometimes").stderr.fnmatch_lines(
        ["ERROR: fakestt_report = sometimes: give one of failed, always, never."]
    )


LONG = """
import requests
def test_it(fake_stt):
    requests.get(fake_stt.url.replace("/api", "") + "/v1/models", timeout=5)
    assert 0
"""


@pytest.mark.parametrize(
    ("columns", "parallel"),
    [(80, ()), (120, ()), *(pytest.param(columns, PARALLEL, marks=pytest.mark.slow) for columns in (80, 120))],
    ids=["80-alone", "120-alone", "80-in a worker", "120-in a worker"],
)
def test_a_report_is_as_wide_as_the_terminal(run, monkeypatch, columns, parallel):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run(LONG, "--tb=short", *parallel).outlines
    first = next(at for at, line in enumerate(lines) if SECTION in line)
    report = lines[first + 1 : lines.index("now +0:00:00")]
    assert columns - 30 < max(map(len, report)) <= columns


@pytest.mark.slow
def test_without_a_terminal_a_report_is_as_wide_as_it_is(run):
    assert run(LONG, "-p", "no:terminal", apart=True).ret == pytest.ExitCode.TESTS_FAILED


def test_what_is_too_long_goes_on_behind_the_beginning_of_its_text():
    text = textwrap.dedent(
        """\
        fake started at some instant
        what stands out:
          #1: one two three four five six seven eight nine ten eleven twelve

        #1–#120      +0:00:15  GET  <car>  200  one two three four five six
                                 car: one two three four five six seven
                 +0:00:14.400    car: one two three four five six seven
        now +0:00:15; still due: one two three four five six seven
        """
    )
    assert wrapped(text, 60) == textwrap.dedent(
        """\
        fake started at some instant
        what stands out:
          #1: one two three four five six seven eight nine ten
              eleven twelve

        #1–#120      +0:00:15  GET  <car>  200  one two three four
                                   five six
                                 car: one two three four five six
                                     seven
                 +0:00:14.400    car: one two three four five six
                                     seven
        now +0:00:15; still due: one two three four five six seven"""
    )
    assert wrapped(text, 10) == wrapped(text, 60), "a very narrow terminal has to wrap it itself"
