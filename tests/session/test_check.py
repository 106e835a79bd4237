"""What a check finds: three numbers for each derivative, a verdict, and what is said of places without a slope."""

from math import exp, inf, nan
from typing import Any

import pytest

from autodiff.language import parse
from autodiff.session.check import written as check_written
from autodiff.session.check.checking import Wish, check
from autodiff.session.check.function import CheckedFunction
from autodiff.session.check.report import AGREES, DISAGREES, UNDECIDED, Check, Comparison
from autodiff.session.check.slopes import EDGE, JUMP, KINK, POLE, SMOOTH, UNDEFINED, Limit, Slopes
from autodiff.session.check.stream import checks
from autodiff.session.check.verdict import Tolerance, judge, relative_error


def _checked(expression: str, *words: str, **options: Any) -> Check:  # noqa: ANN401 - fields of Wish
    inputs = tuple((name, value) for name, _, value in (word.partition("=") for word in words))
    found = check(Wish(expression, inputs)._replace(**options))
    assert found.error is None, found.error
    return found


def _one(expression: str, *words: str, **options: Any) -> Comparison:  # noqa: ANN401 - fields of Wish
    (comparison,) = _checked(expression, *words, **options).comparisons
    return comparison


SMOOTHLY = [
    ("x**2+3*x+2", "x=3", 9.0),
    ("log(x)", "x=1e-8", 1e8),
    ("exp(x)", "x=100", exp(100)),
    ("sin(1e6*x)", "x=1", 936752.1275331448),
    ("x**3", "x=1e100", 3e200),
    ("1e-15*x**2", "x=1", 2e-15),
    ("log(exp(x))", "x=100", 1.0),
    ("floor(x)", "x=2.5", 0.0),
    ("y = x*2; y += 1; y*x", "x=3", 13.0),
    ("x**2", "x=tensor(3., dtype=float32, requires_grad=True)", 6.0),
]


@pytest.mark.parametrize(("expression", "word", "slope"), SMOOTHLY)
def test_three_derivatives_agree(expression: str, word: str, slope: float) -> None:
    """All three are there, within their tolerance of the right one."""
    found = _one(expression, word)
    assert (found.label, found.place, found.verdict, found.reason) == ("x", SMOOTH, AGREES, None)
    assert [found.autograd, found.symbolic, found.difference] == pytest.approx([slope] * 3, rel=1e-9)
    assert found.relative_error is not None
    assert found.relative_error < 1e-9


PLACES = [
    ("abs(x)", "x=0", KINK, AGREES, (0.0, -1.0, 1.0), "lies between its slopes"),
    ("relu(x)+x", "x=0", KINK, AGREES, (1.0, 1.0, 2.0), "one of its slopes"),
    ("where(x>0,x,2*x)", "x=0", KINK, AGREES, (2.0, 2.0, 1.0), "one of its slopes"),
    ("sqrt(x**2)", "x=0", KINK, DISAGREES, (nan, -1.0, 1.0), "autograd is nan"),
    ("sqrt(abs(x))", "x=0", KINK, AGREES, (nan, -inf, inf), "has no number for it"),
    ("sqrt(x)", "x=0", EDGE, AGREES, (inf, None, inf), "defined on the right only"),
    ("asin(x)", "x=1", EDGE, AGREES, (inf, inf, None), "defined on the left only"),
    ("x**1.5", "x=0", EDGE, AGREES, (0.0, None, 0.0), "defined on the right only"),
    ("sqrt(x**3)", "x=0", EDGE, DISAGREES, (nan, None, 0.0), "not the slope of the other side"),
    ("floor(x)", "x=2", JUMP, AGREES, (0.0, None, 0.0), "a jump of 1 on the left"),
    ("where(x > 0, x + 5, 3*x)", "x=0", JUMP, AGREES, (3.0, 3.0, None), "a jump of 5 on the right"),
    ("sign(x)", "x=0", JUMP, UNDECIDED, (0.0, None, None), "a jump of 1 on the left and 1 on the right"),
    ("1/x", "x=0", POLE, UNDECIDED, (-inf, None, None), "a pole"),
    ("log(x)", "x=-1", UNDEFINED, UNDECIDED, (-1.0, None, None), "no finite value here"),
    ("exp(x)", "x=1000", UNDEFINED, UNDECIDED, (inf, None, None), "no finite value here"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "word", "place", "verdict", "slopes", "reason"), PLACES, ids=[p[0] for p in PLACES]
)
def test_places_without_a_slope_are_told(
    expression: str, word: str, place: str, verdict: str, slopes: tuple[float | None, ...], reason: str
) -> None:
    """Autograd's number, the slopes of both sides, what the place is and what follows from it."""
    found = _one(expression, word)
    assert (found.place, found.verdict, found.difference) == (place, verdict, None)
    for number, expected in zip((found.autograd, found.left, found.right), slopes, strict=True):
        assert number == (None if expected is None else pytest.approx(expected, abs=1e-6, nan_ok=True))
    assert found.reason is not None
    assert reason in found.reason


