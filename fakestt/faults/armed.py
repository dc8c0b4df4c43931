"""One rule in one fake: does a request fit it, is it its turn, and how often was that so?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from fakestt.faults.effects import Effect
from fakestt.faults.rules import Rule, always

__all__ = ["Armed", "chosen_by"]


@dataclass(slots=True, eq=False)
class Armed:
    """A rule that is armed, with what is counted of it. The fake's lock is held by whoever counts.

    Attributes:
        chosen: the ids of the operations that it chooses.
        place: where it was written, as `file:line`.
        after_seq: the number of the latest exchange when it was armed.
        window_s: the begin and the end of `between`, from the fake's start.
        overruled_by: the latest rule that hit a request in place of this one.
        parts: the rules that stand for it in exchanges: itself, or of a series one for each effect.
    """

    rule: Rule
    chosen: Collection[str]
    place: str
    after_seq: int
    window_s: tuple[float, float] | None
    matched: int = 0
    used: int = 0
    overruled_by: Rule | None = None
    parts: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        rule = self.rule
        self.parts = tuple(replace(rule, effect=one, then=()) for one in rule.series) if rule.then else (rule,)

    def differences(self, operation: str | None, target: str, since_start_s: float) -> Iterator[str]:
        """In what a request is not one of those that the rule chooses. None: it fits, unless `when` says no.

        Args:
            operation: its id; None if no route fits.
            target: path and query.
            since_start_s: when it came.
        """
        rule = self.rule
        if operation not in self.chosen and (rule.path is None or rule.operation != "*"):
            yield "differs in operation"
        if rule.path is not None and not _leads(target, rule.path):
            yield "differs in path"
        if self.window_s is not None and since_start_s < self.window_s[0]:
            yield "came before the window"
        if self.window_s is not None and since_start_s >= self.window_s[1]:
            yield "came after the window"

    @property
    def is_due(self) -> bool:
        """Whether the request that has matched last is one to be hit."""
        behind, most = self.matched - self.rule.nth, self.rule.most
        return behind >= 0 and behind % self.rule.every == 0 and (most is None or self.used < most)

    def use(self) -> Rule:
        """Hit a request. Of a series this is a rule with the one effect whose turn it is."""
        part = self.parts[self.used % len(self.parts)]
        self.used += 1
        return part

    def __str__(self) -> str:
        """The rule; of a series that has begun, what has not happened."""
        return f"{self.rule}: {', '.join(map(str, self.left))} of it" if self.used else str(self.rule)

    @property
    def left(self) -> tuple[Effect, ...]:
        """The effects of which none has happened yet."""
        return self.rule.series[self.used :]

    @property
    def is_unmet(self) -> bool:
        """Whether something of it should have happened and has not."""
        return bool(self.left) and not self.rule.optional

    def may_change(self, since_start_s: float) -> bool:
        """Whether a request may still meet another fate by this rule than an equal one has met before."""
        rule = self.rule
        if self.window_s is not None and since_start_s >= self.window_s[1]:
            return False
        if rule.most is not None:
            return self.used < rule.most
        return rule.when is not always or self.window_s is not None or rule.every > 1 or 1 < rule.nth > self.matched


def chosen_by(operation: str, globbed: Collection[str]) -> frozenset[str]:
    """The ids that an operation's id or glob chooses. A glob chooses among `globbed` alone."""
    return frozenset([operation, *(name for name in globbed if fnmatchcase(name, operation))])


def _leads(target: str, glob: str) -> bool:
    """Whether the target has such a path; what an instance has before `/v1/` may be left out."""
    path = target.partition("?")[0]
    return fnmatchcase(path, glob) or fnmatchcase(path[max(path.find("/v1/"), 0) :], glob)
