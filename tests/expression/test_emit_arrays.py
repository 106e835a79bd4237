"""Derivatives of arrays written for NumPy compute what backward does; other languages have no arrays."""

from typing import Any

import numpy as np
import pytest

from autodiff.session.diff.derivatives import Wanted
from autodiff.session.diff.differentiation import ARRAYS, TARGETS, differentiate
from tests.expression.array_programs import SHAPES, array_expressions, points, slopes_of

_TEXTS = (
    "sum((A@x - b)**2)", "mean(relu(A@x) + b)", "x@Q@x", "norm(A@x - b)*sum(A)", "sum(outer(x, y)*Q)", "trace(Q@Q)*c",
    "sum(sum(A*A, dim=1)*b)", "log(sum(exp(c*x)))", "sum(where(x > y, x, c*y))", "sum(sum(A, dim=0, keepdim=True)*r)",
)  # fmt: skip


def _run(code: str, values: dict[str, Any]) -> Any:  # noqa: ANN401 - an array, or a tuple of them
    """What the emitted function gives for the arrays its parameters name."""
    namespace: dict[str, Any] = {}
    exec(code, namespace)  # noqa: S102 - the code is our own
    function = namespace["derivative"]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return function(*(np.array(values[name]) for name in names))


def _shapes(text: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    used = set("".join(c if c.isalnum() else " " for c in text).split())
    return tuple((name, shape) for name, shape in SHAPES.items() if shape and name in used)


@pytest.mark.parametrize("cse", [False, True])
@pytest.mark.parametrize("text", [*_TEXTS, *array_expressions(5, 20, (), 3)])
def test_numpy_computes_the_gradient(text: str, cse: bool) -> None:
    """The emitted function gives every gradient, in the order of the names, within 1e-9."""
    shapes = _shapes(text)
    if not shapes:
        return
    found = differentiate(Wanted(text, shapes=shapes, target="numpy", cse=cse))
    assert found.error is None
    assert found.emitted is not None
    at = points(2)
    results = _run(found.emitted, at)
    for each, result in zip(found.derivatives, results if isinstance(results, tuple) else (results,), strict=True):
        (name,) = each.wrt
        expected = np.array(slopes_of(text, at, name).tolist())
        assert np.shape(result) == expected.shape
        assert np.allclose(result, expected, rtol=1e-9, atol=1e-9), (text, name, found.emitted)


def test_torch_is_written_with_its_own_names() -> None:
    """Reductions have `dim`, a choice between numbers the dtype of the input."""
    found = differentiate(Wanted("sum(sum(relu(A), dim=1)**2)", shapes=(("A", (2, 3)),), target="torch"))
    assert found.emitted is not None
    assert "torch.sum(torch.relu(A), dim=1)" in found.emitted
    assert "torch.where(A > 0, 1.0, 0.0).to(A.dtype)" in found.emitted


@pytest.mark.parametrize("target", sorted(set(TARGETS) - set(ARRAYS)))
def test_other_languages_are_refused_by_name(target: str) -> None:
    """The error says which do."""
    found = differentiate(Wanted("sum(x)", shapes=(("x", (3,)),), target=target))
    assert found.error is not None
    assert found.error.message == f"--format {target} is for numbers, not arrays"
    assert found.error.hint == "choose numpy or torch"
