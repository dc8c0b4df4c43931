"""`--fakestt-html`: which tests are on the page, with what, and when there is no page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from page_rig import ALONE, read

OUTCOMES = """
def test_passed(fake_stt): ask(fake_stt)
def test_failed(fake_stt): assert ask(fake_stt) is None, "nothing came"
@pytest.mark.xfail(reason="not yet")
def test_xfailed(fake_stt): assert 0
@pytest.mark.xfail
def test_xpassed(fake_stt): pass
def test_skipped(fake_stt): pytest.skip("not today")
def test_no_fake(): pass
@pytest.fixture
def broken(fake_stt):
    ask(fake_stt)
    raise KeyError("set-up")
def test_error(broken): pass
@pytest.fixture
def leaky(fake_stt):
    yield
    raise KeyError("tear-down")
def test_late_error(leaky): pass
def test_both(leaky): assert 0, "first"
"""


def test_a_page_tells_of_each_test_that_had_a_fake(run: Any, pytester: pytest.Pytester) -> None:
    result = run(OUTCOMES)
    result.stdout.fnmatch_lines(["fakestt: a page of 8 tests is at file://*/page.html"])
    page = read(pytester)
    assert {one["name"].partition("::test_")[2]: one["outcome"] for one in page.tests} == {
        "passed": "passed", "failed": "failed", "xfailed": "xfailed", "xpassed": "xpassed", "skipped": "skipped",
        "error": "error", "late_error": "error", "both": "failed",
    }  # fmt: skip
    failed = page.named("test_failed")
    assert failed["message"].startswith("AssertionError: nothing came\nassert <Response [200]> is None\n")
    assert failed["message"].endswith("test_it.py:7")
    assert page.named("test_skipped")["message"] == "Skipped: not today"
    assert "tear-down" in page.named("test_late_error")["message"]
    assert "first" in page.named("test_both")["message"]
    assert (failed["requests"], failed["lasted_s"]) == (1, 0)
    assert page.fakes("test_error")[0]["rows"][0]["operation"] == "listModels"


@pytest.mark.slow
def test_a_failure_in_a_library_names_the_line_of_the_test(run: Any, pytester: pytest.Pytester) -> None:
    run("def test_it(fake_stt):\n    fake_stt.faults.on('*').reset()\n    ask(fake_stt)")
    message = read(pytester).named("test_it")["message"]
    assert message.startswith("requests.exceptions.ConnectionError: ")
    assert message.endswith("\ntest_it.py:4")


def test_each_fake_of_a_test_is_told_of_those_by_hand_as_well(run: Any, pytester: pytest.Pytester) -> None:
    run("""
def test_three(fake_stt, fake_stt_factory):
    other = fake_stt_factory(edition="cloud2025")
    with FakeSTT(host="mine.test", start=0).reachable("mine.test"): pass
    ask(other)
""")
    page = read(pytester)
    assert [(one["name"], one["edition"], one["requests"]) for one in page.fakes("test_three")] == [
        ("fakestt.test", "icp2018", 0), ("fakestt-2.test", "cloud2025", 1), ("mine.test", "icp2018", 0),
    ]  # fmt: skip


def test_a_fake_of_a_module_is_told_of_where_it_was_used(run: Any, pytester: pytest.Pytester) -> None:
    run("""
@pytest.fixture(scope="module")
def shared():
    stt = FakeSTT(start=0, time="manual")
    with stt.reachable():
        yield stt
def test_first(shared): ask(shared)
def test_second(shared): ask(shared), ask(shared)
def test_third(shared): pass
""")
    page = read(pytester)
    assert [(one["name"][-5:], one["requests"]) for one in page.tests] == [("first", 1), ("econd", 2)]
    assert [row["seq"] for row in page.fakes("test_second")[0]["rows"]] == [2]
    assert page.fakes("test_second")[0]["rows"][0]["times"] == 2


def test_a_name_can_do_no_harm(run: Any, pytester: pytest.Pytester) -> None:
    run("""
