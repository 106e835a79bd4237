"""Shrinking a program that shows a difference: fewer statements first, then shorter expressions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["shrunk"]

Statements = tuple[str, ...]


def shrunk(statements: Statements, differs: Callable[[Statements], bool]) -> Statements:
    """A program made of parts of `statements` that still `differs` and cannot lose any of them."""
    while True:
        smaller = next((s for s in _smaller(statements) if differs(s)), None)
        if smaller is None:
            return statements
        statements = smaller


def _smaller(statements: Statements) -> Iterator[Statements]:
    for k in reversed(range(len(statements))):
        yield statements[:k] + statements[k + 1 :]
    for k, statement in enumerate(statements):
        for shorter in _shorter(statement):
            yield (*statements[:k], shorter, *statements[k + 1 :])


def _shorter(statement: str) -> Iterator[str]:
    """The statement with one expression in it replaced by one of its parts."""
    count = sum(1 for _ in ast.walk(ast.parse(statement)))
    for place in range(count):
        tree = ast.parse(statement)
        parent = list(ast.walk(tree))[place]
        for field, value in ast.iter_fields(parent):
            parts = enumerate(value) if isinstance(value, list) else [(None, value)]
            for k, part in parts:
                if not isinstance(part, ast.expr) or isinstance(getattr(part, "ctx", None), ast.Store):
                    continue
                for child in _parts(part):
                    _put(parent, field, k, child)
                    yield ast.unparse(tree)
                    _put(parent, field, k, part)


def _parts(whole: ast.expr) -> list[ast.expr]:
    """The operands of an expression: tensors stay tensors, and methods are not looked at without being called.

    Plain numbers do not stand for tensors: a tower of their powers would never end.
    """
    children = [c for c in ast.iter_child_nodes(whole) if isinstance(c, ast.expr) and not isinstance(c, ast.Constant)]
    if not isinstance(whole, ast.Call):
        return children
    if isinstance(whole.func, ast.Attribute):
        return [whole.func.value, *whole.args]
    return [] if isinstance(whole.func, ast.Name) and whole.func.id == "tensor" else whole.args


def _put(parent: ast.AST, field: str, k: int | None, child: ast.expr) -> None:
    if k is None:
        setattr(parent, field, child)
    else:
        getattr(parent, field)[k] = child
