"""What a test's author writes: `@fakestt.explore(...)` and `@fakestt.replay("...")`. Both only mark a test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import wraps
from typing import Any, Literal, ParamSpec, Protocol, TypeVar, cast, overload

from fakestt.contract.operations import OPERATIONS
from fakestt.core.choices import Kind
from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError, UnknownOperation, nearest
from fakestt.exploring.schedule import Deviation, Schedule
from fakestt.exploring.search import Bound, Budget
from fakestt.faults.effects import Effect, ok
from fakestt.faults.spelled import effect_of

__all__ = ["CHECKS", "FAULTS", "MARK", "Exploration", "Replay", "explore", "replay"]

MARK = "_fakestt_exploring"
"""The attribute of a test's function."""

FAULTS = ("fail(503)", "fail(429)", "reset()", "lose_reply()")

_NO_BODY = "body=..."
"""How an effect with a body is told."""
_REQUEST = re.compile(r"r(\d+)(?::.*)?", re.DOTALL)
"""A label that says which request is meant."""

STRATEGIES = ("exhaustive", "sample")
CHECKS = ("conduct", "leftovers", "metamorphic")

F = TypeVar("F", bound=Callable[..., object])
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Exploration:
    """How a test is explored. Read from the arguments of `explore`, which says what they mean."""

    faults: tuple[Effect, ...]
    operations: tuple[str, ...]
    bound: Bound
    budget: Budget
    every_poll: bool
    equal_reads: int
    shards: int
    strategy: str
    examples: int
    seed: int
    checks: frozenset[str]
    allowed: tuple[type[BaseException], ...]

    def leaves_out(self, operation: str) -> bool:
        """Whether no fault is tried at this operation."""
        return not any(fnmatchcase(operation, glob) for glob in self.operations)


@dataclass(frozen=True, slots=True)
class Replay:
    """One schedule, and the effects that may happen in it.

    Attributes:
        told: the effects that its text tells in full.
        explored: how the test is explored, if the replay stands above that. What is asked there is asked of this run.
    """

    schedule: Schedule
    told: tuple[Effect, ...] = ()
    explored: Exploration | None = None

    @classmethod
    def of(cls, text: str) -> Replay:
        """The replay of such a text: `r3=fail(503); training=failed`.

        Raises:
            ConfigurationError: it is no schedule, or what is to happen at a request is no effect.
        """
        deviations, told = [], []
        for one in Schedule.parse(text):
            request = _REQUEST.fullmatch(one.label)
            if request is not None and not int(request[1]):
                raise ConfigurationError(f"{text!r}: {one.label}: requests are counted from 1.")
            if (request is not None or one.option.endswith(")")) and _NO_BODY not in one.option:
                told.append(effect_of(one.option))
                deviations.append(Deviation(one.label, told[-1].spelled))
            else:
                deviations.append(one)
        return cls(Schedule(tuple(deviations)), tuple(told))

    def of_mark(self, mark: object) -> Replay:
        """The replay of a test that has this mark, if any."""
        return replace(self, explored=mark) if isinstance(mark, Exploration) else self

    @property
    def faults(self) -> tuple[Effect, ...]:
        """Its effects, each once: what it tells in full, and what the exploration below it has of that text."""
        offered = () if self.explored is None else self.explored.faults
        named = {one.option for one in self.schedule}
        effects = (*self.told, *(effect for effect in offered if effect.spelled in named))
        return tuple({effect.spelled: effect for effect in effects}.values())

    def untold(self) -> str | None:
        """An effect whose body nobody tells; None if there is none."""
        known = {effect.spelled for effect in self.faults}
        return next((one.option for one in self.schedule if _NO_BODY in one.option and one.option not in known), None)


class _Explore(Protocol[P]):
    """A decorator that stands on a test with arguments or without."""

    @overload
    def __call__(self, *none: P.args, **arguments: P.kwargs) -> Callable[[F], F]: ...
    @overload
    def __call__(self, test: F, /) -> F: ...


def _decorator(read: Callable[P, Exploration]) -> _Explore[P]:
    """The decorator with these arguments. So they are written once, for it stands on a test without any as well."""
    exploration_of: Callable[..., Exploration] = read

    @wraps(read)
    def explore(test: Any = None, /, **arguments: Any) -> Any:  # Any: the protocol says more
        exploration = exploration_of(**arguments)
        return (lambda test: _marked(test, exploration)) if test is None else _marked(test, exploration)

    return cast("_Explore[P]", explore)


