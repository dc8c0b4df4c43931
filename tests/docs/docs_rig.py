"""The README and the guides, and what stands in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

# Before any run inside: pytester takes back what such a run imports, and a second copy would not find the first one's
# clocks in their places. What is large besides would only take its time again.
import ibm_watson  # noqa: F401

import fakestt.exploring.findings
import fakestt.exploring.left
import fakestt.exploring.sampling
import fakestt.intercept.client_time
import fakestt.page.of_fake
import fakestt.transports.live  # noqa: F401

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
GUIDES = ROOT / "fakestt" / "guide"
DOCUMENTS = (README, *sorted(GUIDES.glob("*.md")))
BLOCK = re.compile(r"^```(\w+)(?: name=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    document: str
    line: int
    language: str
    name: str | None
    text: str


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def blocks(document: Path) -> list[Block]:
    """The blocks of code, in the order in which they stand there."""
    text, name = text_of(document), document.relative_to(ROOT).as_posix()
    return [Block(name, text[: m.start()].count("\n") + 1, m[1], m[2], m[3]) for m in BLOCK.finditer(text)]
