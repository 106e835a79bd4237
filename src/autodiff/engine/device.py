"""Where tensors are and how they lie in memory: on the CPU, in strides."""

from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Self

from autodiff.engine.mode import default_device
from autodiff.errors import TorchRuntimeError, TorchTypeError

if TYPE_CHECKING:
    from contextvars import Token

__all__ = ["device", "get_default_device", "layout", "set_default_device", "strided"]

_TYPES: Final = (
    "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, "
    "privateuseone"
)
_NO_ACCELERATOR: Final = "Cannot access accelerator device when none is available."
_NO_CUDA: Final = "Torch not compiled with CUDA enabled"


class device:  # noqa: N801 - PyTorch's spelling
    """A device by its type and, if it has one, its number; naming one is no mistake, but tensors are on the CPU only.

    In a `with` block tensors are made there unless they say otherwise.
    """

    __slots__ = ("_token", "index", "type")
    __module__ = "torch"

    def __init__(self, type: Any, index: int | None = None) -> None:  # noqa: ANN401 - a name, a number or a device
        if isinstance(type, int):
            raise TorchRuntimeError(_NO_ACCELERATOR)
        name, _, number = str(type).partition(":")
        if name not in _TYPES.split(", "):
            raise TorchRuntimeError(f"Expected one of {_TYPES} device type at start of device string: {name}")
        if ":" in str(type) and not number.isdigit():
            raise TorchRuntimeError(f"Invalid device string: '{type}'")
        self.type = name
        self.index = int(number) if number else index

    def __repr__(self) -> str:
        return f"device(type='{self.type}'{'' if self.index is None else f', index={self.index}'})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __enter__(self) -> Self:
        self._token: Token[device | None] = default_device.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        default_device.reset(self._token)


def set_default_device(device: Any) -> None:  # noqa: ANN401 - a name, a device or None
    """Make tensors there from now on, unless they say otherwise. Raises RuntimeError for what is no device."""
    default_device.set(None if device is None else _named(device))


def get_default_device() -> device:
    """Where tensors are made. Raises AssertionError if that is a device which is missing."""
    chosen = default_device.get() or device("cpu")
    check_available(chosen)
    return chosen


def _named(given: Any) -> device:  # noqa: ANN401
    return given if isinstance(given, device) else device(given)


def check_available(given: Any) -> None:  # noqa: ANN401 - the argument `device`
    """There is the CPU only. Raises PyTorch's errors for anything else."""
    chosen = default_device.get() if given is None else given
    if chosen is None or chosen == "cpu":
        return
    if not isinstance(chosen, (device, str, int)):
        raise TorchTypeError(f"argument 'device' must be torch.device, not {type(chosen).__name__}")
    name = _named(chosen).type
    if name == "cuda":
        raise AssertionError(_NO_CUDA)
    if name != "cpu":
        raise TorchRuntimeError(f"PyTorch is not linked with support for {name} devices")


class layout:  # noqa: N801 - PyTorch's spelling
    """How the elements lie in memory."""

    __slots__ = ("_name",)
    __module__ = "torch"

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"torch.{self._name}"

    def __deepcopy__(self, memory: object) -> Self:
        return self


strided: Final = layout("strided")
"""Elements at regular distances."""


# ------------------------------------------------------------------ the devices that are missing


def _no() -> bool:
    """False: it is missing."""
    return False


def _none() -> int:
    """0: there are none."""
    return 0


def _nothing() -> None:
    """None: there is nothing to name, or to wait for."""


def _seed(seed: int) -> None:
    """Nothing to do: there is no such generator."""


def _refused(*_: Any) -> None:  # noqa: ANN401
    raise AssertionError(_NO_CUDA)


def modules() -> dict[str, ModuleType]:
    """`torch.cuda`, `torch.accelerator` and `torch.backends`, which say that there is nothing but the CPU."""

    def module(name: str, **members: Any) -> ModuleType:  # noqa: ANN401
        made = ModuleType(f"torch.{name}", "What is missing here.")
        vars(made).update(members)
        return made

    def backend(name: str) -> ModuleType:
        return module(f"backends.{name}", is_available=_no, is_built=_no)

    cuda = module(
        "cuda", is_available=_no, device_count=_none, is_initialized=_no, empty_cache=_nothing, current_device=_refused,
        synchronize=_refused, get_device_name=_refused, manual_seed=_seed, manual_seed_all=_seed,
    )  # fmt: skip
    accelerator = module(
        "accelerator", is_available=_no, device_count=_none, current_accelerator=_nothing,
    )  # fmt: skip
    cudnn = module("backends.cudnn", is_available=_no, enabled=True, benchmark=False, deterministic=False)
    backends = module("backends", cudnn=cudnn, cuda=backend("cuda"), mps=backend("mps"))
    return {"cuda": cuda, "accelerator": accelerator, "backends": backends}
