"""The analysis of audio: whether its model can use it, and if not, why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, How, Source
from fakestt.core.resources import Activity, Model, first_in
from fakestt.core.world import World
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, Member, NotAudio

__all__ = ["RULES", "Taken", "problem_of", "single_problem", "take_for_audio", "taken_for"]

# What holds for audio in every edition, and how we know.
RULES: Mapping[str, How] = {
    "audio below the base model's sampling rate is invalid": Source("icp2018 acoustic-resource.md", "audioGuidelines"),
    "one bad member makes a whole archive invalid": Source("icp2018 acoustic-resource.md", "audioGuidelines"),
    "a member whose name is not allowed is a bad one": Assumed("the rules for names are said, what follows is not"),
    "a duration is rounded to the nearest second": Assumed("durations are whole seconds; no page says which way"),
    "silence counts as audio": Assumed(
        "the SDK of 2025 speaks of audio that includes speech, not silence; the service is not known to measure it"
    ),
    "audio that says it is longer than its bytes can hold is invalid": Assumed(
        "no page says what becomes of a false length; believed, it would outlast every test"
    ),
    "an upload that unpacks to too much, or has too many parts, is invalid": Assumed(
        "only the size of an upload has a documented limit; no honest one comes near the fake's others"
    ),
    "an archive with a file that is not stored or deflated is invalid": Assumed(
        "no page names a method; the usual programs write these two"
    ),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A script's row: take audio for `facts`, whatever its bytes hold. `when` is given the model and a name."""

    facts: AudioFacts
    when: Callable[[Model, str], bool]


def taken_for(rows: Iterable[Taken], audio: Audio) -> Facts:
    """The facts that `audio` is taken for: those of the first row that fits its name, else the measured ones.

    An archive whose own name fits is taken for one that holds one such file. Otherwise each file in it is looked up.
    """
    rows = tuple(rows)

    def by_name(name: str) -> AudioFacts | None:
        # Every row is asked, because a row may remember which names have come.
        fitting = [row.facts for row in rows if row.when(audio.parent, name)]
        return fitting[0] if fitting else None

    facts = by_name(audio.name)
    if audio.content_type.startswith("application/"):
        if facts is not None:
            compression = audio.content_type.partition(";")[0].removeprefix("application/")
            return ArchiveFacts(compression, (Member(audio.name, facts),), None)
        if isinstance(audio.facts, ArchiveFacts) and rows:
            members = tuple(Member(one.name, by_name(one.name) or one.facts) for one in audio.facts.members)
            return audio.facts if members == audio.facts.members else replace(audio.facts, members=members)
    return facts or audio.facts


def take_for_audio(world: World, row: Taken) -> None:
    """From now on, take audio that fits this row for the row's facts. This includes audio that is being analysed."""
    running = [audio for audio in world.machine.running(Activity.ANALYSIS) if isinstance(audio, Audio)]
    uploaded = [(audio, taken_for((row,), audio)) for audio in running if audio.size_bytes]
    world.taken.insert(0, row)
    for audio, facts in uploaded:
        if facts is not audio.facts:
            audio.facts = facts
            world.machine.plan(audio, world.now_s)


def problem_of(audio: Audio, limits: Limits) -> str | None:
    """Why this audio is `invalid` in its model, or None.

    One bad member makes the whole archive invalid. How we know is in `RULES`.
    """
    facts, least_hz = audio.facts, audio.model.base_model.rate_hz
    if not isinstance(facts, ArchiveFacts):
        return single_problem(facts, least_hz)
    if facts.problem is not None:
        return facts.problem
    taken = _other_members(audio) if limits.members_unique_in_model else frozenset()
    for member in facts.members:
        problem = single_problem(member.facts, least_hz) or _name_problem(member.name, limits)
        if problem is None and member.name in taken:
            problem = "another archive of the model has a member of this name"
        if problem is not None:
            return f"{member.name or 'a file'}: {problem}"
    return None


def single_problem(facts: AudioFacts | NotAudio, least_hz: int) -> str | None:
    """Why one piece of audio is of no use for a base model of `least_hz`, or None."""
    if isinstance(facts, NotAudio):
        return facts.reason
    if facts.rate_hz < least_hz:
        return f"{facts.rate_hz} Hz; the base model needs at least {least_hz} Hz"
    return None


def _name_problem(member: str, limits: Limits) -> str | None:
    if not member:
        return "the name is empty"
    if len(member) > limits.member_name_max:
        return f"the name has {len(member)} characters; at most {limits.member_name_max} are allowed"
    bad = first_in(member, limits.member_name_forbidden)
    return None if bad is None else f"the name holds {bad!r}"


def _other_members(audio: Audio) -> frozenset[str]:
    model = audio.model
    assert isinstance(model, AcousticModel)
    return frozenset(
        member.name
        for other in model.audio.values()
        if other.name != audio.name and isinstance(other.facts, ArchiveFacts) and other.valid is not None
        for member in other.facts.members
    )
