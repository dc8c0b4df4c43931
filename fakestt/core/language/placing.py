"""Language models put into a state by hand, and upgraded by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO

from fakestt.core.language.commands import dialect_of
from fakestt.core.language.corpora import analyse
from fakestt.core.language.facts import Corpus, LanguageModel
from fakestt.core.language.stages import spoil_corpus
from fakestt.core.language.words import Definition, stored
from fakestt.core.lifecycle import Ending
from fakestt.core.models import FAILURE, is_customizable, upgraded
from fakestt.core.placing import (
    STATUSES,
    check_name,
    check_status,
    check_texts,
    find_base_model,
    put_there,
    versions_of,
)
from fakestt.core.refusals import Refusal
from fakestt.core.resources import Activity, Resource
from fakestt.core.world import World
from fakestt.errors import StateError
from fakestt.media.text import TextFacts, read_text

__all__ = ["place_language_model", "upgrade_by_hand"]

BY_HAND = "put there as invalid"
ORDINARY_WORDS = ("HHonors",)
"""A model gets it if its status needs data and the author gives none."""

DURING = {"pending": Activity.ANALYSIS, "training": Activity.TRAINING, "upgrading": Activity.UPGRADE}


def place_language_model(
    world: World,
    owner: str,
    *,
    name: str,
    base_model_name: str,
    status: str = "available",
    dialect: str | None = None,
    corpora: Mapping[str, str] | None = None,
    invalid_corpora: Sequence[str] = (),
    words: Sequence[str] | None = None,
    invalid_words: Sequence[str] = (),
    description: str | None = None,
    versions: Sequence[str] | None = None,
    error: str | None = None,
    id: str | None = None,  # noqa: A002 - the service's word
) -> LanguageModel:
    """Make a model in any documented state, as if it had just got there.

    The corpora and words of a `pending` model are being analysed. A running activity ends in its ordinary time.

    Raises:
        StateError: no model can be in such a state.
    """
    base = find_base_model(world, base_model_name, f"base_model_name={base_model_name!r}")
    if not is_customizable(base, LanguageModel):
        raise StateError(f"base_model_name={base_model_name!r} has no language customization.")
    check_name(name)
    check_status(status, STATUSES)
    check_texts(status, description, error)
    try:
        spoken = dialect_of(base, dialect)
    except (Refusal, AttributeError):
        possible = ", ".join(base.dialects or (base.language,))
        raise StateError(f"dialect={dialect!r}: {base.name} has no such dialect. All: {possible}") from None
    texts = _texts(corpora, invalid_corpora)
    check_words("invalid_words", invalid_words)
    good = _words(words, invalid_words, status, texts=len(texts), bad=len(invalid_corpora) + len(invalid_words))
    model = world.new(
        LanguageModel,
        owner,
        base,
        id=id,
        name=name,
        description=description,
        versions=versions_of(base, versions, status),
        dialect=spoken,
        trained=status in ("available", "upgrading"),
        failed=status == "failed",
        error=FAILURE if status == "failed" and error is None else error,
        upgrading_to=base.newest if status == "upgrading" else None,
    )
    for word in good:
        model.words.put(stored(model, Definition(word=word), world.limits, None))
    for word in invalid_words:
        one = stored(model, Definition(word=word), world.limits, None)
        model.words.put(replace(one, errors={word: BY_HAND}))
    for corpus_name, facts in texts.items():
        corpus = _corpus(world, model, corpus_name, facts)
        if status != "pending":
            analyse(corpus, world.limits)
    for corpus_name in invalid_corpora:
        spoil_corpus(_corpus(world, model, corpus_name, TextFacts()), BY_HAND)
    if status == "pending":
        model.checking = list(good)
    starts: list[tuple[Resource, Activity]] = []
    if status in ("training", "upgrading") or model.checking:
        starts.append((model, DURING[status]))
    starts += [(corpus, Activity.ANALYSIS) for corpus in model.corpora.values() if corpus.valid is None]
    put_there(world, model, starts)
    return model


def _corpus(world: World, model: LanguageModel, name: str, facts: TextFacts) -> Corpus:
    corpus = Corpus(
        name=name,
        parent=model,
        created_at_s=world.now_s,
        size_bytes=0,
        sha256=hashlib.sha256().hexdigest(),
        facts=facts,
    )
    model.corpora[name] = corpus
    return corpus


def _texts(corpora: Mapping[str, str] | None, invalid_corpora: Sequence[str]) -> dict[str, TextFacts]:
    """The corpora that the model gets, read. Both arguments are checked."""
    given = {} if corpora is None else corpora
    if not isinstance(given, Mapping) or not all(isinstance(one, str) for pair in given.items() for one in pair):
        raise StateError(f"corpora={corpora!r}: give names with their texts, such as {{'drums': 'paradiddles'}}.")
    check_words("invalid_corpora", invalid_corpora)
    both = [name for name in invalid_corpora if name in given]
    if both:
        raise StateError(f"corpora={corpora!r}, invalid_corpora={invalid_corpora!r}: {both[0]!r} is in both.")
    texts = {name: read_text(BytesIO(text.encode("utf-8", "surrogatepass"))) for name, text in given.items()}
    for name, facts in texts.items():
        if facts.problem is not None:
            raise StateError(f"corpora: {name!r} is no text: {facts.problem}. Name it among invalid_corpora.")
    return texts


def check_words(what: str, given: object) -> None:
    if isinstance(given, str) or not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
        raise StateError(f"{what}={given!r}: give a list of them, such as ['HHonors', 'IEEE'].")


def _words(
    words: Sequence[str] | None, invalid_words: Sequence[str], status: str, *, texts: int, bad: int
) -> Sequence[str]:
    """The valid words that the model gets, which also has so many valid corpora, and so much invalid data."""
    if words is None:
        words = () if status == "pending" or texts else ORDINARY_WORDS
    check_words("words", words)
    both = [word for word in words if word in invalid_words]
    if both:
        raise StateError(f"words={words!r}, invalid_words={invalid_words!r}: {both[0]!r} is in both.")
    if status not in ("pending", "failed") and not (words or texts):
        raise StateError(f"status={status!r} without valid data: a model without it is 'pending' or 'failed'.")
    if status == "pending" and (words or texts) and bad:
        raise StateError(
            "status='pending' with data of both kinds: once it is analysed, a model with some valid data is 'ready'."
        )
    return words


def upgrade_by_hand(world: World, model: LanguageModel) -> None:
    """Move it to the newest version of its base model, at once. Nothing else changes."""
    if model.versions[-1] == model.base_model.newest:
        return
    if model.activity is None:
        model.upgrading_to = model.base_model.newest
        world.machine.at_once(model, Activity.UPGRADE, Ending("done", upgraded), world.now_s)
    else:  # what is going on goes on
        model.versions.append(model.base_model.newest)
        model.updated_at_s = world.now_s
