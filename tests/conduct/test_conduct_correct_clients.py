"""The clients of the demo and of the documents: none is blamed for what it does well."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conduct_rig import all_of
from docs_rig import DOCUMENTS, blocks

from fakestt import EDITIONS, FakeSTT, demo
from fakestt.opened import excuse


@pytest.mark.parametrize(
    "edition", ["icp2018", *(pytest.param(one, marks=pytest.mark.slow) for one in list(EDITIONS)[1:])]
)
def test_the_demo_leaves_its_failed_model_behind_and_does_nothing_else_wrong(
    edition: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[FakeSTT] = []

    def watched(**keys: Any) -> FakeSTT:
        made.append(FakeSTT(**keys, conduct="warn"))
        return made[-1]

    monkeypatch.setattr(demo, "FakeSTT", watched)
    demo.run(edition)
    [stt] = made
    excuse(stt)
    [finding] = all_of(stt)
    assert finding.rule == "leftovers"
    assert "(failed)" in finding.said


# What these do is what they show.
RIGHTLY = {
    "test_ten_minutes_are_the_least": "limits",
    "test_a_training_that_fails": "unread_failure",
    "test_a_client_that_never_stops": "polling_on",
    # Guides on faults show what a client does that expects none.
    "test_a_model_that_the_list_does_not_show_yet": "leftovers",
    "test_a_poller_waits_for_the_end_of_a_maintenance": "retry_after",
    "test_two_bad_answers_then_a_good_one_then_a_lost_one": "retry_after",
    "test_a_client_that_retries_comes_through_a_storm": "blind_repeat",
    "test_a_client_that_retries_blindly_makes_two_models": "blind_repeat",
    # Recipes leave out what is not their matter.
    "test_the_client_works_with_it": "leftovers",
    "test_a_second_run_finds_what_the_first_one_made": "leftovers",
    "test_the_client_tells_why": "unread_failure",
    "test_a_poller_survives_it": "retry_after",
}


@pytest.mark.slow
def test_the_documents_clients_are_found_only_where_they_show_what_goes_wrong(pytester: pytest.Pytester) -> None:
    for document in DOCUMENTS:
        for block in blocks(document):
            if block.name:
                (pytester.path / block.name).write_text(block.text, encoding="utf-8")
    pytester.makeini("[pytest]\nfakestt_conduct = fail\n")
    run = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rf", "--tb=short")
    failed = re.findall(r"^FAILED \S+::(\w+)", run.stdout.str(), re.MULTILINE)
    rules = re.findall(r"^(?:E +)?(\w+): .* \(#[\d, #]+\)$", run.stdout.str(), re.MULTILINE)
    assert set(failed) == set(RIGHTLY), run.stdout.str()
    assert set(rules) == set(RIGHTLY.values())
