# ruff: noqa: T201 - a script prints
"""Compares every function of PyTorch on the samples PyTorch tests it with.

    PYTHONPATH=src python -m tests.oracle.operators [NAME ...] [-v] [--write] [--place PLACE]

The samples are those of `torch.testing` in float32, without variants; the interpreter needs PyTorch and `expecttest`.
A sample agrees if its values (printed, and as numbers), its gradients and the names of its nodes do. A value whose
last printed digit is one off counts as agreeing and is counted in the column `unit`, too.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.oracle.samples import MOST_ELEMENTS, Tally, answer, converted, detached, seed, size_of, with_our_torch

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE = Path(__file__).with_suffix(".txt")
PLACES = ("torch", "special", "linalg", "nn.functional")
UNDEFINED = dict.fromkeys(("empty", "empty_like", "empty_permuted", "empty_strided"), "whatever the memory held")
RANDOM = dict.fromkeys(
    [
        *("bernoulli", "multinomial", "normal", "randn", "randn_like", "rand_like", "randint", "randint_like"),
        *("svd_lowrank", "pca_lowrank", "nn.functional.dropout", "nn.functional.dropout2d", "nn.functional.dropout3d"),
        *("nn.functional.alpha_dropout", "nn.functional.feature_alpha_dropout", "nn.functional.rrelu"),
        *("nn.functional.fractional_max_pool2d", "nn.functional.fractional_max_pool3d", "nn.functional.gumbel_softmax"),
        *("nn.functional.multi_head_attention_forward", "nn.functional.scaled_dot_product_attention"),
    ],
    "draws random numbers",
)
APART = UNDEFINED | RANDOM
_torch: Any = importlib.import_module("torch")
_ours: Any = importlib.import_module("autodiff")


def found_in(library: Any, name: str) -> Any:  # noqa: ANN401 - a function, or None
    """What a dotted name means in a library."""
    return reduce(lambda place, part: getattr(place, part, None), name.split("."), library)


def entries(place: str) -> list[Any]:
    """PyTorch's descriptions of the public functions of a module, in order of their names."""
    database = importlib.import_module("torch.testing._internal.common_methods_invocations").op_db
    prefix = "" if place == "torch" else f"{place}."
    chosen = {
        entry.name: entry
        for entry in database
        if entry.name.startswith(prefix)
        and "." not in entry.name.removeprefix(prefix)
        and not entry.name.removeprefix(prefix).startswith("_")
        and not entry.variant_test_name
        and entry.supports_dtype(_torch.float32, "cpu")
        and callable(found_in(_torch, entry.name))
    }
    return [chosen[name] for name in sorted(chosen)]


def compared(entry: Any) -> Tally:  # noqa: ANN401
    """All samples of one operation."""
    tally = Tally(entry.name)
    function = found_in(_torch, entry.name)
    own = found_in(_ours, entry.name) if entry.op is function else with_our_torch(entry.op)
    seed()
    for sample in entry.sample_inputs("cpu", _torch.float32, requires_grad=entry.supports_autograd):
        arguments = ((sample.input, *sample.args), sample.kwargs)
        if size_of(arguments) > MOST_ELEMENTS:
            tally.skipped += 1
            continue
        process = sample.output_process_fn_grad
        theirs = answer(_torch, entry.op, process, *detached(arguments, {}))
        try:
            given = converted(arguments, {})
        except AttributeError as error:
            tally.add(theirs, theirs._replace(error=f"{error}"))
            continue
        ours = answer(_ours, own, with_our_torch(process), *given)
        tally.add(theirs, ours, shape_only=entry.name in UNDEFINED)
    return tally


def table(place: str, entries_: Sequence[Any], *, shown: int) -> list[str]:
    """A line per operation, then those that are apart, those that are missing, and the totals."""
    lines = [f"{'operation':<40} samples  agree  value   unit   grad   node  first difference"]
    there = [entry for entry in entries_ if found_in(_ours, entry.name) is not None]
    tallies = [compared(entry) for entry in there]
    for tally in tallies:
        apart = APART.get(tally.name)
        first = f"({apart})" if apart else next(iter(tally.differences), "")
        counts = f"{tally.agreed:>6} {tally.value:>6} {tally.unit:>6} {tally.gradient:>6} {tally.node:>6}"
        lines.append(f"{tally.name:<40} {tally.samples:>7} {counts}  {first[:150]}".rstrip())
        lines += [f"    {text}" for text in list(dict.fromkeys(tally.differences))[:shown]]
    counted = [tally for tally in tallies if tally.name not in APART]
    missing = [entry.name for entry in entries_ if found_in(_ours, entry.name) is None]
    total, agreed = sum(t.samples for t in counted), sum(t.agreed for t in counted)
    share = 100 * agreed / max(total, 1)
    whole = sum(t.agreed == t.samples for t in counted)
    existing = (
        f"{place}: {len(there)} of {len(entries_)} operations exist; "
        f"of {len(counted)} that are neither random nor undefined, {whole} agree in all samples"
    )
    shares = (
        f"{place}: {agreed} of {total} samples agree ({share:.2f} %), {sum(t.unit for t in counted)} of them but for "
        f"one unit of a last printed digit; value {sum(t.value for t in counted)}, "
        f"gradient {sum(t.gradient for t in counted)}, node {sum(t.node for t in counted)}; "
        f"{sum(t.skipped for t in counted)} skipped as larger than {MOST_ELEMENTS:,} elements"
    )
    return [*lines, f"missing: {', '.join(missing) or 'none'}", existing, shares]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; with `--write` they are kept beside this file."""
    parser = argparse.ArgumentParser(description="Compare operations with PyTorch on its own samples.")
    parser.add_argument("names", nargs="*", help="operations, as PyTorch's samples call them; default: all")
    parser.add_argument("--place", choices=PLACES, help="one module only")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every kind of difference")
    parser.add_argument("--write", action="store_true", help=f"keep the tables in {TABLE.name}")
    options = parser.parse_args(arguments)
    _torch.set_num_threads(1)
    text = []
    for place in [options.place] if options.place else PLACES:
        chosen = [entry for entry in entries(place) if not options.names or entry.name in options.names]
        if chosen:
            lines = table(place, chosen, shown=12 if options.verbose else 0)
            print("\n".join(lines), flush=True)
            text += [*lines, ""]
    if options.write:
        TABLE.write_text("\n".join(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
