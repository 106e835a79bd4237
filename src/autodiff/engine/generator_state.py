"""The state of a random generator as a tensor of bytes, laid out as PyTorch lays it out, and `torch.random`."""

from collections.abc import Iterator
from contextlib import contextmanager
from struct import Struct
from typing import Any, Final

from autodiff.dtypes import uint8
from autodiff.engine import create
from autodiff.engine.core import TensorBase
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.numbers.array import ARRAYS, array_of, np
from autodiff.numbers.generator import Generator, current_generator

__all__ = ["fork_rng", "get_rng_state", "set_rng_state"]

_WORDS: Final = 624
_LAYOUT: Final = Struct(f"<QiiQ{_WORDS}Qdddiixxxxi")
"""Seed, words left and whether it was seeded, the next word, the words, three numbers of a normal pair and whether
there is one, and (unused here) a spare float and whether there is one."""


def state_of(generator: Generator) -> Any:  # noqa: ANN401 - a Tensor
    """Everything the next numbers depend on."""
    words, used = generator.state
    left = _WORDS + 1 - used
    spare = generator.spare_normal
    pair = (0.0, 0.0 if spare is None else spare, 0.0, int(spare is not None))
    packed = _LAYOUT.pack(generator.initial_seed(), left, 1, used % _WORDS, *words, *pair, 0, 0)
    return create.leaf(ARRAYS[uint8].of(np.frombuffer(packed, dtype=np.uint8).copy()), requires_grad=False)


def restore(generator: Generator, state: Any) -> None:  # noqa: ANN401 - a Tensor
    """Go on from what `state_of` gave. Raises PyTorch's TypeError or RuntimeError for anything else."""
    if not isinstance(state, TensorBase) or state.dtype is not uint8:
        raise TorchTypeError("RNG state must be a torch.ByteTensor")
    data = array_of(state._data, uint8).tobytes()
    if len(data) != _LAYOUT.size:
        raise TorchRuntimeError("RNG state is wrong size")
    seed, left, _, _, *rest = _LAYOUT.unpack(data)
    words, (_, spare, _, is_spare, _, _) = rest[:_WORDS], rest[_WORDS:]
    generator.resume(seed, words, _WORDS + 1 - left, spare if is_spare else None)


def get_rng_state() -> Any:  # noqa: ANN401 - a Tensor
    """The state of the default generator."""
    return state_of(current_generator())


def set_rng_state(new_state: Any) -> None:  # noqa: ANN401 - a Tensor
    """Let the default generator go on from a state."""
    restore(current_generator(), new_state)


@contextmanager
def fork_rng(*_: Any, enabled: bool = True, **__: Any) -> Iterator[None]:  # noqa: ANN401 - devices, of which there are none
    """A block after which the default generator goes on as if nothing had been drawn in it."""
    before = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(before)
