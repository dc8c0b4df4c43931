"""`fakestt why`: what a request is answered in each phase of a model, and how we know."""

from __future__ import annotations

import argparse
import re
from typing import Any

from fakestt.cli.lines import HEAD, MISUSED, coloured, failed, hang, how_json, print_json
from fakestt.contract.cells import cell_of, cell_text
from fakestt.contract.documents import address_of
from fakestt.contract.operation import Operation
from fakestt.contract.own_pages import own
from fakestt.contract.refusals_of import refusals_of
from fakestt.core.limits import Limits
from fakestt.core.provenance import How
from fakestt.editions import Edition, editions_with

__all__ = ["why"]


def why(arguments: argparse.Namespace) -> int:
    operation: Operation = arguments.operation
    edition: Edition = arguments.edition
    if not operation.is_in(edition.limits):
        having = editions_with(operation)
        return failed(f"why: edition {edition.name} has no {operation.id}. Editions that have it: {having}.", MISUSED)
    if operation.command is None and arguments.phase is not None:
        return failed(f"why: {operation.id} asks no model, so no phase matters: leave PHASE out.", MISUSED)
    told = _Told(edition)
    facts = _facts(operation, arguments.phase, told)
    if arguments.json:
        print_json({**facts, "documents": told.addresses()})
        return 0
    print(f"{coloured(operation.id, HEAD)}: {facts['summary']}")
    hang("  ", f"{facts['method']} {facts['path']}, edition {facts['edition']}, success is {facts['success']}")
    _known("  ", "the operation", facts["known"])
    _known("  ", f"the status {facts['success']}", facts["success_known"])
    for cell in facts["phases"]:
        print(f"\n  {coloured(cell['phase'], HEAD)} ({cell['code']}, shown as {cell['status']!r})")
        hang("    ", cell["answer"])
        _known("    ", "this", cell["known"])
    if facts["refusals"]:
        print("\n  How it is refused")
    for row in facts["refusals"]:
        hang("    ", f"{row['why']}: {row['status']} {row['text']}")
        _known("        ", "the status", row["status_known"])
        _known("        ", "the text", row["text_known"])
    addresses = told.addresses()
    if addresses:
        print("\n  Where that can be read")
    for source, address in addresses.items():
        hang("    ", source)
        print(f"        {address}")  # not cut into lines, so that it can be followed
    return 0


class _Told:
    """How what was told is known in an edition, in the order in which it was told."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._hows: list[How] = []

    def __call__(self, how: How) -> dict[str, str]:
        self._hows.append(own(how, self.edition))
        return how_json(self._hows[-1])

    def addresses(self) -> dict[str, str]:
        return {str(how): address for how in self._hows if (address := address_of(how)) is not None}


def _facts(operation: Operation, asked: list[Any] | None, told: _Told) -> dict[str, Any]:
    """All that is known, as plain data. `asked` are the phases that matter; None means all."""
    edition = told.edition
    family, command = operation.family, operation.command
    facts: dict[str, Any] = {
        "operation": operation.id,
        "summary": operation.summary,
        "method": operation.method,
        "path": operation.path,
        "edition": edition.name,
        "success": operation.success,
        "known": told(operation.how),
        "success_known": told(operation.success_how),
        "phases": [],
    }
    whys = dict.fromkeys(refusals_of(operation, edition))
    if family is not None and command is not None:
        phases = [one for one in family.phases if asked is None or one in asked]
        facts["phases"] = [
            {
                "phase": phase.name.lower().replace("_", " "),
                "code": phase.code,
                "status": phase.shown,
                "answer": cell_text(edition, family, command, phase),
                "known": told(family.lifecycle.sources[command][phase]),
            }
            for phase in phases
        ]
        if asked is not None:
            cells = [cell_of(family, command, phase, edition.limits) for phase in phases]
            whys = dict.fromkeys(why for cell in cells for why in cell.whys)
    rows = {why: edition.wording[why] for why in whys}
    facts["refusals"] = [
        {
            "why": why.value,
            "status": row.status,
            "text": _with_limits(row.text, edition.limits),
            "status_known": told(row.status_how),
            "text_known": told(row.text_how),
        }
        for why, row in rows.items()
    ]
    return facts


def _known(head: str, what: str, how: dict[str, str]) -> None:
    hang(head, f"{what} is assumed: {how['assumed']}" if "assumed" in how else f"source of {what}: {how['source']}")


def _with_limits(text: str, limits: Limits) -> str:
    """The text with the edition's figures filled in. Values of the request stay as names in braces."""
    return re.sub(r"\{limits\.(\w+):g\}", lambda match: f"{getattr(limits, match[1]):g}", text)
