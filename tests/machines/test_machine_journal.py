"""Whatever rules and scripts: read by an oracle, the journal alone tells what became of each model."""

from __future__ import annotations

import os
from contextlib import suppress
from http.client import HTTPException
from typing import Any, ClassVar

import pytest
from drivers import BASE
from drivers_language import HttpBoth
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import SHOWN
from oracle_language import DIGITS, LANGUAGE_RULES
from replay import Replay

from fakestt import Effect, FakeSTT, fail, lose_reply, lose_request, ok, reset, slow, truncate, truncate_head

EFFECTS = [
    fail(503), fail(409, commits=True), lose_request(), lose_reply(), reset(), reset(commits=True), slow("45s"),
    truncate(3), truncate_head(9), ok(),
]  # fmt: skip
OPERATIONS = [
    "*", "*Audio", "createAcousticModel", "addAudio", "trainAcousticModel", "upgradeAcousticModel",
    "deleteAcousticModel", "resetAcousticModel", "deleteAudio", "getAcousticModel", "deleteUserData",
    "*LanguageModel", "*Corpus", "*Word*", "addWords", "trainLanguageModel", "upgradeLanguageModel",
]  # fmt: skip

# What comes back may be lost, cut, or made up by a fault: this client does not look.
LOST = (OSError, HTTPException, ValueError, AssertionError, KeyError, StopIteration)

WHICH = st.integers(0, 2)
NAME = st.sampled_from(["a", "b"])
FLAG = st.booleans()
TEXT = st.sampled_from(["plain", "new", "other", "none"])
WORD = st.sampled_from(["IEEE", "hi-hat", "watson"])
GIVEN = st.sampled_from([{}, {"sounds_like": ["what"]}, {"sounds_like": [DIGITS]}])
WORK = st.sampled_from(["training", "upgrade", "analysis"])
RULE = st.tuples(st.just("rule"), st.sampled_from(OPERATIONS), st.sampled_from(EFFECTS), st.integers(1, 3), FLAG)
STEPS = st.one_of(
    RULE,
    RULE,
    st.tuples(st.just("create")),
    st.tuples(st.just("grow")),
    st.tuples(st.just("train_on"), WHICH),
    st.tuples(st.just("upgrade_on"), WHICH),
    st.tuples(st.just("add"), WHICH, NAME, st.sampled_from([1, 720]), st.sampled_from([True, True, False]), FLAG, FLAG),
    st.tuples(st.just("train"), WHICH, FLAG, FLAG),
    st.tuples(st.just("upgrade"), WHICH, FLAG),
    st.tuples(st.just("on_one"), WHICH, st.sampled_from(["getAcousticModel", "listAudio", "getAudio"])),
    st.tuples(st.just("on_one"), WHICH, st.sampled_from(["deleteAudio", "deleteAcousticModel", "resetAcousticModel"])),
    st.tuples(st.just("forget")),
    st.tuples(
        st.just("say"),
        st.just("addCorpus"),
        WHICH,
        st.fixed_dictionaries({"name": NAME, "text": TEXT, "labelled": FLAG, "overwrite": FLAG}),
    ),
    st.tuples(
        st.just("say"),
        st.just("addGrammar"),
        WHICH,
        st.fixed_dictionaries({"name": NAME, "text": TEXT, "labelled": FLAG, "overwrite": FLAG}),
    ),
    st.tuples(
        st.just("say"),
        st.just("addWords"),
        WHICH,
        st.fixed_dictionaries({"words": st.lists(st.tuples(WORD, GIVEN), min_size=1, max_size=3), "labelled": FLAG}),
    ),
    st.tuples(
        st.just("say"),
        st.just("addWord"),
        WHICH,
        st.fixed_dictionaries({"name": WORD, "given": GIVEN, "labelled": FLAG}),
    ),
    st.tuples(
        st.just("say"), st.just("trainLanguageModel"), WHICH, st.fixed_dictionaries({"strict": FLAG, "force": FLAG})
    ),
    st.tuples(
        st.just("say"),
        st.sampled_from(
            [
                "upgradeLanguageModel",
                "upgradeLanguageModel",
                "resetLanguageModel",
                "deleteLanguageModel",
                "getLanguageModel",
                "listCorpora",
                "listWords",
            ]
        ),
        WHICH,
        st.just({}),
    ),
    st.tuples(
        st.just("say"),
        st.sampled_from(["getCorpus", "deleteCorpus", "deleteGrammar", "getGrammar"]),
        WHICH,
        st.fixed_dictionaries({"name": NAME}),
    ),
    st.tuples(st.just("say"), st.sampled_from(["getWord", "deleteWord"]), WHICH, st.fixed_dictionaries({"name": WORD})),
    st.tuples(st.just("grow_language")),
    st.tuples(st.just("advance"), st.sampled_from([0.5, 14.4, 720.0, 2160.0, 86_400.0])),
    st.tuples(st.just("to_next")),
    st.tuples(st.just("publish")),
    st.tuples(st.just("script"), WORK, st.sampled_from(["takes 0", "takes 7", "fails", "stalls"])),
)


