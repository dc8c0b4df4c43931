"""Grammars over HTTP: their two content types, what is shown, and where there are none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import START, Heard, ask

from fakestt import FakeSTT, NotFaked, UnknownOperation
from fakestt.editions import EDITIONS

MODELS = "/v1/customizations"
WITH = [name for name, one in EDITIONS.items() if one.limits.knows_grammars]
RULES = b"#ABNF 1.0 ISO-8859-1;\nlanguage en-US;\nroot $a;\n$a = the IEEE | no IEEE NCAA;\n"
XML = b'<grammar root="a"><rule id="a"><one-of><item>the IEEE</item><item>NCAA</item></one-of></rule></grammar>'


def begun(edition: str = "icp2020", **more: Any) -> tuple[FakeSTT, str]:
    stt = FakeSTT(edition=edition, start=START)
    return stt, f"{MODELS}/{stt.language_models.add(status='pending', **more).id}/grammars"


def add(stt: FakeSTT, target: str, data: bytes = RULES, kind: str | None = "application/srgs", **more: str) -> Heard:
    headers = {} if kind is None else {"Content-Type": kind}
    return ask(stt, "POST", target, data, {**headers, **more})


@pytest.mark.parametrize("edition", WITH)
def test_a_grammar_is_shown_in_the_documented_form(edition: str) -> None:
    stt, grammars = begun(edition)
    heard = add(stt, f"{grammars}/confirm-abnf")
    assert (heard.status, heard.json) == (201, {})
    shown = ask(stt, "GET", f"{grammars}/confirm-abnf").json
    assert list(shown.items()) == [
        ("out_of_vocabulary_words", 0), ("name", "confirm-abnf"), ("status", "being_processed"),
    ]  # fmt: skip
    stt.clock.advance("5s")
    expected = b'{\n   "out_of_vocabulary_words": 2,\n   "name": "confirm-abnf",\n   "status": "analyzed"\n}\n'
    assert ask(stt, "GET", f"{grammars}/confirm-abnf").body == expected
    listed = ask(stt, "GET", grammars)
    assert listed.body.startswith(b'{"grammars": [{\n   "out')
    assert listed.json == {"grammars": [json.loads(expected)]}
    (view,) = next(iter(stt.language_models)).grammars.values()
    assert (view.size_bytes, repr(view)) == (len(RULES), "<grammar 'confirm-abnf' analyzed, 2 new words>")


@pytest.mark.parametrize("edition", WITH)
def test_a_grammar_that_cannot_be_compiled_says_the_documented_sentences(edition: str) -> None:
    stt, grammars = begun(edition)
    assert add(stt, f"{grammars}/one", b"/path/to/grammar.abnf").status == 201
    stt.clock.advance("1m")
    assert ask(stt, "GET", f"{grammars}/one").json == {
        "out_of_vocabulary_words": 0,
        "name": "one",
        "status": "undetermined",
        "error": "Analysis of grammar 'one' failed. Please try fixing the error or adding the grammar again by setting "
        "the 'allow_overwrite' flag to 'true'.",
    }
    model = ask(stt, "GET", grammars.removesuffix("/grammars")).json
    assert model["status"] == "pending"
    said = {"code": 500, "code_description": "Internal Server Error", "error": "Cannot compile grammar"}
    assert json.loads(model["error"]) == said
    (view,) = next(iter(stt.language_models)).grammars.values()
    assert (view.status, view.problem) == ("undetermined", "it does not begin with #ABNF 1.0;")
    assert add(stt, f"{grammars}/one?allow_overwrite=True").status == 201
    assert "error" not in ask(stt, "GET", grammars.removesuffix("/grammars")).json


@pytest.mark.parametrize(
    ("data", "kind", "status", "words"),
    [
        (RULES, "application/srgs", 201, 2),
        (RULES, "Application/SRGS; charset=iso-8859-1", 201, 2),
        (XML, "application/srgs+xml", 201, 2),
        (XML, "application/srgs", 201, 0),
        (RULES, "application/srgs+xml", 201, 0),
        (RULES, "text/plain", 415, None),
        (XML, "application/xml", 415, None),
        (RULES, "application/x-www-form-urlencoded", 415, None),
        (RULES, None, 415, None),
        (b"", None, 415, None),
        (b"", "application/srgs", 400, None),
        (b"", "application/srgs+xml", 400, None),
    ],
)
def test_the_content_type_says_the_form(data: bytes, kind: str | None, status: int, words: int | None) -> None:
    stt, grammars = begun()
    heard = add(stt, f"{grammars}/one", data, kind)
    assert heard.status == status
    if status == 415:
        assert heard.error == "Invalid grammar content type. Please use 'application/srgs' or 'application/srgs+xml'."
    elif status == 400:
        assert heard.error == "The request has no grammar: its body is empty."
    else:
        stt.clock.advance("1m")
        assert ask(stt, "GET", f"{grammars}/one").json["out_of_vocabulary_words"] == words
    assert len(next(iter(stt.language_models)).grammars) == (status == 201)


def test_a_grammar_is_at_most_so_large() -> None:
    stt, grammars = begun()
    most = EDITIONS["icp2020"].limits.max_grammar_bytes
    head = b"#ABNF 1.0; $a = b; //"
    heard = add(stt, f"{grammars}/one", head + b"x" * (most - len(head) + 1))
    assert (heard.status, heard.error) == (413, "Request failed because the input stream is larger than 1 MB")
    assert add(stt, f"{grammars}/one", head + b"x" * (most - len(head))).status == 201
    stt.clock.advance("1m")
    assert ask(stt, "GET", f"{grammars}/one").json["status"] == "analyzed"


@pytest.mark.parametrize("edition", WITH)
def test_words_of_grammars_are_listed_with_their_sources(edition: str) -> None:
    stt, grammars = begun(edition)
    words = grammars.replace("grammars", "words")
    for name, data in (("one", RULES), ("two", RULES)):
        add(stt, f"{grammars}/{name}", data)
        stt.clock.advance("1m")
    listed = ask(stt, "GET", f"{words}?word_type=grammars").json["words"]
    assert [(one["word"], one["count"], one["source"]) for one in listed] == [
        ("IEEE", 4, ["one", "two"]), ("NCAA", 2, ["one", "two"]),
    ]  # fmt: skip
    assert ask(stt, "GET", f"{words}?word_type=corpora").json == {"words": []}


@pytest.mark.parametrize("edition", ["cloud2025", "cp4d2025"])
def test_large_models_take_no_grammar(edition: str) -> None:
    stt, grammars = begun(edition, base_model_name="en-US")
    heard = add(stt, f"{grammars}/one")
    assert (heard.status, heard.error[:33]) == (400, "grammars is not a supported featu")
    assert ask(stt, "GET", grammars).json == {"grammars": []}
    ask(stt, "POST", grammars.replace("grammars", "corpora/one"), b"a text")
    assert add(stt, f"{grammars}/one").status == 409


@pytest.mark.parametrize("strict", ["true", "false"])
def test_a_training_with_a_broken_grammar_is_refused_or_warns(strict: str) -> None:
    stt, grammars = begun("cloud2025")
    for name, data in (("one", RULES), ("two", b"x"), ("three", b"y")):
        add(stt, f"{grammars}/{name}", data)
        stt.clock.advance("1m")
    heard = ask(stt, "POST", grammars.replace("grammars", f"train?strict={strict}"))
    if strict == "true":
        assert (heard.status, "has not completed successfully" in heard.error) == (400, True)
    else:
        assert heard.json == {
            "warnings": [{
                "code": "invalid_grammar_files",
                "message": "Analysis of the following grammar files has not completed successfully: [two, three]. They "
                "will be excluded from custom language model training.",
            }]
        }  # fmt: skip


def test_labelled_grammars_are_deleted_by_their_label() -> None:
    stt, grammars = begun()
    for name, label in (("one", "customer_id=kim"), ("two", "customer_id=lee")):
        add(stt, f"{grammars}/{name}", **{"X-Watson-Metadata": label})
        stt.clock.advance("1m")
    assert ask(stt, "DELETE", "/v1/user_data?customer_id=kim").status == 200
    assert [one["name"] for one in ask(stt, "GET", grammars).json["grammars"]] == ["two"]


def test_names_are_decoded_once() -> None:
    stt, grammars = begun()
    assert add(stt, f"{grammars}/a%2Fb%20%C3%A9").status == 201
    assert list(next(iter(stt.language_models)).grammars) == ["a/b é"]


def test_nothing_of_a_grammar_is_kept_in_the_journal() -> None:
    stt, grammars = begun()
    add(stt, f"{grammars}/one")
    written = json.dumps(stt.journal.to_json()) + repr(stt.journal[-1])
    assert "NCAA" not in written
    upload = stt.journal[-1].call.upload  # type: ignore[union-attr]  # there is one
    assert (upload.content_type, upload.size_bytes, upload.text) == ("application/srgs", len(RULES), None)
    assert stt.journal[-1].request.headers["Content-Type"] == "application/srgs"


def test_faults_and_scripts_know_grammars() -> None:
    stt, grammars = begun()
    stt.faults.on("addGrammar", nth=1).fail(503)
    stt.script.language.analysis("one", invalid="a hard grammar")
    stt.script.analysis("two", takes="20s")
    assert [add(stt, f"{grammars}/one").status for _ in range(2)] == [503, 201]
    stt.clock.advance("5s")
    model = next(iter(stt.language_models))
    assert (model.grammars["one"].status, model.grammars["one"].problem) == ("undetermined", "a hard grammar")
    add(stt, f"{grammars}/two")
    stt.clock.advance("19s")
    assert model.grammars["two"].status == "being_processed"
    stt.clock.advance("1s")
    assert model.grammars["two"].status == "analyzed"
    assert "2 grammars" in repr(model)
    stt.check_used()


@pytest.mark.parametrize(("every_s", "rules"), [(2, ["polling"]), (10, [])])
def test_how_often_a_grammar_is_polled_is_conduct(every_s: int, rules: list[str]) -> None:
    stt = FakeSTT(edition="icp2020", start=START, time="on_sleep", conduct="warn")
    model = stt.language_models.add(status="pending")
    stt.script.analysis("one", takes="2m")
    target = f"{MODELS}/{model.id}/grammars/one"
    add(stt, target)
    while ask(stt, "GET", target).json["status"] == "being_processed":
        stt.clock.advance(every_s)
    found = stt.findings()
    assert [finding.rule for finding in found] == rules
    assert all(str(finding.how) == "icp2020 grammar-add.md#monitorGrammar" for finding in found)


def test_a_client_that_is_told_that_the_model_is_busy_waits() -> None:
    stt = FakeSTT(edition="cloud2025", start=START, time="on_sleep", conduct="warn")
    model = stt.language_models.add(status="training")
    for _ in range(2):
        assert add(stt, f"{MODELS}/{model.id}/grammars/one").status == 409
    [finding] = stt.findings()
    assert (finding.rule, str(finding.how)) == ("busy", "cloud2025 grammar-add.md#monitorGrammar")


# The edition without grammars


def test_a_fault_for_what_an_edition_lacks_is_a_mistake_when_it_is_written() -> None:
    for operation, lacking in (("addGrammar", "addGrammar"), ("*Grammars", "listGrammars")):
        with pytest.raises(UnknownOperation) as caught:
            FakeSTT(edition="icp2018").faults.on(operation)
        assert str(caught.value) == (
            f"on('{operation}'): edition icp2018 has no {lacking}. A request for it is answered 404. Take an edition "
            "that has it (icp2020, cloud2025, cp4d2025), or choose it by on(path=...)."
        )
    with pytest.raises(UnknownOperation, match="no operation fits this glob"):
        FakeSTT(edition="icp2018").faults.on("*Gramars")
    FakeSTT(edition="icp2018").faults.on("getToken", optional=True).fail(503)
    FakeSTT(edition="icp2020").faults.on("*Grammars", optional=True).fail(503)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("rest", ["", "/", "/one"])
def test_icp2018_has_nothing_at_such_a_path(method: str, rest: str) -> None:
    stt, grammars = begun("icp2018")
    heard = ask(stt, method, grammars + rest, RULES if method == "POST" else b"", {"Content-Type": "application/srgs"})
    assert heard.status == 404
    assert ask(stt, method, grammars + rest, key=None).status == 401
    assert stt.journal[0].operation is None


def test_icp2018_does_not_say_that_the_fake_lacks_what_the_service_lacks(recwarn: pytest.WarningsRecorder) -> None:
    stt, grammars = begun("icp2018")
    with stt.reachable():
        assert add(stt, f"{grammars}/one").status == 404
    assert stt.app.asked_in_vain == {}
    assert not [one for one in recwarn if one.category is NotFaked]
    assert (
        str(stt.journal[0].note)
        == "edition icp2018 has nothing at /v1/customizations/{customization_id}/grammars/{grammar_name}"
    )
