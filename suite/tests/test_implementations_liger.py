"""Liger Kernel's values and gradients, by Triton's interpreter, are those of PyTorch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
if find_spec("liger_kernel") is None:  # not imported yet: that would set up Triton otherwise
    pytest.skip("liger-kernel is not installed", allow_module_level=True)
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the interpreter's NumPy


@pytest.fixture(scope="module")
def module() -> Any:
    from softmark_implementations import with_liger

    return with_liger


@pytest.fixture
def x() -> Any:
    return torch.randn(3, 10, generator=torch.Generator().manual_seed(0))


def test_softmax_and_its_gradient_are_those_of_torch_in_many_threads(module: Any, x: Any) -> None:
    expected = module.FRAMEWORK.vjp(lambda x: torch.softmax(x, -1), x, x)
    torch.testing.assert_close(module.softmax(x), torch.softmax(x, -1))

    def gradient(_: int) -> Any:
        return module.FRAMEWORK.vjp(module.softmax, x, x)

    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(gradient, range(8)):
            torch.testing.assert_close(got, expected)


@pytest.mark.parametrize("axis", [0, 1])
def test_probabilities_of_sparsemax_sum_to_1_along_each_axis(
    module: Any, x: Any, axis: int
) -> None:
    y = module.sparsemax(x, axis)
    assert (y == 0).any()
    torch.testing.assert_close(y.sum(axis), torch.ones(y.shape[1 - axis]))


@pytest.mark.parametrize(
    "options",
    [
        {"reduction": "none"},
        {"reduction": "mean", "label_smoothing": 0.1},
        {"reduction": "sum", "ignore_index": 2},
    ],
)
def test_losses_are_those_of_torch_and_the_logits_are_kept(
    module: Any, x: Any, options: dict[str, Any]
) -> None:
    labels, before = torch.tensor([1, 2, 3]), x.clone()
    loss = module.cross_entropy(x.requires_grad_(), labels, **options)
    torch.testing.assert_close(loss, torch.nn.functional.cross_entropy(x, labels, **options))
    assert torch.equal(x, before)
