"""What the page shows of a fake, read from the fake."""

from __future__ import annotations

from typing import Any

from fakestt.fake import FakeSTT
from fakestt.page.data import NOTHING, Seen, fake_data

__all__ = ["of_fake", "seen_so_far"]


def of_fake(stt: FakeSTT, seen: Seen = NOTHING, apart: int | None = None) -> dict[str, Any]:
    """Its history as plain data. If its time moves without it, the history stops at the last look.

    Args:
        apart: the number of a request that begins a row of its own.
    """
    service = stt._service
    with stt.app.lock:
        if not stt._time.goes_by_itself:
            service.world.settle()
        return fake_data(
            stt.journal.kept(),
            service.world.machine.changes,
            stt.journal.all_notes(),
            name=stt.host,
            edition=stt.edition.name,
            started_at_s=service.world.started_at_s,
            now_s=service.world.now_s,
            due=stt.clock.planned(),
            stalled=stt.clock.stalled(),
            seen=seen,
            apart=apart,
        )


def seen_so_far(stt: FakeSTT) -> Seen:
    """How much has happened to it by now."""
    return Seen(len(stt.journal), len(stt._service.world.machine.changes))
