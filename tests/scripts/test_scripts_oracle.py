"""Any scripts, at any time, against an oracle as naive as can be: no rows, no schedule, every word folded in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fakestt import FakeSTT

ORDINARY_S = {"training": 1800, "upgrade": 1200, "analysis": 12}
PLACED: dict[str, dict[str, Any]] = {
    "training": {"status": "training"},
    "upgrade": {"status": "upgrading", "versions": ["old"]},
    "analysis": {"status": "pending"},
}
ENDS = {  # activity: the status at the end, if nothing and if something spoils it
    "training": ("available", "failed"),
    "upgrade": ("available", "failed"),
    "analysis": ("ready", "pending"),
}
SPOILS = {"training": "fails", "upgrade": "fails", "analysis": "invalid"}
NAMES = ("car", "cab", "bus")


@dataclass
class Thing:
    """A model that does one thing, once."""

    activity: str
    name: str
    began_s: float
    takes_s: float | None = None
    spoiled: bool = False
    stalls: bool = False
    due_s: float | None = 0.0
    ended: tuple[float, str] | None = None

    def fold(self, words: dict[str, Any]) -> None:
        if words.get("stalls"):
            self.stalls = True
            return
        self.stalls = False
        self.takes_s = words.get("takes", words.get("after", self.takes_s))
        self.spoiled = self.spoiled or SPOILS[self.activity] in words

    def plan(self, now_s: float) -> None:
        takes_s = ORDINARY_S[self.activity] if self.takes_s is None else self.takes_s
        self.due_s = None if self.stalls else max(self.began_s + takes_s, now_s)


@dataclass
class Word:
    """What was said, and of whom: a name of theirs ("ca*" means two), or one thing only."""

    activity: str
    which: str | None
    only: int | None
    words: dict[str, Any]

    def means(self, number: int, thing: Thing) -> bool:
        if thing.activity != self.activity or self.only not in (None, number):
            return False
        name = "audio1" if self.activity == "analysis" else thing.name
        return self.which in (None, name) or (self.which == "ca*" and name.startswith("ca"))


@dataclass
class Oracle:
    now_s: float = 0.0
    things: list[Thing] = field(default_factory=list)
    said: list[Word] = field(default_factory=list)

    def start(self, activity: str, name: str) -> None:
        thing = Thing(activity, name, self.now_s)
        for word in self.said:
            if word.means(len(self.things), thing):
                thing.fold(word.words)
        thing.plan(self.now_s)
        self.things.append(thing)

    def say(self, word: Word) -> None:
        self.said.append(word)
        for number, thing in enumerate(self.things):
            if thing.ended is None and word.means(number, thing):
                stalled = thing.stalls
                thing.fold(word.words)
                if stalled or not set(word.words) <= {"fails", "invalid"}:
                    thing.plan(self.now_s)

    def advance(self, by_s: float) -> None:
        self.now_s += by_s
        for thing in self.things:
            if thing.ended is None and thing.due_s is not None and thing.due_s <= self.now_s:
                thing.ended = thing.due_s, ENDS[thing.activity][thing.spoiled]


def durations(activity: str) -> st.SearchStrategy[int]:
    """Around the ordinary time, where instants meet, and the far ends."""
    ordinary = ORDINARY_S[activity]
    return st.sampled_from([0, 1, ordinary // 2, ordinary - 1, ordinary, ordinary + 1, 2 * ordinary, 86_400])


def words_of(activity: str) -> st.SearchStrategy[dict[str, Any]]:
    takes, spoils = durations(activity), SPOILS[activity]
    kinds = [
        st.just({"stalls": True}),
        st.fixed_dictionaries({"takes": takes}),
        st.just({spoils: "why"}),
        st.fixed_dictionaries({"takes": takes, spoils: st.just("why")}),
    ]
    if spoils == "fails":
        kinds.append(st.fixed_dictionaries({"after": takes, spoils: st.just(True)}))
    return st.one_of(kinds)


def steps_of(activity: str) -> st.SearchStrategy[tuple[Any, ...]]:
    which = st.sampled_from([None, "ca*", *(("audio1", "bus") if activity == "analysis" else NAMES)])
    return st.one_of(
        st.tuples(st.just("start"), st.just(activity), st.sampled_from(NAMES)),
        st.tuples(st.just("say"), st.just(activity), which, words_of(activity)),
        st.tuples(st.just("say of one"), st.just(activity), st.integers(0, 3), words_of(activity)),
        st.tuples(st.just("advance"), durations(activity)),
        st.just(("restore",)),
    )


def run(steps: list[tuple[Any, ...]]) -> None:
    stt, oracle, models = FakeSTT(start=0), Oracle(), []
    for step, *given_ in steps:
        if step == "start":
            activity, name = given_
            models.append(stt.acoustic_models.add(name=name, minutes_of_audio=10, **PLACED[activity]))
            oracle.start(activity, name)
        elif step == "say":
            activity, which, words = given_
            getattr(stt.script, activity)(which, **words)
            oracle.say(Word(activity, which, None, words))
        elif step == "say of one" and given_[1] < len(models):
            activity, number, words = given_
            getattr(models[number].script, activity)(**words)
            oracle.say(Word(activity, None, number, words))
        elif step == "restore":
            stt.restore(json.loads(json.dumps(stt.snapshot())))
        elif step == "advance":
            stt.clock.advance(*given_)
            oracle.advance(*given_)
        oracle.advance(0)
        due = {one.subject[:36]: one.at_s for one in stt.clock.pending()}
        for model, thing in zip(models, oracle.things, strict=True):
            if thing.ended is None:
                assert due.pop(model.id, None) == thing.due_s
                assert model.status == PLACED[thing.activity]["status"]
                assert ("stalls" in repr(model)) == (thing.stalls and thing.activity != "analysis")
            else:
                assert (model.history[-1].at_s, model.status) == thing.ended
        assert due == {}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(tuple(ORDINARY_S)).flatmap(lambda activity: st.lists(steps_of(activity), max_size=14)))
def test_any_scripts_at_any_time_agree_with_a_naive_oracle(steps: list[tuple[Any, ...]]) -> None:
    run(steps)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of([steps_of(activity) for activity in ORDINARY_S]), max_size=20))
def test_activities_do_not_get_in_each_others_way(steps: list[tuple[Any, ...]]) -> None:
    run(steps)
