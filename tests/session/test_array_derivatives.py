"""What `diff` says of arrays: the texts a careful person writes, and what is refused, with its place."""

import time

import pytest

import autodiff
from autodiff.session.diff.derivatives import Wanted
from autodiff.session.diff.differentiation import differentiate, differentiations
from autodiff.session.report import Failure

SHAPES = {"x": (3,), "y": (3,), "b": (2,), "A": (2, 3), "B": (3, 4), "Q": (3, 3), "V": (2, 3, 4)}


def _wanted(text: str, wrt: str = "", **options: object) -> Wanted:
    used = set("".join(c if c.isalnum() else " " for c in text).split())
    shapes = tuple((name, shape) for name, shape in SHAPES.items() if name in used)
    return Wanted(text, tuple(wrt.split()) or None, shapes=shapes, **options)  # type: ignore[arg-type]


def _failure(wanted: Wanted) -> Failure:
    found = differentiate(wanted)
    assert found.error is not None, found.derivatives
    return found.error


TEXTS = [
    ("sum((A@x - b)**2)", "x", "2*A.T @ (A @ x - b)"),
    ("sum((A@x - b)**2)", "A", "2*outer(A @ x - b, x)"),
    ("sum((A@x - b)**2)", "b", "2*b - 2*A @ x"),
    ("dot(x, y)", "x", "y"),
    ("x@Q@x", "x", "x @ Q + Q @ x"),
    ("x@Q@x", "Q", "outer(x, x)"),
    ("sum(x)", "x", "ones_like(x)"),
    ("mean(x**2)", "x", "2*x/3"),
    ("sum(x - x)", "x", "zeros_like(x)"),
    ("mean((x - mean(x))**2)", "x", "2*x/3 - 2*mean(x)/3"),
    ("log(sum(exp(x)))", "x", "exp(x)/sum(exp(x))"),
    ("norm(x)", "x", "x/norm(x)"),
    ("sum((A@B)**2)", "A", "2*A @ B @ B.T"),
    ("sum((A@B)**2)", "B", "2*A.T @ (A @ B)"),
    ("trace(Q@Q)", "Q", "2*Q.T"),
    ("y@Q.T.T@x", "Q", "outer(y, x)"),
    ("sum(c*x - y)", "c", "sum(x)"),
    ("sum(c*x - y)", "x", "c*ones_like(x)"),
    ("sum(A@x)", "A", "x*ones_like(A)"),
    ("sum(where(x > 0, x, c*x))", "x", "where(x > 0, 1, c)"),
    ("sum(relu(x))", "x", "where(x > 0, 1.0, 0.0)"),
    ("x.dot(y) + A.mv(x).sum()", "x", "sum(A, dim=0) + y"),
    ("F.mse_loss(x, y)", "x", "2*x/3 - 2*y/3"),
    ("sum(V**2)", "V", "2*V"),
    ("x *= 2; sum(x)", "", "2*ones_like(x)"),
    ("z = A@x; sum(z*z)", "x", "2*A.T @ (A @ x)"),
    ("A@x", "x", "A"),
    ("x@B", "x", "B.T"),
    ("sin(x)", "x", "diag(cos(x))"),
    ("tanh(A@x)", "x", "diag(1 - tanh(A @ x)**2) @ A"),
    ("c*x", "x", "c*eye(3)"),
    ("c*x", "c", "x"),
    ("c**2*A", "c", "2*A*c"),
    ("x*dot(x, y)", "x", "(x @ y)*eye(3) + outer(x, y)"),
    ("x/x", "x", "0*diag(1/x)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "derivative"), TEXTS)
def test_derivatives_are_written_as_by_hand(text: str, name: str, derivative: str) -> None:
    """A number by an array has the array's shape; a vector by a vector has its Jacobian."""
    (found,) = differentiate(_wanted(text, name)).derivatives
    assert found.text == derivative


HESSIANS = [
    ("sum((A@x - b)**2)", {"d2/dx2": "2*A.T @ A", "d2/dxdb": "-2*A.T", "d2/dbdx": "-2*A", "d2/db2": "2*eye(2)"}),
    ("x@Q@x", {"d2/dx2": "Q.T + Q"}),
    ("norm(x)", {"d2/dx2": "eye(3)/norm(x) - outer(x, x)/norm(x)**3"}),
    ("c*sum(x**3)", {"d2/dc2": "0", "d2/dcdx": "3*x**2", "d2/dxdc": "3*x**2", "d2/dx2": "6*c*diag(x)"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "derivatives"), HESSIANS)
def test_hessians_are_matrices(text: str, derivatives: dict[str, str]) -> None:
    """Rows are the first name's, columns the second's."""
    names = " ".join(dict.fromkeys(label.split("/")[1].replace("2", "")[1:].split("d")[0] for label in derivatives))
    found = differentiate(_wanted(text, names, hessian=True))
    assert {each.label: each.text for each in found.derivatives} == derivatives


def test_what_is_no_gradient_says_so() -> None:
    """The label of a Jacobian is that of the output; its shape is the output's and the name's."""
    (found,) = differentiate(_wanted("A@x", "x", at=(("x", "[1, 2, 3]"), ("A", "[[1, 2, 3], [4, 5, 6]]")))).derivatives
    assert (found.label, found.shape) == ("d out/dx", (2, 3))
    assert found.value == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    labels = [each.label for each in differentiate(_wanted("[sum(x), 2*x]")).derivatives]
    assert labels == ["d[0]/dx", "d out[1]/dx"]


ERRORS = [
    (_wanted("1 + A@b"), "RuntimeError", "size mismatch, got input (2), mat (2x3), vec (2)", 5),
    (_wanted("x@b"), "RuntimeError", "inconsistent tensor size, expected tensor [3] and src [2]", 1),
    (_wanted("1 + A@Q@A"), "RuntimeError", "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", 5),
    (_wanted("x@A"), "RuntimeError", "mat1 and mat2 shapes cannot be multiplied (1x3 and 2x3)", 1),
    (_wanted("x@c"), "RuntimeError", "both arguments to matmul need to be at least 1D, but they are 1D and 0D", 1),
    (_wanted("1 + (x + b)"), "RuntimeError", "The size of tensor a (3) must match the size of tensor b (2) at", 6),
    (_wanted("2*maximum(x, b)"), "RuntimeError", "The size of tensor a (3) must match the size of tensor b (2) at", 3),
    (_wanted("dot(A, x)"), "RuntimeError", "1D tensors expected, but got 2D and 1D tensors", 1),
    (_wanted("mm(A, x)"), "RuntimeError", "mat2 must be a matrix", 1),
    (_wanted("outer(A, x)"), "RuntimeError", "outer: Expected 1-D argument self, but got 2-D", 1),
    (_wanted("trace(x)"), "RuntimeError", "trace: expected a matrix, but got tensor with dim 1", 1),
    (_wanted("x.mT"), "RuntimeError", "tensor.mT is only supported on matrices or batches of matrices. Got 1-D", 1),
    (_wanted("sum(A, dim=5)"), "IndexError", "Dimension out of range (expected to be in range of [-2, 1], but", 1),
    (_wanted("sum(A, dim=[0, 0])"), "RuntimeError", "dim 0 appears multiple times in the list of dims", 1),
    (_wanted("1 + softmax(x, dim=0)"), "NotImplementedError", "the derivative of softmax() of arrays is not", 5),
    (_wanted("sum(x) + x[0]"), "NotImplementedError", "the derivative of indexing is not written down", 10),
    (_wanted("sum(V@B)"), "NotImplementedError", "the derivative of @ of batches of matrices", 5),
    (_wanted("2 + A@x", "A"), "NotImplementedError", "the derivative of [2] by A [2, 3] would have shape [2, 2, 3]", 5),
    (_wanted("sin(sum(A*x, dim=1))", "x"), "NotImplementedError", "of sum(), it makes [2] of [2, 3]", 5),
    (_wanted("1 + outer(x, y)@x", "x"), "NotImplementedError", "of @, its matrix depends on x", 5),
    (_wanted("sum([x].f())"), "AttributeError", "a number has no method 'f'", 5),
    (_wanted("sum(x[1:])"), "NotImplementedError", "the derivative of indexing is not written down", 7),
    (_wanted("x@[1, 2, 3]"), "NotImplementedError", "the derivative of @ is written down for names", 1),
    (_wanted("1 + x.reshape(3, 1)"), "NotImplementedError", "the derivative of reshape() with these arguments", 5),
    (_wanted("x*eye(2, 3)"), "NotImplementedError", "eye() of another than a square matrix", 3),
    (_wanted("sum(x//2)"), "NotImplementedError", "the derivative of floor_divide() is not written down", 5),
    (_wanted("A@x", gradient=True), "UsageError", "--gradient is of a number, and this has shape [2]", None),
    (_wanted("A@x", hessian=True), "UsageError", "--hessian is of a number, and this has shape [2]", None),
    (Wanted("x", shapes=(("z", (3,)),)), "UsageError", "there is no 'z' in the expression to have a shape", None),
    (Wanted("y = x; y", shapes=(("y", (3,)),)), "UsageError", "'y' has a value of its own", None),
    (_wanted("sum(x)", at=(("x", "[1, 2]"),)), "UsageError", "the value of x has the shape [3], and [1, 2] has", None),
    (_wanted("sum(x)", at=(("x", "[[1, 2], [3]]"),)), "ValueError", "expected sequence of length 2 at dim 1", None),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "kind", "message", "column"), ERRORS, ids=lambda each: str(each)[19:60])
def test_what_cannot_be_is_named_with_its_column(wanted: Wanted, kind: str, message: str, column: int | None) -> None:
    """PyTorch's words for shapes that do not fit, ours for what has no closed form."""
    error = _failure(wanted)
    assert (error.type, error.column) == (kind, column)
    assert message in error.message


def test_shapes_that_do_not_fit_are_shown() -> None:
    """Both are in the hint."""
    assert _failure(_wanted("A@b")).hint == "column 1: the shapes are [2, 3] and [2]"


def test_a_stream_has_shapes() -> None:
    """A request gives them as numbers or lists."""
    lines = [
        '{"expression": "A@x", "wrt": "x", "shapes": {"A": [2, 3], "x": 3}}',
        '{"expression": "x", "shapes": {"x": 0}}',
    ]
    good, bad = differentiations(lines, Wanted(""))
    assert good.derivatives[0].text == "A"
    assert bad.error is not None
    assert bad.error.message == "the shape of x is made of whole numbers from 1, not 0"


def test_the_library_has_shapes() -> None:
    """Values are nested lists; a notebook shows the text."""
    found = autodiff.diff("sum(c*x**2)", "x", shapes={"x": 3})
    assert str(found) == "2*c*x"
    assert found.at(x=[1, 2, 3], c=0.5) == [1.0, 2.0, 3.0]
    assert found._repr_latex_() is None
    assert "np" not in found.written("torch")
    with pytest.raises(ValueError, match="choose one of numpy, torch"):
        found.written("c")


def test_nothing_recurses() -> None:
    """Deep and long expressions with arrays are differentiated in time that does not surprise."""
    start = time.process_time()
    layers = "tanh(Q@" * 150 + "x" + ")" * 150
    assert differentiate(_wanted(f"sum({layers})", "x")).derivatives[0].text.count("Q.T @") == 150
    chain = differentiate(_wanted("@".join(["Q"] * 800) + "@x", "x"))
    assert chain.derivatives[0].text.count("Q") == 800
    turned = differentiate(_wanted("sum((" + "@".join(["Q"] * 300) + ").T@x)", "x"))
    assert turned.error is None
    assert differentiate(_wanted("sum(" + "+".join(["x"] * 2000) + ")", "x")).derivatives[0].text == "2000*ones_like(x)"
    sums = "+".join(f"sum({k}*x**{k})" for k in range(1000))
    assert differentiate(_wanted(sums, "x")).derivatives[0].text.startswith("998001*x**998")
    assert time.process_time() - start < 20
