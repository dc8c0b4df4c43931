"""What does a content type say: its name and its parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["MediaType"]

_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')


@dataclass(frozen=True, slots=True)
class MediaType:
    """A content type: names in lower case, values without their quotes."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> MediaType:
        """Read `audio/l16; rate=16000`. Never fails: what can't be read is left out."""
        name, _, _ = text.partition(";")
        found = _PARAMETER.findall(text[len(name) :])
        return cls(name.strip().lower(), {key.lower(): value.strip().strip('"').lower() for key, value in found})

    def positive(self, parameter: str, default: int = 0) -> int:
        """Return a whole number above zero, `default` when the parameter is absent, 0 when it makes no sense."""
        text = self.parameters.get(parameter)
        if text is None:
            return default
        # Nine digits hold every rate there is, and keep int() from a number of a million digits.
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