def test_a_lost_path_disagrees() -> None:
    """The difference sees what autograd does not, and the text tells where it leaves the graph."""
    found = _one("x.detach()*x", "x=3")
    assert [found.autograd, found.difference, found.relative_error] == pytest.approx([3.0, 6.0, 0.5])
    assert (found.verdict, found.symbolic) == (DISAGREES, None)
    assert found.reason == "autograd is not the slope; x.detach in column 1 leaves the graph"


def test_nan_where_there_is_a_slope_disagrees() -> None:
    """The well-known `where` that hides a division by zero from the value, and not from the gradient."""
    found = _one("where(x == 0, 1, sin(x)/x)", "x=0")
    assert (found.symbolic, found.difference, found.verdict) == (0.0, 0.0, DISAGREES)
    assert found.autograd != found.autograd
    assert found.reason == "autograd stands alone"


def test_rounding_is_no_disagreement() -> None:
    """A difference that digits are lost in decides nothing; with a second witness, autograd is right."""
    found = _one("(1e20 + x) - 1e20", "x=1")
    assert (found.autograd, found.difference, found.verdict, found.relative_error) == (1.0, 0.0, AGREES, 0.0)
    assert found.reason is not None
    assert found.reason.startswith("rounding blurs the difference by ")
    assert _one("sin(x)**2 + cos(x)**2 - 1", "x=1").verdict == AGREES
    assert _one("sin(x)**2 + cos(x)**2", "x=1e8", order=2).verdict == AGREES
    assert {c.verdict for c in _checked("-(x*3/(x*y))", "x=0.6180339887", "y=1.3247179572", order=2).comparisons} == {
        AGREES
    }
    assert _one("((1e20 + x) - 1e20)[0]", "x=[1]").verdict == UNDECIDED


def test_a_written_derivative_that_is_undefined_is_told() -> None:
    """0**y is zero around y = 2; its formula has the logarithm of zero."""
    found = _checked("x**y", "x=0", "y=2").comparisons[1]
    assert (found.autograd, found.difference, found.verdict) == (0.0, 0.0, AGREES)
    assert found.symbolic is not None
    assert found.symbolic != found.symbolic
    assert found.reason == "the symbolic derivative is undefined here"


def test_vectors_are_checked_by_element() -> None:
    """Each element has a line, named by its place; what cannot be written down is said."""
    found = _checked("sum(x*x)", "x=[1,2,3]")
    assert [(c.label, c.autograd) for c in found.comparisons] == [("x[0]", 2.0), ("x[1]", 4.0), ("x[2]", 6.0)]
    assert [c.symbolic for c in found.comparisons] == [2.0, 4.0, 6.0]
    assert [c.difference for c in found.comparisons] == pytest.approx([2.0, 4.0, 6.0])
    assert found.unwritten is None
    matrix = _checked("det(A)", "A=[[1,2],[3,4]]")
    assert matrix.unwritten is not None
    assert "det" in matrix.unwritten
    assert [(c.label, c.verdict) for c in matrix.comparisons] == [
        (f"A[{i}, {k}]", AGREES) for i in (0, 1) for k in (0, 1)
    ]


