"""What may be shown is shown: hiding all of it would be no secret kept, but a journal that tells nothing."""

from __future__ import annotations

import pytest
from asking import NOBODY

from fakestt.http.shown.call import shown_facts
from fakestt.http.shown.request import shown_header, shown_path, shown_query
from fakestt.http.shown.words import HIDDEN, shown_names, shown_word


@pytest.mark.parametrize(
    ("instance", "release"),
    [(NOBODY, "4.8.5"), ("my-secret", HIDDEN)],
)
def test_a_release_is_shown_in_a_prefix_that_an_edition_has(instance: str, release: str) -> None:
    shown = shown_path(f"/speech-to-text/4.8.5/instances/{instance}/api/v1/models")
    assert shown.split("/")[2] == release


def test_the_facts_of_a_refusal_are_shown_as_far_as_a_row_knows_them() -> None:
    assert shown_facts({"method": "GET", "path": "/my/secret"}) == {"method": "GET", "path": HIDDEN}


@pytest.mark.parametrize("word", ["language", "Language", "langua", "languagexy", "lanxyguage"])
def test_a_word_is_near_with_three_quarters_of_the_letters_and_two_others(word: str) -> None:
    assert shown_word(word, ["description", "language"]) == word


@pytest.mark.parametrize("word", ["langu", "languagexyz", "xlanguage", "la", "language language", ""])
def test_another_word_may_be_a_secret(word: str) -> None:
    assert shown_word(word, ["description", "language"]) == HIDDEN


def test_of_many_words_the_first_20_are_looked_at() -> None:
    assert shown_names(["languag"] * 20) == ("languag",)
    assert shown_names(["languag"] * 21) == ("languag", HIDDEN)
    assert shown_path("/models" * 19) == "/models" * 19
    assert shown_path("/models" * 20) == "/models" * 19 + f"/{HIDDEN}"
    assert shown_query("&".join(["force=true"] * 20)) == "&".join(["force=true"] * 20)
    assert shown_query("&".join(["force=true"] * 21)) == "&".join([*["force=true"] * 20, HIDDEN])


@pytest.mark.parametrize(
    ("query", "shown"),
    [("force=a=b", f"force={HIDDEN}"), ("force=", "force="), ("=a", f"={HIDDEN}"), ("force", "force"), ("a", HIDDEN)],
)
def test_a_query_is_shown_part_by_part(query: str, shown: str) -> None:
    assert shown_query(query) == shown


@pytest.mark.parametrize(("length", "is_shown"), [(200, True), (201, False)])
def test_a_long_header_is_hidden(length: int, is_shown: bool) -> None:
    value = "text/html".ljust(length)
    assert shown_header("Accept", value) == (value if is_shown else HIDDEN)
