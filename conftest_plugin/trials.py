"""What is known of the schedule under which an item runs. Exploring and replaying put it there.

What is asked of a run comes when its fixtures are torn down, for they may send requests at their ends.
"""

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
    "of_storm",
    "offer",
    "problem",
    "settings_of",
    "setup_of",
    "to_replay",
]


class Setup(NamedTuple):
    """How the fakes of an item are made, and how much of its failure is shown.

    Attributes:
        trial: the choices, of all its fakes.
        faults: what is offered to them.
        is_shown: whether a failure is told in full. While many schedules are tried, most never are.
        is_replayed: the schedule is the author's, and no part of a search.
        equal_reads: after how many a client counts as endless; None leaves that to the settings.
        exchanges: takes those of each fake, by its owner.
        checks: what is asked when a test has passed.
        ordinary: what the ordinary run has left in each fake; the ordinary run itself puts it there.
        fakes: takes the fakes themselves.
    """

    trial: Trial
    faults: tuple[Effect, ...]
    is_shown: bool
    is_replayed: bool = True
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


def problem(item: pytest.Item, fakes: Collection[FakeSTT], *, gave_up: bool = False) -> str | None:
    """What is wrong with a run that has passed: it left its schedule, or left something behind. None if nothing is.

    Args:
        gave_up: it ended with an exception that is allowed. Then it need not leave what the ordinary run leaves.
    """
    setup = setup_of(item)
    if setup is None:
        return None
    return _strayed(setup) or _unchecked(setup, fakes, gave_up=gave_up)


def to_replay(item: pytest.Item, told: str) -> tuple[str, str]:
    """A section for the report of a replayed test that failed: the line to paste, and whether the test followed it.

    Args:
        told: the failure itself, which may say where the test left the road.
    """
    setup = item.stash[_SETUP]
    paste, said = setup.trial.schedule.to_paste(), _strayed(setup)
    if said is None:
        return REPLAY, f"This run followed\n{paste}"
    return REPLAY, f"This run was to follow\n{paste}" + ("" if said in told else f"\nand did not. {said}")


def of_storm(fakes: Sequence[FakeSTT]) -> list[tuple[str, str]]:
    """A section for the report of an ordinary test that failed: what faults that came by chance have done, to paste.

    All other faults and scripts stand in the test.
    """
    if len(fakes) != 1:
        return []
    from fakestt.exploring.by_chance import by_chance

    schedule = by_chance(fakes[0])
    if not len(schedule):
        return []
    return [(REPLAY, f"What the storm did. Without the storm, this does the same:\n{schedule.to_paste()}")]


def _strayed(setup: Setup) -> str | None:
    from fakestt.exploring.straying import strayed

    return strayed(setup.trial)


def _unchecked(setup: Setup, fakes: Collection[FakeSTT], *, gave_up: bool) -> str | None:
    if not setup.checks:
        return None
    from fakestt.exploring.left import left_in

    left = [left_in(stt) for stt in fakes]
    if "leftovers" in setup.checks:
        behind = [str(one) for of_fake in left for one in of_fake if one.by_client]
        if behind:
            return f"leftovers: {_these(behind)}"
    if "conduct" in setup.checks:
        found = [str(one) for stt in fakes for one in stt._found(over=True)]
        if found:
            return "conduct: " + "\n".join(found)
    if "metamorphic" in setup.checks and setup.ordinary is not None:
        if not len(setup.trial.taken()):
            setup.ordinary[:] = left
        elif not gave_up and not setup.trial.ends_otherwise() and left != setup.ordinary:
            here, there = ([str(one) for of_fake in some for one in of_fake] for some in (left, setup.ordinary))
            return (
                f"metamorphic: nothing ended otherwise than in the ordinary run, and this one left {_these(here)}; "
                f"the ordinary one {_these(there)}"
            )
    return None


def _these(things: list[str]) -> str:
    return "; ".join(things) or "nothing"
