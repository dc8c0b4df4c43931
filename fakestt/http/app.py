"""The service as a WSGI application: receive, six steps under one lock, tell the clock, deliver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain, pairwise
from json.encoder import encode_basestring_ascii as quoted
from threading import RLock
from typing import Any, Protocol

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from fakestt import wire
from fakestt.contract.check import check_path, check_rest
from fakestt.contract.messages import Answer, Call, Reply
from fakestt.contract.operations.absent import absent_at
from fakestt.contract.shapes import Optional, Record, Text
from fakestt.core.clock import Clock
from fakestt.core.refusals import Refusal, Why
from fakestt.errors import ConfigurationError, FakesttError
from fakestt.faults.faults import Faults
from fakestt.faults.latency import Latency
from fakestt.faults.rules import Rule
from fakestt.http import render
from fakestt.http.context import Context
from fakestt.http.faulted import Both, faulted
from fakestt.http.handlers import HANDLERS
from fakestt.http.identity import TOKENS, without_token
from fakestt.http.parse import Received, receive
from fakestt.http.shown.call import shown_call, shown_facts, shown_reply
from fakestt.http.stamp import Stamp, stamp
from fakestt.http.unknown import unknown_names
from fakestt.journal.journal import Journal
from fakestt.journal.record import Exchange
from fakestt.phrases import phrase

__all__ = ["App", "RequestClock"]

JSON_ACCEPTED = frozenset({"application/json", "*/*", "application/*"})
NOT_DONE = Answer(503, {})
"""Stands for the answer to work that was not done, where a fault has no answer of its own."""


class RequestClock(Clock, Protocol):
    """A clock that requests may move."""

    @property
    def rate(self) -> float:
        """How many seconds it goes on in one second of the client's."""

    def arrived(self) -> None:
        """A request has come in. Called in the client's thread, before anything is looked at."""

    def served(self, journal: Journal, exchange: Exchange) -> None:
        """It is answered and written down in this fake's journal, though the answer is not delivered yet.

        Called in the same thread, outside all locks.
        """

    def wait(self, seconds_s: float) -> None:
        """A reply is late by so many seconds: move the hands, wait, or let the one who owns the time do it."""

    def waited(self, seconds_s: float) -> None:
        """The same, where so much real time has gone by already."""


