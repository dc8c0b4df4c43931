"""The crank: the only code that starts or ends an activity, and the only one that writes history."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from fakestt.core.choices import Choices
from fakestt.core.lifecycle import Ask, Change, Command, Ending, Lifecycle, Phase, Refuse, Stage
from fakestt.core.limits import Limits, Span
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import AcousticModel, Activity, Resource

__all__ = ["Machine", "Schedule"]

R = TypeVar("R", bound=Resource)


class Schedule:
    """What is due when, and what goes on without an end. Things due at one instant keep the order of their planning."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Resource, int]] = []
        self._stalled: dict[Resource, int] = {}
        self._planned = 0

    def plan(self, at_s: float, resource: Resource) -> None:
        """The activity of `resource`, in its present visit, ends at `at_s`."""
        heapq.heappush(self._heap, (round(at_s, 6), self._planned, resource, resource.visit))
        self._planned += 1

    def stall(self, resource: Resource) -> None:
        """The activity of `resource`, in its present visit, does not end by itself."""
        self._stalled.pop(resource, None)  # an earlier visit's place in the order
        self._stalled[resource] = resource.visit

    def next_due(self) -> float | None:
        """The instant of the next due change, or None."""
        while self._heap:
            at_s, _, resource, visit = self._heap[0]
            if resource.visit == visit:
                return at_s
            heapq.heappop(self._heap)  # ended or planned anew since
        return None

    def first(self) -> tuple[float, Resource]:
        """The next due change, which stays until its visit is over. Call `next_due` first."""
        at_s, _, resource, _ = self._heap[0]
        return at_s, resource

    def pending(self) -> list[tuple[float, Resource]]:
        """All that is due, in order."""
        live = [(at_s, planned, resource) for at_s, planned, resource, visit in self._heap if resource.visit == visit]
        return [(at_s, resource) for at_s, _, resource in sorted(live)]  # no two have the same number

    def stalled(self) -> list[Resource]:
        """All that goes on without an end, in the order in which it stalled."""
        self._stalled = {resource: visit for resource, visit in self._stalled.items() if resource.visit == visit}
        return list(self._stalled)


