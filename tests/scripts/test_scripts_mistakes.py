"""A script for what cannot be is refused when it is said: what was given, what is possible, what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import requests
from asking import add, create

from fakestt import FakeSTT, ScriptError
from fakestt.media import forge

Say = Callable[[Any], object]
NOW = ["'now'", "is not a duration", "Give seconds"]


def clumsy(name: str) -> bool:
    """A function with a mistake in it."""
    raise KeyError(name)


@pytest.mark.parametrize(
    ("say", "parts"),
    [
        # nothing is said
        (lambda s: s.training(), ["script.training(): say what is different: takes='45m', fails='why'", "stalls=True"]),
        (lambda s: s.training("car"), ["script.training('car'): say what is different"]),
        (lambda s: s.training(fails=False, stalls=False), ["script.training(fails=False): say what is different"]),
        (lambda s: s.training(fails=""), ["say what is different"]),
        (lambda s: s.upgrade(), ["script.upgrade(): say what is different"]),
        (lambda s: s.upgrade("car"), ["script.upgrade('car'): say what is different"]),
        (
            lambda s: s.analysis(),
            ["script.analysis(): say what is different: takes='30s', invalid=True or st"],
        ),
        (lambda s: s.analysis("a"), ["script.analysis('a'): say what is different"]),
        # what can't be said together
        (lambda s: s.training(takes="1h", after="2h"), ["takes='1h', after='2h'", "both say how long", "give one"]),
        (lambda s: s.training(takes="1h", stalls=True), ["takes='1h', stalls=True): what stalls does not end"]),
        (lambda s: s.training(takes=0, stalls=True), ["what stalls does not end"]),
        (lambda s: s.training(after="1h", stalls=True), ["what stalls does not end"]),
        (lambda s: s.training(fails="x", stalls=True), ["what stalls does not end. Give stalls=True alone"]),
        (lambda s: s.upgrade(fails=True, stalls=True), ["script.upgrade(fails=True, stalls=True): what stalls"]),
        (lambda s: s.analysis(invalid=True, stalls=True), ["what stalls does not end"]),
        (lambda s: s.analysis(takes=1, stalls=True), ["what stalls does not end"]),
        # durations
        (lambda s: s.training(takes="now"), ["script.training(takes='now')", *NOW]),
        (lambda s: s.training(fails="x", after="now"), NOW),
        (lambda s: s.analysis(takes="now"), NOW),
        (lambda s: s.audio(duration="now"), NOW),
        (lambda s: s.training(takes=True), ["True is not a duration"]),
        (lambda s: s.analysis(takes=[]), ["[] is not a duration"]),
        (lambda s: s.training(takes=-1), ["-1 is negative; nothing ends before it begins"]),
        (lambda s: s.upgrade(takes=timedelta(-1)), ["is negative"]),
        (lambda s: s.training(takes=float("inf")), ["inf is not a duration", "What never ends: stalls=True"]),
        (lambda s: s.training(takes=float("nan")), ["nan is not a duration"]),
        (lambda s: s.training(takes="99999999d"), ["'99999999d' is not a duration", "stalls=True"]),
        (lambda s: s.training(takes=timedelta.max), ["is not a duration", "a thousand years at most"]),
        # words of the wrong kind
        (lambda s: s.training(stalls="yes"), ["stalls='yes' is neither True nor False"]),
        (lambda s: s.analysis(stalls=1), ["stalls=1 is neither True nor False"]),
        (lambda s: s.training(fails=0), ["the error of a model can't be that", "Give True, a text, or a mapping"]),
        (lambda s: s.training(fails=["why"]), ["fails=['why']", "it is no mapping"]),
        (lambda s: s.training(fails={"why": {1}}), ["a mapping that JSON can hold"]),
        (lambda s: s.training(fails={"why": float("nan")}), ["a mapping that JSON can hold"]),
        (lambda s: s.analysis(invalid=3), ["invalid=3): 3 is no reason. Give True, or a text"]),
        (lambda s: s.analysis(invalid=0), ["0 is no reason"]),
        # who is meant
        (
            lambda s: s.analysis(3, invalid=True),
            ["script.analysis(3, invalid=True): 3 names nothing. Give a name, a"],
        ),
        (lambda s: s.analysis("", invalid=True), ["'' names nothing"]),
        (lambda s: s.audio("", duration=1), ["'' names nothing"]),
        (lambda s: s.training(b"car", takes=1), ["b'car' names nothing"]),
        (
            lambda s: s.acoustic.analysis("my audio", takes=1),
            ["edition icp2018 takes no audio with a name with ' ' in it"],
        ),
        (lambda s: s.acoustic.analysis("a/*.wav", takes=1), ["with '/' in it", "Give the name that the client gives"]),
        (lambda s: s.acoustic.analysis("a" * 129, takes=1), ["with a name longer than 128 characters"]),
        (lambda s: s.analysis(clumsy, takes=1), ["script.analysis(clumsy, takes=1): the function raised KeyError"]),
        (lambda s: s.training(clumsy, takes=1), ["raised KeyError('car') for 'car'. It is given a model's name"]),
        (lambda s: s.audio(clumsy, duration=1), ["for 'new'. It is given the name of an audio, or of a file in an"]),
        (
            lambda s: s.analysis(lambda: True, takes=1),
            ["script.analysis(<lambda>, takes=1): the function raised Type"],
        ),
        # audio
        (lambda s: s.audio(duration=0), ["audio of no length is none", "such as duration='12m'"]),
        (lambda s: s.audio(duration=-1), ["-1 is negative"]),
        (lambda s: s.audio(duration="99999999d"), ["'99999999d' is not a duration"]),
        (lambda s: s.audio(duration=1, rate_hz=0), ["rate_hz=0): 0 is no sampling rate", "from 1 to 999999"]),
        (lambda s: s.audio(duration=1, rate_hz=10**6), ["is no sampling rate"]),
        (lambda s: s.audio(duration=1, rate_hz=True), ["True is no sampling rate"]),
        (lambda s: s.audio(duration=1, rate_hz=16e3), ["16000.0 is no sampling rate. Give a whole number of Hz"]),
        (
            lambda s: s.language.audio(duration="1m"),
            [
                "script.language.audio(duration='1m', rate_hz=16000): language models have no audio",
                "stt.script.acoustic",
            ],
        ),
        # upgrades in two calls
        (lambda s: s.upgrade(needs_force=True), ["edition icp2018 upgrades in one call, so there is no second one"]),
        (lambda s: s.upgrade(needs_force="no"), ["script.upgrade(needs_force='no'): give True or False"]),
    ],
)
def test_a_script_for_what_cannot_be_is_refused_at_once_and_changes_nothing(
    stt: FakeSTT, say: Say, parts: list[str]
) -> None:
    stt.acoustic_models.add(name="car", status="training", minutes_of_audio=10)
    add(stt, create(stt, "bus"), "new", b"no audio")
    before, limits = stt.snapshot(), stt.edition.limits
    with pytest.raises(ScriptError) as caught:
        say(stt.script)
    assert [part for part in parts if part not in str(caught.value)] == [], caught.value
    assert (stt.snapshot(), stt.edition.limits) == (before, limits)
    stt.clock.advance("30m")
    assert [model.status for model in stt.acoustic_models] == ["available", "pending"]


SAYINGS: list[Say] = [
    lambda s: s.training(takes=1), lambda s: s.upgrade(takes=1), lambda s: s.analysis(takes=1),
    lambda s: s.audio(duration=1),
]  # fmt: skip


@pytest.mark.parametrize("say", SAYINGS)
def test_a_models_script_is_not_for_models_of_the_other_kind(stt: FakeSTT, say: Say) -> None:
    car, trip = stt.acoustic_models.add(), stt.language_models.add()
    before = stt.snapshot()
    with pytest.raises(ScriptError, match=r"^script\.language\..* this is the script of one acoustic model\. Leave"):
        say(car.script.language)
    with pytest.raises(ScriptError, match=r"this is the script of one language model\. Leave 'acoustic\.' out\.$"):
        say(trip.script.acoustic)
    assert stt.snapshot() == before
    say(car.script.acoustic)


def test_a_language_model_has_no_audio_that_a_script_could_be_for(stt: FakeSTT) -> None:
    with pytest.raises(ScriptError, match="language models have no audio"):
        stt.language_models.add().script.audio(duration="1m")
    stt.script.audio(duration="1m")


def test_half_a_script_is_none() -> None:
    stt = FakeSTT(edition="icp2020", start=0)
    with pytest.raises(ScriptError, match="both say how long"):
        stt.script.upgrade(needs_force=True, takes=1, after=1)
    stt.base_models.publish("en-US_BroadbandModel", "next")
    model, helper = stt.acoustic_models.add(status="available", versions=["old"]), stt.language_models.add()
    with stt.reachable():
        stt.client().upgrade_acoustic_model(model.id)
        stt.clock.advance("1d")
        stt.client().upgrade_acoustic_model(model.id, custom_language_model_id=helper.id)
    assert model.status == "upgrading"


def test_needing_force_can_be_said_together_with_the_rest() -> None:
    stt = FakeSTT(edition="icp2020", start=0)
    stt.script.upgrade(needs_force=True, stalls=True)
    stt.acoustic_models.add(status="upgrading", versions=["old"])
    assert stt.clock.pending() == []


@pytest.mark.parametrize("word", ["tekes", "stall", "fail", "minutes"])
def test_an_unknown_word_is_a_type_error_that_names_it(stt: FakeSTT, word: str) -> None:
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{word}'"):
        stt.script.training(**{word: "1h"})  # type: ignore[arg-type]  # that is the point


def test_a_deleted_models_script_is_refused(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add()
    script = model.script
    with stt.reachable():
        stt.client().delete_acoustic_model(model.id)
    sayings: list[Say] = [lambda s: s.training(takes=1), lambda s: s.analysis(takes=1), lambda s: s.audio(duration=1)]
    for say in sayings:
        with pytest.raises(ScriptError, match=f"model {model.id} is not there any more.* For all models.*stt.script"):
            say(script)


# A function that raises when it is asked: the author hears of it in the request that asked, and the world is whole


def by_requests(url: str, data: bytes, key: str) -> object:
    return requests.post(url, data=data, headers={"Content-Type": "audio/flac"}, auth=("apikey", key), timeout=5)


def by_httpx(url: str, data: bytes, key: str) -> object:
    return httpx.post(url, content=data, headers={"Content-Type": "audio/flac"}, auth=("apikey", key))


@pytest.mark.parametrize("client", [by_requests, by_httpx])
@pytest.mark.parametrize("word", ["analysis", "audio"])
def test_a_function_that_raises_during_a_request_is_no_answer_of_the_service(
    stt: FakeSTT, client: Callable[[str, bytes, str], object], word: str
) -> None:
    model = stt.acoustic_models.add()
    getattr(stt.script, word)(clumsy, **{"analysis": {"takes": 1}, "audio": {"duration": 1}}[word])
    before = stt.snapshot()
    url = f"{stt.url}/v1/acoustic_customizations/{model.id}/audio/new"
    with (
        stt.reachable(),
        pytest.raises(ScriptError, match=rf"script.{word}\(clumsy, .* the function raised KeyError\('new'\) for 'new'"),
    ):
        client(url, forge.flac(1), stt.api_key)
    assert stt.snapshot() == before


@pytest.mark.parametrize(
    ("activity", "status", "act"),
    [
        ("training", "ready", lambda c, model: c.train_acoustic_model(model)),
        ("upgrade", "ready", lambda c, model: c.upgrade_acoustic_model(model)),
        ("training", "failed", lambda c, model: c.train_acoustic_model(model)),
    ],
)
def test_a_function_that_raises_when_something_starts_leaves_it_not_started(
    stt: FakeSTT, activity: str, status: str, act: Callable[[Any, str], object]
) -> None:
    model = stt.acoustic_models.add(status=status, versions=["old"])
    getattr(stt.script, activity)(clumsy, takes=1)
    before = stt.snapshot()
    with (
        stt.reachable(),
        pytest.raises(ScriptError, match=rf"script.{activity}\(clumsy, takes=1\): the function raised"),
    ):
        act(stt.client(), model.id)
    assert stt.snapshot() == before


@pytest.mark.parametrize("values", [{"status": "training"}, {"minutes_of_audio": 10}], ids=str)
def test_what_is_put_there_by_hand_is_there_or_it_is_not(stt: FakeSTT, values: dict[str, Any]) -> None:
    stt.script.training(clumsy, takes=1)
    stt.script.analysis(clumsy, takes=1)
    with pytest.raises(ScriptError, match="the function raised"):
        stt.acoustic_models.add(**values)
    assert (len(stt.acoustic_models), stt.snapshot()["changes"], stt.clock.pending()) == (0, [], [])


def test_a_function_that_raises_only_later_is_heard_of_each_time_and_nothing_is_lost(stt: FakeSTT) -> None:
    answers = {"car": True}
    stt.script.training(lambda name: answers[name], fails="why", after="1h")
    model = stt.acoustic_models.add(name="car", status="training")
    del answers["car"]
    for _ in range(2):
        with pytest.raises(ScriptError, match="the function raised KeyError"):
            stt.clock.advance("1h")
    answers["car"] = True
    assert (model.status, model.error, model.history[-1].at_s) == ("failed", "why", 3600)
