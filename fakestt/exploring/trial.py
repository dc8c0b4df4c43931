"""One run under a schedule: choices that follow it, and write down every point that they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from fakestt.core.choices import Choices, Kind, Point
from fakestt.errors import ConfigurationError
from fakestt.exploring.schedule import Deviation, Schedule

__all__ = ["Step", "Trial"]

T = TypeVar("T")


class Step(NamedTuple):
    """A point of a run, as it was decided.

    Attributes:
        label: the point's text. A second point of the same text, of another instance, has `@` and its owner behind it.
        kind: the question.
        options: what was possible. The first is the default.
        option: what was taken.
        owner: the instance.
        seq: for a fault, the number of the request.
    """

    label: str
    kind: Kind
    options: tuple[str, ...]
    option: str
    owner: str
    seq: int


class Trial(Choices):
    """Takes the options of a schedule, and the defaults everywhere else.

    `impossible` says which option of the schedule there was not, if one there was not.

    A label of the schedule may be without what stands behind its colon, where it is unambiguous: `r3` for
    `r3:getAcousticModel`, `training` for `training:car`. The first point that it fits is meant.
    """

    def __init__(self, schedule: Schedule) -> None:
        super().__init__()
        self.schedule = schedule
        self.trail: list[Step] = []
        self.impossible: str | None = None
        self._waiting = list(schedule)
        self._points: dict[str, Point] = {}
        self._met: dict[str, str] = {}
        self._named: tuple[Sequence[object], tuple[str, ...]] = ((), ())

    def decide(self, point: Point, options: Sequence[T]) -> T:
        """The option of the schedule, or the default."""
        label, names = self._label(point), self._names(options)
        chosen = self.pick(point, label, names)
        self.trail.append(Step(label, point.kind, names, names[chosen], _owner(point), point.visit))
        return options[chosen]

    def pick(self, point: Point, label: str, names: Sequence[str]) -> int:
        """The number of the option: that of the schedule, or 0."""
        wanted = next((one for one in self._waiting if _means(one.label, label)), None) if self._waiting else None
        if wanted is None:
            return 0
        self._waiting.remove(wanted)
        if wanted.option not in names:
            # Said once, and kept: from here on the default is taken, so that what happened can still be told.
            self.impossible = f"{self.schedule}: {label} can't be {wanted.option!r}. Possible: {', '.join(names)}."
            raise ConfigurationError(self.impossible)
        self._met[wanted.label] = label
        return names.index(wanted.option)

    def taken(self) -> Schedule:
        """The schedule of this run: where it did not take the default."""
        deviations = (Deviation(step.label, step.option) for step in self.trail if step.option != step.options[0])
        return Schedule(tuple(deviations))

    def may_deviate(self) -> bool:
        """Whether the schedule goes on."""
        return bool(self._waiting)

    def ends_otherwise(self) -> bool:
        """Whether an activity ended in another way than its default."""
        return any(step.kind is Kind.ENDING and step.option != step.options[0] for step in self.trail)

    def unmet(self) -> list[Deviation]:
        """The deviations of the schedule whose points never came."""
        return list(self._waiting)

    def ambiguous(self) -> dict[str, list[str]]:
        """The short labels of the schedule that fit several points, with those points."""
        met = {
            short: [step.label for step in self.trail if _means(short, step.label)]
            for short, label in self._met.items()
            if short != label
        }
        return {short: labels for short, labels in met.items() if len(labels) > 1}

    def _names(self, options: Sequence[object]) -> tuple[str, ...]:
        # Each request is offered the same.
        if self._named[0] is not options:
            self._named = options, tuple(map(str, options))
        return self._named[1]

    def _label(self, point: Point) -> str:
        text = str(point)
        if self._points.setdefault(text, point) != point:
            text = f"{text}@{_owner(point)[:8]}"
        return text


def _owner(point: Point) -> str:
    return point.owner or getattr(point.subject, "owner", "")


def _means(short: str, label: str) -> bool:
    # Names may have colons in them: `training:car` is no short label of `training:car:old`.
    return short in (label, label.partition(":")[0])
