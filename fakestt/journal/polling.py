"""What a client was doing last, in a sentence: which operation, how often, how far apart, and what it was answered."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from fakestt.journal.journal import Journal
from fakestt.journal.record import Exchange
from fakestt.wire import How

__all__ = ["last_doings"]


def last_doings(journal: Journal) -> str:
    """`The last request was getAcousticModel, 120 times in a row, 60 s apart, answered 200 'training'.`

    Call it when there is a request.
    """
    last = journal[-1]
    text = f"The last request was {last.operation or f'{last.method} {last.path}'}"
    if journal.run > 1:
        kept = pairwise(journal.kept()[-journal.run :])
        gaps = Counter(round(later.at_s - one.at_s, 3) for one, later in kept if later.seq == one.seq + 1)
        (usual_s, _), *others = gaps.most_common()
        text += f", {journal.run} times in a row, {'mostly ' if others else ''}{usual_s:g} s apart"
    return f"{text}, {_answered(last)}."


def _answered(exchange: Exchange) -> str:
    if exchange.status is None:
        return "not yet answered" if exchange.arrival.how is How.UNDER_WAY else "answered by nothing"
    said = exchange.reply.json
    status = said.get("status") if isinstance(said, dict) else None
    return f"answered {exchange.status}" + (f" {status!r}" if isinstance(status, str) else "")
