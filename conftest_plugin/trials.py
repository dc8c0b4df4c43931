"""What is known of the schedule under which an item runs. Exploring and replaying put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from fakestt import Exchange, FakeSTT
    from fakestt.exploring.left import Left
    from fakestt.exploring.trial import Trial
    from fakestt.faults.effects import Effect

__all__ = [
    "Setup",
    "begin",
    "deviates",
    "is_shown",
    "note",
    "offer",
    "settings_of",
    "setup_of",
    "strayed",
    "to_replay",
    "unchecked",
]


class Setup(NamedTuple):
    """How the fakes of an item are made, and how much of its failure is shown.

    Attributes:
        trial: the choices, of all its fakes.
        faults: what is offered to them.
        is_shown: whether a failure is told in full. While many schedules are tried, most never are.
        equal_reads: after how many a client counts as endless; None leaves that to the settings.
        exchanges: takes those of each fake, by its owner.
        checks: what is asked at the end of a test that passed.
        ordinary: what the ordinary run has left in each fake; the ordinary run itself puts it there.
        fakes: takes the fakes themselves.
    """

    trial: Trial
    faults: tuple[Effect, ...]
    is_shown: bool
    equal_reads: int | None = None
    exchanges: dict[str, Sequence[Exchange]] | None = None
    checks: frozenset[str] = frozenset()
    ordinary: list[list[Left]] | None = None
    fakes: list[FakeSTT] | None = None


REPLAY = "fakestt: replay"
"""The title of a section."""

_SETUP = pytest.StashKey[Setup]()


def begin(item: pytest.Item, setup: Setup) -> None:
    """Run this item so."""
    item.stash[_SETUP] = setup


def setup_of(item: pytest.Item) -> Setup | None:
    """How this item is run, or None: as ever."""
    return item.stash.get(_SETUP, None)


def settings_of(item: pytest.Item, given: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords of FakeSTT: those that marker and ini file have given, with what the schedule needs."""
    setup = setup_of(item)
    if setup is None:
        return dict(given)
    keys: dict[str, Any] = {"choices": setup.trial, **given}
    if setup.equal_reads is not None:
        keys.setdefault("equal_reads", setup.equal_reads)
    if "conduct" in setup.checks:
        keys["conduct"] = "warn"  # somebody has to look; what is found is told here
    return keys


def offer(item: pytest.Item, stt: FakeSTT) -> None:
    """Let the schedule's choices decide about its faults in this fake."""
    setup = setup_of(item)
    if setup is not None and setup.faults:
        stt.faults.offer(*setup.faults)


def note(item: pytest.Item, fakes: Iterable[FakeSTT]) -> None:
    """Keep what was exchanged with these fakes, if anybody wants to look at it."""
    setup = setup_of(item)
    if setup is not None and setup.exchanges is not None:
        setup.exchanges.update((stt.owner, stt.journal.kept()) for stt in fakes)
    if setup is not None and setup.fakes is not None:
        setup.fakes.extend(fakes)


def is_shown(item: pytest.Item) -> bool:
    """Whether what happened is told in the report of this item."""
    setup = setup_of(item)
    return setup is None or setup.is_shown


def deviates(item: pytest.Item) -> bool:
    """Whether it leaves the ordinary way. Then a rule that is never met is no mistake of its author."""
    setup = setup_of(item)
    return setup is not None and len(setup.trial.taken()) > 0


def strayed(item: pytest.Item) -> BaseException | None:
    """The complaint about a schedule that the test did not follow to its end, or None."""
    setup = setup_of(item)
    if setup is None:
        return None
    from fakestt.exploring.straying import strayed

    said = strayed(setup.trial)
    return None if said is None else pytest.fail.Exception(said, pytrace=False)


def to_replay(item: pytest.Item, fakes: Sequence[FakeSTT], *, is_told: bool) -> list[tuple[str, str]]:
    """A section for the report of a failed test: the line to paste for this very run, where that means anything.

    It does for a test that was replayed, and for one whose faults came by chance. The faults and scripts of any other
    test stand in the test.

    Args:
        is_told: the failure itself says where the test left the road.
    """
    setup = setup_of(item)
    if setup is not None:
        complaint = None if is_told else strayed(item)
        paste = setup.trial.schedule.to_paste()
        if complaint is not None:
            return [(REPLAY, f"This run was to follow\n{paste}\nand did not. {complaint}")]
        return [(REPLAY, f"This run {'was to follow' if is_told else 'followed'}\n{paste}")]
    if len(fakes) != 1:
        return []
    from fakestt.exploring.by_chance import by_chance

    schedule = by_chance(fakes[0])
    if not len(schedule):
        return []
    return [(REPLAY, f"What the storm did. Without the storm, this does the same:\n{schedule.to_paste()}")]


def unchecked(item: pytest.Item, fakes: Collection[FakeSTT]) -> BaseException | None:
    """The complaint about what this schedule has left behind, or None."""
    setup = setup_of(item)
    if setup is None or not setup.checks:
        return None
    from fakestt.exploring.left import left_in

    left = [left_in(stt) for stt in fakes]
    if "leftovers" in setup.checks:
        behind = [str(one) for of_fake in left for one in of_fake if one.by_client]
        if behind:
            return pytest.fail.Exception(f"leftovers: {_these(behind)}", pytrace=False)
    if "conduct" in setup.checks:
        found = [str(one) for stt in fakes for one in stt._found(over=True)]
        if found:
            return pytest.fail.Exception("conduct: " + "\n".join(found), pytrace=False)
    if "metamorphic" in setup.checks and setup.ordinary is not None:
        if not len(setup.trial.taken()):
            setup.ordinary[:] = left
        elif not setup.trial.ends_otherwise() and left != setup.ordinary:
            here, there = ([str(one) for of_fake in some for one in of_fake] for some in (left, setup.ordinary))
            return pytest.fail.Exception(
                f"metamorphic: nothing ended otherwise than in the ordinary run, and this one left {_these(here)}; "
                f"the ordinary one {_these(there)}",
                pytrace=False,
            )
    return None


def _these(things: list[str]) -> str:
    return "; ".join(things) or "nothing"
