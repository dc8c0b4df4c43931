"""Which requests meet a fault. Rules are frozen; what is counted is counted here, under the service's lock."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from fakestt.contract.messages import Call
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.operations.absent import ABSENT
from fakestt.core.choices import Choices, Kind, Point
from fakestt.durations import Duration
from fakestt.errors import ConfigurationError, RuleNeverMatched, UnknownOperation, nearest
from fakestt.faults import effects
from fakestt.faults.effects import Effect

__all__ = ["Faults", "Rule", "Target", "always"]


When = Callable[[Any], bool]
"""Looks at a Call; Any: or at None, where a rule with a path meets what no route fits."""


def always(call: Call | None) -> bool:
    """Every request."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """From the `nth` matching request on, `times` times (None: without end), the effect happens.

    `path` is a glob on the path without its query, as it was sent or from its `/v1/` on. With it the operation "*" is
    whatever is asked there, be it known or not. An answer that the effect makes or changes is `marked` on the wire.

    Two rules are never the same one, however alike they are: each is counted for itself.
    """

    operation: str = "*"
    effect: Effect
    path: str | None = None
    nth: int = 1
    times: int | None = None
    when: When = always
    optional: bool = False
    marked: bool = True

    def __str__(self) -> str:
        more = f", path={self.path!r}" if self.path is not None else ""
        more += f", nth={self.nth}" if self.nth > 1 else ""
        alone = self.nth > 1 and self.times == 1  # what nth= by itself means
        more += f", times={self.times}" if self.times is not None and not alone else ""
        more += "" if self.marked else ", marked=False"
        return f"on({self.operation!r}{more}).{self.effect}"


@dataclass(slots=True)
class _Count:
    matched: int = 0
    used: int = 0


class Faults:
    """The rules of one fake. Of those that fit a request the last one written wins."""

    def __init__(
        self, operations: Collection[str], choices: Choices, owner: str, tell: Callable[[str], object] = str
    ) -> None:
        self._operations = operations
        self._tell = tell  # what the author does, in words
        self._choices = choices
        self._owner = owner
        self._offered: tuple[Effect, ...] = ()
        self._rules: dict[Rule, _Count] = {}
        self._unfinished: dict[Target, str] = {}  # and where they were chosen
        self._problem: str | None = None

    def on(
        self,
        operation: str | None = None,
        *,
        path: str | None = None,
        nth: int | None = None,
        times: int | None = None,
        when: When = always,
        optional: bool = False,
        marked: bool = True,
    ) -> Target:
        """Choose requests; what happens to them is said next: `on("addAudio", nth=2).fail(503)`.

        Args:
            operation: an operation's id, or a glob such as "*Audio"; "*" is every operation of the service. What hands
                out tokens (`getToken`) has its id alone. With a path it may be left out.
            path: a glob such as "/v1/acoustic_customizations/*"; also of what no route fits.
            nth: the first that is hit, counted from 1 among those that match; alone, it is the only one.
            times: how many are hit.
            when: looks at a Call and says whether it matches; at None, where no route fits the path.
            optional: a rule that is never used is otherwise an error at the test's end.
            marked: an answer that the fault makes or changes has a header that says so, `X-Fakestt-Fault`.

        Raises:
            UnknownOperation: no operation has this id, or fits this glob.
            ConfigurationError: an argument of another kind; `nth` or `times` is less than 1; no argument at all.
        """
        if operation is None and path is None:
            raise ConfigurationError(f"on(): give an operation, or a path=. {self._all()}")
        rule = Rule(
            operation="*" if operation is None else operation,
            effect=effects.ok(),  # until it is said
            path=path,
            nth=1 if nth is None else nth,
            times=1 if nth is not None and times is None else times,
            when=when,
            optional=optional,
            marked=marked,
        )
        self._check(rule)
        target = Target(self, rule)
        caller = sys._getframe(1)
        self._unfinished[target] = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        return target

    def add(self, rule: Rule) -> Rule:
        """Arm a rule.

        Raises:
            UnknownOperation, ConfigurationError: as `on`.
        """
        if not isinstance(rule, Rule):
            raise ConfigurationError(f"add({rule!r}): give a Rule, or write on(...) and what happens: .fail(503).")
        self._check(rule)
        self._rules[rule] = _Count()
        self._tell(f"faults.{rule}")
        return rule

    def remove(self, rule: Rule) -> None:
        """Disarm a rule; it need not have been used."""
        if self._rules.pop(rule, None) is not None:
            self._tell(f"faults.remove({rule})")

    def offer(self, *effects: Effect) -> None:
        """Let the fake's choices decide whether one of these happens: at each request of the service that no rule hits.

        By default none does. A later call replaces an earlier one.

        Raises:
            ConfigurationError: not an effect.
        """
        for effect in effects:
            if not isinstance(effect, Effect):
                raise ConfigurationError(f"offer({effect!r}): give effects, such as fakestt.fail(503).")
        self._offered = effects

    def take(self, target: str, call: Call | None, seq: int) -> Rule | None:
        """The rule that hits a request, if any. Every rule that matches counts it.

        Args:
            target: its path and query.
            call: None if no route fits.
            seq: its number, from 1.

        Raises:
            ConfigurationError: a rule's `when` raised. Then nothing is counted.
        """
        hit: Rule | None = None
        for rule in [rule for rule in reversed(self._rules) if self._fits(rule, target, call)]:
            count = self._rules[rule]
            count.matched += 1
            left = rule.times is None or count.used < rule.times
            if hit is None and left and count.matched >= rule.nth:
                count.used += 1
                hit = rule
        if hit is None and self._offered and call is not None and call.operation.id in self._operations:
            hit = self._offer_taken(call.operation.id, seq)
        return hit

    def _offer_taken(self, operation: str, seq: int) -> Rule | None:
        ordinary = effects.ok()
        effect = self._choices.choose(Point(Kind.FAULT, operation, seq, owner=self._owner), (ordinary, *self._offered))
        return None if effect == ordinary else Rule(operation=operation, effect=effect)

    def used(self, rule: Rule) -> int:
        """How often this rule has hit."""
        return self._rules[rule].used if rule in self._rules else 0

    def may_change(self) -> bool:
        """Whether a request may still meet another fate than an equal one has met before.

        It may while a rule's `nth` request has not come, while its `times` are not used up, and as long as a `when` of
        the author's own has a say. So it may if choices of the author's own decide on what is offered. A rule that
        hits all that fits it from now on does so again and again, and one that is used up does nothing.
        """
        # A list, for another thread may add a rule meanwhile.
        if any(_may_change(rule, count) for rule, count in list(self._rules.items())):
            return True
        return bool(self._offered) and self._choices.may_deviate()

    def unused(self) -> list[Rule]:
        """The rules that were never used and should have been."""
        return [rule for rule, count in self._rules.items() if not count.used and not rule.optional]

    def check_used(self, exchanges: str) -> None:
        """Complain about rules that were never used; `exchanges` says what came instead.

        Raises:
            RuleNeverMatched: there are such rules.
            ConfigurationError: a rule's `when` raised: client code may have caught what it was told then. Or an `on`
                was left without an effect.
        """
        if self._problem is not None:
            raise ConfigurationError(self._problem)
        if self._unfinished:
            # Only now: a request of another thread may come between `on(...)` and what follows it.
            said = "; ".join(f"on({target._rule.operation!r}) at {place}" for target, place in self._unfinished.items())
            raise ConfigurationError(
                f"{said}: it says which requests, and not what happens to them, so nothing does. Say that as well: "
                f"on({next(iter(self._unfinished))._rule.operation!r}).fail(503)."
            )
        unused = self.unused()
        if unused:
            rules = "; ".join(map(str, unused))
            raise RuleNeverMatched(
                f"{rules}: armed and never used, so the test does not show what it says. {exchanges} "
                "Mend the rule, or write optional=True if it need not happen."
            )

    def _fits(self, rule: Rule, target: str, call: Call | None) -> bool:
        if not (self._chosen(rule, call) and (rule.path is None or _leads(target, rule.path))):
            return False
        try:
            return bool(rule.when(call))
        except Exception as error:
            where = call.operation.id if call is not None else "what no route fits"
            self._problem = (
                f"{rule}: its when= raised {error!r} at {where}. A when= takes a Call and says whether the "
                "rule matches: look at call.values, call.body and call.upload, each of which may be missing."
            ) + (" Where no route fits, there is no Call but None." if call is None else "")
            raise ConfigurationError(self._problem) from error

    def _chosen(self, rule: Rule, call: Call | None) -> bool:
        if rule.path is not None and rule.operation == "*":
            return True
        if call is None:
            return False
        name = call.operation.id
        return name == rule.operation or (name in self._operations and fnmatchcase(name, rule.operation))

    def _check(self, rule: Rule) -> None:
        operation, said = rule.operation, f"on({rule.operation!r}"
        if not isinstance(operation, str):
            raise ConfigurationError(f"{said}): give an operation's id or a glob, a string. {self._all()}")
        if operation not in OPERATIONS and not any(fnmatchcase(known, operation) for known in self._operations):
            absent = next((row for row in ABSENT.values() if fnmatchcase(row.id, operation)), None)
            if absent is not None:
                raise UnknownOperation(
                    f"{said}): {absent.said}. A request for it is answered 404. To choose it: "
                    f"on(path={absent.glob!r}). {self._all()}"
                )
            raise UnknownOperation(f"{said}): no operation has this id.{nearest(operation, OPERATIONS)} {self._all()}")
        if rule.path is not None and not isinstance(rule.path, str):
            raise ConfigurationError(f"{said}, path={rule.path!r}): give a path or a glob, a string.")
        for name, value in (("nth", rule.nth), ("times", rule.times)):
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise ConfigurationError(f"{said}, {name}={value!r}): count from 1, in whole numbers.")
        if not callable(rule.when):
            raise ConfigurationError(f"{said}, when={rule.when!r}): give a function that takes a Call.")
        if not isinstance(rule.optional, bool):
            raise ConfigurationError(
                f"{said}, optional={rule.optional!r}): give True (the rule need not be used) or False."
            )
        if not isinstance(rule.marked, bool):
            raise ConfigurationError(f"{said}, marked={rule.marked!r}): give True (a header tells of it) or False.")
        if rule.effect.is_stale:
            reads = [row.id for row in OPERATIONS.values() if row.method == "GET" and row.authenticated]
            if not any(fnmatchcase(read, operation) for read in reads):
                raise ConfigurationError(
                    f"{rule}: only a read shows something that can be old. Reads: {', '.join(reads)}"
                )

    def _all(self) -> str:
        return f"All: {', '.join(OPERATIONS)}"


def _may_change(rule: Rule, count: _Count) -> bool:
    if rule.times is not None:
        return count.used < rule.times
    return rule.when is not always or 1 < rule.nth > count.matched


def _leads(target: str, glob: str) -> bool:
    """Whether the target has such a path; what an instance has before `/v1/` may be left out."""
    path = target.partition("?")[0]
    return fnmatchcase(path, glob) or fnmatchcase(path[max(path.find("/v1/"), 0) :], glob)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Chosen requests, waiting for what happens to them. Each method arms a rule and returns it."""

    _faults: Faults
    _rule: Rule

    def do(self, effect: Effect) -> Rule:
        """Arm any effect.

        Raises:
            ConfigurationError: not an effect.
        """
        if not isinstance(effect, Effect):
            raise ConfigurationError(
                f"on({self._rule.operation!r}).do({effect!r}): give an effect, as fakestt.fail(503) and "
                "fakestt.slow('45s') make them."
            )
        self._faults._unfinished.pop(self, None)
        return self._faults.add(replace(self._rule, effect=effect))

    def fail(
        self,
        status: int,
        message: str | None = None,
        *,
        retry_after: int | str | datetime | None = None,
        body: Any = None,
        content_type: str | None = None,
        commits: bool = False,
    ) -> Rule:
        """See `fakestt.fail`."""
        more = {"retry_after": retry_after, "body": body, "content_type": content_type, "commits": commits}
        return self.do(effects.fail(status, message, **more))

    def html(self, status: int, *, commits: bool = False) -> Rule:
        """See `fakestt.html`."""
        return self.do(effects.html(status, commits=commits))

    def garble(self) -> Rule:
        """See `fakestt.garble`."""
        return self.do(effects.garble())

    def stale(self) -> Rule:
        """See `fakestt.stale`.

        Raises:
            ConfigurationError: no read is among the operations.
        """
        return self.do(effects.stale())

    def lose_request(self) -> Rule:
        """See `fakestt.lose_request`."""
        return self.do(effects.lose_request())

    def lose_reply(self) -> Rule:
        """See `fakestt.lose_reply`."""
        return self.do(effects.lose_reply())

    def reset(self, *, commits: bool = False) -> Rule:
        """See `fakestt.reset`."""
        return self.do(effects.reset(commits=commits))

    def interrupt(self, *, commits: bool = False) -> Rule:
        """See `fakestt.interrupt`."""
        return self.do(effects.interrupt(commits=commits))

    def slow(self, late: Duration) -> Rule:
        """See `fakestt.slow`."""
        return self.do(effects.slow(late))

    def drip(self, every: Duration, *, pieces: int = 10) -> Rule:
        """See `fakestt.drip`."""
        return self.do(effects.drip(every, pieces=pieces))

    def truncate(self, size_bytes: int, *, reset: bool = False) -> Rule:
        """See `fakestt.truncate`."""
        return self.do(effects.truncate(size_bytes, reset=reset))

    def truncate_head(self, size_bytes: int) -> Rule:
        """See `fakestt.truncate_head`."""
        return self.do(effects.truncate_head(size_bytes))

    def ok(self) -> Rule:
        """See `fakestt.ok`."""
        return self.do(effects.ok())
