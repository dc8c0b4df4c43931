"""Equal polls in a row are one place for faults: the first, the second and the last of them stand for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from fakestt.core.choices import Kind
from fakestt.exploring.trial import Step
from fakestt.journal.record import Exchange

__all__ = ["inner_polls"]

_READS = frozenset(("GET", "HEAD", "OPTIONS"))


def inner_polls(trail: Iterable[Step], exchanges: Mapping[str, Sequence[Exchange]]) -> frozenset[str]:
    """The labels of the polls in the middle of a row.

    Polls are equal if they read the same and are answered the same. That is a bound and no proof: a client may count,
    and fail at its fourth 503.

    Args:
        trail: of a run.
        exchanges: what is kept of each instance's, by its owner.
    """
    inner = {(owner, seq) for owner, kept in exchanges.items() for seq in _inner(kept)}
    return frozenset(step.label for step in trail if step.kind is Kind.FAULT and (step.owner, step.seq) in inner)


def _inner(exchanges: Sequence[Exchange]) -> list[int]:
    inner: list[int] = []
    for (method, *_), group in groupby(exchanges, key=_poll):
        row = list(group)
        if method in _READS:
            inner += [exchange.seq for exchange in row[2:-1]]
    return inner


def _poll(exchange: Exchange) -> tuple[str, str, int, bytes]:
    request, reply = exchange.request, exchange.reply
    return request.method, request.target, reply.status, reply.body
