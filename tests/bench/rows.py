# ruff: noqa: T201 - a script prints
"""Value and two gradients of every row of a Parquet file, into a Parquet file: `autodiff map` beside its peers.

    PYTHONPATH=src python -m tests.bench.rows [--rows 1e4,1e6] [--runs 5] [--peer torch=/path/to/python] ...

Whole processes, in turn; the shortest time of each, since what else runs on the machine only adds to it, and the most
memory. A peer that its Python (this one, unless it is said otherwise) does not have is left out. The derivatives of
numba and numexpr, which find none by themselves, are written by hand, and all write as fast as Arrow can.
Then the computation alone on one processor, and how long that worked for a row.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["EXPRESSION", "PEERS", "Cost", "commands", "cost", "main", "table_of"]

EXPRESSION: Final = "exp(-x*x)*sin(y)+x**3/(1+y*y)"
_READ: Final = """
import sys, time
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
x, y = table["x"].to_numpy(), table["y"].to_numpy()
"""
_WRITE: Final = """
found = pa.table({"out": np.asarray(out), "x.grad": np.asarray(gx), "y.grad": np.asarray(gy)})
pq.write_table(found, sys.argv[2], use_dictionary=False)
"""
_NUMPY: Final = """
def compute(x, y):
    e, s, q, c = np.exp(-x*x), np.sin(y), 1 + y*y, x*x*x
    return e*s + c/q, 3*x*x/q - 2*x*e*s, e*np.cos(y) - 2*y*c/(q*q)
"""
_NUMBA: Final = """
import numba
from math import exp, sin, cos
@numba.njit(parallel=True)
def compute(x, y):
    out, gx, gy = np.empty_like(x), np.empty_like(x), np.empty_like(x)
    for k in numba.prange(len(x)):
        a, b = x[k], y[k]
        e, s, q, c = exp(-a*a), sin(b), 1 + b*b, a*a*a
        out[k], gx[k], gy[k] = e*s + c/q, 3*a*a/q - 2*a*e*s, e*cos(b) - 2*b*c/(q*q)
    return out, gx, gy
"""
_NUMEXPR: Final = """
import numexpr
def compute(x, y):
    return (numexpr.evaluate("exp(-x*x)*sin(y) + x*x*x/(1 + y*y)"),
            numexpr.evaluate("3*x*x/(1 + y*y) - 2*x*exp(-x*x)*sin(y)"),
            numexpr.evaluate("exp(-x*x)*cos(y) - 2*y*x*x*x/((1 + y*y)*(1 + y*y))"))
"""
_JAX: Final = """
import jax, jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
def f(x, y):
    return jnp.exp(-x*x)*jnp.sin(y) + x**3/(1 + y*y)
@jax.jit
def compute(x, y):
    out, back = jax.vjp(f, x, y)
    return (out, *back(jnp.ones_like(out)))
"""
_TORCH: Final = """
import torch
def compute(x, y):
    x, y = (torch.from_numpy(v.copy()).requires_grad_() for v in (x, y))
    out = torch.exp(-x*x)*torch.sin(y) + x**3/(1 + y*y)
    out.sum().backward()
    return out.detach(), x.grad, y.grad
"""
PEERS: Final = {
    "numpy, by hand": _NUMPY,
    "numexpr, by hand": _NUMEXPR,
    "numba, by hand": _NUMBA,
    "jax": _JAX,
    "torch": _TORCH,
}
"""What each peer is asked to do between reading and writing."""
_STEADY: Final = """
import os, time
rng = np.random.default_rng(0)
x, y = rng.standard_normal(1 << 20), rng.standard_normal(1 << 20)
def measured(call):
    best = 1e9
    for _ in range(12):
        started = time.process_time()
        call()
        best = min(best, time.process_time() - started)
    print(best / len(x) * 1e9)
