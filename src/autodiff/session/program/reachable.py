"""Everything a program can reach, in one place: builtins, modules and what is in them, attributes and methods.

What is not named here does not exist for a program: there is no other way from a name or a dot to an object. No name
that begins and ends with two underscores is among it, but for the program's and a type's `__name__`.
"""

from collections.abc import Mapping
from typing import Final

from autodiff import dtypes, engine
from autodiff.engine import Node, Size, Tensor
from autodiff.session.program.builtin import ERRORS, FUNCTIONS, TYPES
from autodiff.session.program.values import Kind

__all__ = ["ATTRIBUTES", "BUILTINS", "LIMITS", "METHODS", "MODULES", "RESULTS", "SETTABLE"]

_words = str.split

BUILTINS: Final = frozenset({"print", "__name__", *FUNCTIONS, *TYPES, *ERRORS})
"""What is there without an import; `torch` is, too. `__name__` is the text `__main__`, as in every Python program."""

MODULES: Final[Mapping[str, frozenset[str]]] = {
    path: frozenset(_words(names))
    for path, names in {
        "torch": """
            Size Tensor allclose as_tensor asarray bernoulli broadcast_shapes can_cast device dtype enable_grad equal
            finfo get_default_dtype iinfo inference_mode initial_seed is_complex is_floating_point is_grad_enabled
            is_inference_mode_enabled is_tensor manual_seed multinomial newaxis no_grad normal numel poisson
            promote_types rand rand_like randint randint_like randn randn_like randperm range result_type scalar_tensor
            seed set_default_dtype set_grad_enabled set_printoptions tril_indices triu_indices vmap""",
        "torch.autograd": """
            Variable backward detect_anomaly enable_grad grad gradcheck gradgradcheck inference_mode no_grad
            set_detect_anomaly set_grad_enabled""",
        "torch.autograd.functional": "hessian hvp jacobian jvp vhp vjp",
        "torch.autograd.graph": "disable_saved_tensors_hooks increment_version saved_tensors_hooks",
        "torch.func": "grad grad_and_value hessian jacfwd jacrev jvp linearize vjp vmap",
        "torch.linalg": "",
        "torch.nn": "Parameter",
        "torch.nn.functional": "",
        "torch.special": "",
        "math": """
            acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees dist e erf erfc exp expm1 fabs floor
            fmod frexp fsum gamma hypot inf isclose isfinite isinf isnan lgamma log log10 log1p log2 modf nan pi pow
            radians sin sinh sqrt tan tanh tau trunc""",
    }.items()
}
"""The modules, and what they have besides the functions of the table of operations.

`torch` has dtypes, constants, its functions (also in place, with `_`) and those that make tensors;
`torch.nn.functional`, `torch.linalg` and `torch.special` have theirs. The functions of `math` take numbers.
"""

ATTRIBUTES: Final[Mapping[type, frozenset[str]]] = {
    Tensor: (engine.ATTRIBUTES - {"values", "indices"})
    | {"_base", "_version", "device", "is_cuda", "itemsize", "layout", "nbytes", "output_nr"},
    Node: frozenset({"next_functions", "requires_grad", "variable"}),
    dtypes.dtype: frozenset({"is_complex", "is_floating_point", "is_signed", "itemsize"}),
    complex: frozenset({"imag", "real"}),
    BaseException: frozenset({"args"}),
    Kind: frozenset({"__name__"}),
}
"""What may be read of a value of a type, with a dot. A node also has what it saved, under names with `_saved_`."""

RESULTS: Final = frozenset(
    _words("""
        values indices sign logabsdet eigenvalues eigenvectors U S V Vh Q R L P LU pivots solution residuals rank
        singular_values info mantissa exponent min max bins hist""")
)
"""The parts of results that have several."""

LIMITS: Final = frozenset(_words("bits dtype eps max min resolution smallest_normal tiny"))
"""What `finfo` and `iinfo` tell."""

METHODS: Final[Mapping[type, frozenset[str]]] = {
    Tensor: engine.tensor_methods()
    | frozenset(
        _words("""
            allclose bernoulli_ data_ptr element_size equal exponential_ is_contiguous is_inference ndimension
            new_empty new_full new_ones new_tensor new_zeros normal_ random_ register_hook
            register_post_accumulate_grad_hook stride uniform_""")
    ),
    Node: frozenset({"name", "register_hook", "register_prehook"}),
    Size: frozenset({"numel"}),
    list: frozenset({"append", "clear", "extend", "pop"}),
    complex: frozenset({"conjugate"}),
    float: frozenset({"is_integer"}),
}
"""The methods of a value of a type. What hooks give has `remove`."""

SETTABLE: Final = frozenset({"data", "grad", "requires_grad"})
"""The attributes of tensors that a program may assign to."""
