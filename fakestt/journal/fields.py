"""The fields of an exchange that an author may name: what may be said of each, and what the exchange has there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from http import HTTPMethod
from typing import Any, NamedTuple

from fakestt.contract.check import typed
from fakestt.contract.messages import Call
from fakestt.contract.operation import Operation
from fakestt.errors import nearest
from fakestt.faults.effects import Effect
from fakestt.faults.rules import Rule
from fakestt.journal.record import Exchange
from fakestt.wire import How

__all__ = ["FIELDS", "Fault", "Field", "Status", "When", "known_values", "problem_of_value", "value_of", "was_value"]

Status = int | Collection[int] | None
"""A status, several of them, or None: the client got no answer."""

Fault = bool | str | Effect | Rule
"""Any fault or none, a glob on how its effect is written, an effect, or one rule."""

When = Callable[[Exchange], object]
"""Looks at an exchange and says whether it is meant."""


class Field(NamedTuple):
    """One field.

    Attributes:
        problem: says what is wrong with what an author says of it; None if it may be said.
        was: says what an exchange has there, if that is something else; None if it is as was said.
    """

    problem: Callable[[Any], str | None]
    was: Callable[[Exchange, Any], str | None]


# What may be said


def _is_text(said: object) -> str | None:
    return None if isinstance(said, str) else "give a string"


def _is_method(said: object) -> str | None:
    methods = list(HTTPMethod.__members__)
    return None if said in methods else f"give one of {', '.join(methods)}.{nearest(said, methods)}"


def _is_status(said: object) -> str | None:
    several = isinstance(said, Collection) and not isinstance(said, str)
    found: Iterable[object] = said if several else [said]  # type: ignore[assignment]  # a Collection, as was asked
    if said is None or (found and all(type(one) is int and 100 <= one < 600 for one in found)):
        return None
    return "give a status, several such as range(500, 600), or None for no answer"


def _is_fault(said: object) -> str | None:
    if isinstance(said, (bool, str, Effect, Rule)):
        return None
    return "give True (any), False (none), a glob such as 'lose_*', an effect, or the rule"


def _is_arrival(said: object) -> str | None:
    words = [one.value for one in How]
    return None if said in words else f"give one of {', '.join(map(repr, words))}.{nearest(said, words)}"


def _is_look(said: object) -> str | None:
    return None if callable(said) else "give a function that takes an Exchange"


# What an exchange has there


def _method(exchange: Exchange, said: str) -> str | None:
    return None if exchange.method == said else repr(exchange.method)


def _path(exchange: Exchange, said: str) -> str | None:
    path = exchange.path.partition("?")[0]
    return None if fnmatchcase(path, said) or fnmatchcase(path[max(path.find("/v1/"), 0) :], said) else repr(path)


def _status(exchange: Exchange, said: Status) -> str | None:
    status = exchange.status
    if status == said or (isinstance(said, Collection) and status in said):
        return None
    return str(status) if status is not None else f"none ({exchange.arrival.how})"


def _owner(exchange: Exchange, said: str) -> str | None:
    owner = exchange.caller and exchange.caller.owner
    return None if owner == said else "nobody" if owner is None else repr(owner)


def _fault(exchange: Exchange, said: Fault) -> str | None:
    rule = exchange.rule
    if isinstance(said, bool):
        same = (rule is not None) == said
    elif isinstance(said, str):
        same = rule is not None and fnmatchcase(str(rule.effect), said)
    else:
        same = rule is not None and said in (rule, rule.effect)
    return None if same else "none" if rule is None else str(rule.effect)


def _arrival(exchange: Exchange, said: str) -> str | None:
    return None if exchange.arrival.how == said else repr(str(exchange.arrival.how))


def _look(exchange: Exchange, said: When) -> str | None:
    try:
        return None if said(exchange) else "false"
    except Exception as error:
        error.add_note(
            f"Raised by when= at {exchange!r}. Its call is None where no route fits, its values may be missing."
        )
        raise


FIELDS: Mapping[str, Field] = {
    "method":  Field(_is_method,  _method),
    "path":    Field(_is_text,    _path),
    "status":  Field(_is_status,  _status),
    "owner":   Field(_is_text,    _owner),
    "fault":   Field(_is_fault,   _fault),
    "arrival": Field(_is_arrival, _arrival),
    "when":    Field(_is_look,    _look),
}  # fmt: skip


# Parameters, and fields of the body


def keyword(name: str) -> str:
    """What an author writes for a parameter: a header's name has hyphens, which no keyword can have."""
    return name.replace("-", "_")


def known_values(rows: Iterable[Operation]) -> dict[str, None]:
    """The keywords for the parameters and fields of these operations. What is sent for a token is not kept."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(keyword(param.name) for param in row.params))
        if row.record is not None and row.authenticated:
            names.update(dict.fromkeys(row.record.fields))
    return names


def problem_of_value(rows: Iterable[Operation], name: str, said: object) -> str | None:
    """Why none of these operations can have this value there; None if one can."""
    problem = None
    for row in rows:
        shapes = {keyword(param.name): param.shape for param in row.params}
        shapes |= row.record.fields if row.record is not None else {}
        if name in shapes:
            problem = shapes[name].problem(said)
            if said is None or problem is None:
                return None
    return f"it is {problem}"


def was_value(exchange: Exchange, name: str, said: object) -> str | None:
    """What an exchange has there, if it is something else."""
    value = None if exchange.call is None else value_of(exchange.call, name)
    if value == said:
        return None
    if isinstance(value, str) and isinstance(said, str) and fnmatchcase(value, said):
        return None
    return "not given" if value is None else repr(value)


def value_of(call: Call, name: str) -> object:
    """A parameter or a field of the body, by its keyword, typed as far as it fits; None if it was not given."""
    param = next((one for one in call.operation.params if keyword(one.name) == name), None)
    if param is None:
        return call.body.get(name) if isinstance(call.body, dict) else None
    value = call.values.get(param.name)
    return param.default if value is None else typed(param, value) if isinstance(value, str) else value
