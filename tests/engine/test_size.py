"""A size is a tuple that prints, slices and adds as PyTorch's does."""

import pickle
from typing import Any

import pytest

from autodiff.engine.size import Size


class _Three:
    def __index__(self) -> int:
        return 3


@pytest.mark.parametrize(
    ("size", "text"), [(Size(), "torch.Size([])"), (Size([2]), "torch.Size([2])"), (Size((2, 3)), "torch.Size([2, 3])")]
)
def test_text(size: Size, text: str) -> None:
    """`repr`, `str` and an f-string all give PyTorch's text."""
    assert (repr(size), str(size), f"{size}") == (text, text, text)


def test_equal_to_the_tuple_and_hashed_like_it() -> None:
    """A size stands for its tuple wherever equality and hashes matter, and never for a list."""
    assert Size([2, 3]) == (2, 3)
    assert hash(Size([2, 3])) == hash((2, 3))
    as_list: object = [2, 3]
    assert Size([2, 3]) != as_list


@pytest.mark.parametrize(("lengths", "count"), [((), 1), ((2, 3), 6), ((2, 0), 0)])
def test_number_of_elements(lengths: tuple[int, ...], count: int) -> None:
    """`numel` is the product of the lengths."""
    assert Size(lengths).numel() == count


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (Size([2, 3])[:1], [2]),
        (Size([2, 3])[::-1], [3, 2]),
        (Size([2, 3]) + (4,), [2, 3, 4]),  # noqa: RUF005 - the sum is what is tested
        ((4,) + Size([2, 3]), [4, 2, 3]),  # noqa: RUF005 - the sum is what is tested
        (Size([2]) + Size([3]), [2, 3]),
        (Size([2, 3]) * 2, [2, 3, 2, 3]),
        (2 * Size([2, 3]), [2, 3, 2, 3]),
        (pickle.loads(pickle.dumps(Size([2, 3]))), [2, 3]),  # noqa: S301 - our own bytes
    ],
)
def test_sizes_make_sizes(made: Size, expected: list[int]) -> None:
    """Slices, sums, repetitions and copies of a size are sizes."""
    assert type(made) is Size
    assert list(made) == expected


def test_one_entry_is_an_int() -> None:
    """An index gives a plain int."""
    assert Size([2, 3])[-1] == 3
    assert type(Size([2, 3])[0]) is int


def test_what_counts_as_an_integer_becomes_an_int() -> None:
    """Booleans and objects with `__index__` are stored as ints."""
    size = Size([True, _Three()])
    assert repr(size) == "torch.Size([1, 3])"
    assert [type(length) for length in size] == [int, int]


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([2, 1.5], "torch.Size() takes an iterable of 'int' (item 1 is 'float')"),
        ("ab", "torch.Size() takes an iterable of 'int' (item 0 is 'str')"),
        (2, "'int' object is not iterable"),
    ],
)
def test_other_lengths_are_refused(lengths: Any, message: str) -> None:  # noqa: ANN401 - wrong on purpose
    """What is no sequence of integers is refused in PyTorch's words."""
    with pytest.raises(TypeError) as refusal:
        Size(lengths)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ([4], "can only concatenate tuple (not list) to torch.Size"),
        (4, "can only concatenate tuple (not int) to torch.Size"),
        ((1.5,), "torch.Size() takes an iterable of 'int' (item 2 is 'float')"),
    ],
)
def test_other_sums_are_refused(other: Any, message: str) -> None:  # noqa: ANN401 - wrong on purpose
    """Only tuples of integers can be added to a size."""
    with pytest.raises(TypeError) as refusal:
        Size([2, 3]) + other
    assert str(refusal.value) == message


def test_it_names_itself_as_in_pytorch() -> None:
    """The class prints as PyTorch's."""
    assert repr(Size) == "<class 'torch.Size'>"
