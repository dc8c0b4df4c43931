"""Every method of the official client for language models, found by looking at it, in every edition that it belongs to.

Each is called once on a model that has some of everything, and its answer goes through the client's own class and back.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from ibm_watson import ApiException, SpeechToTextV1
from ibm_watson.speech_to_text_v1 import (
    Corpora,
    Corpus,
    CustomWord,
    Grammar,
    Grammars,
    LanguageModel,
    LanguageModels,
    TrainingResponse,
    Word,
    Words,
)

from fakestt import EDITIONS, FakeSTT

BASE = "en-US_BroadbandModel"
ABNF = "#ABNF 1.0;\nlanguage en-US;\nroot $a;\n$a = the NCAA;\n"
LABEL = {"X-Watson-Metadata": "customer_id=jane"}


class Method(NamedTuple):
    """`call` is given the client and the model's id. `answer` is the class of the result; None is an empty one."""

    call: Callable[[Any, str], Any]
    answer: Any
    status: int = 200
    leaves: str = "ready"


def _grammar(client: Any, model: str) -> Any:
    return client.add_grammar(model, "more", ABNF, "application/srgs", allow_overwrite=True, headers=LABEL)


# fmt: off
METHODS = {
    "create_language_model": Method(
        lambda client, _: client.create_language_model("more", BASE, dialect="en-US", description="d"),
        LanguageModel, 201),
    "list_language_models": Method(lambda client, _: client.list_language_models(language="en-US"), LanguageModels),
    "get_language_model": Method(lambda client, model: client.get_language_model(model), LanguageModel),
    "delete_language_model": Method(lambda client, model: client.delete_language_model(model), None, leaves=""),
    "train_language_model": Method(
        lambda client, model: client.train_language_model(
            model, word_type_to_add="user", customization_weight=0.5, strict=False, force=True),
        TrainingResponse, leaves="training"),
    "reset_language_model": Method(lambda client, model: client.reset_language_model(model), None, leaves="pending"),
    "upgrade_language_model": Method(
        lambda client, model: client.upgrade_language_model(model), None, leaves="upgrading"),
    "list_corpora": Method(lambda client, model: client.list_corpora(model), Corpora),
    "add_corpus": Method(
        lambda client, model: client.add_corpus(model, "more", "a text", allow_overwrite=True, headers=LABEL),
        None, 201, "pending"),
    "get_corpus": Method(lambda client, model: client.get_corpus(model, "corpus"), Corpus),
    "delete_corpus": Method(lambda client, model: client.delete_corpus(model, "corpus"), None),
    "list_words": Method(lambda client, model: client.list_words(model, word_type="all", sort="-count"), Words),
    "add_words": Method(
        lambda client, model: client.add_words(model, [CustomWord(word="HHonors", display_as="H")], headers=LABEL),
        None, 201, "pending"),
    "add_word": Method(
        lambda client, model: client.add_word(model, "IEEE", word="IEEE", sounds_like=["I. triple E."], headers=LABEL),
        None, 201),
    "get_word": Method(lambda client, model: client.get_word(model, "IEEE"), Word),
    "delete_word": Method(lambda client, model: client.delete_word(model, "IEEE"), None),
    "list_grammars": Method(lambda client, model: client.list_grammars(model), Grammars),
    "add_grammar": Method(_grammar, None, 201, "pending"),
    "get_grammar": Method(lambda client, model: client.get_grammar(model, "grammar"), Grammar),
    "delete_grammar": Method(lambda client, model: client.delete_grammar(model, "grammar"), None),
    "delete_user_data": Method(lambda client, _: client.delete_user_data("jane"), None),
}
# fmt: on


def has(edition: str, method: str) -> bool:
    return "grammar" not in method or edition != "icp2018"


CALLED = [(edition, method) for edition in EDITIONS for method in METHODS if has(edition, method)]


def prepared(edition: str, client: Any, stt: FakeSTT) -> str:
    """A model that is ready, with a corpus, a word and, where there are any, a grammar; and a newer base."""
    model: str = client.create_language_model("words", BASE).get_result()["customization_id"]
    client.add_corpus(model, "corpus", "an IEEE text", headers=LABEL)
    stt.clock.advance_to_next()
    if has(edition, "add_grammar"):
        client.add_grammar(model, "grammar", ABNF, "application/srgs")
        stt.clock.advance_to_next()
    client.add_word(model, "hhonors", sounds_like=["hilton honors"], display_as="HHonors")
    stt.base_models.publish(BASE, f"{BASE}.v2030-01-01")
    return model


@pytest.mark.parametrize(("edition", "name"), CALLED)
def test_a_method_is_answered_in_the_client_s_own_class(edition: str, name: str) -> None:
    method, stt = METHODS[name], FakeSTT(edition=edition)
    with stt.reachable():
        client = stt.client()
        model = prepared(edition, client, stt)
        said = method.call(client, model)
        assert said.get_status_code() == method.status
        if method.answer is None:
            assert said.get_result() in ({}, None)
        else:
            read = method.answer.from_dict(said.get_result())
            assert read.to_dict() == said.get_result()
        if method.leaves:
            assert client.get_language_model(model).get_result()["status"] == method.leaves
        else:
            with pytest.raises(ApiException, match="401"):
                client.get_language_model(model)


def test_what_an_edition_lacks_is_an_unknown_path() -> None:
    stt = FakeSTT(edition="icp2018")
    with stt.reachable():
        model = prepared("icp2018", stt.client(), stt)
        for name in sorted(set(METHODS) - {method for edition, method in CALLED if edition == "icp2018"}):
            with pytest.raises(ApiException, match="404"):
                METHODS[name].call(stt.client(), model)


def test_no_method_of_the_client_is_left_out() -> None:
    paths = ("'/v1/customizations", "'/v1/user_data")
    methods = inspect.getmembers(SpeechToTextV1, inspect.isfunction)
    found = {name for name, method in methods if any(path in inspect.getsource(method) for path in paths)}
    assert found == set(METHODS)