def test_several_outputs_have_a_derivative_each() -> None:
    """As `diff` labels them; elements of a result that is a tensor count, too."""
    found = _checked("[x*y, x]", "x=3", "y=2")
    assert [(c.label, c.output, c.autograd, c.symbolic) for c in found.comparisons] == [
        ("d[0]/dx", 0, 2.0, 2.0),
        ("d[0]/dy", 0, 3.0, 3.0),
        ("d[1]/dx", 1, 1.0, 1.0),
        ("d[1]/dy", 1, 0.0, 0.0),
    ]
    assert [c.autograd for c in _checked("x*x", "x=[1,2]").comparisons] == [2.0, 0.0, 0.0, 4.0]
    mixed = _checked("[x.sum(), x*y**2]", "x=[1,2]", "y=3").comparisons
    assert [c.symbolic for c in mixed] == [c.autograd for c in mixed] == [1, 1, 0, 9, 0, 6, 0, 9, 12]
    partly = _checked("A@x", "A=[[1,2],[3,4]]", "x=[5,6]")
    assert [c.symbolic for c in partly.comparisons if c.label.endswith("dx[1]")] == [2.0, 4.0]
    assert [c.symbolic for c in partly.comparisons if "dA" in c.label] == [None] * 8
    assert partly.unwritten is not None


def test_second_derivatives_are_checked_by_pairs() -> None:
    """Autograd of autograd's gradient, differences of that gradient, and the symbolic one."""
    found = _checked("x**3*y", "x=2", "y=5", order=2)
    assert [(c.label, c.autograd, c.symbolic, c.verdict) for c in found.comparisons] == [
        ("d2/dx2", 60.0, 60.0, AGREES),
        ("d2/dxdy", 12.0, 12.0, AGREES),
        ("d2/dydx", 12.0, 12.0, AGREES),
        ("d2/dy2", 0.0, 0.0, AGREES),
    ]
    assert [c.difference for c in found.comparisons] == pytest.approx([60.0, 12.0, 12.0, 0.0], abs=1e-9)
    pairs = _checked("sum(x**3*y)", "x=[1,2]", "y=[3,4]", order=2)
    assert [c.symbolic for c in pairs.comparisons] == [c.autograd for c in pairs.comparisons]
    assert [c.autograd for c in pairs.comparisons if c.label == "d2/dx[1]dy[1]"] == [12.0]
    kink = _one("relu(x)**2", "x=0", order=2)
    assert (kink.place, kink.left, kink.right, kink.verdict) == (KINK, 0.0, 2.0, AGREES)
    assert _one("x**5", "x=2", order=3).autograd == 240.0


def test_only_what_is_named_is_checked() -> None:
    """The other inputs keep their values."""
    assert [c.label for c in _checked("x*y", "x=3", "y=2", wrt=("y",)).comparisons] == ["y"]


def test_random_numbers_stay_the_same() -> None:
    """What the program draws is drawn again in each evaluation, and that is noted."""
    found = _checked("sum(dropout(x, 0.5, True))", "x=[1,2,3,4]")
    assert {c.verdict for c in found.comparisons} == {AGREES}
    assert {c.autograd for c in found.comparisons} <= {0.0, 2.0}
    assert found.notes == ("random numbers are the same in every evaluation",)


# ------------------------------------------------------------------ a derivative that is wrong


def test_a_wrong_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Autograd alone is off by one part in ten thousand."""
    right = CheckedFunction.levels
    monkeypatch.setattr(
        CheckedFunction, "levels", lambda *given: [*right(*given)[:-1], [1.0001 * x for x in right(*given)[-1]]]
    )
    found = _one("x**2", "x=3")
    assert (found.verdict, found.reason) == (DISAGREES, "autograd stands alone")
    assert found.relative_error == pytest.approx(1e-4, rel=1e-3)
    assert _one("x**2", "x=3", rtol=1e-3).verdict == AGREES
    assert _one("x**2", "x=3", atol=1e-3).verdict == AGREES


def test_a_wrong_formula_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The symbolic derivative alone is off."""
    monkeypatch.setattr(check_written, "parse", lambda text: parse(f"-({text})"))
    found = _one("x**2", "x=3")
    assert (found.symbolic, found.verdict) == (-6.0, DISAGREES)
    assert found.reason == "the symbolic derivative stands alone"


