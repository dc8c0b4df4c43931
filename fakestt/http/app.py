"""The service as a WSGI application: receive, six steps under one lock, tell the clock, deliver."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from threading import RLock
from typing import Any, Protocol

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from fakestt.contract.check import check_path, check_rest
from fakestt.contract.messages import Answer, Call, Delivery, Sent
from fakestt.contract.shapes import Optional, Record, Text
from fakestt.core.clock import Clock
from fakestt.core.refusals import Refusal, Why
from fakestt.errors import FakesttError
from fakestt.faults.effects import NOT_DONE
from fakestt.faults.rules import Faults, Rule
from fakestt.http import render
from fakestt.http.context import Context
from fakestt.http.handlers import HANDLERS
from fakestt.http.identity import TOKENS, without_token
from fakestt.http.parse import Received, receive
from fakestt.journal.journal import Journal
from fakestt.journal.record import Exchange
from fakestt.phrases import phrase
from fakestt.wire import WireBreak, WireClosed, WireTimeout

__all__ = ["App", "RequestClock"]

NOT_ANSWERED = Sent(NOT_DONE, Delivery(breaks=True))
JSON_ACCEPTED = frozenset({"application/json", "*/*", "application/*"})


class RequestClock(Clock, Protocol):
    """A clock that requests may move."""

    @property
    def rate(self) -> float:
        """How many seconds it goes on in one second of the client's."""

    def arrived(self) -> None:
        """A request has come in. Called in the client's thread, before anything is looked at."""

    def served(self) -> None:
        """It is answered, though the answer is not delivered yet. Called in the same thread, outside all locks."""

    def wait(self, seconds_s: float) -> None:
        """A reply is late by so many seconds: move the hands, wait, or let the one who owns the time do it."""

    def waited(self, seconds_s: float) -> None:
        """The same, where so much real time has gone by already."""


