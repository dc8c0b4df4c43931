"""What an author expects of an exchange, and in which fields another one differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import EllipsisType
from typing import Any, NamedTuple

from fakestt.contract.operation import Operation
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.operations.absent import ABSENT
from fakestt.errors import ConfigurationError, UnknownOperation, nearest
from fakestt.faults.effects import Effect
from fakestt.faults.rules import Rule
from fakestt.journal.fields import FIELDS, Fault, Status, When, known_values, problem_of_value, was_value
from fakestt.journal.record import Exchange

__all__ = ["Difference", "Expected", "Line", "expect", "expected", "lines_of", "polls"]


class Difference(NamedTuple):
    """A field in which an exchange is not as expected, with both values as text."""

    field: str
    expected: str
    was: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, was {self.was}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Expected:
    """What is expected of one exchange, or of one or more in a row: `expect` and `polls` make it."""

    operation: str | None
    fields: Mapping[str, Any]
    values: Mapping[str, object]
    repeats: bool = False

    def __repr__(self) -> str:
        """As an author writes it, in the shortest way."""
        if self.repeats:
            return f"polls({self.arguments})"
        if self.operation is None or self.values or self.fields.keys() - {"status"}:
            return f"expect({self.arguments})"
        return f"({self.operation!r}, {self.fields['status']!r})" if self.fields else repr(self.operation)

    @property
    def arguments(self) -> str:
        """What stands between the brackets."""
        named = (self.fields | self.values).items()  # type: ignore[operator]  # both are dicts
        parts = [] if self.operation is None else [repr(self.operation)]
        return ", ".join([*parts, *(f"{name}={_written(one)}" for name, one in named)])

    @property
    def size(self) -> int:
        """How much is said: the operation, and each field."""
        return (self.operation is not None) + len(self.fields) + len(self.values)

    def may_be(self, operation: str | None) -> bool:
        """Whether an exchange of this operation can be meant; None: of what was not understood."""
        if self.operation is None:
            return True
        return operation is not None and fnmatchcase(operation, self.operation)

    def fits(self, exchange: Exchange) -> bool:
        """Whether the exchange is as expected."""
        return next(self._differences(exchange), None) is None

    def differences(self, exchange: Exchange) -> list[Difference]:
        """The fields in which the exchange is not as expected."""
        return list(self._differences(exchange))

    def _differences(self, exchange: Exchange) -> Iterator[Difference]:
        differs = not self.may_be(exchange.operation)
        if differs:
            yield Difference("operation", str(self.operation), exchange.operation or "not understood")
        for name, said in self.fields.items():
            if name != "when" and (was := FIELDS[name].was(exchange, said)) is not None:
                differs = True
                yield Difference(name, _written(said), was)
        for name, said in self.values.items():
            if (was := was_value(exchange, name, said)) is not None:
                differs = True
                yield Difference(name, "not given" if said is None else _written(said), was)
        # An author's function looks for what is said before it, and not at every other exchange.
        if "when" in self.fields and not differs and (was := FIELDS["when"].was(exchange, self.fields["when"])):
            yield Difference("when", "true", was)


Line = str | tuple[str, Status] | Expected
"""A line of an expectation: an operation's id or a glob, that with a status, `expect(...)` or `polls(...)`."""


def expect(
    operation: str | None = None,
    *,
    method: str | None = None,
    path: str | None = None,
    status: Status | EllipsisType = ...,
    owner: str | None = None,
    fault: Fault | None = None,
    arrival: str | None = None,
    when: When | None = None,
    **values: object,
) -> Expected:
    """One line of `journal.check`: an exchange of which all this is true. What is left out may be anything.

    Args:
        operation: an operation's id, or a glob such as "*Audio".
        method: as the client sent it.
        path: a glob on the path without its query, from its beginning or from its `/v1/` on. Words that no operation
            has stand there as `…`.
        status: a status, or several such as `range(500, 600)`; None: the client got no answer.
        owner: whose credentials came with it.
        fault: True: one hit it; False: none did; a glob on how its effect is written, such as "lose_*"; an effect; the
            rule that `faults.on(...)` has returned.
        arrival: how the answer arrived, such as "late" or "reset".
        when: looks at an Exchange and says whether it is meant.
        **values: a parameter of the operation or a field of its body, such as `audio_name="a"` or `force=True`; of a
            text also a glob. None: it was not given. A header is written `X_Watson_Metadata="customer_id=*"`.

    Raises:
        UnknownOperation: no operation has this id, or fits this glob.
        ConfigurationError: a value that the field can't have, or a keyword that means nothing.
    """
    fields = (method, path, status, owner, fault, arrival, when)
    return expected("expect", operation, fields, values)


