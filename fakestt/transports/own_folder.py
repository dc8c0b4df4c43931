"""A temporary folder that goes away even if its process is killed: the next folder that is made takes it along.

The owner of a folder holds a lock on it. A lock ends with its process, however that ends. Windows has no such locks: a
folder that was left behind there stays.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["OwnFolder"]

_PREFIX = "fakestt-"
_SUFFIX = ".own"


class OwnFolder:
    """A new folder that its user alone can look into.

    It removes the folders of processes that have ended without doing so.
    """

    def __init__(self) -> None:
        _remove_left_behind()
        self._lock: int | None = None
        while True:
            self.path: Path = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_SUFFIX))
            if sys.platform == "win32":
                return
            self._lock = _locked(self.path)
            if self._lock is not None and self.path.exists():
                return
            self.close()  # another process has taken it for one that was left behind, before the lock was there

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _remove_left_behind() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*{_SUFFIX}"):
        lock = _locked(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _locked(path: Path) -> int | None:
    """Return a descriptor that holds the lock. None: another process has it, or another user, or there is no folder."""
    if sys.platform == "win32":
        return None
    lock = -1
    with suppress(OSError):
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    if lock >= 0:
        os.close(lock)
    return None
