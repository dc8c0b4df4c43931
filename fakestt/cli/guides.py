"""`fakestt guide`: the guides, or one of them."""

from __future__ import annotations

import argparse
import re
import sys
from textwrap import fill

from fakestt import guide
from fakestt.cli.lines import width

__all__ = ["show"]

_CODE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]*?)(?:#[^)\s]*)?\)")
_AS_IT_IS = ("#", "|", "    ", "<!--")
"""How a block begins that is no paragraph: a heading, a table, what is set in, a comment."""


def show(arguments: argparse.Namespace) -> int:
    if arguments.topic is not None:
        _markdown(guide.text(arguments.topic))
        return 0
    longest = max(map(len, guide.TOPICS))
    for topic, question in guide.topics().items():
        print(_filled(f"{topic:<{longest}}  {question}", " " * (longest + 2)))
    print("\nTo read one: fakestt guide TOPIC")
    return 0


def _markdown(text: str) -> None:
    """Print Markdown: on a terminal laid out, by rich if it is installed; else as it is written."""
    if not sys.stdout.isatty():
        print(text, end="")
        return
    parts = [part if part.startswith("```") else _LINK.sub(_linked, part) for part in _CODE.split(text)]
    try:
        from rich.console import Console
        from rich.markdown import Markdown
    except ImportError:
        print("".join(part if part.startswith("```") else _paragraphs(part) for part in parts), end="")
    else:
        Console().print(Markdown("".join(parts), hyperlinks=False))  # a terminal can't open what is left of them


def _linked(link: re.Match[str]) -> str:
    """What stands for a link on a terminal: its words, and how to read another guide."""
    words, target = link[1], link[2]
    topic = target.removesuffix(".md")
    if topic in guide.TOPICS:
        return f"{words} (`fakestt guide {topic}`)"
    return link[0] if target else words


def _paragraphs(text: str) -> str:
    """The paragraphs and the lists, as wide as the terminal."""
    return "\n\n".join(
        block if block.lstrip("\n").startswith(_AS_IT_IS) else _refilled(block) for block in text.split("\n\n")
    )


def _refilled(block: str) -> str:
    items = re.split(r"\n(?=- |\d+\. )", block)
    return "\n".join(_kept(item, "  " if item.lstrip("\n").startswith("- ") else "") for item in items)


def _kept(item: str, indent: str) -> str:
    """An item of a list, or a paragraph, between the line breaks that surround it."""
    words = item.strip("\n")
    before, _, after = item.partition(words) if words else (item, "", "")
    return f"{before}{_filled(' '.join(words.split()), indent)}{after}"


def _filled(line: str, indent: str) -> str:
    return fill(line, width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
