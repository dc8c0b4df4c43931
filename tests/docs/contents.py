"""Writes the table of contents of each guide that has several sections: `python tests/docs/contents.py`."""

from __future__ import annotations

import re
from textwrap import fill

from docs_rig import BLOCK, GUIDES, text_of

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
CONTENTS = re.compile(r"^In this guide: .*?\n\n", re.MULTILINE | re.DOTALL)
FEW = 3


def sections(text: str) -> list[str]:
    return SECTION.findall(BLOCK.sub("", text))


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def with_contents(text: str) -> str:
    """The guide with links to its sections behind its question, if it has several and links to none of them yet."""
    text = CONTENTS.sub("", text, count=1)
    links = [f"[{heading}](#{anchor(heading)})" for heading in sections(text)]
    before = text.partition("\n## ")[0]
    if len(links) < FEW or all(link.partition("](")[2] in before for link in links):
        return text
    title, question, rest = text.split("\n\n", 2)
    listed = fill(f"In this guide: {', '.join(links)}.", 120, break_long_words=False, break_on_hyphens=False)
    return "\n\n".join([title, question, listed, rest])


if __name__ == "__main__":
    for path in GUIDES.glob("*.md"):
        path.write_text(with_contents(text_of(path)), encoding="utf-8")
