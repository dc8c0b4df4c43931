"""The tables of one edition as a Markdown reference, for a golden file. Each row says how it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from golden_diagrams import mermaid, text

from fakestt.contract.cells import cell_text
from fakestt.contract.check import known_params
from fakestt.contract.edition import Edition
from fakestt.contract.operation import Body, Operation
from fakestt.contract.operations import SERVICE_OPERATIONS, commands_in, families_in, operations_in
from fakestt.contract.own_pages import own
from fakestt.contract.refusals_of import refusals_of
from fakestt.contract.shapes import Either, Flag, Guid, Integer, ListOf, Number, OneOf, Optional, Record, Shape, Text
from fakestt.core.families import FAMILIES
from fakestt.core.family import Family
from fakestt.core.provenance import Assumed, How
from fakestt.core.refusals import Why
from fakestt.editions.differences import shown_value
from fakestt.media.grammar import GRAMMAR_TYPES


def reference(edition: Edition) -> str:
    """The whole reference as Markdown. Equal tables give equal text."""
    operations = operations_in(edition.limits, SERVICE_OPERATIONS.values())
    families = families_in(edition.limits, FAMILIES)
    parts = [
        f"# {edition.title}\n\nEdition `{edition.name}`, computed from the tables of fakestt. A guess is marked "
        "*assumed*, with its reason; everything else names its source.\n",
        "## Operations\n",
        *(_operation(edition, operation) for operation in operations),
        *(part for family in families if family.walk is not None for part in _states(edition, family)),
        "## What a command does in each phase\n",
        *(_cells(edition, family) for family in families if family.lifecycle.commands),
        *(part for family in families if family.rules for part in _rules(edition, family)),
        "## How refusals are said\n",
        _wording(edition),
        "## Limits and traits\n",
        _limits(edition),
        "## Base models\n",
        _base_models(edition),
    ]
    return "\n".join(parts)


def _operation(edition: Edition, operation: Operation) -> str:
    lines = [
        f"### {operation.id}\n",
        f"`{operation.method} {operation.path}`: {operation.summary}. Source: {_how(own(operation.how, edition))}\n",
    ]
    params = known_params(operation, edition.limits)
    rows = [
        (
            f"`{param.name}`",
            param.where.value,
            _shape(param.shape),
            "yes" if param.required else "no",
            _how(own(param.how, edition)),
        )
        for param in params
    ]
    if rows:
        lines.append(_table(("parameter", "in", "value", "required", "source"), rows))
    if operation.body is Body.AUDIO:
        types = ", ".join(f"`{name}`" for name in sorted(edition.traits.audio_types))
        lines.append(f"Body: audio, one of {types}. Source: {_how(edition.provenance['audio_types'])}\n")
    if operation.body is Body.TEXT:
        lines.append("Body: text, as it is or as the part `corpus_file` of a form.\n")
    if operation.body is Body.GRAMMAR:
        types = ", ".join(f"`{name}`" for name in GRAMMAR_TYPES)
        lines.append(f"Body: a grammar, one of {types}.\n")
    if operation.record is not None:
        lines.append(f"Body: JSON, {_members(operation.record)}.\n")
    assert isinstance(operation.returns, Record)  # what the service answers is
    answer = f"{operation.success}, {_members(operation.returns)}"
    lines.append(f"Answer: {answer}. Source of the status: {_how(own(operation.success_how, edition))}\n")
    whys = ", ".join(f"{why.value} ({edition.wording[why].status})" for why in refusals_of(operation, edition))
    lines.append(f"Refused for: {whys}.\n")
    return "\n".join(lines)


def _members(record: Record) -> str:
    return ", ".join(
        f"`{name}`{' (optional)' if isinstance(shape, Optional) else ''}: {_shape(shape)}"
        for name, shape in record.fields.items()
    )


# fmt: off
_WORDS: Mapping[type, str] = {
    Flag: "true or false", Guid: "GUID", Integer: "whole number", Text: "text",
}
# fmt: on


def _shape(shape: Shape) -> str:
    if isinstance(shape, Optional):
        return _shape(shape.shape)
    if isinstance(shape, Record):
        return shape.name
    if isinstance(shape, Either):
        return " or ".join(map(_shape, shape.shapes))
    if isinstance(shape, ListOf):
        return f"list of {_shape(shape.item)}"
    if isinstance(shape, Number):
        return str(shape.problem(None)).removeprefix("a ")
    if isinstance(shape, OneOf):
        return " or ".join(f"`{value}`" for value in shape.values)
    return _WORDS[type(shape)]


def _states(edition: Edition, family: Family[Any]) -> Iterator[str]:
    yield f"## The states of {'an' if family.name[0] in 'aeiou' else 'a'} {family.name}\n"
    yield f"```mermaid\n{mermaid(family, edition.limits)}```\n"
    yield f"```text\n{text(family, edition.limits)}```\n"


def _rules(edition: Edition, family: Family[Any]) -> Iterator[str]:
    yield f"## What the analysis makes of {family.name}\n"
    yield _table(("rule", "source"), [(rule, _how(own(how, edition))) for rule, how in family.rules.items()])


def _cells(edition: Edition, family: Family[Any]) -> str:
    parts = []
    for command in commands_in(edition.limits, family):
        hows, rows = family.lifecycle.sources[command], []
        for phase in family.phases:
            name = phase.name.lower().replace("_", " ")
            rows.append(
                (name, f"`{phase.shown}`", cell_text(edition, family, command, phase), _how(own(hows[phase], edition)))
            )
        parts += [f"### {command.value}, phase by phase\n", _table(("phase", "status", "answer", "source"), rows)]
    return "\n".join(parts)


def _wording(edition: Edition) -> str:
    rows = []
    for why in Why:
        said = edition.wording[why]
        rows.append((why.value, str(said.status), f"`{said.text}`", _how(said.status_how), _how(said.text_how)))
    return _table(("why", "status", "text", "source of the status", "source of the text"), rows)


def _limits(edition: Edition) -> str:
    rows = [
        (f"`{name}`", shown_value(getattr(of, name)), _how(edition.provenance[name]))
        for of in (edition.limits, edition.traits)
        for name in _names(of)
    ]
    return _table(("name", "value", "source"), rows)


def _names(of: object) -> list[str]:
    return [field.name for field in fields(of)]  # type: ignore[arg-type]  # both are dataclasses


def _base_models(edition: Edition) -> str:
    rows = [
        (f"`{base.name}`", base.language, str(base.rate_hz), shown_value(base.custom_acoustic_model), base.newest)
        for base in edition.base_models
    ]
    how = _how(edition.provenance["base_models"])
    return f"Source: {how}\n\n" + _table(("name", "language", "Hz", "acoustic customization", "newest version"), rows)


def _how(how: How) -> str:
    return f"*assumed*: {how.reason}" if isinstance(how, Assumed) else str(how)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
