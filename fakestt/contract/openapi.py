"""The operation table in one edition, as an OpenAPI 3.1 document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from fakestt.contract.audio_types import ARCHIVE_TYPES, AUDIO_TYPES
from fakestt.contract.check import known_params
from fakestt.contract.edition import Edition
from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.operations import SERVICE_OPERATIONS, operations_in
from fakestt.contract.operations.customizations import SDK
from fakestt.contract.own_pages import own
from fakestt.contract.refusals_of import refusals_of
from fakestt.contract.shapes import Integer, ListOf, Optional, Record, Shape, Text
from fakestt.core.models import is_customizable
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why
from fakestt.media.grammar import GRAMMAR_TYPES
from fakestt.phrases import phrase

__all__ = ["ERRORS", "openapi"]

Schema = dict[str, Any]

_SERVICE: Mapping[str, Shape] = {"code": Integer(), "code_description": Text(), "error": Text()}

ERRORS: Mapping[str, Record] = {
    "service": Record("ServiceError", {**_SERVICE, "warnings": Optional(ListOf(Text()))}),
    "outer layer": Record("OuterError", {name: _SERVICE[name] for name in ("error", "code", "code_description")}),
    "old gateway": Record("OldGatewayError", {"code": Integer(), "error": Text()}),
    "new gateway": Record(
        "NewGatewayError", {"code": Integer(), "trace": Text(), "error": Text(), "more_info": Text()}
    ),
    "iam": Record(
        "IamError",
        {
            "errorCode": Text(),
            "errorMessage": Text(),
            "context": Record("IamErrorContext", {"requestId": Text()}),
        },
    ),
}
"""The bodies of errors, by the shape that an edition's wording names."""

