"""The test author's view of language models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakestt.core.language.family import LanguageModel, upgrade_by_hand
from fakestt.errors import StateError
from fakestt.http.handlers.language import shown
from fakestt.views.models import Models, ModelView

__all__ = ["LanguageModelView", "LanguageModels"]


class LanguageModelView(ModelView[LanguageModel]):
    """A custom language model that the test has made, to help acoustic models."""

    __slots__ = ()
    _kind = LanguageModel

    def upgrade(self) -> None:
        """Move it to the newest version of its base model, at once."""
        with self._look() as model:
            upgrade_by_hand(self._service.world, model)

    @property
    def dialect(self) -> str:
        """The dialect of the language that it is for."""
        with self._look() as model:
            return model.dialect

    @property
    def error(self) -> str | None:
        """Why its training failed."""
        with self._look() as model:
            return model.error

    def as_json(self) -> dict[str, Any]:
        """The object that the service shows."""
        with self._look() as model:
            return shown(self._service.world, self._service.edition, model)

    def __repr__(self) -> str:
        try:
            return f"<language model {self._id} {self.status}>"
        except StateError:
            return f"<language model {self._id} deleted>"


class LanguageModels(Models[LanguageModelView]):
    """The custom language models of this instance, as far as acoustic models need them."""

    _view_type = LanguageModelView

    def add(
        self,
        *,
        name: str = "words",
        base_model_name: str = "en-US_BroadbandModel",
        status: str = "available",
        description: str | None = None,
        versions: Sequence[str] | None = None,
        error: str | None = None,
        owner: str | None = None,
        id: str | None = None,  # noqa: A002 - the service's word
    ) -> LanguageModelView:
        """Make a language model, which the training of an acoustic model may name. Clients can list and read it.

        Args:
            status: the status it shows, and keeps.
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
            description=description,
            versions=versions,
            error=error,
        )
