"""What a failed check says: the lines of the expectation beside what came, and the fields that differ."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from fakestt.journal.expected import Expected
from fakestt.journal.matching import Pairing, likeness
from fakestt.journal.names import shortened
from fakestt.journal.record import Exchange
from fakestt.journal.timeline import since

__all__ = ["MOST_LINES", "failed_check"]

MOST_LINES = 24
"""Of the text, without its first line and its last: it is to be seen at once."""

_NEIGHBOURS = 2
_WIDEST = 44
_LONGEST = 70


def failed_check(lines: Sequence[Expected], pairs: Sequence[Pairing], began_at_s: float, *, others: bool) -> str:
    """What differs, with its neighbours.

    1 of 3 lines differs.
        1  'createAcousticModel'  #1  +0:00:00  POST /acoustic_customizations  201  createAcousticModel
      ! 2  ('addAudio', 201)      #2  +0:00:02  POST /acoustic_customizations/7c0a9f5e/audio/a  409  addAudio
             status: expected 201, was 409
      - 3  'trainAcousticModel'   never came
      +                           #3-#5  +0:00:03  GET /models  200  listModels  x 3
    """
    folded = _folded(pairs)
    bad = [at for at, pair in enumerate(folded) if not pair.is_good(others=others)]
    near = {at + step for at in bad for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1)}
    width = min(max((len(repr(line)) for line in lines), default=0), _WIDEST)
    text: list[str] = []
    told = 0
    for is_near, some in groupby(enumerate(folded), key=lambda one: one[0] in near):
        rows = list(some)
        if not is_near:
            text.append(f"      ... {len(rows)} without a difference ...")
            continue
        for at, pair in rows:
            if len(text) >= MOST_LINES:
                break
            text += _row(pair, lines, width, began_at_s, others)
            told += at in bad
    if told < len(bad):
        text = [*text[:MOST_LINES], f"      ... {len(bad) - told} more that differ ..."]
    return "\n".join([_summary(lines, pairs, others), *text, *_advice(folded, others)])


def _folded(pairs: Sequence[Pairing]) -> list[Pairing]:
    """Those that were not expected, and are alike, as one."""
    folded: list[Pairing] = []
    for key, some in groupby(pairs, key=lambda pair: likeness(pair.exchanges[0]) if pair.line is None else None):
        if key is None:
            folded += some
        else:
            folded.append(Pairing(None, tuple(pair.exchanges[0] for pair in some)))
    return folded


def _summary(lines: Sequence[Expected], pairs: Sequence[Pairing], others: bool) -> str:
    differ = sum(bool(pair.differences) for pair in pairs)
    missing = sum(not pair.exchanges for pair in pairs)
    extra = sum(pair.line is None for pair in pairs)
    parts = [f"{differ} differ{'s' if differ == 1 else ''}"] if differ else []
    parts += [f"{missing} never came"] if missing else []
    of = [f"of {len(lines)} lines {' and '.join(parts)}"] if parts else []
    of += [f"{extra} exchange{' was' if extra == 1 else 's were'} not expected"] if extra and not others else []
    return f"journal.check: {'; '.join(of)}."


def _row(pair: Pairing, lines: Sequence[Expected], width: int, began_at_s: float, others: bool) -> list[str]:
    came = _came(pair.exchanges, began_at_s)
    if pair.line is None:
        return [f"  {' ' if others else '+'}      {'':{width}}  {came}"]
    mark = "!" if pair.differences else " " if pair.exchanges else "-"
    return [
        f"  {mark} {pair.line + 1:>3}  {_cut(repr(lines[pair.line])):{width}}  {came or 'never came'}",
        *(f"           {shortened(str(one))}" for one in pair.differences),
    ]


def _came(exchanges: Sequence[Exchange], began_at_s: float) -> str:
    """`#2-#121  +0:00:02  GET /models  200  listModels  x 120`."""
    if not exchanges:
        return ""
    first, last = exchanges[0], exchanges[-1]
    path = first.path.partition("/v1/")
    parts = [
        f"#{first.seq}" if first is last else f"#{first.seq}-#{last.seq}",
        since(first.at_s, began_at_s),
        f"{first.method} {shortened('/' + path[2] if path[1] else first.path)}",
        str(first.status or f"no answer ({first.arrival.how})"),
        first.operation or "not understood",
        f"x {len(exchanges)}" if first is not last else "",
        f"[fault: {first.rule.effect}]" if first.rule is not None else "",
        _error(first),
    ]
    return "  ".join(filter(None, parts))


def _error(exchange: Exchange) -> str:
    """What an answer that is an error says of itself."""
    said = exchange.reply.json if exchange.status is not None and exchange.status >= 400 else None
    return _cut(shortened(repr(said["error"]))) if isinstance(said, dict) and "error" in said else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _advice(folded: Sequence[Pairing], others: bool) -> list[str]:
    """How to say that what was not expected may come."""
    extra = [pair for pair in folded if pair.line is None]
    if others or not extra:
        return []
    polled = next((pair.exchanges[0].operation for pair in extra if len(pair.exchanges) > 1), None)
    advice = ["If there may be others as well: others=True."]
    return [*advice, f"One or more in a row are written polls({polled!r})."] if polled else advice
