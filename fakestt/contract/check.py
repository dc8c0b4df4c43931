"""A call against its row: raw values become typed ones, or a Refusal says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fakestt.contract.messages import Call, Caller
from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.shapes import Flag, Guid, Number, OneOf, Optional
from fakestt.core.limits import Limits
from fakestt.core.refusals import Refusal, Why

__all__ = ["check_path", "check_rest", "fits", "known_params", "typed"]


def known_params(operation: Operation, limits: Limits) -> list[Param]:
    """The parameters that this edition knows."""
    return [param for param in operation.params if param.switch is None or getattr(limits, param.switch)]


def fits(param: Param, raw: str) -> bool:
    """Whether a parameter may have this value."""
    try:
        _read(param, raw)
    except Refusal:
        return False
    return True


def typed(param: Param, raw: str) -> object:
    """The value as a checked call has it; the raw one if the parameter can't have it."""
    return _read(param, raw) if fits(param, raw) else raw


def check_path(call: Call) -> None:
    """Look at the ids of the path: this comes before anybody asks whether they exist.

    Raises:
        Refusal: MALFORMED_GUID, BAD_VALUE.
    """
    for param in call.operation.params:
        if param.where is In.PATH:
            _read(param, call.values[param.name])


def check_rest(call: Call, limits: Limits, caller: Caller | None = None) -> Call:
    """Return the call with typed values, and with who asks. What stands in the path, `check_path` has looked at.

    Raises:
        Refusal: MISSING_PARAMETER, BAD_VALUE, MALFORMED_GUID, MALFORMED_JSON, or the call's own problem.
    """
    if call.problem is not None:
        raise call.problem
    values: dict[str, Any] = {}
    for param in known_params(call.operation, limits):
        raw = call.values.get(param.name)
        if raw is None:
            if param.required:
                raise Refusal(Why.MISSING_PARAMETER, name=param.name)
            values[param.name] = param.default
        else:
            values[param.name] = raw if param.where is In.PATH else _read(param, raw)
    if call.operation.body is Body.JSON:
        _check_record(call, values)
    return call._replace(values=values, caller=caller)


def _check_record(call: Call, values: dict[str, Any]) -> None:
    record = call.operation.record
    assert record is not None
    body = call.body
    if not isinstance(body, dict):
        raise Refusal(Why.MALFORMED_JSON, expected="an object")
    unknown = call.unknown_fields
    for name, shape in record.fields.items():
        value = body.get(name)
        if value is None:
            if not isinstance(shape, Optional):
                raise Refusal(Why.MISSING_PARAMETER, name=name, unknown=unknown)
            values[name] = None
            continue
        problem = shape.problem(value)
        if problem is not None:
            raise Refusal(Why.BAD_VALUE, name=name, expected=problem, unknown=unknown)
        values[name] = value


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_FLAGS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}


def _read(param: Param, raw: str) -> object:
    value: object = raw
    if isinstance(param.shape, Flag):
        value = _FLAGS.get(raw.lower())
    elif isinstance(param.shape, Number) and _NUMBER.fullmatch(raw):
        value = float(raw)
    elif isinstance(param.shape, OneOf) and raw.startswith(" "):
        value = "+" + raw[1:]  # a plus sign that was not escaped arrives as a space
    problem = param.shape.problem(value)
    if problem is None:
        return value
    if isinstance(param.shape, Guid):
        raise Refusal(Why.MALFORMED_GUID, value=raw)
    raise Refusal(Why.BAD_VALUE, name=param.name, expected=problem)
