"""Answers as the service words and writes them: errors, JSON, headers, and all of it as a Reply."""

from __future__ import annotations

from functools import lru_cache
from json import dumps
from json.encoder import encode_basestring_ascii as quoted
from typing import Any
from uuid import UUID

from fakestt.contract.edition import BodyShape, Edition
from fakestt.contract.messages import Answer, Reply
from fakestt.contract.operations import OPERATIONS
from fakestt.core.refusals import RefusalFacts, Why

__all__ = ["body", "refused", "render"]

METHODS = tuple(dict.fromkeys(row.method for row in OPERATIONS.values()))
MORE_INFO = {
    401: "https://cloud.ibm.com/docs/watson?topic=watson-authorization-error",
    403: "https://cloud.ibm.com/docs/watson?topic=watson-forbidden-error",
}


def refused(edition: Edition, why: Why, facts: RefusalFacts, trace: str) -> Answer:
    """The edition's error for a refusal. `trace` is the transaction's id, 32 hexadecimal digits."""
    wording = edition.wording[why]
    text = wording.text.format_map({"limits": edition.limits, **facts})
    headers: dict[str, str] = {}
    if wording.shape is BodyShape.OLD_GATEWAY:
        line = f'{{"code":{wording.status}, "error": {dumps(text)}}}\n'
        return Answer(wording.status, {"code": wording.status, "error": text}, text=line.encode())
    if wording.shape is BodyShape.NEW_GATEWAY:
        more_info = MORE_INFO[wording.status]
        gateway = {"code": wording.status, "trace": str(UUID(trace)), "error": text, "more_info": more_info}
        return Answer(wording.status, gateway, text=(dumps(gateway, separators=(",", ":")) + "\n").encode())
    if wording.shape is BodyShape.IAM:
        context = {"requestId": trace}
        return Answer(wording.status, {"errorCode": "BXNIM0415E", "errorMessage": text, "context": context})
    error: dict[str, Any] = {"code_description": wording.description, "code": wording.status, "error": text}
    unknown = facts.get("unknown")
    if isinstance(unknown, tuple) and unknown:
        error["warnings"] = [unexpected_fields(unknown)]
    if "allowed" in facts and wording.status == 405:
        headers["Allow"] = str(facts["allowed"])
    return Answer(wording.status, error, headers)


def unexpected_fields(names: tuple[str, ...]) -> str:
    """Source: public client code with python-sdk 2.x, 2018-19 (a create with an unknown field)."""
    return f"Unexpected input parameter(s) [{', '.join(map(_text, names))}] detected in the passed JSON"


def unexpected_query(names: tuple[str, ...]) -> str:
    """Source: ibm-watson 11.2.0 speech_to_text_v1.py#AcousticModel, `warnings`."""
    quoted = ", ".join(f"'{_text(name)}'" for name in names)
    return f"Unexpected query parameter(s) [{quoted}] detected"


def _text(name: str) -> str:
    """A name as a string of an answer can hold it: a client may give one of NUL, or of half a surrogate pair."""
    return name.encode("utf-8", "replace").decode().replace("\0", "?")


def body(answer: Answer) -> bytes:
    """The bytes: three spaces a level, lists of strings on one line, ASCII.

    Source: watson-developer-cloud/java-sdk issue 503 (a model as it was sent).
    """
    if answer.text is not None:
        return answer.text
    return (_pretty(answer.json, "\n") + "\n").encode("ascii")


_TEXTS = {str}


@lru_cache(maxsize=256, typed=True)
def _member(name: object) -> str:
    return f"{quoted(str(name))}: "


def _pretty(value: Any, newline: str) -> str:
    # Strings and whole numbers are most of it, and `dumps` makes an encoder ready for each of them.
    if type(value) is int:
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict) and value:
        if len(value) == 1 and isinstance(one := next(iter(value.values())), str):
            return f"{{{quoted(next(iter(value)))}: {quoted(one)}}}"  # a new model's id was seen on one line
        deeper = newline + "   "
        members = [
            _member(name) + (quoted(one) if type(one) is str else _pretty(one, deeper)) for name, one in value.items()
        ]
        return "{" + deeper + ("," + deeper).join(members) + newline + "}"
    if isinstance(value, list) and value:
        if isinstance(value[0], dict):
            deeper = newline + "   "
            return "[" + ("," + deeper).join([_pretty(one, deeper) for one in value]) + "]"
        if set(map(type, value)) == _TEXTS:
            return "[" + ", ".join(map(quoted, value)) + "]"
    return dumps(value)


def render(answer: Answer, trace: str, transaction_id: str | None, origin: str | None) -> Reply:
    """The bytes that go out. SDKs read both ids into their exceptions.

    Args:
        transaction_id: the client's own, if it brought one; gateways hand it back. A line break in it would begin
            another header.
        origin: the page that a browser asks for.

    Source: Watson Voice Gateway network test of 2019-10-23 (both ids are equal).
    """
    data, headers = b"", []
    if answer.status != 204:
        data = body(answer)
        kind = "application/json" if answer.json is not None or answer.text is None else "text/plain"
        headers = [("Content-Type", kind), ("Content-Length", str(len(data)))]
    headers += [
        ("X-Global-Transaction-Id", transaction_id if transaction_id and _is_sendable(transaction_id) else trace),
        ("X-DP-Watson-Tran-ID", trace),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if origin is not None:
        headers += [
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Expose-Headers", "X-Global-Transaction-Id, X-DP-Watson-Tran-ID"),
        ]
    headers += answer.headers.items()
    return Reply(answer.status, tuple(headers), data, answer.note)


def _is_sendable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def preflight(headers: str | None) -> dict[str, str]:
    """The headers of an answer to OPTIONS: whatever a browser asks for is allowed. Assumed: CORS is documented
    as supported, its headers are not."""
    return {
        "Access-Control-Allow-Methods": ", ".join([*METHODS, "OPTIONS"]),
        "Access-Control-Allow-Headers": headers if headers and _is_sendable(headers) else "Authorization, Content-Type",
        "Access-Control-Max-Age": "3600",
    }
