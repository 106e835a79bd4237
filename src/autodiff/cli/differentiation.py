"""What `diff` does, once its options are known. No Typer here: a call without options does not load it."""

from __future__ import annotations

from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.streams import write
from autodiff.light import NamedTuple
from autodiff.render import DERIVATIVES, Screen, failure
from autodiff.session import UsageProblem
from autodiff.session.diff.derivatives import Wanted
from autodiff.session.diff.differentiation import TARGETS, differentiate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from autodiff.cli.streams import Streams
    from autodiff.session import Differentiation

__all__ = ["Asked", "asked", "names_in", "print_derivatives"]

_ALIKE = frozenset({"order", "gradient", "jacobian", "hessian", "no_simplify", "cse", "with_value"})
"""Options that are fields of what is wanted as they are."""


class Asked(NamedTuple):
    """One `diff`: what is wanted, and how it is shown: table, plain, json, or None for what suits the stream."""

    wanted: Wanted
    format: str | None = None


def asked(expression: str, options: Mapping[str, Any], **further: Any) -> Asked:  # noqa: ANN401 - fields of Wanted
    """What the options ask for, which are given by name; those left out have their defaults."""
    style, wrt = options.get("format"), options.get("wrt")
    target = style if style in TARGETS else None
    fields = {name: value for name, value in options.items() if name in _ALIKE}
    wanted = Wanted(expression, None if wrt is None else names_in(wrt), target=target, **fields, **further)
    return Asked(wanted, "json" if options.get("json") else None if target else style)


def names_in(text: str) -> tuple[str, ...]:
    """The names in `x, y`."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def print_derivatives(asked: Asked, streams: Streams) -> int:
    """Differentiate, print what it gave, and tell how it went. Raises UsageProblem for a format there is none of."""
    if asked.format is not None and asked.format not in DERIVATIVES:
        known = ", ".join([*DERIVATIVES, *TARGETS])
        raise UsageProblem(f"there is no format '{asked.format}'", f"choose one of {known}")
    if asked.wanted.expression.strip() == "-":
        return _stream(asked.wanted, streams)
    found = differentiate(asked.wanted)
    write(streams.output, _shown(found, asked.format, streams))
    if found.error is None:
        return ExitStatus.DONE
    write(streams.errors, failure(found.error))
    return OF_FAILURE[found.error.kind]


def _shown(found: Differentiation, asked: str | None, streams: Streams) -> str:
    if found.emitted is not None and asked is None:
        return f"{found.emitted.rstrip()}\n"
    style = asked or ("table" if streams.is_terminal else "plain")
    return DERIVATIVES[style](found, Screen(streams.width, streams.color))


def _stream(defaults: Wanted, streams: Streams) -> int:
    """One line of JSON out for each line in. The status is the highest that occurred."""
    import gc

    from autodiff.session.diff.differentiation import differentiations

    gc.enable()  # a stream may be long, and expressions refer to the algebra that refers to them
    status = ExitStatus.DONE
    for found in differentiations(streams.input, defaults):
        write(streams.output, DERIVATIVES["json"](found, Screen()))
        if found.error is not None:
            status = max(status, OF_FAILURE[found.error.kind])
    return status
