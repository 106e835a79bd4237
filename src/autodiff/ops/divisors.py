"""Common divisors and multiples of integers."""

import math

from autodiff.dtypes import Category
from autodiff.ops.op import Elementwise, any_of, not_implemented

__all__: list[str] = []

_BOOL, _FLOAT, _COMPLEX = Category.BOOL, Category.FLOAT, Category.COMPLEX

gcd = Elementwise(
    "gcd",
    "the greatest common divisor of two integers",
    "Tensor self, Tensor other",
    scalar=math.gcd,
    array="gcd",
    refuses=any_of(not_implemented("gcd_cpu"), _BOOL, _FLOAT, _COMPLEX),
)

lcm = Elementwise(
    "lcm",
    "the least common multiple of two integers",
    "Tensor self, Tensor other",
    scalar=math.lcm,
    array="lcm",
    refuses=any_of(not_implemented("lcm_cpu"), _BOOL, _FLOAT, _COMPLEX),
)
