"""Mutants of the pure core: one check removed, or one comparison flipped, in one module.

    comparison   == becomes !=, < becomes <=, in becomes not in, and so on: each comparison operator by its neighbour
    condition    the test of an ``if`` (statement or expression) is always false, or always true
    connective   and becomes or, or becomes and
    not          a negation is dropped

A mutant is named ``module:number``, the number counting the places of the module from 0 in the order of its text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_FLIPS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where it is, and the line before and after."""

    module: str
    number: int
    line: int
    what: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """``module:number``."""
        return f"{self.module}:{self.number}"


class _Changer(ast.NodeTransformer):
    """Makes the change with one number, and remembers it; other places are only counted."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.count = 0
        self.made: tuple[str, ast.AST, ast.AST] | None = None

    def _is_wanted(self) -> bool:
        self.count += 1
        return self.count - 1 == self.wanted

    def _change(self, what: str, before: ast.expr, after: ast.expr) -> ast.expr:
        self.made = (what, before, ast.copy_location(after, before))
        return after

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        for place, operator in enumerate(node.ops):
            if self._is_wanted():
                ops = [*node.ops]
                ops[place] = _FLIPS[type(operator)]()
                return self._change("comparison", node, ast.Compare(node.left, ops, node.comparators))
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        if self._is_wanted():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            return self._change("connective", node, ast.BoolOp(other, node.values))
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._is_wanted():
            return self._change("not", node, node.operand)
        return node

    def visit_If(self, node: ast.If) -> ast.If:
        self.generic_visit(node)
        node.test = self._always(node.test)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        self.generic_visit(node)
        node.test = self._always(node.test)
        return node

    def _always(self, test: ast.expr) -> ast.expr:
        for value in (False, True):
            if self._is_wanted():
                return self._change("condition", test, ast.Constant(value))
        return test


def source_of(module: str) -> tuple[Path, str]:
    """The file of a module and its text."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise LookupError(module)
    return Path(spec.origin), Path(spec.origin).read_text(encoding="utf-8")


def mutated(module: str, *, number: int) -> tuple[ast.Module, Mutant | None]:
    """The module with one change, None where it has fewer places."""
    _, text = source_of(module)
    changer = _Changer(number)
    tree = ast.fix_missing_locations(changer.visit(ast.parse(text)))
    if changer.made is None:
        return tree, None
    what, before, after = changer.made
    line = getattr(before, "lineno", 0)
    return tree, Mutant(module, number, line, what, ast.unparse(before), ast.unparse(after))


def mutants_of(module: str) -> Iterator[Mutant]:
    """All mutants of a module."""
    number = 0
    while (mutant := mutated(module, number=number)[1]) is not None:
        yield mutant
        number += 1
