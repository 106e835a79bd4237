"""Tensors of random numbers: after the same `manual_seed` the same bits as PyTorch's on the CPU."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, Final

from autodiff.dtypes import (
    Category,
    bfloat16,
    complex64,
    complex128,
    default_dtype,
    dtype,
    float16,
    float32,
    float64,
    int64,
)
from autodiff.engine import create
from autodiff.engine.core import TensorBase
from autodiff.engine.shapes import broadcast_shape
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError, TorchTypeError
from autodiff.numbers.array import ARRAYS, Array, array_of, np, numpy_dtype
from autodiff.numbers.generator import Generator, current_generator, fused, initial_seed, manual_seed, seed
from autodiff.numbers.normals import normals
from autodiff.numbers.scalar import SCALARS, Scalar

__all__ = [
    "Generator",
    "bernoulli",
    "initial_seed",
    "manual_seed",
    "normal",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
    "seed",
]

_PARTS: Final = {complex64: float32, complex128: float64}
_SHORT_RANGE: Final = 1 << 28
"""Below this many integers, 32 random bits choose one; from it on, 64."""
Shape = tuple[int, ...]


def data_of(values: Any, shape: Shape, kind: dtype) -> Scalar | Array:  # noqa: ANN401 - a flat array
    """`values`, rounded, as the data of a tensor."""
    values = values.astype(np.float64) if kind is bfloat16 else values  # an array of it would not be rounded again
    return ARRAYS[kind].of(values.reshape(shape)) if shape else SCALARS[kind].of(values.reshape(()).item())


def uniform_values(generator: Generator, count: int, low: float, high: float, kind: dtype) -> Any:  # noqa: ANN401
    """`count` numbers of [low, high) in dtype `kind`, an array."""
    if kind in _PARTS:
        return _paired(uniform_values(generator, 2 * count, low, high, _PARTS[kind]))
    if kind.category != Category.FLOAT:
        raise TorchNotImplementedError(f"\"check_uniform_bounds\" not implemented for '{kind.title}'")
    values = ARRAYS[kind].of(generator.uniform(count, low, high, kind).astype(np.float64)).value
    end = ARRAYS[kind].of(np.array(high, dtype=np.float64)).value
    return np.where(values == end, values.dtype.type(low), values)  # what was rounded up to `high` starts again


def normal_values(generator: Generator, count: int, mean: float, std: float, kind: dtype) -> Any:  # noqa: ANN401
    """`count` numbers of the given mean and standard deviation in dtype `kind`, an array."""
    if std < 0:
        raise TorchRuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    if kind in _PARTS:
        return _paired(normal_values(generator, 2 * count, mean, std / 2**0.5, _PARTS[kind]))
    if kind.category != Category.FLOAT:
        raise TorchNotImplementedError(f"\"normal_kernel_cpu\" not implemented for '{kind.title}'")
    wide = float64 if count < 16 else kind  # few numbers stay in double until the end
    values = normals(generator, count, wide)
    if (mean, std) == (0, 1):
        return values
    return fused(values, values.dtype.type(std), values.dtype.type(mean))


def _paired(parts: Any) -> Any:  # noqa: ANN401 - an array of real and imaginary parts in turn
    return parts.view(np.complex128 if parts.dtype == np.float64 else np.complex64)


def integer_values(generator: Generator, count: int, low: int, high: int, *, short: bool | None = None) -> Any:  # noqa: ANN401
    """`count` integers of [low, high), an int64 array; `short` says that 32 random bits choose one."""
    if low >= high:
        raise TorchRuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    span = high - low
    short = span < _SHORT_RANGE if short is None else short
    drawn = generator.words(count).astype(np.uint64) if short else generator.long_words(count)
    return (drawn % np.uint64(span) + np.uint64(low % (1 << 64))).view(np.int64)


# ------------------------------------------------------------------ functions


def _drawn(name: str, draw: Callable[[Generator, int, dtype], Any]) -> Callable[..., Any]:
    def make(
        *size: Any,  # noqa: ANN401 - ints, or one sequence of them
        generator: Generator | None = None,
        dtype: Any = None,  # noqa: ANN401
        requires_grad: bool = False,
        **options: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 - a Tensor
        given = (options.pop("size"),) if "size" in options else size
        if not given or options.keys() - _PLACES:
            kinds = [type(n).__name__ for n in given] + [f"{k}={type(v).__name__}" for k, v in options.items()]
            raise TorchTypeError(_COMBINATION.format(name=name, kinds=", ".join(kinds)))
        return _tensor(name, given, draw, generator, dtype, options, requires_grad=requires_grad)

    make.__name__ = make.__qualname__ = name
    return make


_OPTIONS: Final = (
    "Tensor out = None, torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, "
    "bool pin_memory = False, bool requires_grad = False)\n"
)
_PLACES: Final = {"device", "layout", "pin_memory"}
_COMBINATION: Final = (
    "{name}() received an invalid combination of arguments - got ({kinds}), but expected one of:\n"
    f" * (tuple of ints size, *, torch.Generator generator, {_OPTIONS} * (tuple of ints size, *, {_OPTIONS}"
)


def _tensor(
    name: str,
    size: tuple[Any, ...],
    draw: Callable[[Generator, int, dtype], Any],
    generator: Generator | None,
    kind: Any,  # noqa: ANN401 - a dtype, or what stands for one
    options: Mapping[str, Any],
    *,
    requires_grad: bool = False,
) -> Any:  # noqa: ANN401 - a Tensor
    shape = create._size(name, size)
    create.check_options(name, options)
    own = create._checked_dtype(name, kind) or default_dtype()
    values = draw(generator or current_generator(), prod(shape), own)
    return create.leaf(data_of(values, shape, own), requires_grad=requires_grad)


rand = _drawn("rand", lambda g, count, kind: uniform_values(g, count, 0, 1, kind))
rand.__doc__ = "Uniform numbers of [0, 1) in a tensor of the given size."
randn = _drawn("randn", lambda g, count, kind: normal_values(g, count, 0, 1, kind))
randn.__doc__ = "Normal numbers of mean 0 and deviation 1 in a tensor of the given size."


def uniform(shape: Shape, low: float, high: float, kind: dtype, generator: Generator | None = None) -> Any:  # noqa: ANN401
    """A tensor of uniform numbers of [low, high): initial parameters, seeds of checks."""
    values = uniform_values(generator or current_generator(), prod(shape), low, high, kind)
    return create.leaf(data_of(values, shape, kind), requires_grad=False)


def _like(name: str, input: Any, dtype: Any) -> Any:  # noqa: ANN401
    """The dtype of a tensor like `input`. Raises PyTorch's TypeError if it is no tensor."""
    if not isinstance(input, TensorBase):
        raise TorchTypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    return dtype or input.dtype


