"""Coverage as text: a table, and in words what was never seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest
from textwrap import wrap

from fakestt.coverage.items import Item
from fakestt.coverage.record import Coverage

__all__ = ["LEAST_WIDTH", "never_called", "never_saw", "table"]

LEAST_WIDTH = 60
MOST_LINES = 3
"""So many lines of what was never seen, and as many of what was never called."""
GLUE = "\u00a0"  # an item is not cut at a line's end

WORDS: Mapping[str, str] = {
    "statuses": "statuses shown to the client",
    "transitions": "transitions that happened",
    "answers": "operation x status answered",
    "faults": "faults survived",
}


def table(coverages: Sequence[Coverage], width: int = 80) -> list[str]:
    """The lines for some editions, each with a table of its own. None is longer than `width`, which is 60 or more."""
    lines: list[str] = []
    for coverage in coverages:
        lines += [
            f"{coverage.edition:<34}{'seen':>8}{'possible':>10}",
            *(
                _row(WORDS[name], measure.counted, len(measure.possible))
                for name, measure in zip(WORDS, coverage.measures, strict=True)
            ),
            _row("all", coverage.counted, coverage.possible),
            *_listed("never saw", never_saw(coverage), width),
            *_listed("never called", never_called(coverage), width),
            *_listed("met, and no request came after it", map(str, sorted(coverage.met)), width),
            "",
        ]
    if len(coverages) > 1:
        counted, possible = (sum(getattr(one, name) for one in coverages) for name in ("counted", "possible"))
        return [*lines, _row(f"all of {len(coverages)} editions", counted, possible)]
    return lines[:-1]


def never_saw(coverage: Coverage) -> list[str]:
    """What was not seen of what the client works with, the most telling first: one item of each measure in turn.

    An operation that it never called is not among it, nor is a family of which it saw nothing.
    """
    statuses, transitions, answers, faults = coverage.measures
    called = _called(coverage)
    families = {item.family for item in statuses.seen}
    in_turn: tuple[list[Item], ...] = (
        [item for item in statuses.never if item.family in families],
        [item for item in answers.never if item.operation in called],
        [item for item in faults.never if item.operation in called],
        [item for item in transitions.never if item.family in families],
    )
    unknown = dict.fromkeys(item.family for item in statuses.never if item.family not in families)
    one_by_one = chain.from_iterable(zip_longest(*in_turn))
    return [*(str(item) for item in one_by_one if item is not None), *(f"any {family}" for family in unknown)]


def never_called(coverage: Coverage) -> list[str]:
    """The operations of which no answer has arrived, and that no fault has hit."""
    return sorted({item.operation for item in coverage.answers.possible} - _called(coverage))


def _called(coverage: Coverage) -> set[str]:
    hit = coverage.faults.seen | coverage.met
    return {item.operation for item in coverage.answers.seen} | {item.operation for item in hit}


def _row(words: str, counted: int, possible: int) -> str:
    percent = int(100 * counted / possible) if possible else 100
    return f"  {words:<32}{counted:>8}{possible:>10}{percent:>6} %"


def _listed(head: str, items: Iterable[str], width: int) -> list[str]:
    """`head: a, b, c and 7 more`, over a few lines."""
    listed = [item.replace(" ", GLUE) for item in items]
    lines: list[str] = []
    for shown in range(1, len(listed) + 1):
        more = f" and {len(listed) - shown} more" if shown < len(listed) else ""
        longer = wrap(f"  {head}: {', '.join(listed[:shown])}{more}", width, subsequent_indent="    ")
        if lines and len(longer) > MOST_LINES:
            break
        lines = longer
    return [line.replace(GLUE, " ") for line in lines]