class App:
    """The WSGI application of one fake.

    It may raise `WireBreak` and `WireTimeout`: what a socket would raise at the client. `fakestt.read_timeout_s` in
    the environ is the client's read timeout; an answer that is later than that raises instead. With
    `fakestt.raises_in_client` there it may raise `Interrupted` as well, which is no error of the network. A server that
    can be silent puts `fakestt.be_late` there: `be_late(late_s, then)` holds back what comes next, and `then` is told
    for how many real seconds, fewer when the client gave up. One that knows what arrives puts a `wire.Arrival` there.
    """

    def __init__(
        self,
        context: Context,
        clock: RequestClock,
        faults: Faults,
        journal: Journal,
        latency: Latency | None = None,
    ) -> None:
        self._context = context
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self._latency = latency
        # As of the last look: whoever asks, be it the collector of garbage, waits for no lock.
        self._seen_s: Callable[[], float] = lambda: context.world.now_s
        self.lock: RLock = RLock()
        self.asked_in_vain: Counter[str] = Counter()
        """How often clients asked for operations that the service has and fakestt does not, by their ids."""
        self.unknown_names: dict[str, None] = {}
        """What was noted of names that no row knows, each once, in order."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        is_told = "fakestt.arrival" in environ
        request = receive(environ, self._context.edition, self._context.places, self._context.auth)
        arrival = request.arrival
        arrival.now_s = self._seen_s
        try:
            self._clock.arrived()
            reply, delivery, written = self.exchange(request)
            self._clock.served(self._journal, written)
            chunks = self._deliver(request, reply, delivery, start_response)
        except BaseException as error:
            arrival.broke(error)
            raise
        if is_told:
            return chunks
        whole_bytes = 0 if request.method == "HEAD" else len(reply.body)
        if delivery is not wire.PROMPT:
            return _told(chunks, arrival, whole_bytes)
        arrival.has_head = True
        arrival.end(wire.How.WHOLE, whole_bytes)  # the server has all of it at once
        return chunks

    def exchange(self, request: Received) -> tuple[Reply, wire.Delivery, Exchange]:
        """Settle, understand, meet a fault, answer, apply the effect, write it down.

        Returns what is on its way, how it is to travel, and what was written down: there is only what may be shown.
        """
        world = self._context.world
        with self.lock:
            kept_back = world.settle(before_request=True)
            seq = len(self._journal) + 1
            own_id = request.headers.get("HTTP_X_GLOBAL_TRANSACTION_ID")
            stamped = stamp(self._context.edition.traits, f"trace:{world.seed}:{seq}", world.now_s, own_id)
            try:
                rule = self._faults.take(request.target, request.call, seq, request.authorization)
                if rule is not None and rule.effect.interrupts:
                    _check_interruptible(rule, request)
            except FakesttError as mistake:
                self._write(request, seq, None, _rendered(request, stamped, NOT_DONE), str(mistake))
                raise
            done = rule is None or rule.effect.commits
            answer = self._noted(request.call, self._answer(request, stamped)) if done else NOT_DONE
            reply = kept = _rendered(request, stamped, answer)
            if answer.kept is not None:
                kept = reply._replace(body=render.body(answer.kept))
            delivery = wire.PROMPT
            if rule is not None:
                edition, journal = self._context.edition, self._journal
                reply, kept = faulted(rule, request, edition, stamped, journal, Both(reply, kept))
                delivery = rule.effect.delivery
            if self._latency is not None:
                delivery = self._latency.on(delivery, seq)
            written = self._write(request, seq, rule, kept)
            if kept_back:
                world.settle()
        return reply, delivery, written

    def _write(
        self, request: Received, seq: int, rule: Rule | None, reply: Reply, problem: str | None = None
    ) -> Exchange:
        world = self._context.world
        changes = world.machine.take_changes()
        headers = request.headers
        if "HTTP_X_GLOBAL_TRANSACTION_ID" in headers or "HTTP_ACCESS_CONTROL_REQUEST_HEADERS" in headers:
            reply = shown_reply(reply)
        facts, call, caller, arrival = request.facts(), request.call, request.caller, request.arrival
        if call is not None and call.upload is not None and call.upload.text is not None:
            call = call._replace(upload=replace(call.upload, text=None))  # what a text holds is nobody's business
        exchange = Exchange(seq, world.now_s, facts, call, caller, rule, reply, arrival, changes, problem)
        self._journal.add(exchange)
        return exchange

    # The answer

    def _answer(self, request: Received, stamped: Stamp) -> Answer:
        try:
            if request.method == "OPTIONS" and request.route.methods:
                return Answer(204, None, render.preflight(request.headers.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")))
            if request.route.guarded:
                request.caller = self._context.auth.identify(request.authorization())
            if request.refusal is not None:
                raise request.refusal
            if request.asked is None:
                return Answer(200, {})  # the bare service URL; what it says is among the guesses
            return self._handled(request, request.asked)
        except Refusal as refusal:
            if refusal.why in (Why.NO_SUCH_PATH, Why.WRONG_METHOD):
                refusal = self._not_here(request) or refusal
            return self._refused(refusal, stamped.transaction)

    def _noted(self, call: Call | None, answer: Answer) -> Answer:
        """The answer, with a note of unknown names in the request."""
        if call is None or not (call.unknown_query or call.unknown_fields) or self._context.unknown == "ignore":
            return answer
        said = unknown_names(call, self._context.edition.limits)
        if said:
            self.unknown_names.setdefault(f"{call.operation.id}: {said}")
        return answer._replace(note="; ".join(filter(None, (answer.note, said))) or None)

    def _not_here(self, request: Received) -> Refusal | None:
        """The refusal of an operation that the service has and fakestt does not; None if the service has none there."""
        missing = absent_at(request.method, request.target)
        if missing is None:
            return None
        self.asked_in_vain[missing.id] += 1
        return Refusal(Why.NO_SUCH_PATH, note=missing.said)

    def _refused(self, refusal: Refusal, transaction: str) -> Answer:
        edition, facts = self._context.edition, refusal.facts
        kept = render.refused(edition, refusal.why, shown_facts(facts), transaction)
        return render.refused(edition, refusal.why, facts, transaction)._replace(note=facts.get("note"), kept=kept)

    def _handled(self, request: Received, asked: Call) -> Answer:
        """Permission, ids, existence, form, then the handler: a lock or the domain has the last word."""
        context = self._context
        operation = asked.operation
        if not operation.authenticated:
            asked = check_rest(asked, context.edition.limits)
            return without_token(TOKENS[operation.id](context.auth, asked, request.headers.get("HTTP_AUTHORIZATION")))
        caller = request.caller
        assert caller is not None  # what needs a caller is guarded
        context.auth.permit(caller, operation, request.route.guid)
        check_path(asked)
        family = operation.family
        if family is not None and family.named_by in asked.values:
            context.world.find(family.kind, caller.owner, asked.values[family.named_by])
        accept = request.headers.get("HTTP_ACCEPT")
        if accept and accept not in JSON_ACCEPTED:
            _check_accept(accept)
        # A handler works on what may be shown, and on the URL that was asked. Of what rows know, nothing else is hidden
        # that it needs.
        call = request.call = shown_call(check_rest(asked, context.edition.limits, caller))
        done = HANDLERS[operation.id](context, call._replace(base_url=asked.base_url))
        answer = Answer(operation.success, done)
        if asked.unknown_query or asked.unknown_fields:
            answer = _warned(answer, asked, call)
        if asked.base_url != call.base_url:
            answer = _at(answer, asked, call)
        return answer

    # The way back

    def _deliver(
        self, request: Received, reply: Reply, delivery: wire.Delivery, start_response: Any
    ) -> Iterable[bytes]:
        """What comes before the first byte of the body happens here, the rest as the iterable is read."""
        first = body = b"" if request.method == "HEAD" else reply.body
        if delivery is not wire.PROMPT:
            parts = self._parts(body, reply, delivery, request)
            first = next(parts)
        start_response(_status_line(reply.status), list(reply.headers))
        if first is body:
            return [body]
        request.arrival.in_parts = True
        return chain((first,), parts)

    def _parts(self, body: bytes, reply: Reply, delivery: wire.Delivery, request: Received) -> Iterator[bytes]:
        """Take the steps: the parts of the body, each when its turn has come."""
        head = b""
        for step in delivery:
            if isinstance(step, wire.SendHead):
                head = _head(reply)
                if step.size_bytes is None or step.size_bytes < len(head):
                    head = head[: step.size_bytes]
                    continue
                step = wire.Send()
            match step:
                case wire.Late(late_s) | wire.Pause(late_s):
                    self._be_late(late_s, request)
                case wire.Send(None):
                    yield body
                    return
                case wire.Send(size_bytes):
                    yield body[:size_bytes]
                    body = body[size_bytes:]
                    if not body:
                        return
                case wire.Drip(pieces, late_s):
                    count = min(pieces, len(body)) or 1
                    ends = [len(body) * number // count for number in range(count + 1)]
                    for start, end in pairwise(ends):
                        if start:
                            self._be_late(late_s, request)
                        yield body[start:end]
                    return
                case wire.Close():
                    raise wire.WireClosed(head)
                case wire.Interrupt():
                    raise wire.Interrupted("interrupt() of a fault")
                case _:  # Reset
                    raise wire.WireBreak()

    def _be_late(self, late_s: float, request: Received) -> None:
        """Outside the lock: other requests are not late."""
        if not late_s:
            return
        clock, arrival, environ = self._clock, request.arrival, request.headers
        really_s = late_s / clock.rate
        be_late = environ.get("fakestt.be_late")
        if be_late is not None:

            def then(passed_s: float) -> None:
                if passed_s >= really_s:
                    clock.waited(late_s)
                self._note_silence(arrival)

            be_late(really_s, then)  # the time-outs of a client at a socket are real, so the silence is
            return
        read_timeout_s: float | None = environ.get("fakestt.read_timeout_s")
        if read_timeout_s is not None and really_s > read_timeout_s:
            clock.wait(read_timeout_s * clock.rate)
            self._note_silence(arrival)
            raise wire.WireTimeout()
        clock.wait(late_s)
        self._note_silence(arrival)

    def _note_silence(self, arrival: wire.Arrival) -> None:
        now_s = self._clock.now_s()
        arrival.is_late = True
        arrival.now_s = lambda: max(now_s, self._seen_s())


def _told(chunks: Iterable[bytes], arrival: wire.Arrival, whole_bytes: int) -> Iterator[bytes]:
    """Tell of the arrival for a server that does not. One that has the last byte need not ask for more."""
    size_bytes = 0
    try:
        for chunk in chunks:
            arrival.has_head = True
            size_bytes += len(chunk)
            if size_bytes == whole_bytes:
                arrival.end(wire.How.WHOLE, size_bytes)
            yield chunk
    except BaseException as error:
        if arrival.at_s is None:
            arrival.broke(error, size_bytes)
        raise


def _check_interruptible(rule: Rule, request: Received) -> None:
    if "fakestt.raises_in_client" not in request.headers:
        raise ConfigurationError(
            f"{rule}: only a client in this process can be interrupted, and this request came through a server, or "
            "from a WSGI test client. Let the client reach the fake in process (fake_stt, stt.reachable()). A process "
            "of its own can be sent a real signal."
        )


def _check_accept(accept: str) -> None:
    asked = parse_accept_header(accept)
    # Whatever parameters a type has (`charset=utf-8`), JSON is what it means.
    types = MIMEAccept([(kind.partition(";")[0], quality) for kind, quality in asked])
    if types.best_match(["application/json"]) is None:
        raise Refusal(Why.NOT_ACCEPTABLE)


def _warned(answer: Answer, asked: Call, call: Call) -> Answer:
    """Unknown names don't fail a request; the answer says so where it has a place for it."""
    said, kept = _warnings(asked), _warnings(call)
    if said is None:
        return answer
    return answer._replace(
        json={**answer.json, "warnings": said}, kept=answer._replace(json={**answer.json, "warnings": kept})
    )


