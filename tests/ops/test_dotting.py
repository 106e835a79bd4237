"""Products of vectors have PyTorch's last bits; recorded from PyTorch 2.13.0 on one thread, with wide registers."""

import pytest

import autodiff as torch

SUMS = [
    ("float32", 3, "-0x1.369b9a0000000p-1"),
    ("float32", 7, "-0x1.005f400000000p+1"),
    ("float32", 16, "-0x1.dfa38a0000000p+1"),
    ("float32", 33, "-0x1.21323a0000000p+0"),
    ("float32", 48, "0x1.c742a80000000p+1"),
    ("float32", 100, "0x1.85e32e0000000p+3"),
    ("float32", 130, "-0x1.e4a68c0000000p+2"),
    ("float32", 2000, "0x1.b494a40000000p+5"),
    ("float64", 3, "-0x1.369b989fb66f3p-1"),
    ("float64", 7, "-0x1.005f3f3813bb9p+1"),
    ("float64", 16, "-0x1.a4444e24ebfa1p+0"),
    ("float64", 33, "0x1.a8c994e2ec6b3p+1"),
    ("float64", 48, "0x1.2a9a35d508e84p+3"),
    ("float64", 100, "0x1.717c27e1de69cp+0"),
    ("float64", 130, "0x1.069bf05d5b3e3p+4"),
    ("float64", 2000, "-0x1.488d2fc6d8843p+6"),
]


@pytest.mark.parametrize(("kind", "length", "expected"), SUMS)
def test_products_are_added_as_pytorch_adds_them(kind: str, length: int, expected: str) -> None:
    """Of vectors that fill whole registers, several of them, or none."""
    torch.manual_seed(length)
    own = getattr(torch, kind)
    a, b = torch.randn(length, dtype=own), torch.randn(length, dtype=own)
    assert torch.dot(a, b).item().hex() == expected
