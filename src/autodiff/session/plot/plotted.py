"""What a plot shows: facts, frozen. Renderers draw them; nothing here knows a screen."""

from typing import NamedTuple

from autodiff.session.report import Failure

__all__ = ["Curve", "Plot"]


class Curve(NamedTuple):
    """The value (order 0) or a derivative at every `x` of the plot.

    `values` may hold nan and infinities: there is a gap. `breaks` are the numbers of the points that no line leads to
    from the point before, since the curve jumps or runs to infinity in between. `limits` are the lowest and the
    highest value worth showing; None if no value is finite.
    """

    label: str
    order: int
    values: tuple[float, ...]
    breaks: tuple[int, ...]
    limits: tuple[float, float] | None


class Plot(NamedTuple):
    """The curves over one range of one input. `fixed` has the other inputs with their texts."""

    expression: str
    variable: str
    low: float
    high: float
    fixed: tuple[tuple[str, str], ...] = ()
    xs: tuple[float, ...] = ()
    curves: tuple[Curve, ...] = ()
    error: Failure | None = None
