"""The frameworks' own timers of a device, as far as they can be tried where there is none.

Where there is a CUDA device they are tried on it; see the tests at the end.
"""

from __future__ import annotations

import functools
import inspect
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softmark import operations
from softmark.checks import Scope, load
from softmark.checks.throughput.plan import Cell
from softmark.formats import FLOAT32, encode
from softmark.subjects import Info
from softmark.workers.in_process import InProcessSubject
from softmark_implementations import framework as border
from softmark_implementations import nvidia, with_numpy
from softmark_implementations.timers import TIMES, UNKNOWN_CACHE, HostTimer

torch = pytest.importorskip("torch", reason="torch is not installed")
ROOT = Path(__file__).parents[2]
CHECK = load("throughput")
SMALL = Cell("launch", 100)


def bits(*values: float) -> Any:
    return encode(np.array([values]), FLOAT32)


@pytest.mark.parametrize("name", ["torch", "jax", "tensorflow"])
def test_a_copy_has_the_values_and_memory_of_its_own(name: str) -> None:
    module = pytest.importorskip(f"softmark_implementations.with_{name}")
    source = module.FRAMEWORK.array(bits(1.0, -2.0, np.nan), "float32", "cpu")
    copy = module.FRAMEWORK.copier(source)()
    assert np.array_equal(module.FRAMEWORK.bits(copy)[0], bits(1.0, -2.0, np.nan))
    if name == "torch":
        source.zero_()
        assert copy[0, 0] == 1.0
    else:
        assert copy is not source


def test_a_framework_whose_file_makes_no_copies_says_so() -> None:
    with pytest.raises(border.NotOffered, match="copies of numpy's arrays on their device"):
        with_numpy.FRAMEWORK.copier(np.zeros(2))


@pytest.mark.parametrize("name", ["torch", "jax", "tensorflow", "numpy"])
def test_on_the_processor_the_hosts_clock_is_used(name: str) -> None:
    module = pytest.importorskip(f"softmark_implementations.with_{name}")
    assert module.FRAMEWORK.timer("cpu") is None


def on_the_processor(name: str) -> tuple[Any, Any]:
    """The implementations of a framework without events, on a device that the processor plays."""
    module = pytest.importorskip(f"softmark_implementations.with_{name}")
    real = module.FRAMEWORK

    def flush(nbytes: int) -> None:
        if name == "jax":
            import jax

            module._written(nbytes, jax.devices("cpu")[0])

    class Played(type(real)):  # type: ignore[misc]
        def array(self, bits: Any, format: str, device: str) -> Any:
            return super().array(bits, format, "cpu")

        def place(self, array: Any) -> str:
            return "cuda"

        def denormals(self, device: str = "cpu") -> dict[str, str]:
            return {}

        def timer(self, device: str) -> HostTimer:
            return HostTimer(name, flush)

    return module, Played()


@pytest.mark.parametrize("name", ["jax", "tensorflow"])
@pytest.mark.parametrize("mode", ["forward", "vjp"])
def test_a_framework_without_events_is_timed_by_the_host_which_waits(name: str, mode: str) -> None:
    module, framework = on_the_processor(name)
    info = Info(f"{name}.softmax", name, "softmax", device="cuda")
    scope = Scope(info, operations.load("softmax"), FLOAT32, device="cuda")
    subject = InProcessSubject(module.softmax, info, framework)
    (found,) = CHECK.measure(subject, Cell("launch", 100, mode=mode).case(scope), scope)
    assert found.verdict == "pass", found.message
    told: Any = found.distribution
    assert (told["clock"], told["flush_bytes"]) == ("host", 0)
    (graph,) = CHECK.measure(subject, Cell("launch", 100, launch="graph").case(scope), scope)
    assert graph.verdict == "not_offered"
    assert "does not capture calls as a graph" in graph.message


def test_jax_writes_as_many_bytes_as_a_flush_asks_for() -> None:
    jax = pytest.importorskip("jax")
    from softmark_implementations import with_jax

    written = with_jax._written(1000, jax.devices("cpu")[0])
    assert (written.nbytes, int(written.sum())) == (1000, 0)


def test_without_a_driver_the_flush_is_larger_than_any_cache() -> None:
    if nvidia.first() is not None:
        pytest.skip("there is a driver")
    timer = HostTimer("x", lambda nbytes: None)
    assert timer.flush_bytes == TIMES * UNKNOWN_CACHE
    assert timer.clocks() is None


