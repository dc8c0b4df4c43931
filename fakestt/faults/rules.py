"""Which requests meet a fault, and what happens to them: a rule, and how an author writes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol

from fakestt.contract.messages import Call
from fakestt.durations import Duration
from fakestt.errors import ConfigurationError, StateError
from fakestt.faults import effects
from fakestt.faults.effect import Effect

__all__ = ["ArmedIn", "Rule", "Target", "When", "always"]


When = Callable[[Any], bool]
"""Looks at a Call; Any: or at None, where a rule with a path meets what no route fits."""


def always(call: Call | None) -> bool:
    """Every request."""
    return True


class ArmedIn(Protocol):
    """The faults of a fake, as far as a rule asks them about itself."""

    def matched(self, rule: Rule) -> int: ...

    def used(self, rule: Rule) -> int: ...

    def remove(self, rule: Rule) -> None: ...

    def enter(self, rule: Rule) -> None:
        """A block of `with` begins. The rule is armed, if it is not armed already."""

    def leave(self, rule: Rule, *, is_asked: bool) -> None:
        """The block is over. The rule is disarmed, and if `is_asked`, it must have been used."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Rule:
    """From the `nth` matching request on, and at each `every`th from there, the effect happens, `times` times (None:
    without end).

    With `then` there is a series: `effect` happens at the first of these requests, and those of `then`, in turn, at the
    ones behind it. After the last of them the rule is used up.

    `path` is a glob on the path without its query, as it was sent or from its `/v1/` on. With it the operation "*" is
    whatever is asked there, be it known or not. `between` is a part of the fake's time, counted from its start; the end
    is not in it. Only a request of that time matches. An answer that the effect makes or changes is `marked` on the
    wire.

    Two rules are never the same one, however alike they are: each is counted for itself. What `on(...)` and an effect
    return knows its fake: `matched` and `used` tell what is counted there, `disarm()` ends it, and in `with` it holds
    for the block. `drawn` is the effect that a condition drew by chance, as its author wrote it.
    """

    operation: str = "*"
    effect: Effect
    then: tuple[Effect, ...] = ()
    path: str | None = None
    nth: int = 1
    every: int = 1
    times: int | None = None
    between: tuple[Duration, Duration] | None = None
    when: When = always
    optional: bool = False
    marked: bool = True
    drawn: Effect | None = None
    armed_in: ArmedIn | None = None

    @property
    def matched(self) -> int:
        """How many requests were of those that it chooses, hit or not."""
        return self._home().matched(self)

    @property
    def used(self) -> int:
        """How many requests it has hit."""
        return self._home().used(self)

    def disarm(self) -> None:
        """Hit no request from now on. The rule need not have been used."""
        self._home().remove(self)

    def __enter__(self) -> Rule:
        self._home().enter(self)
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self._home().leave(self, is_asked=error is None)

    def _home(self) -> ArmedIn:
        if self.armed_in is None:
            raise StateError(
                f"{self}: this rule was made by hand, and any number of fakes may have it. Ask one of them: "
                "stt.faults.used(rule), stt.faults.matched(rule), stt.faults.remove(rule)."
            )
        return self.armed_in

    def __getstate__(self) -> list[Any]:
        # Its fake does not travel along with a copy.
        return [None if one.name == "armed_in" else getattr(self, one.name) for one in fields(self)]

    @property
    def series(self) -> tuple[Effect, ...]:
        """What happens in turn; of a rule that does always the same, its effect."""
        return (self.effect, *self.then)

    @property
    def most(self) -> int | None:
        """How many requests it hits; None: without end."""
        return len(self.series) if self.then else self.times

    def __repr__(self) -> str:
        return f"<{self}>" if self.armed_in is None else f"<{self}, used {self.used} times>"

    def __str__(self) -> str:
        more = f", path={self.path!r}" if self.path is not None else ""
        alone = self.every == self.times == 1  # what nth= by itself means
        more += f", nth={self.nth}" if alone or self.nth != self.every else ""
        more += f", every={self.every}" if self.every > 1 else ""
        more += f", times={self.times}" if self.times is not None and not alone else ""
        more += f", between={self.between!r}" if self.between is not None else ""
        more += "" if self.marked else ", marked=False"
        done = f"then({', '.join(map(str, self.series))})" if self.then else str(self.effect)
        return f"on({self.operation!r}{more}).{done}"


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Chosen requests, waiting for what happens to them. Each method arms a rule and returns it."""

    _rule: Rule
    _arm: Callable[[Target, str, Rule], Rule]
    _place: str  # where it was written
    _is_once: bool  # nth= stands alone, so one request is meant

    def do(self, effect: Effect) -> Rule:
        """Arm any effect.

        Raises:
            ConfigurationError: not an effect.
        """
        self._check_effect("do", effect)
        return self._arm(self, self._place, replace(self._rule, effect=effect))

    def then(self, *series: Effect) -> Rule:
        """Arm effects that happen in turn, one at each request: `then(fail(503), fail(429, retry_after=5), ok())`.

        Behind the last one the rule is used up.

        Raises:
            ConfigurationError: none, or something else than an effect; with `times=`, which says the same otherwise.
        """
        for effect in series:
            self._check_effect("then", effect)
        rule = replace(self._rule, times=None) if self._is_once else self._rule
        if not series or rule.times is not None:
            why = "give the effects that happen in turn" if not series else "each of the effects happens once"
            raise ConfigurationError(
                f"on({rule.operation!r}{f', times={rule.times}' if rule.times else ''}).then(...): {why}, as in "
                "then(fail(503), ok()). For one that happens several times, write it several times, or use times= "
                "with that effect alone."
            )
        first, *others = series
        return self._arm(
            self, self._place, replace(rule, effect=first, then=tuple(others), times=None if others else 1)
        )

    def _check_effect(self, how: str, effect: object) -> None:
        if not isinstance(effect, Effect):
            raise ConfigurationError(
                f"on({self._rule.operation!r}).{how}({effect!r}): give an effect, as fakestt.fail(503) and "
                "fakestt.slow('45s') make them."
            )

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
