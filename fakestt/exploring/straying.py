"""Where a test left the road: its run does not fit the schedule that it was to follow."""

from __future__ import annotations

from fakestt.core.choices import Kind
from fakestt.exploring.schedule import Deviation
from fakestt.exploring.trial import Trial

__all__ = ["strayed"]

_MOST = 5


def strayed(trial: Trial) -> str | None:
    """What does not fit, in words; None if the run followed its schedule to the end."""
    if trial.impossible is not None:
        return trial.impossible
    for short, labels in trial.ambiguous().items():
        return f"{trial.schedule}: {short} may mean {', '.join(labels[:_MOST])}. Write the label whole."
    unmet = trial.unmet()
    if not unmet:
        return None
    others = f" Nor did it come to {'; '.join(map(str, unmet[1:]))}." if len(unmet) > 1 else ""
    head = f"{trial.schedule}: the" if len(trial.schedule) > 1 else "The"
    return (
        f"{head} test never came to {unmet[0]}: {_why(unmet[0], trial)}.{others} "
        "The schedule was found with another test, or the test does not do the same each time."
    )


def _why(one: Deviation, trial: Trial) -> str:
    first, _, operation = one.label.partition(":")
    number = int(first[1:]) if first[:1] == "r" and first[1:].isdecimal() else None
    if number is None:
        return _no_activity(first, trial)
    requests = {step.seq: step.label for step in trial.trail if step.kind is Kind.FAULT}
    if not requests:
        return "it made no request that a fault may meet"
    if number in requests:
        asked = requests[number].partition(":")[2]
        return f"its request {number} was {asked}" + (f", and not {operation}" if operation else "")
    if number > max(requests):
        return f"its last request was {requests[max(requests)]}"
    return f"its request {number} met a fault of the test's own, or was none that a fault may meet"


def _no_activity(first: str, trial: Trial) -> str:
    same = [step.label for step in trial.trail if step.label.partition(":")[0] == first]
    if not same:
        return f"it came to no {first}"
    return f"of this kind there was {', '.join(same[-_MOST:])}"
