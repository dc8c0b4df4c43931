"""The official client does everything that it can do with acoustic models."""

from __future__ import annotations

import io
from typing import Any

import pytest
from ibm_cloud_sdk_core.authenticators import (
    Authenticator,
    BasicAuthenticator,
    BearerTokenAuthenticator,
    IAMAuthenticator,
    NoAuthAuthenticator,
)
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

from fakestt import FakeSTT
from fakestt.media import forge

BASE = "en-US_BroadbandModel"
NEWER = f"{BASE}.v2018-07-31"


def created(client: Any, name: str = "car") -> str:
    return client.create_acoustic_model(name, BASE).get_result()["customization_id"]  # type: ignore[no-any-return]


def status(client: Any, model_id: str) -> str:
    return client.get_acoustic_model(model_id).get_result()["status"]  # type: ignore[no-any-return]


def test_a_model_goes_through_its_whole_life(stt: FakeSTT, client: Any) -> None:
    model_id = created(client)
    seen = [status(client, model_id)]
    for step in (
        lambda: client.add_audio(model_id, "audio1", forge.flac(720), content_type="audio/flac"),
        stt.clock.advance_to_next,
        lambda: client.train_acoustic_model(model_id),
        lambda: stt.clock.advance("10h"),
        lambda: stt.base_models.publish(BASE, NEWER),
        lambda: client.upgrade_acoustic_model(model_id),
        lambda: stt.clock.advance("10h"),
        lambda: client.reset_acoustic_model(model_id),
    ):
        step()
        seen.append(status(client, model_id))
    client.delete_acoustic_model(model_id)
    assert seen == [
        "pending", "pending", "ready", "training", "available", "available", "upgrading", "available", "pending",
    ]  # fmt: skip
    assert len(stt.acoustic_models) == 0


def test_a_created_model_is_listed_and_got_alike(stt: FakeSTT, client: Any) -> None:
    made = client.create_acoustic_model("car", BASE, description="noisy")
    model_id = made.get_result()["customization_id"]
    listed = client.list_acoustic_models().get_result()
    assert made.get_status_code() == 201
    assert listed["customizations"] == [client.get_acoustic_model(model_id).get_result()]
    assert listed["customizations"][0]["description"] == "noisy"


@pytest.mark.parametrize(("language", "count"), [("en-US", 1), ("ja-JP", 0)])
def test_a_list_can_be_narrowed_to_a_language(client: Any, language: str, count: int) -> None:
    created(client)
    assert len(client.list_acoustic_models(language=language).get_result()["customizations"]) == count


def test_language_models_by_hand_are_listed_and_got_alike(stt: FakeSTT, client: Any) -> None:
    words = stt.language_models.add(name="words", base_model_name=BASE)
    listed = client.list_language_models().get_result()
    assert listed == {"customizations": [client.get_language_model(words.id).get_result()]}
    assert LanguageModels.from_dict(listed).customizations[0].name == "words"
    assert client.list_language_models(language="ja-JP").get_result() == {"customizations": []}


def test_a_language_model_goes_through_its_whole_life(stt: FakeSTT, client: Any) -> None:
    def look() -> LanguageModel:
        return LanguageModel.from_dict(client.get_language_model(words.id).get_result())

    made = client.create_language_model("words", BASE, dialect="en-US", description="drums")
    words = stt.language_models[made.get_result()["customization_id"]]
    assert (made.get_status_code(), look().status, look().dialect, look().description) == (
        201, "pending", "en-US", "drums",
    )  # fmt: skip
    client.delete_language_model(words.id)
    words = stt.language_models.add(status="ready", invalid_words=["75.00"])
    with pytest.raises(ApiException, match="has not completed successfully"):
        client.train_language_model(words.id)
    words = stt.language_models.add(status="ready")
    trained = client.train_language_model(words.id, word_type_to_add="user", customization_weight=0.3, strict=True)
    assert TrainingResponse.from_dict(trained.get_result()).warnings is None
    assert look().status == "training"
    stt.clock.advance_to_next()
    assert (look().status, look().progress) == ("available", 100)
    stt.base_models.publish(BASE, NEWER)
    client.upgrade_language_model(words.id)
    assert look().status == "upgrading"
    stt.clock.advance_to_next()
    assert (look().status, look().versions[-1]) == ("available", NEWER)
    client.reset_language_model(words.id)
    assert (look().status, look().progress) == ("pending", 0)
    client.delete_language_model(words.id)
    assert words.id not in stt.language_models


