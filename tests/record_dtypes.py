"""Records the promotion table that test_dtypes compares with, from a live PyTorch.

    python -m tests.record_dtypes

Writes dtype_samples.json. An operand is a rank and a dtype (`tensor int64`, `scalar int64`) or a Python number;
an entry is null where PyTorch refuses to promote.
"""

import json
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).with_name("dtype_samples.json")
VERSION = "2.13.0"
DTYPES = (
    "bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64",
    "complex32", "complex64", "complex128",
)  # fmt: skip
DEFAULTS = ("float32", "float64", "float16", "bfloat16")
NUMBERS: dict[str, complex] = {"True": True, "2": 2, "2.5": 2.5, "2j": 2j}


def operands(torch: Any) -> dict[str, Any]:  # noqa: ANN401 - torch is untyped
    """Make an operand of every dtype with and without dimensions, and the numbers."""
    tensors = {f"tensor {name}": torch.empty(2, dtype=getattr(torch, name)) for name in DTYPES}
    scalars = {f"scalar {name}": torch.empty((), dtype=getattr(torch, name)) for name in DTYPES}
    return {**tensors, **scalars, **NUMBERS}


def name_or_none(promotion: Any, left: Any, right: Any) -> str | None:  # noqa: ANN401 - torch is untyped
    """Name the dtype two operands meet in, or give None where PyTorch refuses."""
    try:
        return str(promotion(left, right)).removeprefix("torch.")
    except RuntimeError:
        return None


def main() -> None:
    """Record `promote_types`, and `result_type` under every default dtype."""
    torch = import_module("torch")
    if torch.__version__.partition("+")[0] != VERSION:
        raise SystemExit(f"samples are recorded from PyTorch {VERSION}, not {torch.__version__}")
    warnings.simplefilter("ignore")  # complex32 is experimental, and PyTorch says so
    kinds = {name: getattr(torch, name) for name in DTYPES}
    tables = {"promote_types": table(torch.promote_types, kinds)}
    for default in DEFAULTS:
        torch.set_default_dtype(kinds[default])
        tables[f"result_type {default}"] = table(torch.result_type, operands(torch))
    blocks = []
    for title, rows in tables.items():
        lines = ",\n".join(f"{json.dumps(left)}: {json.dumps(row)}" for left, row in rows.items())
        blocks.append(f"{json.dumps(title)}: {{\n{lines}\n}}")
    SAMPLES.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")


def table(promotion: Any, of: dict[str, Any]) -> dict[str, list[str | None]]:  # noqa: ANN401 - torch is untyped
    """Promote every ordered pair: one row a left operand, its columns in the same order."""
    return {left: [name_or_none(promotion, of[left], of[right]) for right in of] for left in of}


if __name__ == "__main__":
    main()
