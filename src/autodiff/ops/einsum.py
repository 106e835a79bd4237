"""Sums of products over named dimensions: einsum, tensordot, inner and kron, composed as PyTorch composes them."""

from typing import Any

from autodiff.errors import TorchRuntimeError
from autodiff.ops.dimension import wrapped, wrapped_all
from autodiff.ops.linalg import bmm, dot, mm
from autodiff.ops.op import Composite
from autodiff.ops.order import permute
from autodiff.ops.reduction import sum_, sum_dim
from autodiff.ops.shape import reshape, squeeze, unsafe_view, unsqueeze, view

__all__: list[str] = []

_VECTOR, _OTHER = [0.5, -1.5, 2.0], [1.0, 3.0, -0.25]
_M23, _M32 = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [[1.0, -2.0], [0.5, 4.0], [2.0, 1.0]]
ELLIPSIS = "."
"""Stands for the dimensions an ellipsis covers: `.0`, `.1` and so on."""

# ------------------------------------------------------------------ the equation


def _subscripts(text: str) -> list[str]:
    """The letters of one operand, an ellipsis as one item. Raises RuntimeError for anything else."""
    found, k = [], 0
    while k < len(text):
        if text.startswith("...", k):
            found.append(ELLIPSIS)
            k += 3
            continue
        if text[k] != " ":
            if not (text[k].isascii() and text[k].isalpha()):
                raise TorchRuntimeError(
                    f"einsum(): invalid subscript given at index {k} in the equation string, subscripts must be in "
                    "[a-zA-Z]"
                )
            found.append(text[k])
        k += 1
    return found


def _labelled(equation: str, operands: Any) -> tuple[list[list[str]], list[str]]:  # noqa: ANN401 - tensors
    """The label of every dimension of every operand, and of the result."""
    left, arrow, right = equation.partition("->")
    terms = [_subscripts(term) for term in left.split(",")]
    if len(terms) > len(operands):
        raise TorchRuntimeError("einsum(): fewer operands were provided than specified in the equation")
    if len(terms) < len(operands):
        raise TorchRuntimeError("einsum(): more operands were provided than specified in the equation")
    widest = 0
    for k, (term, operand) in enumerate(zip(terms, operands, strict=True)):
        letters, ndim = len([s for s in term if s != ELLIPSIS]), len(operand.shape)
        if letters > ndim if ELLIPSIS in term else letters != ndim:
            raise TorchRuntimeError(
                f"einsum(): the number of subscripts in the equation ({letters}) "
                f"{'is more than' if ELLIPSIS in term else 'does not match'} the number of dimensions ({ndim}) for "
                f"operand {k}{'' if ELLIPSIS in term else ' and no ellipsis was given'}"
            )
        widest = max(widest, ndim - letters) if ELLIPSIS in term else widest
    covered = [f"{ELLIPSIS}{k}" for k in range(widest)]
    labels = [
        _without_ellipsis(term, covered[len(covered) - (len(o.shape) - len(term) + 1) :] if ELLIPSIS in term else [])
        for term, o in zip(terms, operands, strict=True)
    ]
    every = [label for term in labels for label in term]
    if arrow:
        result = _without_ellipsis(_subscripts(right), covered)
        for label in result:
            if label not in every:
                raise TorchRuntimeError(
                    f"einsum(): output subscript {label} does not appear in the equation for any input operand"
                )
            if result.count(label) > 1:
                raise TorchRuntimeError(f"einsum(): output subscript {label} appears more than once in the output")
    else:
        result = covered + sorted({label for label in every if every.count(label) == 1 and label[0] != ELLIPSIS})
    return labels, result


def _without_ellipsis(term: list[str], covered: list[str]) -> list[str]:
    return [label for item in term for label in (covered if item == ELLIPSIS else [item])]


def _check_lengths(labels: list[list[str]], operands: Any) -> None:  # noqa: ANN401 - tensors
    seen: dict[str, int] = {}
    for k, (term, operand) in enumerate(zip(labels, operands, strict=True)):
        own: dict[str, int] = {}
        for label, length in zip(term, operand.shape, strict=True):
            if label in own and own[label] != length:
                raise TorchRuntimeError(
                    f"einsum(): subscript {label} is repeated for operand {k} but the sizes don't match, "
                    f"{length} != {own[label]}"
                )
            own[label] = length
            before = seen.get(label, 1)
            if length != before and 1 not in (length, before):
                raise TorchRuntimeError(
                    f"einsum(): subscript {label} has size {length} for operand {k} which does not broadcast with "
                    f"previously seen size {before}"
                )
            seen[label] = max(before, length) if 0 not in (before, length) else 0