# fmt: off
SCHEMES: Mapping[str, Schema] = {
    "basic":  {"type": "http", "scheme": "basic", "description": "User `apikey`, the API key as password."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token that was got for an API key."},
}
HEADERS = ("X-Global-Transaction-Id", "X-DP-Watson-Tran-ID", "Date", "Server")

# Members of answers that an edition always or never shows: record, member, trait.
SHOWN_BY: Mapping[tuple[str, str], str] = {
    ("AcousticModel", "updated"):                   "shows_updated",
    ("LanguageModel", "updated"):                   "shows_updated",
    ("SupportedFeatures", "custom_acoustic_model"): "shows_custom_acoustic_model",
}
# Values that clients send, with their limits: the greatest length, and the characters that are not allowed.
NARROWED_BY: Mapping[str, tuple[str | None, str | None]] = {
    "name":        ("name_max", "name_forbidden"),
    "description": ("description_max", None),
    "audio_name":  ("audio_name_max", "audio_name_forbidden"),
    "corpus_name": ("data_name_max", "data_name_forbidden"),
    "grammar_name": ("data_name_max", "data_name_forbidden"),
}
# fmt: on


def openapi(edition: Edition, operations: Iterable[Operation] = SERVICE_OPERATIONS.values()) -> Schema:
    """The document as plain data, in the order of the tables. Equal tables give equal documents."""
    return _Document(edition).made_of(operations)


class _Document:
    """A document in the making. It holds each schema once, under the name of its record."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._schemas: dict[str, Schema] = {}

    def made_of(self, operations: Iterable[Operation]) -> Schema:
        edition = self._edition
        credentials = dict.fromkeys(sorted(edition.traits.credentials), str(edition.provenance["credentials"]))
        schemes = dict(credentials)
        paths: dict[str, Schema] = {}
        for operation in operations_in(edition.limits, operations):
            paths.setdefault(operation.path, {})[operation.method.lower()] = self._operation(operation)
            if operation.asks_basic:
                schemes.setdefault("basic", str(own(operation.how, edition)))  # for token endpoints, in every edition
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Speech to Text: customization",
                "version": edition.name,
                "summary": edition.title,
                "description": "What fakestt answers in this edition, computed from its tables. Every `x-source` "
                "says how that is known; one that begins with `assumed:` is a guess, with its reason.",
            },
            "servers": [_server(prefix) for prefix in edition.traits.path_prefixes],
            "security": [{name: []} for name in credentials],
            "paths": paths,
            "components": {
                "schemas": dict(sorted(self._schemas.items())),
                "headers": {name: {"schema": {"type": "string"}, "required": True} for name in HEADERS},
                "securitySchemes": {name: {**SCHEMES[name], "x-source": how} for name, how in sorted(schemes.items())},
            },
        }

    def _operation(self, operation: Operation) -> Schema:
        params = known_params(operation, self._edition.limits)
        wire: Schema = {
            "operationId": operation.id,
            "summary": operation.summary,
            "x-source": str(own(operation.how, self._edition)),
        }
        if not operation.authenticated:
            wire["security"] = [{"basic": []}] if operation.asks_basic else []
        if params:
            wire["parameters"] = [self._parameter(param) for param in params]
        if operation.body is not Body.IGNORED:
            wire["requestBody"] = {"required": True, "content": self._content(operation)}
        wire["responses"] = self._responses(operation)
        return wire

    # Requests

    def _parameter(self, param: Param) -> Schema:
        return {
            "name": param.name,
            "in": param.where.value,
            "required": param.required,
            "schema": self._sent(param.name, param.shape, unescaped=param.where is In.HEADER),
            "x-source": str(own(param.how, self._edition)),
        }

    def _content(self, operation: Operation) -> Schema:
        if operation.body is Body.AUDIO:
            rows = {**AUDIO_TYPES, **ARCHIVE_TYPES}
            how = str(self._edition.provenance["audio_types"])
            limits = self._edition.limits
            bytes_: Schema = {
                "type": "string",
                "format": "binary",
                "minLength": 1,
                "maxLength": limits.max_upload_bytes,
                "x-source": str(self._edition.provenance["max_upload_bytes"]),
            }
            # A media type may have parameters. A type that needs a rate gets one: without it the request is refused.
            return {
                f"{name};rate=16000" if rows[name].rate_required else name: {"schema": bytes_, "x-source": how}
                for name in sorted(self._edition.traits.audio_types)
            }
        if operation.body is Body.TEXT:
            how = str(own(operation.how, self._edition))
            part: Schema = {"type": "string", "minLength": 1}
            form: Schema = {"type": "object", "properties": {"corpus_file": part}, "required": ["corpus_file"]}
            return {
                "text/plain": {"schema": part, "x-source": how},
                "multipart/form-data": {"schema": form, "x-source": str(Source(SDK, "add_corpus"))},
            }
        if operation.body is Body.GRAMMAR:
            schema_of_one = {"type": "string", "minLength": 1, "maxLength": self._edition.limits.max_grammar_bytes}
            how = str(own(operation.how, self._edition))
            return {name: {"schema": dict(schema_of_one), "x-source": how} for name in GRAMMAR_TYPES}
        if operation.body is Body.FORM:
            schema: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
            return {"application/x-www-form-urlencoded": {"schema": schema}}
        return {"application/json": {"schema": self._request_record(operation)}}

    def _request_record(self, operation: Operation) -> Schema:
        """The schema of a body. Optional members may be null, which is the same as leaving them out."""
        record, family = operation.record, operation.family
        assert record is not None
        properties = {}
        for name, shape in record.fields.items():
            schema = self._sent(name, shape)
            if name == "base_model_name" and family is not None:
                bases = self._edition.base_models
                schema["enum"] = [base.name for base in bases if is_customizable(base, family.kind)]
                schema["x-source"] = str(self._edition.provenance["base_models"])
            if isinstance(shape, Optional):
                if "type" in schema:
                    schema["type"] = [schema["type"], "null"]
                else:
                    schema["anyOf"] = [*schema["anyOf"], {"type": "null"}]
            properties[name] = schema
        self._schemas[record.name] = {**record.schema(), "properties": properties}
        return _ref(record.name)

    def _sent(self, name: str, shape: Shape, *, unescaped: bool = False) -> Schema:
        """The schema of a value that a client sends, as narrow as the edition makes it."""
        schema = shape.schema()
        limits, provenance = self._edition.limits, self._edition.provenance
        most, forbidden = NARROWED_BY.get(name, (None, None))
        sources = []
        if most is not None and getattr(limits, most) is not None:
            schema["maxLength"] = getattr(limits, most)
            sources.append(str(provenance[most]))
        characters = ""
        if forbidden is not None and (characters := getattr(limits, forbidden)):
            sources.append(str(provenance[forbidden]))
        if isinstance(shape, Optional):
            shape = shape.shape
        # NUL is refused everywhere. Headers need no rule: they can't hold it.
        if isinstance(shape, Text) and not unescaped:
            schema["pattern"] = f"^[^\\u0000{re.escape(characters)}]*$"
        if sources:
            schema["x-source"] = "; ".join(dict.fromkeys(sources))
        return schema

    # Answers

    def _responses(self, operation: Operation) -> Schema:
        responses = {
            str(operation.success): {
                "description": phrase(operation.success),
                "headers": _headers(),
                "content": {_media_type(operation): {"schema": self._answer(operation.returns)}},
                "x-source": str(own(operation.success_how, self._edition)),
            }
        }
        by_status: dict[int, list[Why]] = {}
        for why in refusals_of(operation, self._edition):
            by_status.setdefault(self._edition.wording[why].status, []).append(why)
        for status in sorted(by_status):
            responses[str(status)] = self._refused(status, by_status[status])
        return responses

    def _refused(self, status: int, whys: list[Why]) -> Schema:
        rows = {why: self._edition.wording[why] for why in whys}
        shapes = dict.fromkeys(row.shape.value for row in rows.values())
        schemas = [self._answer(ERRORS[shape]) for shape in shapes]
        return {
            "description": phrase(status),
            "headers": _headers(),
            "content": {"application/json": {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}},
            "x-refusals": [
                {
                    "why": why.value,
                    "text": row.text,
                    "x-source-of-status": str(row.status_how),
                    "x-source-of-text": str(row.text_how),
                }
                for why, row in rows.items()
            ],
        }

    def _answer(self, shape: Shape) -> Schema:
        if isinstance(shape, Optional):
            return self._answer(shape.shape)
        if isinstance(shape, ListOf):
            return {"type": "array", "items": self._answer(shape.item)}
        if not isinstance(shape, Record):
            return shape.schema()
        if shape.name not in self._schemas:
            self._schemas[shape.name] = self._answered_record(shape)
        return _ref(shape.name)

    def _answered_record(self, record: Record) -> Schema:
        traits = self._edition.traits
        schema = record.schema()
        schema["properties"] = {name: self._answer(shape) for name, shape in record.fields.items()}
        for (of_record, member), trait in SHOWN_BY.items():
            if of_record == record.name and getattr(traits, trait):
                schema["required"].append(member)
            elif of_record == record.name:
                del schema["properties"][member]
        if record.name == "TrainingWarning":
            schema["properties"] = {name: {"type": "string"} for name in traits.training_warning_members}
            schema["required"] = list(traits.training_warning_members)
        return schema


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _media_type(operation: Operation) -> str:
    return "text/plain" if isinstance(operation.returns, Text) else "application/json"


def _headers() -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}


def _server(prefix: str) -> Schema:
    """A base URL. The reader fills in the names in braces."""
    names = ("host", *re.findall(r"\{(\w+)\}", prefix))
    defaults = {"host": "fakestt.test", "guid": "00000000-0000-4000-8000-000000000000"}
    return {
        "url": f"https://{{host}}{prefix}",
        "variables": {name: {"default": defaults.get(name, name)} for name in names},
    }