@_decorator
def explore(
    *,
    faults: Iterable[str | Effect] = FAULTS,
    operations: Iterable[str] = ("*",),
    max_faults: int = 1,
    outcomes: bool = True,
    moments: bool = False,
    every_poll: bool = False,
    schedules: int = 2_000,
    budget: Duration = "60s",
    equal_reads: int = 500,
    shards: int = 1,
    strategy: Literal["exhaustive", "sample"] = "exhaustive",
    examples: int = 500,
    seed: int = 0,
    check: Iterable[Literal["conduct", "leftovers", "metamorphic"]] = (),
    allow: type[BaseException] | Sequence[type[BaseException]] = (),
) -> Exploration:
    """Run a test once for every schedule within a bound, and report the smallest one of each kind of failure.

    The test is one item of pytest with one report. Its function-scoped fixtures are made anew for each schedule. The
    fakes must be made by fixtures of fakestt: nothing else knows of the schedule.

    Args:
        faults: effects, as text or made: `["fail(503)", "lose_reply()"]`. Each may hit each request.
        operations: ids or globs of the operations that faults may hit.
        max_faults: how many faults one schedule has at most. Outcomes and moments are not counted.
        outcomes: how trainings, upgrades and analyses end varies too.
        moments: how long they take (the least, the middle and the most that is documented), and whether a change due at
            the very instant of a request comes before or after it, vary too.
        every_poll: of equal polls in a row faults hit each one. Otherwise they hit the first, the second and the last:
            a client that fails at its fourth 503 in a row is not found.
        schedules: how many are run at most.
        budget: how long it may go on, in real time. What a budget cuts is told.
        equal_reads: after so many equal reads in a row, while nothing can change, a client counts as endless.
        shards: as many items are collected, which pytest-xdist runs beside each other. Each is told as a whole: it has
            what begins with the same first deviation.
        strategy: "exhaustive", or "sample": Hypothesis draws schedules, keeps those that failed for the next run, and
            shrinks them. So it goes beyond the bound that can be searched in full: give a large `max_faults`.
        examples: how many are drawn.
        seed: the same one draws the same, behind what failed before.
        check: what is asked of each schedule beside the test's own asserts, when its fixtures have been torn down.
            "leftovers": nothing is left that a request of the client has made. "conduct": no rule of good conduct is
            broken. "metamorphic": schedules whose activities end as in the ordinary run leave the same resources, in
            the same states.
        allow: exceptions that the client may raise: such a schedule has not failed.

    Raises:
        ConfigurationError: an argument of another kind.
        UnknownOperation: no operation fits.
    """
    return Exploration(
        _effects(faults),
        _globs(operations),
        Bound(_count("max_faults", max_faults, least=0), _kinds(outcomes=outcomes, moments=moments)),
        Budget(_count("schedules", schedules), _budget_s(budget)),
        _flag("every_poll", every_poll),
        _count("equal_reads", equal_reads),
        _count("shards", shards),
        _strategy(strategy),
        _count("examples", examples),
        _count("seed", seed, least=0),
        _checks(check),
        _allowed(allow),
    )


def replay(schedule: str) -> Callable[[F], F]:
    """Run a test under one schedule, as an exploration reported it: `@fakestt.replay("r3=fail(503)")`.

    If the test does not come to a point of it, it fails and says where it left the road. Above `explore` it takes its
    place for this run, and asks for what `check=` names there.

    Raises:
        ConfigurationError: not a schedule.
    """
    one = Replay.of(schedule)

    def above(test: F) -> F:
        here = one.of_mark(getattr(test, MARK, None))
        if (text := here.untold()) is not None:
            raise ConfigurationError(
                f"{text!r}: a schedule does not tell what a body holds. Put replay above the explore that has this "
                "effect in its faults=, or write the body in the place of the three dots."
            )
        return _marked(test, here)

    return above


def _marked(test: F, mark: Exploration | Replay) -> F:
    if not callable(test) or isinstance(test, type):
        raise ConfigurationError(f"{test!r} is no test: explore and replay stand on a function or a method.")
    # What a class hands out of a staticmethod is the function in it.
    setattr(test.__func__ if isinstance(test, staticmethod) else test, MARK, mark)
    return test


def _effects(faults: Iterable[str | Effect]) -> tuple[Effect, ...]:
    if isinstance(faults, str) or not isinstance(faults, Iterable):
        raise ConfigurationError(f"faults={faults!r}: give several effects, such as ['fail(503)', 'reset()'].")
    effects = tuple(dict.fromkeys(map(effect_of, faults)))
    if ok() in effects:
        raise ConfigurationError("faults: ok() is what happens without a fault. Leave it out.")
    texts = [effect.spelled for effect in effects]
    for text in texts:
        if texts.count(text) > 1:
            raise ConfigurationError(
                f"faults: two different effects read {text!r}, and a schedule could not tell which is meant. Give them "
                "different content types or statuses, or explore one at a time."
            )
    return effects


def _globs(operations: Iterable[str]) -> tuple[str, ...]:
    globs = (operations,) if isinstance(operations, str) else tuple(operations)
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in OPERATIONS):
            raise UnknownOperation(f"operations={glob!r}: no operation has this id.{nearest(glob, OPERATIONS)}")
    return globs


def _kinds(**varied: bool) -> frozenset[Kind]:
    kinds = {Kind.FAULT}
    if _flag("outcomes", varied["outcomes"]):
        kinds.add(Kind.ENDING)
    if _flag("moments", varied["moments"]):
        kinds |= {Kind.TAKES, Kind.TIE}
    return frozenset(kinds)


def _strategy(strategy: str) -> str:
    if strategy not in STRATEGIES:
        raise ConfigurationError(f"strategy={strategy!r}: give one of {', '.join(map(repr, STRATEGIES))}.")
    return strategy


def _checks(check: Iterable[str]) -> frozenset[str]:
    names = (check,) if isinstance(check, str) else tuple(check)
    for name in names:
        if name not in CHECKS:
            raise ConfigurationError(f"check={name!r}: no such check.{nearest(name, CHECKS)} All: {', '.join(CHECKS)}")
    return frozenset(names)


def _allowed(allow: object) -> tuple[type[BaseException], ...]:
    kinds = tuple(allow) if isinstance(allow, (tuple, list)) else (allow,)
    for kind in kinds:
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise ConfigurationError(f"allow={allow!r}: give classes of exceptions, such as (ApiException,).")
    return kinds


def _flag(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{name}={value!r}: give True or False.")
    return value


def _count(name: str, value: int, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ConfigurationError(f"{name}={value!r}: give a whole number, {least} or more.")
    return value


def _budget_s(budget: Duration) -> float:
    budget_s = seconds(budget, "budget")
    if budget_s <= 0:
        raise ConfigurationError(f"budget={budget!r}: give a time to explore in, such as '60s'.")
    return budget_s