# ------------------------------------------------------------------ the contraction


def _einsum(equation: str, operands: Any) -> Any:  # noqa: ANN401 - tensors
    if not operands:
        raise TorchRuntimeError("einsum(): must provide at least one operand")
    labels, result = _labelled(equation, operands)
    _check_lengths(labels, operands)
    rest = sorted({label for term in labels for label in term} - set(result))
    order = [*result, *rest]
    aligned = [_aligned(tensor, term, order) for tensor, term in zip(operands, labels, strict=True)]
    total, first = aligned[0], len(result)
    if len(aligned) == 1:
        return sum_dim(total, dim=tuple(range(first, len(order))), keepdim=False) if rest else total
    uses = {k: [j for j, tensor in enumerate(aligned) if tensor.shape[k] != 1] for k in range(first, len(order))}
    for j, tensor in enumerate(aligned[1:], 1):
        done = [k for k in uses if max(uses[k], default=0) <= j and (max(uses[k], default=0) == j or j == 1)]
        total = _product_summed(total, tensor, done)
    return reshape(total, shape=total.shape[:first]) if len(total.shape) > first else total


def _aligned(tensor: Any, term: list[str], order: list[str]) -> Any:  # noqa: ANN401 - tensors
    """The operand with its dimensions in the common order, of length 1 where it has none of that name."""
    while len(set(term)) < len(term):  # a label twice: the diagonal
        label = next(each for each in term if term.count(each) > 1)
        first, second = (k for k, each in enumerate(term) if each == label)
        tensor = tensor.diagonal(0, first, second).movedim(-1, first)
        term = [each for k, each in enumerate(term) if k != second]
    missing = [label for label in order if label not in term]
    for _ in missing:
        tensor = unsqueeze(tensor, dim=-1)
    have = [*term, *missing]
    return permute(tensor, dims=tuple(have.index(label) for label in order))


def _product_summed(left: Any, right: Any, dims: list[int]) -> Any:  # noqa: ANN401 - tensors
    """The products, summed over `dims` (kept with length 1): one batched product of matrices."""
    if not dims:
        return left * right
    ndim = len(left.shape)
    for k in dims:
        if left.shape[k] == 1 and right.shape[k] != 1:
            right = sum_dim(right, dim=(k,), keepdim=True)
        elif right.shape[k] == 1 and left.shape[k] != 1:
            left = sum_dim(left, dim=(k,), keepdim=True)
    summed = list(dims)
    kept = [k for k in range(ndim) if k not in summed]
    both = [k for k in kept if left.shape[k] != 1 and right.shape[k] != 1]
    only_left = [k for k in kept if left.shape[k] != 1 and right.shape[k] == 1]
    only_right = [k for k in kept if left.shape[k] == 1]
    return _batched(left, right, (both, only_left, summed, only_right))


def _batched(left: Any, right: Any, groups: tuple[list[int], ...]) -> Any:  # noqa: ANN401 - tensors
    both, only_left, summed, only_right = groups
    ndim = len(left.shape)
    a, b, c, d = (
        _count(left, both), _count(left, only_left), _count(left, summed), _count(right, only_right)
    )  # fmt: skip
    left_matrix = reshape(permute(left, dims=(*both, *only_left, *summed, *only_right)), shape=(a, b, c))
    right_matrix = reshape(permute(right, dims=(*both, *summed, *only_right, *only_left)), shape=(a, c, d))
    product = bmm(left_matrix, right_matrix)
    order = [*both, *only_left, *summed, *only_right]
    lengths = [1 if k in summed else max(left.shape[k], right.shape[k]) for k in order]
    return permute(reshape(product, shape=lengths), dims=tuple(order.index(k) for k in range(ndim)))


def _count(tensor: Any, dims: list[int]) -> int:  # noqa: ANN401 - a tensor
    count = 1
    for k in dims:
        count *= tensor.shape[k]
    return count


