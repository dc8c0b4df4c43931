"""The corpora of custom language models."""

from __future__ import annotations

from typing import Any

from fakestt.contract.messages import Answer, Call
from fakestt.core.language import commands
from fakestt.core.language.facts import Corpus
from fakestt.core.language.phases import CorpusPhase
from fakestt.core.refusals import Refusal, Why
from fakestt.http.context import Context
from fakestt.http.handlers.customizations import customer_id
from fakestt.http.handlers.language import addressed

__all__ = ["add", "delete", "get", "list_"]


def list_(context: Context, call: Call) -> Answer:
    corpora = commands.list_corpora(context.world, addressed(context.world, call))
    return Answer(200, {"corpora": [_shown(context, corpus) for corpus in corpora]})


def add(context: Context, call: Call) -> Answer:
    values, upload = call.values, call.upload
    model = addressed(context.world, call)
    if upload is None or upload.text is None or upload.size_bytes == 0:
        raise Refusal(Why.EMPTY_BODY, kind="corpus")
    corpus = Corpus(
        name=values["corpus_name"],
        parent=model,
        created_at_s=context.world.now_s,
        size_bytes=upload.size_bytes,
        sha256=upload.sha256,
        facts=upload.text,
        customer_id=customer_id(values["X-Watson-Metadata"]),
    )
    commands.add_corpus(context.world, model, corpus, overwrite=values["allow_overwrite"])
    return Answer(201, {})


def get(context: Context, call: Call) -> Answer:
    corpus = commands.get_corpus(context.world, addressed(context.world, call), call.values["corpus_name"])
    return Answer(200, _shown(context, corpus))


def delete(context: Context, call: Call) -> Answer:
    commands.delete_corpus(context.world, addressed(context.world, call), call.values["corpus_name"])
    return Answer(200, {})


def _shown(context: Context, corpus: Corpus) -> dict[str, Any]:
    """A Corpus, members in the observed order.

    Source: icp2018 language-corpora.md#listCorpora; thomassuedbroecker/watson-stt-invocation README, 2022-11-18
    """
    phase = context.world.machine.phase(corpus)
    wire: dict[str, Any] = {
        "out_of_vocabulary_words": corpus.new_words,
        "total_words": corpus.total_words,
        "name": corpus.name,
        "status": phase.shown,
    }
    if phase is CorpusPhase.UNDETERMINED:
        wire["error"] = (
            f"Analysis of corpus '{corpus.name}' failed. "
            "Please try adding the corpus again by setting the 'allow_overwrite' flag to 'true'."
        )
    return wire
