"""The state machine for both kinds of model at once: language models help acoustic ones, and are in nobody's way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

from drivers_language import BASES, CoreBoth, HttpBoth
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from machine_rig import ARROWS_OF, MOSTLY, NAMES, OWNER, SELDOM, WHICH, Compared
from oracle import Model, Oracle, Said
from oracle_language import DIGITS, TEXTS, LanguageOracle

from fakestt.core.phases import ModelPhase

ARROWS_OF["language model"] = {
    "P0": "PB R F",
    "PB": "P0 PI R RM",
    "PI": "P0 PB R RM F",
    "R": "P0 PB T U F",
    "RM": "P0 PB PI R T U F",
    "T": "P0 PI R RM A F",
    "A": "P0 PB PI R RM T U F",
    "U": "P0 PI R RM A F",
    "F": "P0 PB PI R RM T",
}
"""What leaves a training or an upgrade but for its end: the deletion of a user's data meanwhile."""

SPELLINGS = st.sampled_from(["IEEE", "hi-hat", "watson"])
TEXT = st.sampled_from([*sorted(TEXTS["corpus"]), "new", "other"])
KIND = st.sampled_from(["corpus", "corpus", "grammar"])
GIVEN = st.sampled_from(
    [
        {},
        {"sounds_like": ["eye triple e"]},
        {"display_as": "I-Triple-E"},
        {"sounds_like": ["what", "some"], "display_as": "W"},
        {"mapping_only": True},
        {"sounds_like": [DIGITS]},
    ]
)
BASE = st.sampled_from(["same", "same", "same", "other", "improved"])
GONE = {"status": "deleted"}
"""What is known of a helper that was deleted."""
COLUMN = st.sampled_from([phase.code for phase in ModelPhase])


class BothOracle(Oracle):
    """Both oracles: they have the clock and the versions of the base models in common, and nothing else."""

    def __init__(self, edition: str, now: float, version: str) -> None:
        self.year = version.rpartition(".")[2]
        self.language = LanguageOracle(edition, now, {name: f"{base}.{self.year}" for name, base in BASES.items()})
        super().__init__(edition, now, version)

    def move(self, to: float) -> None:
        super().move(to)
        self.language.move(to)

    # A helper that was deleted is an unknown model, and that is looked at before anything else.

    def train(self, m: Model, strict: bool, force: bool, helper: dict[str, str] | None) -> Said:
        return {"unknown"} if helper == GONE else super().train(m, strict, force, helper)

    def upgrade(self, m: Model, force: bool, helper: dict[str, str] | None) -> Said:
        return {"unknown"} if helper == GONE else super().upgrade(m, force, helper)


