"""What may be shown is shown: hiding all of it would be no secret kept, but a journal that tells nothing."""

from __future__ import annotations

import pytest
from asking import MODELS, NOBODY, add, ask, create

from fakestt import FakeSTT
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


def test_of_a_header_the_words_and_forms_that_are_known_are_shown() -> None:
    assert shown_header("Content-Type", "audio/l16; rate=16000; x=y") == f"audio/l16; rate=16000; {HIDDEN}"


def test_the_headers_of_a_body_are_shown_which_wsgi_names_in_another_way() -> None:
    stt = FakeSTT()
    ask(stt, "POST", MODELS, b"{}", {"Content-Type": "application/json"})
    headers = stt.journal[-1].request.headers
    assert (headers["Content-Type"], headers["Content-Length"]) == ("application/json", "2")


@pytest.mark.parametrize(("length", "is_shown"), [(200, True), (201, False)])
def test_a_long_header_is_hidden(length: int, is_shown: bool) -> None:
    value = "text/html".ljust(length)
    assert shown_header("Accept", value) == (value if is_shown else HIDDEN)


def test_of_a_body_what_fits_its_field_is_shown() -> None:
    stt = FakeSTT()
    given = {"name": "car", "base_model_name": "en-US_BroadbandModel", "description": 5, "descripton": "a", "x": "b"}
    ask(stt, "POST", MODELS, given)
    call = stt.journal[-1].call
    assert call is not None
    assert call.body == {
        "name": "car",
        "base_model_name": "en-US_BroadbandModel",
        "description": HIDDEN,
        "descripton": HIDDEN,
        HIDDEN: HIDDEN,
    }


@pytest.mark.parametrize(
    ("target", "body", "shown"),
    [
        (MODELS, b"[1]", HIDDEN),
        (MODELS, b"{", None),
        (f"{MODELS}/{NOBODY}/train", b"{}", None),
        ("/v1/authorize", b'{"username": "kim", "password": "p"}', None),
        ("/identity/token", b"grant_type=x", None),
    ],
)
def test_of_another_body_nothing_is_shown(target: str, body: bytes, shown: str | None) -> None:
    stt = FakeSTT()
    ask(stt, "POST", target, body, {"Content-Type": "application/json"})
    call = stt.journal[-1].call
    assert call is not None
    assert (call.body, call.problem) == (shown, None)


def test_of_the_headers_that_a_page_asks_for_those_that_are_known_are_shown() -> None:
    stt = FakeSTT()
    asked = {"Access-Control-Request-Headers": "Authorization, Content-Type,X-Watson-Metadata, X-Sesame"}
    ask(stt, "OPTIONS", MODELS, headers=asked, key=None)
    shown = dict(stt.journal[0].reply.headers)["Access-Control-Allow-Headers"]
    assert shown == f"Authorization, Content-Type, X-Watson-Metadata, {HIDDEN}"


@pytest.mark.parametrize(
    ("metadata", "shown"),
    [("customer_id=kim", "customer_id=kim"), ("a=1; customer_id=kim", f"{HIDDEN}; customer_id=kim"), ("kim", HIDDEN)],
)
def test_of_a_label_the_customer_is_shown(metadata: str, shown: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    add(stt, create(stt), data=b"fLaC", headers={"X-Watson-Metadata": metadata})
    call = stt.journal[-1].call
    assert call is not None
    assert call.values["X-Watson-Metadata"] == shown


@pytest.mark.parametrize("query", ["", "?x=1"])
def test_of_a_url_that_an_answer_repeats_what_may_be_shown_is_kept(query: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    path = "/v1/models/en-US_BroadbandModel"
    heard = ask(stt, "GET", f"/instances/my-sesame{path}{query}")
    assert heard.json["url"] == f"https://fakestt.test/instances/my-sesame{path}"
    (exchange,) = stt.journal
    assert exchange.call is not None
    assert exchange.call.base_url == f"https://fakestt.test/instances/{HIDDEN}"
    warned = {"warnings": f"Unexpected query parameter(s) ['{HIDDEN}'] detected"} if query else {}
    assert exchange.reply.json == heard.json | {"url": f"https://fakestt.test/instances/{HIDDEN}{path}"} | warned
