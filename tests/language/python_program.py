"""The program that Python's own parser gives for a text: the reference for structure, precedence and spans."""

import ast
from collections.abc import Callable, Iterator

Shape = tuple[object, ...]

BINARY = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.FloorDiv: "floor_divide", ast.Mod: "remainder",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "bitwise_and", ast.BitOr: "bitwise_or",
}  # fmt: skip
_UNARY = {ast.USub: "neg", ast.UAdd: "positive", ast.Invert: "bitwise_not"}
_COMPARE = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}


def python_shapes(text: str) -> list[Shape]:
    """One nested tuple a statement: (kind, payload, the statement's or expression's source, operands ...)."""
    lines = text.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def source(node: ast.expr | ast.stmt) -> str:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        first, last = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
        return text.encode()[first:last].decode()

    def shape(node: ast.expr) -> Shape:
        kind, payload, operands = _parts(node)
        return (kind, payload, source(node), *map(shape, operands))

    return [_statement(node, source(node), shape) for node in ast.parse(text).body]


def _parts(node: ast.expr) -> tuple[str, object, list[ast.expr]]:
    match node:
        case ast.Constant(value=bool() | None as value) | ast.Constant(value=value) if value in (
            True,
            False,
            None,
            ...,
        ):
            if value is True or value is False or value is None or value is ...:
                return "constant", repr(value), []
            return "number", repr(value), []
        case ast.Constant(value=value):
            return "string" if isinstance(value, str) else "number", repr(value), []
        case ast.Name(id=name):
            return "name", name, []
        case ast.BinOp(left=left, op=op, right=right):
            return BINARY[type(op)], None, [left, right]
        case ast.UnaryOp(op=op, operand=operand):
            return _UNARY[type(op)], None, [operand]
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _COMPARE[type(op)], None, [left, right]
        case ast.Attribute(value=value, attr=name):
            return "attribute", name, [value]
        case ast.Subscript(value=value, slice=index):
            return "index", None, [value, index]
        case ast.Slice(lower=lower, upper=upper, step=step):
            bounds = (lower, upper, step)
            return "slice", tuple(bound is not None for bound in bounds), [bound for bound in bounds if bound]
        case ast.List(elts=elements):
            return "list", None, elements
        case ast.Tuple(elts=elements):
            return "tuple", None, elements
        case ast.Call(func=function, args=arguments, keywords=keywords):
            operands = [function, *arguments, *(keyword.value for keyword in keywords)]
            return "call", tuple(keyword.arg for keyword in keywords), operands
    raise AssertionError(ast.dump(node))


def _statement(node: ast.stmt, text: str, shape: Callable[[ast.expr], Shape]) -> Shape:
    match node:
        case ast.Expr(value=value):
            return ("expression", None, text, shape(value))
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return ("assign", name, text, shape(value))
        case ast.Assign(targets=[ast.Tuple(elts=elements)], value=value):
            return ("assign_tuple", tuple(_names(elements)), text, shape(value))
        case ast.Assign(targets=[ast.Attribute(value=owner, attr=name)], value=value):
            return ("assign_attribute", name, text, shape(owner), shape(value))
        case ast.Assign(targets=[ast.Subscript(value=owner, slice=index)], value=value):
            return ("assign_index", None, text, shape(owner), shape(index), shape(value))
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            return ("augment", (BINARY[type(op)], name), text, shape(value))
        case ast.AugAssign(target=ast.Attribute(value=owner, attr=name), op=op, value=value):
            return ("augment_attribute", (BINARY[type(op)], name), text, shape(owner), shape(value))
        case ast.AugAssign(target=ast.Subscript(value=owner, slice=index), op=op, value=value):
            return ("augment_index", (BINARY[type(op)], None), text, shape(owner), shape(index), shape(value))
    raise AssertionError(ast.dump(node))


def _names(elements: list[ast.expr]) -> Iterator[str]:
    for element in elements:
        assert isinstance(element, ast.Name)
        yield element.id
