"""The options that say what is done with an expression: those of every command that evaluates one."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

__all__ = [
    "OPTIONS",
    "Backward",
    "CreateGraph",
    "Detach",
    "DetachInplace",
    "Dtype",
    "Gradient",
    "NoGrad",
    "RetainGrad",
    "RetainGraph",
    "Wrt",
    "ZeroGrad",
    "fields",
]

Wrt = Annotated[str | None, typer.Option("--wrt", metavar="NAMES", help="Only these inputs require grad.")]
Dtype = Annotated[str, typer.Option("--dtype", metavar="D", help="The default dtype.")]
Detach = Annotated[list[str] | None, typer.Option("--detach", metavar="E", help="Apply .detach() to E.")]
DetachInplace = Annotated[
    list[str] | None, typer.Option("--detach-inplace", metavar="E", help="Apply .detach_() to E.")
]
RetainGrad = Annotated[list[str] | None, typer.Option("--retain-grad", metavar="E", help="Apply .retain_grad() to E.")]
Backward = Annotated[
    int | None, typer.Option("--backward", metavar="N", min=0, help="Call backward N times; the default is 1.")
]
RetainGraph = Annotated[bool, typer.Option("--retain-graph", help="Passed to each backward call.")]
CreateGraph = Annotated[bool, typer.Option("--create-graph", help="Passed to each backward call.")]
Gradient = Annotated[str | None, typer.Option("--gradient", metavar="V", help="Passed to each backward call.")]
ZeroGrad = Annotated[bool, typer.Option("--zero-grad", help="Set gradients to None between the calls.")]
NoGrad = Annotated[bool, typer.Option("--no-grad", help="Evaluate under torch.no_grad().")]

OPTIONS: Final = (
    "--wrt",
    "--dtype",
    "--detach",
    "--detach-inplace",
    "--retain-grad",
    "--backward",
    "--retain-graph",
    "--create-graph",
    "--gradient",
    "--zero-grad",
    "--no-grad",
)
"""As they are written."""

_ALIKE: Final = ("dtype", "backward", "gradient", "retain_graph", "create_graph", "zero_grad", "no_grad")
_TEXTS: Final = ("detach", "detach_inplace", "retain_grad")


def fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a command's options that are fields of the scenario, by the same names."""
    found: dict[str, Any] = {name: options[name] for name in _ALIKE}
    found |= {name: tuple(options[name] or ()) for name in _TEXTS}
    wrt = options["wrt"]
    return {**found, "wrt": None if wrt is None else tuple(each.strip() for each in wrt.split(",") if each.strip())}
