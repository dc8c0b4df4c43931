"""What the plugin costs a run that has no use for it."""

from __future__ import annotations

import pytest

HEAVY = (
    "fakestt",
    "werkzeug",
    "requests",
    "urllib3",
    "freezegun",
    "hypothesis",
    "ibm_watson",
    "http.client",
)
LISTED = f"""
import sys
import pytest

def heavy():
    return sorted(name for name in {HEAVY!r} if name in sys.modules)
"""


def test_a_run_without_a_fake_imports_nothing_of_it(run):
    result = run(
        LISTED
        + """
class TestIt:
    def test_it(self, tmp_path):
        assert heavy() == []

def teardown_module():
    assert heavy() == []
""",
        apart=True,
    )
    result.assert_outcomes(passed=1)


@pytest.mark.slow
def test_help_and_markers_import_nothing_of_it(run):
    conftest = LISTED + "\ndef pytest_unconfigure():\n    assert heavy() == []\n    print('nothing heavy')\n"
    for argument in ("--markers", "--fixtures", "--collect-only"):
        result = run("def test_it(fake_stt): pass", argument, conftest=conftest, apart=True)
        result.stdout.fnmatch_lines(["*nothing heavy*"])


@pytest.mark.slow
def test_a_fake_brings_what_it_needs_and_not_the_test_tools(run):
    result = run(
        LISTED
        + """
def test_it(fake_stt):
    assert "fakestt" in sys.modules
    assert not {"requests", "freezegun", "hypothesis", "ibm_watson"} & set(heavy())
""",
        apart=True,
    )
    result.assert_outcomes(passed=1)
