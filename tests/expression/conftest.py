"""What the tests of expressions share."""

from collections.abc import Iterator

import pytest

import autodiff as torch


@pytest.fixture
def double() -> Iterator[None]:
    """Numbers are float64 where nothing else says what they are."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)
