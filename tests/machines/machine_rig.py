"""The state machine that compares the fake with the oracle, whichever way it is driven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from drivers import BASE, Driver
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from oracle import RULES, Oracle

Cell = tuple[str, str, str]
"""Edition, command, phase."""

ARROWS = {
    "P0": "PB F",
    "PB": "P0 PI R RM",
    "PI": "P0 PB F",
    "R": "P0 PB T U F",
    "RM": "P0 PB PI R T U F",
    "T": "P0 PI R RM A F",
    "A": "P0 PB PI R RM T U F",
    "U": "P0 PI R RM A F",
    "F": "P0 PB PI R RM T",
}
"""The arrows of the documented life of a model: commands, refused trainings, and what time does.

A training ends elsewhere than in A or F if a user's data was deleted meanwhile.
"""

ARROWS_OF = {"acoustic model": ARROWS}
"""The same by family."""

WHICH = st.integers(0, 3)
NAMES = st.sampled_from(["a", "b", "noisy"])
LENGTHS = st.sampled_from([1, 599, 600, 720, 2000])
STEPS = st.sampled_from([0, 0.000001, 0.5, 1.999999, 2, 14.4, 137.31, 720, 2160, 7205.7, 86_400])
OWNER = st.sampled_from([0, 1])
MOSTLY = st.sampled_from([True, True, True, False])
SELDOM = st.sampled_from([False, False, False, True])


class Compared(RuleBasedStateMachine):
    """Commands, clock moves, scripts and two owners, interleaved; after each step all that can be seen agrees."""

    make: ClassVar[Callable[[str], Driver]]
    reached: ClassVar[Counter[Cell]]
    compare_updated = True

    @initialize(
        edition=st.sampled_from(sorted(RULES)),
        models=st.lists(st.tuples(OWNER, st.sampled_from(["PI", "R", "RM", "T", "A", "U", "F"])), max_size=3),
    )
    def begin(self, edition: str, models: list[tuple[int, str]]) -> None:
        """An edition is drawn, and some models that have come a part of their way already."""
        self.start(edition)
        for owner, phase in models:
            self.come(owner, phase)

    def come(self, owner: int, phase: str) -> None:
        """One more model, in this phase by commands and time alone."""
        which = len(self.oracle.models)
        if phase in ("P0", "PB", "PI"):
            self.create(owner)
            if phase != "P0":
                self.add(which, "a", 720, phase == "PB", False, False)
        else:
            self.grow(owner)
        if phase == "RM":
            self.add(which, "b", 720, False, False, False)
        if phase in ("PI", "RM"):
            self.advance(14.4)
        if phase == "F":
            self.script(which, "T", None)
        if phase in ("T", "A", "U", "F"):
            self.train(which, True, False, None)
        if phase in ("A", "U", "F"):
            self.advance(3 * 720)
        if phase == "U":
            self.publish()
            self.upgrade(which, False, None)
        assert self.oracle.code(self.pick(which)) == phase

    def start(self, edition: str) -> None:
        self.driver = type(self).make(edition)
        first = self.driver.helper(self.driver.owners[0], same_base=True, version="v", status="failed")
        year = "2020-01-16" if "2025" in edition else "2017-11-15"
        self.oracle = Oracle(edition, self.driver.now(), f"{BASE}.v{year}")
        self.helpers: list[tuple[str, str, dict[str, str]]] = [
            (self.driver.owners[0], first, {"base": "same", "version": "v", "status": "failed"})
        ]
        self.published = 0
        self.history_checked = 0
        self.last: dict[str, str | None] = {}

    # What the steps are made of

    def pick(self, which: int) -> dict[str, Any]:
        models = list(self.oracle.models.values())
        return models[which % len(models)]

    def note(self, command: str, code: str) -> None:
        type(self).reached[self.driver.edition, command, code] += 1

    def act(self, m: dict[str, Any], command: str, expected: Callable[[], set[str] | None], **values: Any) -> None:
        """Do it to both and compare what they say."""
        self.compare(self.oracle.code(m), self.driver.act, m, command, expected, **values)

    def compare(
        self,
        code: str,
        do: Callable[..., str | None],
        m: dict[str, Any],
        command: str,
        expected: Callable[[], set[str] | None],
        **values: Any,
    ) -> None:
        self.note(command, code)
        said = do(m["owner"], m["id"], command, **values)
        allowed = expected()
        assert said in (allowed or {None}), f"{command} in {code}: the fake says {said}, the contract {allowed}"
        self.oracle.move(self.driver.now())

    def helper_for(self, m: dict[str, Any], which: int | None) -> tuple[str | None, dict[str, str] | None]:
        mine = [(one, facts) for owner, one, facts in self.helpers if owner == m["owner"]]
        return mine[which % len(mine)] if which is not None and mine else (None, None)

    def some(self) -> bool:
        return bool(self.oracle.models)

    # Resources

    @rule(owner=OWNER)
    def create(self, owner: int) -> None:
        name = self.driver.owners[owner]
        self.oracle.create(name, self.driver.create(name))

    @rule(owner=OWNER)
    def grow(self, owner: int) -> None:
        """A model with enough audio, analysed."""
        self.create(owner)
        self.add(len(self.oracle.models) - 1, "a", 720, True, True, False)
        self.advance(14.4)

    @rule(owner=OWNER, hours=st.sampled_from([50, 100, 200]), more_s=st.sampled_from([0, 1]), really=SELDOM)
    def place(self, owner: int, hours: int, more_s: int, really: bool) -> None:
        """A model by hand: nobody forges 200 hours in a test."""
        if not really:
            return
        name = self.driver.owners[owner]
        model_id = self.driver.place(name, (hours * 3600 + more_s) / 60)
        self.oracle.create(name, model_id)
        audio = {"name": "audio1", "s": hours * 3600 + more_s, "sound": True, "ok": True, "labelled": False}
        self.oracle.models[model_id]["audio"]["audio1"] = audio

    @precondition(some)
    @rule(which=WHICH, name=NAMES, s=LENGTHS, sound=MOSTLY, labelled=MOSTLY, overwrite=st.booleans())
    def add(self, which: int, name: str, s: int, sound: bool, labelled: bool, overwrite: bool) -> None:
        m = self.pick(which)
        values = {"name": name, "s": s, "sound": sound, "labelled": labelled, "overwrite": overwrite}
        self.act(m, "addAudio", lambda: self.oracle.add(m, **values), **values)

    @precondition(some)
    @rule(which=WHICH, name=NAMES)
    def drop(self, which: int, name: str) -> None:
        m = self.pick(which)
        self.act(m, "deleteAudio", lambda: self.oracle.drop(m, name), name=name)

    @precondition(some)
    @rule(which=WHICH, name=NAMES)
    def look(self, which: int, name: str) -> None:
        m = self.pick(which)
        for command in ("getAcousticModel", "listAudio"):
            self.act(m, command, lambda: None)
        self.act(m, "getAudio", lambda: None if name in m["audio"] else {"missing"}, name=name)

    @rule(owner=OWNER)
    def forget(self, owner: int) -> None:
        name = self.driver.owners[owner]
        for m in self.oracle.models.values():
            if m["owner"] == name:
                self.note("deleteUserData", self.oracle.code(m))
        self.driver.forget(name)
        self.oracle.forget(name)

    @precondition(some)
    @rule(which=WHICH, strict=MOSTLY, force=SELDOM, helper=st.none() | WHICH)
    def train(self, which: int, strict: bool, force: bool, helper: int | None) -> None:
        m = self.pick(which)
        helper_id, facts = self.helper_for(m, helper)
        expected = lambda: self.oracle.train(m, strict, force, facts)  # noqa: E731
        self.act(m, "trainAcousticModel", expected, strict=strict, force=force, helper_id=helper_id)

    @precondition(some)
    @rule(which=WHICH, force=SELDOM, helper=st.none() | WHICH)
    def upgrade(self, which: int, force: bool, helper: int | None) -> None:
        m = self.pick(which)
        helper_id, facts = self.helper_for(m, helper)
        expected = lambda: self.oracle.upgrade(m, force, facts)  # noqa: E731
        self.act(m, "upgradeAcousticModel", expected, force=force, helper_id=helper_id)

    @precondition(some)
    @rule(which=WHICH, really=SELDOM)
    def reset(self, which: int, really: bool) -> None:
        m = self.pick(which)
        if really or self.oracle.busy(m):
            self.act(m, "resetAcousticModel", lambda: self.oracle.reset(m))

    @precondition(some)
    @rule(which=WHICH, really=SELDOM)
    def delete(self, which: int, really: bool) -> None:
        m = self.pick(which)
        if really or self.oracle.busy(m):
            self.act(m, "deleteAcousticModel", lambda: self.oracle.delete(m))

    @precondition(some)
    @rule(which=WHICH, command=st.sampled_from(["getAcousticModel", "listAudio", "resetAcousticModel"]))
    def intrude(self, which: int, command: str) -> None:
        """Another owner cannot tell this model from none."""
        m = self.pick(which)
        stranger = next(owner for owner in self.driver.owners if owner != m["owner"])
        assert self.driver.act(stranger, m["id"], command) == "unknown"

    # What the test's author does

    @rule()
    def publish(self) -> None:
        self.published += 1
        self.oracle.newest = f"{BASE}.v9{self.published}"
        self.driver.publish(self.oracle.newest)

    @rule(owner=OWNER, same_base=MOSTLY, newest=MOSTLY, available=MOSTLY)
    def helper(self, owner: int, same_base: bool, newest: bool, available: bool) -> None:
        name = self.driver.owners[owner]
        facts = {
            "base": "same" if same_base else "other",
            "version": self.oracle.newest if newest else f"{BASE}.v0",
            "status": "available" if available else "ready",
        }
        helper_id = self.driver.helper(name, same_base=same_base, version=facts["version"], status=facts["status"])
        self.helpers.append((name, helper_id, facts))

    @precondition(some)
    @rule(which=WHICH, work=st.sampled_from("TU"), takes=st.none() | st.sampled_from([0.0, 7.25, 5000.0]))
    def script(self, which: int, work: str, takes: float | None) -> None:
        m = self.pick(which)
        self.driver.script(m["owner"], m["id"], work, takes)
        self.oracle.script(m, work, takes)
        self.oracle.move(self.driver.now())

    @rule()
    def noisy(self) -> None:
        self.driver.noisy()
        self.oracle.noisy = True

    # Time

    @rule(step=STEPS)
    def advance(self, step: float) -> None:
        self.driver.advance(step)
        self.oracle.move(self.driver.now())

    @rule()
    def advance_to_next(self) -> None:
        due_s = min(self.due(), default=None)
        assert self.driver.next_due() == due_s
        if due_s is not None:
            self.driver.advance(due_s - self.driver.now())
            assert self.driver.now() == due_s
            self.oracle.move(due_s)

    def due(self) -> list[float]:
        return [at for at, _, _ in self.oracle.due()]

    # After every step

    @invariant()
    def all_that_can_be_seen_agrees_and_looking_changes_nothing(self) -> None:
        before = self.driver.state()
        for owner in self.driver.owners:
            seen, expected = self.driver.seen(owner), self.oracle.view(owner)
            assert list(seen) == list(expected), "the list, in the order of creation"
            for model_id, shown in seen.items():
                self._compare(shown, expected[model_id])
        assert self.driver.state() == before

    def _compare(self, shown: dict[str, Any], expected: dict[str, Any]) -> None:
        self._compare_facts(shown, expected)
        assert (shown["progress"] == 100) == (shown["status"] == "available")
        valid = [seconds for seconds, status in shown["audio"].values() if status == "ok"]
        assert shown["minutes"] == round(sum(valid) / 60, 2)

    def _compare_facts(self, shown: dict[str, Any], expected: dict[str, Any]) -> None:
        if shown["updated"] is not None:  # shown in milliseconds over HTTP
            assert abs(shown["updated"] - expected["updated"]) <= 0.0005001
        assert shown == {**expected, "updated": shown["updated"]}

    @invariant()
    def history_is_ordered_and_follows_the_documented_arrows(self) -> None:
        changes = self.driver.history()
        instants = [change.at_s for change in changes]
        assert instants == sorted(instants)
        assert all(instant <= self.driver.now() for instant in instants[-1:])
        phases: dict[str, str | None] = {}
        for change in changes:
            before, after = change.before, change.after
            if change.subject in phases and "/" not in change.subject:
                assert phases[change.subject] == (before and before.code)
            phases[change.subject] = after and after.code
            if before is not None and after is not None and "/" not in change.subject:
                assert after.code in ARROWS_OF[change.subject.family][before.code].split(), str(change)
            elif before is not None and after is not None:
                assert before.code == "B", str(change)
        for m in self.oracle.models.values():
            assert phases[m["id"]] == self.oracle.code(m)
