"""What a handler may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Call
from fakestt.core.world import World
from fakestt.editions.hosts import Places
from fakestt.http.auth import Auth

__all__ = ["Context", "Handler"]


@dataclass(frozen=True, slots=True)
class Context:
    """The service behind one request."""

    world: World
    edition: Edition
    auth: Auth
    places: Places
    unknown: str = "note"  # one of UNKNOWN


Handler = Callable[[Context, Call], dict[str, Any]]
"""Does the work of one operation, and returns the JSON of its answer. A refusal is raised."""
