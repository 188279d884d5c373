"""What NVIDIA's driver tells of a device: its last cache, and how fast its clocks run.

Asked through the two libraries that every driver installs, so that a worker
needs no package for it.  Nothing is ever set.

Sources: CUDA Driver API, Initialization and Device Management; NVML API Reference Guide, Device
Queries and Clocks Event Reasons.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any, Final

from softmark_implementations.device import Clocks

_CACHE_BYTES: Final = 38  # CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE
_SM, _MEMORY = 1, 2  # NVML_CLOCK_SM, NVML_CLOCK_MEM

THROTTLING: Final = 0x4 | 0x8 | 0x20 | 0x40 | 0x80
"""The reasons that slow a clock against the user's will: the cap of power, a slow-down by the
hardware, heat that the driver or the hardware sees, and the brake of the power supply.  An idle
device, clocks that were asked for, and those kept alike with others are none."""


class Gpu:
    """The first device that this process may use, numbered as CUDA numbers it.

    Raises
    ------
    OSError
        There is no driver, or it does not tell.
    """

    def __init__(self) -> None:
        cuda = ctypes.CDLL("libcuda.so.1")
        device, size, name = ctypes.c_int(), ctypes.c_int(), ctypes.create_string_buffer(32)
        _done(cuda.cuInit(0))
        _done(cuda.cuDeviceGet(ctypes.byref(device), 0))
        _done(cuda.cuDeviceGetAttribute(ctypes.byref(size), _CACHE_BYTES, device))
        _done(cuda.cuDeviceGetPCIBusId(name, len(name), device))
        self.cache_bytes = size.value
        self.pci_bus_id = name.value.decode()
        self._nvml, self._handle = _managed(name.value)

    def clocks(self) -> Clocks | None:
        """Its clocks now; ``None`` where the management library is missing or does not tell."""
        if self._nvml is None:
            return None
        reasons = ctypes.c_ulonglong()
        try:
            sm, memory = self._mhz(_SM), self._mhz(_MEMORY)
            _done(_reasons(self._nvml)(self._handle, ctypes.byref(reasons)))
        except (OSError, AttributeError):  # some cards, and the guests of some hosts, are not told
            return None
        return Clocks(sm, memory, bool(reasons.value & THROTTLING))

    def _mhz(self, kind: int) -> int:
        mhz = ctypes.c_uint()
        _done(self._nvml.nvmlDeviceGetClockInfo(self._handle, kind, ctypes.byref(mhz)))
        return mhz.value


@cache
def first() -> Gpu | None:
    """The device; ``None`` where there is none, or its driver cannot be asked."""
    try:
        return Gpu()
    except (OSError, AttributeError):  # no library, or one without these functions
        return None


def _reasons(nvml: Any) -> Any:
    """The function that tells why a clock is slow, by its name since driver 535 or before."""
    new = getattr(nvml, "nvmlDeviceGetCurrentClocksEventReasons", None)
    return new or nvml.nvmlDeviceGetCurrentClocksThrottleReasons


def _managed(pci_bus_id: bytes) -> tuple[Any, ctypes.c_void_p]:
    """The management library, and its handle of the device."""
    handle = ctypes.c_void_p()
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
        _done(nvml.nvmlInit_v2())
        _done(nvml.nvmlDeviceGetHandleByPciBusId_v2(pci_bus_id, ctypes.byref(handle)))
    except (OSError, AttributeError):
        return None, handle
    return nvml, handle


def _done(status: int) -> None:
    """Both libraries return 0 when they did what they were asked."""
    if status:
        raise OSError(f"NVIDIA's driver answered {status}")
