"""The topics: what is run for each, and the sentences about it. Figures in sentences are read from what was run."""

from typing import Final

from autodiff.session.explain import graph_topics as graph
from autodiff.session.explain import value_topics as values

__all__ = ["TOPICS"]

TOPICS: Final = {
    "detach": graph.DETACH,
    "leaf": graph.LEAF,
    "accumulation": graph.ACCUMULATION,
    "retain-graph": graph.RETAIN_GRAPH,
    "requires-grad": graph.REQUIRES_GRAD,
    "inplace": graph.INPLACE,
    "kinks": values.KINKS,
    "grad-fn": graph.GRAD_FN,
    "scalar-output": values.SCALAR,
    "nan": values.NAN,
    "zero": values.ZERO,
    "order": graph.ORDER,
}
"""The topics in the order in which they are listed."""
