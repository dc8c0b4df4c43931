"""What is said of names that no row knows: the service takes no notice of most of them, and a misspelt one is seldom
meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from fakestt.contract.check import known_params
from fakestt.contract.messages import Call
from fakestt.contract.operation import In
from fakestt.core.limits import Limits
from fakestt.errors import nearest
from fakestt.http.shown.words import HIDDEN
from fakestt.literals import UnknownSetting

__all__ = ["UNKNOWN", "unknown_names"]

UNKNOWN: tuple[UnknownSetting, ...] = get_args(UnknownSetting)
"""What a fake does when a request has such a name: a note in its journal, nothing, or that and an error at the end."""


def unknown_names(call: Call, limits: Limits) -> str:
    """A note of the unknown parameters and fields of a call that may be shown; "" if it has none.

    Of a request for a token nothing is said: such services take more than is known here.
    """
    if not call.operation.authenticated:
        return ""
    record = call.operation.record
    params = [param.name for param in known_params(call.operation, limits) if param.where is In.QUERY]
    fields = record.fields if record is not None else ()
    said = [_said("parameter", name, params) for name in call.unknown_query]
    return ", ".join([*said, *(_said("field", name, fields) for name in call.unknown_fields)])


def _said(kind: str, name: str, known: Iterable[str]) -> str:
    if name == HIDDEN:
        return f"an unknown {kind}"
    hint = nearest(name, known).strip()
    return f"unknown {kind} {name!r}" + (f"; {hint[0].lower()}{hint[1:]}" if hint else "")