class Machine:
    """Turns facts into phases, asks the tables what a command may do, and lets due changes happen."""

    def __init__(self, lifecycles: Mapping[type[Resource], Lifecycle[Any]], limits: Limits, choices: Choices) -> None:
        self._lifecycles = lifecycles
        self._stages = {kind: lifecycle.stages(limits) for kind, lifecycle in lifecycles.items()}
        self.schedule = Schedule()
        self.choices = choices
        self.script: list[Stage[Any]] = []
        self.changes: list[Change] = []
        self._histories: dict[str, list[Change]] = {}
        self._told_apart = 0
        self._taken = 0

    # What is

    def phase(self, resource: Resource) -> Phase:
        """What the facts amount to."""
        return self._lifecycles[type(resource)].phase(resource)

    def permit(self, resource: Resource, command: Command, ask: Ask, at_s: float) -> None:
        """Let the table speak.

        Raises:
            Refusal: the cell refuses, or a guard of the cell objects; the cell may then change facts.
        """
        cell = self._lifecycles[type(resource)].commands[command][self.phase(resource)]
        if isinstance(cell, Refuse):
            raise _refusal(cell.why, resource, ask)
        for guard in cell.unless:
            why = guard(resource, ask)
            if why is not None:
                if cell.else_ is not None:
                    was = self.phase(resource)
                    cell.else_(resource, ask, why)
                    if self._note(resource, was, at_s, f"{command.value} refused"):
                        _touch(resource, at_s)
                raise _refusal(why, resource, ask)

    # What changes

    @contextmanager
    def changing(self, resource: Resource, at_s: float, cause: str) -> Iterator[None]:
        """Change facts of `resource` inside: its phase and its parent's are compared, the difference is history."""
        watched = [resource] if resource.parent is None else [resource, resource.parent]
        before = [self.phase(one) for one in watched]
        yield
        for one, was in zip(watched, before, strict=True):
            self._note(one, was, at_s, cause)
        _touch(watched[-1], at_s)

    def made(self, resource: Resource, at_s: float, cause: str) -> None:
        """`resource` has come to be."""
        self.changes.append(Change(at_s, resource.subject, None, self.phase(resource), cause))

    def gone(self, resource: Resource, at_s: float, cause: str) -> None:
        """`resource` is no more; what it was doing ends with it."""
        self.changes.append(Change(at_s, resource.subject, self.phase(resource), None, cause))
        _stop(resource)

    def start(self, resource: Resource, activity: Activity, at_s: float) -> None:
        """Start an activity. Call it inside `changing`, before other facts change: a function of a script may raise."""
        takes_s = self._takes(resource, activity)
        resource.activity = activity
        resource.since_at_s = at_s
        self._plan(resource, at_s, takes_s)

    def plan(self, resource: Resource, now_s: float) -> None:
        """Ask anew how long the running activity of `resource` takes. It never ends before `now_s`."""
        assert resource.activity is not None
        self._plan(resource, now_s, self._takes(resource, resource.activity))

    def running(self, activity: Activity) -> list[Resource]:
        """All that does this: what is due, in order, then what stalls."""
        going_on = [*(resource for _, resource in self.schedule.pending()), *self.schedule.stalled()]
        return [resource for resource in going_on if resource.activity is activity]

    def read_script(self, row: Stage[Any], now_s: float) -> None:
        """Put a row before all others; what is running already and fits it is planned anew."""
        fitting = [resource for resource in self.running(row.activity) if row.when(resource)]
        stalled = set(self.schedule.stalled())
        self.script.insert(0, row)
        for resource in fitting:
            if row.after is not None or resource in stalled:
                self.plan(resource, now_s)

    def run_until(self, now_s: float) -> None:
        """Let all that is due happen, in order, each at its own instant."""
        while (due_s := self.schedule.next_due()) is not None and due_s <= now_s:
            at_s, resource = self.schedule.first()
            ending = self._ending(resource)  # a function of a script may raise, and then this is still due
            self._end(resource, ending, at_s)

    def unseen_changes(self) -> list[Change]:
        """What has changed since `take_changes`."""
        return self.changes[self._taken :]

    def history(self, subject: str) -> tuple[Change, ...]:
        """The changes of one subject. They are told apart when somebody asks, each once: most runs never do."""
        for change in self.changes[self._told_apart :]:
            self._histories.setdefault(change.subject, []).append(change)
        self._told_apart = len(self.changes)
        return tuple(self._histories.get(subject, ()))

    def take_changes(self) -> tuple[Change, ...]:
        """The same, and now they are seen."""
        if self._taken == len(self.changes):
            return ()
        new = tuple(self.unseen_changes())
        self._taken = len(self.changes)
        return new

    def forget(self, changes: Iterable[Change]) -> None:
        """Start over with this history and with nothing due."""
        self.schedule = Schedule()
        self.changes = list(changes)
        self._histories, self._told_apart = {}, 0
        self._taken = len(self.changes)

    # How

    def _takes(self, resource: Resource, activity: Activity) -> float:
        low_s, high_s = self._after(resource, activity)
        if math.isinf(low_s):
            return low_s
        return self.choices.within(f"{activity.value}:{resource.name}:takes", low_s, high_s)

    def _plan(self, resource: Resource, now_s: float, takes_s: float) -> None:
        resource.visit += 1
        if math.isinf(takes_s):
            self.schedule.stall(resource)
        else:
            self.schedule.plan(max(resource.since_at_s + takes_s, now_s), resource)

    def _ending(self, resource: Resource) -> Ending[Any]:
        activity = resource.activity
        assert activity is not None
        ends = self._ends(resource, activity)
        name = self.choices.choose(f"{activity.value}:{resource.name}", [ending.name for ending in ends])
        return next(ending for ending in ends if ending.name == name)

    def _end(self, resource: Resource, ending: Ending[Any], at_s: float) -> None:
        assert resource.activity is not None
        cause = f"{resource.activity.value} {ending.name}" if ending.spoils else resource.activity.value
        with self.changing(resource, at_s, cause):
            _stop(resource)
            ending.end(resource)

    def _note(self, resource: Resource, was: Phase, at_s: float, cause: str) -> bool:
        """Write down what the phase has become, if it is another one now."""
        now = self.phase(resource)
        if now is was:
            return False
        self.changes.append(Change(at_s, resource.subject, was, now, cause))
        return True

    def _rows(self, resource: Resource, activity: Activity) -> Iterator[Stage[Any]]:
        rows = (*self.script, *self._stages[type(resource)])
        return (row for row in rows if row.activity is activity and row.when(resource))

    def _after(self, resource: Resource, activity: Activity) -> Span:
        rows = list(self._rows(resource, activity))
        first_ending = next(place for place, row in enumerate(rows) if row.ends is not None)
        timed = ((place, row.after(resource)) for place, row in enumerate(rows) if row.after is not None)
        return next(span for place, span in timed if place <= first_ending or not math.isinf(span[0]))

    def _ends(self, resource: Resource, activity: Activity) -> tuple[Ending[Any], ...]:
        return next(row.ends for row in self._rows(resource, activity) if row.ends is not None)


def _stop(resource: Resource) -> None:
    resource.activity = None
    resource.visit += 1  # what is due for it is void


def _touch(resource: Resource, at_s: float) -> None:
    if isinstance(resource, AcousticModel):
        resource.updated_at_s = at_s


def _refusal(why: Why, resource: Resource, ask: Ask) -> Refusal:
    root = resource if resource.parent is None else resource.parent
    return Refusal(why, id=root.subject, name=ask.name, limits=ask.limits)
