"""Many requests, made from the contract's rows and against them: what holds of every answer, whatever was asked.

A failure says its seed and its request. `FAKESTT_SEED` repeats it, or gives other requests; `FAKESTT_REQUESTS` says how
many all editions get together.
"""

from __future__ import annotations

import json
import os
from random import Random
from typing import Any

import pytest
from asking import EDITIONS, START, environ_of
from fuzz_requests import Asked, Maker

from fakestt import FakeSTT
from fakestt.contract.edition import BodyShape, Edition
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.shapes import Text
from fakestt.http.render import METHODS

SEED = int(os.environ.get("FAKESTT_SEED", "0"))
FEW = 250
MANY = int(os.environ.get("FAKESTT_REQUESTS", "40000")) // len(EDITIONS)
OF_ONE_FAKE = 250
STATUSES = ("pending", "ready", "training", "available", "upgrading", "failed")
MEMBERS = {
    BodyShape.SERVICE: {"code_description", "code", "error"},
    BodyShape.OLD_GATEWAY: {"code", "error"},
    BodyShape.NEW_GATEWAY: {"code", "trace", "error", "more_info"},
    BodyShape.IAM: {"errorCode", "errorMessage", "context"},
    BodyShape.OUTER: {"error", "code", "code_description"},
}


def fake(edition: str, random: Random) -> FakeSTT:
    stt = FakeSTT(
        edition=edition, start=START, seed=random.randrange(99), auth=random.choice(("lenient", "strict", None))
    )
    stt.acoustic_models.add(status="available")
    stt.base_models.publish("en-US_BroadbandModel", "en-US_BroadbandModel.v2030-01-01")
    for status in STATUSES:
        stt.acoustic_models.add(name=status, status=status)
    grammars = {"audio2": "#ABNF 1.0; $a = IEEE;"} if stt.edition.limits.knows_grammars else None
    for status in ("pending", "ready", "training", "available", "failed"):
        data = {"corpora": {"audio1": "IEEE"}, "grammars": grammars} if status == "ready" else {}
        stt.language_models.add(status=status, **data)
    return stt


def heard(stt: FakeSTT, asked: Asked) -> tuple[int, list[tuple[str, str]], bytes]:
    said: list[Any] = []
    environ = environ_of(asked.method, asked.target, asked.body, dict(asked.headers), **asked.environ)
    body = b"".join(stt.app(environ, lambda status, headers: said.append((status, headers))))
    [(status, headers)] = said
    return int(status[:3]), headers, body


def problem_of_error(edition: Edition, status: int, said: Any) -> str | None:
    """What is wrong with an error, by the layer that has such a status."""
    shapes = {row.shape for row in edition.wording.values() if row.status == status}
    if not isinstance(said, dict) or not any(set(said) - {"warnings"} == MEMBERS[shape] for shape in shapes):
        return f"no error of {shapes}"
    return None if said.get("code", status) == status else "another status in the body"


def check_answer(stt: FakeSTT, asked: Asked, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
    names = [name.lower() for name, _ in headers]
    assert len(set(names)) == len(names)
    assert all(value.isascii() and value.isprintable() for _, value in headers)
    assert status < 500 or (status == 501 and asked.method not in METHODS)
    if asked.method == "HEAD" or status == 204:
        assert body == b""
        return
    assert dict(headers)["Content-Length"] == str(len(body))
    if status >= 400:
        assert problem_of_error(stt.edition, status, json.loads(body)) is None
        return
    if stt.journal[-1].operation is None:  # the bare service URL
        assert (status, json.loads(body)) == (200, {})
        return
    operation = OPERATIONS[str(stt.journal[-1].operation)]
    assert status == operation.success
    assert operation.returns.problem(body.decode() if isinstance(operation.returns, Text) else json.loads(body)) is None


def ids_of(stt: FakeSTT) -> set[str]:
    return {one.id for models in (stt.acoustic_models, stt.language_models) for one in models}


def check_state(stt: FakeSTT, status: int, before: dict[str, Any], after: dict[str, Any], ids: set[str]) -> None:
    exchange = stt.journal[-1]
    now, operation = ids_of(stt), exchange.operation if status < 400 else None
    trains = exchange.operation in ("trainAcousticModel", "trainLanguageModel")
    fails = status == 400 and trains and stt.edition.limits.refused_training_fails_model
    if exchange.method not in ("POST", "PUT", "DELETE") or (status >= 400 and not fails):
        assert after == before
    if operation in ("createAcousticModel", "createLanguageModel"):
        assert (len(now - ids), ids - now) == (1, set())
    elif operation in ("deleteAcousticModel", "deleteLanguageModel"):
        assert exchange.call is not None
        assert (now - ids, ids - now) == (set(), {exchange.call.values["customization_id"].lower()})
    else:
        assert now == ids


def fuzz(edition: str, count: int) -> None:
    random, done = Random(f"{SEED}:{edition}"), 0
    while done < count:
        stt = fake(edition, random)
        make = Maker(random, stt).make
        state = stt.snapshot()
        for number in range(min(OF_ONE_FAKE, count - done)):
            if random.random() < 0.05:
                stt.clock.advance(random.choice((1, 60, 3600, 9 * 3600)))
                state = stt.snapshot()
            ids = ids_of(stt)
            asked = make()
            try:
                status, headers, body = heard(stt, asked)
                assert len(stt.journal) == number + 1
                assert stt.journal[-1].status == status
                check_answer(stt, asked, status, headers, body)
                before, state = state, stt.snapshot()
                check_state(stt, status, before, state, ids)
            except Exception as error:
                error.add_note(f"FAKESTT_SEED={SEED}, {edition}, request {done + number + 1}: {asked}")
                raise
        stt.report()
        done += OF_ONE_FAKE


@pytest.mark.parametrize("edition", EDITIONS)
def test_requests_of_all_kinds_are_answered_as_documented(edition: str) -> None:
    fuzz(edition, FEW)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("edition", EDITIONS)
def test_many_requests_are_answered_as_documented(edition: str) -> None:
    fuzz(edition, MANY)
