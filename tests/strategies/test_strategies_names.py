"""A name that is drawn as valid is taken by the edition, and one that is drawn as invalid is answered 400."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from strategies_rig import ALL_EDITIONS, MANY, SOME, answered

from fakestt import ConfigurationError, FakeSTT, strategies
from fakestt.media import forge

Ask = Callable[[FakeSTT, str], int]
BASE = "en-US_BroadbandModel"


def create_acoustic(stt: FakeSTT, name: str) -> int:
    return answered(stt, "POST", "acoustic_customizations", json={"name": name, "base_model_name": BASE})


def create_language(stt: FakeSTT, name: str) -> int:
    return answered(stt, "POST", "customizations", json={"name": name, "base_model_name": BASE})


def add_audio(stt: FakeSTT, name: str) -> int:
    model = stt.acoustic_models.add()
    more = {"data": forge.wav(1), "headers": {"Content-Type": "audio/wav"}}
    return answered(stt, "POST", "acoustic_customizations", model.id, "audio", name, **more)


def add_corpus(stt: FakeSTT, name: str) -> int:
    model = stt.language_models.add()
    return answered(stt, "POST", "customizations", model.id, "corpora", name, data=b"IEEE\n")


def add_word(stt: FakeSTT, name: str) -> int:
    return answered(stt, "PUT", "customizations", stt.language_models.add().id, "words", name, json={})


def add_words(stt: FakeSTT, name: str) -> int:
    model = stt.language_models.add()
    return answered(stt, "POST", "customizations", model.id, "words", json={"words": [{"word": name}]})


KINDS: list[tuple[str, Ask]] = [
    ("model_names", create_acoustic),
    ("model_names", create_language),
    ("audio_names", add_audio),
    ("corpus_names", add_corpus),
    ("words", add_word),
    ("words", add_words),
]


@pytest.mark.parametrize("edition", ALL_EDITIONS)
@pytest.mark.parametrize(("strategy", "ask"), KINDS, ids=lambda one: getattr(one, "__name__", one))
@SOME
@given(data=st.data())
def test_a_name_is_taken_and_an_invalid_one_is_refused(
    edition: str, strategy: str, ask: Ask, data: st.DataObject
) -> None:
    for kind, status in ((strategy, 201), (f"invalid_{strategy}", 400)):
        name = data.draw(getattr(strategies, kind)(edition))
        assert ask(FakeSTT(edition=edition), name) == status


def test_a_name_shrinks_to_one_character() -> None:
    assert find(strategies.audio_names(), lambda name: True, settings=MANY) == "0"


@pytest.mark.parametrize(("edition", "most"), [("icp2018", 256), ("cloud2025", 256)])
def test_a_name_may_be_as_long_as_possible(edition: str, most: int) -> None:
    assert find(strategies.model_names(edition), lambda name: len(name) == most, settings=MANY) == "n" * most


def test_a_name_is_no_folder_of_its_path() -> None:
    dots = {".", ".."}

    @SOME
    @given(strategies.audio_names("cloud2025"))
    def never(name: str) -> None:
        assert name not in dots

    never()


def test_an_unknown_edition_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="Did you mean 'icp2018'"):
        strategies.model_names("icp2081")
