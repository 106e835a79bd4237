"""The marks of a printed formula: what LaTeX and MathML each write in their own way."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

__all__ = ["GREEK", "Marks"]

GREEK: Final[Mapping[str, str]] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "zeta": "ζ", "eta": "η", "theta": "θ",  # noqa: RUF001
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",  # noqa: RUF001
    "tau": "τ", "upsilon": "υ", "phi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",  # noqa: RUF001
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",  # noqa: RUF001
    "Omega": "Ω",
}  # fmt: skip


class Marks:
    """Marks are text. Every method gives one element, which can be raised or put on a line."""

    plus: ClassVar[str]
    minus: ClassVar[str]
    dot: ClassVar[str]
    times: ClassVar[str]
    comma: ClassVar[str]
    nothing_applied: ClassVar[str]
    relations: ClassVar[Mapping[str, str]]
    both: ClassVar[str]
    either: ClassVar[str]
    partial: ClassVar[str]

    def row(self, parts: Sequence[str]) -> str:
        """Marks beside each other."""
        raise NotImplementedError

    def symbol(self, name: str) -> str:
        """A variable."""
        raise NotImplementedError

    def literal(self, text: str) -> str:
        """Digits."""
        raise NotImplementedError

    def constant(self, name: str) -> str:
        """Infinity, or what is not a number."""
        raise NotImplementedError

    def word(self, name: str) -> str:
        """The name of a function."""
        raise NotImplementedError

    def fraction(self, above: str, below: str) -> str:
        """A quotient."""
        raise NotImplementedError

    def raised(self, base: str, exponent: str) -> str:
        """A power."""
        raise NotImplementedError

    def root(self, inner: str, degree: int) -> str:
        """A root."""
        raise NotImplementedError

    def fenced(self, inner: str, *, tall: bool, fence: str = "()") -> str:
        """Something in parentheses or other fences."""
        raise NotImplementedError

    def cases(self, cases: Sequence[tuple[str, str]], otherwise: str) -> str:
        """Values and their conditions."""
        raise NotImplementedError
