"""What may be shown is shown: hiding all of it would be no secret kept, but a journal that tells nothing."""

from __future__ import annotations

import pytest
from asking import NOBODY

from fakestt.http.shown.call import shown_facts
from fakestt.http.shown.request import shown_path
from fakestt.http.shown.words import HIDDEN


@pytest.mark.parametrize(
    ("instance", "release"),
    [(NOBODY, "4.8.5"), ("my-secret", HIDDEN)],
)
def test_a_release_is_shown_in_a_prefix_that_an_edition_has(instance: str, release: str) -> None:
    shown = shown_path(f"/speech-to-text/4.8.5/instances/{instance}/api/v1/models")
    assert shown.split("/")[2] == release


def test_the_facts_of_a_refusal_are_shown_as_far_as_a_row_knows_them() -> None:
    assert shown_facts({"method": "GET", "path": "/my/secret"}) == {"method": "GET", "path": HIDDEN}
