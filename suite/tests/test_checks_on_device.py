"""Each check asks a framework for arrays of the device that is measured, and of no other.

The device is played by the processor, so that this is seen where there is none.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from softmark import checks, operations
from softmark.checks import Scope
from softmark.formats import FLOAT32
from softmark.subjects import Info
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.timers import HostTimer

torch = pytest.importorskip("torch", reason="torch is not installed")
from softmark_implementations import with_torch  # noqa: E402  # needs PyTorch

INFO = Info("torch.softmax", "torch", "softmax", formats=("float32",), device="cuda")
SCOPE = Scope(INFO, operations.load("softmax"), FLOAT32, device="cuda")
CASES = 4
SMALL = 2**15


class Played(with_torch.TorchFramework):
    """PyTorch on a device ``cuda`` that the processor plays, and nowhere else."""

    def __init__(self) -> None:
        self.arrays = 0

    def array(self, bits: Any, format: str, device: str) -> Any:
        assert device == "cuda"
        self.arrays += 1
        return super().array(bits, format, "cpu")

    def place(self, array: Any) -> str:
        return "cuda"

    def denormals(self, device: str = "cpu") -> dict[str, str]:
        assert device == "cuda"
        return {}

    def timer(self, device: str) -> Any:
        assert device == "cuda"
        return HostTimer("torch", lambda nbytes: None)


@pytest.mark.parametrize("name", [name for name in checks.names() if name != "memory"])
def test_a_check_measures_the_device(name: str) -> None:
    """All but memory, which is counted in a process that is there for that alone."""
    framework = Played()
    subject = InProcessSubject(with_torch.softmax, INFO, framework)
    check = checks.load(name)
    small = [case for case in check.cases(SCOPE) if math.prod(case.shape) <= SMALL]
    chosen = small[:: max(1, len(small) // CASES)]
    found = [m for case in chosen for m in check.measure(subject, case, SCOPE)]
    assert framework.arrays > 0
    assert {m.verdict for m in found} <= {"pass", "weak", "policy", "not_offered"}
    assert any(m.verdict in ("pass", "weak", "policy") for m in found)
