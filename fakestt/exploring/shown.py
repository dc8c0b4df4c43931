"""What the page shows of an explored test: the default run, and beside it the smallest schedule of each failure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fakestt.exploring.findings import Finding
from fakestt.exploring.parting import Parting, parting
from fakestt.fake import FakeSTT
from fakestt.page.of_fake import of_fake

__all__ = ["MOST_DRAWN", "explored_data"]

MOST_DRAWN = 8
"""Of the kinds of failures. The others are told in words."""


def explored_data(
    summary: str,
    default: Sequence[FakeSTT],
    failures: Iterable[tuple[Finding, Sequence[FakeSTT]]] = (),
) -> dict[str, Any]:
    """Plain data for JSON. A failure that comes without fakes is told in words alone."""
    return {
        "explored": summary,
        "default": [of_fake(stt) for stt in default],
        "failures": [_failure(finding, default, fakes) for finding, fakes in failures],
    }


def _failure(finding: Finding, default: Sequence[FakeSTT], fakes: Sequence[FakeSTT]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": str(finding),
        "count": finding.count,
        "said": finding.failure.message,
        "schedule": str(finding.schedule),
        "paste": finding.schedule.to_paste(),
    }
    if fakes:
        parted = parting(default, fakes)
        told["fakes"] = [of_fake(stt, apart=_seq(parted, number)) for number, stt in enumerate(fakes)]
        if parted is not None:
            told["parted"] = {
                "fake": parted.fake, "at": parted.at_s, "seq": parted.seq,
                "where": parted.where, "here": parted.here, "there": parted.there,
            }  # fmt: skip
    return told


def _seq(parted: Parting | None, fake: int) -> int | None:
    """The request that is to be a row of its own."""
    return parted.seq if parted is not None and parted.fake == fake else None
