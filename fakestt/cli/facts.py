"""The commands that print what the fake knows of the service, and how it knows."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from fakestt.cli.lines import HEAD, MISUSED, coloured, failed, hang, how_json, print_json
from fakestt.contract.documents import DOCUMENTS
from fakestt.contract.openapi import openapi as openapi_document
from fakestt.contract.operation import Operation
from fakestt.contract.operations import operations_in
from fakestt.contract.own_pages import own
from fakestt.contract.refusals_of import refusals_of
from fakestt.editions import Edition
from fakestt.editions.differences import differences as differences_of
from fakestt.editions.guesses import guesses

__all__ = ["differences", "openapi", "operations", "sources"]


def operations(arguments: argparse.Namespace) -> int:
    edition: Edition = arguments.edition
    if arguments.assumed:
        return _assumed(edition, as_json=arguments.json)
    asked: list[Operation] = [one for some in arguments.operations for one in some]
    chosen = {one.id for one in asked}
    if chosen and not any(one.is_in(edition.limits) for one in asked):
        return failed(f"operations: edition {edition.name} has no {', '.join(one.id for one in asked)}.", MISUSED)
    rows = [_operation(one, edition) for one in operations_in(edition.limits) if not chosen or one.id in chosen]
    if arguments.json:
        print_json({"edition": edition.name, "operations": rows})
        return 0
    hang("", f"{edition.title} ({edition.name})")
    for row in rows:
        print(f"\n{coloured(row['id'], HEAD)}\n    {row['method']} {row['path']}")
        hang("    ", f"{row['summary']}: {row['success']}")
        print(f"    refused with {', '.join(map(str, row['refused']))}")
        hang("    ", "source: " + row["source"] if "source" in row else "assumed: " + row["assumed"])
    print("\nMore: fakestt why OPERATION [PHASE]\nWhat is guessed: fakestt operations --assumed")
    return 0


def _operation(operation: Operation, edition: Edition) -> dict[str, Any]:
    return {
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "summary": operation.summary,
        "success": operation.success,
        "refused": sorted({edition.wording[why].status for why in refusals_of(operation, edition)}),
        **how_json(own(operation.how, edition)),
    }


def _assumed(edition: Edition, *, as_json: bool) -> int:
    found = guesses(edition)
    if as_json:
        rows = [{"kind": one.kind, "name": one.name, "value": one.value, "assumed": one.reason} for one in found]
        print_json({"edition": edition.name, "rows": rows})
        return 0
    hang("", f"{edition.title} ({edition.name}): {len(found)} rows are assumed.")
    for kind, of_kind in groupby(found, key=lambda guess: guess.kind):
        of_this_kind = list(of_kind)
        print(f"\n{coloured(kind, HEAD)} ({len(of_this_kind)})")
        for reason in dict.fromkeys(guess.reason for guess in of_this_kind):
            hang("  because ", f"{reason}:")
            for guess in of_this_kind:
                if guess.reason == reason:
                    hang("      ", " = ".join(filter(None, (guess.name, guess.value))))
    return 0


def sources(arguments: argparse.Namespace) -> int:
    if arguments.json:
        rows = [{"document": one.name, "address": one.address, "changed": one.changed} for one in DOCUMENTS.values()]
        print_json(rows)
        return 0
    for document in DOCUMENTS.values():
        changed = f", last changed {document.changed}" if document.changed else ""
        print(f"{document.name}{changed}\n    {document.address}")
    return 0


def openapi(arguments: argparse.Namespace) -> int:
    print_json(openapi_document(arguments.edition))
    return 0


def differences(arguments: argparse.Namespace) -> int:
    first: Edition = arguments.first
    second: Edition = arguments.second
    found = differences_of(first, second)
    names = first.name, second.name
    if arguments.json:
        rows: list[Mapping[str, Any]] = [
            {
                "kind": one.kind,
                "name": one.name,
                "values": dict(zip(names, one.values, strict=True)),
                "known": dict(zip(names, map(how_json, one.hows), strict=True)),
            }
            for one in found
        ]
        print_json({"editions": names, "differences": rows})
        return 0
    for edition in (first, second):
        hang("", f"{edition.name}: {edition.title}")
    print(f"{len(found)} differences")
    columns = max(map(len, names))
    for kind, of_kind in groupby(found, key=lambda one: one.kind):
        print(f"\n{coloured(kind, HEAD)}")
        for one in of_kind:
            print(f"  {one.name}")
            for name, value, how in zip(names, one.values, one.hows, strict=True):
                hang(f"    {name:<{columns}}  ", f"{value}  [{how}]")
    return 0
