"""Ids that look random but are not: equal texts give equal ids."""

from __future__ import annotations

import hashlib
import uuid

__all__ = ["seeded_guid", "seeded_hex"]


def seeded_hex(text: str, size_bytes: int = 16) -> str:
    """Two hexadecimal digits a byte."""
    return hashlib.blake2b(text.encode(), digest_size=size_bytes).hexdigest()


def seeded_guid(text: str) -> str:
    """A version 4 GUID."""
    return str(uuid.UUID(seeded_hex(text), version=4))
