"""PyTorch's generator of random numbers on the CPU: the Mersenne Twister, and how bits become uniform numbers."""

import os
from contextvars import ContextVar
from typing import Any, Final, Self

from autodiff.dtypes import dtype, float64
from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.numbers.array import np

__all__ = ["Generator", "current_generator", "default_seed", "fused", "initial_seed", "manual_seed", "seed"]

_WORDS: Final = 624
_BITS: Final = 0xFFFFFFFFFFFFFFFF
default_seed: Final = 67280421310721
"""The seed of a generator that was given none."""


def _state(seed: int) -> tuple[int, ...]:
    """Knuth's recurrence: the words a seed of 32 bits stands for, and that all of them are used up."""
    words = [seed & 0xFFFFFFFF]
    for k in range(1, _WORDS):
        words.append((1812433253 * (words[-1] ^ (words[-1] >> 30)) + k) & 0xFFFFFFFF)
    return (*words, _WORDS)


class Generator:
    """A source of random numbers that starts again at the same place after `manual_seed`."""

    __module__ = "torch._C"
    __slots__ = ("_random", "_seed", "spare_normal")

    def __init__(self, device: object = "cpu") -> None:
        if str(device).partition(":")[0] != "cpu":
            raise TorchRuntimeError(f"Device type {device} is not supported for torch.Generator() api.")
        from random import Random

        self._random = Random(0)  # noqa: S311 - PyTorch's, not for secrets
        self.manual_seed(default_seed)

    def manual_seed(self, seed: Any) -> Self:  # noqa: ANN401 - whatever int() takes
        """Start again from `seed`, between -2**63 and 2**64 - 1. Raises ValueError for other numbers."""
        number = int(seed)
        if not -(1 << 63) <= number < 1 << 64:
            raise TorchValueError("Overflow when unpacking long long")
        self._seed = number & _BITS
        self._random.setstate((3, _state(number), None))
        self.spare_normal: float | None = None
        """The second of a pair of normal numbers, kept for the next call."""
        return self

    def seed(self) -> int:
        """Start again from a seed nobody chose, which is returned."""
        return self.manual_seed(int.from_bytes(os.urandom(8), "little")).initial_seed()

    def initial_seed(self) -> int:
        """The seed it started from."""
        return self._seed

    @property
    def state(self) -> tuple[list[int], int]:
        """The words of the Mersenne Twister, and how many of them are used up."""
        *words, used = self._random.getstate()[1]
        return words, used

    def resume(self, seed: int, words: list[int], used: int, spare_normal: float | None) -> None:
        """Go on from a state."""
        self._seed = seed
        self._random.setstate((3, (*words, used), None))
        self.spare_normal = spare_normal

    def words(self, count: int) -> Any:  # noqa: ANN401 - an array of uint32
        """The next `count` words of 32 bits."""
        return np.frombuffer(self._random.getrandbits(32 * count).to_bytes(4 * count, "little"), dtype="<u4")

    def long_words(self, count: int) -> Any:  # noqa: ANN401 - an array of uint64
        """The next `count` words of 64 bits: the upper half is drawn first."""
        halves = self.words(2 * count).astype(np.uint64)
        return (halves[0::2] << np.uint64(32)) | halves[1::2]

    def fractions(self, count: int, kind: dtype) -> Any:  # noqa: ANN401 - an array of float32 or float64
        """The next `count` numbers of [0, 1), as many bits as `kind` has; float32 stands for the shorter ones, too."""
        if kind is float64:
            return (self.long_words(count) & np.uint64((1 << 53) - 1)) / 2.0**53
        bits = (self.words(count) & np.uint32((1 << 24) - 1)).astype(np.float32)
        return bits / np.float32(1 << 24)

    def uniform(self, count: int, low: float, high: float, kind: dtype) -> Any:  # noqa: ANN401 - an array
        """The next `count` numbers of [low, high): a fraction times the length, plus low, rounded once."""
        wide = np.float64 if kind is float64 else np.float32
        start, end = wide(low), wide(high)
        return fused(self.fractions(count, kind), end - start, start)


def fused(a: Any, b: Any, c: Any) -> Any:  # noqa: ANN401 - arrays or numbers, all float32 or all float64
    """a * b + c, rounded once: the product's and the sum's own errors are added last (Dekker, Knuth)."""
    kind = np.result_type(a, b, c)
    if kind != np.float64:
        a, b, c = (np.asarray(x, dtype=np.float64) for x in (a, b, c))
        return (a * b + c).astype(np.float32)  # the product is exact in double
    p = a * b
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    rest = ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2
    s = p + c
    t = s - p
    return s + (((p - (s - t)) + (c - t)) + rest)


def _halves(x: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """The upper and the lower bits of a double, whose products are exact."""
    upper = 134217729.0 * x
    upper = upper - (upper - x)
    return upper, x - upper


# ------------------------------------------------------------------ the generator functions use by default

_default: Final[ContextVar[Generator | None]] = ContextVar("default generator", default=None)


def current_generator() -> Generator:
    """The generator functions use that are given none; until it is given a seed, nobody knows its numbers."""
    found = _default.get()
    if found is None:
        found = Generator()
        found.seed()
        _default.set(found)
    return found


def manual_seed(seed: Any) -> Generator:  # noqa: ANN401 - whatever int() takes
    """Start the default generator again from `seed`, and return it."""
    return current_generator().manual_seed(seed)


def initial_seed() -> int:
    """The seed the default generator started from."""
    return current_generator().initial_seed()


def seed() -> int:
    """Start the default generator again from a seed nobody chose, which is returned."""
    return current_generator().seed()
