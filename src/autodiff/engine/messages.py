"""PyTorch's longer texts, in one place."""

from typing import Final

__all__ = [
    "BACKWARD_TWICE",
    "CREATE_GRAPH",
    "DETACHED_IN_PLACE",
    "DETACH_OF_VIEW",
    "GRAD_VARIABLES",
    "HOOKED_AFTER_FREED",
    "HOOKED_ALREADY",
    "LEAF_IN_PLACE",
    "LEGACY_FUNCTION",
    "NON_LEAF_GRAD",
    "NO_GRAD",
    "NUMPY_OF_GRAD",
    "ONLY_INPUTS",
    "OVERLAPS_INPUT",
    "OVERLAPS_ITSELF",
    "PACKING_CHANGES",
    "REQUIRES_GRAD_OF_NON_LEAF",
    "RETAINED_AND_DETACHED",
    "RETAINED_AND_DETACHED_BEFORE",
    "TO_SCALAR",
    "grad_dtype",
    "modified_in_place",
    "refused_view",
    "short_name",
]

BACKWARD_TWICE: Final = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already "
    "been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
    "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access "
    "saved tensors after calling backward."
)
RETAINED_AND_DETACHED: Final = (
    'old_fn INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/torch/csrc/autograd/variable.cpp":205, please report a bug '
    "to PyTorch. "
)
"""What PyTorch says when a detached tensor, which retained its gradient before, gets a history in place."""
RETAINED_AND_DETACHED_BEFORE: Final = (
    'out != nullptr INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/torch/csrc/autograd/variable.cpp":207, please '
    "report a bug to PyTorch. "
)
"""The same when it has one again."""
NO_GRAD: Final = "element 0 of tensors does not require grad and does not have a grad_fn"
ONLY_INPUTS: Final = (
    "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for other parts "
    "of the graph, please use torch.autograd.backward."
)
NON_LEAF_GRAD: Final = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
    "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, "
    "use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access "
    "the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information. (Triggered internally "
    "at /__w/pytorch/pytorch/build/aten/src/ATen/core/TensorBody.h:493.)"
)
CREATE_GRAPH: Final = (
    "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
    "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
    "have to use this function, make sure to reset the .grad fields of your parameters to None after use to break "
    "the cycle and avoid the leak. (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/autograd/engine.cpp:1307.)"
)
TO_SCALAR: Final = (
    "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\n"
    "Consider using tensor.detach() first. (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/autograd/generated/python_variable_methods.cpp:822.)"
)
DETACHED_IN_PLACE: Final = (
    "Trying to use a saved tensor that has been detached in-place, i.e. with .detach_().This is not supported, please "
    "use out-of-place `.detach()` instead"
)
DETACH_OF_VIEW: Final = (
    "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, "
    "and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be "
    "called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
    "torch/optim/optimizer.py as the solution."
)
REQUIRES_GRAD_OF_NON_LEAF: Final = (
    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph "
    "that doesn't require differentiation use var_no_grad = var.detach()."
)
GRAD_VARIABLES: Final = "`grad_variables` is deprecated. Use `grad_tensors` instead."
OVERLAPS_ITSELF: Final = (
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
    "Please clone() the tensor before performing the operation."
)
OVERLAPS_INPUT: Final = (
    "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
    "location. Please clone() the tensor before performing the operation."
)
HOOKED_ALREADY: Final = (
    "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of hooks is "
    "allowed at a time."
)
HOOKED_AFTER_FREED: Final = (
    "Calling register_hooks on a saved tensor after it has been freed. Saved intermediate values of the graph are "
    "freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through "
    "the graph a second time or if you need to access saved variables after calling backward."
)
PACKING_CHANGES: Final = (
    "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook cannot be "
    "modified by in-place operations as this can lead to unexpected side-effects. Please open an issue if you need to "
    "perform in-place operations on the input to a pack hook."
)
LEAF_IN_PLACE: Final = "a leaf Variable that requires grad is being used in an in-place operation."
LEGACY_FUNCTION: Final = (
    "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd function "
    "with static forward method. (Example: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
)
NUMPY_OF_GRAD: Final = "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."


def modified_in_place(title: str, shape: str, source: str, version: int, expected: int) -> str:
    """That a value saved for backward was changed."""
    return (
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{title} [{shape}]]{source} is at version {version}; expected version {expected} instead. Hint: enable "
        "anomaly detection to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )


def grad_dtype(assigned: str, own: str) -> str:
    """That a gradient of another dtype was assigned."""
    return (
        f"attempting to assign a gradient with dtype '{assigned}' to a tensor with grad_dtype '{own}'. The gradient "
        "must match the tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype "
        "attribute with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging the "
        "dtypes of a tensor and its gradient may break downstream systems that assume they match."
    )


def refused_view(name: str | None, index: int, creation: str, *, indirect: bool) -> str:
    """That a view made in a special way was changed in place, or (`indirect`) its base was.

    `name` is that of its node, if it has one; `creation` what is special: `several`, `function`, `no_grad` or
    `inference`.
    """
    event = "its base or another view of its base has been" if indirect else "is being"
    if creation in ("several", "function") and name is not None:
        first = f"Output {index} of {name} is a view and {event} modified inplace."
    else:
        origin = "A view" if name is None else f"Output {index} of {name} is a view of a view which"
        where = "inference mode" if creation == "inference" else "no_grad mode"
        then = "in normal mode" if creation == "inference" else "with grad mode enabled"
        first = f"{origin} was created in {where} and {event} modified inplace {then}."
    return first + _CREATION_ADVICE[creation]


_TOGETHER: Final = (
    " You can clarify your code by moving both the view and the inplace either both inside the {} block (if you don't "
    "want the inplace to be tracked) or both outside (if you want the inplace to be tracked)."
)
_CREATION_ADVICE: Final = {
    "several": " This view is the output of a function that returns multiple views. Such functions do not allow the "
    "output views to be modified inplace. You should replace the inplace operation by an out-of-place one.",
    "no_grad": " Given that this use case is ambiguous and error-prone, it is forbidden." + _TOGETHER.format("no_grad"),
    "inference": _TOGETHER.format("inference_mode"),
    "function": " This view was created inside a custom Function (or because an input was returned as-is) and the "
    "autograd logic to handle view+inplace would override the custom backward associated with the custom Function, "
    "leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom "
    "Function.",
}


def short_name(node: str) -> str:
    """A node's name as messages have it: `Pow1` for PowBackward1, `Exp` for ExpBackward0 and a user's ExpBackward."""
    operation, _, overload = node.rpartition("Backward")
    return f"{operation}{overload if overload != '0' else ''}" if overload.isdigit() or not overload else node
