"""Scripts: how long activities take, and how they end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fakestt.durations import Duration
from fakestt.editions import Edition, find_edition
from fakestt.literals import EditionName
from fakestt.strategies.clock import durations
from fakestt.strategies.lines import Line
from fakestt.strategies.needed import st

__all__ = ["scripts"]


def scripts(
    edition: EditionName | Edition = "icp2018",
    *,
    names: Iterable[str] = (),
    most: Duration = "8h",
    stalls: bool = False,
) -> st.SearchStrategy[Line]:
    """Lines that say how activities go from now on: `stt.script.training(fails='no speech', after='10m')`.

    Args:
        names: of models, audio and corpora, for which a line may be meant. Without them a line is for all.
        most: how long an activity takes at most.
        stalls: activities may go on for ever, too. A client that waits for their end must give up by itself.
    """
    limits, takes = find_edition(edition).limits, durations("1s", most)
    chosen = st.sampled_from([None, *names])
    lines = [
        st.builds(_line, st.just("training"), chosen, _endings("fails", "after", takes, stalls)),
        st.builds(_line, st.just("analysis"), chosen, _endings("invalid", "takes", takes, stalls)),
        st.builds(_line, st.just("upgrade"), chosen, _endings("fails", "after", takes, stalls)),
    ]
    if limits.helper_upgrade_in_second_call:
        lines.append(st.booleans().map(lambda needed: Line("script.upgrade", needs_force=needed)))
    return st.one_of(lines)


def _endings(spoiled: str, long: str, takes: st.SearchStrategy[str], stalls: bool) -> st.SearchStrategy[dict[str, Any]]:
    """How an activity ends: the word for a bad end, and the one for how long that takes."""
    spoil = st.sampled_from(["not enough speech", True])
    ends = st.fixed_dictionaries({"takes": takes}) | st.fixed_dictionaries({spoiled: spoil}, optional={long: takes})
    never: dict[str, Any] = {"stalls": True}
    return st.builds(lambda end, goes_on: never if goes_on else end, ends, st.booleans()) if stalls else ends


def _line(activity: str, name: str | None, ending: dict[str, Any]) -> Line:
    path = f"script.{activity}"
    return Line(path, **ending) if name is None else Line(path, name, **ending, optional=True)
