"""Names are found where PyTorch has them, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import autodiff
from autodiff.ops.table import OVERLOADS, found_in
from tests.transcripts.replay import attribute

if TYPE_CHECKING:
    from types import ModuleType

PLACES = {"function": "", "method": "Tensor", "functional": "nn.functional", "linalg": "linalg", "special": "special"}


def names_in(module: ModuleType, place: str) -> set[str]:
    """What `torch`, `torch.Tensor`, `torch.special` and so on have."""
    return set(dir(attribute(module, PLACES[place]) if PLACES[place] else module))


@pytest.mark.oracle
@pytest.mark.parametrize("place", PLACES)
def test_pytorch_has_every_name_of_the_table_in_its_place(torch: Any, place: str) -> None:  # noqa: ANN401
    """No function, method or member of a module is our own."""
    theirs = names_in(torch, place)
    assert sorted(name for name in found_in(place) if name.removeprefix(f"{place}_") not in theirs) == []


@pytest.mark.parametrize("place", PLACES)
def test_every_name_of_the_table_is_found_in_its_place(place: str) -> None:
    """The table says where a name is found, and there it is."""
    ours = names_in(autodiff, place)
    assert sorted(name for name in found_in(place) if name.removeprefix(f"{place}_") not in ours) == []


@pytest.mark.parametrize(
    ("name", "place", "there"),
    [
        ("psi", "special", True), ("psi", "function", False), ("psi", "method", False),
        ("expit", "special", True), ("expit", "function", False), ("sigmoid", "special", False),
        ("logsigmoid", "functional", True), ("log_sigmoid", "functional", False), ("logsigmoid", "function", False),
        ("det", "linalg", True), ("det", "method", True), ("linalg_det", "method", False),
        ("softmax", "method", True), ("softmin", "method", False), ("view_as_real", "method", False),
    ],
)  # fmt: skip
def test_a_name_is_in_some_places_only(name: str, place: str, there: bool) -> None:
    """A name with a prefix is found in the module of that name, without it."""
    assert (name in names_in(autodiff, place)) is there


def test_a_place_may_have_overloads_of_its_own() -> None:
    """F.softmax guesses the dimension, with a warning; torch.softmax wants to know."""
    x = autodiff.tensor([0.5, 1.5])
    with pytest.warns(UserWarning, match="Implicit dimension choice for softmax has been deprecated"):
        shares = autodiff.nn.functional.softmax(x)
    assert str(shares) == str(autodiff.softmax(x, 0))
    with pytest.raises(TypeError, match='missing 1 required positional arguments: "dim"'):
        autodiff.softmax(x)
    assert len(OVERLOADS["softmax"]) == 2
