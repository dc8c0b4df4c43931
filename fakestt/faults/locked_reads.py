"""How does a service answer that cannot read a model while it works on it?"""

from __future__ import annotations

from fakestt.contract.edition import Edition
from fakestt.core.refusals import Why
from fakestt.core.world import World
from fakestt.faults.condition import Asked, Condition
from fakestt.faults.effects import Effect, fail

__all__ = ["LockedReads"]


class LockedReads(Condition):
    """A GET of a model that is busy, or of what belongs to it, may be answered 409, as a change of it always is.

    Source: watson-developer-cloud/swift-sdk SpeechToTextTests.swift, whose polls take an error with `locked` for an
    answer to wait on. Assumed: the code and the text, which are those of a change; how often it comes.
    """

    def __init__(self, spelled: str, every: int, world: World, edition: Edition, *, optional: bool) -> None:
        super().__init__(spelled, optional=optional)
        self._every = every
        self._world = world
        self._wording = edition.wording[Why.BUSY]
        self._locked = 0

    def meet(self, asked: Asked) -> Effect | None:
        if asked.call is None or asked.caller is None or asked.call.method not in ("GET", "HEAD"):
            return None
        named = (family.named_by for family in self._world.families if family.parent is None)
        models = (self._world.with_id(asked.call.values[name]) for name in named if name in asked.call.values)
        model = next(models, None)
        if model is None or model.owner != asked.caller.owner:
            return None
        if all(one.activity is None for one in (model, *model.all_children())):
            return None
        self._locked += 1
        if self._locked % self._every:
            return None
        return fail(self._wording.status, self._wording.text.format_map({"id": model.id}))

    def may_change(self, since_start_s: float) -> bool:
        """It may if not each of them is refused. That a model gets free is due, and no matter of this condition."""
        return self._every > 1
