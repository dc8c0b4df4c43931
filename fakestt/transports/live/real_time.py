"""Real seconds, even where a test's time is frozen or virtual: sockets have real timeouts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

__all__ = ["monotonic"]

# Time may be frozen already when this module is imported. Later, freezegun replaces the functions of `time` in each
# module where it finds them. It does not look into a partial.
monotonic: Callable[[], float] = partial(getattr(sys.modules.get("freezegun.api"), "real_monotonic", time.monotonic))  # noqa: TID251
