"""Which names a script for an analysis may have: those of all that it may be for, by the rules of the edition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asking import ask

from fakestt import FakeSTT, NeverCame, ScriptError

Say = Callable[[FakeSTT], Any]
LONG = "a" * 200


@pytest.mark.parametrize("edition", ["icp2018", "icp2020", "cloud2025"])
def test_the_words_of_a_model_are_found_by_its_name_whatever_audio_may_be_called(edition: str) -> None:
    stt = FakeSTT(edition=edition)
    stt.script.analysis("my words", takes="1h")
    stt.script.language.analysis(LONG, takes="2h")
    for name in ("my words", LONG):
        model = stt.language_models.add(name=name, status="pending")
        assert ask(stt, "POST", f"/v1/customizations/{model.id}/words", {"words": [{"word": "IEEE"}]}).status == 201
    assert [round(at_s - stt.clock.now()) for at_s, *_ in stt.clock.pending()] == [3600, 7200]


@pytest.mark.parametrize(
    ("edition", "say", "said"),
    [
        ("icp2018", lambda stt: stt.script.acoustic, "takes no audio with a name longer than 128 characters."),
        ("icp2018", lambda stt: stt.acoustic_models.add().script, "takes no audio with a name longer than 128"),
        (
            "cloud2025",
            lambda stt: stt.script,
            "takes no audio with a name longer than 128 characters and no language model with a name longer than 256 "
            "characters and no corpus with a name longer than 128 characters and no grammar with a name longer than "
            "128 characters.",
        ),
        (
            "cloud2025",
            lambda stt: stt.language_models.add().script,
            "takes no language model with a name longer than 256 characters and no corpus with a name longer than 128 "
            "characters and no grammar with a name longer than 128 characters.",
        ),
    ],
)
def test_a_name_that_nothing_can_have_which_is_meant_is_refused(edition: str, say: Say, said: str) -> None:
    stt = FakeSTT(edition=edition)
    with pytest.raises(ScriptError) as caught:
        say(stt).analysis("a" * 300, takes=1)
    assert f"edition {edition} {said}" in str(caught.value)
    say(stt).analysis("a" * 300 + "[", takes=1, optional=True)  # a glob, as far as anyone can tell


def test_characters_are_those_of_the_kind() -> None:
    stt = FakeSTT(edition="cloud2025")
    stt.script.analysis("a/b", takes=1, optional=True)  # audio may be called so, and a model may not
    with pytest.raises(ScriptError, match="no corpus with a name longer than 128 characters"):
        stt.script.language.analysis("a/b" * 60, takes=1)


def test_a_script_for_one_kind_says_so_in_its_complaint() -> None:
    stt = FakeSTT()
    stt.script.language.training("car", fails="x")
    stt.acoustic_models.add(name="car", status="training")
    stt.clock.advance("1h")
    with pytest.raises(NeverCame) as caught:
        stt.check_used()
    assert "script.language.training('car', fails='x'): no model of this name was trained since among language" in str(
        caught.value
    )
    assert "test: script.language.training('car', fails='x')" in stt.report()
