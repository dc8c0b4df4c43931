"""The test author's view of language models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.placing import upgrade_by_hand
from fakestt.http.handlers.language import shown
from fakestt.views.models import Models, ModelView

__all__ = ["LanguageModelView", "LanguageModels"]


class LanguageModelView(ModelView[LanguageModel]):
    """A custom language model."""

    __slots__ = ()
    _kind = LanguageModel

    def upgrade(self) -> None:
        """Move it to the newest version of its base model, at once. What is going on goes on."""
        with self._look() as model:
            upgrade_by_hand(self._service.world, model)

    @property
    def dialect(self) -> str:
        """The dialect of the language that it is for."""
        with self._look() as model:
            return model.dialect

    def _shown(self, model: LanguageModel) -> dict[str, Any]:
        return shown(self._service.world, self._service.edition, model)

    def _holds(self, model: LanguageModel) -> str:
        return f"{len(model.words)} words"


class LanguageModels(Models[LanguageModelView]):
    """The custom language models of this instance."""

    _view_type = LanguageModelView

    def add(
        self,
        *,
        name: str = "words",
        base_model_name: str = "en-US_BroadbandModel",
        status: str = "available",
        dialect: str | None = None,
        words: Sequence[str] | None = None,
        invalid_words: Sequence[str] = (),
        description: str | None = None,
        versions: Sequence[str] | None = None,
        error: str | None = None,
        owner: str | None = None,
        id: str | None = None,  # noqa: A002 - the service's word
    ) -> LanguageModelView:
        """Make a model in any documented state, without a request and without time passing.

        Args:
            status: the status it shows; a running activity ends in its ordinary time.
            dialect: one that the base model has; its usual one unless given.
            words: valid words, which for `pending` are being validated. Default: one, for `pending` none.
            invalid_words: words besides that have an error.
            versions: of the base model; its newest unless given.
            error: of a failed model.
            owner: another instance's GUID.
            id: a GUID that no model has, such as one that the client has hard-coded; one is made unless given.

        Raises:
            StateError: no model can be in such a state, or have such an id.
        """
        return self._place(
            owner,
            id=id,
            name=name,
            base_model_name=base_model_name,
            status=status,
            dialect=dialect,
            words=words,
            invalid_words=invalid_words,
            description=description,
            versions=versions,
            error=error,
        )