def polls(operation: str, **fields: Any) -> Expected:
    """One line of `journal.check`: one or more such exchanges in a row. The fields are those of `expect`.

    Raises:
        UnknownOperation, ConfigurationError: as `expect`.
    """
    one = expect(operation, **fields)
    return Expected(one.operation, one.fields, one.values, repeats=True)


def expected(
    function: str, operation: str | None, fields: tuple[object, ...], values: Mapping[str, object]
) -> Expected:
    """What the arguments of a function say. Of `fields`, which are in the order of FIELDS, None and ... say nothing;
    for `status` None is no answer.

    Raises:
        UnknownOperation, ConfigurationError: as `expect`.
    """
    given = dict(zip(FIELDS, fields, strict=True))
    said = {name: one for name, one in given.items() if one is not ... and (one is not None or name == "status")}
    made = Expected(operation, said, dict(values))
    written = f"{function}({made.arguments})"
    rows = _rows(operation, written)
    known = known_values(rows)
    for name in values:
        if name not in known:
            possible, of = [*FIELDS, *known], "" if operation is None else f" of {operation}"
            raise ConfigurationError(
                f"{written}: there is no keyword {name!r}, and no such parameter or field{of}."
                f"{nearest(name, possible)} All: {', '.join(possible)}"
            )
    problems = {name: FIELDS[name].problem(one) for name, one in said.items()}
    problems |= {name: problem_of_value(rows, name, one) for name, one in values.items()}
    for name, problem in problems.items():
        if problem is not None:
            raise ConfigurationError(f"{written}: {name}: {problem}")
    if operation is None and not (said or values):
        raise ConfigurationError(f"{written}: say which exchanges, by an operation or by one of {', '.join(FIELDS)}.")
    return made


def lines_of(expectation: Iterable[Line]) -> list[Expected]:
    """The lines of an expectation, each as an Expected.

    Raises:
        UnknownOperation, ConfigurationError: as `expect`.
    """
    given = [expectation] if isinstance(expectation, (str, Expected)) else list(expectation)
    return [_line(one) for one in given]


def _line(given: object) -> Expected:
    match given:
        case Expected():
            return given
        case str():
            return expect(given)
        case (str(operation), status):
            return expect(operation, status=status)  # type: ignore[arg-type]  # it is checked
    raise ConfigurationError(
        f"check([..., {given!r}, ...]): a line is an operation's id, a pair such as ('addAudio', 201), expect(...) or "
        "polls(...)."
    )


def _rows(operation: object, written: str) -> list[Operation]:
    """The operations that can be meant."""
    if operation is None:
        return list(OPERATIONS.values())
    if not isinstance(operation, str):
        raise ConfigurationError(f"{written}: give an operation's id or a glob, a string. All: {', '.join(OPERATIONS)}")
    rows = [row for row in OPERATIONS.values() if fnmatchcase(row.id, operation)]
    if not rows:
        absent = next((row for row in ABSENT.values() if fnmatchcase(row.id, operation)), None)
        why = nearest(operation, OPERATIONS) if absent is None else f" {absent.said}."
        raise UnknownOperation(f"{written}: no operation {operation!r}.{why} All: {', '.join(OPERATIONS)}")
    return rows


def _written(said: object) -> str:
    """A value as an author writes it: an effect is written as the call that makes it, a function by its name."""
    if isinstance(said, (Effect, Rule)):
        return str(said)
    return getattr(said, "__name__", None) or repr(said)