def _without_format(options: dict[str, Any]) -> dict[str, Any]:
    """There is one memory format."""
    return {name: value for name, value in options.items() if name != "memory_format"}


def rand_like(input: Any, *, dtype: Any = None, **options: Any) -> Any:  # noqa: ANN401
    """Uniform numbers of [0, 1) in the shape and dtype of `input`."""
    kind = _like("rand_like", input, dtype)
    return rand(tuple(input.shape), dtype=kind, **_without_format(options))


def randn_like(input: Any, *, dtype: Any = None, **options: Any) -> Any:  # noqa: ANN401
    """Normal numbers in the shape and dtype of `input`."""
    kind = _like("randn_like", input, dtype)
    return randn(tuple(input.shape), dtype=kind, **_without_format(options))


def randint(
    *args: Any,  # noqa: ANN401 - high, size or low, high, size
    generator: Generator | None = None,
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **named: Any,  # noqa: ANN401 - the same by name
) -> Any:  # noqa: ANN401 - a Tensor
    """Integers of [low, high) in a tensor of the given size: `randint(high, size)`, `randint(low, high, size)`."""
    options = {name: named.pop(name) for name in _PLACES & named.keys()}
    order = ("low", "high", "size") if len(args) == 3 or "low" in named else ("high", "size")
    given = dict(zip((n for n in order if n not in named), args, strict=False)) | named
    if set(given) != set(order) or not isinstance(given["size"], (tuple, list)):
        types = ", ".join(type(a).__name__ for a in args)
        raise TorchTypeError(f"randint() received an invalid combination of arguments - got ({types})")
    for name in order[:-1]:
        if isinstance(given[name], bool) or not isinstance(given[name], (int, TensorBase)):
            kind = type(given[name]).__name__
            raise TorchTypeError(
                f"randint(): argument '{name}' (position {order.index(name) + 1}) must be int, not {kind}"
            )
    low, high = int(given.get("low", 0)), int(given["high"])

    def draw(g: Generator, count: int, _: Any) -> Any:  # noqa: ANN401
        return integer_values(g, count, low, high)

    return _tensor("randint", (given["size"],), draw, generator, dtype or int64, options, requires_grad=requires_grad)