@pytest.mark.parametrize("name", ["</script><img src=x onerror=alert(1)>"])
def test_evil(fake_stt, name):
    fake_stt.acoustic_models.add(name=name, description=name)
    assert not ask(fake_stt, "/v1/acoustic_customizations").text, name
""")
    page = read(pytester)
    assert page.html.count("<img") == page.tags.count("img") == 0
    [lane] = [one for one in page.fakes("onerror=alert(1)>]")[0]["lanes"] if "child" not in one]
    assert lane["name"] == "</script><img src=x onerror=alert(1)>"


@pytest.mark.slow
def test_the_processes_of_xdist_make_one_page(run: Any, pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    source = "\n".join(f"def test_{n}(fake_stt): ask(fake_stt); assert {n} != 3, 'three'" for n in range(6))
    result = run(source, "-p", "xdist", "-n", "2", apart=True)
    result.assert_outcomes(passed=5, failed=1)
    page = read(pytester)
    assert sorted(one["name"] for one in page.tests) == [f"test_it.py::test_{n}" for n in range(6)]
    assert page.named("test_3")["message"].startswith("AssertionError: three")
    assert all(page.fakes(f"test_{n}")[0]["requests"] == 1 for n in range(6))
    assert [one.name for one in pytester.path.glob("*.html")] == ["page.html"]


@pytest.mark.parametrize("path", ["file/page.html", ".", "/proc/page.html"])
def test_a_path_that_cannot_be_written_ends_the_run_before_its_first_test(
    run: Any, pytester: pytest.Pytester, path: str
) -> None:
    (pytester.path / "file").write_text("")
    result = run("def test_it(fake_stt): open('ran', 'w').close()", path=path)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --fakestt-html={path}: the page can't be written there: *. Give the path *"])
    assert not (pytester.path / "ran").exists()


@pytest.mark.slow
def test_folders_are_made_and_a_test_that_changes_the_folder_changes_nothing(
    run: Any, pytester: pytest.Pytester, tmp_path: Path
) -> None:
    run(f"import os\ndef test_it(fake_stt): os.chdir({str(tmp_path)!r})", path="made/for/it.html", apart=True)
    assert len(read(pytester, "made/for/it.html").tests) == 1


@pytest.mark.slow
def test_a_run_without_a_fake_has_an_empty_page_and_does_not_import_fakestt(
    run: Any, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        test_other="import sys\ndef test_it(): assert not [one for one in sys.modules if one.startswith('fakestt')]"
    )
    result = pytester.runpytest_subprocess(*ALONE, "--fakestt-html=page.html")
    result.assert_outcomes(passed=1)
    assert read(pytester).tests == []


def test_a_collection_writes_no_page(run: Any, pytester: pytest.Pytester) -> None:
    run("def test_it(fake_stt): pass", "--collect-only")
    assert not (pytester.path / "page.html").exists()


def test_a_page_that_cannot_be_written_at_the_end_fails_the_run(run: Any, pytester: pytest.Pytester) -> None:
    result = run("import os\ndef test_it(fake_stt): os.remove('page.html'); os.mkdir('page.html')")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["fakestt: the page could not be written to */page.html: *Is a directory*"])
    assert result.ret != 0


def test_a_fake_that_cannot_be_told_of_does_not_end_the_run(run: Any, pytester: pytest.Pytester) -> None:
    result = run("def test_it(fake_stt): fake_stt.clock.planned = None")
    result.assert_outcomes(passed=1)
    assert read(pytester).fakes("test_it") == [
        {"name": "fakestt.test", "problem": "TypeError(\"'NoneType' object is not callable\")"}
    ]


@pytest.mark.slow
def test_without_the_option_nothing_is_registered(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    config = pytester.parseconfigure("-p", "conftest_plugin")
    assert not [name for name, _ in config.pluginmanager.list_name_plugin() if "page" in name and "fakestt" in name]
