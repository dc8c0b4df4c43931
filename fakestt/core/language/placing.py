"""Language models put into a state by hand, and upgraded by hand."""

from __future__ import annotations

from collections.abc import Sequence

from fakestt.core.language.commands import dialect_of
from fakestt.core.language.facts import LanguageModel, Word
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
from fakestt.core.resources import Activity
from fakestt.core.world import World
from fakestt.errors import StateError

__all__ = ["place_language_model", "upgrade_by_hand"]

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
    words: Sequence[str] | None = None,
    invalid_words: Sequence[str] = (),
    description: str | None = None,
    versions: Sequence[str] | None = None,
    error: str | None = None,
    id: str | None = None,  # noqa: A002 - the service's word
) -> LanguageModel:
    """Make a model in any documented state, as if it had just got there.

    The words of a `pending` model are being validated. A running activity ends in its ordinary time.

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
    good = _words(words, invalid_words, status)
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
        model.words.put(Word(word=word))
    for word in invalid_words:
        model.words.put(Word(word=word, problem="put there as invalid"))
    if status == "pending":
        model.checking = list(good)
    starts = [(model, DURING[status])] if status in ("training", "upgrading") or model.checking else []
    put_there(world, model, starts)
    return model


def _words(words: Sequence[str] | None, invalid_words: Sequence[str], status: str) -> Sequence[str]:
    """The valid words that the model gets. Both lists are checked."""
    for what, given in (("words", words), ("invalid_words", invalid_words)):
        if given is None and what == "words":
            continue
        if isinstance(given, str) or not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
            raise StateError(f"{what}={given!r}: give a list of words, such as ['HHonors', 'IEEE'].")
    if words is None:
        words = () if status == "pending" else ORDINARY_WORDS
    both = [word for word in words if word in invalid_words]
    if both:
        raise StateError(f"words={words!r}, invalid_words={invalid_words!r}: {both[0]!r} is in both.")
    if status not in ("pending", "failed") and not words:
        raise StateError(f"status={status!r} without valid words: a model without them is 'pending' or 'failed'.")
    if status == "pending" and words and invalid_words:
        raise StateError(
            "status='pending' with words of both kinds: once they are validated, a model with some valid words is "
            "'ready'."
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
