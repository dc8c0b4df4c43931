"""What the vendor's pages print of corpora, words and grammars: each request is replayed in the printed state.

`language_data.jsonl` holds the printed facts, a line each; what is printed of models themselves is in
`language.jsonl`. Some rows have no request, for the page has none, and some have no answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asking import ask

from fakestt import FakeSTT
from fakestt.contract.shapes import Guid

DATA = Path(__file__).parent.parent / "data" / "documented" / "language_data.jsonl"
PRINTED = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
BASE, NEXT = "en-US_BroadbandModel", "en-US_Telephony"
MODELS = "/v1/customizations"
# Of these the test says that no base model knows them.
NEW = [f"new-{number}" for number in range(401)]
NAMES = ["HHonors", "IEEE", "NCAA"]
CONFIRM = "#ABNF 1.0 UTF-8;\nlanguage en-US;\nmode voice;\nroot $yesno;\n$yesno = yes | no;\n"
LIST = f"#ABNF 1.0 UTF-8;\nlanguage en-US;\nmode voice;\nroot $names;\n$names = {' | '.join(NEW[:8])};\n"
XML = (
    '<grammar version="1.0" xml:lang="en-US" root="yesno" xmlns="http://www.w3.org/2001/06/grammar">'
    '<rule id="yesno"><one-of><item>yes</item><item>no</item></one-of></rule></grammar>'
)

MISPRINTS = {"corpus3.txt": "corpus3"}
"""The error of a corpus names it by its name, says the page that prints another."""

NOT_REPLAYED = {
    "wordsResourceAmount-japanese-ng": "words of a text about counting them: no request, and none that is answered so",
}


def label(row: dict[str, Any]) -> str:
    request = row["request"] or {"method": "-", "target": ""}
    return f"{row['edition']} {row['page']}#{row['anchor']} {request['method']} {request['target'] or row['json']}"


class Client:
    """A model on which requests bring about what is printed."""

    def __init__(self, edition: str, base: str = BASE) -> None:
        self.stt = FakeSTT(edition=edition)
        self.stt.base_models.vocabulary(base, unknown=[*NEW, *NAMES], known=["tomato", "yes", "no", "word"])
        made = ask(self.stt, "POST", MODELS, {"name": "Example model", "base_model_name": base})
        self.path = f"{MODELS}/{made.json['customization_id']}"

    def send(self, method: str, target: str, body: Any = b"", content_type: str | None = None, *, wait: bool) -> None:
        headers = {"Content-Type": content_type} if content_type else {}
        heard = ask(self.stt, method, self.path + target, body, headers=headers)
        assert (heard.status, heard.json) == (201, {}), heard
        if wait:
            self.stt.clock.advance("1h")

    def corpus(self, name: str, text: bytes, *, wait: bool = True) -> None:
        self.send("POST", f"/corpora/{name}?allow_overwrite=true", text, wait=wait)

    def replay(self, row: dict[str, Any]) -> Any:
        request = row["request"]
        target = request["target"].replace("{customization_id}", self.path.rpartition("/")[2])
        headers = dict(header.split(": ", 1) for header in request["headers"])
        return ask(self.stt, request["method"], target, (request["body"] or "").encode(), headers)


def corpora(edition: str) -> Client:
    """One is analysed, one is being analysed anew, and one is no text."""
    client = Client(edition)
    client.corpus("corpus1", " ".join([*NEW, *["word"] * (5037 - len(NEW))]).encode())
    client.corpus("corpus2", b"words")
    client.corpus("corpus3", b"\xff\xfe")
    client.corpus("corpus2", b"other words", wait=False)
    return client


def words(edition: str) -> Client:
    """Words of two corpora that the user has then defined, and words of the user's alone."""
    client = Client(edition)
    client.corpus("corpus1", b"HHonors and IEEE")
    client.corpus("corpus2", b"IEEE, IEEE")
    given = [
        {"word": "75.00", "sounds_like": ["75 dollars"]},
        {"word": "HHonors", "sounds_like": ["hilton honors", "H. honors"], "display_as": "HHonors"},
        {"word": "IEEE", "sounds_like": ["I. triple E."]},
        {"word": "tomato", "sounds_like": ["tomatoh", "tomayto"]},
    ]
    client.send("POST", "/words", {"words": given}, wait=True)
    return client


def word(edition: str) -> Client:
    """A word of the user's that a corpus then has twice."""
    client = Client(edition)
    client.send("PUT", "/words/NCAA", {"sounds_like": ["N. C. A. A.", "N. C. double A."]}, wait=False)
    client.corpus("corpus3", b"NCAA NCAA")
    return client


