"""Plots as pictures, PNG or SVG, drawn by matplotlib. The same plot gives the same bytes."""

from io import BytesIO
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from autodiff.render.strokes import shortened, strokes
from autodiff.session.plot.plotted import Plot

__all__ = ["PICTURES", "picture"]

PICTURES: Final = ("png", "svg")
"""The formats of pictures."""

_COLOURS: Final = ("tab:blue", "tab:green", "tab:orange")
_SETTINGS: Final[Any] = {"svg.hashsalt": "autodiff", "text.parse_math": False, "axes.unicode_minus": True}
_MARGIN: Final = 0.04
_WIDTH, _HEIGHT = 6.4, 2.3
"""Inches; the height is that of one curve."""
_LONGEST: Final = 80
"""Characters of a title."""


def picture(found: Plot, style: str) -> bytes:
    """The curves, one below the other over the same axis."""
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(_WIDTH, 0.6 + _HEIGHT * max(len(found.curves), 1)), layout="constrained")
        axes = figure.subplots(max(len(found.curves), 1), 1, sharex=True, squeeze=False)[:, 0]
        for axis, curve in zip(axes, found.curves, strict=False):
            low, high = curve.limits or (0.0, 1.0)
            colour = _COLOURS[curve.order % len(_COLOURS)]
            for stroke in strokes(found.xs, curve, (low, high)):
                xs, ys = zip(*stroke, strict=True)
                axis.plot(xs, ys, color=colour, marker="." if len(stroke) == 1 else "")
            margin = (high - low) * _MARGIN
            axis.set_ylim(low - margin, high + margin)
            axis.grid(visible=True, color="0.88", linewidth=0.6)
            axis.axhline(0.0, color="0.6", linewidth=0.8, zorder=0.5)
            fixed = "".join(f", {name}={text}" for name, text in found.fixed) if curve.order == 0 else ""
            axis.set_title(shortened(f"{curve.label}{fixed}", _LONGEST), loc="left", fontsize=10)
        axes[-1].set_xlim(found.low, found.high)
        axes[-1].set_xlabel(found.variable)
        content = BytesIO()
        metadata = {"Date": None} if style == "svg" else {"Software": None}
        figure.savefig(content, format=style, dpi=150, metadata=metadata)
    return content.getvalue()
