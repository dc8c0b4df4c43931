"""Answers as the service words and writes them: errors, JSON, headers, and all of it as a Reply."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from json import dumps
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from fakestt.contract.edition import BodyShape, Edition, description_of
from fakestt.contract.messages import Answer, Reply, Rows
from fakestt.core.refusals import RefusalFacts, Why
from fakestt.http.stamp import Stamp, is_sendable

__all__ = ["METHODS", "body", "failed", "refused", "render"]

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
"""The methods that the outer layer knows. Assumed: a sister service lists them to browsers (2019)."""
IAM_CODES = {Why.REFRESH_TOKEN_EXPIRED: "BXNIM0408E"}
"""Those that differ. Source: watson-developer-cloud/node-sdk issue 934"""
MORE_INFO = {
    401: "https://cloud.ibm.com/docs/watson?topic=watson-authorization-error",
    403: "https://cloud.ibm.com/docs/watson?topic=watson-forbidden-error",
}
WORDED_AS: Mapping[int, Why] = {
    401: Why.UNAUTHORIZED,
    403: Why.FORBIDDEN,
    404: Why.NO_SUCH_PATH,
    405: Why.WRONG_METHOD,
    406: Why.NOT_ACCEPTABLE,
    501: Why.UNKNOWN_METHOD,
}
"""The refusals whose status is that of one layer alone: it words what else has this status."""
LOGINS = frozenset({"authorize", "validateAuth"})
"""They word their errors themselves: there is no gateway before them."""


def refused(edition: Edition, why: Why, facts: RefusalFacts, transaction: str) -> Answer:
    """The edition's error for a refusal. `transaction` is the gateway's number of it."""
    wording = edition.wording[why]
    text = wording.text.format_map(facts)
    if wording.shape is BodyShape.IAM:
        return _iam(wording.status, {"errorCode": IAM_CODES.get(why, "BXNIM0415E")}, text, transaction)
    answer = _error(edition, wording.shape, wording.status, text, transaction)
    if why is Why.WRONG_METHOD:
        answer = answer._replace(headers={"Allow": facts["allowed"]})
    unknown = facts.get("unknown")
    if unknown:
        answer = answer._replace(json=answer.json | {"warnings": [unexpected_fields(unknown)]})
    return answer


def failed(edition: Edition, status: int, message: str | None, operation: str | None, transaction: str) -> Answer:
    """The edition's error for a failure of any status, as whoever answers with that status words it.

    Assumed: what the token service says of a failure of its own has no code, for none was seen; all that no refusal
    is like has the customization interface's members.
    """
    text = description_of(status) if message is None else message
    if operation == "getToken":
        return _iam(status, {}, text, transaction)
    why = None if operation in LOGINS else WORDED_AS.get(status)
    return _error(edition, BodyShape.SERVICE if why is None else edition.wording[why].shape, status, text, transaction)


def _error(edition: Edition, shape: BodyShape, status: int, text: str, transaction: str) -> Answer:
    """An error with the members of this shape."""
    if shape is BodyShape.OLD_GATEWAY:
        challenge = edition.traits.challenge
        headers = {"WWW-Authenticate": challenge} if challenge is not None and status == 401 else {}
        line = f'{{"code":{status}, "error": {dumps(text)}}}\n'
        return Answer(status, {"code": status, "error": text}, headers, line.encode())
    if shape is BodyShape.NEW_GATEWAY:
        gateway = {"code": status, "trace": transaction, "error": text, "more_info": MORE_INFO[status]}
        return Answer(status, gateway, text=(dumps(gateway, separators=(",", ":")) + "\n").encode())
    description = description_of(status)
    if shape is BodyShape.OUTER:
        outer = {"error": text, "code": status, "code_description": description}
        said, *rest = (f"{dumps(name)}: {dumps(one)}" for name, one in outer.items())
        # Two spaces, then one: so it stands in python-sdk issue 639.
        return Answer(status, outer, text=f"{{{said},  {', '.join(rest)}}}\n".encode())
    return Answer(status, {"code": status, "code_description": description, "error": text})


def _iam(status: int, code: dict[str, str], text: str, transaction: str) -> Answer:
    return Answer(status, code | {"errorMessage": text, "context": {"requestId": transaction}})


def unexpected_fields(names: tuple[str, ...]) -> str:
    """Printed by a public client of 2018-19, for a create of a language model with an unknown field."""
    return f"Unexpected input parameter(s) [{', '.join(map(_text, names))}] detected in the passed JSON"


def unexpected_query(names: tuple[str, ...]) -> str:
    """Source: ibm-watson 11.2.0 speech_to_text_v1.py#AcousticModel, `warnings`."""
    quoted = ", ".join(f"'{_text(name)}'" for name in names)
    return f"Unexpected query parameter(s) [{quoted}] detected"


