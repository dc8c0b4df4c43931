"""Models in documented states, as `add` puts them there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakestt.core.limits import Limits
from fakestt.core.placing import STATUSES, TRAINED, check_status, takes_invalid_data
from fakestt.editions import Edition, find_edition
from fakestt.literals import EditionName
from fakestt.strategies.lines import Line
from fakestt.strategies.names import corpus_names, model_names, words
from fakestt.strategies.needed import st

__all__ = ["acoustic_models", "language_models"]

_TEXTS = ("IEEE\n", "the drummer plays paradiddles", "one\ntwo\n")
_MAY_BE_EMPTY = ("pending", "failed")


def acoustic_models(
    edition: EditionName | Edition = "icp2018",
    *,
    names: st.SearchStrategy[str] | None = None,
    statuses: Sequence[str] = STATUSES,
    minutes: tuple[int, int] = (0, 60),
) -> st.SearchStrategy[Line]:
    """Lines that put an acoustic model into a state: `stt.acoustic_models.add(name='0', ..., status='ready')`.

    Called with a fake of the edition, one returns the model's view.
    Args:
        names: of models; `model_names(edition)` unless given.
        statuses: those of which a model shows one.
        minutes: how much valid audio one has, at least and at most. Where a status needs some, it has a minute or more,
            and where it was trained, no more than a training takes.

    Raises:
        StateError: no such status.
    """
    shared = _shared(edition, "custom_acoustic_model", names, statuses)
    limits = st.just(find_edition(edition).limits)
    return st.builds(_acoustic, limits, *shared, st.integers(*minutes), st.integers(0, 2))


def language_models(
    edition: EditionName | Edition = "icp2018",
    *,
    names: st.SearchStrategy[str] | None = None,
    statuses: Sequence[str] = STATUSES,
) -> st.SearchStrategy[Line]:
    """Lines that put a language model into a state: `stt.language_models.add(name='0', ..., status='available')`.

    Called with a fake of the edition, one returns the model's view. It has up to two corpora and up to two words.

    Args:
        names: of models; `model_names(edition)` unless given.
        statuses: those of which a model shows one.

    Raises:
        StateError: no such status.
    """
    named = corpus_names(edition)
    corpora = st.dictionaries(named, st.sampled_from(_TEXTS), max_size=2)
    spelled = st.lists(words(edition), unique=True, max_size=2)
    bad = st.lists(named, unique=True, max_size=2)
    shared = _shared(edition, "custom_language_model", names, statuses)
    return st.builds(_language, st.just(find_edition(edition).limits), *shared, corpora, spelled, bad)


# All is drawn, whatever the state leaves of it: a strategy that draws less for some states shrinks to these.


def _shared(
    edition: EditionName | Edition, customizable: str, names: st.SearchStrategy[str] | None, statuses: Sequence[str]
) -> tuple[st.SearchStrategy[Any], ...]:
    """Name, base model, status and error of a model of any family."""
    found = find_edition(edition)
    bases = [base.name for base in found.base_models if getattr(base, customizable)]
    for status in statuses:
        check_status(status, STATUSES)
    errors = st.none() | st.just("not enough speech")
    named = model_names(found) if names is None else names
    return named, st.sampled_from(bases), st.sampled_from(statuses), errors


def _given(name: str, base: str, status: str, error: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {"name": name, "base_model_name": base, "status": status}
    if status == "upgrading":
        given["versions"] = [f"{base}.v2016-01-01"]  # one before the newest
    if status == "failed" and error is not None:
        given["error"] = error
    return given


def _acoustic(limits: Limits, name: str, base: str, status: str, error: str | None, minutes: int, invalid: int) -> Line:
    given = _given(name, base, status, error)
    if status in TRAINED:
        minutes = min(minutes, int(limits.max_audio_minutes))
    given["minutes_of_audio"] = minutes if status in _MAY_BE_EMPTY else max(minutes, 1)
    if invalid and not (status == "pending" and minutes) and _may_be_invalid(status, limits):
        given["invalid_audio"] = invalid
    return Line("acoustic_models.add", **given)


def _may_be_invalid(status: str, limits: Limits) -> bool:
    return status not in TRAINED or takes_invalid_data(limits)


def _language(
    limits: Limits,
    name: str,
    base: str,
    status: str,
    error: str | None,
    corpora: dict[str, str],
    spelled: list[str],
    bad: list[str],
) -> Line:
    given = _given(name, base, status, error)
    has_data = bool(corpora or spelled)
    if not has_data and status not in _MAY_BE_EMPTY:
        spelled = ["HHonors"]
    given |= {"corpora": corpora, "words": spelled}
    if bad and not (status == "pending" and has_data) and _may_be_invalid(status, limits):
        given["invalid_corpora"] = [one for one in bad if one not in corpora]
    return Line("language_models.add", **given)
