"""Language models as a family: no request reaches them yet, and all that goes on is an upgrade by hand."""

from __future__ import annotations

from fakestt.core.family import Family
from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.phases import LanguagePhase, language_phase
from fakestt.core.language.placing import place_language_model
from fakestt.core.lifecycle import Ending, Lifecycle
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity
from fakestt.core.world import World

__all__ = ["LANGUAGE", "upgrade_by_hand"]


def upgrade_by_hand(world: World, model: LanguageModel) -> None:
    """Move it to the newest version of its base model, at once; for the rest it is what it was."""
    if model.versions[-1] == model.base_model.newest:
        return
    if model.activity is None:
        world.machine.at_once(model, Activity.UPGRADE, Ending("done", _upgraded), world.now_s)
    else:
        _upgraded(model)  # it was put there in the middle of something, which goes on for good


def _upgraded(model: LanguageModel) -> None:
    model.versions.append(model.base_model.newest)


LANGUAGE = Family(
    kind=LanguageModel,
    lifecycle=Lifecycle(LanguagePhase, language_phase, {}, lambda _: (), {}),
    named_by="customization_id",
    missing=Why.NO_SUCH_MODEL,
    place=place_language_model,
)