WITHIN = Tolerance()
FLAT = Limit(1.0, 1e-12)


@pytest.mark.parametrize(
    ("autograd", "symbolic", "found", "verdict", "reason"),
    [
        (1.0, 2.0, Slopes(SMOOTH, Limit(3.0, 0.0), None, None), DISAGREES, "no two of them agree"),
        (1.0, 1.0, Slopes(SMOOTH, Limit(1.1, 1e-9), None, None), DISAGREES, "the central difference stands alone"),
        (1.0, None, Slopes(SMOOTH, Limit(1.1, 1e-9), None, None), DISAGREES, "autograd is not the slope"),
        (1.0, None, Slopes(SMOOTH, Limit(1.1, 1.0), None, None), UNDECIDED, "rounding blurs the difference by 1e+00"),
        (3.0, 3.0, Slopes(KINK, FLAT, Limit(1.0, 0.0), Limit(2.0, 0.0)), DISAGREES,
         "a kink, and autograd lies outside its slopes"),
        (nan, nan, Slopes(KINK, FLAT, Limit(-inf, 0.0), Limit(2.0, 0.0)), AGREES,
         "a kink, and autograd has no number for it"),
        (1.0, 2.0, Slopes(JUMP, FLAT, Limit(nan, inf, 1.0), Limit(1.0, 0.0)), DISAGREES,
         "a jump of 1 on the left, and the symbolic derivative stands alone"),
        (5.0, 5.0, Slopes(JUMP, FLAT, Limit(nan, inf, 1.0), Limit(1.0, 0.0)), DISAGREES,
         "a jump of 1 on the left, and autograd is not the slope of the other side"),
    ],
)  # fmt: skip
def test_verdicts(autograd: float, symbolic: float | None, found: Slopes, verdict: str, reason: str) -> None:
    """Who stands alone is named."""
    assert judge(autograd, 0.0, symbolic, found, WITHIN) == (verdict, reason)


def test_relative_errors() -> None:
    """The largest there is; what rounding explains does not count, and nan beside a number is nan."""
    assert relative_error(2.0, 0.0, 2.5, Limit(1.0, 0.0), WITHIN) == 0.5
    assert relative_error(1e-17, 1e-16, 0.0, Limit(0.0, 1e-16), WITHIN) == 0.0
    assert relative_error(inf, 0.0, inf, Limit(inf, 0.0), WITHIN) == 0.0
    assert relative_error(nan, 0.0, None, Limit(1.0, 0.0), WITHIN) != 0.0


# ------------------------------------------------------------------ random points


def test_random_points_are_counted() -> None:
    """Half of them are outside the domain; the worst is shown with its values, and the seed gives it again."""
    wish = Wish("log(x)*y", (("y", "2"),), range=(("x", "-1:1"),), samples=40, seed=7)
    found = check(wish)
    drawn = found.sampling
    assert drawn is not None
    assert (drawn.samples, drawn.seed, drawn.disagreeing, drawn.kinks) == (40, 7, 0, 0)
    assert drawn.agreeing + drawn.undefined == 40
    assert 10 < drawn.agreeing < 30
    assert [name for name, _ in found.at] == ["y", "x"]
    assert check(wish) == found
    assert check(wish._replace(seed=8)) != found
    again = _checked("log(x)*y", *(f"{name}={text}" for name, text in found.at))
    assert again.comparisons == found.comparisons


def test_the_worst_point_disagrees() -> None:
    """One of many points is enough, and it is the one that is shown."""
    found = _checked("where(x > 0.9, x.detach(), x)", range=(("x", "0:1"),))
    assert found.sampling is not None
    assert found.sampling.samples == 100
    assert found.sampling.disagreeing + found.sampling.agreeing == 100
    assert 1 <= found.sampling.disagreeing < 30
    assert float(dict(found.at)["x"]) > 0.9
    assert [c.verdict for c in found.comparisons] == [DISAGREES]