def _text(name: str) -> str:
    """A name as a string of an answer can hold it: a client may give one of NUL, or of half a surrogate pair."""
    return name.encode("utf-8", "replace").decode().replace("\0", "?")


def body(answer: Answer) -> bytes:
    """The bytes: three spaces a level, a list of one string on one line and of several one a line, ASCII.

    Source: watson-developer-cloud/java-sdk issue 503 (a model as it was sent); thomassuedbroecker/watson-stt-invocation
    README.md, 2022 (lists). What stands between two customizations is assumed.
    """
    if answer.text is not None:
        return answer.text
    return (_written(answer.json) + "\n").encode("ascii")


def _written(value: Any) -> str:
    """A list of customizations begins on the first line, and a list of the service's models on one of its own."""
    match value:
        case {"customizations": rows} | {"corpora": rows} | {"grammars": rows} | {"words": rows} if len(value) == 1:
            return f'{{"{next(iter(value))}": [{", ".join(_pretty(one, _NEWLINE) for one in rows)}]}}'
        case {"models": list(models), **rest} if models:
            deeper = _NEWLINE + "   " * 2
            listed = f'"models": [{deeper}{("," + deeper).join(_pretty(one, deeper) for one in models)}\n   ]'
            others = [f"{_member(name)}{dumps(one)}" for name, one in rest.items()]
            return "{\n   " + ",\n   ".join([listed, *others]) + "\n}"
    return _pretty(value, _NEWLINE)


_NEWLINE = "\n"


@lru_cache(maxsize=256, typed=True)
def _member(name: object) -> str:
    return f"{quoted(str(name))}: "


def _pretty(value: Any, newline: str) -> str:
    # Most of it is strings, whole numbers and lists of one string, and `dumps` makes an encoder ready for each.
    if type(value) is int:
        return str(value)
    if type(value) is list and len(value) == 1 and type(value[0]) is str:
        return f"[{quoted(value[0])}]"
    if isinstance(value, dict) and value:
        if len(value) == 1 and isinstance(one := next(iter(value.values())), str):
            return f"{{{quoted(next(iter(value)))}: {quoted(one)}}}"  # a new model's id was seen on one line
        deeper = newline + "   "
        members = [
            _member(name) + (quoted(one) if type(one) is str else _pretty(one, deeper)) for name, one in value.items()
        ]
        return "{" + deeper + ("," + deeper).join(members) + newline + "}"
    if isinstance(value, Rows):
        value = list(value)
    if isinstance(value, list) and value:
        deeper = newline + "   "
        if isinstance(value[0], dict):
            return "[" + ("," + deeper).join([_pretty(one, deeper) for one in value]) + "]"
        return "[" + deeper + ("," + deeper).join(map(quoted, value)) + newline + "]"  # several were seen one a line
    return dumps(value)


def render(answer: Answer, stamp: Stamp, origin: str | None) -> Reply:
    """The bytes that go out. `origin` is the page that a browser asks for."""
    data, headers = b"", []
    if answer.status != 204:
        data = body(answer)
        kind = "application/json" if answer.json is not None or answer.text is None else "text/plain"
        headers = [("Content-Type", kind), ("Content-Length", str(len(data)))]
    headers += stamp.headers
    headers.append(("X-Content-Type-Options", "nosniff"))
    if origin is not None and answer.status != 204:
        headers += [
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Expose-Headers", "X-Global-Transaction-Id, X-DP-Watson-Tran-ID"),
        ]
    headers += answer.headers.items()
    return Reply(answer.status, tuple(headers), data, answer.note)


def preflight(headers: str | None) -> dict[str, str]:
    """The headers of an answer to OPTIONS: whatever a browser asks for is allowed, without Origin as well.

    Assumed: CORS is documented as supported, its headers are not. These are a sister service's of 2019.
    """
    return {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": headers if headers and is_sendable(headers) else "Authorization, Content-Type",
        "Access-Control-Max-Age": "3600",
    }
