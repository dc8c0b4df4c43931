"""How does the cloud answer a client whose plan is the free one?"""

from __future__ import annotations

from fakestt.contract.edition import Edition
from fakestt.core.refusals import Why
from fakestt.faults.condition import Asked, Condition
from fakestt.faults.effects import Effect, fail

__all__ = ["LitePlan"]


class LitePlan(Condition):
    """All customization is refused, lists included. `auth.add_key(plan="lite")` says the same of one key.

    Source: watson-developer-cloud/python-sdk issue 602; dotnet-standard-sdk issue 334
    """

    def __init__(self, spelled: str, edition: Edition, *, optional: bool) -> None:
        super().__init__(spelled, optional=optional)
        wording = edition.wording[Why.LITE_PLAN]
        self._refusal = fail(wording.status, wording.text)

    def meet(self, asked: Asked) -> Effect | None:
        if asked.call is None or asked.caller is None or "customization" not in asked.call.operation.path:
            return None
        return self._refusal

    def may_change(self, since_start_s: float) -> bool:
        """Never: it refuses again and again."""
        return False