def _at(answer: Answer, asked: Call, call: Call) -> Answer:
    """An answer may hold the URL that was asked, and its path what may not be shown."""
    kept = answer.kept or answer
    told, shown = (quoted(one.base_url)[:-1].encode() for one in (asked, call))
    return answer._replace(kept=kept._replace(text=render.body(kept).replace(told, shown)))


def _warnings(call: Call) -> str | list[str] | None:
    """The texts for it, or None: a training's `warnings` are objects about audio, and nothing is mixed in there.

    Assumed: nobody describes that case.
    """
    returns = call.operation.returns
    assert isinstance(returns, Record)  # of all that has a handler
    shape = returns.fields.get("warnings")
    if not isinstance(shape, Optional):
        return None
    texts = [render.unexpected_query(call.unknown_query)] if call.unknown_query else []
    if isinstance(shape.shape, Text):
        return texts[0] if texts else None  # of unknown fields such an answer says nothing
    if call.operation.record is None:
        return None
    fields = [render.unexpected_fields(call.unknown_fields)] if call.unknown_fields else []
    return fields + texts


@lru_cache(maxsize=64)
def _status_line(status: int) -> str:
    return f"{status} {phrase(status)}"


def _rendered(request: Received, stamped: Stamp, answer: Answer) -> Reply:
    return render.render(answer, stamped, request.headers.get("HTTP_ORIGIN"))


def _head(reply: Reply) -> bytes:
    """What a socket would be given before the body."""
    lines = [f"HTTP/1.1 {_status_line(reply.status)}", *(f"{name}: {value}" for name, value in reply.headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")