def test_a_training_without_strictness_is_warned_of_in_the_client_s_own_class() -> None:
    stt = FakeSTT(edition="cloud2025")
    words = stt.language_models.add(status="ready", invalid_words=["75.00"])
    with stt.reachable():
        answer = stt.client().train_language_model(words.id, strict=False, force=True).get_result()
    (warning,) = TrainingResponse.from_dict(answer).warnings
    assert (warning.code, "[75.00]" in warning.message) == ("invalid_words", True)


def test_corpora_are_added_listed_got_and_deleted(stt: FakeSTT, client: Any) -> None:
    words = client.create_language_model("words", BASE).get_result()["customization_id"]
    with pytest.raises(ApiException, match="not found"):
        client.get_corpus(words, "one")
    texts: dict[str, Any] = {"one": "an IEEE text", "two": b"bytes", "three": io.BytesIO(b"a file"), "bad": b"\xff"}
    for name, text in texts.items():
        assert client.add_corpus(words, name, text).get_status_code() == 201
        assert Corpus.from_dict(client.get_corpus(words, name).get_result()).status == "being_processed"
        stt.clock.advance_to_next()
    corpora = Corpora.from_dict(client.list_corpora(words).get_result()).corpora
    assert [(one.name, one.total_words, one.out_of_vocabulary_words, one.status) for one in corpora] == [
        ("one", 3, 1, "analyzed"), ("two", 1, 0, "analyzed"), ("three", 2, 0, "analyzed"),
        ("bad", 0, 0, "undetermined"),
    ]  # fmt: skip
    assert corpora[3].error.startswith("Analysis of corpus 'bad' failed.")
    client.add_corpus(words, "bad", "good", allow_overwrite=True)
    stt.clock.advance_to_next()
    client.delete_corpus(words, "one")
    assert [one["name"] for one in client.list_corpora(words).get_result()["corpora"]] == ["two", "three", "bad"]
    client.train_language_model(words)
    stt.clock.advance_to_next()
    assert client.get_language_model(words).get_result()["status"] == "available"


ABNF, XML = "application/srgs", "application/srgs+xml"


def test_grammars_are_added_listed_got_and_deleted() -> None:
    stt = FakeSTT(edition="cloud2025")
    with stt.reachable():
        client = stt.client()
        model = client.create_language_model("words", BASE).get_result()["customization_id"]
        with pytest.raises(ApiException, match="not found"):
            client.get_grammar(model, "one")
        texts: dict[str, tuple[Any, str]] = {
            "one": ("#ABNF 1.0; $a = the IEEE;", ABNF),
            "two": (io.BytesIO(b'<grammar><rule id="a">NCAA</rule></grammar>'), XML),
            "bad": ("/path/of/a/grammar.abnf", ABNF),
        }
        for name, (text, kind) in texts.items():
            assert client.add_grammar(model, name, text, kind).get_status_code() == 201
            assert Grammar.from_dict(client.get_grammar(model, name).get_result()).status == "being_processed"
            stt.clock.advance_to_next()
        grammars = Grammars.from_dict(client.list_grammars(model).get_result()).grammars
        assert [(one.name, one.out_of_vocabulary_words, one.status) for one in grammars] == [
            ("one", 1, "analyzed"), ("two", 1, "analyzed"), ("bad", 0, "undetermined"),
        ]  # fmt: skip
        assert grammars[2].error.startswith("Analysis of grammar 'bad' failed. Please try fixing the error or adding")
        failed = LanguageModel.from_dict(client.get_language_model(model).get_result())
        assert (failed.status, "Cannot compile grammar" in failed.error) == ("ready", True)
        words = Words.from_dict(client.list_words(model, word_type="grammars").get_result()).words
        assert [(one.word, one.source) for one in words] == [("IEEE", ["one"]), ("NCAA", ["two"])]
        with pytest.raises(ApiException, match="already exists"):
            client.add_grammar(model, "one", "x", ABNF)
        trained = TrainingResponse.from_dict(client.train_language_model(model, strict=False).get_result())
        assert [warning.code for warning in trained.warnings] == ["invalid_grammar_files"]
        stt.clock.advance_to_next()
        client.delete_grammar(model, "bad")
        assert client.get_language_model(model).get_result()["status"] == "ready"
        assert [one["name"] for one in client.list_grammars(model).get_result()["grammars"]] == ["one", "two"]