"""
_OURS: Final = """
from autodiff.language import parse
from autodiff.rows.derivation import Inputs, derive
from autodiff.rows.kernel import Kernel
found = derive(parse(sys.argv[1]), Inputs(("x", "y"), (), ("x", "y")))
kernel = Kernel(found.program, list(found.present.values()))
outputs = kernel.new_outputs(len(x))
measured(lambda: kernel.run([x, y], outputs))
"""


class Cost(NamedTuple):
    """What a process took: seconds, seconds of processors, and megabytes at its peak."""

    seconds: float
    worked: float
    peak: float


def cost(command: list[str]) -> Cost:
    """Run a process to its end. Raises CalledProcessError if it fails."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        errors = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
    return Cost(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def table_of(rows: int, folder: Path) -> Path:
    """A Parquet file with two columns of random numbers."""
    path = folder / f"{rows}.parquet"
    script = (
        "import sys, numpy as np, pyarrow as pa, pyarrow.parquet as pq\n"
        "rng, n = np.random.default_rng(0), int(sys.argv[1])\n"
        "pq.write_table(pa.table({c: rng.standard_normal(n) for c in 'xy'}), sys.argv[2], use_dictionary=False)"
    )
    subprocess.run([sys.executable, "-c", script, str(rows), str(path)], check=True)
    return path


def commands(pythons: dict[str, str], data: Path, to: Path) -> dict[str, list[str]]:
    """How each one is asked to do the same."""
    own = [sys.executable, "-m", "autodiff", "map", EXPRESSION, str(data), "--to", str(to)]
    found = {"autodiff map": own, "autodiff map, 1 thread": [*own, "--threads", "1"]}
    for name, script in PEERS.items():
        library = name.partition(",")[0]
        python = pythons.get(library, sys.executable)
        if _has(python, library):
            whole = f"{_READ}{script}\nout, gx, gy = compute(x, y)\n{_WRITE}"
            found[name] = [python, "-c", whole, str(data), str(to)]
    return found


def _has(python: str, library: str) -> bool:
    try:
        asked = subprocess.run([python, "-c", f"import pyarrow, {library}"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return asked.returncode == 0


def steady(pythons: dict[str, str]) -> dict[str, float]:
    """Nanoseconds that one processor works for a row of the computation alone."""
    scripts = {"autodiff map": (sys.executable, _OURS)}
    for name, script in PEERS.items():
        library = name.partition(",")[0]
        python = pythons.get(library, sys.executable)
        waits = "measured(lambda: [np.asarray(v) for v in compute(x, y)])"
        if _has(python, library):
            scripts[name] = (python, f"{script}\n{waits}")
    found = {}
    for name, (python, script) in scripts.items():
        whole = f"import os, sys\nos.sched_setaffinity(0, {{0}})\nimport numpy as np\n{_STEADY}{script}"
        shown = subprocess.run([python, "-c", whole, EXPRESSION], check=True, capture_output=True, text=True)
        found[name] = float(shown.stdout)
    return found


def main() -> None:
    """Prints a line a command for each number of rows, then the computation alone."""
    parser = argparse.ArgumentParser(description="Time a table's values and gradients.")
    parser.add_argument("--rows", default="1e4,1e6,2e6,1e7")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peer", action="append", default=[], metavar="LIBRARY=PYTHON")
    given = parser.parse_args()
    pythons = dict(each.split("=", 1) for each in given.peer)
    with tempfile.TemporaryDirectory() as folder:
        for rows in (int(float(each)) for each in given.rows.split(",")):
            asked = commands(pythons, table_of(rows, Path(folder)), Path(folder) / "to.parquet")
            costs: dict[str, list[Cost]] = {name: [] for name in asked}
            for _ in range(given.runs):
                for name, command in asked.items():
                    costs[name].append(cost(command))
            print(f"{rows:,} rows" + " " * 12 + "seconds  of processors  peak MB")
            for name, each in costs.items():
                least, worked = min(c.seconds for c in each), min(c.worked for c in each)
                print(f"  {name:<26}{least:>7.3f}{worked:>15.3f}{max(c.peak for c in each):>9.0f}", flush=True)
    print("the computation alone, one processor: nanoseconds a row")
    for name, nanoseconds in steady(pythons).items():
        print(f"  {name:<26}{nanoseconds:>7.1f}")


if __name__ == "__main__":
    main()
