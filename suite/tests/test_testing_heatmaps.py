"""Soft-argmax of heat maps: right ones pass in each kind of coordinates, wrong ones are named."""

from __future__ import annotations

from typing import Any

import heatmap_kernels
import numpy as np
import pytest
from heatmap_kernels import BETA, of_marginals

from softmark.testing import assert_soft_argmax_2d


def maps(height: int = 12, width: int = 20) -> Any:
    """A peak, noise, two peaks alike, all equal, and one with logits that overflow unshifted."""
    rng = np.random.default_rng(0)
    h = rng.normal(size=(3, 5, height, width)).astype(np.float32)
    h[:, 1, height // 2, width // 3] = 9.0
    h[:, 2] = 0.25
    h[:, 3, 0, 0] = h[:, 3, -1, -1] = 12.0
    h[:, 4] += 80.0
    return h


@pytest.mark.parametrize("size", [(12, 20), (1, 7), (64, 48), (1, 1)])
@pytest.mark.parametrize("kernel", heatmap_kernels.RIGHT, ids=lambda k: k.__name__)
def test_a_right_kernel_passes(kernel: Any, size: tuple[int, int]) -> None:
    h = maps(*size)
    assert_soft_argmax_2d(kernel(h), h, beta=BETA)


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("kernel", heatmap_kernels.WRONG, ids=lambda k: k.__name__)
def test_a_wrong_kernel_fails(kernel: Any) -> None:
    h = maps()
    with pytest.raises(AssertionError, match=r"^[xy] at \[\d, \d\]: got "):
        assert_soft_argmax_2d(kernel(h), h, beta=BETA)


def normalised(places: Any, kind: str, size: tuple[int, int]) -> Any:
    height, width = size
    n = np.array([width, height], np.float32)
    return 2 * places / (n - 1) - 1 if kind == "corners" else (2 * places + 1) / n - 1


@pytest.mark.parametrize("kind", ["corners", "centres"])
def test_coordinates_from_minus_1_to_1_are_told_from_each_other(kind: str) -> None:
    h = maps()
    places = normalised(of_marginals(h), kind, (12, 20))
    assert_soft_argmax_2d(places, h, beta=BETA, coordinates=kind)
    for other in {"pixels", "corners", "centres"} - {kind}:
        with pytest.raises(AssertionError):
            assert_soft_argmax_2d(places, h, beta=BETA, coordinates=other)


def test_y_may_come_first() -> None:
    h = maps()
    assert_soft_argmax_2d(of_marginals(h)[..., ::-1], h, beta=BETA, order="yx")
    with pytest.raises(AssertionError, match=r"^y at"):
        assert_soft_argmax_2d(of_marginals(h), h, beta=BETA, order="yx")


def test_an_error_of_a_thousandth_of_a_pixel_is_found() -> None:
    h = maps()
    with pytest.raises(AssertionError, match=r"15 of 15 are wrong"):
        assert_soft_argmax_2d(of_marginals(h) + np.float32(2e-3), h, beta=BETA)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"heatmap": np.zeros(7, np.float32)}, r"they must be \(\.\.\., 2\)"),
        ({"result": np.zeros((3, 5, 3), np.float32)}, r"and \(\.\.\., height, width\)"),
        ({"heatmap": np.full((3, 5, 2, 2), np.inf, np.float32)}, "the heatmap must be finite"),
        ({"coordinates": "metres"}, "unknown coordinates 'metres'"),
        ({"order": "xx"}, "unknown order 'xx'"),
        ({"format": "float9"}, "unknown format 'float9'"),
    ],
)
def test_what_does_not_belong_together_is_refused(change: Any, message: str) -> None:
    h = maps()
    call = {"result": np.zeros((3, 5, 2), np.float32), "heatmap": h} | change
    with pytest.raises(ValueError, match=message):
        assert_soft_argmax_2d(**call)
