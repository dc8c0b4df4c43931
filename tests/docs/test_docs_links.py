"""The README is short and leads to every guide; each guide says what it answers; and each link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from contents import with_contents
from docs_rig import BLOCK, DOCUMENTS, GUIDES, README, ROOT, text_of

from fakestt import guide

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def anchors(document: Path) -> set[str]:
    """What a heading is called in a link: in lower case, without punctuation, with hyphens for spaces."""
    headings = HEADING.findall(BLOCK.sub("", text_of(document)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(document: Path) -> list[str]:
    """The targets of links that lead to a file or a heading here."""
    text = CODE.sub("", BLOCK.sub("", text_of(document)))
    return [target for target in LINK.findall(text) if "://" not in target]


def dead(document: Path, target: str) -> str | None:
    """Why a link leads nowhere, or None."""
    name, _, anchor = target.partition("#")
    file = (document.parent / name).resolve() if name else document
    if not file.is_file():
        return f"{target}: no such file"
    if anchor and anchor not in anchors(file):
        return f"{target}: no such heading. All: {', '.join(sorted(anchors(file)))}"
    return None


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_each_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    assert [why for target in links(document) if (why := dead(document, target))] == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("#the-fixture", None),
        ("fakestt/guide/time.md#what-takes-part", None),
        ("#fixture", "#fixture: no such heading. All: "),
        ("fakestt/guide/tme.md", "fakestt/guide/tme.md: no such file"),
        ("time.md", "time.md: no such file"),
        ("fakestt/guide/time.md#the-fixture", "fakestt/guide/time.md#the-fixture: no such heading. All: "),
    ],
)
def test_a_link_that_leads_nowhere_is_found(target: str, why: str | None) -> None:
    found = dead(README, target)
    assert found is None if why is None else str(found).startswith(why)


def test_links_are_found_in_the_readme_and_in_the_guides() -> None:
    assert "#what-it-does" in links(README)
    assert "frozen-time.md" in links(GUIDES / "time.md")


def test_the_readme_has_320_lines_at_most() -> None:
    assert len(text_of(README).splitlines()) <= 320


def test_the_readme_lists_every_guide_with_its_question() -> None:
    rows = re.findall(r"^\| \[`([\w-]+)`\]\(fakestt/guide/\1\.md\) \| (.+) \|$", text_of(README), re.MULTILINE)
    assert rows == list(guide.topics().items())


@pytest.mark.parametrize("topic", guide.TOPICS)
def test_a_guide_begins_with_its_title_and_its_question(topic: str) -> None:
    assert re.match(r"# [^\n]+\n\n[^\n]{1,100}\?\n\n", guide.text(topic))


@pytest.mark.parametrize("topic", guide.TOPICS)
def test_a_guide_with_several_sections_begins_with_links_to_them(topic: str) -> None:
    assert guide.text(topic) == with_contents(guide.text(topic)), "python tests/docs/contents.py writes them anew"


def test_there_is_a_topic_for_every_guide() -> None:
    assert sorted(guide.TOPICS) == [path.stem for path in sorted(GUIDES.glob("*.md"))]
