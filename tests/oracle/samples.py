"""PyTorch's own operator samples, given to PyTorch and to us: conversion, one run, and how the two compare."""

from __future__ import annotations

import contextlib
import importlib
import random
import re
import signal
import types
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tests.oracle.verdict import AGREED, UNIT, printed_verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_ELEMENTS = 100_000
SECONDS = 20.0
RELATIVE, ABSOLUTE = 1.3e-6, 1e-5
"""What torch.testing.assert_close allows in float32."""
_torch: Any = importlib.import_module("torch")
_ours: Any = importlib.import_module("autodiff")
_TORCH_OBJECTS = (_torch.dtype, _torch.memory_format, _torch.layout)


class Answer(NamedTuple):
    """What one library said: printed outputs, their numbers, nodes, gradients, or the error instead."""

    outputs: list[Any]
    nodes: list[str]
    gradients: list[Any]
    error: str | None = None
    gradient_error: str | None = None


@dataclass
class Tally:
    """How the samples of one operation compared."""

    name: str
    samples: int = 0
    skipped: int = 0
    value: int = 0
    unit: int = 0
    gradient: int = 0
    node: int = 0
    agreed: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, there: Answer, here: Answer, *, shape_only: bool = False) -> None:
        """Counts one sample."""
        self.samples += 1
        found = [
            _values(there, here, shape_only=shape_only),
            _gradients(there, here),
            "" if there.nodes == here.nodes else f"node {there.nodes} ours {here.nodes}",
        ]
        if here.error is not None and there.error is None:
            found = [found[0]] * 3
        self.unit += UNIT in found
        good = [text in ("", UNIT) for text in found]
        self.value += good[0]
        self.gradient += good[1]
        self.node += good[2]
        self.agreed += all(good)
        self.differences += dict.fromkeys(text for text, fine in zip(found, good, strict=True) if not fine)


# ------------------------------------------------------------------ conversion


def converted(tree: Any, memory: dict[int, Any]) -> Any:  # noqa: ANN401 - arguments of any kind
    """The arguments as ours: tensors with their strides, dtypes by name, functions with our `torch`."""
    if isinstance(tree, _torch.Tensor):
        if id(tree) not in memory:
            memory[id(tree)] = (tree, _our_tensor(tree))  # the original is kept, so that its id stays its own
        return memory[id(tree)][1]
    if isinstance(tree, (list, tuple)):
        made = [converted(x, memory) for x in tree]
        return made if isinstance(tree, list) else tuple(made)
    if isinstance(tree, dict):
        return {key: converted(value, memory) for key, value in tree.items()}
    if isinstance(tree, _TORCH_OBJECTS):
        return getattr(_ours, str(tree).removeprefix("torch."))
    if isinstance(tree, types.FunctionType):
        return with_our_torch(tree)
    return str(tree) if isinstance(tree, _torch.device) else tree


def detached(tree: Any, memory: dict[int, Any]) -> Any:  # noqa: ANN401
    """The same arguments with every tensor a leaf, as ours are."""
    if isinstance(tree, _torch.Tensor):
        if id(tree) not in memory:
            memory[id(tree)] = (tree, tree.detach().requires_grad_(tree.requires_grad))
        return memory[id(tree)][1]
    if isinstance(tree, (list, tuple)):
        made = [detached(x, memory) for x in tree]
        return made if isinstance(tree, list) else tuple(made)
    return {k: detached(v, memory) for k, v in tree.items()} if isinstance(tree, dict) else tree


def _our_tensor(theirs: Any) -> Any:  # noqa: ANN401
    plain = theirs.detach().resolve_conj().resolve_neg()
    kind = getattr(_ours, str(theirs.dtype).removeprefix("torch."))
    if plain.dim() == 0 or plain.dtype in (_torch.bfloat16, _torch.complex32):
        made = _ours.tensor(plain.tolist(), dtype=kind)
    else:
        size = plain.untyped_storage().nbytes() // plain.element_size()
        memory = plain.as_strided((size,), (1,), 0).numpy().copy()
        strides = [stride * plain.element_size() for stride in plain.stride()]
        shaped = np.lib.stride_tricks.as_strided(memory[plain.storage_offset() :], plain.shape, strides)
        made = _ours.from_numpy(shaped)
    return made.requires_grad_() if theirs.requires_grad else made


def with_our_torch(function: Any) -> Any:  # noqa: ANN401 - a function
    """A function of PyTorch's test modules that says `torch` and means us."""
    if not isinstance(function, types.FunctionType):
        return function
    cells = function.__closure__ or ()
    closure = tuple(types.CellType(with_our_torch(cell.cell_contents)) for cell in cells)
    names = {
        **function.__globals__,
        "torch": _ours,
        "np": np,
        "wrapper_set_seed": lambda op, *args, **kwargs: (_ours.manual_seed(42), op(*args, **kwargs))[1],
    }
    made = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def size_of(tree: Any) -> int:  # noqa: ANN401
    """How many elements all tensors of the arguments have."""
    if isinstance(tree, _torch.Tensor):
        return int(tree.numel())
    if isinstance(tree, dict):
        return sum(map(size_of, tree.values()))
    return sum(map(size_of, tree)) if isinstance(tree, (list, tuple)) else 0


