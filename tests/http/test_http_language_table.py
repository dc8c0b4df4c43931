"""The state table of language models, cell by cell, over HTTP: each command in each phase, in each edition.

A cell is the status, then `>` and the next phase where it changes, then a word for what the refusal says:

    lock   locked                                       new    model is up-to-date
    none   No input data available for training         same   No input data modified since last training
    bad    some data is not valid                       idle   neither ready nor available
    name   the name exists already                      gone   no such corpus, grammar or word
    form   not of the form that is asked for            digits a pronunciation that is not allowed
    other  a corpus, or a grammar, has the name         path   there is nothing of the kind

Phases are reached by requests alone. B* is the analysis of more data in a model that was available. `-` marks what
cannot be asked. What is said of corpora holds for grammars: the rows that are about data are asked a second time, of a
model that has a grammar where the first has a corpus.
"""

# Tables are wider than a line.
# ruff: noqa: E501

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import pytest
from asking import EDITIONS, START, Heard, ask
from table_rig import BASE, PHASES, SAYS, STATUSES, Cell, check, check_phase, go_on, restored, rows_of

from fakestt import FakeSTT
from fakestt.contract.operations import OPERATIONS

MODELS = "/v1/customizations"

COMMON = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
create                   201         201         201         201         201         201         201         201         201         201
list                     200         200         200         200         200         200         200         200         200         200
get                      200         200         200         200         200         200         200         200         200         200
delete                   200>gone    409:lock    200>gone    200>gone    200>gone    409:lock    409:lock    200>gone    409:lock    200>gone
train                    400>F:none  409:lock    400>F:bad   200>T       400>F:bad   409:lock    409:lock    400:same    409:lock    200>T
reset                    200         409:lock    200>P0      200>P0      200>P0      409:lock    409:lock    200>P0      409:lock    200>P0
upgrade-newer            400:idle    409:lock    400:idle    200>U       200>U       409:lock    409:lock    200>U       409:lock    400:idle
upgrade-newest           400:new     409:lock    400:new     400:new     400:new     409:lock    409:lock    400:new     409:lock    400:new
list-corpora             200         200         200         200         200         200         200         200         200         200
add-corpus               201>PB      409:lock    201>PB      201>PB      201>PB      409:lock    409:lock    201>PB      409:lock    201>PB
add-corpus-existing      -           409:lock    400:name    400:name    400:name    409:lock    409:lock    400:name    409:lock    400:name
overwrite-corpus         201>PB      409:lock    201>PB      201>PB      201>PB      409:lock    409:lock    201>PB      409:lock    201>PB
get-corpus               400:gone    200         200         200         200         200         200         200         200         200
get-corpus-missing       400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone
delete-corpus            400:gone    409:lock    200>P0      200>P0      200>PI      409:lock    409:lock    200>P0      409:lock    200>P0
delete-corpus-bad        400:gone    409:lock    400:gone    400:gone    200>R       409:lock    409:lock    400:gone    409:lock    400:gone
delete-corpus-missing    400:gone    409:lock    400:gone    400:gone    400:gone    409:lock    409:lock    400:gone    409:lock    400:gone
list-words               200         200         200         200         200         200         200         200         200         200
add-words                201>PB      409:lock    201>PB      201>PB      201>PB      409:lock    409:lock    201>PB      409:lock    201>PB
add-words-none           400:form    400:form    400:form    400:form    400:form    400:form    400:form    400:form    400:form    400:form
add-word                 201>R       409:lock    201>RM      201         201         409:lock    409:lock    201>R       409:lock    201>R
add-word-invalid         400:digits  409:lock    400:digits  400:digits  400:digits  409:lock    409:lock    400:digits  409:lock    400:digits
get-word                 400:gone    400:gone    400:gone    200         200         200         200         200         200         200
get-word-missing         400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone
delete-word              400:gone    409:lock    400:gone    200         200         409:lock    409:lock    200>R       409:lock    200>R
delete-word-missing      400:gone    409:lock    400:gone    400:gone    400:gone    409:lock    409:lock    400:gone    409:lock    400:gone
user-data                200         200>P0      200>P0      200>P0      200>PI      200         200         200>P0      200         200>P0
user-data-of-nobody      200         200         200         200         200         200         200         200         200         200
"""

# A parameter that the edition does not know is ignored.
WITHOUT_STRICT = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
train-lenient            400>F:none  409:lock    400>F:bad   200>T       400>F:bad   409:lock    409:lock    400:same    409:lock    200>T
"""
WITH_STRICT = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
train-lenient            400>F:none  409:lock    400>F:bad   200>T       200>T       409:lock    409:lock    400:same    409:lock    200>T
"""
WITHOUT_FORCE = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
train-force              400>F:none  409:lock    400>F:bad   200>T       400>F:bad   409:lock    409:lock    400:same    409:lock    200>T
"""
WITH_FORCE = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
train-force              400>F:none  409:lock    400>F:bad   200>T       400>F:bad   409:lock    409:lock    200>T       409:lock    200>T
"""
WITHOUT_GRAMMARS = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
list-others              404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path
add-other-of-its-name    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path
get-other                404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path
delete-other             404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path    404:path
"""
WITH_GRAMMARS = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
list-others              200         200         200         200         200         200         200         200         200         200
add-other-of-its-name    201>PB      409:lock    400:other   400:other   400:other   409:lock    409:lock    400:other   409:lock    400:other
get-other                400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone    400:gone
delete-other             400:gone    409:lock    400:gone    400:gone    400:gone    409:lock    409:lock    400:gone    409:lock    400:gone
"""
TABLES = {
    "icp2018": COMMON + WITHOUT_STRICT + WITHOUT_FORCE + WITHOUT_GRAMMARS,
    "icp2020": COMMON + WITH_STRICT + WITHOUT_FORCE + WITH_GRAMMARS,
    "cloud2025": COMMON + WITH_STRICT + WITH_FORCE + WITH_GRAMMARS,
    "cp4d2025": COMMON + WITH_STRICT + WITHOUT_FORCE + WITH_GRAMMARS,
}
OF_GRAMMARS = ("train", "train-lenient", "reset", "user-data", "get-word", "delete-word")
"""The rows that are asked of grammars, besides those that name a corpus or the other kind."""

COMMANDS = {  # method, what follows the models' address, the operation
    "create": ("POST", "", "createLanguageModel"),
    "list": ("GET", "", "listLanguageModels"),
    "get": ("GET", "/{id}", "getLanguageModel"),
    "delete": ("DELETE", "/{id}", "deleteLanguageModel"),
    "train": ("POST", "/{id}/train", "trainLanguageModel"),
    "train-lenient": ("POST", "/{id}/train?strict=false", "trainLanguageModel"),
    "train-force": ("POST", "/{id}/train?force=true", "trainLanguageModel"),
    "reset": ("POST", "/{id}/reset", "resetLanguageModel"),
    "upgrade-newer": ("POST", "/{id}/upgrade_model", "upgradeLanguageModel"),
    "upgrade-newest": ("POST", "/{id}/upgrade_model", "upgradeLanguageModel"),
    "list-corpora": ("GET", "/{id}/{kind}", "listCorpora"),
    "add-corpus": ("POST", "/{id}/{kind}/another", "addCorpus"),
    "add-corpus-existing": ("POST", "/{id}/{kind}/one", "addCorpus"),
    "overwrite-corpus": ("POST", "/{id}/{kind}/one?allow_overwrite=true", "addCorpus"),
    "get-corpus": ("GET", "/{id}/{kind}/one", "getCorpus"),
    "get-corpus-missing": ("GET", "/{id}/{kind}/nothing", "getCorpus"),
    "delete-corpus": ("DELETE", "/{id}/{kind}/one", "deleteCorpus"),
    "delete-corpus-bad": ("DELETE", "/{id}/{kind}/bad", "deleteCorpus"),
    "delete-corpus-missing": ("DELETE", "/{id}/{kind}/nothing", "deleteCorpus"),
    "list-others": ("GET", "/{id}/{other}", "listGrammars"),
    "add-other-of-its-name": ("POST", "/{id}/{other}/one?allow_overwrite=true", "addGrammar"),
    "get-other": ("GET", "/{id}/{other}/one", "getGrammar"),
    "delete-other": ("DELETE", "/{id}/{other}/one", "deleteGrammar"),
    "list-words": ("GET", "/{id}/words?sort=count", "listWords"),
    "add-words": ("POST", "/{id}/words", "addWords"),
    "add-words-none": ("POST", "/{id}/words", "addWords"),
    "add-word": ("PUT", "/{id}/words/NCAA", "addWord"),
    "add-word-invalid": ("PUT", "/{id}/words/NCAA", "addWord"),
    "get-word": ("GET", "/{id}/words/IEEE", "getWord"),
    "get-word-missing": ("GET", "/{id}/words/nothing", "getWord"),
    "delete-word": ("DELETE", "/{id}/words/IEEE", "deleteWord"),
    "delete-word-missing": ("DELETE", "/{id}/words/nothing", "deleteWord"),
    "user-data": ("DELETE", "/v1/user_data?customer_id=kim", "deleteUserData"),
    "user-data-of-nobody": ("DELETE", "/v1/user_data?customer_id=lee", "deleteUserData"),
}
KINDS = {
    "listCorpora": "listGrammars", "addCorpus": "addGrammar", "getCorpus": "getGrammar", "deleteCorpus": "deleteGrammar",
}  # fmt: skip
KINDS |= {grammar: corpus for corpus, grammar in KINDS.items()}
OTHER = {"corpora": "grammars", "grammars": "corpora"}
ALL_SAY = SAYS | {
    "none": "No input data available for training",
    "gone": "not found",
    "form": "an array that is not empty",
    "other": "of the name 'one'",
    "path": "No such child resource.",
    "digits": "Numbers are not allowed in sounds_like. You can try for example 'four two'.",
}
NOT_TEXT = b"\xff\xfe\x00"
TEXT = {"corpora": b"an IEEE text", "grammars": b"#ABNF 1.0; $a = an IEEE text;"}
ABNF = {"Content-Type": "application/srgs"}  # of corpora it is ignored


ROWS = [
    pytest.param(edition, kind, command, row, id=f"{edition}-{kind}-{command}")
    for edition in EDITIONS
    for kind in OTHER
    for command, row in rows_of(TABLES[edition]).items()
    if kind == "corpora" or edition != "icp2018"
    if kind == "corpora" or command in OF_GRAMMARS or "corp" in command or "other" in command
]


def add_data(stt: FakeSTT, target: str, data: bytes, label: dict[str, str] | None = None) -> None:
    heard = ask(stt, "POST", f"{MODELS}/{target}", data, {**ABNF, **(label or {})})
    assert (heard.status, heard.json) == (201, {})


@lru_cache(maxsize=256)
def reached(edition: str, kind: str, phase: str, newer: bool) -> tuple[dict[str, Any], str]:
    """A state as data, and the id of the model that is in this phase. Only the corpus, or grammar, `one` is labelled."""
    stt = FakeSTT(edition=edition, start=START)
    model_id = ask(stt, "POST", MODELS, {"name": "words", "base_model_name": BASE}).json["customization_id"]
    if phase != "P0":
        label = {"X-Watson-Metadata": "customer_id=kim"}
        add_data(stt, f"{model_id}/{kind}/one", NOT_TEXT if phase == "PI" else TEXT[kind], label)
        if phase != "PB":
            stt.clock.advance("1h")
    if phase == "RM":
        add_data(stt, f"{model_id}/{kind}/bad", NOT_TEXT)
        stt.clock.advance("1h")
    add_more = partial(add_data, stt, f"{model_id}/{kind}/two", TEXT[kind])
    return go_on(stt, stt.language_models[model_id], f"{MODELS}/{model_id}", phase, newer, add_more), model_id


def in_phase(edition: str, kind: str, phase: str, *, newer: bool = False) -> tuple[FakeSTT, str]:
    state, model_id = reached(edition, kind, phase, newer)
    return restored(edition, state), model_id


BODIES: dict[str, Any] = {
    "create": {"name": "another", "base_model_name": BASE},
    "add-corpus": b"some text",
    "add-other-of-its-name": b"some text",
    "add-corpus-existing": b"some text",
    "overwrite-corpus": b"some text",
    "add-words": {"words": [{"word": "NCAA"}, {"word": "IEEE", "sounds_like": ["I. triple E."]}]},
    "add-words-none": {"words": []},
    "add-word": {"sounds_like": ["N. C. double A."]},
    "add-word-invalid": {"sounds_like": ["4 two"]},
}


def send(stt: FakeSTT, kind: str, command: str, model_id: str) -> Heard:
    method, target, _ = COMMANDS[command]
    if not target.startswith("/v1"):
        target = MODELS + target.format(id=model_id, kind=kind, other=OTHER[kind])
    return ask(stt, method, target, BODIES.get(command, b""), ABNF if "{" in COMMANDS[command][1][5:] else {})


@pytest.mark.parametrize(("edition", "kind", "command", "row"), ROWS)
def test_a_command_in_each_phase_is_answered_as_the_table_says(
    edition: str, kind: str, command: str, row: dict[str, str], cell: Cell
) -> None:
    operation_id = COMMANDS[command][2]
    operation = OPERATIONS[KINDS.get(operation_id, operation_id) if kind == "grammars" else operation_id]
    for phase, expected in row.items():
        with cell(f"{phase} {expected}"):
            stt, model_id = in_phase(edition, kind, phase, newer=command == "upgrade-newer")
            before = stt.snapshot()
            heard = send(stt, kind, command, model_id)
            after = check(stt, heard, operation, expected, ALL_SAY, before)
            check_phase(stt.language_models, model_id, phase, after)


@pytest.mark.parametrize(
    ("edition", "kind"), [*((name, "corpora") for name in EDITIONS), ("icp2020", "grammars"), ("cloud2025", "grammars")]
)
@pytest.mark.parametrize("phase", PHASES)
def test_get_shows_the_status_of_the_phase_and_progress_only_when_available(
    edition: str, kind: str, phase: str
) -> None:
    stt, model_id = in_phase(edition, kind, phase)
    shown = ask(stt, "GET", f"{MODELS}/{model_id}").json
    assert (shown["status"], shown["progress"]) == (STATUSES[phase], 100 if phase == "A" else 0)
    not_compiled = kind == "grammars" and phase in ("PI", "RM")
    assert ("error" in shown) is (phase == "F" or not_compiled)
    assert ("Cannot compile grammar" in shown.get("error", "")) is not_compiled


def test_every_row_is_there_for_every_edition_and_every_phase() -> None:
    for edition in EDITIONS:
        assert set(rows_of(TABLES[edition])) == set(COMMANDS)
    asked = {operation for _, _, operation in COMMANDS.values()}
    there = {name for name, row in OPERATIONS.items() if row.path.startswith((MODELS, "/v1/user_data"))}
    assert asked == there
    assert set(STATUSES) == set(PHASES)
