"""The signatures PyTorch lists when arguments fit none of them, for functions that have several.

A line of names, then the signatures they share (a long one goes on in the next line). Written short: `self` is
`Tensor input`, `out` is `Tensor out = None`, `…` the options of functions that make tensors. Methods lack `input` and
`out`; those that differ further follow apart.
"""

from collections.abc import Sequence
from typing import Final

__all__ = ["listed"]

_FUNCTIONS: Final = """\
add sub
  (self, Tensor other, *, Number alpha = 1, out)
addbmm
  (self, Tensor batch1, Tensor batch2, *, Number beta = 1, Number alpha = 1, out)
addcdiv addcmul
  (self, Tensor tensor1, Tensor tensor2, *, Number value = 1, out)
addmm
  (self, Tensor mat1, Tensor mat2, *, Number beta = 1, Number alpha = 1, out)
  (self, Tensor mat1, Tensor mat2, torch.dtype out_dtype, *, Number beta = 1, Number alpha = 1, out)
addmv
  (self, Tensor mat, Tensor vec, *, Number beta = 1, Number alpha = 1, out)
addr
  (self, Tensor vec1, Tensor vec2, *, Number beta = 1, Number alpha = 1, out)
all any
  (self, *, out)
  (self, tuple of ints dim = None, bool keepdim = False, *, out)
  (self, int dim, bool keepdim = False, *, out)
arange
  (Number end, *, Tensor out = None, …)
  (Number start, Number end, *, …)
  (Number start, Number end, Number step = 1, *, Tensor out = None, …)
argsort
  (self, *, bool stable, int dim = -1, bool descending = False, out)
  (self, int dim = -1, bool descending = False)
atleast_1d atleast_2d atleast_3d
  (self)
  (tuple of Tensors tensors)
baddbmm
  (self, Tensor batch1, Tensor batch2, *, Number beta = 1, Number alpha = 1, out)
  (self, Tensor batch1, Tensor batch2, torch.dtype out_dtype, *, Number beta = 1, Number alpha = 1, out)
bernoulli
  (self, *, torch.Generator generator = None, out)
  (self, float p, *, torch.Generator generator = None)
bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor remainder
  (self, Tensor other, *, out)
  (Number self, Tensor other)
  (self, Number other, *, out)
bmm mm
  (self, Tensor mat2, *, out)
  (self, Tensor mat2, torch.dtype out_dtype, *, out)
bucketize
  (self, Tensor boundaries, *, bool out_int32 = False, bool right = False, out)
  (Number self, Tensor boundaries, *, bool out_int32 = False, bool right = False)
clamp clip
  (self, Tensor min = None, Tensor max = None, *, out)
  (self, Number min = None, Number max = None, *, out)
clamp_max
  (self, Tensor max, *, out)
  (self, Number max, *, out)
clamp_min
  (self, Tensor min, *, out)
  (self, Number min, *, out)
copysign eq fmod ge greater greater_equal gt le less less_equal lt ne not_equal
  (self, Tensor other, *, out)
  (self, Number other, *, out)
count_nonzero
  (self, int dim = None)
  (self, tuple of ints dim)
cumulative_trapezoid trapezoid
  (Tensor y, Tensor x, *, int dim = -1)
  (Tensor y, *, Number dx = 1, int dim = -1)
div
  (self, Tensor other, *, out)
  (self, Tensor other, *, str rounding_mode, out)
  (self, Number other, *, str rounding_mode)
divide
  (self, Tensor other, *, out)
  (self, Tensor other, *, str rounding_mode, out)
  (self, Number other)
  (self, Number other, *, str rounding_mode)
dsplit hsplit vsplit
  (self, int sections)
  (self, tuple of ints indices)
eye
  (int n, *, Tensor out = None, …)
  (int n, int m, *, Tensor out = None, …)
fill
  (self, Tensor value)
  (self, Number value)
float_power pow
  (self, Tensor exponent, *, out)
  (Number self, Tensor exponent, *, out)
  (self, Number exponent, *, out)
floor_divide multiply true_divide
  (self, Tensor other, *, out)
  (self, Number other)
gradient
  (self, *, tuple of ints dim, int edge_order = 1)
  (self, *, Number spacing, tuple of ints dim, int edge_order = 1)
  (self, *, Number spacing = None, int dim = None, int edge_order = 1)
  (self, *, tuple of Scalars spacing, int dim = None, int edge_order = 1)
  (self, *, tuple of Scalars spacing, tuple of ints dim, int edge_order = 1)
  (self, *, tuple of Tensors spacing, int dim = None, int edge_order = 1)
  (self, *, tuple of Tensors spacing, tuple of ints dim, int edge_order = 1)
histogram
  (self, Tensor bins, *, Tensor weight = None, bool density = False, tuple of Tensors out = None)
  (self, int bins = 100, *, tuple of floats range = None, Tensor weight = None, bool density = False, tuple of
    Tensors out = None)
index_fill
  (self, int dim, Tensor index, Tensor value)
  (self, int dim, Tensor index, Number value)
isin
  (Tensor elements, Tensor test_elements, *, bool assume_unique = False, bool invert = False, out)
  (Number element, Tensor test_elements, *, bool assume_unique = False, bool invert = False, out)
  (Tensor elements, Number test_element, *, bool assume_unique = False, bool invert = False, out)
lerp
  (self, Tensor end, Tensor weight, *, out)
  (self, Tensor end, Number weight, *, out)
linspace
  (Tensor start, Tensor end, int steps, *, Tensor out = None, …)
  (Number start, Tensor end, int steps, *, Tensor out = None, …)
  (Tensor start, Number end, int steps, *, Tensor out = None, …)
  (Number start, Number end, int steps, *, Tensor out = None, …)
logspace
  (Tensor start, Tensor end, int steps, float base = 10.0, *, Tensor out = None, …)
  (Number start, Tensor end, int steps, float base = 10.0, *, Tensor out = None, …)
  (Tensor start, Number end, int steps, float base = 10.0, *, Tensor out = None, …)
  (Number start, Number end, int steps, float base = 10.0, *, Tensor out = None, …)
masked_fill
  (self, Tensor mask, Tensor value)
  (self, Tensor mask, Number value)
max min
  (self, *, out)
  (self, Tensor other, *, out)
  (self, int dim, bool keepdim = False, *, tuple of Tensors out = None)
mean
  (self, *, torch.dtype dtype = None, out)
  (self, tuple of ints dim, bool keepdim = False, *, torch.dtype dtype = None, out)
median nanmedian
  (self)
  (self, int dim, bool keepdim = False, *, tuple of Tensors out = None)
moveaxis movedim
  (self, int source, int destination)
  (self, tuple of ints source, tuple of ints destination)
nanquantile quantile
  (self, Tensor q, int dim = None, bool keepdim = False, *, str interpolation = "linear", out)
  (self, float q, int dim = None, bool keepdim = False, *, str interpolation = "linear", out)
narrow
  (self, int dim, Tensor start, int length)
  (self, int dim, int start, int length)
normal
  (Tensor mean, Tensor std, *, torch.Generator generator = None, out)
  (Tensor mean, float std = 1, *, torch.Generator generator = None, out)
  (float mean, Tensor std, *, torch.Generator generator = None, out)
  (float mean, float std, tuple of ints size, *, torch.Generator generator = None, Tensor out = None, …)
prod
  (self, *, torch.dtype dtype = None)
  (self, int dim, bool keepdim = False, *, torch.dtype dtype = None, out)
randint
  (int high, tuple of ints size, *, torch.Generator generator, Tensor out = None, …)
  (int high, tuple of ints size, *, Tensor out = None, …)
  (int low, int high, tuple of ints size, *, torch.Generator generator, Tensor out = None, …)
  (int low, int high, tuple of ints size, *, Tensor out = None, …)
repeat_interleave
  (self, Tensor repeats, int dim = None, *, int output_size = None)
  (Tensor repeats, *, int output_size = None)
  (self, int repeats, int dim = None, *, int output_size = None)
round
  (self, *, out)
  (self, *, int decimals, out)
rsub
  (self, Tensor other, *, Number alpha = 1)
  (self, Number other, Number alpha = 1)
scatter
  (self, int dim, Tensor index, Tensor src, *, out)
  (self, int dim, Tensor index, Tensor src, *, str reduce, out)
  (self, int dim, Tensor index, Number value, *, out)
  (self, int dim, Tensor index, Number value, *, str reduce, out)
searchsorted
  (Tensor sorted_sequence, Tensor input, *, bool out_int32 = False, bool right = False, str side = None, Tensor
    sorter = None, out)
  (Tensor sorted_sequence, Number self, *, bool out_int32 = False, bool right = False, str side = None, Tensor
    sorter = None, out)
sort
  (self, *, bool stable, int dim = -1, bool descending = False, tuple of Tensors out = None)
  (self, int dim = -1, bool descending = False, *, tuple of Tensors out = None)
squeeze
  (self)
  (self, int dim)
  (self, tuple of ints dim)
std var
  (self, tuple of ints dim, bool unbiased = True, bool keepdim = False, *, out)
  (self, tuple of ints dim = None, *, Number correction = None, bool keepdim = False, out)
  (self, bool unbiased = True)
std_mean var_mean
  (self, tuple of ints dim, bool unbiased = True, bool keepdim = False)
  (self, tuple of ints dim = None, *, Number correction = None, bool keepdim = False)
  (self, bool unbiased = True)
subtract
  (self, Tensor other, *, Number alpha = 1, out)
  (self, Number other, Number alpha = 1)
sum
  (self, *, torch.dtype dtype = None)
  (self, tuple of ints dim, bool keepdim = False, *, torch.dtype dtype = None, out)
tensor_split
  (self, tuple of ints indices, int dim = 0)
  (self, Tensor tensor_indices_or_sections, int dim = 0)
  (self, int sections, int dim = 0)
trapz
  (Tensor y, *, float dx = 1, int dim = -1)
  (Tensor y, Tensor x, *, int dim = -1)
where
  (Tensor condition)
  (Tensor condition, Tensor input, Tensor other, *, out)
  (Tensor condition, Number self, Tensor other)
  (Tensor condition, Tensor input, Number other)
  (Tensor condition, Number self, Number other)
xlogy
  (self, Tensor other, *, out)
  (Number self, Tensor other, *, out)
  (self, Number other, *, out)
"""

