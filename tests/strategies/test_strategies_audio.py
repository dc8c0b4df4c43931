"""Audio that is drawn as valid comes out `ok`, the other `invalid`; and the repr of either makes it again."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from strategies_rig import ALL_EDITIONS, MANY, SOME, answered

from fakestt import ConfigurationError, FakeSTT, strategies
from fakestt.media import forge
from fakestt.strategies import Forged


def analysed(edition: str, file: Forged) -> str:
    stt = FakeSTT(edition=edition)
    model = stt.acoustic_models.add()
    more = {"data": file, "headers": {"Content-Type": file.content_type}}
    assert answered(stt, "POST", "acoustic_customizations", model.id, "audio", "a", **more) == 201
    stt.clock.advance("1h")
    return model.audio["a"].status


@pytest.mark.parametrize("edition", ALL_EDITIONS)
@SOME
@given(data=st.data())
def test_audio_comes_out_as_it_was_drawn(edition: str, data: st.DataObject) -> None:
    assert analysed(edition, data.draw(strategies.audio(edition))) == "ok"
    assert analysed(edition, data.draw(strategies.invalid_audio())) == "invalid"


@SOME
@given(strategies.audio("cloud2025") | strategies.invalid_audio())
def test_the_repr_of_audio_makes_it_again(file: Forged) -> None:
    assert eval(repr(file), {"forge": forge}) == file
    for again in (copy.deepcopy(file), pickle.loads(pickle.dumps(file))):
        assert (again, repr(again), again.content_type) == (file, repr(file), file.content_type)


@pytest.mark.slow
def test_audio_shrinks_to_a_second() -> None:
    assert repr(find(strategies.audio(), lambda file: True, settings=MANY)) == "forge.flac(1, 16000)"
    assert repr(find(strategies.audio(rate_hz=8_000, least_s=10), bool, settings=MANY)) == "forge.flac(10, 8000)"
    assert repr(find(strategies.invalid_audio(), lambda file: True, settings=MANY)) == "forge.not_audio()"


@SOME
@given(strategies.audio(least_s=600, most_s=900))
def test_long_audio_is_small(file: Forged) -> None:
    assert file.content_type == "audio/flac"
    assert len(file) < 200_000


def test_audio_that_cannot_be_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="rate_hz=1: possible are 8000, "):
        strategies.audio(rate_hz=1)
    with pytest.raises(ConfigurationError, match="least_s=9, most_s=8: give whole seconds"):
        strategies.audio(least_s=9, most_s=8)
