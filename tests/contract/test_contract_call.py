"""A call that was checked is the same call, but for its values and its caller."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from fakestt.contract.messages import Call, Caller


def test_a_checked_call_keeps_all_but_values_and_caller() -> None:
    given: dict[str, Any] = {field.name: object() for field in fields(Call)}
    values, caller = {"strict": True}, Caller("owner")
    checked = Call(**given).checked(values, caller)
    assert {field.name: getattr(checked, field.name) for field in fields(Call)} == {
        **given,
        "values": values,
        "caller": caller,
    }
