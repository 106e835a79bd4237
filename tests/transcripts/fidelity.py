"""The README's fidelity table: how many recorded statements agree, by subject, and why the others do not.

It is computed from the files alone. The replay holds them true: what not_yet.txt does not list agrees.
"""

from collections import Counter
from typing import Final

from tests.transcripts.reader import read, transcripts
from tests.transcripts.scope import Scope

BEGIN: Final = "<!-- fidelity: python -m tests.architecture.readme writes it -->\n"
END: Final = "<!-- end of fidelity -->\n"
HEAD: Final = "| recorded from PyTorch 2.13.0 | statements | agree | differ | not aimed at |"
SUBJECTS: Final = {
    "leaves, gradients, accumulation": (
        "accumulation", "calling_backward", "detach", "grad_attribute", "idioms", "leaves", "requires_grad",
        "scenarios",
    ),
    "the graph: nodes, saved values, order": (
        "buffers", "custom_functions", "engine_order", "graph_nodes", "hooks_and_function",
    ),
    "in-place, views, modes, warnings": ("inplace_and_views", "modes", "out_arguments", "warning_frequency"),
    "higher order, forward mode, functional": (
        "forward_mode", "functional", "gradcheck", "gradient_graphs", "higher_order",
    ),
    "operations: value, gradient, `grad_fn`": (
        "expressions", "names", "nodes_activations", "nodes_arithmetic", "nodes_comparison", "nodes_complex",
        "nodes_convolution", "nodes_elementwise", "nodes_linear_algebra", "nodes_one_operand", "nodes_reductions",
        "nodes_scalar", "nodes_views", "shapes_and_indices", "special_points",
    ),
    "numbers: dtypes, promotion, complex, random": (
        "booleans", "casting", "complex", "creation", "dtypes", "integers", "numerics", "promotion", "random_numbers",
        "sampling",
    ),
    "printing and conversion": ("conversions", "formatting", "printing"),
    "modules and optimizers": ("modules_and_optimizers",),
}  # fmt: skip
"""The themes of the transcripts, by what a user would call them."""


def table() -> str:
    """Two Markdown tables: agreed, differing and excluded statements by subject; the reasons of the excluded ones."""
    scope = Scope()
    of_theme = {theme: subject for subject, themes in SUBJECTS.items() for theme in themes}
    counts: dict[str, Counter[str]] = {subject: Counter() for subject in SUBJECTS}
    reasons: Counter[str] = Counter()
    for path in transcripts():
        for block in read(path):
            count = counts[of_theme[block.theme]]
            for statement in block.statements:
                reason = scope.reason(block, statement)
                if reason is not None:
                    reasons[reason] += 1
                count["outside" if reason else "differ" if block.key(statement) in scope.not_yet else "agree"] += 1
    lines = [HEAD, "|---|---:|---:|---:|---:|"]
    for subject, count in [*counts.items(), ("**all**", sum(counts.values(), Counter[str]()))]:
        lines.append(f"| {subject} | {count.total()} | {count['agree']} | {count['differ']} | {count['outside']} |")
    lines += ["", "| not aimed at | statements |", "|---|---:|"]
    lines += [f"| {reason} | {number} |" for reason, number in reasons.most_common()]
    return "\n".join(lines) + "\n"
