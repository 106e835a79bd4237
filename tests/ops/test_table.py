"""What follows from every declaration in the table: gradients, carriers, in-place forms, saved values, names."""

from __future__ import annotations

import math
import re
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import autodiff as torch
from autodiff.ops.op import Composite, Elementwise, Structural
from autodiff.ops.table import all_operations
from tests.ops.calls import label, operands, refuses, unique_ops
from tests.ops.gradcheck import assert_gradients, flat
from tests.ops.record_samples import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autodiff.ops.op import Op

DIFFERENTIABLE = [op for op in unique_ops() if op.derivatives or isinstance(op, Composite)]
SAMPLED = [op for op in DIFFERENTIABLE if op.samples]
POINTWISE = [op for op in SAMPLED if isinstance(op, Elementwise)]
_EXACT = """
    add sub rsub mul div neg reciprocal sqrt abs sign sgn floor ceil round trunc maximum minimum relu where
    remainder fmod masked_fill threshold clamp clamp_min clamp_max frac square positive
"""
EXACT = frozenset(_EXACT.split())
"""Pointwise operations that are exact, or one rounding: NumPy and Python agree on them in float64, too."""
EDGES = (0.0, -0.0, 1.0, -1.0, 0.1, -2.5, 1e-30, 1e30, 88.0, math.inf, -math.inf, math.nan)


def run(op: Op, sample: tuple[Any, ...], dtype: Any, *, grad: bool = False) -> tuple[Any, list[Any]]:  # noqa: ANN401
    """A declaration applied to a sample: the result, and the tensors that can be differentiated."""
    leaves: list[Any] = []

    def make(value: Any, differentiable: bool) -> Any:  # noqa: ANN401
        if not differentiable:
            return torch.tensor(value)
        leaves.append(torch.tensor(value, dtype=dtype, requires_grad=grad))
        return leaves[-1]

    return applied(op, operands(op, sample, make)), leaves


def applied(op: Op, values: list[Any]) -> Any:  # noqa: ANN401 - a tensor, or several
    """A declaration applied to arguments in the order of its signature."""
    return op(*values)


def bits(number: Any) -> str:  # noqa: ANN401 - a Python number
    """A number so that two are the same if their bits are (all nan are one)."""
    return repr(number)


def samples_of_numbers(op: Op) -> Iterator[tuple[Any, ...]]:
    """The samples that are numbers throughout, and for one real input also the edges of its domain."""
    yield from (s for s in op.samples if all(isinstance(x, (int, float, bool, str)) for x in s))
    if len(op.signature) == 1 and op.public:
        yield from ((x,) for x in EDGES)


# ------------------------------------------------------------------ derivatives


@pytest.mark.parametrize("op", SAMPLED, ids=label)
def test_derivatives_are_right_to_second_order(op: Op) -> None:
    """Every rule agrees with central differences, and so does the derivative of the rule."""
    for sample in op.samples:
        places: list[Any] = []
        template = operands(op, sample, lambda value, differentiable: _Hole(places, value, differentiable))  # noqa: B023
        points = [hole.value for hole in places]
        if any(isinstance(x, complex) for x in flat(points)):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of what PyTorch calls deprecated
            assert_gradients(lambda *tensors: applied(op, _filled(template, list(tensors))), points, once=op.once)  # noqa: B023


class _Hole:
    """Where a tensor goes that is differentiated; others are made at once."""

    def __new__(cls, places: list[Any], value: Any, differentiable: bool) -> Any:  # noqa: ANN401
        if not differentiable:
            return torch.tensor(value)
        self = super().__new__(cls)
        self.value = value
        places.append(self)
        return self

    value: Any


def _filled(template: list[Any], tensors: list[Any]) -> list[Any]:
    rest = iter(tensors)

    def fill(value: Any) -> Any:  # noqa: ANN401
        return next(rest) if isinstance(value, _Hole) else value

    return [[fill(v) for v in value] if isinstance(value, list) else fill(value) for value in template]


def test_every_differentiable_operation_has_samples() -> None:
    """A public declaration with a derivative says where it can be tested."""
    without = [op for op in unique_ops() if op.public and op.derivatives and not op.samples]
    assert [label(op) for op in without if not all(map(refuses, op.derivatives.values()))] == []


# ------------------------------------------------------------------ carriers


@pytest.mark.parametrize("op", POINTWISE, ids=label)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_number_and_a_vector_of_one_give_the_same_bits(op: Op, dtype: str) -> None:
    """A 0-d tensor is computed on a Python number and a vector on an array: value and gradient are the same."""
    kind = getattr(torch, dtype)
    exactly = dtype == "float32" or op.name in EXACT
    for sample in samples_of_numbers(op):
        number, number_leaves = run(op, sample, kind, grad=True)
        vector, vector_leaves = run(op, _in_brackets(op, sample), kind, grad=True)
        pairs = [(number, vector)]
        if number.requires_grad:
            number.backward()
            vector.sum().backward()
            pairs += [(a.grad, b.grad) for a, b in zip(number_leaves, vector_leaves, strict=True)]
        for one, other in pairs:
            a, b = one.item(), other.item()
            assert bits(a) == bits(b) or (not exactly and math.isclose(a, b, rel_tol=1e-13)), (sample, a, b)


