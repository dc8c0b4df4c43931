"""The commands that print what the fake knows of the service, and how it knows."""

from __future__ import annotations

import argparse
import json
import re
from itertools import groupby

from fakestt.cli.lines import MISUSED, failed, hang
from fakestt.contract.cells import cell_of, cell_text
from fakestt.contract.documents import DOCUMENTS, address_of
from fakestt.contract.openapi import openapi as openapi_document
from fakestt.contract.operation import Operation
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.own_pages import own
from fakestt.contract.refusals_of import refusals_of
from fakestt.core.lifecycle import Phase
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, How
from fakestt.editions import Edition
from fakestt.editions.differences import differences as differences_of
from fakestt.editions.guesses import guesses

__all__ = ["differences", "openapi", "operations", "sources", "why"]


def operations(arguments: argparse.Namespace) -> int:
    edition: Edition = arguments.edition
    if arguments.assumed:
        return _assumed(edition)
    print(f"{edition.title} ({edition.name})")
    for operation in OPERATIONS.values():
        print(
            f"\n{operation.id}\n    {operation.method} {operation.path}\n    {operation.summary}: {operation.success}"
        )
        statuses = sorted({edition.wording[why].status for why in refusals_of(operation, edition)})
        print(f"    refused with {', '.join(map(str, statuses))}")
        print(f"    source: {own(operation.how, edition)}")
    print("\nMore: fakestt why OPERATION [PHASE]; what is guessed: fakestt operations --assumed")
    return 0


def _assumed(edition: Edition) -> int:
    found = guesses(edition)
    print(f"{edition.title} ({edition.name}): {len(found)} rows are assumed.")
    for kind, of_kind in groupby(found, key=lambda guess: guess.kind):
        rows = list(of_kind)
        print(f"\n{kind} ({len(rows)})")
        for reason in dict.fromkeys(guess.reason for guess in rows):
            hang("  because ", f"{reason}:")
            for guess in rows:
                if guess.reason == reason:
                    hang("      ", " = ".join(filter(None, (guess.name, guess.value))))
    return 0


def why(arguments: argparse.Namespace) -> int:
    operation: Operation = arguments.operation
    edition: Edition = arguments.edition
    family, command = operation.family, operation.command
    if command is None and arguments.phase is not None:
        return failed(f"why: {operation.id} asks no model, so no phase matters: leave PHASE out.", MISUSED)
    print(f"{operation.id}: {operation.summary}")
    hang("  ", f"{operation.method} {operation.path}, edition {edition.name}, success is {operation.success}")
    said: list[How] = []

    def known(head: str, what: str, how: How) -> None:
        said.append(own(how, edition))
        _known(head, what, said[-1])

    known("  ", "the operation", operation.how)
    known("  ", f"the status {operation.success}", operation.success_how)
    whys = dict.fromkeys(refusals_of(operation, edition))
    if family is not None and command is not None:
        asked: list[Phase] = [one for one in family.phases if arguments.phase is None or one in arguments.phase]
        for phase in asked:
            print(f"\n  {_name(phase)} ({phase.code}, shown as {phase.shown!r})")
            hang("    ", cell_text(edition, family, command, phase))
            known("    ", "this", family.lifecycle.sources[command][phase])
        if arguments.phase is not None:
            cells = [cell_of(family, command, phase, edition.limits) for phase in asked]
            whys = dict.fromkeys(why for cell in cells for why in cell.whys)
    if whys:
        print("\n  How it is refused")
    for why in whys:
        row = edition.wording[why]
        hang("    ", f"{why.value}: {row.status} {_with_limits(row.text, edition.limits)}")
        known("        ", "the status", row.status_how)
        known("        ", "the text", row.text_how)
    addresses = {str(how): address for how in said if (address := address_of(how)) is not None}
    if addresses:
        print("\n  Where that can be read")
    for source, address in addresses.items():
        print(f"    {source}\n        {address}")  # not cut into lines, so that it can be followed
    return 0


def sources(arguments: argparse.Namespace) -> int:
    for document in DOCUMENTS.values():
        changed = f", last changed {document.changed}" if document.changed else ""
        print(f"{document.name}{changed}\n    {document.address}")
    return 0


def openapi(arguments: argparse.Namespace) -> int:
    print(json.dumps(openapi_document(arguments.edition), indent=2))
    return 0


def differences(arguments: argparse.Namespace) -> int:
    first: Edition = arguments.first
    second: Edition = arguments.second
    found = differences_of(first, second)
    print(f"{first.name}: {first.title}\n{second.name}: {second.title}\n{len(found)} differences")
    width = max(len(first.name), len(second.name))
    for kind, of_kind in groupby(found, key=lambda one: one.kind):
        print(f"\n{kind}")
        for one in of_kind:
            print(f"  {one.name}")
            for name, value, how in zip((first.name, second.name), one.values, one.hows, strict=True):
                hang(f"    {name:<{width}}  ", f"{value}  [{how}]")
    return 0


def _name(phase: Phase) -> str:
    return phase.name.lower().replace("_", " ")


def _known(head: str, what: str, how: How) -> None:
    hang(head, f"{what} is assumed: {how.reason}" if isinstance(how, Assumed) else f"source of {what}: {how}")


def _with_limits(text: str, limits: Limits) -> str:
    """The text with the edition's figures filled in. Values of the request stay as names in braces."""
    return re.sub(r"\{limits\.(\w+):g\}", lambda match: f"{getattr(limits, match[1]):g}", text)
