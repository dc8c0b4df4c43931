"""What stands out in what happened: where somebody whose test failed should look first. Only what the fake knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fakestt.core.changes import Change
from fakestt.journal.happened import Happened
from fakestt.journal.names import Names, short_ids, shortened
from fakestt.journal.record import Exchange, NoteKind
from fakestt.journal.story import LEAST_TIMES, states_text
from fakestt.journal.timeline import arrival_text, is_own, since
from fakestt.journal.words import in_words, numbers
from fakestt.wire import How

__all__ = ["MOST_OF_A_KIND", "outstanding"]

MOST_OF_A_KIND = 3
LEAST_WITHOUT_STATE = 5
"""So many equal reads at one instant are a client that waits, even if what it reads has no state."""


def outstanding(happened: Happened, names: Names) -> list[str]:
    """A sentence for each thing, the most likely cause first. Of one kind not more than a few."""
    lines: list[str] = []
    for kind in _KINDS:
        found = list(kind(happened, names))
        lines += found[:MOST_OF_A_KIND]
        if len(found) > MOST_OF_A_KIND:
            lines.append(f"and {len(found) - MOST_OF_A_KIND} more like this")
    return lines


def _raised(happened: Happened, names: Names) -> Iterator[str]:
    """What was raised stands at its place. Here is only where."""
    for note in happened.notes:
        if note.kind is NoteKind.RAISED:
            yield f"{note.text.partition(' (at ')[0]}, see at {since(note.at_s, happened.started_at_s)}"


def _mistakes(happened: Happened, names: Names) -> Iterator[str]:
    for exchange in happened.exchanges:
        if exchange.problem is not None:
            yield f"#{exchange.seq}: {shortened(exchange.problem)}"


def _nowhere(happened: Happened, names: Names) -> Iterator[str]:
    if not happened.exchanges and happened.url:
        yield f"no request has come: the fake is at {happened.url}"
    yield from _noted(happened, lambda one: one.call is None and one.rule is None)


def _refused_credentials(happened: Happened, names: Names) -> Iterator[str]:
    yield from _noted(happened, lambda one: one.call is not None and one.reply.status == 401)


def _unknown_names(happened: Happened, names: Names) -> Iterator[str]:
    def has_some(one: Exchange) -> bool:
        return one.call is not None and bool(one.call.unknown_query or one.call.unknown_fields)

    yield from _noted(happened, has_some)


def _noted(happened: Happened, is_meant: Callable[[Exchange], bool]) -> Iterator[str]:
    """The notes of some exchanges, each once, with the numbers of all that have it."""
    by_note: dict[str, list[int]] = {}
    for exchange in happened.exchanges:
        if is_meant(exchange) and exchange.note:
            by_note.setdefault(exchange.note, []).append(exchange.seq)
    for note, seqs in by_note.items():
        yield f"{numbers(seqs)}: {short_ids(note)}"


def _spoiled(happened: Happened, names: Names) -> Iterator[str]:
    """What is of no use now, and why."""
    latest: dict[str, Change] = {}
    changes = (change for exchange in happened.exchanges for change in exchange.changes)
    for change in (*changes, *happened.later):
        latest[change.subject] = change
    for subject, change in latest.items():
        if change.why is not None and change.after is not None:
            at = since(change.at_s, happened.started_at_s)
            yield f"{names.subject(subject)} is {change.after.shown} since {at}: {shortened(change.why)}"


def _bad_words(happened: Happened, names: Names) -> Iterator[str]:
    for model_id, word, why, count in happened.bad_words:
        more = f"; {count} are invalid in all" if count > 1 else ""
        yield f"the word {shortened(repr(word))} of {names.subject(model_id)} is invalid: {shortened(why)}{more}"


def _done_twice(happened: Happened, names: Names) -> Iterator[str]:
    """Work that was done though the client was not told, and what it asked for then."""
    done: dict[tuple[str, str, str | None], Exchange] = {}
    for exchange in happened.exchanges:
        asked = *exchange.request[:2], exchange.request.sha256
        first = done.pop(asked, None) if exchange.rule is None else None
        if first is not None:
            effect = first.rule.effect if first.rule is not None else ""
            again = "did it again" if exchange.changes else f"asked for it again: {exchange.status or 'no answer'}"
            yield (
                f"#{first.seq} {first.operation} did its work, and the client did not hear of it ({effect}): "
                f"#{exchange.seq} {again}"
            )
        hidden = exchange.rule is not None and (exchange.status is None or exchange.rule.effect.answer is not None)
        if hidden and any(is_own(change, exchange) for change in exchange.changes):
            done[asked] = exchange


def _fault_at_the_end(happened: Happened, names: Names) -> Iterator[str]:
    """A client that gave up at a fault."""
    last = happened.exchanges[-1] if happened.exchanges else None
    if last is None or last.rule is None or last.arrival.how is How.UNDER_WAY:
        return
    if last.arrival.how is not How.WHOLE or last.rule.effect.answer is not None:
        came = " ".join(filter(None, [str(last.status or "no answer"), arrival_text(last)]))
        asked = last.operation or last.path
        yield f"#{last.seq} {asked}: {came}, by {last.rule.effect}, and nothing was asked after it"


def _name_for_id(happened: Happened, names: Names) -> Iterator[str]:
    """A name that stands where an id belongs."""
    for exchange in happened.exchanges:
        if exchange.reply.status >= 400 and exchange.call is not None:
            words = exchange.path.partition("/v1/")[2].partition("?")[0].split("/")
            found = names.ids.get(words[1]) if len(words) > 1 else None
            if found:
                yield f"#{exchange.seq}: {words[1]} stands where an id belongs. It is the name of {found[0]}"


def _doubled(happened: Happened, names: Names) -> Iterator[str]:
    doubled = names.doubled()
    if not doubled:
        return
    made: dict[str, str] = {
        change.subject: f"#{exchange.seq}" if is_own(change, exchange) else "the test"
        for exchange in happened.exchanges
        for change in exchange.changes
        if change.before is None
    }
    for name, ids in doubled.items():
        told = ", ".join(f"{one[:8]} (by {made.get(one, 'the test')})" for one in ids[:MOST_OF_A_KIND])
        more = ", ..." if len(ids) > MOST_OF_A_KIND else ""
        yield f"{len(ids)} models have the name {name}, so they are told by their ids: {told}{more}"


def _refused_to_the_last(happened: Happened, names: Names) -> Iterator[str]:
    """Operations whose last request was refused."""
    last = {exchange.operation: exchange for exchange in happened.exchanges if exchange.operation is not None}
    for operation, exchange in sorted(last.items(), key=lambda one: one[1].seq):
        if exchange.problem is not None:
            continue  # the test's own mistake: what is kept as the answer was never given
        if exchange.rule is None and exchange.note is None and exchange.reply.status >= 400:
            said = states_text(exchange.reply.json)
            why = f" {shortened(said)!r}" if said else ""
            yield f"#{exchange.seq} {operation}: {exchange.reply.status}{why}, and it was not asked for again"


def _not_met(happened: Happened, names: Names) -> Iterator[str]:
    for said in happened.not_met:
        yield f"prepared, and not met: {names.text(said)}"


def _polls(happened: Happened, names: Names) -> Iterator[str]:
    """A client that polls until it gives up: what it was told all the time, and what would have come."""
    reads = _last_reads(happened)
    if len(reads) < LEAST_TIMES:
        return
    asked = f"#{reads[0].seq}–#{reads[-1].seq} {reads[0].operation or reads[0].path}"
    said = states_text(reads[-1].reply.json)
    model_id = next((one for one in happened.names if one in reads[-1].path), "")
    is_due = any(subject.startswith(model_id) for _, subject, _ in happened.due)
    if is_due and reads[0].at_s == happened.now_s and (said or len(reads) >= LEAST_WITHOUT_STATE):
        at = since(happened.now_s, happened.started_at_s)
        mover = _MOVERS.get(happened.policy, _MOVERS["on_sleep"])
        yield f"{asked}: {len(reads)} times at {at}, where the clock stands: nobody moved it. {mover}"
    elif said:
        to_come = _to_come(model_id, happened, names)
        yield f"{asked}: {shortened(said)!r} to the last, {len(reads)} times; {to_come}"


_MOVERS = {
    "manual": "Under time='manual' clock.advance(...) moves it; under time='on_sleep' the client's own waiting does",
    "follow": "It is the test's own time: move that, such as by freezer.tick(...)",
    "on_sleep": "The client's waiting moves it, if it waits in a way that is seen: see `fakestt guide time`",
}


def _to_come(model_id: str, happened: Happened, names: Names) -> str:
    """What is planned for the model, or with "" for all."""
    for at_s, subject, activity in happened.due:
        if subject.startswith(model_id):
            at = since(at_s, happened.started_at_s)
            return (
                f"the {activity} of {names.subject(subject)} would have ended at {at}, "
                f"{in_words(at_s - happened.now_s)} later"
            )
    for _, subject, activity in happened.stalled:
        if subject.startswith(model_id):
            return f"the {activity} of {names.subject(subject)} stalls"
    return "nothing more is due" + (" for it" if model_id and happened.due else "")


def _last_reads(happened: Happened) -> list[Exchange]:
    """The reads of one thing with one answer, up to the last exchange."""
    if not happened.exchanges or happened.exchanges[-1].request.method != "GET":
        return []
    last = happened.exchanges[-1]
    said = states_text(last.reply.json)
    alike: list[Exchange] = []
    for exchange in reversed(happened.exchanges):
        if exchange.call is not None and not exchange.call.operation.authenticated:
            continue  # a client that only reads needs a new token from time to time
        if exchange.request[:2] != last.request[:2] or exchange.reply.status != last.reply.status:
            break
        if exchange.reply.body != last.reply.body and states_text(exchange.reply.json) != said:
            break
        alike.append(exchange)
    return alike[::-1] if last.reply.status < 400 and last.arrival.how in (How.WHOLE, How.LATE) else []


def _findings(happened: Happened, names: Names) -> Iterator[str]:
    yield from happened.findings


_KINDS = (
    _raised,
    _mistakes,
    _nowhere,
    _refused_credentials,
    _spoiled,
    _bad_words,
    _done_twice,
    _fault_at_the_end,
    _doubled,
    _name_for_id,
    _unknown_names,
    _findings,
    _polls,
    _refused_to_the_last,
    _not_met,
)
