"""Beyond any bound: Hypothesis draws the choices, keeps the examples that failed, and shrinks them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from fakestt.core.choices import Kind, Point
from fakestt.errors import MissingExtra
from fakestt.exploring.findings import Failure, Findings
from fakestt.exploring.schedule import Schedule
from fakestt.exploring.search import Bound
from fakestt.exploring.trial import Trial

__all__ = ["DoesNotRepeat", "Drawn", "sample"]

_RARELY = 8
"""One point in so many deviates, more or less: a client that meets a fault everywhere gets nowhere."""


class DoesNotRepeat(Exception):
    """The test does not do the same each time."""


class _Over(BaseException):
    """The time is spent. Hypothesis lets through what is no Exception."""


class Drawn(Trial):
    """Takes what is drawn: mostly the default, and never more faults than the bound has.

    Args:
        draw: an integer from 0 to the one that is given. Zero is the simplest, and means the default.
        bound: what varies.
    """

    def __init__(self, draw: Callable[[int], int], bound: Bound) -> None:
        super().__init__(Schedule())
        self._draw = draw
        self._bound = bound
        self._faults = 0
        self.stopped: BaseException | None = None
        """What Hypothesis raised: it has seen enough of this example. The run goes on by the defaults."""

    def may_deviate(self) -> bool:
        """Whether a later request may still meet a fault."""
        return self.stopped is None and self._faults < self._bound.max_faults

    def pick(self, point: Point, label: str, names: Sequence[str]) -> int:
        """The number of the option that is drawn."""
        is_fault = point.kind is Kind.FAULT
        if point.kind not in self._bound.kinds or (is_fault and not self.may_deviate()):
            return 0
        if self.stopped is not None:
            return 0
        others = len(names) - 1
        try:
            drawn = self._draw(others * _RARELY)
        except BaseException as stopped:  # it is not the client's, in whose request we are
            self.stopped = stopped
            return 0
        if drawn > others:
            return 0
        self._faults += is_fault and drawn > 0
        return drawn


def sample(
    run: Callable[[Trial], Failure | None],
    bound: Bound,
    findings: Findings,
    *,
    examples: int,
    seed: int,
    name: str,
    is_over: Callable[[], bool],
) -> int:
    """Run a test under schedules that are drawn, and find the smallest of each kind that fails.

    Args:
        run: runs one, and says how it failed.
        bound: what varies.
        findings: takes all failures, those on the way to the smallest as well.
        examples: how many are drawn.
        seed: the same one draws the same, behind what failed before.
        name: of the test: what failed once is kept under it, and tried first the next time.
        is_over: whether the time for it is spent.

    Returns:
        How many were run.

    Raises:
        MissingExtra: Hypothesis is not installed.
        DoesNotRepeat: nothing has failed, but the test came to other points though the same was drawn.
    """
    try:
        import hypothesis
        from hypothesis import strategies
    except ImportError:
        raise MissingExtra('strategy="sample": Hypothesis is not there. pip install hypothesis brings it.') from None
    kinds: dict[tuple[str, str], type[Exception]] = {}
    ran, is_cut = 0, False

    def once(data: Any) -> None:  # Any: Hypothesis exports no type for it
        nonlocal ran, is_cut
        if is_over():
            is_cut = True
            raise _Over
        ran += 1
        drawn = Drawn(lambda most: int(data.draw(strategies.integers(0, most))), bound)
        failure = run(drawn)
        if failure is not None:
            findings.add(drawn.taken(), failure)
        if drawn.stopped is not None:
            raise drawn.stopped
        if failure is None:
            return
        # Hypothesis tells failures apart by their class, and shrinks each.
        kind = (failure.exception, failure.place)
        raise kinds.setdefault(kind, type("Failed", (Exception,), {}))

    test = hypothesis.given(strategies.data())(once)
    once._hypothesis_internal_add_digest = sha256(name.encode()).digest()  # type: ignore[attr-defined]
    settings = hypothesis.settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        report_multiple_bugs=True,
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    try:
        settings(hypothesis.seed(seed)(test))()
    except _Over:
        pass
    except hypothesis.errors.Unsatisfiable:
        pass  # each example was too long for Hypothesis, and yet was run
    except hypothesis.errors.Flaky:
        # A test that ends before its draws, as one does for which there is no time, seems to have changed.
        if not (findings or is_cut):
            raise DoesNotRepeat from None
    except (Exception, BaseExceptionGroup):
        if not findings:
            raise
    return ran + _shrink(run, findings)


def _shrink(run: Callable[[Trial], Failure | None], findings: Findings) -> int:
    """Leave out deviations that a failure does not need. Returns how many runs that took.

    Hypothesis shrinks as well, and may run out of time: it does not know that each deviation stands for itself.
    """
    ran = 0
    for one in findings:
        at = 0
        while at < len(one.schedule) > 1:
            trial = Trial(one.schedule.without(at))
            ran += 1
            failure = run(trial)
            if failure is not None and (failure.exception, failure.place) == (one.failure.exception, one.failure.place):
                one.schedule, one.failure = trial.taken(), failure
            else:
                at += 1
    findings.join()
    return ran
