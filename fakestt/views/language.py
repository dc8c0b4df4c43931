"""The test author's view of language models."""

from __future__ import annotations

from collections.abc import Sequence

from fakestt.core.language.family import LanguageModel, upgrade_by_hand
from fakestt.errors import StateError
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
        versions: Sequence[str] | None = None,
        owner: str | None = None,
        id: str | None = None,  # noqa: A002 - the service's word
    ) -> LanguageModelView:
        """Make a language model, which the training of an acoustic model may name.

        Raises:
            StateError: an unknown base model or status, or no possible id.
        """
        return self._place(owner, id=id, name=name, base_model_name=base_model_name, status=status, versions=versions)
