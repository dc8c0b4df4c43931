"""Custom language models, as far as acoustic models need them: a test's author makes them, and clients read them.

No request changes them. They are upgraded by hand alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import unique

from fakestt.core.family import Family
from fakestt.core.lifecycle import Ending, Lifecycle, Phase
from fakestt.core.placing import (
    STATUSES,
    check_name,
    check_status,
    check_texts,
    find_base_model,
    put_there,
    versions_of,
)
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity, Model
from fakestt.core.world import World
from fakestt.errors import StateError

__all__ = [
    "LANGUAGE",
    "LanguageModel",
    "LanguagePhase",
    "language_phase",
    "list_language_models",
    "place_language_model",
    "upgrade_by_hand",
]

FAILURE = "training failed"
"""What a failed model says if its author gives no error."""

# fmt: off
DIALECTS: Mapping[str, str] = {
    "es-AR": "es-LA", "es-CL": "es-LA", "es-CO": "es-LA", "es-PE": "es-LA", "es-MX": "es-US",
}
"""The dialects that are not called as the base model's language is, by that language.

Source: cloud2025 language-create.md#createModel-language; that it holds for large models too is assumed.
"""
# fmt: on


@dataclass(slots=True, eq=False, kw_only=True)
class LanguageModel(Model):
    """A custom language model, with the status that its author gave it.

    `filled`: there is something to train on. `trained`: some training has succeeded. `failed`: the last one failed.
    """

    family = "language model"

    filled: bool = False
    trained: bool = False
    failed: bool = False
    error: str | None = None

    @property
    def dialect(self) -> str:
        """The one of its base model, which a client need not say."""
        language = self.base_model.language
        return DIALECTS.get(language, language)


@unique
class LanguagePhase(Phase):
    """The statuses of a language model."""

    EMPTY = ("P0", "pending")
    READY = ("R", "ready")
    TRAINING = ("T", "training")
    AVAILABLE = ("A", "available")
    UPGRADING = ("U", "upgrading")
    FAILED = ("F", "failed")


def language_phase(model: LanguageModel) -> LanguagePhase:
    """The first phase that fits."""
    if model.activity is not None:
        return LanguagePhase.TRAINING if model.activity is Activity.TRAINING else LanguagePhase.UPGRADING
    if model.failed:
        return LanguagePhase.FAILED
    if model.trained:
        return LanguagePhase.AVAILABLE
    return LanguagePhase.READY if model.filled else LanguagePhase.EMPTY


def place_language_model(
    world: World,
    owner: str,
    *,
    name: str,
    base_model_name: str,
    status: str = "available",
    description: str | None = None,
    versions: Sequence[str] | None = None,
    error: str | None = None,
    id: str | None = None,  # noqa: A002 - the service's word
) -> LanguageModel:
    """Make a language model. It keeps its status.

    Raises:
        StateError: no model can be in such a state.
    """
    base = find_base_model(world, base_model_name, f"base_model_name={base_model_name!r}")
    if not base.custom_language_model:
        raise StateError(f"base_model_name={base_model_name!r} has no language customization.")
    check_name(name)
    check_status(status, STATUSES)
    check_texts(status, description, error)
    model = world.new(
        LanguageModel,
        owner,
        base,
        id=id,
        name=name,
        description=description,
        versions=versions_of(base, versions, "available"),
        filled=status != "pending",
        trained=status in ("available", "upgrading"),
        failed=status == "failed",
        error=FAILURE if status == "failed" and error is None else error,
    )
    model.activity = {"training": Activity.TRAINING, "upgrading": Activity.UPGRADE}.get(status)  # it never ends
    put_there(world, model)
    return model


def list_language_models(world: World, owner: str, language: str | None = None) -> list[LanguageModel]:
    """The owner's models in the order of their creation, all of them or those of one language.

    Source: icp2018 language-models.md#listModels; three models were seen in this order
    """
    models = world.models(LanguageModel, owner).values()
    return [model for model in models if language is None or model.base_model.language == language]


def upgrade_by_hand(world: World, model: LanguageModel) -> None:
    """Move it to the newest version of its base model, at once. Nothing else changes."""
    if model.versions[-1] == model.base_model.newest:
        return
    if model.activity is None:
        world.machine.at_once(model, Activity.UPGRADE, Ending("done", _upgraded), world.now_s)
    else:
        _upgraded(model)  # it was made by hand with an activity that never ends
        model.updated_at_s = world.now_s


def _upgraded(model: LanguageModel) -> None:
    model.versions.append(model.base_model.newest)


LANGUAGE = Family(
    kind=LanguageModel,
    lifecycle=Lifecycle(LanguagePhase, language_phase, {}, lambda _: (), {}),
    named_by="customization_id",
    missing=Why.NO_SUCH_MODEL,
    place=place_language_model,
)
