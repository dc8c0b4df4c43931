"""What a fault makes of a reply before it travels."""

from __future__ import annotations

import re
from typing import NamedTuple

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Answer, Reply
from fakestt.faults.effect import Injected
from fakestt.faults.rules import Rule
from fakestt.http import render
from fakestt.http.parse import Received
from fakestt.http.shown.words import HIDDEN
from fakestt.http.stamp import Stamp
from fakestt.journal.journal import Journal

__all__ = ["Both", "faulted"]

MARK = "X-Fakestt-Fault"
"""The header that says which effect made or changed the answer."""
MARK_LENGTH = 200


class Both(NamedTuple):
    """A reply as the client gets it, and as a journal may keep it."""

    sent: Reply
    kept: Reply


def faulted(rule: Rule, request: Received, edition: Edition, stamped: Stamp, journal: Journal, true: Both) -> Both:
    """The reply to a request that a rule has hit. The true one is what the service has answered."""
    effect, made = rule.effect, true
    if effect.answer is not None:
        made = _injected(effect.answer, request, edition, stamped)
    elif effect.is_stale:
        made = _before(request, journal, true)
    if effect.damage is not None:
        made = Both(*(one._replace(body=effect.damage(one.body)) for one in made))
    if made is true or not rule.marked:
        return made
    mark = (MARK, re.sub("[^ -~]", "?", effect.spelled)[:MARK_LENGTH])
    return Both(*(one._replace(headers=(*one.headers, mark)) for one in made))


def _injected(said: Injected, request: Received, edition: Edition, stamped: Stamp) -> Both:
    sent = _proxys(said, stamped) if said.by_proxy else _services(said, request, edition, stamped)
    # What an author gives may have been copied from anywhere.
    is_known = said.body is None or said.by_proxy
    return Both(sent, sent if is_known else sent._replace(body=HIDDEN.encode()))


def _before(request: Received, journal: Journal, true: Both) -> Both:
    """What this read showed before the last change of it, or the true reply.

    The journal is what remembers: it has a bound, and a poll costs nothing more. It can't tell one target from another
    where it hides a part of them.
    """
    is_read = request.call is not None and request.method in ("GET", "HEAD")
    if not is_read or request.caller is None or HIDDEN in request.path:
        return true
    asked, shown = (request.method, request.path), true.kept.body
    for one in reversed(journal.kept()):
        if one.reply.body == shown:
            continue  # asked first, because a poller's journal is full of these
        is_true = one.rule is None or one.rule.effect.says_the_truth
        if is_true and one.request[:2] == asked and one.caller == request.caller:
            return Both(*([_with_content(true.sent, one.reply)] * 2))
    return true


def _with_content(reply: Reply, old: Reply) -> Reply:
    """A reply of now that shows what was."""
    length = str(len(old.body))
    headers = tuple((name, length if name == "Content-Length" else one) for name, one in reply.headers)
    return Reply(old.status, headers, old.body)


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
