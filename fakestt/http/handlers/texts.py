"""The corpora and grammars of custom language models, which are alike in all but what is shown of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakestt.contract.messages import Call
from fakestt.core.language.facts import Corpus, Grammar, Text
from fakestt.core.language.phases import TextPhase
from fakestt.core.language.texts import add_text, delete_text, get_text, list_texts
from fakestt.core.refusals import Refusal, Why
from fakestt.http.context import Context
from fakestt.http.handlers.customizations import customer_id
from fakestt.http.handlers.language import addressed

__all__ = ["CORPORA", "GRAMMARS"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The operations on texts of one kind.

    `listed` is the member of a list that holds them; `members` are those that a text shows, with the names of its
    facts; `remedy` is what the error advises.
    """

    kind: type[Text]
    listed: str
    members: Mapping[str, str]
    remedy: str

    def list_(self, context: Context, call: Call) -> dict[str, Any]:
        texts = list_texts(context.world, addressed(context.world, call), self.kind)
        return {self.listed: [self._shown(context, text) for text in texts]}

    def add(self, context: Context, call: Call) -> dict[str, Any]:
        values, upload = call.values, call.upload
        model = addressed(context.world, call)
        if upload is None or upload.text is None or upload.size_bytes == 0:
            raise Refusal(Why.EMPTY_BODY, kind=self.kind.family)
        text = self.kind(
            name=self._name(call),
            parent=model,
            size_bytes=upload.size_bytes,
            sha256=upload.sha256,
            facts=upload.text,
            customer_id=customer_id(values["X-Watson-Metadata"]),
        )
        add_text(context.world, model, text, overwrite=values["allow_overwrite"])
        return {}

    def get(self, context: Context, call: Call) -> dict[str, Any]:
        text = get_text(context.world, addressed(context.world, call), self.kind, self._name(call))
        return self._shown(context, text)

    def delete(self, context: Context, call: Call) -> dict[str, Any]:
        delete_text(context.world, addressed(context.world, call), self.kind, self._name(call))
        return {}

    def _name(self, call: Call) -> str:
        name: str = call.values[f"{self.kind.family}_name"]
        return name

    def _shown(self, context: Context, text: Text) -> dict[str, Any]:
        """A Corpus or a Grammar, members in the observed order."""
        phase = context.world.machine.phase(text)
        wire: dict[str, Any] = {member: getattr(text, fact) for member, fact in self.members.items()}
        wire["status"] = phase.shown
        if phase is TextPhase.UNDETERMINED:
            family = self.kind.family
            wire["error"] = (
                f"Analysis of {family} '{text.name}' failed. Please try {self.remedy} the {family} again "
                "by setting the 'allow_overwrite' flag to 'true'."
            )
        return wire


# Source: icp2018 language-corpora.md#listCorpora; thomassuedbroecker/watson-stt-invocation README, 2022-11-18
CORPORA = Texts(
    kind=Corpus,
    listed="corpora",
    members={"out_of_vocabulary_words": "new_words", "total_words": "total_words", "name": "name"},
    remedy="adding",
)
# Source: icp2020 grammar-manage.md#listExample-grammars; ibm-watson 11.2.0 speech_to_text_v1.py#Grammar (the error)
GRAMMARS = Texts(
    kind=Grammar,
    listed="grammars",
    members={"out_of_vocabulary_words": "new_words", "name": "name"},
    remedy="fixing the error or adding",
)
