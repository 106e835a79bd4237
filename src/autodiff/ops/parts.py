"""What a floating-point number is made of, and which infinity it is."""

import math
from math import inf

from autodiff.dtypes import Category, int32
from autodiff.numbers.array import np
from autodiff.ops.exponential import exp2
from autodiff.ops.op import Elementwise, Structural, any_of, boolean, refused

__all__: list[str] = []

_BOOL, _INTEGER, _COMPLEX = Category.BOOL, Category.INTEGER, Category.COMPLEX

frexp = Structural(
    "frexp",
    "mantissa, at least 1/2 and below 1 in size, and exponent: self is mantissa * 2**exponent",
    array=lambda self: np.frexp(self),
    scalar=lambda self: math.frexp(self) if -inf < self < inf else (self, 0),
    outputs=("mantissa", "exponent"),
    further_dtypes=(int32,),
    refuses=any_of(refused("torch.frexp() only supports floating-point dtypes"), _BOOL, _INTEGER, _COMPLEX),
    derivatives={"self": lambda g, exponent: g[0] / exp2(exponent)},
    samples=((1.5,), ([0.3, -1.7, 20.0],)),
)

isposinf = Elementwise(
    "isposinf",
    "whether self is infinite and positive",
    scalar=lambda x: x == inf,
    array=lambda x: np.isposinf(x) if x.dtype.kind == "f" else np.zeros(x.shape, bool),
    exact=True,
    dtypes=boolean,
    refuses={_COMPLEX: refused("isposinf does not support complex inputs.")},
    in_place=False,
)

isneginf = Elementwise(
    "isneginf",
    "whether self is infinite and negative",
    scalar=lambda x: x == -inf,
    array=lambda x: np.isneginf(x) if x.dtype.kind == "f" else np.zeros(x.shape, bool),
    exact=True,
    dtypes=boolean,
    refuses={_COMPLEX: refused("isneginf does not support complex inputs.")},
    in_place=False,
)
