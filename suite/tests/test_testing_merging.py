"""Merges of (o, lse): right ones pass in each order, wrong ones are named with the order."""

from __future__ import annotations

from typing import Any

import merges
import numpy as np
import pytest
import torch

from softmark.testing import assert_merge, assert_merged


def parts(count: int, scale: float, dtype: Any = np.float32, offset: float = 0.0) -> list[Any]:
    rng = np.random.default_rng(count)
    return [
        (
            rng.normal(size=(6, 5)).astype(dtype),
            (offset + scale * rng.normal(size=6)).astype(dtype),
        )
        for _ in range(count)
    ]


def as_torch(given: list[Any], dtype: torch.dtype = torch.float32) -> list[Any]:
    return [tuple(torch.tensor(a).to(dtype) for a in pair) for pair in given]


@pytest.mark.parametrize("scale", [1.0, 30.0])
@pytest.mark.parametrize("offset", [0.0, -1000.0, 1e6])
@pytest.mark.parametrize("merge", merges.RIGHT, ids=lambda merge: merge.__name__)
def test_a_right_merge_passes_in_each_order(merge: Any, scale: float, offset: float) -> None:
    given = parts(4, scale, offset=offset)
    assert_merge(merge, given if merge is merges.shifted else as_torch(given))


def test_a_merge_in_base_2_passes_as_what_it_is_alone() -> None:
    assert_merge(merges.base_2, parts(4, 3.0, offset=50.0), base="2")
    with pytest.raises(AssertionError, match=r"^order \(0, \(1, 2\)\): lse of 3 parts"):
        assert_merge(merges.shifted, parts(3, 3.0), base="2")


def test_outputs_in_16_bits_with_totals_in_32_pass() -> None:
    def merge(o1: Any, a: Any, o2: Any, b: Any) -> Any:
        o, lse = merges.added(o1.float(), a, o2.float(), b)
        return o.to(torch.bfloat16), lse

    given = [(o.to(torch.bfloat16), lse) for o, lse in as_torch(parts(4, 3.0))]
    assert_merge(merge, given)


@pytest.mark.parametrize("name", merges.WRONG)
def test_a_wrong_merge_fails(name: str) -> None:
    def near_and_far() -> None:
        for far in (0.0, 120.0):
            assert_merge(merges.WRONG[name], [*parts(3, 1.0), *parts(1, 1.0, offset=far)])

    with pytest.raises(AssertionError, match=r"order .*: (o|lse) of \d parts at \["):
        near_and_far()


def test_the_order_that_is_wrong_is_in_the_message() -> None:
    low, high = parts(1, 1.0), parts(1, 1.0, offset=120.0)
    with pytest.raises(AssertionError, match=r"^order \(0, 1\): "):
        assert_merge(merges.shifted_by_the_first, [*low, *high])
    assert_merge(merges.shifted_by_the_first, low)


def test_empty_parts_leave_the_others_and_make_nothing_of_themselves() -> None:
    (o, lse), *_ = parts(1, 1.0)
    empty = np.full_like(o, np.nan), np.full_like(lse, -np.inf)
    assert_merged(o, lse, [(o, lse), empty])
    assert_merged(np.zeros_like(o), empty[1], [empty, empty])
    with pytest.raises(AssertionError, match=r"^o of 2 parts at"):
        assert_merged(empty[0], empty[1], [empty, empty])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_error_of_400_roundings_is_found(dtype: Any) -> None:
    given = parts(4, 2.0, dtype)
    whole = given[0]
    for part in given[1:]:
        whole = merges.shifted(*whole, *part)
    off = 400 * np.finfo(dtype).eps
    for wrong in ((whole[0] * (1 + off), whole[1]), (whole[0], whole[1] + off)):
        with pytest.raises(AssertionError, match="of 4 parts"):
            assert_merged(*wrong, given)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"parts": []}, "there are no parts"),
        ({"base": "10"}, "unknown base '10'"),
        ({"format": "float12"}, "unknown format 'float12'"),
        ({"lse": np.zeros(5, np.float32)}, "they must be"),
    ],
)
def test_what_does_not_belong_together_is_refused(more: dict[str, Any], message: str) -> None:
    (o, lse), *_ = given = parts(2, 1.0)
    with pytest.raises(ValueError, match=message):
        assert_merged(**({"o": o, "lse": lse, "parts": given} | more))
