"""The whole life of a language model, driven with the SDK that is installed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from installed import HAS_MAPPING_ONLY, HAS_STRICT_WORDS, parse, refused, speech_to_text_v1

from fakestt import FakeSTT

BASE = "en-US_BroadbandModel"
NEWER = f"{BASE}.v2019-03-08"


def words(stt: FakeSTT, client: Any) -> str:
    """Create, give it corpora and words, train, upgrade, reset and delete it. Returns the statuses that were seen."""
    made = client.create_language_model("Wörter 東京", BASE, dialect="en-US", description="drums ✓")
    assert made.get_status_code() == 201, made
    model_id = made.get_result()["customization_id"]
    shown = client.get_language_model(model_id).get_result()
    assert (shown["name"], shown["description"], shown["dialect"]) == ("Wörter 東京", "drums ✓", "en-US")
    assert client.list_language_models().get_result() == {"customizations": [shown]}
    assert client.list_language_models(language="ja-JP").get_result() == {"customizations": []}
    seen = [shown["status"]]

    def look(at: str) -> None:
        seen.append(client.get_language_model(model_id).get_result()["status"])
        assert seen[-1] == at, seen

    refused(400, lambda: client.train_language_model(model_id), "No input data available")
    look("failed")
    _corpora(stt, client, model_id)
    look("ready")
    _words(stt, client, model_id)
    look("ready")

    more = {"strict": True} if HAS_STRICT_WORDS else {}
    trained = client.train_language_model(model_id, word_type_to_add="all", customization_weight=0.3, **more)
    assert trained.get_status_code() == 200
    look("training")
    refused(409, lambda: client.delete_language_model(model_id), "locked")
    stt.clock.advance_to_next()
    look("available")
    refused(400, lambda: client.train_language_model(model_id), "No input data modified since last training")
    stt.base_models.publish(BASE, NEWER)
    client.upgrade_language_model(model_id)
    look("upgrading")
    stt.clock.advance_to_next()
    look("available")
    versions = client.get_language_model(model_id).get_result()["versions"]
    assert [one == NEWER for one in versions] == [False, True], versions
    parse(
        {
            "LanguageModel": lambda: client.get_language_model(model_id),
            "LanguageModels": client.list_language_models,
            "Corpus": lambda: client.get_corpus(model_id, "menu+ä"),
            "Corpora": lambda: client.list_corpora(model_id),
            "Word": lambda: client.get_word(model_id, "IEEE"),
            "Words": lambda: client.list_words(model_id),
        }
    )
    helped = stt.acoustic_models.add(status="ready", versions=[NEWER]).id
    assert client.train_acoustic_model(helped, custom_language_model_id=model_id).get_status_code() == 200

    assert client.reset_language_model(model_id).get_status_code() == 200
    look("pending")
    assert client.list_corpora(model_id).get_result() == {"corpora": []}
    assert client.list_words(model_id).get_result() == {"words": []}
    gone = client.delete_language_model(model_id)
    assert (gone.get_status_code(), gone.get_result()) == (200, {})
    refused(401, lambda: client.get_language_model(model_id))
    return " > ".join(one for at, one in enumerate(seen) if at == 0 or seen[at - 1] != one)


def _corpora(stt: FakeSTT, client: Any, model_id: str) -> None:
    """Text, then a file that is read in pieces, under a name that must be percent-encoded."""
    added = client.add_corpus(model_id, "drums", "play the paradiddles with IEEE")
    assert (added.get_status_code(), added.get_result()) == (201, {})
    refused(409, lambda: client.add_corpus(model_id, "two", "text"), "locked")
    assert client.get_corpus(model_id, "drums").get_result()["status"] == "being_processed"
    stt.clock.advance_to_next()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "menu.txt")  # old SDKs send its name, and take nothing but a real file for one
        path.write_bytes("One McFlurry with ® cookies to go.\n".encode() * 1000)
        with path.open("rb") as file:
            client.add_corpus(model_id, "menu+ä", file)
    stt.clock.advance_to_next()
    menu = client.get_corpus(model_id, "menu+ä").get_result()
    assert menu == {"name": "menu+ä", "status": "analyzed", "total_words": 7000, "out_of_vocabulary_words": 1}, menu
    listed = client.list_corpora(model_id).get_result()["corpora"]
    assert [one["name"] for one in listed] == ["drums", "menu+ä"], listed
    refused(400, lambda: client.add_corpus(model_id, "drums", "text"), "already exists")
    client.add_corpus(model_id, "drums", "play the paradiddles with NCAA", allow_overwrite=True)
    stt.clock.advance_to_next()
    client.add_corpus(model_id, "three", "no more")
    stt.clock.advance_to_next()
    assert client.delete_corpus(model_id, "three").get_status_code() == 200
    refused(400, lambda: client.get_corpus(model_id, "three"))
    assert _spellings(client, model_id) == ["McFlurry", "NCAA", "paradiddles"]


def _words(stt: FakeSTT, client: Any, model_id: str) -> None:
    """Many words, as the SDK's own records; one word; one that is refused; and each way to list them."""
    record = speech_to_text_v1.CustomWord
    many = [record(word="IEEE", sounds_like=["I. triple E."]), record(word="hhonors", display_as="HHonors")]
    assert client.add_words(model_id, many).get_status_code() == 201
    refused(409, lambda: client.add_words(model_id, many), "locked")
    stt.clock.advance_to_next()
    more = {"mapping_only": ["x"]} if HAS_MAPPING_ONLY else {}
    assert client.add_word(model_id, "Bürö", sounds_like=["bureau"], **more).get_status_code() == 201
    refused(400, lambda: client.add_word(model_id, "bad", sounds_like=["7 up"]), "Numbers are not allowed")
    ieee = client.get_word(model_id, "IEEE").get_result()
    assert (ieee["sounds_like"], ieee["source"], ieee["count"]) == (["I. triple E."], ["user"], 1), ieee
    assert _spellings(client, model_id, word_type="user") == ["Bürö", "IEEE", "hhonors"]
    assert _spellings(client, model_id, word_type="corpora", sort="-alphabetical") == [
        "paradiddles",
        "NCAA",
        "McFlurry",
    ]
    assert _spellings(client, model_id, sort="count")[0] == "McFlurry"
    assert client.delete_word(model_id, "Bürö").get_status_code() == 200
    refused(400, lambda: client.get_word(model_id, "Bürö"))


def _spellings(client: Any, model_id: str, **query: str) -> list[str]:
    return [word["word"] for word in client.list_words(model_id, **query).get_result()["words"]]
