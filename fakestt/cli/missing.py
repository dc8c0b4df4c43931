"""A file that is not there: what each command says of it."""

from __future__ import annotations

import errno
from pathlib import Path

from fakestt.errors import nearest

__all__ = ["check_there", "no_such_file"]


def check_there(path: Path) -> None:
    """Check that there is such a file or folder.

    Raises:
        FileNotFoundError: there is not; the command line's error has the text of `no_such_file`.
    """
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "there is no such file", str(path))


def no_such_file(path: Path) -> str:
    """The sentence that says so, with the nearest name beside it."""
    if not path.parent.is_dir():
        return f"{path}: there is no such file, for there is no folder {path.parent}."
    return f"{path}: there is no such file.{nearest(path.name, [one.name for one in path.parent.iterdir()])}"