class Card:
    """A card of JAX's that counts like its allocator: what is held, and the most of all time."""

    def __init__(self) -> None:
        self.held, self.highest = 1000, 9000

    def take(self, nbytes: int) -> None:
        self.held += nbytes
        self.highest = max(self.highest, self.held)

    def memory_stats(self) -> dict[str, int]:
        return {"bytes_in_use": self.held, "peak_bytes_in_use": self.highest}


def test_jax_counts_each_call_though_it_forgets_no_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    jax = pytest.importorskip("jax")
    from softmark_implementations import with_jax

    card = Card()

    class Ballast:
        def __init__(self, nbytes: int, card: Card) -> None:
            self.nbytes = nbytes
            card.take(nbytes)

        def __del__(self) -> None:
            card.take(-self.nbytes)

    def work() -> None:
        card.take(700)
        card.take(-300)
        card.take(-400)

    monkeypatch.setattr(with_jax, "_written", Ballast)
    monkeypatch.setattr(jax, "devices", lambda *_: [card])
    assert [with_jax.FRAMEWORK.peak(work, "cuda") for _ in range(3)] == [700] * 3
    assert card.held == 1000
    monkeypatch.setattr(card, "memory_stats", lambda: None)
    with pytest.raises(border.NotOffered, match="XLA's allocator keeps no count"):
        with_jax.FRAMEWORK.peak(work, "cuda")


class Bound:
    """An object of one of PyTorch's CUDA classes, whose calls have to bind to the real methods."""

    def __init__(self, real: type, said: list[str], *arguments: Any, **keywords: Any) -> None:
        make = real.__new__ if "__new__" in vars(real) else real.__init__
        inspect.signature(make).bind(real, *arguments, **keywords)
        self._real, self._said = real, said
        said.append(real.__name__)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._real, name)

        def call(*arguments: Any, **keywords: Any) -> float:
            inspect.signature(method).bind(self, *arguments, **keywords)
            self._said.append(f"{self._real.__name__}.{name}")
            return 0.25

        return call

    def __enter__(self) -> None:
        self._said.append(f"enter {self._real.__name__}")

    def __exit__(self, *_: object) -> None:
        self._said.append(f"leave {self._real.__name__}")


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is called of PyTorch's CUDA classes, in that order."""
    said: list[str] = []
    cuda = torch.cuda
    for name in ("Event", "Stream", "CUDAGraph", "graph"):
        real = getattr(cuda, name)
        monkeypatch.setattr(cuda, name, functools.partial(Bound, real, said))
    context = functools.partial(Bound, cuda.StreamContext, said)
    monkeypatch.setattr(cuda, "stream", context)  # the real function is this one line
    monkeypatch.setattr(cuda, "current_stream", cuda.Stream)
    return said


def torch_timer(monkeypatch: pytest.MonkeyPatch) -> Any:
    from softmark_implementations.with_torch import TorchTimer

    real = torch.empty
    monkeypatch.setattr(torch, "empty", lambda *size, device, **rest: real(*size, **rest))
    return TorchTimer()


