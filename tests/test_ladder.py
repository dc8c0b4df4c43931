"""Imports go down only, third parties keep to their rungs, and time comes from the clock."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from fakestt import EDITIONS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "fakestt"
REAL_TIME = frozenset(
    {
        "time.time", "time.monotonic", "time.perf_counter", "time.sleep", "time.time_ns", "time.monotonic_ns",
        "datetime.now", "datetime.utcnow", "datetime.datetime.now", "datetime.datetime.utcnow", "date.today",
        "datetime.date.today", "random.random", "random.randint", "random.choice", "uuid.uuid1", "uuid.uuid4",
        "os.urandom",
    }
)  # fmt: skip
# Who may know the real time, and why.
MAY_KNOW = {
    "core/clock.py": "it is the clock",
    "intercept/waiting/wall.py": "it puts another time in its place",
    "transports/live/real_time.py": "sockets wait in real time",
    "demo.py": "it tells how many real milliseconds the virtual hours took",
}


def test_the_ladder_holds() -> None:
    if shutil.which("lint-imports", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("import-linter is not installed: pip install 'fakestt[lint]'")
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", "pyproject.toml", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@cache
def modules() -> Sequence[tuple[str, ast.Module]]:
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression, "" for what is none."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def readings(module: ast.Module) -> Iterator[str]:
    """Where a module reads the real time, or draws at random; imports by name included."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and dotted(node) in REAL_TIME:
            yield f"line {node.lineno}: {dotted(node)}"
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "random", "uuid", "os"):
            yield from (
                f"line {node.lineno}: from {node.module} import {alias.name}"
                for alias in node.names
                if f"{node.module}.{alias.name}" in REAL_TIME
            )


def test_real_time_and_chance_are_read_only_where_they_may_be() -> None:
    found = {name: list(readings(module)) for name, module in modules() if name not in MAY_KNOW}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("import time\nx = time.time()", 1),
        ("from time import monotonic", 1),
        ("import datetime\nx = datetime.datetime.now()", 1),
        ("from datetime import datetime\nx = datetime.now()", 1),
        ("import uuid\nx = uuid.uuid4()", 1),
        ("import time\nx = time.gmtime(0)", 0),
    ],
)
def test_the_search_for_real_time_finds_it(code: str, count: int) -> None:
    assert len(list(readings(ast.parse(code)))) == count


def test_a_family_is_named_in_its_own_places_alone() -> None:
    places = ("core/acoustic/", "contract/operations/acoustic", "http/handlers/", "views/")
    names = {"AcousticModel", "AcousticCommand", "AudioPhase"}
    found = [
        f"{name}: {one}"
        for name, module in modules()
        if not name.startswith(places)
        for node in ast.walk(module)
        for one in (getattr(node, "id", None), getattr(node, "attr", None), getattr(node, "name", None))
        if one in names and not isinstance(node, ast.Constant)
    ]
    assert found == []


def test_no_module_asks_which_edition_it_is() -> None:
    def names_an_edition(side: ast.expr) -> bool:
        return any(isinstance(node, ast.Constant) and node.value in EDITIONS for node in ast.walk(side))

    found = [
        f"{name}:{node.lineno}"
        for name, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Compare) and any(map(names_an_edition, (node.left, *node.comparators)))
    ]
    assert found == []