class Story:
    """A client that bears all that may happen to it, and an author who scripts and breaks at any moment."""

    def __init__(self, edition: str) -> None:
        self._driver = HttpBoth(edition)
        self.stt: FakeSTT = self._driver.stt
        self.published: dict[int, str] = {}

    def do(self, step: tuple[Any, ...]) -> None:
        getattr(self, f"_{step[0]}")(*step[1:])

    def _act(self, which: int, command: str, **values: Any) -> None:
        ids = [model.id for model in self.stt.acoustic_models]
        if ids:
            with suppress(*LOST):
                self._driver.act(self.stt.owner, ids[which % len(ids)], command, **values)

    def _create(self) -> None:
        with suppress(*LOST):
            self._driver.create(self.stt.owner)

    def _grow(self) -> None:
        self._create()
        self._add(len(self.stt.acoustic_models) - 1, "a", 720, True, False, False)
        self._advance(14.4)

    def _grow_language(self) -> None:
        with suppress(*LOST):
            self._driver.create_language(self.stt.owner, "same")
        self._say("addCorpus", -1, {"name": "a", "text": "new", "labelled": True, "overwrite": False})
        self._advance(14.4)
        self._say("trainLanguageModel", -1, {"strict": True, "force": False})

    def _say(self, command: str, which: int, values: dict[str, Any]) -> None:
        ids = [model.id for model in self.stt.language_models]
        if ids and ("Grammar" not in command or LANGUAGE_RULES[self.stt.edition.name]["grammars"]):
            with suppress(*LOST):
                self._driver.say(self.stt.owner, ids[which % len(ids)], command, **values)

    def _add(self, which: int, name: str, s: int, sound: bool, labelled: bool, overwrite: bool) -> None:
        self._act(which, "addAudio", name=name, s=s, sound=sound, labelled=labelled, overwrite=overwrite)

    def _train(self, which: int, force: bool, strict: bool) -> None:
        self._act(which, "trainAcousticModel", force=force, strict=strict)

    def _train_on(self, which: int) -> None:
        self._train(which, True, False)
        self._to_next()

    def _upgrade_on(self, which: int) -> None:
        self._publish()
        self._upgrade(which, False)
        self._to_next()

    def _upgrade(self, which: int, force: bool) -> None:
        self._act(which, "upgradeAcousticModel", force=force)

    def _on_one(self, which: int, command: str) -> None:
        self._act(which, command, **({"name": "a"} if command in ("getAudio", "deleteAudio") else {}))

    def _forget(self) -> None:
        with suppress(*LOST):
            self._driver.forget(self.stt.owner)

    def _advance(self, seconds: float) -> None:
        self.stt.clock.advance(seconds)

    def _to_next(self) -> None:
        self.stt.clock.advance_to_next()

    def _publish(self) -> None:
        version = f"{BASE}.v9{len(self.stt.base_models.versions(BASE))}"
        self._driver.publish(version)
        self.published[len(self.stt.journal)] = version

    def _script(self, work: str, how: str) -> None:
        word, _, number = how.partition(" ")
        ending = {"invalid": True} if work == "analysis" else {"fails": "by script"}
        {
            "training": self.stt.script.training,
            "upgrade": self.stt.script.upgrade,
            "analysis": self.stt.script.analysis,
        }[work](**{"takes": {"takes": int(number or 0)}, "fails": ending, "stalls": {"stalls": True}}[word])

    def _rule(self, operation: str, effect: Effect, nth: int, once: bool) -> None:
        self.stt.faults.on(operation, nth=nth, times=1 if once else 3, optional=True).do(effect)

    def told(self) -> dict[str, str]:
        """What the service says at last, whatever faults there are."""
        listed = []
        for operation, path in (
            ("listAcousticModels", "acoustic_customizations"),
            ("listLanguageModels", "customizations"),
        ):
            self.stt.faults.on(operation).ok()
            listed += self._driver.good(self.stt.owner, "GET", f"/v1/{path}")["customizations"]
        return {model["customization_id"]: model["status"] for model in listed}


class Seen:
    """What the runs have met, so that they are worth something."""

    met: ClassVar[set[str]] = set()


ANY = given(
    edition=st.sampled_from(["icp2018", "icp2020", "cloud2025", "cp4d2025"]),
    steps=st.lists(STEPS, min_size=10, max_size=40),
)


def agrees(edition: str, steps: list[tuple[Any, ...]]) -> None:
    story = Story(edition)
    [version] = story.stt.base_models.versions(BASE)
    for step in [("grow",), ("grow_language",), *steps]:
        story.do(step)
    told = story.told()
    replay = Replay(edition, story.stt.started_at_s, version, story.published)
    for exchange in story.stt.journal:
        replay.read(exchange)
        Seen.met |= {str(change.cause) for change in exchange.changes}
    codes = {m["id"]: oracle.code(m) for oracle in (replay.oracle, replay.language) for m in oracle.models.values()}
    assert {model_id: SHOWN[code] for model_id, code in codes.items()} == told


FEW = settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=int(os.environ.get("FAKESTT_JOURNALS", "2000")))  # the long run asks for 20,000


def test_the_journal_alone_tells_what_became_of_each_model() -> None:
    FEW(ANY(agrees))()


@pytest.mark.slow
def test_the_journals_of_many_runs_tell_what_became_of_each_model() -> None:
    Seen.met.clear()
    MANY(ANY(agrees))()
    assert Seen.met >= {
        "createAcousticModel", "addAudio", "deleteAudio", "trainAcousticModel", "trainAcousticModel refused",
        "upgradeAcousticModel", "resetAcousticModel", "deleteAcousticModel", "deleteUserData",
        "analysis", "training", "upgrade", "training failed", "upgrade failed",
        "createLanguageModel", "addCorpus", "deleteCorpus", "addGrammar", "addWords", "addWord", "deleteWord",
        "trainLanguageModel", "trainLanguageModel refused", "upgradeLanguageModel", "resetLanguageModel",
        "deleteLanguageModel",
    }  # fmt: skip
