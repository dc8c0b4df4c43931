"""Labelled data, of all families."""

from __future__ import annotations

from typing import Any

from fakestt.contract.messages import Call
from fakestt.core.acoustic import commands as acoustic
from fakestt.core.language import commands as language
from fakestt.http.context import Context
from fakestt.http.handlers.customizations import owner_of

__all__ = ["delete"]


def delete(context: Context, call: Call) -> dict[str, Any]:
    for delete_user_data in (acoustic.delete_user_data, language.delete_user_data):
        delete_user_data(context.world, owner_of(call), call.values["customer_id"])
    return {}
