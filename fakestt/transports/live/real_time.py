"""Real seconds, in a test that is frozen or virtual as well: sockets have real timeouts."""

from __future__ import annotations

import sys
import time
from functools import partial

__all__ = ["monotonic"]

# freezegun may be at it when this is imported. Later it replaces the functions of `time` wherever it finds them, in all
# modules, but not a partial of one.
monotonic = partial(getattr(sys.modules.get("freezegun.api"), "real_monotonic", time.monotonic))  # noqa: TID251
