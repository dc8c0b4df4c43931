"""The only code that starts or ends an activity, and the only code that writes history."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

from fakestt.core.changes import ByActivity, ByCommand, ByHand, Cause, Change
from fakestt.core.choices import LENGTHS, TIE, Choices, Kind, Point
from fakestt.core.clock import LAST_AT_S
from fakestt.core.family import Family
from fakestt.core.lifecycle import Ask, Command, Ending, Phase, Refuse, Stage
from fakestt.core.limits import Limits, Span
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Activity, Resource
from fakestt.durations import whole_us

__all__ = ["Machine", "Schedule"]


_ORDER_BITS = 64


class Schedule:
    """The changes that are due, and the activities that stall. Changes of one instant keep the order of planning."""

    def __init__(self) -> None:
        # A key holds the instant in microseconds and the order of planning in one whole number: quicker than a pair.
        self._heap: list[int] = []
        self._planned_as: dict[int, tuple[float, Resource, int]] = {}
        self._stalled: dict[Resource, int] = {}
        self._planned = count()

    def plan(self, at_s: float, resource: Resource) -> None:
        """The activity of `resource`, in its present visit, ends at `at_s`."""
        key = whole_us(at_s) << _ORDER_BITS | next(self._planned)
        heapq.heappush(self._heap, key)
        self._planned_as[key] = round(at_s, 6), resource, resource.visit

    def stall(self, resource: Resource) -> None:
        """The activity of `resource`, in its present visit, does not end by itself."""
        self._stalled.pop(resource, None)  # it goes to the end of the order
        self._stalled[resource] = resource.visit

    def next_due(self) -> float | None:
        """The instant of the next due change, or None."""
        while self._heap:
            at_s, resource, visit = self._planned_as[self._heap[0]]
            if resource.visit == visit:
                return at_s
            del self._planned_as[heapq.heappop(self._heap)]  # ended or planned anew since
        return None

    def first(self) -> tuple[float, Resource]:
        """The next due change. It stays planned until its visit is over. Call `next_due` first."""
        at_s, resource, _ = self._planned_as[self._heap[0]]
        return at_s, resource

    def pending(self) -> list[tuple[float, Resource]]:
        """All due changes, in order."""
        rows = (self._planned_as[key] for key in sorted(self._heap))
        return [(at_s, resource) for at_s, resource, visit in rows if resource.visit == visit]

    def stalled(self) -> list[Resource]:
        """The resources whose activity stalls, in the order in which it stalled."""
        self._stalled = {resource: visit for resource, visit in self._stalled.items() if resource.visit == visit}
        return list(self._stalled)


class Machine:
    """Turns facts into phases, asks the tables what a command may do, and lets due changes happen."""

    _taken: int  # how many changes have been taken
    _told_apart: int  # how many are in the histories

    def __init__(self, families: Iterable[Family[Any]], limits: Limits, choices: Choices) -> None:
        lifecycles = {family.kind: family.lifecycle for family in families}
        self._phases = {kind: lifecycle.phase for kind, lifecycle in lifecycles.items()}
        self._commands = {kind: lifecycle.commands for kind, lifecycle in lifecycles.items()}
        self._stages = {kind: lifecycle.stages(limits) for kind, lifecycle in lifecycles.items()}
        self.choices = choices
        self.script: list[Stage[Any]] = []
        self.forget((), {})

    # What is

    def phase(self, resource: Resource) -> Phase:
        """The phase that the facts amount to."""
        return self._phases[type(resource)](resource)

    def permit(self, resource: Resource, command: Command, ask: Ask, at_s: float) -> None:
        """Ask the table whether the command may be done.

        Raises:
            Refusal: the cell refuses, or one of its guards objects. Facts may have changed: see `Allow`.
        """
        cell = self._commands[type(resource)][command][self.phase(resource)]
        if isinstance(cell, Refuse):
            raise _refusal(cell.why, resource, ask)
        for guard in cell.unless:
            why = guard(resource, ask)
            if why is not None:
                if cell.else_ is not None:
                    was = self.phase(resource)
                    cell.else_(resource, ask, why)
                    if self._note(resource, was, at_s, ByCommand(command.value, refused=True)):
                        resource.model.updated_at_s = at_s
                raise _refusal(why, resource, ask)

    # What changes

    @contextmanager
    def changing(self, resource: Resource, at_s: float, cause: Cause) -> Iterator[None]:
        """Change facts of `resource` inside. If its phase or its model's has changed, that goes into the history."""
        model = resource.model
        watched = [resource] if model is resource else [resource, model]
        before = [(one, self.phase(one)) for one in watched]
        yield
        for one, was in before:
            self._note(one, was, at_s, cause)
        model.updated_at_s = at_s

    def made(self, resource: Resource, at_s: float, cause: Cause) -> None:
        """Write down that `resource` is new."""
        self.changes.append(Change(at_s, resource.address, None, self.phase(resource), cause))

    def gone(self, resource: Resource, at_s: float, cause: Cause) -> None:
        """Write down that `resource` was removed. Its activity ends with it."""
        self.changes.append(Change(at_s, resource.address, self.phase(resource), None, cause))
        _stop(resource)

    def start(self, resource: Resource, activity: Activity, at_s: float) -> None:
        """Start an activity. Call it inside `changing`, before other facts change: a function of a script may raise."""
        key = (activity, resource.name)
        visits = self.begun.get(key, 0) + 1
        takes_s = self._takes(resource, activity, visits)
        self.begun[key] = resource.nth = visits
        resource.activity = activity
        resource.since_at_s = at_s
        self._plan(resource, at_s, takes_s)

    def ends_at(self, resource: Resource) -> float:
        """When the running activity of `resource` ends; infinite, if it stalls."""
        return next((at_s for at_s, one in self.schedule.pending() if one is resource), math.inf)

    def plan(self, resource: Resource, now_s: float) -> None:
        """Ask anew how long the running activity of `resource` takes. It never ends before `now_s`."""
        assert resource.activity is not None
        self._plan(resource, now_s, self._takes(resource, resource.activity, resource.nth))

    def at_once(self, resource: Resource, activity: Activity, ending: Ending[Any], at_s: float) -> None:
        """Start an activity by hand and end it at the same instant, with this ending, whatever scripts say."""
        with self.changing(resource, at_s, ByHand()):
            resource.activity = activity
        self._end(resource, ending, at_s)

    def running(self, activity: Activity) -> list[Resource]:
        """The resources with this activity: those that are due, in order, then those that stall."""
        going_on = [*(resource for _, resource in self.schedule.pending()), *self.schedule.stalled()]
        return [resource for resource in going_on if resource.activity is activity]

    def read_script(self, row: Stage[Any], now_s: float) -> None:
        """Put a row before all others. Running activities that it fits are planned anew."""
        fitting = [resource for resource in self.running(row.activity) if row.when(resource)]
        stalled = set(self.schedule.stalled())
        self.script.insert(0, row)
        for resource in fitting:
            if row.after is not None or resource in stalled:
                self.plan(resource, now_s)

    def run_until(self, now_s: float, *, before_request: bool = False) -> bool:
        """Let all due changes happen, in order, each at its own instant.

        Args:
            before_request: a request arrives at `now_s`. The choices may put a change of the same instant after it.

        Returns:
            whether a change was put after the request. The changes behind it then wait as well.
        """
        while (due_s := self.schedule.next_due()) is not None and due_s <= now_s:
            at_s, resource = self.schedule.first()
            if before_request and due_s == now_s and self._comes_later(resource):
                return True
            ending = self._ending(resource)  # a function of a script may raise, and then this is still due
            self._end(resource, ending, at_s)
        return False

    def unseen_changes(self) -> list[Change]:
        """The changes that `take_changes` has not returned yet."""
        return self.changes[self._taken :]

    def history(self, family: str, subject: str) -> tuple[Change, ...]:
        """The changes of one subject, given its family's name and its address or the text of it.

        Changes are sorted by subject when somebody asks, each once: most runs never do.
        """
        for change in self.changes[self._told_apart :]:
            self._histories.setdefault((change.subject.family, str(change.subject)), []).append(change)
        self._told_apart = len(self.changes)
        return tuple(self._histories.get((family, str(subject)), ()))

    def take_changes(self) -> tuple[Change, ...]:
        """Return the changes since the last call."""
        if self._taken == len(self.changes):
            return ()
        new = tuple(self.unseen_changes())
        self._taken = len(self.changes)
        return new

    def forget(self, changes: Iterable[Change], begun: Mapping[tuple[Activity, str], int]) -> None:
        """Start over with this history, these counts of begun activities, and nothing due."""
        self.schedule: Schedule = Schedule()
        self.begun: dict[tuple[Activity, str], int] = dict(begun)  # how many, by kind and by the resource's name
        self.changes: list[Change] = list(changes)
        self._histories: dict[tuple[str, str], list[Change]] = {}
        self._told_apart, self._taken = 0, len(self.changes)

    # How

    def _takes(self, resource: Resource, activity: Activity, visit: int) -> float:
        low_s, high_s = self._after(resource, activity)
        if low_s == high_s:
            return low_s
        point = Point(Kind.TAKES, resource.address, visit, activity)
        length = self.choices.choose(point, LENGTHS)
        return {"least": low_s, "middle": (low_s + high_s) / 2, "most": high_s}[length]

    def _comes_later(self, resource: Resource) -> bool:
        point = Point(Kind.TIE, resource.address, resource.nth, resource.activity)
        return self.choices.choose(point, TIE) == "request"

    def _plan(self, resource: Resource, now_s: float, takes_s: float) -> None:
        resource.visit += 1
        if math.isinf(takes_s):
            self.schedule.stall(resource)
        else:
            self.schedule.plan(min(max(resource.since_at_s + takes_s, now_s), LAST_AT_S), resource)

    def _ending(self, resource: Resource) -> Ending[Any]:
        activity = resource.activity
        assert activity is not None
        ends = self._ends(resource, activity)
        if len(ends) == 1:
            return ends[0]
        point = Point(Kind.ENDING, resource.address, resource.nth, activity)
        name = self.choices.choose(point, [ending.name for ending in ends])
        return next(ending for ending in ends if ending.name == name)

    def _end(self, resource: Resource, ending: Ending[Any], at_s: float) -> None:
        assert resource.activity is not None
        with self.changing(resource, at_s, ByActivity(resource.activity, ending.name, ending.spoils)):
            _stop(resource)
            ending.end(resource)

    def _note(self, resource: Resource, was: Phase, at_s: float, cause: Cause) -> bool:
        """Write down the new phase, if it has changed. Returns whether it has."""
        now = self.phase(resource)
        if now is was:
            return False
        self.changes.append(Change(at_s, resource.address, was, now, cause, resource.trouble))
        return True

    def _rows(self, resource: Resource, activity: Activity) -> Iterator[Stage[Any]]:
        rows = (*self.script, *self._stages[type(resource)])
        return (row for row in rows if row.activity is activity and row.when(resource))

    def _after(self, resource: Resource, activity: Activity) -> Span:
        rows = list(self._rows(resource, activity))
        first_ending = next(place for place, row in enumerate(rows) if row.ends is not None)
        timed = ((place, row.after(resource)) for place, row in enumerate(rows) if row.after is not None)
        return next(span for place, span in timed if place <= first_ending or math.inf not in span)

    def _ends(self, resource: Resource, activity: Activity) -> tuple[Ending[Any], ...]:
        return next(row.ends for row in self._rows(resource, activity) if row.ends is not None)


def _stop(resource: Resource) -> None:
    resource.activity = None
    resource.visit += 1  # its due change is void


def _refusal(why: Why, resource: Resource, ask: Ask) -> Refusal:
    return Refusal(why, id=resource.model.id, name=ask.name, limits=ask.limits)
