"""Functions on several ranks, in each order in which parts can be merged."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import sharded as functions

import softmark.testing
from softmark.testing.ranks import orders, sharded
from softmark_implementations.with_numpy import (
    cross_entropy_vocab_parallel,
    softmax_vocab_parallel,
)

RNG = np.random.default_rng(3)
X = (3 * RNG.normal(size=(8, 1001))).astype(np.float32)
LABELS = RNG.integers(0, 1001, 8)


def leaves(order: Any) -> list[int]:
    return [order] if isinstance(order, int) else [*leaves(order[0]), *leaves(order[1])]


@pytest.mark.parametrize(("ranks", "count"), [(2, 2), (3, 12), (4, 120)])
def test_few_ranks_are_merged_in_every_order_there_is(ranks: int, count: int) -> None:
    """n leaves in any order under any of the Catalan number of trees: n! C(n - 1)."""
    every = [order for some in orders(ranks).values() for order in some]
    assert len(every) == len(set(every)) == count
    assert all(sorted(leaves(order)) == list(range(ranks)) for order in every)


def test_many_ranks_are_merged_in_a_tree_in_rings_and_in_drawn_orders() -> None:
    some = orders(8)
    assert some["tree"] == [(((0, 1), (2, 3)), ((4, 5), (6, 7)))]
    assert len(some["ring"]) == 8
    assert all(sorted(leaves(o)) == list(range(8)) for each in some.values() for o in each)


@pytest.mark.parametrize("function", [cross_entropy_vocab_parallel, functions.gloo_loss])
def test_a_loss_on_ranks_is_right_on_each_number_of_them_in_each_order(function: Any) -> None:
    softmark.testing.assert_sharded(function, X, labels=LABELS)


def test_a_softmax_on_ranks_has_other_bits_and_says_how_far_they_are() -> None:
    found = [*sharded(softmax_vocab_parallel, X, "softmax", ranks=(1, 4))]
    assert [each.kind for each in found] == ["its own", "tree", "ring", "arrival", "other"]
    assert found[0].differing == 0
    assert all(0 < each.differing < each.count for each in found[1:])
    assert all(1 <= each.ulp <= 8 and each.apart < 1e-6 < each.share < 1 for each in found[1:])


def test_the_number_of_ranks_that_is_wrong_is_named() -> None:
    softmark.testing.assert_sharded(
        functions.wrong_with_a_remainder, X, labels=LABELS, ranks=(1, 7)
    )
    with pytest.raises(AssertionError, match=r"^4 ranks, order None: \d of 8 results"):
        softmark.testing.assert_sharded(
            functions.wrong_with_a_remainder, X, labels=LABELS, ranks=(1, 7, 4)
        )


def test_the_order_that_is_wrong_is_named() -> None:
    logits = X[:, :8] + np.arange(8, dtype=np.float32) * 10
    rising = [*sharded(functions.wrong_in_some_orders, logits, labels=LABELS % 8, ranks=(1, 2))]
    assert [each.message == "" for each in rising] == [True, True, False]
    with pytest.raises(AssertionError, match=r"^2 ranks, order \(1, 0\): 8 of 8 results"):
        softmark.testing.assert_sharded(functions.wrong_in_some_orders, logits, labels=LABELS % 8)


HOST = """
import jax
import numpy as np
from jax.sharding import Mesh, PartitionSpec as P

import softmark.testing
from softmark_implementations.with_jax import _shard_loss

assert len(jax.devices()) == 8


def loss(logits, labels, *, ranks=4):
    mesh = Mesh(np.array(jax.devices()[:ranks]), ("ranks",))
    spread = {"mesh": mesh, "in_specs": (P(None, "ranks"), P()), "out_specs": P()}
    given = np.asarray(logits), np.asarray(labels)  # on no device yet
    return jax.jit(jax.shard_map(_shard_loss, **spread))(*given)


rng = np.random.default_rng(0)
x = (3 * rng.normal(size=(4, 1000))).astype(np.float32)
labels = rng.integers(0, 1000, 4)
softmark.testing.assert_sharded(loss, x, labels=labels, array="jax")
print("inside the bound")
"""


def test_jax_on_host_devices_is_right_on_each_number_of_them() -> None:
    pytest.importorskip("jax")
    environment = os.environ | {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=8",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    done = subprocess.run(
        [sys.executable, "-c", HOST], env=environment, capture_output=True, text=True
    )
    assert done.stdout == "inside the bound\n", done.stderr[-2000:]


@pytest.mark.parametrize("name", ["cross_entropy_vocab_parallel", "gloo"])
def test_the_command_prints_a_line_for_each_kind_of_order(shell, name: str) -> None:
    if name == "gloo":
        target, rows = f"{functions.__file__}:gloo_loss", 2
    else:
        target, rows = f"softmark_implementations.with_numpy:{name}", 3
    done = shell("ranks", target, "--ranks", "1,2", "--count", "4")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.partition("\n\n")[0].splitlines()) == 1 + rows
    assert done.stdout.endswith(f"pass: {rows} calls\n")


def test_the_command_fails_with_what_is_wrong(shell) -> None:
    target = f"{functions.__file__}:wrong_with_a_remainder"
    done = shell("ranks", target, "--vocabulary", "1001", "--ranks", "1,7,4")
    assert done.returncode == 1
    assert "fail 4 ranks, order None: " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--ranks", "0"], "give whole numbers from 1 on"),
        (["--op", "argmax"], "name one of logits alone, or with labels"),
        (["--op", "nix"], "unknown operation 'nix'"),
    ],
)
def test_wrong_use_of_the_command_is_status_2(shell, arguments: list[str], message: str) -> None:
    done = shell("ranks", f"{functions.__file__}:gloo_loss", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
