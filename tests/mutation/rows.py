"""What does survivors.txt say: which mutants can nobody tell from the original?"""

from __future__ import annotations

from pathlib import Path

Key = tuple[str, str, str, str]  # module, function, its text before, its text after


def survivors(file: Path) -> dict[Key, str]:
    """The reason of each mutant that may stay alive."""
    found = {}
    for block in file.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            head, before, after, reason = lines
            path, function = head.split()
            key = (path, function, before.removeprefix("  - "), after.removeprefix("  + "))
            found[key] = reason.removeprefix("  why: ")
    return found


def as_text(path: str, function: str, before: str, after: str, *, reason: str) -> str:
    return f"{path} {function}\n  - {before}\n  + {after}\n  why: {reason}"
