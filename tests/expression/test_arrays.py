"""Written derivatives of arrays are those of backward, for random expressions."""

import pytest

import autodiff as torch
from autodiff.session.diff.derivatives import Wanted, derived
from autodiff.session.diff.differentiation import differentiate
from autodiff.session.diff.report import Derivative
from autodiff.session.scenario import Located
from tests.expression.array_programs import SHAPES, array_expressions, evaluated, points, slopes_of

COUNT = 40
_SHAPES = tuple((name, shape) for name, shape in SHAPES.items() if shape)


def _wanted(text: str, name: str, *, no_simplify: bool = False, order: int = 1) -> Wanted:
    used = tuple(pair for pair in _SHAPES if pair[0] in _names(text))
    return Wanted(text, (name,), order, no_simplify=no_simplify, shapes=used)


def _found(wanted: Wanted) -> Derivative:
    found = differentiate(wanted)
    assert found.error is None, (wanted, found.error)
    return found.derivatives[0]


def _with_arrays(seed: int, shape: tuple[int, ...], depth: int = 4) -> list[str]:
    return [text for text in array_expressions(seed, COUNT, shape, depth) if _names(text) - {"c"}]


def _names(text: str) -> set[str]:
    kept = "".join(c if c.isalnum() else " " for c in text)
    return set(kept.split()) & SHAPES.keys()


def _close(found: torch.Tensor, expected: torch.Tensor) -> bool:
    scale = max(1.0, float(expected.abs().max()))
    return found.shape == expected.shape and bool(((found - expected).abs() <= 1e-9 * scale).all())


@pytest.mark.parametrize("no_simplify", [False, True], ids=["simplified", "literal"])
@pytest.mark.parametrize("seed", range(4))
def test_gradients_are_those_of_backward(seed: int, no_simplify: bool) -> None:
    """Of numbers by names of every shape: the value and the shape, in float64, within 1e-9."""
    compared = 0
    for text in _with_arrays(seed, ()):
        for name in sorted(_names(text)):
            slope = _found(_wanted(text, name, no_simplify=no_simplify))
            for at in (points(seed), points(seed + 100)):
                expected = slopes_of(text, at, name)
                if not bool(expected.isfinite().all()):
                    continue
                compared += 1
                assert _close(evaluated(slope.text, at), expected), (text, name, slope.text)
    assert compared > COUNT


@pytest.mark.parametrize(
    ("times", "shape", "names"), [(1, (3,), "cxyb"), (1, (2,), "cxyb"), (1, (2, 3), "c"), (2, (), "cxyb")]
)
def test_matrices_are_those_of_autograd(times: int, shape: tuple[int, ...], names: str) -> None:
    """Jacobians of vectors, and Hessians, wherever they are written down: for most expressions they are."""
    compared = refused = 0
    for text in _with_arrays(7, shape, 3):
        for name in sorted(_names(text) & set(names)):
            found = differentiate(_wanted(text, name, order=times))
            if found.error is not None:
                assert found.error.type == "NotImplementedError", (text, found.error)
                assert found.error.column is not None
                refused += 1
                continue
            at = points(3)
            expected = slopes_of(text, at, name, times)
            if bool(expected.isfinite().all()):
                compared += 1
                assert _close(evaluated(found.derivatives[0].text, at), expected), (
                    text,
                    name,
                    found.derivatives[0].text,
                )
    assert compared > refused


@pytest.mark.parametrize("seed", range(20, 22))
def test_what_is_written_reads_back_with_the_same_derivative(seed: int) -> None:
    """The text of a gradient, read again, has the shape that it was said to have."""
    read = 0
    for text in _with_arrays(seed, (), 3):
        for name in sorted(_names(text)):
            found = _found(_wanted(text, name))
            again = Wanted(found.text, (name,), shapes=tuple(p for p in _SHAPES if p[0] in _names(found.text)))
            if not again.shapes:
                continue
            try:
                reading, _ = derived(again._replace(wrt=("unused",)))
            except Located as error:
                pytest.fail(f"{text}: {found.text}: {error}")
            assert reading.shape(reading.outputs[0]) == found.shape, (text, found.text)
            read += 1
    assert read > COUNT // 2


def test_gradients_are_those_of_differences() -> None:
    """Central differences agree, for the ones that stand in textbooks."""
    at = points(11)
    for text in ("sum((A@x - b)**2)", "log(sum(exp(x)))", "mean((x - mean(x))**2)", "x@Q@x", "norm(A@x - b)"):
        found = _found(_wanted(text, "x"))
        slope = evaluated(found.text, at).tolist()
        for k in range(3):
            step = 1e-6
            moved = [{**at, "x": [v + sign * step * (j == k) for j, v in enumerate(at["x"])]} for sign in (1, -1)]
            up, down = (float(evaluated(text, each)) for each in moved)
            assert slope[k] == pytest.approx((up - down) / (2 * step), rel=1e-6, abs=1e-8)
