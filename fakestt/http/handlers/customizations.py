"""What custom models of all families have in common on the wire."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Call
from fakestt.core.clock import iso
from fakestt.core.resources import Model
from fakestt.core.world import World

__all__ = ["customer_id", "owner_of", "shown_model", "training_answer"]


def owner_of(call: Call) -> str:
    """The instance whose credentials came with the call."""
    assert call.caller is not None
    return call.caller.owner


def customer_id(metadata: str | None) -> str | None:
    """`customer_id=ID`, possibly among other pairs.

    Source: icp2018 information-security.md#specify-customer-id
    """
    if metadata is None:
        return None
    for part in metadata.split(";"):
        name, _, value = part.strip().partition("=")
        if name == "customer_id" and value:
            return value
    return None


def training_answer(edition: Edition, kind: str, *left_out: tuple[str, str, Sequence[str]]) -> dict[str, Any]:
    """The answer to a training that has begun, with a warning for each type of data of which some is left out.

    Args:
        left_out: code, type of data, and the names of what is left out.

    Source: ibm-watson 11.2.0 speech_to_text_v1.py#TrainingWarning; what fills the gaps of its text is assumed.
    """
    code, message = edition.traits.training_warning_members
    warnings = [
        {
            code: of_type,
            message: f"Analysis of the following {what} has not completed successfully: [{', '.join(names)}]. "
            f"They will be excluded from custom {kind} model training.",
        }
        for of_type, what, names in left_out
        if names
    ]
    return {"warnings": warnings} if warnings else {}


def shown_model(world: World, edition: Edition, model: Model, **own: object) -> dict[str, Any]:
    """The object on the wire, members in the observed order; those of the model's family stand behind its id.

    Source: watson-developer-cloud/java-sdk issue 503; thomassuedbroecker/watson-stt-invocation README, 2022-11-18
    """
    status = world.machine.phase(model).shown
    wire: dict[str, Any] = {
        "owner": model.owner,
        "base_model_name": model.base_model.name,
        "customization_id": model.id,
        **own,
        "versions": list(model.versions),
        "created": iso(model.created_at_s),
        "name": model.name,
    }
    if model.description is not None:
        wire["description"] = model.description
    wire["progress"] = 100 if status == "available" else 0
    wire["language"] = model.base_model.language
    if edition.traits.shows_updated:
        wire["updated"] = iso(model.updated_at_s)
    if model.trouble is not None:
        wire["error"] = _failure(model.trouble)
    wire["status"] = status
    return wire


def _failure(text: str) -> str:
    """The `error` of a failed model: a string that holds JSON, so that clients read it with a second `loads`.

    A text that is a JSON object already is that string: a client of 2019 reads `warnings[0].message` in it, which is
    another form than the one that was seen.

    Source: watson-developer-cloud/java-sdk issue 503; that it is 500 whatever went wrong, and what words stand in its
    own `error`, is assumed.
    """
    if text.startswith("{"):
        with suppress(ValueError, RecursionError):
            json.loads(text)
            return text
    return json.dumps({"code": 500, "code_description": "Internal Server Error", "error": text}, separators=(",", ":"))
