"""What is computed from the tables, as files. To write them anew after a table was changed on purpose:

    python tests/golden/golden_files.py

Then read the difference, and say in the guide "Changes" (fakestt/guide/changes.md) what changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import golden_diagrams
from golden_reference import reference

from fakestt.contract.openapi import openapi
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.own_pages import _OWN
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.families import FAMILIES
from fakestt.core.resources import BaseModel
from fakestt.editions import EDITIONS
from fakestt.editions.differences import differences
from fakestt.editions.guesses import guesses

FOLDER = Path(__file__).parent / "files"
GUIDE = Path(__file__).parents[2] / "fakestt" / "guide" / "editions.md"
STATES = re.compile(r"(?<=<!-- generated: states -->\n).*?(?=<!-- end of generated -->)", re.DOTALL)


Texts = Iterator[tuple[str, str]]
"""Names of files, each with its text."""


def documents() -> Texts:
    for edition in EDITIONS.values():
        yield f"openapi-{edition.name}.json", json.dumps(openapi(edition), indent=1) + "\n"
    tokens = [row for row in OPERATIONS.values() if not row.authenticated]
    document = openapi(EDITIONS["cp4d2025"], tokens)  # whose own operations know no Basic header, as two of these do
    yield "openapi-of-tokens-cp4d2025.json", json.dumps(document, indent=1) + "\n"


def references() -> Texts:
    for edition in EDITIONS.values():
        yield f"reference-{edition.name}.md", reference(edition)


def assumptions() -> Texts:
    for edition in EDITIONS.values():
        rows = [f"{one.kind}\t{one.name}\t{one.value}\t{one.reason}\n" for one in guesses(edition)]
        yield f"guesses-{edition.name}.tsv", "".join(rows)


def base_models() -> Texts:
    heads = [field.name for field in fields(BaseModel) if field.name != "vocabulary"]
    for edition in EDITIONS.values():
        rows = [heads, *([str(getattr(base, head)) for head in heads] for base in edition.base_models)]
        yield f"base-models-{edition.name}.tsv", "".join("\t".join(row) + "\n" for row in rows)


def diagrams() -> Texts:
    for edition in EDITIONS.values():
        for family in FAMILIES:
            if family.walk is not None:
                name = f"states-{family.name.replace(' ', '-')}-{edition.name}"
                yield f"{name}.mmd", golden_diagrams.mermaid(family, edition.limits)
                yield f"{name}.txt", golden_diagrams.text(family, edition.limits)


def differing_rows() -> Texts:
    for first, second in pairwise(EDITIONS.values()):
        rows = [
            f"{one.kind}\t{one.name}\t{one.values[0]}\t{one.values[1]}\t{one.hows[0]}\t{one.hows[1]}\n"
            for one in differences(first, second)
        ]
        yield f"differences-{first.name}-{second.name}.tsv", "".join(rows)


def own_pages() -> Texts:
    rows = [f"{source}\t{edition}\t{place}\n" for (source, edition), place in _OWN.items()]
    yield "own-pages.tsv", "".join(rows)


KINDS = (base_models, own_pages, documents, differing_rows, assumptions, diagrams, references)


def computed() -> dict[str, str]:
    """The text of every file."""
    return {name: text for compute in KINDS for name, text in compute()}


def guide() -> str:
    """The guide to the editions, with its state diagram computed anew."""
    diagram = golden_diagrams.mermaid(ACOUSTIC, EDITIONS["icp2018"].limits)
    return STATES.sub(lambda _: f"```mermaid\n{diagram}```\n", GUIDE.read_text(encoding="utf-8"))


def write() -> None:
    """Write all of them, remove what is not computed any more, and renew the guide's diagram."""
    GUIDE.write_text(guide(), encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    texts = computed()
    for path in FOLDER.iterdir():
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_bytes(text.encode())


if __name__ == "__main__":
    write()