def test_words_are_added_listed_got_and_deleted(stt: FakeSTT, client: Any) -> None:
    model = client.create_language_model("words", BASE).get_result()["customization_id"]
    many = [CustomWord(word="IEEE", sounds_like=["I. triple E."]), CustomWord(word="75.00", sounds_like=["75 dollars"])]
    assert client.add_words(model, many).get_status_code() == 201
    with pytest.raises(ApiException, match="locked"):
        client.add_word(model, "NCAA")
    stt.clock.advance_to_next()
    assert client.add_word(model, "NCAA", display_as="N.C.A.A.").get_status_code() == 201
    with pytest.raises(ValueError, match="element"):  # the client's class is not of the form that the pages print
        Word.from_dict(client.get_word(model, "75.00").get_result())
    with pytest.raises(ApiException, match="Numbers are not allowed"):
        client.add_word(model, "IBM", sounds_like=["1 B M"])
    with pytest.raises(ApiException, match="has not completed successfully"):
        client.train_language_model(model)
    client.delete_word(model, "75.00")
    with pytest.raises(ApiException, match="not found"):
        client.get_word(model, "75.00")
    assert Word.from_dict(client.get_word(model, "NCAA").get_result()).display_as == "N.C.A.A."
    words = Words.from_dict(client.list_words(model, word_type="user", sort="+alphabetical").get_result()).words
    assert [(one.word, one.sounds_like, one.display_as, one.count, one.source) for one in words] == [
        ("IEEE", ["I. triple E."], "IEEE", 1, ["user"]),
        ("NCAA", ["N. C. A. A.", "NCAA"], "N.C.A.A.", 1, ["user"]),
    ]
    client.train_language_model(model)
    stt.clock.advance_to_next()
    assert client.get_language_model(model).get_result()["status"] == "available"


@pytest.mark.parametrize(
    ("data", "content_type", "codec"),
    [
        (forge.wav(3), "audio/wav", "pcm_s16le"),
        (forge.flac(3), "audio/flac", "flac"),
        (forge.raw(3), "audio/l16;rate=16000", "pcm_s16le"),
    ],
    ids=["wav", "flac", "l16"],
)
def test_audio_is_read_for_what_it_is(stt: FakeSTT, client: Any, data: bytes, content_type: str, codec: str) -> None:
    model_id = created(client)
    assert client.add_audio(model_id, "one", data, content_type=content_type).get_status_code() == 201
    stt.clock.advance_to_next()
    audio = client.get_audio(model_id, "one").get_result()
    assert (audio["status"], audio["duration"], audio["details"]["codec"]) == ("ok", 3, codec)


def test_an_archive_from_a_file_object_lists_its_members(stt: FakeSTT, client: Any) -> None:
    model_id = created(client)
    archive = io.BytesIO(forge.zip_of({"a.wav": forge.wav(3), "b.wav": forge.wav(4)}))
    client.add_audio(model_id, "both.zip", archive, content_type="application/zip", contained_content_type="audio/wav")
    stt.clock.advance_to_next()
    listing = client.get_audio(model_id, "both.zip").get_result()
    assert listing["container"]["duration"] == 7
    assert [audio["name"] for audio in listing["audio"]] == ["a.wav", "b.wav"]


def test_overwriting_replaces_audio(stt: FakeSTT, client: Any) -> None:
    model_id = created(client)
    for seconds in (3, 5):
        client.add_audio(model_id, "one", forge.wav(seconds), content_type="audio/wav", allow_overwrite=True)
        stt.clock.advance_to_next()
    assert client.get_audio(model_id, "one").get_result()["duration"] == 5