def grammars(edition: str) -> Client:
    client = Client(edition)
    for name, text, kind in (
        ("confirm-xml", XML, "application/srgs+xml"),
        ("confirm-abnf", CONFIRM, "application/srgs"),
        ("list-abnf", LIST, "application/srgs"),
    ):
        client.send("POST", f"/grammars/{name}", text.encode(), kind, wait=True)
    return client


def grammar(edition: str) -> Client:
    client = Client(edition)
    client.send("POST", "/grammars/confirm-abnf", CONFIRM.encode(), "application/srgs", wait=False)
    return client


STATES: dict[str, Callable[[str], Client]] = {
    "/corpora": corpora,
    "/corpora/corpus1": corpora,
    "/words": words,
    "/words/NCAA": word,
    "/grammars": grammars,
    "/grammars/list-abnf": grammars,
    "/grammars/confirm-abnf": grammar,
}
ANSWERED = [row for row in PRINTED if row["request"] and row["request"]["method"] == "GET"]
CREATED = [row for row in PRINTED if row["request"] and row["request"]["target"] == MODELS]
DEFINED = [row for row in PRINTED if row["request"] and row not in CREATED + ANSWERED]
STORED = [row for row in PRINTED if row["anchor"] == "wordsResource-ng"]
TRAINED = [row for row in PRINTED if row["anchor"] == "monitorTraining-grammar" and row["request"] is None]
WITHOUT = [row for row in PRINTED if row["anchor"] in NOT_REPLAYED]


@pytest.mark.parametrize("row", ANSWERED, ids=label)
def test_a_printed_request_gets_the_printed_answer(row: dict[str, Any]) -> None:
    what = row["request"]["target"].removeprefix(f"{MODELS}/{{customization_id}}")
    heard = STATES[what](row["edition"]).replay(row)
    printed = json.dumps(row["json"])
    for wrong, right in MISPRINTS.items():
        printed = printed.replace(wrong, right)
    assert (heard.status, heard.json) == (200, json.loads(printed))


@pytest.mark.parametrize("row", CREATED, ids=label)
def test_a_created_model_is_answered_by_an_id_alone(row: dict[str, Any]) -> None:
    heard = Client(row["edition"]).replay(row)
    assert (heard.status, set(heard.json)) == (201, set(row["json"]))
    assert Guid().problem(heard.json["customization_id"]) is None


@pytest.mark.parametrize("row", DEFINED, ids=label)
def test_words_are_taken_as_the_pages_define_them(row: dict[str, Any]) -> None:
    client = Client(row["edition"], NEXT if row["page"].endswith("-ng.md") else BASE)
    heard = client.replay(row)
    assert (heard.status, heard.json) == (201, {})
    client.stt.clock.advance("1h")
    body = json.loads(row["request"]["body"])
    spelling = row["request"]["target"].rpartition("/")[2]
    shown = {one["word"]: one for one in ask(client.stt, "GET", f"{client.path}/words").json["words"]}
    for given in body.get("words", [{"word": spelling, **body}]):
        assert {name: shown[given["word"]][name] for name in given} == given
        assert "error" not in shown[given["word"]]
    assert ask(client.stt, "POST", f"{client.path}/train").status == 200


@pytest.mark.parametrize("row", STORED, ids=label)
def test_a_word_of_the_next_generation_is_stored_as_printed(row: dict[str, Any]) -> None:
    client = Client(row["edition"], NEXT)
    client.send("POST", "/words", {"words": [row["json"]]}, wait=True)
    [shown] = ask(client.stt, "GET", f"{client.path}/words").json["words"]
    assert {name: shown[name] for name in row["json"]} == row["json"]


@pytest.mark.parametrize("row", TRAINED, ids=label)
def test_a_model_in_training_is_shown_as_printed(row: dict[str, Any]) -> None:
    printed = row["json"]
    stt = FakeSTT(edition=row["edition"], start=printed["created"])
    names = ("name", "base_model_name", "status", "description", "owner")
    stt.language_models.add(id=printed["customization_id"], **{name: printed[name] for name in names})
    key = stt.auth.add_key(owner=printed["owner"])
    shown = ask(stt, "GET", f"{MODELS}/{printed['customization_id']}", key=key).json
    assert {name: shown[name] for name in printed} == printed


def test_everything_that_is_printed_is_replayed_or_says_why_not() -> None:
    labels = [label(row) for row in PRINTED]
    assert len(set(labels)) == len(labels)
    groups = [ANSWERED, CREATED, DEFINED, STORED, TRAINED, WITHOUT]
    assert sorted(label(row) for group in groups for row in group) == sorted(labels)
