"""The arrows between states, for golden files and a guide: as text, and as a Mermaid diagram."""

from __future__ import annotations

from typing import Any

from fakestt.contract.state_diagram import arrows
from fakestt.core.family import Family
from fakestt.core.lifecycle import Phase
from fakestt.core.limits import Limits


def text(family: Family[Any], limits: Limits) -> str:
    """The phases one after the other, each with the arrows that leave it."""
    drawn = arrows(family, limits)
    lines = []
    nothing = f"(no {family.name.rpartition(' ')[2]})"
    for phase in (None, *family.phases):
        head = nothing if phase is None else f"{_name(phase)} ({phase.code}), shown as `{phase.shown}`"
        lines += ["", head]
        by_after: dict[Phase | None, list[str]] = {}
        for arrow in drawn:
            if arrow.before is phase:
                by_after.setdefault(arrow.after, []).append(arrow.cause)
        for after, causes in by_after.items():
            name = nothing if after is None else _name(after)
            lines.append(f"    -> {name:<13} {', '.join(causes)}")
    return "\n".join(lines[1:]) + "\n"


def mermaid(family: Family[Any], limits: Limits) -> str:
    """The statuses that clients see, as a Mermaid state diagram. Phases with one status are one state."""
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for arrow in arrows(family, limits):
        before = "[*]" if arrow.before is None else arrow.before.shown
        after = "[*]" if arrow.after is None else arrow.after.shown
        if before != after:
            labels.setdefault((before, after), {})[arrow.cause] = None
    lines = [f"    {before} --> {after}: {'<br>'.join(causes)}" for (before, after), causes in labels.items()]
    return "\n".join(["stateDiagram-v2", *lines]) + "\n"


def _name(phase: Phase) -> str:
    return phase.name.lower().replace("_", " ")
