"""Effects that change what is said: another answer in place of the service's, or the service's own, damaged or old."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from fakestt.errors import ConfigurationError
from fakestt.faults.effect import Effect, Injected, check_commits
from fakestt.phrases import phrase

__all__ = ["fail", "garble", "html", "stale"]

PAGE = """\
<html>
<head><title>{status} {phrase}</title></head>
<body>
<h1>{status} {phrase}</h1>
<p>This page comes from a proxy. The service behind it has not written it.</p>
</body>
</html>
"""


def fail(
    status: int,
    message: str | None = None,
    *,
    retry_after: int | str | datetime | None = None,
    body: Any = None,
    content_type: str | None = None,
    commits: bool = False,
) -> Effect:
    """Answer with an error, before the work or, with `commits=True`, after it.

    Args:
        status: 400 to 599.
        message: the `error`; the HTTP phrase of the status unless given.
        retry_after: the header of that name: whole seconds, or an instant as a datetime or as HTTP writes it.
        body: in place of the service's own error body: JSON, or text or bytes together with their `content_type`.
        content_type: of the body. JSON has the service's own unless given.

    Raises:
        ConfigurationError: not the status of an error, or an argument that no answer can hold.
    """
    _check_status("fail", status)
    said = f"fail({status}"
    if message is not None and not isinstance(message, str):
        raise ConfigurationError(f"{said}, {message!r}): the message is a string. For another body: body=.")
    header = None if retry_after is None else _retry_after(said, retry_after)
    if content_type is not None and (body is None or not _is_sendable(content_type)):
        raise ConfigurationError(
            f"{said}, content_type={content_type!r}): give the type of a body, and the body: "
            "body='<html>...', content_type='text/html'."
        )
    data = None if body is None else _bytes_of(said, body, content_type)
    check_commits(f"{said}, ", commits)
    more = [repr(message)] if message is not None else []
    more += [f"retry_after={header if isinstance(retry_after, int) else repr(header)}"] if header is not None else []
    more += ["body=..."] if body is not None else []
    more += [f"content_type={content_type!r}"] if content_type is not None else []
    more += ["commits=True"] if commits else []
    answer = Injected(
        status=status,
        message=message,
        body=data,
        content_type=content_type or "application/json",
        headers=() if header is None else (("Retry-After", header),),
    )
    return Effect(f"fail({', '.join([str(status), *more])})", answer, commits=commits)


def html(status: int, *, commits: bool = False) -> Effect:
    """Answer with a page, as a proxy or a gateway writes one that has no answer of the service, or keeps it back.

    It comes before the work or, with `commits=True`, after it: a 504 often does. The page has none of the service's
    headers. For a page of your own: `fail(502, body="<html>...", content_type="text/html")`.

    Args:
        status: 400 to 599.

    Raises:
        ConfigurationError: not the status of an error.
    """
    _check_status("html", status)
    check_commits(f"html({status}, ", commits)
    page = PAGE.format(status=status, phrase=phrase(status)).encode()
    answer = Injected(status=status, body=page, content_type="text/html", by_proxy=True)
    return Effect(f"html({status}, commits=True)" if commits else f"html({status})", answer, commits=commits)


def garble() -> Effect:
    """The work is done, and the body of the true answer arrives damaged: as long as it was, and no JSON any more.

    Status and headers are right. Every eighth byte has its highest bit turned, the first one to begin with, so most of
    it is no UTF-8 either. The same answer is always damaged alike.
    """
    return Effect("garble()", damage=_with_turned_bits)


def stale() -> Effect:
    """Answer a read with what it showed before the last change, as a cache or a replica does that lags behind.

    It is the last reply to the same read (method, target and caller) that differs from the true one. Where the journal
    has none, the client gets the true one; so does what is no read.
    """
    return Effect("stale()", is_stale=True)


def _with_turned_bits(body: bytes) -> bytes:
    damaged = bytearray(body)
    for at in range(0, len(damaged), 8):
        damaged[at] ^= 0x80
    return bytes(damaged)


def _check_status(maker: str, status: object) -> None:
    if not isinstance(status, int) or not 400 <= status <= 599:
        raise ConfigurationError(
            f"{maker}({status!r}): a failure has a status from 400 to 599, an int. For a late success: slow()."
        )


def _retry_after(said: str, value: object) -> str:
    """The header's text. An instant must be one that a client can read: a wrong date is taken for none, in silence."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return format_datetime(value.astimezone(UTC), usegmt=True)
    if isinstance(value, str) and _is_http_date(value):
        return value
    raise ConfigurationError(
        f"{said}, retry_after={value!r}): give whole seconds, 0 or more, a datetime with its tzinfo, or a date as HTTP "
        "writes it: 'Wed, 21 Oct 2015 07:28:00 GMT'."
    )


def _is_http_date(text: str) -> bool:
    """Whether it is written as RFC 9110, 5.6.7 wants it, with the right day of the week."""
    try:
        return format_datetime(parsedate_to_datetime(text).astimezone(UTC), usegmt=True) == text
    except (ValueError, OverflowError):
        return False


def _bytes_of(said: str, body: Any, content_type: str | None) -> bytes:
    if isinstance(body, (str, bytes)):
        if content_type is None:
            raise ConfigurationError(
                f"{said}, body=...): say what this text is: content_type='text/html'. For JSON give what json.dumps "
                "takes: a dict or a list."
            )
        return body.encode() if isinstance(body, str) else body
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        raise ConfigurationError(f"{said}, body=...): JSON can't hold it: {problem}.") from None


def _is_sendable(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable() and text != ""
