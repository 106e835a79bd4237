"""A tensor's text is PyTorch's, character for character."""

import json
from collections.abc import Iterator
from contextvars import copy_context
from math import inf
from typing import Any

import pytest

from autodiff import dtypes
from autodiff.engine.display import (
    PROFILES,
    PrintOptions,
    changed,
    print_options,
    set_print_options,
    shown,
    tensor_text,
)
from tests.engine.record_display import SAMPLES

CASES: list[dict[str, Any]] = json.loads(SAMPLES.read_text(encoding="utf-8"))


def _named(name: str) -> dtypes.dtype:
    return next(d for d in dtypes.DTYPES if d.name == name)


def _nested(flat: list[Any], lengths: list[int]) -> Any:  # noqa: ANN401 - a number or lists of lists
    """Fold a flat list into lists as deep as `lengths` is long."""
    for length in reversed(lengths):
        flat = [flat[start : start + length] for start in range(0, len(flat), length)] if length else []
    return flat[0] if flat else []


def _values(case: dict[str, Any], options: PrintOptions) -> Any:  # noqa: ANN401 - a number or lists of lists
    flat = case["values"]
    if _named(case["dtype"]).is_complex:
        flat = [complex(*parts) for parts in flat]
    picked = shown(case["shape"], options)
    return _nested(flat, case["shape"] if picked is None else [len(indices) for indices in picked])


@pytest.fixture
def default_dtype() -> Iterator[None]:
    """Put the default dtype back afterwards."""
    before = dtypes.default_dtype()
    yield
    dtypes.set_default_dtype(before)


@pytest.mark.usefixtures("default_dtype")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['dtype']}{case['shape']}")
def test_text_is_what_pytorch_printed(case: dict[str, Any]) -> None:
    """Every recorded tensor has its recorded text."""
    dtypes.set_default_dtype(_named(case["default"]))
    options = changed(PrintOptions(), **case["options"])
    text = tensor_text(_values(case, options), case["shape"], _named(case["dtype"]), case["suffixes"], options)
    assert text == case["text"]


def test_all_entries_of_a_small_tensor_are_shown() -> None:
    """A tensor of exactly `threshold` elements is not cut, and neither is a larger one without long dimensions."""
    assert shown((1000,)) is None
    assert shown(()) is None
    assert shown((6, 6, 6, 6)) is None


def test_only_the_edges_of_long_dimensions_are_shown() -> None:
    """A dimension longer than twice `edgeitems` shows its ends, the others all their entries."""
    assert shown((1001,)) == ((0, 1, 2, 998, 999, 1000),)
    picked = shown((2, 600), PrintOptions(edgeitems=1))
    assert picked is not None
    assert [list(indices) for indices in picked] == [[0, 1], [0, 599]]


def test_nothing_of_an_empty_tensor_is_listed() -> None:
    """An empty tensor with a dimension of a thousand million still prints at once."""
    assert shown((10**9, 0)) == ((), ())
    assert tensor_text([], (10**9, 0), dtypes.float32) == "tensor([], size=(1000000000, 0))"


def test_tangent_comes_last_and_wraps() -> None:
    """A suffix that does not fit starts a line of its own under the first bracket."""
    suffixes = ["requires_grad=True", "tangent=tensor([1., 1., 1., 1., 1., 1., 1., 1., 1., 1.])"]
    assert tensor_text([1.0, 2.0], (2,), dtypes.float64, suffixes) == (
        "tensor([1., 2.], dtype=torch.float64, requires_grad=True,\n"
        "       tangent=tensor([1., 1., 1., 1., 1., 1., 1., 1., 1., 1.]))"
    )


def test_sixty_four_dimensions() -> None:
    """As many dimensions as PyTorch allows print without recursion."""
    values: Any = 1.0
    for _ in range(64):
        values = [values]
    assert tensor_text(values, (1,) * 64, dtypes.float32) == "tensor(" + "[" * 64 + "1." + "]" * 64 + ")"


def test_every_change_of_options_resets_sci_mode() -> None:
    """`sci_mode` is the one option that a call without it puts back."""
    assert changed(PrintOptions(sci_mode=True), precision=2) == PrintOptions(precision=2)
    assert changed(PrintOptions(precision=7), profile="default") == PrintOptions()
    assert changed(PrintOptions(precision=7), profile="unknown") == PrintOptions(precision=7)
    assert changed(PrintOptions(), profile="full", linewidth=100) == PrintOptions(threshold=inf, linewidth=100)


def test_options_in_force_belong_to_a_context() -> None:
    """Options set in one context do not reach another."""

    def set_and_read() -> PrintOptions:
        set_print_options(PROFILES["short"])
        return print_options()

    assert copy_context().run(set_and_read) == PrintOptions(precision=2, edgeitems=2)
    assert print_options() == PrintOptions()
