"""What a device's times are worth, shown on one whose times are known; see ``simulated``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from simulated import CACHED, FETCHED, LAUNCH_NS, MHZ, Device, Simulated, softmax_on

from softmark import catalog, operations
from softmark.calling import clock
from softmark.calling.on_device import CAPTURED
from softmark.checks import Measurement, Scope, load
from softmark.checks.throughput.plan import DEVICE_LEVELS, Cell, cell_of, cells
from softmark.formats import FLOAT32, FORMATS
from softmark.harness.planning import info_of
from softmark.subjects import Call, Info, NotOffered
from softmark.workers.in_process import InProcessSubject

CHECK = load("throughput")
INFO = Info("numpy.softmax", "numpy", "softmax", formats=("float32",), device="cuda")
SCOPE = Scope(INFO, operations.load("softmax"), FLOAT32, device="cuda")
SMALL, MIDDLE = Cell("launch", 100), Cell("launch", 1001)


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Device:
    """The loop's own clock is the device's too, so that nothing depends on this machine."""
    device = Device()
    monkeypatch.setattr(clock, "perf_counter", lambda: device.now / 1e9)
    return device


def measured(device: Device, function: Callable[..., Any], cell: Cell) -> Measurement:
    subject = InProcessSubject(function, INFO, Simulated(device))
    (found,) = CHECK.measure(subject, cell.case(SCOPE), SCOPE)
    return found


def times(device: Device, cell: Cell, slower: float = 1.0) -> Any:
    found = measured(device, softmax_on(device, slower), cell)
    assert found.verdict == "pass", found.message
    return found.distribution


def nbytes(cell: Cell) -> int:
    return int(np.prod(cell.case(SCOPE).shape)) * 4


@pytest.mark.parametrize("cell", [SMALL, MIDDLE])
def test_a_time_is_the_devices(device: Device, cell: Cell) -> None:
    told = times(device, cell)
    assert told["clock"] == "cuda events"
    assert (told["launch"], told["inputs"], told["flush_bytes"]) == ("call", "warm", 0)
    due = LAUNCH_NS + 2 * CACHED * nbytes(cell)
    np.testing.assert_allclose(told["samples_ns"], due, rtol=1e-5)
    np.testing.assert_allclose(told["copy_ns"], due, rtol=1e-5)
    assert told["copy_fraction"] == pytest.approx(1.0)


def test_what_is_slower_by_a_twentieth_is_seen_to_be(device: Device) -> None:
    ratio = times(device, MIDDLE, 1.05)["median"] / times(device, MIDDLE)["median"]
    fixed = LAUNCH_NS / (2 * CACHED * nbytes(MIDDLE))
    assert ratio == pytest.approx((1.05 + fixed) / (1 + fixed), rel=1e-5)
    assert ratio > 1.02


@pytest.mark.parametrize("launch", ["call", "graph"])
def test_a_cold_call_fetches_its_logits_and_the_flush_is_not_in_its_time(
    device: Device, launch: str
) -> None:
    told = times(device, replace(MIDDLE, inputs="cold", launch=launch))
    assert told["flush_bytes"] == device.flush_bytes
    assert device.flushes >= len(told["samples_ns"]) * told["calls_per_block"]
    due = LAUNCH_NS + 2 * FETCHED * nbytes(MIDDLE)
    np.testing.assert_allclose(told["samples_ns"], due, rtol=1e-5)
    np.testing.assert_allclose(told["copy_ns"], due, rtol=1e-5)


def test_a_graph_is_launched_once_for_many_calls(device: Device) -> None:
    told = times(device, replace(SMALL, launch="graph"))
    due = LAUNCH_NS / CAPTURED + 2 * CACHED * nbytes(SMALL)
    np.testing.assert_allclose(told["samples_ns"], due, rtol=1e-5)
    assert told["new_shape_ns"] is None  # the capture came after other calls


def test_a_graph_that_holds_no_work_has_no_time(device: Device) -> None:
    """A function that computes on the host leaves a result that no replay writes anew."""
    device.captures = False
    found = measured(device, softmax_on(device), replace(SMALL, launch="graph"))
    assert (found.verdict, found.value) == ("fail", None)
    assert "with other logits in the array that was timed" in found.message


def test_a_wrong_result_has_no_time(device: Device) -> None:
    right = softmax_on(device)
    for launch in ("call", "graph"):
        found = measured(device, lambda x, axis=-1: right(x) / 2, replace(SMALL, launch=launch))
        assert "it has no time" in found.message


def test_results_that_are_kept_have_no_time(device: Device) -> None:
    """An idle device passes its marks as they come, so it times what the host does meanwhile."""
    right, seen = softmax_on(device), {}

    def known_by_value(x: Any, axis: int = -1) -> Any:
        device.now += LAUNCH_NS / 10
        key = x.tobytes()
        if key not in seen:
            seen[key] = right(x, axis)
        return seen[key]

    found = measured(device, known_by_value, SMALL)
    assert (found.verdict, found.value) == ("not_offered", None)
    assert "it keeps results" in found.message


def falling(begins: float, *, throttled: bool) -> Callable[[Device], tuple[int, bool]]:
    """A clock at half its speed for 20 ms, from a moment on."""

    def mhz(device: Device) -> tuple[int, bool]:
        slow = begins <= device.now < begins + 20e6
        return (MHZ // 2, throttled) if slow else (MHZ, False)

    return mhz


def test_what_was_timed_while_the_clock_fell_is_left_out_and_counted(device: Device) -> None:
    undisturbed = times(device, MIDDLE)
    device.mhz = falling(device.now + 110e6, throttled=True)
    told = times(device, MIDDLE)
    clocks = told["clocks"]
    assert clocks["discarded_rounds"] > 3
    assert clocks["sm_mhz"] == [MHZ, MHZ]
    assert clocks["memory_mhz"] == [2_600, 2_600]
    np.testing.assert_allclose(told["samples_ns"], undisturbed["median"], rtol=1e-5)


def test_a_clock_that_is_low_without_being_throttled_counts(device: Device) -> None:
    usual = times(device, MIDDLE)["samples_ns"]
    device.mhz = falling(device.now + 150e6, throttled=False)
    told = times(device, MIDDLE)
    assert told["clocks"]["discarded_rounds"] == 0
    assert max(told["samples_ns"]) == pytest.approx(2 * max(usual), rel=1e-5)


def test_a_device_that_falls_in_every_round_gives_no_time(device: Device) -> None:
    readings = iter([(MHZ, False)])
    device.mhz = lambda _: (MHZ, False)
    told: Any = device.clocks
    device.clocks = lambda: replace(  # type: ignore[method-assign]
        told(), sm_mhz=next(readings, (MHZ // 2, True))[0], throttled=True
    )
    found = measured(device, softmax_on(device), MIDDLE)
    assert (found.verdict, found.value) == ("not_offered", None)
    assert "its clock fell in every round" in found.message


def test_clocks_that_nobody_tells_are_not_made_up(device: Device) -> None:
    device.clocks = lambda: None  # type: ignore[method-assign]
    assert times(device, SMALL)["clocks"] == {}


def test_a_graph_of_calls_without_a_gradient_is_not_offered(device: Device) -> None:
    info = replace(INFO, gradient=True)
    subject = InProcessSubject(
        softmax_on(device), info, Simulated(device), vjp=lambda x, g, axis=-1: device.run(1e5)
    )
    g = np.ones((2, 3))
    with pytest.raises(NotOffered, match="no gradient reaches the logits"):
        subject.time(Call(np.zeros((2, 3)), g=g), FLOAT32, seconds=0.01, launch="graph")


def test_the_host_has_no_graphs() -> None:
    info = replace(INFO, device="cpu")
    subject = InProcessSubject(softmax_on(Device()), info, Simulated(Device()))
    with pytest.raises(NotOffered, match="not captured as a graph"):
        subject.time(Call(np.zeros((2, 3))), FLOAT32, seconds=0.01, launch="graph")


@pytest.mark.parametrize("profile", ["quick", "standard", "full"])
@pytest.mark.parametrize("name", ["float64", "float32", "float16", "bfloat16"])
def test_a_level_of_a_device_is_as_many_bytes_in_each_format(profile: Any, name: str) -> None:
    info = replace(INFO, formats=("float64", "float32", "float16", "bfloat16"), gradient=True)
    scope = Scope(info, operations.load("softmax"), FORMATS[name], profile, device="cuda")
    found = list(cells(scope))
    for cell in found:
        case = cell.case(scope)
        size = np.prod(case.shape) * scope.format.bits // 8
        assert DEVICE_LEVELS[cell.level] / 2 < size <= max(DEVICE_LEVELS[cell.level], cell.n * 8)
        assert cell_of(case, scope) == cell
    assert len({str(cell.case(scope).to_json()) for cell in found}) == len(found)
    if found and profile == "full":
        assert {cell.level for cell in found} == set(DEVICE_LEVELS)
        assert {(cell.inputs, cell.launch) for cell in found} >= {
            ("warm", "call"), ("cold", "call"), ("warm", "graph"),
        }  # fmt: skip


def test_what_is_slow_where_it_is_interpreted_is_timed_in_full_on_a_device() -> None:
    (entry,) = [e for e in catalog.implementations() if e.name == "triton.softmax"]
    for place, due in (("cpu", False), ("cuda", True)):
        scope = Scope(info_of(entry, place), SCOPE.operation, FLOAT32, "full", device=place)
        assert (scope.info.costly == "") == due
        assert (Cell("DRAM", 4096) in cells(scope)) == due