def randint_like(input: Any, *bounds: int, dtype: Any = None, **options: Any) -> Any:  # noqa: ANN401
    """Integers of [low, high) in the shape and dtype of `input`: `randint_like(input, high)`, or low before high."""
    kind = _like("randint_like", input, dtype)
    return randint(*bounds, tuple(input.shape), dtype=kind, **_without_format(options))


def randperm(
    n: Any,  # noqa: ANN401 - an int
    *,
    generator: Generator | None = None,
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - a Tensor
    """The integers from 0 to n - 1 in random order: each place swaps with a later one, drawn."""
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TorchTypeError(f"randperm(): argument 'n' (position 1) must be int, not {type(n).__name__}")

    def draw(g: Generator, count: int, _: Any) -> Any:  # noqa: ANN401
        order = list(range(count))
        for i, word in enumerate(g.words(max(count - 1, 0)).tolist()):
            j = i + word % (count - i)
            order[i], order[j] = order[j], order[i]
        return np.array(order, dtype=np.int64)

    return _tensor("randperm", (int(n),), draw, generator, dtype or int64, options, requires_grad=requires_grad)


def normal(
    mean: Any,  # noqa: ANN401 - a number or a tensor
    std: Any = 1.0,  # noqa: ANN401
    size: Any = None,  # noqa: ANN401
    *,
    generator: Generator | None = None,
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - a Tensor
    """Normal numbers of the given mean and deviation: two numbers and a size, or a tensor of one or both."""
    tensors = [x for x in (mean, std) if isinstance(x, TensorBase)]
    if not tensors:
        if size is None:
            kinds = ", ".join(type(x).__name__ for x in (mean, std))
            raise TorchTypeError(f"normal() received an invalid combination of arguments - got ({kinds})")
        return _tensor(
            "normal",
            (size,),
            lambda g, count, kind: normal_values(g, count, mean, std, kind),
            generator,
            dtype,
            options,
            requires_grad=requires_grad,
        )
    shape = broadcast_shape([x.shape for x in tensors])
    kind = tensors[0].dtype
    center, width = (array_of(x._data, kind) if isinstance(x, TensorBase) else x for x in (mean, std))
    drawn = normal_values(generator or current_generator(), prod(shape), 0, 1, kind).reshape(shape)
    values = (drawn.astype(numpy_dtype(kind)) * width + center).astype(numpy_dtype(kind))
    return create.leaf(data_of(values, shape, kind), requires_grad=False)


def bernoulli(input: Any, *, generator: Generator | None = None) -> Any:  # noqa: ANN401 - a tensor of probabilities
    """1 with the probability in `input`, else 0. Raises RuntimeError unless probabilities lie in [0, 1]."""
    if not isinstance(input, TensorBase):
        raise TorchTypeError(f"bernoulli(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    kind = input.dtype
    if kind.category != Category.FLOAT:
        raise TorchNotImplementedError(f"\"bernoulli_tensor_cpu_p_\" not implemented for '{kind.title}'")
    chances = array_of(input._data, kind)
    if not bool(np.all((chances >= 0) & (chances <= 1))):
        raise TorchRuntimeError(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If "
            "so, please report an enhancement request to PyTorch.)"
        )
    wide = float32 if kind in (float16, bfloat16) else kind
    drawn = (generator or current_generator()).fractions(chances.size, wide).reshape(chances.shape)
    ones = (drawn < chances).astype(numpy_dtype(kind))
    return create.leaf(data_of(ones, tuple(chances.shape), kind), requires_grad=False)
