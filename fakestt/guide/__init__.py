"""The guides: their topics, the question that each answers, and their texts. `fakestt guide` prints them."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["TOPICS", "text", "topics"]

# In the order of reading. Each is a Markdown file beside this module.
TOPICS = (
    "cookbook",
    "time",
    "frozen-time",
    "other-tools",
    "scripts",
    "faults",
    "exploring",
    "conduct",
    "coverage",
    "server",
    "command-line",
    "face",
    "reference",
    "report",
    "page",
    "editions",
    "versions",
    "performance",
    "design",
    "contributing",
    "changes",
)


def topics() -> dict[str, str]:
    """Each topic with the question that its guide answers: the paragraph below the title."""
    return {topic: text(topic).split("\n\n", 2)[1] for topic in TOPICS}


def text(topic: str) -> str:
    """The guide as it is written, in Markdown."""
    return files(__name__).joinpath(f"{topic}.md").read_text(encoding="utf-8")
