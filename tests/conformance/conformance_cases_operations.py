"""Each operation of the service, and each way to a token."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

from conformance_asking import Ask, Heard
from conformance_session import BASE, MODELS, Session, flac, model, same_as_bare, session
from conformance_ways import Way

from fakestt.contract.operations import OPERATIONS
from fakestt.editions import EDITIONS

LANGUAGE_MODELS = "/v1/customizations"
ABNF = b"#ABNF 1.0;\n$a = IEEE;\n"


def words(one: Session, status: str = "available") -> str:
    return one.stt.language_models.add(base_model_name=BASE, status=status).id


def create(one: Session, models: str = MODELS) -> Heard:
    return one.ask("POST", models, {"name": "car", "base_model_name": BASE, "description": "Motoräder"})


def upgrade(one: Session, models: str, model_id: str) -> Heard:
    one.stt.base_models.publish(BASE, f"{BASE}.v2018-07-31")
    return one.ask("POST", f"{models}/{model_id}/upgrade_model")


def add_audio(one: Session) -> Heard:
    return one.upload(f"{MODELS}/{model(one, 'pending')}/audio/a1", flac())


def with_audio(one: Session, method: str, rest: str = "") -> Heard:
    model_id = model(one, "pending")
    assert one.upload(f"{MODELS}/{model_id}/audio/a1", flac()).status == 201
    one.stt.clock.advance("1h")
    return one.ask(method, f"{MODELS}/{model_id}/audio{rest}")


def with_corpus(one: Session, method: str, rest: str) -> Heard:
    model_id = one.stt.language_models.add(base_model_name=BASE, corpora={"a": "some IEEE text"}).id
    return one.ask(method, f"{LANGUAGE_MODELS}/{model_id}/corpora{rest}")


def with_grammar(one: Session, method: str, rest: str) -> Heard:
    model_id = one.stt.language_models.add(base_model_name=BASE, grammars={"a": ABNF.decode()}).id
    return one.ask(method, f"{LANGUAGE_MODELS}/{model_id}/grammars{rest}")


def add_grammar(one: Session) -> Heard:
    target = f"{LANGUAGE_MODELS}/{words(one)}/grammars/a"
    return one.upload(target, ABNF, headers={"Content-Type": "application/srgs"})


def with_words(one: Session, method: str, rest: str, body: dict[str, object] | None = None) -> Heard:
    return one.ask(method, f"{LANGUAGE_MODELS}/{words(one)}/words{rest}", body)


OPERATION_CASES: dict[str, tuple[int, Callable[[Session], Heard]]] = {
    "createAcousticModel": (201, create),
    "listAcousticModels": (200, lambda one: [model(one), one.ask("GET", f"{MODELS}?language=en-US")][1]),
    "getAcousticModel": (200, lambda one: one.ask("GET", f"{MODELS}/{model(one)}")),
    "deleteAcousticModel": (200, lambda one: one.ask("DELETE", f"{MODELS}/{model(one)}")),
    "trainAcousticModel": (200, lambda one: one.ask("POST", f"{MODELS}/{model(one)}/train")),
    "resetAcousticModel": (200, lambda one: one.ask("POST", f"{MODELS}/{model(one)}/reset")),
    "upgradeAcousticModel": (200, lambda one: upgrade(one, MODELS, model(one, "available"))),
    "addAudio": (201, add_audio),
    "listAudio": (200, lambda one: with_audio(one, "GET")),
    "getAudio": (200, lambda one: with_audio(one, "GET", "/a1")),
    "deleteAudio": (200, lambda one: with_audio(one, "DELETE", "/a1")),
    "listModels": (200, lambda one: one.ask("GET", "/v1/models")),
    "getModel": (200, lambda one: one.ask("GET", f"/v1/models/{BASE}")),
    "listLanguageModels": (200, lambda one: [words(one), one.ask("GET", f"{LANGUAGE_MODELS}?language=en-US")][1]),
    "createLanguageModel": (201, lambda one: create(one, LANGUAGE_MODELS)),
    "getLanguageModel": (200, lambda one: one.ask("GET", f"{LANGUAGE_MODELS}/{words(one)}")),
    "deleteLanguageModel": (200, lambda one: one.ask("DELETE", f"{LANGUAGE_MODELS}/{words(one)}")),
    "trainLanguageModel": (200, lambda one: one.ask("POST", f"{LANGUAGE_MODELS}/{words(one, 'ready')}/train")),
    "resetLanguageModel": (200, lambda one: one.ask("POST", f"{LANGUAGE_MODELS}/{words(one)}/reset")),
    "upgradeLanguageModel": (200, lambda one: upgrade(one, LANGUAGE_MODELS, words(one))),
    "listCorpora": (200, lambda one: with_corpus(one, "GET", "")),
    "addCorpus": (201, lambda one: one.ask("POST", f"{LANGUAGE_MODELS}/{words(one)}/corpora/a", {"any": "body"})),
    "getCorpus": (200, lambda one: with_corpus(one, "GET", "/a")),
    "deleteCorpus": (200, lambda one: with_corpus(one, "DELETE", "/a")),
    "listGrammars": (200, lambda one: with_grammar(one, "GET", "")),
    "addGrammar": (201, add_grammar),
    "getGrammar": (200, lambda one: with_grammar(one, "GET", "/a")),
    "deleteGrammar": (200, lambda one: with_grammar(one, "DELETE", "/a")),
    "listWords": (200, lambda one: with_words(one, "GET", "?sort=-count")),
    "addWords": (201, lambda one: with_words(one, "POST", "", {"words": [{"word": "IEEE"}]})),
    "addWord": (201, lambda one: with_words(one, "PUT", "/NCAA", {"sounds_like": ["N. C. double A."]})),
    "getWord": (200, lambda one: with_words(one, "GET", "/HHonors")),
    "deleteWord": (200, lambda one: with_words(one, "DELETE", "/HHonors")),
    "deleteUserData": (200, lambda one: one.ask("DELETE", "/v1/user_data?customer_id=me")),
}


def operation(operation_id: str) -> Callable[[Way], None]:
    """In the first edition that has it."""
    status, work = OPERATION_CASES[operation_id]
    row = OPERATIONS[operation_id]
    edition = next(name for name, one in EDITIONS.items() if row.is_in(one.limits))
    return lambda way: same_as_bare(way, work, status, edition)


def token(way: Way) -> None:
    form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "response_type": "cloud_iam"}
    with session(way) as one:
        body = urlencode({**form, "apikey": one.stt.api_key}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        heard = one.client.send(Ask(method="POST", url=one.reach.tokens_url, headers=headers, body=body))
        assert (heard.status, heard.json["token_type"]) == (200, "Bearer")
        one.authorization = {"Authorization": f"Bearer {heard.json['access_token']}"}
        assert one.ask("GET", MODELS).status == 200


def login(method: str, path: str, read: Callable[[Heard], str], header: str = "Authorization") -> Callable[[Way], None]:
    """A token for a name and password, from an endpoint beside the service, opens the service."""

    def check(way: Way) -> None:
        with session(way) as one:
            body = None if method == "GET" else json.dumps({"username": "kim", "password": one.stt.api_key}).encode()
            headers = dict(one.authorization) if body is None else {"Content-Type": "application/json"}
            heard = one.client.send(Ask(method=method, url=one.reach.url + path, headers=headers, body=body))
            assert heard.status == 200
            token = read(heard)
            one.authorization = {header: f"Bearer {token}" if header == "Authorization" else token}
            assert one.ask("GET", MODELS).status == 200

    return check
