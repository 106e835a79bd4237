"""`vmap`: a function of one element of a batch, called for all of them and stacked."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from autodiff.engine.core import TensorBase
from autodiff.engine.nest import broadcast, leaves, rebuilt
from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.ops.joining import stack

__all__ = ["vmap"]


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,  # noqa: ANN401 - an int, or a nest of them and None
    out_dims: Any = 0,  # noqa: ANN401
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """`func` over the dimension `in_dims` of each argument (None: the same for all); results are stacked at `out_dims`.

    Raises PyTorch's ValueError where dimensions and arguments do not fit. `chunk_size` only says how PyTorch would
    compute it.
    """
    if randomness not in ("error", "different", "same"):
        raise TorchRuntimeError(
            f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}"
        )
    if chunk_size is not None and chunk_size <= 0:
        raise TorchValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @wraps(func)
    def mapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the function's own
        places = _places(func, in_dims, args)
        given = leaves(args)
        outputs = [
            func(*rebuilt(args, [_element(t, place, k) for t, place in zip(given, places, strict=True)]), **kwargs)
            for k in range(_length(given, places))
        ]
        return _joined(func, outputs, out_dims)

    return mapped


def _name(func: Any) -> str:  # noqa: ANN401 - anything callable
    return getattr(func, "__name__", None) or repr(func)


def _is_dimension(value: Any) -> bool:  # noqa: ANN401
    return value is None or isinstance(value, int)


def _places(func: Any, in_dims: Any, args: tuple[Any, ...]) -> list[int | None]:  # noqa: ANN401
    """The mapped dimension of every tensor among the arguments. Raises PyTorch's ValueError."""
    call = f"vmap({_name(func)}, in_dims={in_dims}, ...)(<inputs>)"
    if not isinstance(in_dims, (int, tuple)):
        raise TorchValueError(
            f"{call}: expected `in_dims` to be int or a (potentially nested) tuple matching the structure of inputs, "
            f"got: {type(in_dims)}."
        )
    if not args:
        raise TorchValueError(
            f"vmap({_name(func)})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap "
            "over a function with no inputs. The latter is unsupported."
        )
    found = broadcast(in_dims, args, _is_dimension)
    if found is None:
        raise TorchValueError(f"{call}: in_dims is not compatible with the structure of `inputs`.")
    return [_place(call, t, place) for t, place in zip(leaves(args), found, strict=True)]


def _place(call: str, t: Any, place: int | None) -> int | None:  # noqa: ANN401 - a leaf of the arguments
    if place is None:
        return None
    if not isinstance(t, TensorBase):
        raise TorchValueError(
            f"{call}: Got in_dim={place} for an input but the input is of type {type(t)}. We cannot vmap over "
            "non-Tensor arguments, please use None as the respective in_dim"
        )
    dims = len(t.shape)
    if not -dims <= place < dims:
        raise TorchValueError(
            f"{call}: Got in_dim={place} for some input, but that input is a Tensor of dimensionality {dims} so "
            f"expected in_dim to satisfy -{dims} <= in_dim < {dims}."
        )
    return place % dims


def _length(given: Sequence[Any], places: Sequence[int | None]) -> int:
    """How many elements are mapped. Raises ValueError if there is nothing to map over, or lengths differ."""
    lengths = [t.shape[place] for t, place in zip(given, places, strict=True) if place is not None]
    if not lengths:
        raise TorchValueError("vmap: Expected at least one Tensor to vmap over")
    if any(length != lengths[0] for length in lengths):
        raise TorchValueError(
            "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
            f"{lengths} for the mapped dimension"
        )
    return int(lengths[0])


def _element(t: Any, place: int | None, k: int) -> Any:  # noqa: ANN401
    return t if place is None else t.select(place, k)


def _joined(func: Any, outputs: Sequence[Any], out_dims: Any) -> Any:  # noqa: ANN401 - one nest for each element
    """The nests of all elements as one nest of stacked tensors."""
    first = outputs[0]
    places = broadcast(out_dims, first, _is_dimension)
    if places is None and isinstance(out_dims, tuple) and len(out_dims) == 1:
        places = list(out_dims)
    if places is None:
        raise TorchValueError(
            f"vmap({_name(func)}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure "
            "of `outputs`."
        )
    columns = zip(*(leaves(output) for output in outputs), strict=True)
    return rebuilt(first, [_stacked(func, column, place) for column, place in zip(columns, places, strict=True)])


def _stacked(func: Any, column: Sequence[Any], place: int | None) -> Any:  # noqa: ANN401
    if place is None:
        return column[0]
    for t in column:
        if not isinstance(t, TensorBase):
            raise TorchValueError(
                f"vmap({_name(func)}, ...): `{_name(func)}` must only return Tensors, got type {type(t)}. "
                "Did you mean to set out_dims= to None for output?"
            )
    return stack(list(column), dim=place)
