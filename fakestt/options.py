"""The options of a fake, for code that hands them on. What they mean is told by `FakeSTT`, which takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from fakestt.contract.edition import Edition
from fakestt.core.choices import Choices
from fakestt.durations import Duration
from fakestt.literals import Authentication, Certificate, ConductSetting, EditionName, UnknownSetting
from fakestt.timing.fake_clock import FakeClock

__all__ = ["FactoryOptions", "Options"]


class Options(TypedDict, total=False):
    """The keywords of FakeSTT."""

    edition: EditionName | Edition
    time: str | FakeClock | None
    start: str | float | datetime | None
    seed: int
    auth: Authentication | None
    tls: Certificate
    unknown: UnknownSetting
    conduct: ConductSetting
    conduct_ignore: Iterable[str]
    host: str
    horizon: Duration | None
    patience: Duration | None
    equal_reads: int | None
    journal: int
    latency: Duration | tuple[Duration, Duration]
    choices: Choices | None


class FactoryOptions(Options, total=False):
    """The keywords of `fake_stt_factory`: those of FakeSTT, and block_network."""

    block_network: bool
