"""Which mutants of a module are there, and what is each one's text?

The operators are mutmut's. Only what stands in functions is mutated: rows of tables are data, and tests/contract,
tests/editions and tests/golden hold them against the documents and against files. Left out as well are annotations,
decorators, docstrings, asserts (they tell mypy what can't be otherwise) and the arguments of `len`, `isinstance` and
`cast`, as mutmut leaves them out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators

LEFT_OUT = (cst.Annotation, cst.Decorator, cst.Assert)
LEFT_OUT_CALLS = {"len", "isinstance", "cast"}
CODECS = {"ascii", "latin-1", "utf-8"}  # the case of their letters doesn't count


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one thing changed. Its line may shift; the texts before and after say which it is."""

    path: str  # from the root of the checkout
    function: str  # as its code object is named
    line: int
    before: str  # the lines that differ, in one
    after: str
    nth: int  # of those that are alike in these four
    start: int  # where the new text goes
    end: int
    text: str
    original: str  # the module as it was when the mutant was made

    @property
    def package(self) -> str:
        return self.path.split("/")[1]

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.path, self.function, self.before, self.after

    @property
    def mutated(self) -> str:
        return self.original[: self.start] + self.text + self.original[self.end :]

    @property
    def id(self) -> str:
        return self.lot(0)

    def lot(self, seed: int) -> str:
        """Where the mutant stands in the order of a draw: as long as its function says so, it stays there."""
        return hashlib.sha256(repr((seed, *self.key, self.nth)).encode()).hexdigest()


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """All mutants of one module, in the order of its text."""
    original = (root / path).read_text()
    wrapper = MetadataWrapper(cst.parse_module(original), unsafe_skip_copy=True)
    maker = _Maker(wrapper.module, original)
    wrapper.visit(maker)
    counted: Counter[tuple[str, ...]] = Counter()
    made = []
    for function, where, text in maker.made:
        start, end = maker.offset(where.start.line, where.start.column), maker.offset(where.end.line, where.end.column)
        before, after = _differing(original, start, end, text)
        counted[function, before, after] += 1
        nth = counted[function, before, after]
        made.append(Mutant(path, function, where.start.line, before, after, nth, start, end, text, original))
    return made


def _differing(original: str, start: int, end: int, text: str) -> tuple[str, str]:
    first = original.rfind("\n", 0, start) + 1
    last = original.find("\n", end)
    before = original[first:last].splitlines()
    after = (original[first:start] + text + original[end:last]).splitlines()
    while len(before) > 1 and len(after) > 1 and before[0] == after[0]:
        del before[0], after[0]
    while len(before) > 1 and len(after) > 1 and before[-1] == after[-1]:
        del before[-1], after[-1]
    return " ".join(" ".join(before).split()), " ".join(" ".join(after).split())


class _Maker(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (WhitespaceInclusivePositionProvider,)

    def __init__(self, module: cst.Module, original: str) -> None:
        self.made: list[tuple[str, CodeRange, str]] = []
        self._module = module
        self._lines = [0]
        for line in original.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._names: list[str] = []
        self._functions = 0

    def offset(self, line: int, column: int) -> int:
        return self._lines[line - 1] + column

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_OUT) or _is_left_out_call(node) or _is_docstring(node):
            return False
        if isinstance(node, cst.FunctionDef):
            self._names += [node.name.value, "<locals>"]
            self._functions += 1
        elif isinstance(node, cst.ClassDef):
            self._names.append(node.name.value)
        elif self._functions:
            where = self.get_metadata(WhitespaceInclusivePositionProvider, node, None)
            for mutated in _mutations(node):
                if isinstance(where, CodeRange):
                    self.made.append((".".join(self._names[:-1]), where, self._module.code_for_node(mutated)))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef):
            del self._names[-2:]
            self._functions -= 1
        elif isinstance(original_node, cst.ClassDef):
            del self._names[-1]


def _mutations(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.BaseCompoundStatement):
        return  # its text depends on how far it is indented
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from (mutated for mutated in operator(node) if not _is_same_codec(node, mutated))


def _is_left_out_call(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in LEFT_OUT_CALLS


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString)


def _is_same_codec(node: cst.CSTNode, mutated: cst.CSTNode) -> bool:
    return (
        isinstance(node, cst.SimpleString)
        and isinstance(mutated, cst.SimpleString)
        and node.raw_value in CODECS
        and mutated.raw_value.lower() == node.raw_value
    )


def drawn(mutants: Iterable[Mutant], seed: int, number: int | None) -> list[Mutant]:
    """So many of them, by lot; all, if no number is given."""
    return sorted(mutants, key=lambda mutant: mutant.lot(seed))[:number]
