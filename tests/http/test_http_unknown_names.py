"""A parameter or field that no operation has: the service takes it, and the fake says so."""

from __future__ import annotations

from typing import Any

import pytest
from asking import EDITIONS, MODELS, ask

from fakestt import ConfigurationError, FakeSTT, UnknownName

CREATE = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
TRAIN = "custom_language_model=abc"


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("method", "target", "json", "note"),
    [
        ("POST", f"{MODELS}/{{id}}/train?{TRAIN}", None,
         "unknown parameter 'custom_language_model'; did you mean 'custom_language_model_id'?"),
        ("POST", MODELS, {**CREATE, "descripton": "a car"}, "unknown field 'descripton'; did you mean 'description'?"),
        ("GET", f"{MODELS}?languag=en-US&qq=1", None,
         "unknown parameter 'languag'; did you mean 'language'?, an unknown parameter"),
        ("GET", f"{MODELS}?strict=true", None, "unknown parameter 'strict'"),
        # The gateway and the state say no; the note is there all the same.
        ("POST", f"{MODELS}/{{id}}/upgrade_model?forc=true", None, "unknown parameter 'forc'; did you mean 'force'?"),
    ],
)  # fmt: skip
def test_a_note_names_it_and_what_it_may_be_meant_for(
    edition: str, method: str, target: str, json: dict[str, Any] | None, note: str
) -> None:
    stt = FakeSTT(edition=edition)
    model = stt.acoustic_models.add(status="ready")
    ask(stt, method, target.format(id=model.id), json or b"")
    assert note in (stt.journal[-1].note or "")
    assert f"{note}]" in stt.report()


def test_it_stands_behind_what_else_there_is_to_note() -> None:
    stt = FakeSTT()
    ask(stt, "GET", f"{MODELS}?qq=1", key=None)
    assert stt.journal[0].note == "no credentials; an unknown parameter"


def test_without_such_a_name_there_is_no_note() -> None:
    stt = FakeSTT()
    ask(stt, "POST", MODELS, CREATE)
    ask(stt, "GET", f"{MODELS}?language=en-US")
    assert [one.note for one in stt.journal] == [None, None]


def test_services_for_tokens_take_what_they_like() -> None:
    stt = FakeSTT(edition="cloud2025", unknown="error")
    form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=x&ims_account=1"
    ask(stt, "POST", "/identity/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
    stt.check_used()
    assert "unknown" not in stt.report()


def test_it_is_ignored_where_the_author_says_so() -> None:
    stt = FakeSTT(unknown="ignore")
    ask(stt, "POST", MODELS, {**CREATE, "descripton": "a car"})
    assert stt.journal[0].note is None


def test_an_error_is_the_author_s_and_the_client_is_answered_as_ever() -> None:
    noted, strict = FakeSTT(), FakeSTT(unknown="error")
    answers = [ask(stt, "POST", MODELS, {**CREATE, "descripton": "a car"}) for stt in (noted, strict)]
    assert answers[0].status == answers[1].status == 201
    assert answers[0].body == answers[1].body
    noted.check_used()
    ask(strict, "POST", MODELS, {**CREATE, "descripton": "the same"})
    ask(strict, "POST", MODELS, {**CREATE, "mileage": 3})
    said = (
        r"unknown field 'descripton'; did you mean 'description'\? createAcousticModel: an unknown field\. Correct them"
    )
    with pytest.raises(UnknownName, match=said):
        strict.check_used()


def test_another_value_of_the_setting_is_refused() -> None:
    with pytest.raises(
        ConfigurationError, match=r"unknown='errors': give 'note' or 'ignore' or 'error'\. Did you mean"
    ):
        FakeSTT(unknown="errors")
