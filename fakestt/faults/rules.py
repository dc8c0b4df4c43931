"""Which requests meet a fault. Rules are frozen; what is counted is counted here, under the service's lock."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from fakestt.contract.messages import Call
from fakestt.contract.operations import OPERATIONS
from fakestt.durations import Duration
from fakestt.errors import ConfigurationError, RuleNeverMatched, UnknownOperation, nearest
from fakestt.faults import effects
from fakestt.faults.effects import Effect

__all__ = ["Faults", "Rule", "Target", "always"]


def always(call: Call) -> bool:
    """Every request."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """From the `nth` matching request on, `times` times (None: without end), the effect happens.

    Two rules are never the same one, however alike they are: each is counted for itself.
    """

    operation: str
    effect: Effect
    nth: int = 1
    times: int | None = None
    when: Callable[[Call], bool] = always
    optional: bool = False

    def __str__(self) -> str:
        more = f", nth={self.nth}" if self.nth > 1 else ""
        alone = self.nth > 1 and self.times == 1  # what nth= by itself means
        more += f", times={self.times}" if self.times is not None and not alone else ""
        return f"on({self.operation!r}{more}).{self.effect}"


@dataclass(slots=True)
class _Count:
    matched: int = 0
    used: int = 0


class Faults:
    """The rules of one fake, in the order in which they were written: the first that fits a request wins."""

    def __init__(self, operations: Collection[str]) -> None:
        self._operations = operations
        self._rules: dict[Rule, _Count] = {}
        self._unfinished: dict[Target, str] = {}  # and where they were chosen
        self._problem: str | None = None

    def on(
        self,
        operation: str,
        *,
        nth: int | None = None,
        times: int | None = None,
        when: Callable[[Call], bool] = always,
        optional: bool = False,
    ) -> Target:
        """Choose requests; what happens to them is said next: `on("addAudio", nth=2).fail(503)`.

        Args:
            operation: an operation's id, or a glob such as "*Audio"; "*" is every operation of the service.
            nth: the first that is hit, counted from 1 among those that match; alone, it is the only one.
            times: how many are hit.
            when: looks at a Call and says whether it matches.
            optional: a rule that is never used is otherwise an error at the test's end.

        Raises:
            UnknownOperation: no operation has this id, or fits this glob.
            ConfigurationError: an argument of another kind; `nth` or `times` is less than 1.
        """
        self._check(operation, nth, times, when, optional)
        if nth is not None and times is None:
            times = 1
        target = Target(self, operation, nth or 1, times, when, optional)
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
        self._check(rule.operation, rule.nth, rule.times, rule.when, rule.optional)
        self._rules[rule] = _Count()
        return rule

    def remove(self, rule: Rule) -> None:
        """Disarm a rule; it need not have been used."""
        self._rules.pop(rule, None)

    def take(self, call: Call) -> Rule | None:
        """The rule that hits this call, if any. Every rule that matches counts it.

        Raises:
            ConfigurationError: a rule's `when` raised. Then nothing is counted.
        """
        hit: Rule | None = None
        if call.operation.id not in self._operations:
            return None  # tokens come from another host, which no rule can name
        for rule in [rule for rule in self._rules if self._fits(rule, call)]:
            count = self._rules[rule]
            count.matched += 1
            left = rule.times is None or count.used < rule.times
            if hit is None and left and count.matched >= rule.nth:
                count.used += 1
                hit = rule
        return hit

    def used(self, rule: Rule) -> int:
        """How often this rule has hit."""
        return self._rules[rule].used if rule in self._rules else 0

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
            said = "; ".join(f"on({target._operation!r}) at {place}" for target, place in self._unfinished.items())
            raise ConfigurationError(
                f"{said}: it says which requests, and not what happens to them, so nothing does. Say that as well: "
                f"on({next(iter(self._unfinished))._operation!r}).fail(503)."
            )
        unused = self.unused()
        if unused:
            rules = "; ".join(map(str, unused))
            raise RuleNeverMatched(
                f"{rules}: armed and never used, so the test does not show what it says. {exchanges} "
                "Mend the rule, or write optional=True if it need not happen."
            )

    def _fits(self, rule: Rule, call: Call) -> bool:
        if not fnmatchcase(call.operation.id, rule.operation):
            return False
        try:
            return bool(rule.when(call))
        except Exception as error:
            self._problem = (
                f"{rule}: its when= raised {error!r} at {call.operation.id}. A when= takes a Call and says whether the "
                "rule matches: look at call.values, call.body and call.upload, each of which may be missing."
            )
            raise ConfigurationError(self._problem) from error

    def _check(self, operation: object, nth: object, times: object, when: object, optional: object) -> None:
        if not isinstance(operation, str):
            raise ConfigurationError(f"on({operation!r}): give an operation's id or a glob, a string. {self._all()}")
        if not any(fnmatchcase(known, operation) for known in self._operations):
            if any(fnmatchcase(known, operation) for known in OPERATIONS):
                raise UnknownOperation(
                    f"on({operation!r}): that hands out tokens, which no fault meets. To have a token refused: "
                    f"stt.auth.expire_tokens(); a key: stt.auth.revoke(key). {self._all()}"
                )
            raise UnknownOperation(
                f"on({operation!r}): no operation has this id.{nearest(operation, self._operations)} {self._all()}"
            )
        for name, value in (("nth", nth), ("times", times)):
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise ConfigurationError(f"on({operation!r}, {name}={value!r}): count from 1, in whole numbers.")
        if not callable(when):
            raise ConfigurationError(f"on({operation!r}, when={when!r}): give a function that takes a Call.")
        if not isinstance(optional, bool):
            raise ConfigurationError(
                f"on({operation!r}, optional={optional!r}): give True (the rule need not be used) or False."
            )

    def _all(self) -> str:
        return f"All: {', '.join(self._operations)}"


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Chosen requests, waiting for what happens to them. Each method arms a rule and returns it."""

    _faults: Faults
    _operation: str
    _nth: int
    _times: int | None
    _when: Callable[[Call], bool]
    _optional: bool

    def do(self, effect: Effect) -> Rule:
        """Arm any effect.

        Raises:
            ConfigurationError: not an effect.
        """
        if not isinstance(effect, Effect):
            raise ConfigurationError(
                f"on({self._operation!r}).do({effect!r}): give an effect, as fakestt.fail(503) and fakestt.slow('45s') "
                "make them."
            )
        self._faults._unfinished.pop(self, None)
        return self._faults.add(
            Rule(
                operation=self._operation,
                effect=effect,
                nth=self._nth,
                times=self._times,
                when=self._when,
                optional=self._optional,
            )
        )

    def fail(
        self,
        status: int,
        message: str | None = None,
        *,
        retry_after: int | str | None = None,
        body: Any = None,
        commits: bool = False,
    ) -> Rule:
        """See `fakestt.fail`."""
        return self.do(effects.fail(status, message, retry_after=retry_after, body=body, commits=commits))

    def lose_request(self) -> Rule:
        """See `fakestt.lose_request`."""
        return self.do(effects.lose_request())

    def lose_reply(self) -> Rule:
        """See `fakestt.lose_reply`."""
        return self.do(effects.lose_reply())

    def reset(self, *, commits: bool = False) -> Rule:
        """See `fakestt.reset`."""
        return self.do(effects.reset(commits=commits))

    def slow(self, late: Duration) -> Rule:
        """See `fakestt.slow`."""
        return self.do(effects.slow(late))

    def truncate(self, size_bytes: int, *, reset: bool = False) -> Rule:
        """See `fakestt.truncate`."""
        return self.do(effects.truncate(size_bytes, reset=reset))

    def truncate_head(self, size_bytes: int) -> Rule:
        """See `fakestt.truncate_head`."""
        return self.do(effects.truncate_head(size_bytes))

    def ok(self) -> Rule:
        """See `fakestt.ok`."""
        return self.do(effects.ok())
