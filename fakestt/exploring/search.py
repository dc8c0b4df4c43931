"""Exhaustive search: each schedule within a bound once, those with few deviations first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from fakestt.core.choices import Kind
from fakestt.exploring.schedule import Schedule
from fakestt.exploring.trial import Step

__all__ = ["Bound", "Budget", "Run", "Search"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Bound:
    """What varies. `max_faults` bounds the faults of one schedule; whatever else varies may deviate everywhere."""

    max_faults: int = 1
    kinds: frozenset[Kind] = frozenset((Kind.FAULT,))


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a search may cost. `seconds_s` are real ones."""

    schedules: int = 2_000
    seconds_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Run(Generic[R]):
    """What came of one schedule.

    Attributes:
        trail: every point, in order.
        skipped: the points at which nothing else is tried: they are the inner ones of equal polls in a row.
        result: whatever the runner makes of it.
    """

    trail: Sequence[Step]
    skipped: Collection[str]
    result: R


@dataclass(frozen=True, slots=True)
class _Node:
    """A schedule that was run, and where its run could have gone on otherwise."""

    schedule: Schedule
    faults: int
    open: tuple[Step, ...]

    def count(self) -> int:
        """How many schedules are made from it."""
        return sum(len(step.options) - 1 for step in self.open)


@dataclass(slots=True)
class _Level:
    """Schedules with as many deviations.

    Attributes:
        nodes: those that they are made from, as many as the budget may reach.
        children: how many there are.
        beyond: how many of them no budget is left for, and no node.
    """

    nodes: deque[_Node] = field(default_factory=deque)
    children: int = 0
    beyond: int = 0


class Search(Generic[R]):
    """Runs schedules, the ordinary one first, then level by level those with one deviation more.

    A schedule is made from a run by one deviation behind its last one. So each set of deviations is met once, by the
    one order in which a run comes upon its points.

    Args:
        run: runs one schedule from the start.
        bound: what varies.
        budget: where to stop.
        now_s: real time.
        shard: which part of the schedules with a deviation is run, (2, 16) for the second of sixteen. A part holds
            whatever begins with the same first deviation.
    """

    def __init__(
        self,
        run: Callable[[Schedule], Run[R]],
        bound: Bound,
        budget: Budget,
        now_s: Callable[[], float],
        shard: tuple[int, int] = (1, 1),
    ) -> None:
        self.ran: int = 0
        self.left_out: int = 0
        """Schedules that the budget kept from being run, as far as they were known: those of the level it ended in."""
        self.whole_level: int = -1
        """All schedules with so many deviations have been run."""
        self.is_cut: bool = False
        self._run = run
        self._bound = bound
        self._budget = budget
        self._now_s = now_s
        self._steps: dict[Step, Step] = {}  # the same ones come in most runs, and are kept once
        self.shard = shard

    def __iter__(self) -> Iterator[tuple[Schedule, Run[R]]]:
        began_s = self._now_s()
        level = _Level()
        schedule = Schedule()
        run = self._run(schedule)
        self.ran = 1
        yield schedule, run
        self.whole_level = 0
        self._open(level, schedule, 0, run)
        while level.children:
            next_level = _Level()
            while level.nodes:
                node = level.nodes.popleft()
                for number, (child, is_fault) in enumerate(self._children(node)):
                    if not node.schedule and number % self.shard[1] != self.shard[0] - 1:
                        continue
                    if self.ran >= self._budget.schedules or self._now_s() - began_s >= self._budget.seconds_s:
                        self.is_cut = True
                        self.left_out += 1
                        continue
                    run = self._run(child)
                    self.ran += 1
                    yield child, run
                    self._open(next_level, child, node.faults + is_fault, run)
            if self.is_cut or level.beyond:
                self.is_cut = True
                self.left_out += level.beyond
                return
            self.whole_level += 1
            level = next_level

    def size_around(self, run: Run[R]) -> int:
        """How many schedules have at most one deviation, given the ordinary run."""
        return 1 + self._node(Schedule(), 0, run).count()

    def _open(self, level: _Level, schedule: Schedule, faults: int, run: Run[R]) -> None:
        node = self._node(schedule, faults, run)
        children = node.count()
        # Those before it use up the budget. One node more would stay in memory for nothing.
        if level.children >= self._budget.schedules - self.ran:
            level.beyond += children
        elif children:
            level.nodes.append(node)
        level.children += children

    def _node(self, schedule: Schedule, faults: int, run: Run[R]) -> _Node:
        kinds = self._bound.kinds
        if faults >= self._bound.max_faults:
            kinds -= {Kind.FAULT}
        behind: Iterable[Step] = run.trail
        if schedule:
            last = schedule.deviations[-1].label
            labels = [step.label for step in run.trail]
            behind = run.trail[labels.index(last) + 1 :] if last in labels else ()
        wanted = [step for step in behind if step.kind in kinds and step.label not in run.skipped]
        return _Node(schedule, faults, tuple(self._steps.setdefault(step, step) for step in wanted))

    def _children(self, node: _Node) -> Iterator[tuple[Schedule, bool]]:
        for step in node.open:
            for option in step.options:
                if option != step.option:
                    yield node.schedule.and_then(step.label, option), step.kind is Kind.FAULT