def test_random_vectors_and_kinks() -> None:
    """An input's value gives its shape; points at kinks are counted by themselves."""
    found = _checked("sum(x)*abs(y)", "x=[0,0]", "y=0", range=(("x", "1:2"),), samples=3)
    assert found.sampling is not None
    assert (found.sampling.kinks, found.sampling.agreeing) == (3, 0)
    assert dict(found.at)["y"] == "0.0"
    assert dict(found.at)["x"].count(",") == 1


# ------------------------------------------------------------------ errors


ERRORS = [
    (Wish("3"), "UsageError", "there is no input"),
    (Wish("x"), "UsageError", "there is no input"),
    (Wish("3", (("x", "1"),)), "AttributeError", "'int' object has no attribute 'backward'"),
    (Wish("x*2", (("x", "tensor(3)"),)), "RuntimeError", "does not require grad"),
    (Wish("x > 0", (("x", "1"),)), "RuntimeError", "does not require grad"),
    (Wish("x.detach()", (("x", "1"),)), "RuntimeError", "does not require grad"),
    (Wish("x*2j", (("x", "1"),)), "NotImplementedError", "real outputs"),
    (Wish("x", (("x", "2j"),)), "NotImplementedError", "real inputs"),
    (Wish("heaviside(x, y)", (("x", "1"), ("y", "1"))), "RuntimeError", "derivative for aten::heaviside"),
    (Wish("x*y", (("x", "1"),)), "NameError", "name 'y' is not defined"),
    (Wish("2x", (("x", "1"),)), "SyntaxError", "unexpected name"),
    (Wish("x", (("x", "1"),), wrt=("z",)), "UsageError", "there is no input 'z'"),
    (Wish("x", (("x", "1"),), order=0), "UsageError", "the order is"),
    (Wish("x", (("x", "1"),), rtol=-1.0), "UsageError", "--rtol is a number from 0"),
    (Wish("x", (("x", "1"),), atol=nan), "UsageError", "--atol is a number from 0"),
    (Wish("x", (("x", "1"),), samples=3), "UsageError", "--samples needs a range"),
    (Wish("x", range=(("x", "0:1"),), samples=0), "UsageError", "--samples is a whole number"),
    (Wish("x", range=(("x", "1"),)), "UsageError", "expected NAME=LOW:HIGH"),
    (Wish("x", range=(("x", "2:1"),)), "UsageError", "2 is more than 1"),
    (Wish("x", range=(("x", "0:[1]"),)), "UsageError", "a bound of x is a number"),
    (Wish("x", (("x", "tensor(3)"),), range=(("x", "0:1"),)), "UsageError", "torch.int64"),
    (Wish("sum(x)", (("x", "ones(101, requires_grad=True)"),), order=2), "UsageError", "more than 10000"),
    (Wish("x @ x", range=(("x", "0:1"),)), "RuntimeError", "at least 1D"),
]


@pytest.mark.parametrize(("wish", "kind", "message"), ERRORS, ids=lambda each: str(each)[:40])
def test_what_cannot_be_checked_is_an_error(wish: Wish, kind: str, message: str) -> None:
    """PyTorch's where it has one, and ours for requests that do not fit."""
    error = check(wish).error
    assert error is not None
    assert error.type == kind
    assert message in error.message


def test_a_stream_goes_on_after_errors() -> None:
    """Each line has its answer; requests replace the defaults."""
    lines = ["x**2", "", "2x", '{"expression": "x*y", "inputs": {"x": 2, "y": 3}, "wrt": "y", "order": 2}',
             '{"expression": "x", "range": {"x": [-1, 1]}, "samples": 2, "rtol": 1e-3}',
             '{"expression": "x", "range": 3}',
             '{"expression": "x", "atol": "small"}', '{"expression": "x", "orders": 1}']  # fmt: skip
    found = list(checks(lines, Wish("", (("x", "3"),))))
    told = [each.comparisons[0].label if each.error is None else each.error.type for each in found]
    assert told == ["x", "SyntaxError", "d2/dy2", "x", "UsageError", "UsageError", "UsageError"]
    assert found[3].sampling is not None
    assert found[3].sampling.agreeing == 2