# ------------------------------------------------------------------ one run


def seed() -> None:
    """Makes the samples the same in every run."""
    _torch.manual_seed(0)
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - what PyTorch's samples draw from


def answer(library: Any, function: Callable[..., Any], process: Any, args: Any, kwargs: Any) -> Answer:  # noqa: ANN401
    """What `function` of `library` gives, and the gradients of all its results towards all leaves."""
    leaves = [t for t in _tensors(library, (args, kwargs)) if t.requires_grad]
    leaves = list({id(t): t for t in leaves}.values())
    with warnings.catch_warnings(), _time_limit():
        warnings.simplefilter("ignore")
        try:
            found = function(*args, **kwargs)
            process = process or (lambda x: x)
            roots = [t for t in _tensors(library, process(found)) if t.requires_grad]
        except Exception as error:  # noqa: BLE001 - an error is an answer
            return Answer([], [], [], _text(error))
        outputs = list(_flat(found))
        nodes = [type(t.grad_fn).__name__ for t in _tensors(library, found)]
        if not (roots and leaves):
            return Answer(outputs, nodes, [])
        try:
            seeds = [library.ones_like(t) * ((1 + 1j) if t.is_complex() else 1) for t in roots]
            return Answer(outputs, nodes, list(library.autograd.grad(roots, leaves, seeds, allow_unused=True)))
        except Exception as error:  # noqa: BLE001
            return Answer(outputs, nodes, [], None, _text(error))


def _text(error: Exception) -> str:
    return re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")


def _flat(tree: Any) -> Iterator[Any]:  # noqa: ANN401
    if isinstance(tree, (list, tuple)):
        for x in tree:
            yield from _flat(x)
    elif isinstance(tree, dict):
        yield from _flat(list(tree.values()))
    else:
        yield tree


def _tensors(library: Any, tree: Any) -> list[Any]:  # noqa: ANN401
    return [x for x in _flat(tree) if isinstance(x, library.Tensor)]


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS:.0f} seconds")

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


# ------------------------------------------------------------------ comparison


def _values(there: Answer, here: Answer, *, shape_only: bool) -> str:
    """Empty if the outputs agree, UNIT if some last printed digit differs by one, else the difference."""
    if there.error or here.error:
        agrees = (there.error is None) == (here.error is None)
        return "" if agrees else f"error {there.error} ours {here.error}"
    return _compared("value", there.outputs, here.outputs, shape_only=shape_only)


def _gradients(there: Answer, here: Answer) -> str:
    if there.gradient_error or here.gradient_error:
        agrees = (there.gradient_error is None) == (here.gradient_error is None)
        return "" if agrees else f"gradient error {there.gradient_error} ours {here.gradient_error}"
    return _compared("gradient", there.gradients, here.gradients)


def _compared(what: str, there: list[Any], here: list[Any], *, shape_only: bool = False) -> str:
    if len(there) != len(here):
        return f"{what}s: {len(there)} ours {len(here)}"
    worst = ""
    for a, b in zip(there, here, strict=True):
        if isinstance(a, _torch.Tensor) != isinstance(b, _ours.Tensor):
            return f"{what} {_short(a)} ours {_short(b)}"
        if not isinstance(a, _torch.Tensor):
            same = type(a).__name__ == type(b).__name__ and str(a) == str(b)
            found = "" if same else f"{what} {_short(a)} ours {_short(b)}"
        elif (str(a.dtype), tuple(a.shape)) != (str(b.dtype), tuple(b.shape)):
            return f"{what} is {a.dtype} {tuple(a.shape)} ours {b.dtype} {tuple(b.shape)}"
        else:
            found = "" if shape_only else _tensor_difference(what, a.detach(), b.detach())
        if found not in ("", UNIT):
            return found
        worst = worst or found
    return worst


def _tensor_difference(what: str, theirs: Any, own: Any) -> str:  # noqa: ANN401
    printed, own_printed = str(theirs), str(own)
    found = printed_verdict(printed, own_printed)
    if theirs.dtype not in (_torch.bfloat16, _torch.complex32):
        a, b = theirs.numpy(force=True), np.asarray(own.numpy())
        if not np.allclose(b, a, RELATIVE, ABSOLUTE, equal_nan=True):
            with np.errstate(all="ignore"):
                k = int(np.nanargmax(np.where(np.isclose(b, a, RELATIVE, ABSOLUTE, equal_nan=True), 0, 1)))
            return f"{what} at {k}: {a.flat[k]} ours {b.flat[k]}"
        zeros = (a == 0) & (b == 0)
        if not theirs.is_complex() and bool(np.any(zeros & (np.signbit(a) != np.signbit(b)))):
            return f"{what}: the sign of a zero"
    if found in (AGREED, UNIT):
        return "" if found == AGREED else UNIT
    return f"{what} printed {_apart(printed, own_printed)}"


def _apart(a: str, b: str) -> str:
    """The first lines that differ."""
    lines, own = a.split("\n"), b.split("\n")
    for first, second in zip(lines, own, strict=False):
        if first != second:
            return f"{first.strip()} ours {second.strip()}"
    return f"{len(lines)} lines ours {len(own)}"


def _short(value: Any) -> str:  # noqa: ANN401
    return re.sub(r"\s+", " ", repr(value))[:60]
