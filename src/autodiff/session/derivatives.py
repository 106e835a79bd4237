"""Derivatives of a program as expressions: what `autodiff diff` reports."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from autodiff.errors import Deliberate, SyntaxProblem
from autodiff.expression import Algebra, Expr, gradient, missing, write
from autodiff.language import parse
from autodiff.session.report import EVALUATION, SYNTAX, USAGE, Derivative, Derivatives, Failure
from autodiff.session.scenario import UsageProblem
from autodiff.session.symbolic import Reading

__all__ = ["Request", "derivatives"]

_ROUNDS: Final = 8
"""How often a derivation is tried again because a rewrite forgot where something is undefined."""


class Request(NamedTuple):
    """An expression, and which of its derivatives are wanted.

    `wrt` None: every name in it. `order`: how often; `hessian` and `jacobian` ask for matrices of them.
    """

    expression: str
    wrt: tuple[str, ...] | None = None
    order: int = 1
    jacobian: bool = False
    hessian: bool = False
    positive: tuple[str, ...] = ()


def derivatives(request: Request) -> Derivatives:
    """The derivatives asked for, or why there are none. Any exception that comes out is a bug of ours."""
    try:
        return Derivatives(request.expression, tuple(_found(request)))
    except SyntaxProblem as error:
        caret = getattr(error, "caret", error.column)
        failure = Failure(SYNTAX, "SyntaxError", error.message, error.hint, error.line, error.column, error.source, caret)
    except UsageProblem as error:
        failure = Failure(USAGE, "UsageError", str(error), error.hint)
    except Deliberate as error:
        failure = Failure(EVALUATION, type(getattr(error, "cause", error)).__name__, str(error), getattr(error, "hint", None))
    return Derivatives(request.expression, (), failure)
