"""Text as it streams past: what counts as a word, what is no text, and that memory stays small."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakestt.media import text as reading
from fakestt.media.text import LONGEST, MOST_WORDS, TextFacts, cleaned, read_text


def read(data: str | bytes) -> TextFacts:
    return read_text(io.BytesIO(data.encode() if isinstance(data, str) else data))


@pytest.mark.parametrize(
    ("text", "total", "words"),
    [
        ("one two two", 3, {"one": 1, "two": 2}),
        ("The the\tTHE\r\nthe\n", 4, {"The": 1, "the": 2, "THE": 1}),
        ("play the hi-hat, then: paradiddles!", 5, {"play": 1, "the": 1, "hi-hat": 1, "then": 1, "paradiddles": 1}),
        ("75.00 costs $75.00 or 3rd", 5, {"costs": 1, "or": 1, "3rd": 1}),
        ("a (laugh out) b <i>c [d] {e} f", 8, {"a": 1, "b": 1, "c": 1, "f": 1}),
        ("an (open bracket\nand) another", 5, {"an": 1, "open": 1, "bracket": 1, "and": 1, "another": 1}),
        ("¿Qué? «Où» “don’t” N.C.A.A.", 4, {"Qué": 1, "Où": 1, "don’t": 1, "N.C.A.A": 1}),
        ("trainingdata.txt l'été コヒー、", 3, {"trainingdata.txt": 1, "l'été": 1, "コヒー": 1}),
        ("\N{ZERO WIDTH NO-BREAK SPACE}first", 1, {"first": 1}),
        ("--- 42 ...", 3, {}),
    ],
)  # fmt: skip
def test_words_stand_between_white_space_and_are_cleaned(text: str, total: int, words: dict[str, int]) -> None:
    assert read(text) == TextFacts(total, words)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"caf\xe9", "it is not UTF-8"),
        (b"good\n" * 100_000 + b"\xff", "it is not UTF-8"),
        (b"cut off \xc3", "it is not UTF-8"),
        ("text".encode("utf-16"), "it is not UTF-8"),
        ("text".encode("utf-16-le"), "it holds control characters"),
        (b"PK\x03\x04", "it holds control characters"),
        (b"", "it holds no word"),
        (b" \n\t", "it holds no word"),
        (b"x" * (LONGEST + 1) + b" end", f"it has a word of more than {LONGEST} characters"),
        (b"x" * LONGEST * 2 + b" end\n", f"it has a word of more than {LONGEST} characters"),
        (b"begin\n" + b"x" * (LONGEST + 1), f"it has a word of more than {LONGEST} characters"),
    ],
)
def test_what_is_no_text_says_why(data: bytes, problem: str) -> None:
    assert read(data) == TextFacts(problem=problem)


@given(st.lists(st.sampled_from(["one", "two,", "(x", "y)", "ö", "7", "\n", "  "]), max_size=60), st.integers(1, 9))
def test_it_does_not_matter_how_the_bytes_arrive(tokens: list[str], size: int) -> None:
    data = " ".join(["begin", *tokens]).encode()

    class Dripping(io.BytesIO):
        def read(self, _: int | None = -1, /) -> bytes:
            return super().read(size)

    assert read_text(Dripping(data)) == read(data)


def test_a_text_without_lines_is_cut_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK_BYTES", 1000)
    facts = read("word " * 40_000)
    assert (facts.total_words, facts.words) == (40_000, {"word": 40_000})


def test_more_different_words_than_can_be_of_use_are_not_kept() -> None:
    facts = read(" ".join(f"w{number}" for number in range(MOST_WORDS + 5)) + " w1")
    assert (facts.total_words, len(facts.words), facts.overflows, facts.words["w1"]) == (
        MOST_WORDS + 6, MOST_WORDS, True, 2,
    )  # fmt: skip


@pytest.mark.slow
def test_a_long_text_takes_no_more_memory_than_a_short_one() -> None:
    line = b"The quick brown fox (laughs) jumps over the lazy dog, and HHonors pays $75.00.\n"

    class Endless:
        def __init__(self, count: int) -> None:
            self.left = count

        def read(self, size: int, /) -> bytes:
            self.left -= 1
            return line * (size // len(line)) if self.left >= 0 else b""

    peaks = []
    for count in (4, 64):
        tracemalloc.start()
        read_text(Endless(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


@pytest.mark.parametrize(
    ("token", "word"), [("(word)", "word"), ("word®", "word"), ("it's", "it's"), ("42", ""), ("$", "")]
)
def test_a_word_loses_its_punctuation_around_it(token: str, word: str) -> None:
    assert cleaned(token) == word
