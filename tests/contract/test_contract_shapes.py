"""Shapes: what fits, what is said of what does not, and the schema of each."""

from __future__ import annotations

from typing import Any

import pytest

from fakestt.contract.shapes import Either, Flag, Guid, Integer, ListOf, Number, OneOf, Optional, Record, Shape, Text

GUID = "1cd859d1-a522-4001-b8e0-e3e3637b48e1"
POINT = Record("Point", {"x": Integer(), "y": Optional(Number())})
OPEN = Record("Open", {"x": Integer()}, open=True)

SHAPES: list[tuple[Shape, list[Any], list[tuple[Any, str]], dict[str, Any]]] = [
    (Text(), ["", "a", "日本", "\U0001f600"],
     [(5, "a string"), (None, "a string"), ("a\0", "a string without NUL characters"),
      ("\ud800", "a string that UTF-8 can hold"), (b"a", "a string")],
     {"type": "string"}),
    (Text(least=1), ["a"], [("", "a string that is not empty")], {"type": "string", "minLength": 1}),
    (Guid(), [GUID, GUID.upper(), "8391f918-3b76-e109-763c-b7732fae4829"],
     [("", "a GUID"), (GUID + "\n", "a GUID"), (GUID[:-1], "a GUID"), (5, "a GUID"), ("g" + GUID[1:], "a GUID")],
     {"type": "string",
      "pattern": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"}),
    (Flag(), [True, False], [(1, "a boolean (`true` or `false`)"), ("true", "a boolean (`true` or `false`)")],
     {"type": "boolean"}),
    (Flag(default=True), [False], [(None, "a boolean (`true` or `false`)")], {"type": "boolean", "default": True}),
    (Integer(), [0, -5, 10**30], [(True, "an integer"), (1.0, "an integer"), ("1", "an integer")], {"type": "integer"}),
    (Number(), [0, 1.5], [(False, "a number"), ("1", "a number")], {"type": "number"}),
    (Number(-1, 1.5), [-1, 0.5, 1.5], [(-1.5, "a number from -1 to 1.5"), (2, "a number from -1 to 1.5")],
     {"type": "number", "minimum": -1, "maximum": 1.5}),
    (Either((Integer(), Text(), Flag())), [1, "a", True],
     [(None, "an integer or a string or a boolean (`true` or `false`)")],
     {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "boolean"}]}),
    (OneOf((0, "a")), [0, "a"], [("b", "one of 0, 'a'"), ([], "one of 0, 'a'")], {"enum": [0, "a"]}),
    (ListOf(Integer()), [[], [1, 2]], [({}, "an array"), ([1, "2"], "an array with each item an integer")],
     {"type": "array", "items": {"type": "integer"}}),
    (ListOf(Text(), least=1), [["a"]], [([], "an array that is not empty")],
     {"type": "array", "items": {"type": "string"}, "minItems": 1}),
    (Optional(Integer()), [1], [("x", "an integer")], {"type": "integer"}),
    (POINT, [{"x": 1}, {"x": 1, "y": 2.5}],
     [([], "an object"), ({}, "an object with 'x'"), ({"x": "1"}, "an object whose 'x' is an integer"),
      ({"x": 1, "y": None}, "an object whose 'y' is a number"), ({"x": 1, "z": 1}, "an object without 'z'")],
     {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "number"}}, "required": ["x"],
      "additionalProperties": False}),
    (OPEN, [{"x": 1, "z": 1}], [({"z": 1}, "an object with 'x'")],
     {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}),
]  # fmt: skip
NAMES = [f"{type(row[0]).__name__}{number}" for number, row in enumerate(SHAPES)]


@pytest.mark.parametrize(("shape", "fitting"), [row[:2] for row in SHAPES], ids=NAMES)
def test_what_fits_has_no_problem(shape: Shape, fitting: list[Any]) -> None:
    assert [shape.problem(value) for value in fitting] == [None] * len(fitting)


@pytest.mark.parametrize(("shape", "misfits"), [(row[0], row[2]) for row in SHAPES], ids=NAMES)
def test_of_what_does_not_fit_it_is_said_what_is_expected(shape: Shape, misfits: list[tuple[Any, str]]) -> None:
    assert [shape.problem(value) for value, _ in misfits] == [text for _, text in misfits]


@pytest.mark.parametrize(("shape", "schema"), [(row[0], row[3]) for row in SHAPES], ids=NAMES)
def test_a_shape_describes_itself(shape: Shape, schema: dict[str, Any]) -> None:
    assert shape.schema() == schema
