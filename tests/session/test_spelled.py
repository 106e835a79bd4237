"""A derivative's rule is written as mathematics, with the names or the numbers that are put in."""

from collections.abc import Mapping
from typing import Any

import pytest

import autodiff as torch
from autodiff.ops.table import OVERLOADS
from autodiff.session.trace.spelled import Unspelled, spell


def spelled(
    name: str, target: str, values: Mapping[str, Any], texts: Mapping[str, str] | None = None, *, decide: bool = False
) -> Any:  # noqa: ANN401
    """A rule of the table with values for what it names."""
    op = next(op for op in OVERLOADS[name] if target in op.derivatives and set(op.rule_names[target]) <= {*values, "g"})
    given = {each: {"g": torch.tensor(1.0), **values}[each] for each in op.rule_names[target]}
    return spell(op.derivatives[target], given, texts or {}, decide=decide)


THREE = torch.tensor(3.0)
TEXTS: list[tuple[str, str, dict[str, Any], dict[str, str], str]] = [
    ("sin", "self", {"self": THREE}, {}, "g * cos(self)"),
    ("sin", "self", {"self": THREE}, {"self": "x + 1"}, "g * cos(x + 1)"),
    ("mul", "self", {"other": THREE}, {"other": "x+1"}, "g * (x+1)"),
    ("mul", "self", {"other": THREE}, {"other": "f(x+1)"}, "g * f(x+1)"),
    ("mul", "self", {"other": THREE}, {"other": "(a)*(b)"}, "g * ((a)*(b))"),
    ("mul", "self", {"other": THREE}, {"g": "-2", "other": "-3"}, "-2 * (-3)"),
    ("mul", "self", {"other": THREE}, {"g": "1.0000e-08", "other": "2"}, "1.0000e-08 * 2"),
    ("pow", "self", {"self": THREE, "exponent": 2}, {}, "g * (2 * self)"),
    ("pow", "self", {"self": THREE, "exponent": 3}, {"self": "-2"}, "g * (3 * (-2) ** 2)"),
    ("pow", "self", {"self": THREE, "exponent": 0}, {}, "0"),
    ("lerp", "end", {"weight": 0.25}, {}, "g * 0.25"),
    ("tanh", "self", {"out": THREE}, {}, "g * (1 - out ** 2)"),
    ("div", "other", {"self": THREE, "other": THREE}, {}, "-g * (self / other / other)"),
    ("relu", "self", {"out": THREE}, {}, "where(out > 0, g, 0)"),
    ("sum", "self", {"self_shape": (2,)}, {}, "expand(g, size=(2,))"),
    ("sum", "self", {"self_shape": ()}, {}, "g"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "target", "values", "texts", "expected"), TEXTS)
def test_rules_as_text(name: str, target: str, values: dict[str, Any], texts: dict[str, str], expected: str) -> None:
    """What the rule does stands there, with parentheses only where Python needs them or the user's text may."""
    assert spelled(name, target, values, texts) == expected


@pytest.mark.parametrize(("value", "expected"), [(3.0, "g"), (-3.0, "0")])
def test_a_condition_on_a_known_number_can_be_decided(value: float, expected: str) -> None:
    """With the number put in only the branch that is taken is left."""
    assert spelled("relu", "self", {"out": torch.tensor(value)}, decide=True) == expected


def test_conj_is_left_out_of_real_rules_only() -> None:
    """The rules are written for complex numbers, where the conjugate matters."""
    z = torch.tensor(1j)
    assert spelled("mul", "self", {"other": z, "g": z}) == "g * conj(other)"


def test_what_a_text_cannot_answer_has_no_text() -> None:
    """A rule that looks at the elements of a tensor is not written."""
    with pytest.raises(Unspelled):
        spell(lambda g, self: g if self.tolist() else self, {"g": THREE, "self": THREE}, {})
