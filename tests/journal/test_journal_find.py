"""What an author looks for in a journal: exchanges by their fields, and those of a span of time."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from asking import MODELS, NOBODY, START, add, ask, create

from fakestt import Exchange, FakeSTT, Journal, expect, lose_reply
from fakestt.contract.operations import OPERATIONS
from fakestt.errors import ConfigurationError, StateError, UnknownOperation
from fakestt.journal.fields import FIELDS, known_values, value_of

GRANT = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"


@pytest.fixture(scope="module")
def stt() -> FakeSTT:
    """Eleven exchanges, ten seconds apart, each unlike the others."""
    stt = FakeSTT(start=START, edition="icp2020")
    stt.auth.add_key("other", owner=NOBODY)
    stt.faults.on("listModels", nth=1).do(lose_reply())
    stt.faults.on("trainAcousticModel", nth=1).fail(503)
    model_id = create(stt)
    steps: list[Callable[[], object]] = [
        lambda: add(stt, model_id, "cabin-1", headers={"X-Watson-Metadata": "customer_id=jane"}),
        lambda: add(stt, model_id, "cabin-2"),
        lambda: ask(stt, "GET", f"{MODELS}/{model_id}"),
        lambda: ask(stt, "GET", "/v1/models"),
        lambda: ask(stt, "POST", f"{MODELS}/{model_id}/train?force=true"),
        lambda: ask(stt, "POST", f"{MODELS}/{model_id}/train?force=1&strict=perhaps"),
        lambda: ask(stt, "GET", f"{MODELS}/{model_id}", key="other"),
        lambda: ask(stt, "POST", "/identity/token", GRANT, key=None),
        lambda: ask(stt, "PATCH", "/v1/nowhere?language=x"),
        lambda: ask(stt, "GET", MODELS, key=None),
    ]
    for step in steps:
        stt.clock.advance(10)
        with suppress(ConnectionError):
            step()
    return stt


def seqs(found: list[Exchange]) -> list[int]:
    return [one.seq for one in found]


FOUND: list[tuple[dict[str, Any], list[int]]] = [
    ({"operation": "addAudio"}, [2, 3]),
    ({"operation": "*Audio"}, [2, 3]),
    ({"operation": "*"}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]),
    ({"operation": "deleteAudio"}, []),
    ({"method": "PATCH"}, [10]),
    ({"path": "/v1/…"}, [10]),
    ({"path": "/v1/acoustic_customizations/*/audio/cabin-?"}, [2, 3]),
    ({"path": "/speech-to-text/*"}, []),
    ({"status": 409}, [3]),
    ({"status": range(400, 500)}, [3, 7, 8, 10, 11]),
    ({"status": {201, 503}}, [1, 2, 6]),
    ({"status": None}, [5]),
    ({"owner": NOBODY}, [8]),
    ({"fault": True}, [5, 6]),
    ({"fault": False, "operation": "trainAcousticModel"}, [7]),
    ({"fault": "fail(5*"}, [6]),
    ({"fault": lose_reply()}, [5]),
    ({"arrival": "closed"}, [5]),
    ({"arrival": "late"}, []),
    ({"when": lambda exchange: exchange.seq % 5 == 0}, [5, 10]),
    ({"operation": "addAudio", "status": 201}, [2]),
    ({"audio_name": "cabin-2"}, [3]),
    ({"audio_name": "cabin-*"}, [2, 3]),
    ({"audio_name": "cabin"}, []),
    ({"X_Watson_Metadata": "customer_id=*"}, [2]),
    ({"operation": "addAudio", "X_Watson_Metadata": None}, [3]),
    ({"name": "car"}, [1]),
    ({"operation": "createAcousticModel", "description": None}, [1]),
    ({"force": True}, [6, 7]),
    ({"operation": "trainAcousticModel", "strict": True}, [6]),
    ({"operation": "addAudio", "allow_overwrite": False}, [2, 3]),
]


@pytest.mark.parametrize(("asked", "found"), FOUND, ids=range(len(FOUND)))
def test_exchanges_are_found_by_what_an_author_names(stt: FakeSTT, asked: dict[str, Any], found: list[int]) -> None:
    assert seqs(stt.journal.find(**asked)) == found


def test_the_rule_that_hit_finds_what_it_hit(stt: FakeSTT) -> None:
    rule = stt.journal[5].rule
    assert rule is not None
    assert seqs(stt.journal.find(fault=rule)) == [6]
    assert seqs(stt.journal.find(fault=dataclasses.replace(rule))) == [], "another rule, however alike"


def test_a_value_is_that_of_the_checked_call_whether_it_was_checked_or_not(stt: FakeSTT) -> None:
    hit, checked, refused = stt.journal[5].call, stt.journal[1].call, stt.journal[6].call
    assert hit is not None
    assert checked is not None
    assert refused is not None
    assert (hit.values["force"], value_of(hit, "force")) == ("true", True)
    assert value_of(checked, "allow_overwrite") is False
    assert value_of(hit, "strict") is True, "as the operation has it where it is not given"
    assert (refused.values["strict"], value_of(refused, "strict")) == ("…", "…")


MISTAKES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"operation": "addAudios"}, UnknownOperation,
     "find('addAudios'): no operation 'addAudios'. Did you mean 'addAudio'? All: listModels,"),
    ({"operation": "*Audios"}, UnknownOperation, "find('*Audios'): no operation '*Audios'."),
    ({"operation": "recognize"}, UnknownOperation, "recognize is part of the service and not of fakestt"),
    ({"operation": 3}, ConfigurationError, "find(3): give an operation's id or a glob, a string. All: "),
    ({}, ConfigurationError, "find(): say which exchanges, by an operation or by one of method, path, status, owner"),
    ({"statu": 503}, ConfigurationError,
     "find(statu=503): there is no keyword 'statu', and no such parameter or field. Did you mean 'status'? All: "),
    ({"operation": "trainAcousticModel", "forc": True}, ConfigurationError,
     "find('trainAcousticModel', forc=True): there is no keyword 'forc', and no such parameter or field of "
     "trainAcousticModel. Did you mean 'force'? All: method, path, status, owner, fault, arrival, when, "
     "customization_id, custom_language_model_id, strict, force, clean"),
    ({"operation": "getToken", "apikey": "k"}, ConfigurationError, "no such parameter or field of getToken."),
    ({"operation": "addAudio", "X-Watson-Metadata": "a"}, ConfigurationError,
     "no such parameter or field of addAudio. Did you mean 'X_Watson_Metadata'?"),
    ({"operation": "addAudio", "force": True}, ConfigurationError, "no such parameter or field of addAudio."),
    ({"force": "true"}, ConfigurationError, "find(force='true'): force: it is a boolean (`true` or `false`)"),
    ({"method": "GTE"}, ConfigurationError, "Did you mean 'GET'?"),
    ({"path": 3}, ConfigurationError, "find(path=3): path: give a string"),
    ({"owner": 3}, ConfigurationError, "find(owner=3): owner: give a string"),
    *(({"status": one}, ConfigurationError, "give a status, several such as range(500, 600), or None for no answer")
      for one in ("503", 99, 600, True, [], ["503"], 503.0)),
    ({"fault": 3}, ConfigurationError, "give True (any), False (none), a glob such as 'lose_*', an effect"),
    ({"arrival": "lat"}, ConfigurationError,
     "give one of 'under way', 'whole', 'late', 'timed out', 'cut', 'closed', 'reset'. Did you mean 'late'?"),
    ({"when": True}, ConfigurationError, "find(when=True): when: give a function that takes an Exchange"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "kind", "words"), MISTAKES)
def test_what_can_never_be_found_is_a_mistake(
    stt: FakeSTT, asked: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind) as caught:
        stt.journal.find(**asked)
    assert words in str(caught.value)
    assert type(caught.value) is kind


def test_an_error_of_the_authors_own_says_at_which_exchange_it_came(stt: FakeSTT) -> None:
    with pytest.raises(AttributeError) as caught:
        stt.journal.find(when=lambda exchange: exchange.call.values)
    [note] = caught.value.__notes__
    assert note.startswith("Raised by when= at <Exchange 10: PATCH /v1/…")


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [(0, "10s", [1]), (0, 10.000001, [1, 2]), ("10s", "30s", [2, 3]), (95, "1d", [11]), ("2h", "3h", []), (5, 5, [])],
)
def test_a_span_has_its_start_and_not_its_end(stt: FakeSTT, start: Any, end: Any, found: list[int]) -> None:
    assert seqs(stt.journal.between(start, end)) == found


@pytest.mark.parametrize(("start", "end"), [("soon", 10), (0, "later"), (-1, 10), (10, 9)])
def test_a_span_that_is_none_is_a_mistake(stt: FakeSTT, start: Any, end: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"between\("):
        stt.journal.between(start, end)


def long_run() -> Journal:
    """Two, then 80 that are not kept, then 18: an alternating client, and one request that is left out alone."""
    stt = FakeSTT(start=START, journal=20)
    for number in range(100):
        target = MODELS if number == 50 else "/nowhere" if number == 60 else f"{MODELS}/{NOBODY}"
        stt.clock.advance(60 if number == 55 else 10)
        ask(stt, "GET", target)
    return stt.journal


LOOKS: list[tuple[Callable[[Journal], list[Exchange]], int | None]] = [
    (lambda journal: journal.find("addAudio"), 0),
    (lambda journal: journal.find("listAcousticModels"), 1),
    (lambda journal: journal.find("listAcoustic*"), 1),
    (lambda journal: journal.find("getAcousticModel"), 78),
    (lambda journal: journal.find("getModel", status=404), 0),
    (lambda journal: journal.find("get*"), 78),
    (lambda journal: journal.find(status=503), 80),
    (lambda journal: journal.between(0, 30), 0),
    (lambda journal: journal.between(0, 31), 1),
    (lambda journal: journal.between(511, 519), 0),
    (lambda journal: journal.between(510, 511), 1),
    (lambda journal: journal.between(551, 610), 0),
    (lambda journal: journal.between(540, 630), 4),
    (lambda journal: journal.between(871, "1d"), 0),
    (lambda journal: journal.between(870, "1d"), 1),
    (lambda journal: journal.between(0, "1d"), 80),
]


@pytest.mark.parametrize(("look", "left_out"), LOOKS)
def test_what_may_lie_in_the_part_that_is_not_kept_is_never_passed_over(
    look: Callable[[Journal], list[Exchange]], left_out: int
) -> None:
    journal = long_run()
    if not left_out:
        assert all(one in journal.kept() for one in look(journal))
        return
    with pytest.raises(StateError, match=rf"\): {left_out} exchanges are not kept, only the first 2 and the latest 18"):
        look(journal)


def test_a_span_is_found_although_the_time_went_back() -> None:
    stt = FakeSTT(start=START, journal=10)
    state = stt.snapshot()
    for _ in range(8):
        stt.clock.advance(10)
        ask(stt, "GET", MODELS)
    stt.restore(state)
    for _ in range(9):
        stt.clock.advance(10)
        ask(stt, "GET", MODELS)
    assert [len(stt.journal.between(start, 1000)) for start in (90.000001, 85)] == [0, 1]
    for start, left_out in ((80, 1), (70, 2), (60, 3)):
        with pytest.raises(StateError, match=f"{left_out} exchanges"):
            stt.journal.between(start, 1000)


def test_no_parameter_or_field_has_the_name_of_a_keyword() -> None:
    keywords = {*inspect.signature(Journal.find).parameters, *inspect.signature(expect).parameters} - {"values"}
    assert keywords == {"self", "operation", *FIELDS}
    assert keywords.isdisjoint(known_values(OPERATIONS.values()))
