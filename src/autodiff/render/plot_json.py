"""Plots as strict JSON: one object on one line."""

from json import dumps

from autodiff.render.digits import digits
from autodiff.render.strict_json import SCHEMA, failure_text, object_text
from autodiff.session.plot.plotted import Curve, Plot

__all__ = ["json"]


def json(found: Plot) -> str:
    """The points of every curve, and where no line leads to the next; a value that is no number is a text."""
    members = {
        "schema": dumps(SCHEMA),
        "expression": dumps(found.expression),
        "variable": dumps(found.variable),
        "range": "null" if not found.xs else _numbers((found.low, found.high)),
        "fixed": dumps(dict(found.fixed)),
        "x": _numbers(found.xs),
        "curves": f"[{', '.join(map(_curve, found.curves))}]",
        "error": "null" if found.error is None else failure_text(found.error),
    }
    return f"{object_text(members)}\n"


def _curve(curve: Curve) -> str:
    return object_text(
        {
            "label": dumps(curve.label),
            "order": dumps(curve.order),
            "values": _numbers(curve.values),
            "breaks": dumps(curve.breaks),
        }
    )


def _numbers(values: tuple[float, ...]) -> str:
    texts = (digits(value, "float64") for value in values)
    return f"[{', '.join(dumps(text) if text in {'nan', 'inf', '-inf'} else text for text in texts)}]"
