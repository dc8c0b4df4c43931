"""Which requests came closest to a rule that was not used, and in what did they differ?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from fakestt.faults.armed import Armed
from fakestt.faults.rules import always
from fakestt.journal.record import Exchange
from fakestt.journal.timeline import short_path, since

__all__ = ["closest"]

MOST_LINES = 3

# fmt: off
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth"}
# fmt: on


def closest(armed: Armed, exchanges: Sequence[Exchange], started_at_s: float) -> list[str]:
    """Lines for a rule that was not used: how many requests matched, or those that differed in one thing alone.

    There is none if nothing but the operation is other: which operations there were, the message says anyway.
    """
    if armed.matched:
        return [_counted(armed)]
    found: dict[tuple[str, str, str], tuple[float, Exchange]] = {}
    for exchange in exchanges:
        why = _difference(armed, exchange, started_at_s)
        if why is not None:
            alike = exchange.method, exchange.path, why
            rank = _distance(armed, exchange, started_at_s)
            if alike not in found or rank <= found[alike][0]:
                found[alike] = rank, exchange
    nearest = sorted(found.items(), key=lambda item: (item[1][0], -item[1][1].seq))[:MOST_LINES]
    nearest.sort(key=lambda item: item[1][1].seq)
    return [
        f"#{exchange.seq} {exchange.method} {short_path(exchange.path)} at {since(exchange.at_s, started_at_s)} {why}"
        for (_, _, why), (_, exchange) in nearest
    ]


def _counted(armed: Armed) -> str:
    one = armed.matched == 1
    matched = f"{armed.matched} request{'' if one else 's'} matched"
    if armed.overruled_by is not None:
        return (
            f"{matched}, and a rule that was written later hit {'it' if one else 'in its place'}: {armed.overruled_by}"
        )
    if armed.used:
        return f"{matched}; {len(armed.left)} of its {len(armed.rule.series)} effects never came"
    return f"{matched}, the {_ORDINALS.get(armed.rule.nth, f'{armed.rule.nth}th')} never came"


def _difference(armed: Armed, exchange: Exchange, started_at_s: float) -> str | None:
    """The one thing in which a request differs; None if there are more, or it is the operation alone."""
    rule = armed.rule
    since_start_s = round(exchange.at_s - started_at_s, 6)
    differences = list(armed.differences(exchange.operation, exchange.path, since_start_s))
    if exchange.seq <= armed.after_seq:
        differences.append("came before the rule was written")
    if not differences and rule.when is not always:
        return "fits, but when= said no"
    if len(differences) != 1 or (rule.path is None and differences == ["differs in operation"]):
        return None
    return differences[0]


def _distance(armed: Armed, exchange: Exchange, started_at_s: float) -> float:
    """How far away it is: of a window in seconds, of a path by how much of its beginning is the same."""
    if armed.window_s is not None:
        at_s = exchange.at_s - started_at_s
        return max(armed.window_s[0] - at_s, at_s - armed.window_s[1], 0.0)
    path, glob = exchange.path, armed.rule.path
    if glob is not None:
        return -max(_same_beginning(glob, path), _same_beginning(glob, path[max(path.find("/v1/"), 0) :]))
    return -exchange.seq


def _same_beginning(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
