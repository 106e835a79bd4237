"""The options that say what is done with an expression: those of every command that evaluates one."""

from typing import Annotated, Final

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
"""As they are written; what they mean is told by `evaluation.fields`."""
