"""What a monitor has found: a rule that the client broke, where, how we know the rule, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from fakestt.contract.documents import address_of
from fakestt.core.provenance import How

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a client did and should not have done, or left undone. It holds no credential.

    Attributes:
        rule: the rule's name, as `conduct_ignore` takes it.
        exchanges: the numbers of the exchanges that show it; of a long series the first and the last.
        said: what the client did.
        remedy: what it should do.
        how: where the rule stands, a Source or an Assumed.
    """

    rule: str
    exchanges: tuple[int, ...]
    said: str
    remedy: str
    how: How

    @property
    def address(self) -> str | None:
        """Where the rule can be read; None for an assumption."""
        return address_of(self.how)

    def __str__(self) -> str:
        numbers = ", ".join(f"#{seq}" for seq in self.exchanges)
        where = f" ({self.address})" if self.address else ""
        return f"{self.rule}: {self.said} ({numbers})\n    {self.remedy}\n    {self.how}{where}"
