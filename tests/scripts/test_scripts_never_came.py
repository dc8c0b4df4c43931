"""A script for a name that nothing has had by the end of the test is a mistake, and told."""

from __future__ import annotations

from typing import Any

import pytest
from asking import add, create

from fakestt import FakeSTT, NeverCame, ScriptError
from fakestt.media import forge


def act(stt: FakeSTT, *, model: str = "car", audio: str = "audio1") -> Any:
    """Everything that scripts are about happens once."""
    placed = stt.acoustic_models.add(name=model, status="training")
    stt.acoustic_models.add(name=model, status="upgrading", versions=["old"])
    add(stt, create(stt, "bus"), audio, forge.wav(60))
    return placed


SCRIPTS = {
    "training": ("car", {"takes": "1h"}, "no model of this name was trained", "'cat'"),
    "upgrade": ("car", {"fails": True}, "no model of this name was upgraded", "'cat'"),
    "analysis": ("audio1", {"stalls": True}, "nothing of this name was analysed", "'audio2'"),
    "audio": ("audio1", {"duration": 60}, "no audio of this name was added", "'audio2'"),
}


@pytest.mark.parametrize("word", SCRIPTS)
def test_a_name_that_never_came_is_told_with_what_came_instead(stt: FakeSTT, word: str) -> None:
    name, words, never, other = SCRIPTS[word]
    getattr(stt.script, word)(name, **words)
    act(stt, model="cat", audio="audio2")
    with pytest.raises(NeverCame) as told:
        stt.check_used()
    call, _, said = str(told.value).partition(": ")
    assert call.startswith(f"script.{word}({name!r}, ")
    assert said == (
        f"{never} since, so the test does not show what it says. Did you mean {other}? Others were: {other}. "
        "Mend the name, or write optional=True if it need not come."
    )


@pytest.mark.parametrize("word", SCRIPTS)
def test_a_name_that_came_is_not_told(stt: FakeSTT, word: str) -> None:
    name, words, *_ = SCRIPTS[word]
    getattr(stt.script, word)(name, **words)
    act(stt)
    stt.check_used()


@pytest.mark.parametrize("which", [None, "c*", "audio?", "[ab]", str.isspace], ids=["all", "*", "?", "[", "function"])
@pytest.mark.parametrize("word", SCRIPTS)
def test_what_is_for_all_of_a_kind_need_not_come(stt: FakeSTT, word: str, which: Any) -> None:
    getattr(stt.script, word)(which, **SCRIPTS[word][1])
    stt.check_used()


@pytest.mark.parametrize("word", SCRIPTS)
def test_an_optional_name_need_not_come_and_is_a_script_like_any_other(stt: FakeSTT, word: str) -> None:
    name, words, *_ = SCRIPTS[word]
    getattr(stt.script, word)(name, **words, optional=True)
    stt.check_used()
    before = (stt.clock.pending(), stt.clock.stalled())
    act(stt)
    assert (stt.clock.pending(), stt.clock.stalled()) != before


@pytest.mark.parametrize("word", SCRIPTS)
def test_an_optional_that_is_neither_true_nor_false_is_refused(stt: FakeSTT, word: str) -> None:
    name, words, *_ = SCRIPTS[word]
    with pytest.raises(ScriptError, match=rf"script\.{word}\(.*: optional='yes' is neither True nor False"):
        getattr(stt.script, word)(name, **words, optional="yes")


def test_a_script_that_came_too_late_is_told(stt: FakeSTT) -> None:
    act(stt)
    stt.clock.advance("1d")
    stt.script.training("car", fails=True)
    with pytest.raises(NeverCame, match=r"no model of this name was trained since, .* says\. Mend the name"):
        stt.check_used()


def test_a_script_for_what_goes_on_already_has_met_it(stt: FakeSTT) -> None:
    act(stt)
    stt.script.training("car", fails=True)
    stt.script.analysis("audio1", takes=5)
    stt.script.audio("audio1", duration=5)
    stt.check_used()


@pytest.mark.parametrize("word", SCRIPTS)
def test_a_script_that_a_later_one_overrules_has_met_its_name_all_the_same(stt: FakeSTT, word: str) -> None:
    name, words, *_ = SCRIPTS[word]
    for which in (name, name[:2] + "*", None):
        getattr(stt.script, word)(which, **words)
    act(stt)
    stt.check_used()


def test_a_file_in_an_archive_is_met_by_its_own_name(stt: FakeSTT) -> None:
    stt.script.audio("two.wav", duration=60)
    files = {"one.wav": forge.wav(1), "two.wav": b"anything"}
    add(stt, create(stt), "all", forge.zip_of(files), content_type="application/zip")
    stt.check_used()


def test_audio_of_another_model_is_none_of_this_ones(stt: FakeSTT) -> None:
    model = act(stt)
    model.script.analysis("audio9", takes="1h")
    add(stt, create(stt, "tram"), "audio9", forge.wav(60))
    with pytest.raises(NeverCame, match="nothing of this name was analysed since") as told:
        stt.check_used()
    assert "Others were" not in str(told.value)


# The script of one model


@pytest.mark.parametrize("word", ["training", "upgrade"])
def test_a_models_own_script_takes_no_other_name(stt: FakeSTT, word: str) -> None:
    model = act(stt)
    with pytest.raises(ScriptError, match=rf"script\.{word}\('bus', takes=1\): this is the script of one model.*stt\."):
        getattr(model.script, word)("bus", takes=1)


def test_what_is_said_of_all_models_is_not_said_to_one() -> None:
    stt = FakeSTT(edition="icp2020", start=0)
    with pytest.raises(ScriptError, match=r"it is said of all models at once\. Say it to stt\.script"):
        stt.acoustic_models.add().script.upgrade(needs_force=True)


def test_a_models_own_script_need_not_come(stt: FakeSTT) -> None:
    model = act(stt)
    model.script.training(fails=True)
    model.script.upgrade(takes=1)
    stt.check_used()
