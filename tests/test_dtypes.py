"""Dtypes promote as PyTorch's do, and by a lattice's laws."""

import json
import pickle
from collections.abc import Iterator
from itertools import product

import pytest

from autodiff.dtypes import (
    DTYPES,
    Category,
    default_complex_dtype,
    default_dtype,
    dtype,
    dtype_of_number,
    float32,
    float64,
    int64,
    promote_types,
    result_type,
    set_default_dtype,
)
from tests.record_dtypes import DEFAULTS, NUMBERS, SAMPLES

RECORDED: dict[str, dict[str, list[str | None]]] = json.loads(SAMPLES.read_text(encoding="utf-8"))
NAMED = {d.name: d for d in DTYPES}


@pytest.fixture(autouse=True)
def _same_default_afterwards() -> Iterator[None]:
    before = default_dtype()
    yield
    set_default_dtype(before)


def _result(*operands: str) -> str:
    """Promote operands given as in the record: a rank and a dtype, or a number."""
    ranks: dict[str, list[dtype]] = {"tensor": [], "scalar": [], "number": []}
    for operand in operands:
        if operand in NUMBERS:
            ranks["number"].append(dtype_of_number(NUMBERS[operand]))
        else:
            rank, name = operand.split()
            ranks[rank].append(NAMED[name])
    return result_type(ranks["tensor"], ranks["scalar"], ranks["number"]).name


@pytest.mark.parametrize("left", RECORDED["promote_types"])
def test_promote_types_is_what_pytorch_said(left: str) -> None:
    """Two dtypes of equal rank meet where PyTorch says."""
    answers = [promote_types(NAMED[left], NAMED[right]).name for right in RECORDED["promote_types"]]
    assert answers == RECORDED["promote_types"][left]


@pytest.mark.parametrize("default", DEFAULTS)
@pytest.mark.parametrize("left", RECORDED["result_type float32"])
def test_result_type_is_what_pytorch_said(left: str, default: str) -> None:
    """Tensors, 0-d tensors and numbers of every dtype meet where PyTorch says, under every default dtype."""
    set_default_dtype(NAMED[default])
    rows = RECORDED[f"result_type {default}"]
    assert [_result(left, right) for right in rows] == rows[left]


def test_nothing_recorded_is_missing() -> None:
    """The record holds every ordered pair of dtypes, and of the operands of all ranks."""
    assert list(RECORDED["promote_types"]) == [d.name for d in DTYPES]
    assert len(RECORDED["result_type float32"]) == 2 * len(DTYPES) + len(NUMBERS)
    assert all(len(row) == len(rows) for rows in RECORDED.values() for row in rows.values())


@pytest.mark.parametrize("d", DTYPES, ids=repr)
def test_promotion_with_itself_changes_nothing(d: dtype) -> None:
    """Promotion is idempotent."""
    assert promote_types(d, d) is d


@pytest.mark.parametrize("a", DTYPES, ids=repr)
def test_order_does_not_matter(a: dtype) -> None:
    """Promotion is commutative."""
    assert [b for b in DTYPES if promote_types(a, b) is not promote_types(b, a)] == []


@pytest.mark.parametrize("a", DTYPES, ids=repr)
def test_grouping_does_not_matter(a: dtype) -> None:
    """Promotion is associative without exception, as PyTorch's is."""
    differing = [
        (b, c)
        for b, c in product(DTYPES, repeat=2)
        if promote_types(promote_types(a, b), c) is not promote_types(a, promote_types(b, c))
    ]
    assert differing == []


@pytest.mark.parametrize("a", DTYPES, ids=repr)
def test_promotion_never_lowers_the_category(a: dtype) -> None:
    """The category of the result is the higher one of the two."""
    assert [b for b in DTYPES if promote_types(a, b).category != max(a.category, b.category)] == []


@pytest.mark.parametrize(
    ("default", "partner"), list(zip(DEFAULTS, ("complex64", "complex128", "complex32", "complex64"), strict=True))
)
def test_numbers_follow_the_default(default: str, partner: str) -> None:
    """Python floats and complex numbers enter with the default dtype and its partner, integers with int64."""
    set_default_dtype(NAMED[default])
    assert dtype_of_number(1.5) is default_dtype() is NAMED[default]
    assert dtype_of_number(1j) is default_complex_dtype() is NAMED[partner]
    assert dtype_of_number(1) is int64
    assert dtype_of_number(True).category == Category.BOOL


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (int64, "only floating-point types are supported as the default type"),
        ("float32", "invalid dtype object: only floating-point types are supported as the default type"),
    ],
)
def test_default_dtype_must_be_floating(refused: object, message: str) -> None:
    """Another default is refused in PyTorch's words, and the old one stays."""
    with pytest.raises(TypeError) as refusal:
        set_default_dtype(refused)
    assert str(refusal.value) == message
    assert default_dtype() is float32


@pytest.mark.parametrize("d", DTYPES, ids=repr)
def test_a_copy_is_the_dtype_itself(d: dtype) -> None:
    """Dtypes are compared by identity, so a pickled one comes back as the same object."""
    assert pickle.loads(pickle.dumps(d)) is d  # noqa: S301 - our own bytes


def test_text() -> None:
    """A dtype prints as in PyTorch."""
    assert repr(float64) == "torch.float64"
