"""What a handler may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Answer, Call
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


Handler = Callable[[Context, Call], Answer]
"""Does the work of one operation. A refusal is raised."""
