"""Makes the guide `reference` from signatures and docstrings: `python tests/docs/reference.py` writes it anew."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator
from enum import Enum
from textwrap import fill
from typing import get_args

from contents import with_contents
from docs_rig import GUIDES
from test_docs_names import NOT_TOLD, OWNERS

import fakestt
from fakestt import literals

PATH = GUIDES / "reference.md"
HEAD = """# Reference

What are the signatures and the words of everything that a test can name?

It is made from the docstrings, and `help()` shows the same: `help(fakestt.FakeSTT.at)`.
[What there is on a fake](face.md) is the overview.
"""
# What the overview does not have a row for: classes that an author calls, or derives from.
OTHERS = (fakestt.Served, fakestt.FakeSTTFactory, fakestt.Choices, fakestt.Coverage, fakestt.Finding)
SECTION = re.compile(r"^(Args|Attributes|Raises[\w ]*|Source)s?:", re.MULTILINE)
WIDTH = 120


def reference() -> str:
    """The whole guide."""
    public = {name: getattr(fakestt, name) for name in sorted(fakestt.__all__, key=str.lower)}
    lines = [HEAD, "## Objects\n"]
    for of, owner in OWNERS.items():
        if of != "effects":  # they are the functions of the same names
            lines += of_class(owner if inspect.isclass(owner) else type(owner), NOT_TOLD.get(of, set()))
    lines += [line for one in OTHERS for line in of_class(one, set())]
    functions = {name: one for name, one in public.items() if inspect.isfunction(one)}
    lines.append("## Functions\n")
    lines += [line for name, one in functions.items() for line in entry("###", called(name, one), one)]
    errors = {name: one for name, one in public.items() if inspect.isclass(one) and issubclass(one, BaseException)}
    lines += ["## Errors and warnings\n", "| name | is a | when |\n|---|---|---|"]
    lines += [error_row(name, one) for name, one in errors.items()]
    lines += ["\n## Words\n", "| type | words |\n|---|---|"]
    lines += [f"| `{name}` | {words_of(name)} |" for name in literals.__all__]
    return with_contents("\n".join(lines).rstrip() + "\n")


def of_class(one: type, left_out: Collection[str]) -> Iterator[str]:
    is_called = one.__name__ in fakestt.__all__ and "Args:" in (inspect.getdoc(one) or "") and one is fakestt.FakeSTT
    yield from entry("###", called(one.__name__, one) if is_called else one.__name__, one)
    told = [(name, value) for name, value in members(one) if name not in left_out]
    properties = [f"- `{name}`: {sentence(value)}" for name, value in told if isinstance(value, property)]
    yield from [*properties, ""] if properties else []
    for name, value in told:
        if inspect.isfunction(value):
            yield from entry("####", called(name, value), value)


def members(one: type) -> Iterator[tuple[str, object]]:
    """Its public members with those of its bases that are ours, in the order in which they are written."""
    seen: dict[str, object] = {}
    for base in reversed(one.__mro__):
        if base.__module__.startswith("fakestt"):
            seen |= {name: value for name, value in vars(base).items() if not name.startswith("_")}
    for name, value in seen.items():
        value = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if getattr(value, "__doc__", None):
            yield name, value


def called(name: str, one: object) -> str:
    signature = inspect.signature(one)  # type: ignore[arg-type]
    words = [word for word in signature.parameters.values() if word.name not in ("self", "cls")]
    plain = [word.replace(annotation=inspect.Parameter.empty) for word in words]
    plain = [
        word.replace(default=Written(word.default)) if word.default is not inspect.Parameter.empty else word
        for word in plain
    ]
    return f"{name}{signature.replace(parameters=plain, return_annotation=inspect.Signature.empty)}"


class Written:
    """A default as it is written, without an address."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        if isinstance(self.value, Enum):
            return self.value.name
        return getattr(self.value, "__name__", None) or repr(self.value)


def entry(level: str, title: str, one: object) -> Iterator[str]:
    yield f"{level} `{title}`\n"
    text = inspect.getdoc(one) or ""
    parts = SECTION.split(text)
    yield from filled(parts[0])
    for head, rows in zip(parts[1::2], parts[2::2], strict=True):
        if head == "Args" and level == "###" and inspect.isclass(one) and one is not fakestt.FakeSTT:
            continue  # the fake makes it, and not the author
        yield from listed(head, rows)


def filled(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield fill(" ".join(paragraph.split()), WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"


def listed(head: str, rows: str) -> Iterator[str]:
    if head == "Source":
        yield from filled(f"Source: {rows}")
        return
    yield f"{head}:\n"
    for row in re.split(r"\n    (?=\S)", rows.rstrip()):
        if row.strip():
            name, _, text = " ".join(row.split()).partition(": ")
            yield fill(
                f"- `{name}`: {text}", WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
            )
    yield ""


def sentence(one: object) -> str:
    return " ".join((inspect.getdoc(one) or "").split("\n\n")[0].split())


def error_row(name: str, one: type[BaseException]) -> str:
    return f"| `{name}` | `{one.__mro__[1].__name__}` | {sentence(one)} |"


def words_of(name: str) -> str:
    return ", ".join(f"`{word}`" for word in get_args(getattr(literals, name)))


if __name__ == "__main__":
    PATH.write_text(reference(), encoding="utf-8")