def test_deleted_audio_is_in_no_list(stt: FakeSTT, client: Any) -> None:
    model_id = stt.acoustic_models.add(status="ready").id
    client.delete_audio(model_id, "audio1")
    assert client.list_audio(model_id).get_result() == {"total_minutes_of_audio": 0.0, "audio": []}


def test_user_data_goes_with_its_customer(stt: FakeSTT, client: Any) -> None:
    model_id = created(client)
    headers = {"X-Watson-Metadata": "customer_id=cust-1"}
    client.add_audio(model_id, "one", forge.wav(3), content_type="audio/wav", headers=headers)
    client.delete_user_data("cust-2")
    kept = len(stt.acoustic_models[model_id].audio)
    client.delete_user_data("cust-1")
    assert (kept, len(stt.acoustic_models[model_id].audio)) == (1, 0)


def test_base_models_are_listed_and_got_alike(stt: FakeSTT, client: Any) -> None:
    models = client.list_models().get_result()["models"]
    assert [model["name"] for model in models] == list(stt.base_models)
    assert client.get_model(BASE).get_result() in models


def test_training_without_strictness_says_what_it_leaves_out() -> None:
    stt = FakeSTT(edition="cloud2025")
    with stt.reachable():
        model_id = stt.acoustic_models.add(status="ready", invalid_audio=1).id
        answer = stt.client().train_acoustic_model(model_id, strict=False).get_result()
    assert [warning["code"] for warning in answer["warnings"]] == ["invalid_audio_files"]
    assert stt.acoustic_models[model_id].status == "training"


def test_a_language_model_helps_a_training(stt: FakeSTT, client: Any) -> None:
    model_id = stt.acoustic_models.add(status="ready").id
    helper = stt.language_models.add(base_model_name=BASE)
    client.train_acoustic_model(model_id, custom_language_model_id=helper.id)
    assert status(client, model_id) == "training"


# Credentials


AUTHENTICATORS: dict[str, Authenticator] = {
    "iam": IAMAuthenticator("k"),
    "basic": BasicAuthenticator("apikey", "k"),
    "bearer": BearerTokenAuthenticator("k"),
}


@pytest.mark.parametrize("kind", AUTHENTICATORS)
def test_the_clients_own_default_url_leads_to_the_fake(stt: FakeSTT, kind: str) -> None:
    client = SpeechToTextV1(authenticator=AUTHENTICATORS[kind])
    assert created(client) in stt.acoustic_models


def test_a_token_is_asked_for_once(stt: FakeSTT) -> None:
    client = SpeechToTextV1(authenticator=IAMAuthenticator("k"))
    for _ in range(3):
        client.list_acoustic_models()
    assert stt.journal.count("getToken") == 1


def test_without_credentials_a_client_is_refused(stt: FakeSTT) -> None:
    with pytest.raises(ApiException, match=r"(?i)code: 401"):
        SpeechToTextV1(authenticator=NoAuthAuthenticator()).list_acoustic_models()


def test_a_fake_without_credentials_asks_for_none() -> None:
    stt = FakeSTT(auth=None)
    with stt.reachable():
        client = SpeechToTextV1(authenticator=NoAuthAuthenticator())
        client.set_service_url(stt.url)
        assert created(client) in stt.acoustic_models


@pytest.mark.parametrize("edition", ["icp2018", "icp2020", "cloud2025", "cp4d2025"])
def test_the_ready_client_fits_a_strict_fake_of_each_edition(edition: str) -> None:
    stt = FakeSTT(edition=edition, auth="strict")
    with stt.reachable():
        assert created(stt.client()) in stt.acoustic_models


# Switches of the client


def test_verification_can_be_switched_off_without_a_warning(client: Any) -> None:
    client.set_disable_ssl_verification(True)
    assert client.list_acoustic_models().get_status_code() == 200


def test_a_gzipped_body_is_unpacked(stt: FakeSTT, client: Any) -> None:
    client.set_enable_gzip_compression(True)
    model_id = created(client, "a name that is long enough to be packed")
    client.add_audio(model_id, "one", forge.wav(3), content_type="audio/wav")
    audio = stt.acoustic_models[model_id].audio["one"]
    assert stt.acoustic_models[model_id].name == "a name that is long enough to be packed"
    assert audio.size_bytes == len(forge.wav(3))
