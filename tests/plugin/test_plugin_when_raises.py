"""A `when=` that raises is seen where the test's author looks: in the failure, in the report, at the test's end."""

from __future__ import annotations

import pytest

TEST = """
import requests
def test_it(fake_stt):
    fake_stt.faults.on("listModels", when=lambda call: call.nothing).fail(503)
    try:
        requests.get(fake_stt.url + "/v1/models", auth=("apikey", "any"), timeout=5)
    except {caught}:
        pass
"""
SAID = "on('listModels').fail(503): its when= (test_it.py:3) raised AttributeError*"


@pytest.mark.parametrize("caught", ["KeyError", "Exception"])
def test_the_failure_names_the_rule_and_the_report_the_request(run, caught):
    result = run(TEST.format(caught=caught))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{SAID}", f"*GET  /models  no answer  listModels  [[]mistake: {SAID}"])
    assert "it was not asked for again" not in result.stdout.str()  # no 503 was given


def test_behind_a_server_it_is_the_authors_mistake_and_not_the_fakes(run):
    result = run(TEST.format(caught="KeyError").replace("fake_stt", "fake_stt_server"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*The test's own words to the fake are why.*", f"*{SAID}"])
    assert "mistake in fakestt" not in result.stdout.str()