def _in_brackets(op: Op, sample: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([x] if p.name in op.inputs else x for p, x in zip(op.signature, sample, strict=False))


@pytest.mark.filterwarnings("ignore:index_reduce:UserWarning")
@pytest.mark.parametrize("op", [op for op in unique_ops() if op.in_place and op.public and op.samples], ids=label)
def test_in_place_is_the_same_operation(op: Op) -> None:
    """`x.f_()` leaves in x what `x.f()` gives, and counts one version up."""
    for sample in op.samples:
        if op.signature[0].name not in op.inputs:
            continue
        arguments = operands(op, sample, lambda v, d: torch.tensor(v, dtype=torch.float64 if d else None))
        keywords = {p.name: v for p, v in zip(op.signature, arguments, strict=False) if p.keyword_only}
        places = [v for p, v in zip(op.signature, arguments, strict=False) if not p.keyword_only]
        wanted = applied(op, arguments)
        if tuple(wanted.shape) != tuple(places[0].shape) or wanted.dtype is not places[0].dtype:
            continue  # what is larger than itself, or bools: refused in place
        changed = places[0].clone()
        version = changed._version
        result = getattr(changed, f"{op.name}_")(*places[1:], **keywords)
        assert result is changed
        assert changed._version == version + 1
        assert str(changed) == str(wanted)


# ------------------------------------------------------------------ declarations


def test_every_operation_is_declared_once() -> None:
    """The table has no declaration twice, and no two public ones take the same arguments."""
    assert len(all_operations()) == len(set(all_operations()))
    public = [op for op in all_operations() if op.public]
    forms = [(op.name, tuple((p.kind, p.name, p.keyword_only) for p in op.signature)) for op in public]
    assert sorted({str(form) for form in forms if forms.count(form) > 1}) == []


@pytest.mark.parametrize("op", unique_ops(), ids=label)
def test_a_declaration_is_documented(op: Op) -> None:
    """The doc is one sentence on one line, without a full stop, and not the name again."""
    assert op.doc.strip() == op.doc != ""
    assert "\n" not in op.doc
    assert not op.doc.endswith(".")
    assert op.doc != op.name


@pytest.mark.parametrize("op", unique_ops(), ids=label)
def test_rules_name_only_what_exists(op: Op) -> None:
    """A rule's parameters are the gradient, inputs, results, attributes, or facts about an input."""
    known = {"g", *op.results, *(p.name for p in op.signature)}
    facts = re.compile(
        rf"(?:{'|'.join(op.inputs) or '-'})_(?:shape|dtype|numel|strides|dim|geometry)|tensors_shapes"
        rf"|(?:{'|'.join((*op.inputs, *op.results))})_sym_argsize_minus_[12]"
    )
    for target, named in op.rule_names.items():
        assert target in op.inputs
        assert [name for name in named if name not in known and not facts.fullmatch(name)] == []


def test_nodes_are_named_as_in_pytorch() -> None:
    """The node of a single operation has the name that was recorded for its samples."""
    by_label = {label(op): op for op in unique_ops() if isinstance(op, (Elementwise, Structural)) and op.derivatives}
    recorded: dict[str, set[str]] = {}
    for call, facts in read().items():
        if call.op in by_label and "nodes" in facts:
            recorded.setdefault(call.op, set()).add(facts["nodes"].partition("(")[0])
    wrong = {name: nodes for name, nodes in recorded.items() if nodes != {by_label[name].node_name}}
    assert wrong == {}
    assert len(recorded) > 60


# ------------------------------------------------------------------ what is saved


@pytest.mark.parametrize(
    ("expression", "twice"),
    [
        ("x + 1", True), ("x - w", True), ("-x", True), ("2 - x", True), ("x.sum()", True), ("x * 2", False),
        ("x * w", False), ("x ** 2", False), ("x.exp()", False), ("x.sin()", False), ("x / 2", False),
        ("x.tanh()", False), ("x.floor()", True), ("x * w.detach()", False),
    ],
)  # fmt: skip
def test_a_second_backward_works_if_nothing_was_saved(expression: str, twice: bool) -> None:
    """Saved values are let go after the first: the second raises if there were any."""
    names = {"x": torch.tensor(1.5, requires_grad=True), "w": torch.tensor(0.5, requires_grad=True)}
    out = eval(expression, dict(names))  # noqa: S307 - the parameters above
    out.backward()
    if twice:
        out.backward()
    else:
        with pytest.raises(RuntimeError, match="backward through the graph a second time"):
            out.backward()


def test_what_rules_name_is_what_is_saved() -> None:
    """The attributes of a node show it: those of `exp` its result, those of `sin` its input, of `add` nothing."""
    x = torch.tensor(0.5, requires_grad=True)
    out = x.exp()
    assert str(out.grad_fn._saved_result) == str(out)
    assert str(x.sin().grad_fn._saved_self) == str(x)
    for name in ("_saved_self", "_saved_result"):
        with pytest.raises(AttributeError):
            getattr((x + x).grad_fn, name)


def test_an_input_that_needs_no_gradient_drops_what_only_it_would_use() -> None:
    """In `x * c` only c is saved when c needs no gradient: `x` may then be changed."""
    x = torch.tensor(2.0, requires_grad=True)
    y = x + 0
    c = torch.tensor(3.0)
    out = y * c
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert out.grad_fn._saved_self is None
    y += 1
    out.backward()
    assert x.grad.item() == 3.0
