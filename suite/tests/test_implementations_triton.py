"""The Triton kernels compute a softmax, by Triton's interpreter where there is no CUDA device."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
if find_spec("triton") is None:
    pytest.skip("triton is not installed; nox -s triton tests it", allow_module_level=True)
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the interpreter's NumPy

INF = float("inf")
NAN = float("nan")


@pytest.fixture(scope="module")
def module() -> Any:
    from softmark_implementations import with_triton

    return with_triton


@pytest.fixture(params=["softmax", "online_softmax"])
def softmax(module: Any, request: pytest.FixtureRequest) -> Any:
    return getattr(module, request.param)


@pytest.fixture(scope="module")
def device(module: Any) -> str:
    return next(iter(module.FRAMEWORK.devices()))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("n", [1, 5, 1000, 4097, 40000])
def test_each_result_is_within_two_units_and_the_shift(
    softmax: Any, device: str, n: int, dtype: Any
) -> None:
    x = torch.randn(2, n, generator=torch.Generator().manual_seed(n)).mul(3).to(dtype)
    got = softmax(x.to(device)).cpu().double()
    exact = torch.softmax(x.double(), -1)
    # Half a unit for the last rounding, and what float32 loses in the shift and the sum.
    rtol = torch.finfo(dtype).eps / 2 + 64 * torch.finfo(torch.float32).eps
    torch.testing.assert_close(got, exact, rtol=rtol, atol=torch.finfo(dtype).smallest_normal)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0.0, -INF, 0.0], [0.5, 0.0, 0.5]),
        ([-INF, -INF, 7.0], [0.0, 0.0, 1.0]),
        ([1.0, NAN, 2.0], [NAN, NAN, NAN]),
        ([3e38, -3e38, 3e38], [0.5, 0.0, 0.5]),
    ],
)
def test_masks_count_nothing_and_nan_spoils_its_row(
    softmax: Any, device: str, row: list[float], expected: list[float]
) -> None:
    got = softmax(torch.tensor([row, [0.0] * 3], device=device)).cpu().numpy()
    np.testing.assert_array_equal(got[0], np.float32(expected))
    np.testing.assert_allclose(got[1], 1 / 3, rtol=1e-6)


def test_masks_that_fill_whole_blocks_count_nothing(softmax: Any, device: str) -> None:
    x = torch.full((1, 9000), -INF)
    x[0, 8999] = 1.0
    got = softmax(x.to(device)).cpu()
    assert got[0, 8999] == 1.0
    assert got.sum() == 1.0


def test_the_backward_is_that_of_a_softmax_along_any_axis(softmax: Any, device: str) -> None:
    x = torch.randn(3, 5, 2, device=device, requires_grad=True)
    g = torch.randn(3, 5, 2, device=device)
    (got,) = torch.autograd.grad(softmax(x, 1), x, g)
    (expected,) = torch.autograd.grad(torch.softmax(x, 1), x, g)
    torch.testing.assert_close(got, expected)


def test_calls_from_several_threads_do_not_disturb_each_other(softmax: Any, device: str) -> None:
    x = torch.randn(4, 300, device=device)
    alone = softmax(x)
    with ThreadPoolExecutor(2) as pool:
        for got in pool.map(lambda _: softmax(x), range(6)):
            assert torch.equal(got, alone)


def test_whole_numbers_and_float64_are_refused(softmax: Any, device: str) -> None:
    for dtype in (torch.int64, torch.float64):
        with pytest.raises(TypeError, match="expected float32, float16 or bfloat16"):
            softmax(torch.ones(2, 3, dtype=dtype, device=device))


def test_there_is_one_device(module: Any) -> None:
    from softmark_implementations.framework import NotOffered

    other = "cpu" if "cuda" in module.FRAMEWORK.devices() else "cuda"
    with pytest.raises(NotOffered, match=f"no device {other} here"):
        module.FRAMEWORK.array(np.zeros(1, np.uint32), "float32", other)