def test_pytorchs_events_are_called_as_they_are_declared(
    bound: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    timer = torch_timer(monkeypatch)
    start, end = timer.record(), timer.record()
    assert timer.elapsed_ns(start, end) == 250_000.0  # PyTorch tells milliseconds
    marked = ["Event", "Event.record"]
    assert bound == [*marked, *marked, "Event.synchronize", "Event.elapsed_time"]
    timer._buffer.fill_(1)
    timer.flush()
    assert not timer._buffer.any()
    assert timer._buffer.nbytes == timer.flush_bytes


def test_pytorchs_graphs_are_captured_as_it_asks_for(
    bound: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    timer = torch_timer(monkeypatch)
    calls = iter(range(100))
    captured = timer.captured(lambda: (bound.append("call"), next(calls))[1], 4)
    inside = bound[bound.index("enter graph") + 1 : bound.index("leave graph")]
    assert bound.index("enter graph") > bound.index("call")  # what is called first warms up
    assert inside == ["call"] * 4
    assert captured.result == bound.count("call") - 1
    captured.replay()
    assert bound[-1] == "CUDAGraph.replay"


def test_a_call_that_cannot_be_captured_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    with pytest.raises(border.NotOffered, match="cannot be captured as a CUDA graph"):
        torch_timer(monkeypatch).captured(lambda: None, 1)


DRIVER = """
#include <string.h>
int cuInit(unsigned flags) { return flags; }
int cuDeviceGet(int* device, int ordinal) { *device = 7; return ordinal; }
int cuDeviceGetAttribute(int* value, int which, int device) {
    *value = which == 38 ? 52428800 : -1;
    return device != 7;
}
int cuDeviceGetPCIBusId(char* name, int length, int device) {
    strncpy(name, "0000:65:00.0", length);
    return device != 7;
}
"""
MANAGEMENT = """
#include <string.h>
static int card;
int nvmlInit_v2(void) { return 0; }
int nvmlDeviceGetHandleByPciBusId_v2(const char* name, void** device) {
    *device = &card;
    return strcmp(name, "0000:65:00.0") != 0;
}
int nvmlDeviceGetClockInfo(void* device, int kind, unsigned* mhz) {
    *mhz = kind == 1 ? 1980 : kind == 2 ? 2619 : 0;
    return device != &card;
}
int nvmlDeviceGetCurrentClocksThrottleReasons(void* device, unsigned long long* reasons) {
    *reasons = REASONS;
    return REASONS == 0xFFFF ? 3 : device != &card;
}
"""
ASK = """
from softmark_implementations import nvidia, with_numpy
gpu = nvidia.first()
print(gpu and (gpu.cache_bytes, gpu.pci_bus_id, gpu.clocks()))
"""


def told(folder: Path, **libraries: str) -> str:
    """What the driver is found to tell, with these libraries for its own."""
    if shutil.which("gcc") is None:
        pytest.skip("there is no gcc to make a driver with")
    for name, source in libraries.items():
        (folder / f"{name}.c").write_text(source)
        file = {"driver": "libcuda.so.1", "management": "libnvidia-ml.so.1"}[name]
        command = ["gcc", "-shared", "-fPIC", "-o", str(folder / file), str(folder / f"{name}.c")]
        subprocess.run(command, check=True)
    paths = [str(ROOT / "implementations"), str(ROOT / "suite")]
    variables = {"LD_LIBRARY_PATH": str(folder), "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=os.environ | variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["Throttle", "Event"])  # of older drivers, and of newer ones
@pytest.mark.parametrize(("reasons", "throttled"), [("0x1", False), ("0x4", True), ("0x41", True)])
def test_the_driver_tells_cache_place_and_clocks(
    tmp_path: Path, name: str, reasons: str, throttled: bool
) -> None:
    management = MANAGEMENT.replace("REASONS", reasons).replace("Throttle", name)
    clocks = f"Clocks(sm_mhz=1980, memory_mhz=2619, throttled={throttled})"
    due = f"(52428800, '0000:65:00.0', {clocks})"
    assert told(tmp_path, driver=DRIVER, management=management) == due


def test_a_card_that_does_not_tell_its_clocks_has_none(tmp_path: Path) -> None:
    silent = MANAGEMENT.replace("REASONS", "0xFFFF")
    due = "(52428800, '0000:65:00.0', None)"
    assert told(tmp_path, driver=DRIVER, management=silent) == due
    (tmp_path / "libnvidia-ml.so.1").write_text("no library")
    assert told(tmp_path, driver=DRIVER) == due


@pytest.mark.parametrize("driver", ["int cuInit(unsigned flags) { return 100; }", "int other;"])
def test_a_driver_without_a_device_tells_nothing(tmp_path: Path, driver: str) -> None:
    assert told(tmp_path, driver=driver) == "None"


def real(name: str) -> tuple[Any, Info]:
    module = pytest.importorskip(f"softmark_implementations.with_{name}")
    if "cuda" not in module.FRAMEWORK.devices():
        pytest.skip(f"{name} finds no CUDA device here")
    return module, Info(f"{name}.softmax", name, "softmax", device="cuda")


@pytest.mark.parametrize("name", ["torch", "cupy", "triton", "jax"])
@pytest.mark.parametrize("launch", ["call", "graph"])
@pytest.mark.parametrize("inputs", ["warm", "cold"])
def test_a_real_device_gives_a_time(name: str, launch: Any, inputs: Any) -> None:
    module, info = real(name)
    scope = Scope(info, operations.load("softmax"), FLOAT32, device="cuda")
    subject = InProcessSubject(module.softmax, info, module.FRAMEWORK)
    cell = Cell("launch", 100, launch=launch, inputs=inputs)
    (found,) = CHECK.measure(subject, cell.case(scope), scope)
    if (name, launch) == ("jax", "graph"):
        assert found.verdict == "not_offered"
        return
    assert found.verdict == "pass", found.message
    clock: Any = found.distribution["clock"]
    assert clock == ("host" if name == "jax" else "cuda events")
