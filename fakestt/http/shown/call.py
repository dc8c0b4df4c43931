"""What may be shown of a request that was understood, and of an answer that repeats some of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fakestt.contract.check import fits
from fakestt.contract.messages import Call, Reply
from fakestt.contract.operation import In, Operation, Param
from fakestt.contract.operations import OPERATIONS
from fakestt.core.refusals import RefusalFacts
from fakestt.http.shown.request import SHOWN_HEADERS, shown_header, shown_method
from fakestt.http.shown.words import HIDDEN, shown_names, shown_word

__all__ = ["shown_call", "shown_facts", "shown_reply"]

# What these take stands in the path, all of it.
_WITHOUT_VALUES = frozenset(
    row.id for row in OPERATIONS.values() if row.record is None and all(param.where is In.PATH for param in row.params)
)


def shown_call(call: Call) -> Call:
    """The call as it may be kept. Of what is sent for a token, nothing is."""
    if HIDDEN in call.path:
        call = call._replace(base_url=_shown_url(call.base_url, call.path))
    if call.operation.id in _WITHOUT_VALUES and not (call.unknown_query or call.problem):
        return call
    return call._replace(
        values=_shown_values(call),
        body=_shown_body(call.operation, call.body),
        unknown_query=shown_names(call.unknown_query),
        unknown_fields=shown_names(call.unknown_fields),
        problem=None,
    )


def _shown_url(base_url: str, shown_path: str) -> str:
    """The URL before `/v1`, with as many segments of the path as it has."""
    parts = base_url.split("/")
    before, prefix = parts[:3], parts[3:]
    return "/".join(before + shown_path.split("/")[1 : 1 + len(prefix)])


def _shown_values(call: Call) -> Mapping[str, Any]:
    values = dict(call.values)
    for param in call.operation.params:
        value = values.get(param.name)
        if param.where is not In.PATH and isinstance(value, str):
            values[param.name] = _shown_value(param, value)
    return values


def _shown_value(param: Param, value: str) -> str:
    if param.name in SHOWN_HEADERS:
        return shown_header(param.name, value)
    if param.name == "X-Watson-Metadata":
        return ";".join(one if one.strip().startswith("customer_id=") else HIDDEN for one in value.split(";"))
    return value if param.is_shown and fits(param, value) else HIDDEN


def _shown_body(operation: Operation, body: Any) -> Any:
    if body is None or operation.record is None or not operation.authenticated:
        return None
    if not isinstance(body, dict):
        return HIDDEN
    fields = operation.record.fields
    shown = {name: one if fields[name].problem(one) is None else HIDDEN for name, one in body.items() if name in fields}
    return shown | dict.fromkeys(shown_names(name for name in body if name not in fields), HIDDEN)


# Answers


def shown_facts(facts: RefusalFacts) -> RefusalFacts:
    """The facts of a refusal: some repeat what came. The others are ours, or values that a row knows."""
    shown: dict[str, Any] = dict(facts)
    for name, show in _FACTS.items():
        if name in shown:
            shown[name] = show(shown[name])
    return shown  # type: ignore[return-value]  # the same names, with values of the same types


def _hidden(text: str) -> str:
    return HIDDEN


_FACTS: Mapping[str, Callable[[Any], object]] = {
    "encoding": lambda text: shown_header("Content-Encoding", text),
    "method": shown_method,
    "part": lambda text: shown_header("Content-Type", text),
    "path": _hidden,
    "type": lambda text: shown_header("Content-Type", text),
    "unknown": shown_names,
    "value": _hidden,
}


def shown_reply(reply: Reply) -> Reply:
    """A reply whose headers repeat what came."""
    return reply._replace(headers=tuple((name, _shown_answered(name, value)) for name, value in reply.headers))


def _shown_answered(name: str, value: str) -> str:
    if name == "X-Global-Transaction-Id":
        return shown_header(name, value)
    if name == "Access-Control-Allow-Headers":
        return ", ".join(shown_word(one.strip(), _HEADER_NAMES) for one in value.split(","))
    return value


_HEADER_NAMES = frozenset({"Authorization", "X-Watson-Authorization-Token", "X-Watson-Metadata", *SHOWN_HEADERS})
