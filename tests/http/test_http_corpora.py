"""Corpora over HTTP: forms of the body, names by edition, what is shown, and that nothing of the text is kept."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from hashlib import sha256
from typing import Any

import pytest
from asking import EDITIONS, NOBODY, START, Heard, ask, environ_of

from fakestt import FakeSTT
from fakestt.contract.messages import Upload

MODELS = "/v1/customizations"
LATER = ("icp2020", "cloud2025", "cp4d2025")


def begun(edition: str = "icp2018", **more: Any) -> tuple[FakeSTT, str]:
    stt = FakeSTT(edition=edition, start=START)
    return stt, f"{MODELS}/{stt.language_models.add(status='pending', **more).id}/corpora"


def form(*parts: tuple[str, bytes], boundary: str = "b0undary", filename: bool = False) -> tuple[bytes, dict[str, str]]:
    named = '; filename="x.txt"' if filename else ""
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'.encode()
        + b"Content-Type: text/plain\r\n\r\n"
        + data
        + b"\r\n"
        for name, data in parts
    )
    return body + f"--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def shown(stt: FakeSTT, corpora: str, name: str = "one") -> Any:
    return ask(stt, "GET", f"{corpora}/{name}").json


def test_a_corpus_is_shown_in_the_observed_form() -> None:
    stt, corpora = begun()
    heard = ask(stt, "POST", f"{corpora}/drums1", b"three known paradiDdles")
    assert (heard.status, heard.body) == (201, b"{}\n")
    assert list(shown(stt, corpora, "drums1").items()) == [
        ("out_of_vocabulary_words", 0), ("total_words", 0), ("name", "drums1"), ("status", "being_processed"),
    ]  # fmt: skip
    stt.clock.advance("1m")
    expected = b"""{
   "out_of_vocabulary_words": 1,
   "total_words": 3,
   "name": "drums1",
   "status": "analyzed"
}
"""
    assert ask(stt, "GET", f"{corpora}/drums1").body == expected
    assert ask(stt, "GET", corpora).body == b'{"corpora": [' + expected.rstrip() + b"]}\n"


def test_a_corpus_that_is_no_text_says_the_documented_sentence() -> None:
    stt, corpora = begun()
    ask(stt, "POST", f"{corpora}/corpus3", b"\xff")
    stt.clock.advance("1m")
    assert shown(stt, corpora, "corpus3") == {
        "out_of_vocabulary_words": 0,
        "total_words": 0,
        "name": "corpus3",
        "status": "undetermined",
        "error": "Analysis of corpus 'corpus3' failed. "
        "Please try adding the corpus again by setting the 'allow_overwrite' flag to 'true'.",
    }
    (view,) = next(iter(stt.language_models)).corpora.values()
    assert (view.status, view.problem, repr(view)) == (
        "undetermined", "it is not UTF-8", "<corpus 'corpus3' undetermined (it is not UTF-8), 0 words>",
    )  # fmt: skip


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/json", "application/x-www-form-urlencoded", "audio/wav", "x",
     "text/plain; boundary=x", "multipart/form-data"],
)  # fmt: skip
def test_a_body_is_read_as_it_is_whatever_it_is_said_to_be(content_type: str | None) -> None:
    stt, corpora = begun()
    headers = {"Content-Type": content_type} if content_type else {}
    assert ask(stt, "POST", f"{corpora}/one", b"a=b&c=d two", headers).status == 201
    stt.clock.advance("1m")
    assert shown(stt, corpora)["total_words"] == 2


def test_of_two_parts_of_one_name_the_first_counts() -> None:
    stt, corpora = begun()
    assert (
        ask(stt, "POST", f"{corpora}/one", *form(("corpus_file", b"one two "), ("corpus_file", b"three"))).status == 201
    )
    stt.clock.advance("1m")
    assert shown(stt, corpora)["total_words"] == 2


def test_a_boundary_may_be_of_letters_that_no_header_can_hold() -> None:
    stt, corpora = begun()
    headers = {"Content-Type": "multipart/form-data; boundary*=utf-8''%E2%82%AC"}
    assert ask(stt, "POST", f"{corpora}/one", b"--?--", headers).status == 400


@pytest.mark.parametrize("filename", [False, True])
def test_a_form_is_taken_apart(filename: bool) -> None:
    stt, corpora = begun()
    body, headers = form(("other", b"x"), ("corpus_file", b"three IEEE words"), ("more", b"y"), filename=filename)
    assert ask(stt, "POST", f"{corpora}/one", body, headers).status == 201
    stt.clock.advance("1m")
    assert (shown(stt, corpora)["total_words"], shown(stt, corpora)["out_of_vocabulary_words"]) == (3, 1)
    (view,) = next(iter(stt.language_models)).corpora.values()
    assert (view.size_bytes, view.sha256) == (16, sha256(b"three IEEE words").hexdigest())


@pytest.mark.parametrize("in_form", [True, False])
def test_what_is_no_text_from_its_first_byte_on_has_the_size_and_digest_of_all_of_it(in_form: bool) -> None:
    stt, corpora = begun()
    text = b"\xff" + b"words\n" * 50_000
    body, headers = form(("corpus_file", text), filename=True) if in_form else (text, {})
    assert ask(stt, "POST", f"{corpora}/one", body, headers).status == 201
    (view,) = next(iter(stt.language_models)).corpora.values()
    assert (view.size_bytes, view.sha256, view.problem) == (len(text), sha256(text).hexdigest(), None)
    stt.clock.advance("1h")
    assert next(iter(stt.language_models)).corpora["one"].problem == "it is not UTF-8"


@pytest.mark.parametrize(
    ("body", "headers", "status", "says"),
    [
        (b"", {}, 400, "The request has no corpus: its body is empty."),
        (*form(("other", b"x")), 400, "The request has no corpus: its body is empty."),
        (*form(("corpus_file", b"")), 400, "The request has no corpus: its body is empty."),
        (b"--x\r\nno end", {"Content-Type": "multipart/form-data; boundary=x"}, 400, "The form could not be read"),
        # A boundary that no body can hold.
        (
            b"--x",
            {"Content-Type": "multipart/form-data; boundary*=utf-8''%E2%82%AC"},
            400,
            "The form could not be read",
        ),
        (b"\xff\xff", {"Content-Encoding": "gzip"}, 400, "not gzip"),
        (b"text", {"Content-Encoding": "br"}, 415, "Unsupported content encoding"),
    ],
)
def test_a_body_that_holds_no_corpus_is_refused(body: bytes, headers: dict[str, str], status: int, says: str) -> None:
    stt, corpora = begun()
    heard = ask(stt, "POST", f"{corpora}/one", body, headers)
    assert (heard.status, says.lower() in heard.error.lower()) == (status, True), heard
    assert ask(stt, "GET", corpora).json == {"corpora": []}


def test_a_packed_body_is_unpacked() -> None:
    stt, corpora = begun()
    assert ask(stt, "POST", f"{corpora}/one", gzip.compress(b"two words"), {"Content-Encoding": "gzip"}).status == 201
    stt.clock.advance("1m")
    assert shown(stt, corpora)["total_words"] == 2


NAMES = [
    # edition, name in the URL, status, what a refusal says
    *((edition, "n" * 128, 201, "") for edition in EDITIONS),
    *((edition, "n" * 129, 400, "The corpus name has 129 characters; at most 128 are allowed") for edition in EDITIONS),
    *((edition, "user", 400, "The corpus name 'user' is reserved") for edition in EDITIONS),
    ("icp2018", "base_lm", 201, ""),
    *((edition, "base_lm", 400, "The corpus name 'base_lm' is reserved") for edition in LATER),
    *((edition, "default_lm", 400, "The corpus name 'default_lm' is reserved") for edition in LATER),
    *(("icp2018", f"a{char}b", 400, "The corpus name must not contain '") for char in ("%20", "%2F", "%5C")),
    *((edition, f"The{char}Jabberwocky", 201, "") for edition in LATER for char in ("%20", "%2F", "%5C")),
]


@pytest.mark.parametrize(("edition", "name", "status", "says"), NAMES)
def test_a_corpus_is_called_as_the_edition_allows(edition: str, name: str, status: int, says: str) -> None:
    stt, corpora = begun(edition)
    heard = ask(stt, "POST", f"{corpora}/{name}", b"text")
    assert heard.status == status
    if says:
        assert heard.error.startswith(says)
    else:
        assert ask(stt, "GET", f"{corpora}/{name}").status == 200


@pytest.mark.parametrize("flag", ["true", "True", "1"])
def test_a_corpus_is_replaced_when_that_is_asked_for(flag: str) -> None:
    stt, corpora = begun()
    for text in (b"IEEE", b"NCAA NCAA"):
        assert ask(stt, "POST", f"{corpora}/one?allow_overwrite={flag}", text).status == 201
        stt.clock.advance("1m")
    model = next(iter(stt.language_models))
    assert {name: (word.count, word.source) for name, word in model.words.items()} == {"NCAA": (2, ("one",))}
    heard = ask(stt, "POST", f"{corpora}/one", b"again")
    assert (heard.status, heard.error.startswith("Corpus 'one' already exists - change its name")) == (400, True)


def test_known_words_are_what_the_test_says() -> None:
    stt, corpora = begun()
    stt.base_models.vocabulary("en-US_BroadbandModel", known=["IEEE"], unknown=["paradiddles"])
    ask(stt, "POST", f"{corpora}/one", b"IEEE plays paradiddles")
    stt.clock.advance("1m")
    assert list(next(iter(stt.language_models)).words) == ["paradiddles"]


@pytest.mark.parametrize("words", [{"known": "IEEE"}, {"unknown": [3]}])
def test_a_vocabulary_that_is_no_list_of_words_is_refused(words: dict[str, Any]) -> None:
    with pytest.raises(
        LookupError, match=r"vocabulary\('en-US_BroadbandModel', ...\): (un)?known=.* is no list of words"
    ):
        FakeSTT().base_models.vocabulary("en-US_BroadbandModel", **words)


def test_scripts_say_how_long_an_analysis_takes_and_how_it_ends() -> None:
    stt, corpora = begun()
    stt.script.analysis("one", takes="5m")
    stt.script.language.analysis("two", invalid="a hum")
    for name in ("one", "two"):
        ask(stt, "POST", f"{corpora}/{name}", b"text")
        stt.clock.advance("5m")
    assert [shown(stt, corpora, name)["status"] for name in ("one", "two")] == ["analyzed", "undetermined"]


def test_a_training_leaves_undetermined_corpora_out_and_names_them() -> None:
    stt = FakeSTT(edition="cloud2025")
    model = stt.language_models.add(
        status="ready", corpora={"one": "text"}, invalid_corpora=["two", "three"], invalid_words=["75.00"]
    )
    heard: Heard = ask(stt, "POST", f"{MODELS}/{model.id}/train?strict=false")
    said = "Analysis of the following {} has not completed successfully: [{}]. "
    excluded = "They will be excluded from custom language model training."
    assert [(one["code"], one["message"]) for one in heard.json["warnings"]] == [
        ("invalid_corpus_files", said.format("corpus files", "two, three") + excluded),
        ("invalid_words", said.format("custom words", "75.00") + excluded),
    ]


def test_user_data_of_both_kinds_of_model_goes_at_once() -> None:
    stt, corpora = begun()
    car = stt.acoustic_models.add()
    label = {"X-Watson-Metadata": "customer_id=kim"}
    ask(stt, "POST", f"{corpora}/one", b"text", label)
    ask(stt, "POST", f"/v1/acoustic_customizations/{car.id}/audio/a", b"x", {**label, "Content-Type": "audio/wav"})
    assert (len(next(iter(stt.language_models)).corpora), len(car.audio)) == (1, 1)
    assert ask(stt, "DELETE", "/v1/user_data?customer_id=kim").status == 200
    assert (len(next(iter(stt.language_models)).corpora), len(car.audio)) == (0, 0)


def test_the_words_of_a_corpus_are_nowhere_in_the_journal() -> None:
    stt, corpora = begun()
    ask(stt, "POST", f"{corpora}/one", b"sesame SESAME")
    ask(stt, "POST", f"{corpora}/user", b"sesame SESAME")
    for exchange in stt.journal:
        assert exchange.call is not None
        assert exchange.call.upload is not None
        assert exchange.call.upload == Upload(13, sha256(b"sesame SESAME").hexdigest(), "text/plain")
        assert "sesame" not in repr(exchange).lower()
    assert "sesame" not in stt.report().lower()


def test_a_corpus_of_another_owner_or_none_is_not_there() -> None:
    stt, corpora = begun()
    ask(stt, "POST", f"{corpora}/one", b"text")
    key = stt.auth.add_key(owner=NOBODY)
    for method, target in (("GET", corpora), ("GET", f"{corpora}/one"), ("DELETE", f"{corpora}/one")):
        assert ask(stt, method, target, key=key).status == 401
    heard = ask(stt, "GET", f"{corpora}/two")
    assert (heard.status, heard.error) == (400, "Corpus 'two' not found")


class Repeated:
    """A body that is never whole in memory."""

    def __init__(self, size_bytes: int) -> None:
        self.left = size_bytes
        self.line = b"The quick brown fox jumps over the lazy dog, says IEEE.\n" * 1000

    def read(self, size: int = -1, /) -> bytes:
        piece = self.line[: min(size, self.left)]
        self.left -= len(piece)
        return piece


@pytest.mark.slow
@pytest.mark.parametrize("as_form", [False, True])
def test_a_large_corpus_streams_past(as_form: bool) -> None:
    stt, corpora = begun()
    size_bytes = 6_000_000
    before, after, headers = b"", b"", {}
    if as_form:
        body, headers = form(("corpus_file", b"TEXT"))
        before, _, after = body.partition(b"TEXT")

    class Body(io.RawIOBase):
        parts: tuple[Any, ...] = (io.BytesIO(before), Repeated(size_bytes), io.BytesIO(after))

        def read(self, size: int = -1, /) -> bytes:
            return next((piece for part in self.parts if (piece := part.read(size))), b"")

    environ = environ_of("POST", f"{corpora}/one", b"", {**headers, "Authorization": f"Bearer {stt.api_key}"})
    environ |= {"wsgi.input": Body(), "CONTENT_LENGTH": str(len(before) + size_bytes + len(after))}
    tracemalloc.start()
    statuses: list[str] = []
    b"".join(stt.app(environ, lambda status, _: statuses.append(status)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert statuses == ["201 Created"]
    assert peak < 2_000_000
    stt.clock.advance("10d")
    assert shown(stt, corpora)["out_of_vocabulary_words"] == 1
