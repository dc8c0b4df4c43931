"""How we know what the tables of all families of models say: the assumptions that they share, and the form of all."""

from __future__ import annotations

from collections.abc import Iterable

from fakestt.core.lifecycle import Command, Phase
from fakestt.core.provenance import Assumed, How

__all__ = ["GONE_T", "IDLE", "LOCK1", "NEWEST", "NO_DU", "SILENT", "TR_F", "by_cell"]

IDLE = Assumed("looking is allowed in every state: clients diagnose failures by it")
SILENT = Assumed("the page names no state, and in this one nothing is going on that could be disturbed")
NO_DU = Assumed("no modification is accepted while upgrading; the SDKs refuse the others by name")
TR_F = Assumed("what was wrong can be mended, and the data is looked at anew")
NEWEST = Assumed("swift-sdk's live test tolerates `model is up-to-date` for an empty model, and says no more")
LOCK1 = Assumed("a refusal is documented; that it is the lock's, and comes before `up-to-date`, is not")
GONE_T = Assumed("every documented modification is refused while training")


def by_cell(
    rows: Iterable[tuple[How, ...]], commands: Iterable[Command], phases: Iterable[Phase]
) -> dict[Command, dict[Phase, How]]:
    """The sources by command and phase, of rows that are in the order in which both are declared."""
    columns = list(phases)
    return {command: dict(zip(columns, row, strict=True)) for command, row in zip(commands, rows, strict=True)}
