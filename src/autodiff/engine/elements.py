"""The values of elementwise operations: of one number, and of arrays."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from autodiff.dtypes import bfloat16, bool_, dtype, float32, float64
from autodiff.engine.core import TensorBase
from autodiff.errors import TorchNotImplementedError
from autodiff.numbers import complex_arrays
from autodiff.numbers.array import ARRAYS, array_of, np, numpy_dtype
from autodiff.numbers.layout import as_computed
from autodiff.numbers.scalar import SCALARS
from autodiff.ops.compiled import forward_function
from autodiff.ops.formula import Formula, Term, read
from autodiff.ops.op import Elementwise
from autodiff.ops.table import FORMS

__all__ = ["FLOATS", "MASK", "array_form", "compute_arrays", "scalar_form"]

FLOATS: Final = {ARRAYS[d]: d for d in (float32, float64)}
"""The classes of arrays that have a short way; a zero without memory, for one, is of another."""
MASK: Final = ARRAYS[bool_]
FEW: Final = 1024
"""Below so many complex numbers each is computed by itself."""


@cache
def scalar_form(op: Elementwise, d: dtype) -> Callable[..., Any] | None:
    """`op` on Python numbers of dtype `d`, parameters in the order of the signature."""
    return forward_function(op, SCALARS[d], FORMS)


def compute_arrays(op: Elementwise, inputs: Sequence[Any], attributes: Mapping[str, Any], compute: dtype) -> Any:  # noqa: ANN401
    """The values of `op`, whose inputs are cast to the dtype `compute`."""
    arrays = []
    for parameter in op.signature:
        if parameter.name in op.inputs:
            x = inputs[op.inputs.index(parameter.name)]
            kind = bool_ if parameter.kind == "Mask" else compute
            if not isinstance(x, TensorBase):
                x = None if x is None else np.asarray(SCALARS[kind].round(x), dtype=numpy_dtype(kind))
            else:
                x = array_of(x._data, kind)
            arrays.append(x)
        else:
            arrays.append(attributes[parameter.name])
    with np.errstate(all="ignore"):
        compute_all = _each_element if _goes_singly(op, arrays, compute) else _together
        found = compute_all(op, arrays, compute)
    operands = _arrays_among(arrays)
    if all(v.flags.c_contiguous for v in operands) or found.shape != np.broadcast(*operands).shape:
        return found
    return as_computed(found, operands)


def _goes_singly(op: Elementwise, values: Sequence[Any], compute: dtype) -> bool:
    """Whether each element is computed by itself: few complex numbers, or steps that NumPy would not round."""
    if compute.is_complex:
        return np.broadcast(*_arrays_among(values)).size < FEW or bool(op.complex and op.forward)
    return compute is bfloat16 and op.forward is not None


def _together(op: Elementwise, values: Sequence[Any], compute: dtype) -> Any:  # noqa: ANN401, ARG001
    return array_form(op)(*values)


def _arrays_among(values: Sequence[Any]) -> list[Any]:
    return [v for v in values if isinstance(v, np.ndarray)]


def _each_element(op: Elementwise, values: Sequence[Any], compute: dtype) -> Any:  # noqa: ANN401
    """The function of single numbers, for each: PyTorch's vectors of complex numbers need more of them."""
    function = scalar_form(op, compute)
    if function is None:
        raise TorchNotImplementedError(f"\"{op.name}_cpu\" not implemented for '{compute.title}'")
    arrays = np.broadcast_arrays(*_arrays_among(values))
    places = iter(range(len(arrays)))
    order = [next(places) if isinstance(v, np.ndarray) else None for v in values]
    rows = zip(*(a.ravel().tolist() for a in arrays), strict=True)
    found = [function(*(v if k is None else row[k] for k, v in zip(order, values, strict=True))) for row in rows]
    return np.array(found).reshape(arrays[0].shape)


@cache
def array_form(op: Elementwise, *, real: bool = False) -> Callable[..., Any]:
    """`op` on arrays of one dtype, or of one `real` dtype, parameters in the order of the signature."""
    if op.forward is not None:
        formula = read(op.forward)
        return lambda *values: _run_on_arrays(formula, values)
    form = op.array
    if real and form in _OF_REAL:
        form = _OF_REAL[form]
    if isinstance(form, str):
        return getattr(np, form)  # type: ignore[no-any-return] # a ufunc
    if form is None:
        raise TypeError(f"{op!r} has no value on arrays")
    return form


_OF_REAL: Final[Mapping[Any, str]] = {complex_arrays.total: "add", complex_arrays.difference: "subtract"}


def _run_on_arrays(formula: Formula, values: Sequence[Any]) -> Any:  # noqa: ANN401
    """The steps of a composed operation, each rounded to the arrays' dtype by NumPy itself."""
    known = list(values)
    kind = next(v.dtype for v in values if isinstance(v, np.ndarray))
    for step in formula.steps:
        operands = [known[o.index] if isinstance(o, Term) else o for o in step.operands]
        plain = not any(isinstance(o, np.ndarray) for o in operands)
        if not plain and step.operation != "where":
            operands = [o if isinstance(o, np.ndarray) else np.asarray(o, dtype=kind) for o in operands]
        form = FORMS[step.operation]
        known.append(form.of_numbers(*operands) if plain else array_form(form)(*operands))
    return known[formula.result.index] if isinstance(formula.result, Term) else formula.result
