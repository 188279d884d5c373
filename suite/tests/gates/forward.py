"""Rules for the value of a softmax."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gates import Array, Function, Gate, close, softmax
from softmark.formats import BFLOAT16, round_to

NORMAL_SHAPES = ((2, 8), (4, 16), (1, 1023), (3, 7, 256), (1, 4096), (1, 2, 4096), (2, 70000))
CUBE = np.array(
    [
        [[1, 1, 1, 1], [1, 2, 3, 4]],
        [[2, 3, 4, 5], [6, 7, 8, 9]],
        [[5, 4, 3, 2], [1, 2, 3, 4]],
    ],
    dtype=np.float32,
)


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def uniform(low: float, high: float, *shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).uniform(low, high, shape).astype(np.float32)


def _all_close(f: Function, inputs: Iterator[tuple[Array, int]], rtol: float, atol: float) -> bool:
    return all(close(f(x, axis), softmax(x, axis), rtol, atol) for x, axis in inputs)


def _kernelbench(f: Function) -> bool:
    inputs = ((uniform(0, 1, 2, 393216, seed=s), 1) for s in range(5))
    return _all_close(f, inputs, 1e-4, 1e-4)


def _torch_defaults(f: Function) -> bool:
    return _all_close(f, iter([(normal(64, 1000), -1)]), 1.3e-6, 1e-5)


def _liger(f: Function) -> bool:
    return _all_close(f, ((normal(*shape), -1) for shape in NORMAL_SHAPES), 1e-5, 1e-5)


def _liger_in_bfloat16(f: Function) -> bool:
    """The function's float32 result, rounded to bfloat16 as a kernel stores it."""
    for shape in NORMAL_SHAPES:
        x = round_to(normal(*shape).astype(np.float64), BFLOAT16).astype(np.float32)
        given = round_to(f(x, -1).astype(np.float64), BFLOAT16)
        if not close(given, round_to(softmax(x), BFLOAT16), 5e-2, 5e-2):
            return False
    return True


def _triton_tutorial(f: Function) -> bool:
    return _all_close(f, iter([(normal(1823, 781), -1)]), 1e-5, 1e-8)


def _tritonbench(f: Function) -> bool:
    inputs = ((normal(64, 128 * i), -1) for i in (2, 10, 39, 99))
    return _all_close(f, inputs, 1.3e-6, 1e-5)


def _tensorflow_inputs() -> Iterator[tuple[Array, int]]:
    yield CUBE[0], -1
    yield np.array([3, 2, 3, 9], np.float32), -1
    yield from ((CUBE, axis) for axis in (-1, 0, 1, -2))
    yield from ((uniform(0, 1, n, n), -1) for n in (129, 256))


def _tensorflow(f: Function) -> bool:
    return _all_close(f, _tensorflow_inputs(), 1e-6, 1e-6) and _row_sums(f)


def _row_sums(f: Function) -> bool:
    sums = [f(x, axis).sum(axis=axis) for x, axis in _tensorflow_inputs()]
    return all(close(each, np.ones(each.shape), 1e-6, 1e-6) for each in sums)


def opinfo_inputs() -> Iterator[tuple[Array, int]]:
    samples = (((5,), 0), ((5, 5), 0), ((5, 5), 1), ((5, 5), -1), ((5, 10, 5), 2))
    return ((uniform(-9, 9, *shape), axis) for shape, axis in samples)


def _opinfo(f: Function) -> bool:
    return _all_close(f, opinfo_inputs(), 1.3e-6, 1e-5)


def _onnx(f: Function) -> bool:
    large = np.array([[0, 1, 2, 3], [10000, 10001, 10002, 10003]], np.float32)
    cube = np.abs(normal(3, 4, 5))
    inputs = [(np.array([[-1, 0, 1]], np.float32), -1), (large, -1)]
    inputs += [(cube, axis) for axis in (0, 1, 2, -1)]
    return _all_close(f, iter(inputs), 1e-3, 1e-7)


def _twice_the_baseline(f: Function) -> bool:
    """The largest error may be twice that of the plain formula in the same format."""
    for shape in ((4, 128), (4, 1023), (4, 4096)):
        x = normal(*shape)
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        plain = np.abs(e / e.sum(axis=-1, keepdims=True) - softmax(x)).max()
        if not np.abs(f(x, -1) - softmax(x)).max() <= 2 * plain:
            return False
    return True


GATES = (
    Gate(
        "Liger, bfloat16",
        "linkedin/Liger-Kernel: test/transformers/test_softmax.py",
        "normal, 7 shapes to 70000; 5e-2, 5e-2",
        _liger_in_bfloat16,
    ),
    Gate(
        "row sums",
        "tensorflow/tensorflow: tensorflow/python/kernel_tests/nn_ops/softmax_op_test.py",
        "TensorFlow's inputs; the sums alone, 1e-6, 1e-6",
        _row_sums,
    ),
    Gate(
        "PyTorch's defaults",
        "pytorch/pytorch: torch/testing/_comparison.py",
        "normal, 64 x 1000; assert_close 1.3e-6, 1e-5",
        _torch_defaults,
    ),
    Gate(
        "Liger, float32",
        "linkedin/Liger-Kernel: test/transformers/test_softmax.py",
        "normal, 7 shapes to 70000; 1e-5, 1e-5",
        _liger,
    ),
    Gate(
        "tritonbench",
        "meta-pytorch/tritonbench: tritonbench/operators/softmax/operator.py",
        "normal, 64 of 4096 rows, n = 256 to 12672; assert_close defaults",
        _tritonbench,
    ),
    Gate(
        "Triton's tutorial",
        "triton-lang/triton: python/tutorials/02-fused-softmax.py",
        "normal, 1823 x 781; allclose 1e-5, 1e-8",
        _triton_tutorial,
    ),
    Gate(
        "TensorFlow's own",
        "tensorflow/tensorflow: tensorflow/python/kernel_tests/nn_ops/softmax_op_test.py",
        "small numbers, 4 axes, uniform to 256 x 256; 1e-6, 1e-6, and row sums",
        _tensorflow,
    ),
    Gate(
        "PyTorch's OpInfo",
        "pytorch/pytorch: torch/testing/_internal/opinfo/definitions/_masked.py",
        "uniform [-9, 9), 5 x 10 x 5 and less, not the empty one; assert_close defaults",
        _opinfo,
    ),
    Gate(
        "ONNX",
        "onnx/onnx: onnx/backend/test/case/node/softmax.py",
        "three rows, one around 10000, 3 x 4 x 5 along each axis; 1e-3, 1e-7",
        _onnx,
    ),
    Gate(
        "twice the baseline",
        "Dao-AILab/flash-attention: tests/test_flash_attn.py, in float32",
        "normal, n to 4096; largest error at most twice the plain formula's",
        _twice_the_baseline,
    ),
    # Its rows are the longest: what a mutant keeps of them would meet the rules after it.
    Gate(
        "KernelBench",
        "ScalingIntelligence/KernelBench: src/kernelbench/eval.py, level 1 problem 23",
        "uniform [0, 1), 2 of 4096 rows, n = 393216, 5 trials; allclose 1e-4, 1e-4",
        _kernelbench,
    ),
)
