"""What is said of arguments that fit no signature. Texts recorded from PyTorch 2.13.0."""

import re
from collections.abc import Callable

import pytest

import autodiff as torch

X = torch.ones(2, 2)
REFUSALS = [
    (lambda: X.exp(3), "TensorBase.exp() takes no arguments (1 given)"),
    (lambda: X.exp(a=1), "TensorBase.exp() takes no keyword arguments"),
    (lambda: X.sin_(2, 3), "TensorBase.sin_() takes no arguments (2 given)"),
    (lambda: torch.exp(X, 3), "exp() takes 1 positional argument but 2 were given"),
    (lambda: torch.exp([1.0]), "exp(): argument 'input' (position 1) must be Tensor, not list"),
]


@pytest.mark.parametrize(("call", "text"), REFUSALS)
def test_a_refusal_is_worded_as_pytorch_words_it(call: Callable[[], object], text: str) -> None:
    """Methods without parameters are functions in C, where Python itself counts the arguments."""
    with pytest.raises(TypeError, match=f"^{re.escape(text)}$"):
        call()
