"""What the analysis makes of audio: whether it is of use in its model, and if not, why."""

from __future__ import annotations

from fakestt.core.limits import Limits
from fakestt.core.resources import AcousticModel
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, NotAudio

__all__ = ["problem_of", "single_problem"]


def problem_of(facts: Facts, model: AcousticModel, name: str, limits: Limits) -> str | None:
    """Why this audio is `invalid` in this model, or None.

    One bad member makes the whole archive invalid.

    Source: icp2018 acoustic-resource.md#audioGuidelines; the consequence of a member's name is assumed.
    """
    if not isinstance(facts, ArchiveFacts):
        return single_problem(facts, model.base_model.rate_hz)
    if facts.problem is not None:
        return facts.problem
    taken = _other_members(model, name) if limits.members_unique_in_model else frozenset()
    for member in facts.members:
        problem = single_problem(member.facts, model.base_model.rate_hz) or _name_problem(member.name, limits)
        if problem is None and member.name in taken:
            problem = "another archive of the model has a member of this name"
        if problem is not None:
            return f"{member.name}: {problem}"
    return None


def single_problem(facts: AudioFacts | NotAudio, least_hz: int) -> str | None:
    """Why one piece of audio is of no use for a base model of `least_hz`, or None."""
    if isinstance(facts, NotAudio):
        return facts.reason
    if facts.rate_hz < least_hz:
        return f"{facts.rate_hz} Hz; the base model needs at least {least_hz} Hz"
    return None


def _name_problem(member: str, limits: Limits) -> str | None:
    if len(member) > limits.member_name_max:
        return f"the name has {len(member)} characters; at most {limits.member_name_max} are allowed"
    bad = next((char for char in limits.member_name_forbidden if char in member), None)
    return None if bad is None else f"the name holds {bad!r}"


def _other_members(model: AcousticModel, name: str) -> frozenset[str]:
    return frozenset(
        member.name
        for other in model.audio.values()
        if other.name != name and isinstance(other.facts, ArchiveFacts) and other.valid is not None
        for member in other.facts.members
    )
