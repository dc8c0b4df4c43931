"""`fakestt guide`: the guides, or one of them."""

from __future__ import annotations

import argparse
import sys

from fakestt import guide

__all__ = ["show"]


def show(arguments: argparse.Namespace) -> int:
    if arguments.topic is not None:
        _markdown(guide.text(arguments.topic))
        return 0
    width = max(map(len, guide.TOPICS))
    for topic, question in guide.topics().items():
        print(f"{topic:<{width}}  {question}")
    print("\nTo read one: fakestt guide TOPIC")
    return 0


def _markdown(text: str) -> None:
    """Print Markdown: laid out on a terminal if rich is installed, else as it is written."""
    if sys.stdout.isatty():
        try:
            from rich.console import Console
            from rich.markdown import Markdown
        except ImportError:
            pass
        else:
            Console().print(Markdown(text, hyperlinks=False))  # the links lead to files beside this one
            return
    print(text, end="")
