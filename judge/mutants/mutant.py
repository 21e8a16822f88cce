"""What the operators work with: a parsed program, a replacement of one node, the mutant of it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from judge.spec import ArrayInput, ProblemSpec


@dataclass(frozen=True)
class Mutant:
    """A variant of a program. ``name`` is the operator and a number, as in ``axis-2``; ``line`` is
    that of the original; ``was`` and ``becomes`` are the first line that differs, normalised as
    ``ast.unparse`` writes it."""

    name: str
    operator: str
    source: str
    line: int
    was: str
    becomes: str


@dataclass(frozen=True)
class Replacement:
    """One node of the program and what comes in its place."""

    node: ast.expr | ast.stmt
    new: ast.expr | ast.stmt


Node = TypeVar("Node", bound=ast.AST)
Placed = TypeVar("Placed", ast.expr, ast.stmt, ast.FunctionDef)


class Program:
    """A parsed reference, with what operators ask of it. Nodes are never changed in place."""

    def __init__(self, source: str, spec: ProblemSpec) -> None:
        self.tree = ast.parse(source)
        self.spec = spec
        self.arrays = tuple(i.name for i in spec.inputs if isinstance(i, ArrayInput))
        functions = [node for node in self.tree.body if isinstance(node, ast.FunctionDef)]
        self.entry = next(f for f in reversed(functions) if f.name == spec.entry)
        self._parents = {
            child: parent
            for parent in ast.walk(self.tree)
            for child in ast.iter_child_nodes(parent)
        }

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Every function and method, in the order of the source."""
        yield from self._sorted(ast.FunctionDef)

    def expressions(self) -> Iterator[ast.expr]:
        """Every expression inside a function that is computed when it runs: no annotation, no
        docstring, no decorator. In the order of the source."""
        for node in self._sorted(ast.expr):
            if self._computed(node):
                yield node

    def statements(self) -> Iterator[ast.stmt]:
        """Every statement inside a function, in the order of the source."""
        for node in self._sorted(ast.stmt):
            if self.function_of(node) is not None:
                yield node

    def function_of(self, node: ast.AST) -> ast.FunctionDef | None:
        """The innermost function that has the node in its body."""
        above = self._parents.get(node)
        while above is not None and not isinstance(above, ast.FunctionDef):
            above = self._parents.get(above)
        return above

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node directly above."""
        return self._parents.get(node)

    def at_the_start(self, line: str) -> Replacement:
        """The entry point with one more statement before its first (after its docstring)."""
        body = list(self.entry.body)
        body.insert(0 if ast.get_docstring(self.entry) is None else 1, ast.parse(line).body[0])
        return Replacement(self.entry, with_changes(self.entry, body=body))

    def mutated(self, operator: str, number: int, replacement: Replacement) -> Mutant:
        """The mutant that the replacement makes."""
        statement = self._statement_of(replacement.node)
        was, becomes = _first_difference(
            ast.unparse(statement), ast.unparse(_replaced(statement, replacement))
        )
        return Mutant(
            name=f"{operator}-{number}",
            operator=operator,
            source=ast.unparse(_replaced(self.tree, replacement)) + "\n",
            line=replacement.node.lineno,
            was=was,
            becomes=becomes,
        )

    def _sorted(self, kind: type[Placed]) -> list[Placed]:
        found = [node for node in ast.walk(self.tree) if isinstance(node, kind)]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    def _computed(self, node: ast.expr) -> bool:
        child: ast.AST = node
        above = self._parents.get(node)
        while above is not None:
            if isinstance(above, ast.arg) or (
                isinstance(above, ast.AnnAssign) and child is above.annotation
            ):
                return False
            if isinstance(above, ast.Expr) and isinstance(child, ast.Constant):
                return False
            if isinstance(above, ast.FunctionDef):
                return any(child is statement for statement in above.body)
            child, above = above, self._parents.get(above)
        return False

    def _statement_of(self, node: ast.AST) -> ast.AST:
        while not isinstance(node, ast.stmt):
            node = self._parents[node]
        return node


Operator = Callable[[Program], Iterator[Replacement]]


def name_of(function: ast.expr) -> str:
    """The last part of a called name: ``relu`` of ``jax.nn.relu``; empty where there is none."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def parsed(text: str) -> ast.expr:
    """The expression of that text."""
    return ast.parse(text, mode="eval").body


def with_changes(node: Node, **changes: object) -> Node:
    """A shallow copy of a node with some fields replaced."""
    changed = copy.copy(node)
    for name, value in changes.items():
        setattr(changed, name, value)
    return changed


def call_of(node: ast.AST, names: Collection[str]) -> ast.Call | None:
    """The node, where it is a call of one of ``names`` with at least one positional argument."""
    if isinstance(node, ast.Call) and node.args and name_of(node.func) in names:
        return node
    return None


def whole_number(node: ast.AST | None) -> int | None:
    """The value of a whole number as it is written, with its sign; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = whole_number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def _replaced(root: ast.AST, replacement: Replacement) -> ast.AST:
    """A copy of the tree with the node replaced: deepcopy takes what its memo holds for a copy."""
    return copy.deepcopy(root, {id(replacement.node): replacement.new})


def _first_difference(was: str, becomes: str) -> tuple[str, str]:
    before, after = was.splitlines(), becomes.splitlines()
    for one, other in zip(before, after, strict=False):
        if one != other:
            return one.strip(), other.strip()
    shorter = min(len(before), len(after))
    return "".join(before[shorter : shorter + 1]).strip(), "".join(
        after[shorter : shorter + 1]
    ).strip()
