"""What a fault makes of a reply before it travels."""

from __future__ import annotations

from typing import NamedTuple

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Answer, Reply
from fakestt.faults.effect import Injected
from fakestt.faults.rules import Rule
from fakestt.http import render
from fakestt.http.parse import Received
from fakestt.http.shown.words import HIDDEN
from fakestt.http.stamp import Stamp

__all__ = ["Both", "faulted"]


class Both(NamedTuple):
    """A reply as the client gets it, and as a journal may keep it."""

    sent: Reply
    kept: Reply


def faulted(rule: Rule, request: Received, edition: Edition, stamped: Stamp, true: Both) -> Both:
    """The reply to a request that a rule has hit. The true one is what the service has answered."""
    said, damage = rule.effect.answer, rule.effect.damage
    if damage is not None:
        return Both(*(one._replace(body=damage(one.body)) for one in true))
    if said is None:
        return true
    sent = _proxys(said, stamped) if said.by_proxy else _services(said, request, edition, stamped)
    # What an author gives may have been copied from anywhere.
    is_known = said.body is None or said.by_proxy
    return Both(sent, sent if is_known else sent._replace(body=HIDDEN.encode()))


def _services(said: Injected, request: Received, edition: Edition, stamped: Stamp) -> Reply:
    """As the service sends it, the body too, unless the author gave one."""
    if said.body is None:
        operation = None if request.call is None else request.call.operation.id
        answer = render.failed(edition, said.status, said.message, operation, stamped.transaction)
    else:
        answer = Answer(said.status, text=said.body)
    reply = render.render(answer, stamped, request.headers.get("HTTP_ORIGIN"))
    headers = reply.headers
    if said.body is not None:
        headers = tuple((name, said.content_type if name == "Content-Type" else one) for name, one in headers)
    return reply._replace(headers=headers + said.headers)


def _proxys(said: Injected, stamped: Stamp) -> Reply:
    assert said.body is not None
    date = next(one for one in stamped.headers if one[0] == "Date")
    length = str(len(said.body))
    headers = (("Content-Type", said.content_type), ("Content-Length", length), date, *said.headers)
    return Reply(said.status, headers, said.body)