class BothKinds(Compared):
    """After each step all that can be seen of both kinds agrees, and the fake has gone through data and back."""

    make: ClassVar[Callable[[str], CoreBoth | HttpBoth]]
    oracle: BothOracle
    driver: CoreBoth | HttpBoth

    def start(self, edition: str) -> None:
        super().start(edition)
        self.oracle = BothOracle(edition, self.driver.now(), self.oracle.newest)
        self.deleted: list[tuple[str, str, dict[str, str]]] = []

    # What the steps are made of

    def pick_language(self, which: int) -> dict[str, Any]:
        models = list(self.oracle.language.models.values())
        return models[which % len(models)]

    def some_language(self) -> bool:
        return bool(self.oracle.language.models)

    def say(self, m: dict[str, Any], command: str, expected: Callable[[], set[str] | None], **values: Any) -> None:
        self.compare(self.oracle.language.code(m), self.driver.say, m, command, expected, **values)

    def helper_for(self, m: dict[str, Any], which: int | None) -> tuple[str | None, dict[str, str] | None]:
        """Any language model of the owner's: those that requests have made, too, and those that are gone."""
        if which is None:
            return None, None
        language = self.oracle.language
        mine = [
            (one["id"], {"base": one["base"], "version": one["versions"][-1], "status": self.shown(one)})
            for one in language.models.values()
            if one["owner"] == m["owner"]
        ]
        mine += [(one, facts) for owner, one, facts in (*self.deleted, *self.helpers) if owner == m["owner"]]
        return mine[which % len(mine)] if mine else (None, None)

    def shown(self, m: dict[str, Any]) -> str:
        return str(self.oracle.language.view(m["owner"])[m["id"]]["status"])

    # Models

    @rule(owner=OWNER, base=BASE)
    def create_language(self, owner: int, base: str) -> None:
        name = self.driver.owners[owner]
        base = base if base != "improved" or "2025" in self.driver.edition else "same"
        self.oracle.language.create(name, self.driver.create_language(name, base), base)

    @rule(owner=OWNER, base=BASE, column=COLUMN)
    def grow_language(self, owner: int, base: str, column: str) -> None:
        self.come_language(owner, base, column)

    def come_language(self, owner: int, base: str, column: str) -> None:
        """One more language model, in this phase by requests and time alone; if the base allows it."""
        which = len(self.oracle.language.models)
        self.create_language(owner, base)
        if column != "P0":
            self.add_text(which, "corpus", "a", "none" if column == "PI" else "new", False, False)
        if column not in ("P0", "PB"):
            self.advance(20)
        if column == "RM":
            self.add_words(which, [("watson", {"sounds_like": [DIGITS]})], False)
            self.advance(20)
        if column == "F":
            self.script_language(which, "T", None)
        if column in ("T", "A", "U", "F"):
            self.train_language(which, True, False)
        if column in ("A", "U", "F"):
            self.advance(60)
        if column == "U":
            self.publish()
            self.upgrade_language(which)

    @precondition(some_language)
    @rule(which=WHICH, really=SELDOM)
    def delete_language(self, which: int, really: bool) -> None:
        m = self.pick_language(which)
        if really or self.oracle.language.busy(m):
            self.say(m, "deleteLanguageModel", lambda: self.oracle.language.delete(m))
            if m["id"] not in self.oracle.language.models:
                self.deleted.append((m["owner"], m["id"], GONE))

    @precondition(some_language)
    @rule(which=WHICH, really=SELDOM)
    def reset_language(self, which: int, really: bool) -> None:
        m = self.pick_language(which)
        if really or self.oracle.language.busy(m):
            self.say(m, "resetLanguageModel", lambda: self.oracle.language.reset(m))

    @precondition(some_language)
    @rule(which=WHICH, strict=MOSTLY, force=SELDOM)
    def train_language(self, which: int, strict: bool, force: bool) -> None:
        m = self.pick_language(which)
        expected = lambda: self.oracle.language.train(m, strict, force)  # noqa: E731
        self.say(m, "trainLanguageModel", expected, strict=strict, force=force)

    @precondition(some_language)
    @rule(which=WHICH)
    def upgrade_language(self, which: int) -> None:
        m = self.pick_language(which)
        self.say(m, "upgradeLanguageModel", lambda: self.oracle.language.upgrade(m))

    # Corpora, grammars and words

    @precondition(some_language)
    @rule(which=WHICH, kind=KIND, name=NAMES, text=TEXT, labelled=SELDOM, overwrite=st.booleans())
    def add_text(self, which: int, kind: str, name: str, text: str, labelled: bool, overwrite: bool) -> None:
        m, kind = self.pick_language(which), self.kind(kind)
        values = {"name": name, "text": text, "labelled": labelled, "overwrite": overwrite}
        expected = lambda: self.oracle.language.add_text(m, kind, **values)  # noqa: E731
        self.say(m, f"add{kind.title()}", expected, **values)

    @precondition(some_language)
    @rule(which=WHICH, kind=KIND, name=NAMES)
    def drop_text(self, which: int, kind: str, name: str) -> None:
        m, kind = self.pick_language(which), self.kind(kind)
        self.say(m, f"delete{kind.title()}", lambda: self.oracle.language.drop_text(m, kind, name), name=name)

    def kind(self, kind: str) -> str:
        return kind if self.oracle.language.rule["grammars"] else "corpus"

    @precondition(some_language)
    @rule(which=WHICH, words=st.lists(st.tuples(SPELLINGS, GIVEN), min_size=1, max_size=3), labelled=SELDOM, bad=SELDOM)
    def add_some_words(self, which: int, words: list[tuple[str, dict[str, Any]]], labelled: bool, bad: bool) -> None:
        self.add_words(which, [*words, *([("hi hat", {})] if bad else [])], labelled)

    def add_words(self, which: int, words: list[tuple[str, dict[str, Any]]], labelled: bool) -> None:
        m = self.pick_language(which)
        expected = lambda: self.oracle.language.add_words(m, words, labelled)  # noqa: E731
        self.say(m, "addWords", expected, words=words, labelled=labelled)

    @precondition(some_language)
    @rule(which=WHICH, word=SPELLINGS, given=GIVEN, labelled=SELDOM)
    def add_word(self, which: int, word: str, given: dict[str, Any], labelled: bool) -> None:
        m = self.pick_language(which)
        expected = lambda: self.oracle.language.add_word(m, word, given, labelled)  # noqa: E731
        self.say(m, "addWord", expected, name=word, given=given, labelled=labelled)

    @precondition(some_language)
    @rule(which=WHICH, word=SPELLINGS)
    def drop_word(self, which: int, word: str) -> None:
        m = self.pick_language(which)
        self.say(m, "deleteWord", lambda: self.oracle.language.drop_word(m, word), name=word)

    @precondition(some_language)
    @rule(
        which=WHICH,
        name=NAMES,
        word=SPELLINGS,
        word_type=st.sampled_from(["all", "user", "corpora", "grammars"]),
        sort=st.sampled_from([sign + order for sign in ("", "+", "-") for order in ("alphabetical", "count")]),
    )
    def look_language(self, which: int, name: str, word: str, word_type: str, sort: str) -> None:
        m, language = self.pick_language(which), self.oracle.language
        lists = ("listCorpora", "listGrammars") if language.rule["grammars"] else ("listCorpora",)
        for command in ("getLanguageModel", "listWords", *lists):
            self.say(m, command, lambda: None)
        for kind in {self.kind("corpus"), self.kind("grammar")}:
            expected = lambda kind=kind: None if language.has(m, kind, name) else {"missing"}  # noqa: E731
            self.say(m, f"get{kind.title()}", expected, name=name)
        self.say(m, "getWord", lambda: None if word in language.words(m) else {"missing"}, name=word)
        assert self.driver.listed(m["owner"], m["id"], word_type, sort) == language.listed(m, word_type, sort)

    @precondition(some_language)
    @rule(which=WHICH, command=st.sampled_from(["getLanguageModel", "listWords", "resetLanguageModel"]))
    def intrude_on_language(self, which: int, command: str) -> None:
        """Another owner cannot tell this model from none."""
        m = self.pick_language(which)
        stranger = next(owner for owner in self.driver.owners if owner != m["owner"])
        assert self.driver.say(stranger, m["id"], command) == "unknown"

    # Both at once

    @rule(owner=OWNER)
    def forget(self, owner: int) -> None:
        name, language = self.driver.owners[owner], self.oracle.language
        for m in language.models.values():
            if m["owner"] == name:
                self.note("deleteUserData of language", language.code(m))
        language.forget(name)
        super().forget(owner)

    @rule()
    def publish(self) -> None:
        self.published += 1
        ending = f"v9{self.published}"
        self.oracle.newest = f"{BASES['same']}.{ending}"
        for name in ("same", "improved"):
            self.oracle.language.newest[name] = f"{BASES[name]}.{ending}"
        self.driver.publish_all(ending)

    @precondition(some_language)
    @rule(which=WHICH, work=st.sampled_from("TU"), takes=st.none() | st.sampled_from([0.0, 7.25, 5000.0]))
    def script_language(self, which: int, work: str, takes: float | None) -> None:
        m = self.pick_language(which)
        self.driver.script_of(m["owner"], m["id"], work, takes)
        self.oracle.language.script(m, work, takes)
        self.oracle.move(self.driver.now())

    @rule()
    def noisy(self) -> None:
        super().noisy()
        self.oracle.language.noisy = True

    def due(self) -> list[float]:
        return [*super().due(), *(at for at, _, _ in self.oracle.language.due())]

    # After every step

    @invariant()
    def language_models_agree_too_and_all_goes_through_data_and_back(self) -> None:
        before = self.driver.copy()
        for owner in self.driver.owners:
            seen, expected = self.driver.seen_language(owner), self.oracle.language.view(owner)
            mine = [one for one in seen if one in self.oracle.language.models]  # not the helpers put there by hand
            assert mine == list(expected), "the list, in the order of creation"
            for model_id in mine:
                self._compare_facts(seen[model_id], expected[model_id])
        assert json.dumps(self.driver.state()) == before, "looking, and data and back, change nothing"
        codes = {str(change.subject): change.after and change.after.code for change in self.driver.history()}
        for m in self.oracle.language.models.values():
            assert codes[m["id"]] == self.oracle.language.code(m)