class App:
    """The WSGI application of one fake.

    It may raise `WireBreak` and `WireTimeout`: what a socket would raise at the client. `fakestt.read_timeout_s` in
    the environ is the client's read timeout; an answer that is later than that raises instead. A server that can be
    silent puts `fakestt.be_late` there: `be_late(late_s, then)` holds back what comes next, and `then` is told for how
    many real seconds, fewer when the client gave up.
    """

    def __init__(self, context: Context, clock: RequestClock, faults: Faults, journal: Journal) -> None:
        self._context = context
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self.lock = RLock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = receive(environ, self._context.edition)
        self._clock.arrived()
        sent, trace = self.exchange(request)
        self._clock.served()
        return self._deliver(request, sent, trace, start_response)

    def exchange(self, request: Received) -> tuple[Sent, str]:
        """Settle, understand, meet a fault, answer, apply the effect, write it down.

        Returns what is on its way, and the transaction's id.
        """
        world = self._context.world
        with self.lock:
            world.settle()
            seq = len(self._journal) + 1
            trace = hashlib.blake2b(f"trace:{world.seed}:{seq}".encode(), digest_size=16).hexdigest()
            try:
                rule = self._faults.take(request.call) if request.call is not None else None
            except FakesttError as mistake:
                self._write(request, seq, None, NOT_ANSWERED, str(mistake))
                raise
            if rule is None:
                sent = Sent(self._answer(request, trace))
            else:
                sent = rule.effect.apply(self._answer(request, trace) if rule.effect.commits else NOT_DONE)
            self._write(request, seq, rule, sent)
        return sent, trace

    def _write(self, request: Received, seq: int, rule: Rule | None, sent: Sent, problem: str | None = None) -> None:
        world = self._context.world
        changes = world.machine.take_changes()
        if request.call is not None and not request.call.operation.authenticated:
            sent = Sent(without_token(sent.answer), sent.delivery)
        self._journal.add(
            Exchange(seq, world.now_s, request.method, request.path, request.call, rule, sent, changes, problem)
        )

    # The answer

    def _answer(self, request: Received, trace: str) -> Answer:
        try:
            if request.method == "OPTIONS":
                asked = {"headers": request.header("Access-Control-Request-Headers")}
                return Answer(204, None, render.preflight(asked))
            if request.refusal is not None:
                raise request.refusal
            assert request.call is not None
            return self._handled(request, request.call)
        except Refusal as refusal:
            answer = render.refused(self._context.edition, refusal, trace)
            note = refusal.facts.get("note")
            return answer if note is None else replace(answer, note=str(note))

    def _handled(self, request: Received, call: Call) -> Answer:
        """Credentials, ids, existence, form, then the handler: a lock or the domain has the last word."""
        context = self._context
        if not call.operation.authenticated:
            asked = check_rest(replace(call, body=request.secrets), context.edition.limits)
            return TOKENS[call.operation.id](context.auth, asked, request.header("Authorization"))
        caller = context.auth.identify(request.authorization(), request.prefix, call.operation)
        check_path(call)
        family = call.operation.family
        if family is not None and family.named_by in call.values:
            context.world.find(family.kind, caller.owner, call.values[family.named_by])
        accept = request.header("Accept")
        if accept and accept not in JSON_ACCEPTED:
            _check_accept(accept)
        answer = HANDLERS[call.operation.id](context, check_rest(call, context.edition.limits, caller))
        if call.unknown_query or call.unknown_fields:
            _warn(answer, call)
        return answer

    # The way back

    def _deliver(self, request: Received, sent: Sent, trace: str, start_response: Any) -> Iterable[bytes]:
        delivery = sent.delivery
        if delivery.late_s:
            self._be_late(delivery.late_s, request.headers)
        if delivery.breaks:
            raise WireBreak() if delivery.reset else WireClosed()
        answer = sent.answer
        empty = answer.status == 204
        data = b"" if empty else render.body(answer)
        # A client may bring a transaction id of its own; gateways hand it back.
        transaction_id = request.header("X-Global-Transaction-Id") or trace
        headers = render.head(answer, len(data), transaction_id, trace, request.header("Origin"))
        if empty:
            headers = [pair for pair in headers if pair[0] not in ("Content-Type", "Content-Length")]
        if delivery.head_cut_at is not None:
            _cut_head(delivery.head_cut_at, _status_line(answer.status), headers)
        start_response(_status_line(answer.status), headers)
        if request.method == "HEAD":
            return [b""]
        if delivery.cut_at is not None and delivery.cut_at < len(data):
            return _cut(data[: delivery.cut_at], delivery.reset)
        return [data]

    def _be_late(self, late_s: float, environ: Mapping[str, Any]) -> None:
        """Outside the lock: other requests are not late."""
        clock = self._clock
        be_late = environ.get("fakestt.be_late")
        if be_late is not None:

            def then(passed_s: float) -> None:
                if passed_s >= late_s / clock.rate:
                    clock.waited(late_s)

            be_late(late_s / clock.rate, then)  # the time-outs of a client at a socket are real, so the silence is
            return
        read_timeout_s: float | None = environ.get("fakestt.read_timeout_s")
        if read_timeout_s is not None and late_s / clock.rate > read_timeout_s:
            clock.wait(read_timeout_s * clock.rate)
            raise WireTimeout()
        clock.wait(late_s)


def _check_accept(accept: str) -> None:
    if parse_accept_header(accept, MIMEAccept).best_match(["application/json"]) is None:
        raise Refusal(Why.NOT_ACCEPTABLE)


def _warn(answer: Answer, call: Call) -> None:
    """Unknown names don't fail a request; the answer says so where it has a place for it.

    A training's `warnings` are objects about audio: nothing is mixed in there. Assumed: nobody describes that case.
    """
    returns = call.operation.returns
    shape = returns.fields.get("warnings") if isinstance(returns, Record) else None
    if not isinstance(shape, Optional) or not isinstance(answer.json, dict):
        return
    texts = [render.unexpected_query(call.unknown_query)] if call.unknown_query else []
    if isinstance(shape.shape, Text):
        answer.json["warnings"] = texts[0]
    elif call.operation.record is not None:
        fields = [render.unexpected_fields(call.unknown_fields)] if call.unknown_fields else []
        answer.json["warnings"] = fields + texts


@lru_cache(maxsize=64)
def _status_line(status: int) -> str:
    return f"{status} {phrase(status)}"


def _cut(data: bytes, by_reset: bool) -> Iterator[bytes]:
    yield data
    raise WireBreak() if by_reset else WireClosed()


def _cut_head(size_bytes: int, status_line: str, headers: list[tuple[str, str]]) -> None:
    """End the connection in the middle of the head, if it is longer."""
    lines = [f"HTTP/1.1 {status_line}", *(f"{name}: {value}" for name, value in headers), "", ""]
    head = "\r\n".join(lines).encode("latin-1")
    if size_bytes < len(head):
        raise WireClosed(head[:size_bytes])
