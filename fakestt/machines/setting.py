"""How a machine was asked for: the arguments of `client_machine`, read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fakestt import strategies
from fakestt.durations import Duration
from fakestt.editions import Edition, find_edition
from fakestt.errors import ConfigurationError, nearest
from fakestt.fake import FakeSTT
from fakestt.faults.effects import Effect
from fakestt.faults.spelled import effect_of
from fakestt.literals import EditionName
from fakestt.machines.family import FAMILIES, Family, names_without
from fakestt.strategies import Line
from fakestt.strategies.needed import st

__all__ = ["METHODS", "Setting", "read_setting"]

METHODS = ("create", "models", "status", "train", "wait", "reset", "upgrade", "delete", "add", "names", "remove")
"""What is called of a client that has it."""

MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError)
"""What a client raises because its code is wrong. It is never a report, unless it is allowed by name."""

OF_FAKE: Mapping[str, Any] = {"time": "on_sleep", "start": "2025-02-17T08:00:00Z", "equal_reads": 500}
"""Keywords of `FakeSTT`, unless others are given. With a start, each run of an example is the same."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a machine draws from, and what its client may do.

    Attributes:
        names: of models.
        data_names: of audio or corpora.
        faults: lines that let a request fail, or None.
        scripts: lines that say how activities go.
        placed: lines that put a model into a state.
        allowed: what the client may raise; None for all but mistakes.
        of_fake: keywords of `FakeSTT`.
    """

    make_client: Callable[[FakeSTT], object]
    family: Family
    edition: Edition
    names: st.SearchStrategy[str]
    data_names: st.SearchStrategy[str]
    placed: st.SearchStrategy[Line]
    scripts: st.SearchStrategy[Line]
    faults: st.SearchStrategy[Line | None]
    allowed: tuple[type[BaseException], ...] | None
    of_fake: Mapping[str, Any]

    def make_fake(self) -> FakeSTT:
        """A new fake, on which a training takes ten minutes unless a script says otherwise."""
        stt = FakeSTT(edition=self.edition, **{**OF_FAKE, **self.of_fake})
        stt.script.training(takes="10m")
        stt.script.upgrade(takes="10m")
        return stt

    def may_raise(self, error: BaseException) -> bool:
        """Whether an exception is an honest end of a call."""
        return not isinstance(error, MISTAKES) if self.allowed is None else isinstance(error, self.allowed)


def read_setting(
    make_client: Callable[[FakeSTT], object],
    family: str,
    edition: EditionName | Edition,
    faults: Iterable[str | Effect],
    operations: str | Iterable[str],
    allow: type[BaseException] | tuple[type[BaseException], ...] | None,
    longest: Duration,
    of_fake: Mapping[str, Any],
) -> Setting:
    """Read the arguments of `client_machine`, which says what they mean.

    Raises:
        ConfigurationError: an argument means nothing.
        UnknownOperation: no operation fits.
    """
    if not callable(make_client):
        raise ConfigurationError(f"client_machine({make_client!r}): give a function that makes a client for a fake.")
    if family not in FAMILIES:
        raise ConfigurationError(f"family={family!r}: possible are {', '.join(FAMILIES)}.{nearest(family, FAMILIES)}")
    found, kind = find_edition(edition), FAMILIES[family]
    effects = [effect_of(one) for one in faults]
    for effect in effects:
        if effect.interrupts:
            raise ConfigurationError(f"faults: {effect} ends the process that runs the test. Leave it out.")
    setting = Setting(
        make_client=make_client,
        family=kind,
        edition=found,
        names=names_without(found.limits.name_forbidden),
        data_names=kind.names(found),
        placed=kind.placed(found),
        scripts=strategies.scripts(found, most=longest),
        faults=st.none() | strategies.faults(operations, effects=effects) if effects else st.none(),
        allowed=(allow,) if isinstance(allow, type) else allow,
        of_fake=of_fake,
    )
    setting.make_fake()  # a keyword that means nothing is told here
    return setting
