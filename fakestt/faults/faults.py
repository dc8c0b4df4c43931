"""The faults of one fake: which are armed, and which of them a request meets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Call
from fakestt.core.choices import Kind, Point
from fakestt.core.world import World
from fakestt.durations import Duration
from fakestt.errors import ConfigurationError, RuleNeverMatched
from fakestt.faults import effects
from fakestt.faults.armed import Armed, chosen_by
from fakestt.faults.condition import Condition
from fakestt.faults.conditions import Conditions, Credentials
from fakestt.faults.effect import Effect
from fakestt.faults.rules import Rule, Target, When, always
from fakestt.faults.written import ALL, check_rule, place_of

__all__ = ["Faults"]

_ORDINARY = effects.ok()


class Faults(Conditions):
    """The rules of one fake, and behind them its conditions. Of those that fit a request the last one written wins.

    Rules are frozen. What is counted is counted here, under the service's lock.

    Args:
        operations: the ids of the service's operations, among which globs choose.
        auth: keys and tokens.
        owner: the instance.
        closest: which requests came closest to a rule that was not used, in lines.
        tell: is told what the author does, in words.
    """

    def __init__(
        self,
        operations: Collection[str],
        world: World,
        edition: Edition,
        auth: Credentials,
        owner: str,
        closest: Callable[[Armed], Sequence[str]],
        tell: Callable[[str], object] = str,
    ) -> None:
        super().__init__(operations, world, edition, auth, tell)
        self._choices = world.machine.choices
        self._owner = owner
        self._closest = closest
        self._latest_seq = 0
        self._offered: tuple[Effect, ...] = ()
        self._rules: dict[Rule, Armed] = {}
        self._known: dict[Rule, Armed] = {}  # the disarmed ones as well, and the parts of a series
        self._unfinished: dict[Target, None] = {}
        self._problem: str | None = None

    def on(
        self,
        operation: str | None = None,
        *,
        path: str | None = None,
        nth: int | None = None,
        times: int | None = None,
        every: int | None = None,
        between: tuple[Duration, Duration] | None = None,
        when: When = always,
        optional: bool = False,
        marked: bool = True,
    ) -> Target:
        """Choose requests; what happens to them is said next: `on("addAudio", nth=2).fail(503)`.

        All keys hold together: a request matches if it fits all of `operation`, `path`, `between` and `when`. The
        others count among those that match.

        Args:
            operation: an operation's id, or a glob such as "*Audio"; "*" is every operation of the service. What hands
                out tokens (`getToken`) has its id alone. With a path it may be left out.
            path: a glob such as "/v1/acoustic_customizations/*"; also of what no route fits.
            nth: the first that is hit, counted from 1; alone, it is the only one.
            times: how many are hit.
            every: each so-manyth is hit: with 3 the third, the sixth and so on; with `nth=1` the first, the fourth ...
            between: a window on the fake's clock, such as ("30m", "40m"). It counts from the fake's start; its end is
                not in it.
            when: looks at a Call and says whether it matches; at None, where no route fits the path.
            optional: a rule that is never used is otherwise an error at the test's end.
            marked: an answer that the fault makes or changes has a header that says so, `X-Fakestt-Fault`.

        Raises:
            UnknownOperation: no operation has this id, or fits this glob.
            ConfigurationError: an argument of another kind; a number is less than 1; a window that is over, or is none;
                no argument at all.
        """
        if operation is None and path is None:
            raise ConfigurationError(f"on(): give an operation, or a path=. {ALL}")
        is_once = nth is not None and times is None and every is None
        rule = Rule(
            operation="*" if operation is None else operation,
            effect=effects.ok(),  # until it is said
            path=path,
            nth=next((one for one in (nth, every) if one is not None), 1),
            every=1 if every is None else every,
            times=1 if is_once else times,
            between=between,
            when=when,
            optional=optional,
            marked=marked,
        )
        self._check(rule)
        target = Target(rule, self._finish, place_of(sys._getframe(1)), is_once)
        self._unfinished[target] = None
        return target

    def add(self, rule: Rule) -> Rule:
        """Arm a rule.

        Raises:
            UnknownOperation, ConfigurationError: as `on`.
        """
        if not isinstance(rule, Rule):
            raise ConfigurationError(f"add({rule!r}): give a Rule, or write on(...) and what happens: .fail(503).")
        self._check(rule)
        return self._arm(rule, place_of(sys._getframe(1)))

    def _finish(self, target: Target, place: str, rule: Rule) -> Rule:
        self._unfinished.pop(target, None)
        return self._arm(replace(rule, armed_in=self), place)

    def _arm(self, rule: Rule, place: str) -> Rule:
        window_s = check_rule(rule, self._operations, self._edition)  # not every effect goes with every request
        armed = Armed(rule, chosen_by(rule.operation, self._operations), place, self._latest_seq, window_s)
        self._rules.pop(rule, None)  # one that is armed anew is the last one written
        self._rules[rule] = armed
        self._known.update(dict.fromkeys((rule, *armed.parts), armed))
        self._tell(f"faults.{rule}")
        return rule

    def _check(self, rule: Rule) -> None:
        window_s = check_rule(rule, self._operations, self._edition)
        if window_s is not None:
            self._check_time(window_s[1], f"on({rule.operation!r}, between={rule.between!r})")

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
        self._offered = (_ORDINARY, *effects) if effects else ()

    def take(self, target: str, call: Call | None, seq: int, authorization: Callable[[], str | None]) -> Rule | None:
        """The rule that hits a request, if any. Every rule that matches counts it. Conditions come behind all rules.

        Args:
            target: its path and query.
            call: None if no route fits.
            seq: its number, from 1.
            authorization: gives its credentials.

        Raises:
            ConfigurationError: a rule's `when` raised. Then nothing is counted.
        """
        self._latest_seq = seq
        hit: Rule | None = None
        if self._rules:
            since_start_s = self._since_start_s()
            latest_first = reversed(list(self._rules.values()))  # a list, for another thread may arm a rule meanwhile
            for one in [one for one in latest_first if self._fits(one, target, call, since_start_s)]:
                one.matched += 1
                if one.is_due and hit is None:
                    hit = one.use()
                elif one.is_due:
                    one.overruled_by = hit
        if hit is None and self._conditions:
            hit = self._met(call, authorization)
        if hit is None and self._offered and call is not None and call.operation.id in self._operations:
            hit = self._offer_taken(call.operation.id, seq)
        return hit

    def _offer_taken(self, operation: str, seq: int) -> Rule | None:
        effect = self._choices.choose(Point(Kind.FAULT, operation, seq, owner=self._owner), self._offered)
        return None if effect == _ORDINARY else Rule(operation=operation, effect=effect)

    def matched(self, rule: Rule) -> int:
        """How many requests were of those that this rule chooses, hit or not. What was counted stays when it ends."""
        return self._known[rule].matched if rule in self._known else 0

    def used(self, rule: Rule) -> int:
        """How many requests this rule has hit."""
        return self._known[rule].used if rule in self._known else 0

    def enter(self, rule: Rule) -> None:
        """A block of `with` begins, in which the rule is armed. One that was disarmed counts anew."""
        if rule not in self._rules:
            self._check(rule)
            self._arm(rule, self._known[rule].place)

    def leave(self, rule: Rule, *, is_asked: bool) -> None:
        """The block is over. The rule is disarmed.

        Raises:
            RuleNeverMatched: nothing of it, or not all, has happened, and somebody wants to know.
        """
        armed = self._rules.pop(rule, None)
        if is_asked and armed is not None and armed.is_unmet:
            raise RuleNeverMatched(
                f"{armed}: armed for a block of `with`, and not used in it, so the test does not show what it "
                f"says. Mend the rule, or write optional=True if it need not happen.{self._explained([armed])}"
            )

    def may_change(self) -> bool:
        """Whether a request may still meet another fate than an equal one has met before.

        It may while a rule's `nth` request has not come, while its `times` are not used up, until its window is over,
        and as long as each `every`th or a `when` of the author's own has a say. So it may if choices of the author's
        own decide on what is offered. A rule that hits all that fits it from now on does so again and again, and one
        that is used up does nothing. Each condition knows for itself.
        """
        since_start_s = self._since_start_s()
        if any(one.may_change(since_start_s) for one in list(self._rules.values())):
            return True
        if self._conditions_may_change():
            return True
        return bool(self._offered) and self._choices.may_deviate()

    def unused(self) -> list[Rule | Condition]:
        """The rules and conditions that were never used and should have been, or whose series did not end."""
        return [one.rule if isinstance(one, Armed) else one for one in self._unused()]

    def _unused(self) -> list[Armed | Condition]:
        armed: list[Armed | Condition] = [*list(self._rules.values()), *list(self._conditions)]
        return [one for one in armed if one.is_unmet]

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
            said = "; ".join(f"on({target._rule.operation!r}) at {target._place}" for target in self._unfinished)
            raise ConfigurationError(
                f"{said}: it says which requests, and not what happens to them, so nothing does. Say that as well: "
                f"on({next(iter(self._unfinished))._rule.operation!r}).fail(503)."
            )
        unused = self._unused()
        if unused:
            rules = "; ".join(map(str, unused))
            raise RuleNeverMatched(
                f"{rules}: armed and never used, so the test does not show what it says. {exchanges} "
                f"Mend the rule, or write optional=True if it need not happen.{self._explained(unused)}"
            )

    def _explained(self, unused: Sequence[Armed | Condition]) -> str:
        """Lines for a message: where each rule was written, and what came closest."""
        lines = []
        for one in unused:
            name = f"{one} " if len(unused) > 1 else ""
            lines.append(f"{name}was written at {one.place}")
            if isinstance(one, Armed):
                lines += [f"    {line}" for line in self._closest(one)]
        return "".join(f"\n    {line}" for line in lines)

    def _fits(self, armed: Armed, target: str, call: Call | None, since_start_s: float) -> bool:
        for _ in armed.differences(None if call is None else call.operation.id, target, since_start_s):
            return False
        try:
            return bool(armed.rule.when(call))
        except Exception as error:
            met = call.operation.id if call is not None else "what no route fits"
            self._problem = (
                f"{armed.rule}: its when= ({_line_of(error)}) raised {error!r} at {met}. A when= takes a Call "
                "and says whether the rule matches: look at call.values, call.body and call.upload, each of which may "
                "be missing."
            ) + (" Where no route fits, there is no Call but None." if call is None else "")
            raise ConfigurationError(self._problem) from error


def _line_of(error: Exception) -> str:
    """The line of the author's function that raised, or that called what did."""
    ours = error.__traceback__
    assert ours is not None  # it was raised
    raised = ours.tb_next or ours  # what is no function of Python's has no line of its own
    return f"{Path(raised.tb_frame.f_code.co_filename).name}:{raised.tb_lineno}"