einsum = Composite(
    "einsum",
    "sums of products of tensors whose dimensions are named by letters: 'ij,jk->ik'",
    "str equation, Variadic operands",
    compute=lambda operands, equation: _einsum(equation, operands),
    places="function",
    samples=(("i,i->", _VECTOR, _OTHER), ("ij,jk->ik", _M23, _M32), ("ij->ji", _M23), ("i,j->ij", _VECTOR, _OTHER)),
)

# ------------------------------------------------------------------ relatives


def _tensordot(self: Any, other: Any, dims: Any) -> Any:  # noqa: ANN401 - tensors, a count or two lists
    a, b = len(self.shape), len(other.shape)
    if isinstance(dims, int):
        if dims < 0:
            raise TorchRuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a, b):
            raise TorchRuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        dims = (list(range(-dims, 0)), list(range(dims)))
    left, right = ([d] if isinstance(d, int) else list(d) for d in dims)
    if len(left) != len(right):
        raise TorchRuntimeError("both dimension lists should have same length")
    if self.dtype is not other.dtype:
        raise TorchRuntimeError("both inputs should have same dtype")
    for x, y in zip(left, right, strict=True):
        here, there = self.shape[wrapped(x, a)], other.shape[wrapped(y, b)]
        if there == 1:  # what is repeated is added up at once
            self = self.sum(x, keepdim=True, dtype=self.dtype)
        elif here == 1:
            other = other.sum(y, keepdim=True, dtype=other.dtype)
        elif here != there:
            raise TorchRuntimeError(
                f"contracted dimensions need to match, but first has size {here} in dim {x} and second has size "
                f"{there} in dim {y}"
            )
    wrapped_all(left, a), wrapped_all(right, b)  # which refuses one that is listed twice
    left, right = [wrapped(d, a) for d in left], [wrapped(d, b) for d in right]
    rows = [d for d in range(a) if d not in left]
    columns = [d for d in range(b) if d not in right]
    inner = _count(self, left)
    first, last = permute(self, dims=(*rows, *left)), permute(other, dims=(*right, *columns))
    shape = [*(self.shape[d] for d in rows), *(other.shape[d] for d in columns)]
    if not shape and first.is_contiguous() and last.is_contiguous():
        return view(dot(*(each if each.dim() == 1 else reshape(each, shape=(-1,)) for each in (first, last))), size=())
    if not shape:
        return view(sum_(squeeze(first) * squeeze(last)), size=())
    first = reshape(first, shape=(_count(self, rows), inner))
    return reshape(mm(first, reshape(last, shape=(inner, _count(other, columns)))), shape=shape)


tensordot = Composite(
    "tensordot",
    "products summed over the last dims dimensions of self and the first of other",
    "self, Tensor other, int dims=2",
    compute=_tensordot,
    places="function",
    samples=((_VECTOR, _OTHER, 1), (_M23, _M32, 1)),
)

tensordot_dims = Composite(
    "tensordot",
    "products summed over pairs of dimensions",
    "self, Tensor other, pair dims",
    compute=_tensordot,
    places="function",
)


def _inner(self: Any, other: Any) -> Any:  # noqa: ANN401 - tensors
    if not self.shape or not other.shape:
        return self * other
    if self.shape[-1] != other.shape[-1]:
        raise TorchRuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(self.shape)} and {list(other.shape)}"
        )
    if self.dtype is not other.dtype:
        raise TorchRuntimeError("both inputs should have same dtype")
    return _tensordot(self, other, ((-1,), (-1,)))


inner = Composite(
    "inner",
    "the sum of products along the last dimension",
    "self, Tensor other",
    compute=_inner,
    samples=((_VECTOR, _OTHER), (_M23, _M23)),
)


def _kron(self: Any, other: Any) -> Any:  # noqa: ANN401 - tensors
    ndim = max(len(self.shape), len(other.shape))
    own = [*(1,) * (ndim - len(self.shape)), *self.shape]
    others = [*(1,) * (ndim - len(other.shape)), *other.shape]
    left = unsafe_view(self, size=[n for length in own for n in (length, 1)])
    right = unsafe_view(other, size=[n for length in others for n in (1, length)])
    return unsafe_view(left * right, size=[x * y for x, y in zip(own, others, strict=True)])


kron = Composite(
    "kron",
    "the Kronecker product: other, multiplied by each element of self",
    "self, Tensor other",
    compute=_kron,
    samples=((_VECTOR, _OTHER), (_M23, _M32)),
)