_METHODS: Final = """\
addmm
  (Tensor mat1, Tensor mat2, *, Number beta = 1, Number alpha = 1)
addmm_
  (Tensor mat1, Tensor mat2, *, Number beta = 1, Number alpha = 1)
baddbmm
  (Tensor batch1, Tensor batch2, *, Number beta = 1, Number alpha = 1)
baddbmm_
  (Tensor batch1, Tensor batch2, *, Number beta = 1, Number alpha = 1)
nonzero
  ()
  (*, bool as_tuple)
to
  (torch.device device = None, torch.dtype dtype = None, bool non_blocking = False, bool copy = False, *,
    torch.memory_format memory_format = None)
  (torch.dtype dtype, bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None)
  (Tensor tensor, bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None)
type
  (object dtype = None, bool non_blocking = False, *, torch.memory_format memory_format = None)
view
  (torch.dtype dtype)
  (tuple of ints size)
where
  (Tensor condition, Tensor other)
  (Tensor condition, Number other)
"""

_OPTIONS: Final = (
    "torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, bool pin_memory = False, "
    "bool requires_grad = False"
)


def listed(name: str, *, called_as_method: bool) -> Sequence[str]:
    """The signatures of a function or method, in order; none for a name that has only one."""
    if not called_as_method:
        return _found(_FUNCTIONS, name)
    own = _found(_METHODS, name)
    shared = _found(_FUNCTIONS, name) or _found(_FUNCTIONS, name.removesuffix("_"))
    return own or [_of_method(signature) for signature in shared if signature.startswith("(Tensor input")]


def _found(table: str, name: str) -> Sequence[str]:
    signatures: list[str] = []
    names: Sequence[str] = ()
    for line in table.splitlines():
        if not line.startswith(" "):
            names = line.split()
        elif name in names and line.startswith("    "):  # the rest of a long line
            signatures[-1] += line[3:]
        elif name in names:
            signatures.append(line.strip())
    return [_spelled_out(signature) for signature in signatures]


def _spelled_out(signature: str) -> str:
    written = {"self": "Tensor input", "out": "Tensor out = None", "…": _OPTIONS}
    return f"({', '.join(written.get(part, part) for part in signature[1:-1].split(', '))})"


def _of_method(signature: str) -> str:
    parts = [part for part in signature[1:-1].split(", ")[1:] if not part.endswith(" out = None")]
    return f"({', '.join(parts[:-1] if parts[-1:] == ['*'] else parts)})"
