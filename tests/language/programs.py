# ruff: noqa: E501 - a sample is read as one line
"""Random programs with statements, as Hypothesis strategies; and their shape, from our parser and from Python's."""

import ast
from collections import Counter
from textwrap import indent

from hypothesis import strategies as st

from autodiff.language.script import Script
from tests.language.expressions import EXPRESSIONS, NAMES

_COMPARISONS = ["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"]
_STRINGS = st.sampled_from(
    [
        "'''a\nb'''",
        '"""c"""',
        "r'\\d'",
        "f'{x}'",
        "f'a{x!r:>{y}}{{}}'",
        "f'{x + 1 = }'",
        "'a' \"b\"",
        "f'{x:.2f}' 'c'",
        "'\\x41'",
    ]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bracketed = inner.map("({})".format)
    chain = st.builds(
        "{} {} {} {} {}".format,
        bracketed,
        st.sampled_from(_COMPARISONS[:6]),
        bracketed,
        st.sampled_from(_COMPARISONS[:6]),
        bracketed,
    )
    compared = st.builds("{} {} {}".format, bracketed, st.sampled_from(_COMPARISONS), bracketed)
    logical = st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or"]), inner) | inner.map("not {}".format)
    conditional = st.builds("{} if {} else {}".format, bracketed, bracketed, inner)
    function = st.builds("lambda {}: {}".format, st.sampled_from(["", "x", "x, y=1", "x=2, y=x"]), inner)
    clauses = st.sampled_from(
        [
            "for i in x",
            "for i, j in x",
            "for i in x if i",
            "for i in x for j in i",
            "for i in x if i for j in y if j if i",
        ]
    )
    listed = st.builds("[{} {}]".format, bracketed, clauses) | st.builds("f({} {})".format, bracketed, clauses)
    called = st.builds("{}({})".format, bracketed, inner.map("({})".format))
    return (
        chain
        | compared
        | logical.map("({})".format)
        | conditional.map("({})".format)
        | function.map("({})".format)
        | listed
        | called
    )


VALUES = st.recursive(EXPRESSIONS | _STRINGS, _grow, max_leaves=6)
_PATTERNS = st.sampled_from(["i", "i, j", "i, (j, k)", "(i, j)", "[i, j]", "i,"])
_SIMPLE = (
    VALUES.map("print({})".format)
    | st.builds("{} = {}".format, st.sampled_from(["x", "x = y", "x, y", "x, (y, z)", "x.grad", "x[0]"]), VALUES)
    | st.builds("{} {} {}".format, NAMES, st.sampled_from(["+=", "-=", "*=", "/="]), VALUES)
    | st.sampled_from(
        ["pass", "del x", "del x, y", "import torch", "import torch.nn.functional as F", "from torch import nn, tensor as t",
         "raise", "raise ValueError('x') from None", "from math import (pi, e)", "x; y", "x;"]
    )
    | VALUES.map("assert {}".format)
    | st.builds("assert {}, {}".format, VALUES, VALUES)
    | VALUES.map("raise {}".format)
)  # fmt: skip


def _block(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(lambda lines: indent("\n".join(lines), "    "))
    branch = st.builds("if {}:\n{}".format, VALUES, body)
    branches = st.builds("if {}:\n{}\nelif {}:\n{}\nelse:\n{}".format, VALUES, body, VALUES, body, body)
    loop = st.builds("for {} in {}:\n{}\n    break".format, _PATTERNS, VALUES, body)
    loops = st.builds("while {}:\n{}\n    continue\nelse:\n{}".format, VALUES, body, body)
    managed = st.builds("with {}, y as z:\n{}".format, VALUES, body)
    attempt = st.builds(
        "try:\n{}\nexcept (A, B) as e:\n{}\nexcept C: pass\nelse:\n{}\nfinally:\n{}".format, body, body, body, body
    )
    short = st.builds("try:\n{}\nfinally:\n{}".format, body, body) | st.builds(
        "try:\n{}\nexcept:\n{}".format, body, body
    )
    function = st.builds(
        "def f({}):\n{}\n    return {}".format, st.sampled_from(["", "x", "x, y=1", "x,"]), body, VALUES
    )
    return (
        branch
        | branches
        | loop
        | loops
        | managed
        | attempt
        | short
        | function
        | st.builds("{}  # note\n".format, inner)
    )


STATEMENTS = st.recursive(_SIMPLE, _block, max_leaves=6)
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=4).map("\n".join)

_KINDS: dict[type[ast.AST], str] = {
    ast.Call: "call", ast.Attribute: "attribute", ast.Subscript: "index", ast.Lambda: "function", ast.FunctionDef: "function",
    ast.IfExp: "choose", ast.ListComp: "open", ast.GeneratorExp: "open", ast.While: "while", ast.Try: "try",
    ast.withitem: "enter", ast.Return: "return", ast.Raise: "raise", ast.Delete: "delete", ast.Pass: "pass",
    ast.Break: "break", ast.Continue: "continue", ast.ImportFrom: "import_from", ast.FormattedValue: "format",
    ast.AugAssign: "augment", ast.Not: "not", ast.Slice: "slice",
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow", ast.MatMult: "matmul",
}  # fmt: skip
COUNTED = frozenset(_KINDS.values())


def counted(script: Script) -> Counter[str]:
    """How often each kind of instruction occurs, of those that Python's tree has one node for."""
    found = Counter(i.kind.removesuffix("_attribute").removesuffix("_index") for i in script.instructions)
    functions = sum(i.kind == "function" for i in script.instructions)
    found["return"] -= functions  # each function ends with one
    found["pass"] -= sum(i.kind == "pass" and script.text[i.start : i.end] == "try:" for i in script.instructions)
    return Counter({kind: count for kind, count in found.items() if kind in COUNTED and count})


def counted_by_python(text: str) -> Counter[str]:
    """The same, of the tree that Python's own parser gives."""
    found: Counter[str] = Counter()
    for node in ast.walk(ast.parse(text)):
        kind = _KINDS.get(type(node))
        if kind is None:
            continue
        target = isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store)
        found[kind] += 0 if target else 1
        if isinstance(node, ast.AugAssign):
            found[_KINDS[type(node.op)]] -= 1
    return Counter({kind: count for kind, count in found.items() if count})
