"""Rules of benchmark suites and kernel libraries for the value of a softmax.

NaN and infinities are as each source has them: some fail any, some accept those of the reference.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gates import Array, Function, Gate, close, softmax
from gates.forward import normal, opinfo_inputs, uniform

LOWEST = np.finfo(np.float32).min
EPSILON = float(np.finfo(np.float32).eps)
QUACK_LENGTHS = (192, 256, 512, 760, 1024, 1128, 2048, 4096, 8192, 16384, 32768, 65536)
GPUEMU_SHAPES = tuple((b, s, h) for b in (1, 2) for s in (1, 7) for h in (1, 3, 256, 1025))


def _finite_close(f: Function, x: Array, rtol: float, atol: float, matched: float = 1.0) -> bool:
    """All numbers are finite, and this share of them is close."""
    given, due = f(x, -1), softmax(x)
    if given.shape != due.shape or not np.isfinite(given).all():
        return False
    near = np.abs(given - due) <= atol + rtol * np.abs(due)
    return bool(near.mean() >= matched)


def _sol_execbench(f: Function) -> bool:
    return all(_finite_close(f, normal(rows, 4096), 1e-2, 1e-2, 0.99) for rows in (1, 32))


def _flashinfer_bench(f: Function) -> bool:
    return all(_finite_close(f, normal(rows, 4096), 1e-2, 1e-2) for rows in (1, 32))


def _backendbench(f: Function) -> bool:
    return all(close(f(x, axis), softmax(x, axis), 1e-2, 1e-2) for x, axis in opinfo_inputs())


def _flaggems(f: Function) -> bool:
    """Negative logits are masked in half of the inputs; a row without any other is NaN in both."""
    for shape in ((1, 256), (64, 256), (20, 256, 3)):
        for axis in (0, 1):
            for x in (normal(*shape), np.where(normal(*shape) < 0, -np.inf, normal(*shape))):
                given, due = f(x.astype(np.float32), axis), softmax(x, axis).astype(np.float32)
                if not np.allclose(given, due, rtol=1.3e-6, atol=1e-4, equal_nan=True):
                    return False
    return True


def _npukernelbench(f: Function) -> bool:
    x = normal(64, 1000)
    away, due = np.abs(f(x, -1) - softmax(x)), softmax(x)
    return not bool(((away > 1e-3) & (away / (due + 1e-7) > 1e-3)).any())


def _quack(f: Function) -> bool:
    for n in QUACK_LENGTHS:
        x = np.float32(0.1) * normal(3, n)
        given = f(x, -1)
        if not close(given, softmax(x), 1e-4, 1e-4):
            return False
        if (
            not close(given.sum(-1), np.ones(3), 1e-4, 1e-4)
            or (given < 0).any()
            or (given > 1).any()
        ):
            return False
    rows = [np.full((16, 1024), value, np.float32) for value in (10, -10)]
    mixed = rows[1].copy()
    mixed[:, 0] = 10
    x = normal(8, 512)
    return (
        all(close(f(row, -1), softmax(row), 1e-3, 1e-3) for row in rows)
        and bool((f(mixed, -1)[:, 0] > 0.99).all() and (f(mixed, -1)[:, 1:] < 0.01).all())
        and close(f(x, -1), f(x + np.float32(100), -1), 1e-6, 1e-6)
    )


def _robust_kbench(f: Function) -> bool:
    inputs = (uniform(0, 1, 16, 16384, seed=seed) for seed in range(5))
    return all(close(f(x, -1), softmax(x), 1e-5, 1e-5) for x in inputs)


def _ggml(f: Function) -> bool:
    """The normalised mean square error, on lengths drawn between powers of two."""
    lengths = np.random.default_rng(0).integers(2 ** np.arange(4, 17), 2 ** np.arange(5, 18))
    shapes = [(3, 4, 5, 10), (32, 2, 32), *((2, int(n)) for n in lengths)]
    for shape in shapes:
        x = uniform(-1, 1, *shape)
        due = softmax(x)
        if not ((f(x, -1) - due) ** 2).sum() / (due**2).sum() <= 1e-6:
            return False
    return True


def _wpt(f: Function) -> bool:
    """Units in the last place: bit patterns are subtracted, up to 3 for each logit and 3."""
    for low, high in ((-10, 10), (0, 10), (-10, 0)):
        for seed, shape in enumerate(((4, 6), (1, 24))):
            x = uniform(low, high, *shape, seed=seed)
            given = np.ascontiguousarray(f(x, -1), np.float32).view(np.int32).astype(np.int64)
            due = softmax(x).astype(np.float32).view(np.int32).astype(np.int64)
            if given.shape != due.shape or (np.abs(given - due) > 3 * shape[-1] + 3).any():
                return False
    return True


def benchdnn_fill(rows: int, n: int, seed: int) -> Array:
    """A few maxima of three sizes side by side, all else lowest; every other 64 rows negative."""
    rng = np.random.default_rng(seed)
    x = np.full((rows, n), LOWEST, np.float32)
    for row in range(rows):
        counts, sign = rng.integers((1, 2, 5), (3, 6, 9)), -1 if row // 64 % 2 else 1
        values = np.repeat(np.array([2, 1, 0]) + 88 * sign, counts)[:n]
        first = rng.integers(0, n - len(values) + 1)
        x[row, first : first + len(values)] = values
    return x


def _benchdnn(f: Function) -> bool:
    """10 epsilon, of the value above 1e-5; any absolute difference below one epsilon passes."""
    for seed, n in enumerate((1, 2, 7, 10, 77, 1000)):
        x = benchdnn_fill(128, n, seed)
        for turned, axis in ((x, 1), (np.ascontiguousarray(x.T), 0)):
            given, due = f(turned, axis), softmax(turned, axis)
            away = np.abs(given - due)
            near = away <= 10 * EPSILON * np.where(due > 1e-5, due, 1)
            if given.shape != due.shape or not (near | (away < EPSILON)).all():
                return False
    return True


def _kernelbench_hard(f: Function) -> bool:
    for seed in (42, 123, 456):
        for n in (4096, 32768, 131072, 262144):
            x = normal(1, n, seed=seed)
            spiked = x * np.float32(2)
            spiked[:, np.random.default_rng(seed).integers(0, n, 4)] = 30
            inputs = (x * np.float32(4), spiked) if n == 131072 else (x * np.float32(4),)
            if not all(close(f(each, -1), softmax(each), 1e-5, 1e-5) for each in inputs):
                return False
    return True


def _within(given: Array, due: Array, atol: float) -> bool:
    """Absolute differences, and NaN where the reference has it."""
    if given.shape != due.shape or (np.isnan(given) != np.isnan(due)).any():
        return False
    return bool((np.abs(given - due)[~np.isnan(due)] <= atol).all())


def _gpuemu(f: Function) -> bool:
    inputs = (uniform(-10, 10, *shape, seed=i) for i, shape in enumerate(GPUEMU_SHAPES))
    return all(_within(f(x, -1), softmax(x), 1e-5) for x in inputs)


def gpuemu_adversarial(shape: tuple[int, ...], seed: int) -> Array:
    """Eight in ten logits are one of eight special numbers, as float32 has them."""
    rng = np.random.default_rng(seed)
    special = np.array([np.nan, np.inf, -np.inf, 0, 2.0**-126, np.inf, -np.inf, 0])
    drawn = rng.integers(0, 10, shape)
    x = np.where(drawn < 8, special[np.minimum(drawn, 7)], rng.uniform(-10, 10, shape))
    return np.asarray(x, np.float32)


def _gpuemu_adversarial(f: Function) -> bool:
    inputs = (gpuemu_adversarial(shape, i) for i, shape in enumerate(GPUEMU_SHAPES))
    return all(_within(f(x, -1), softmax(x), 1e-5) for x in inputs)


def _pearson_inputs() -> Iterator[tuple[Array, int]]:
    yield uniform(-1, 1, 1, 32, 32), -1
    yield uniform(-10, 10, 8, 100, 1200), -1
    yield np.array([[-1000, -100]], np.float32), -1
    for shape, axis in (((1, 3, 56, 7, 3), -1), ((3, 5, 63, 7, 5), -2), ((7, 2, 56, 6, 3), -3)):
        yield uniform(0, 1, *shape), axis


def _pearson(f: Function) -> bool:
    for x, axis in _pearson_inputs():
        given, due = f(x, axis), softmax(x, axis)
        if given.shape != due.shape or np.isnan(given).any():
            return False
        if not np.corrcoef(given.ravel(), due.ravel())[0, 1] >= 0.999:
            return False
    return True


GATES = (
    Gate(
        "SOL-ExecBench",
        "NVIDIA/SOL-ExecBench: src/sol_execbench/core/bench/correctness.py,"
        " core/data/workload.py, examples/cudnn/softmax/workload.jsonl",
        "normal, 32 x 4096 and 1 x 4096 (not 1024 x 4096); 1e-2, 1e-2 for 99 % of the numbers",
        _sol_execbench,
    ),
    Gate(
        "flashinfer-bench",
        "flashinfer-ai/flashinfer-bench: flashinfer_bench/bench/evaluators/default.py,"
        " flashinfer_bench/apply/config.py",
        "SOL-ExecBench's inputs, since it has no softmax; 1e-2, 1e-2 for all numbers, all finite",
        _flashinfer_bench,
    ),
    Gate(
        "BackendBench",
        "meta-pytorch/BackendBench: BackendBench/eval.py",
        "OpInfo's samples; 1e-2, 1e-2",
        _backendbench,
    ),
    Gate(
        "FlagGems",
        "FlagOpen/FlagGems: tests/test_reduction_ops.py, src/flag_gems/testing/__init__.py",
        "normal, also with all negative logits masked, 3 shapes, 2 axes; 1.3e-6, 1e-4",
        _flaggems,
    ),
    Gate(
        "NPUKernelBench",
        "weich97/NPUKernelBench: framework/utils.py",
        "normal, 64 x 1000; fails where the absolute and the relative error exceed 1e-3",
        _npukernelbench,
    ),
    Gate(
        "QuACK",
        "Dao-AILab/quack: tests/test_softmax.py",
        "0.1 normal, 12 lengths to 65536; 1e-4, 1e-4; row sums, ±10, shift by 100",
        _quack,
    ),
    Gate(
        "robust-kbench",
        "SakanaAI/robust-kbench: robust_kbench/primitives/forward/cuda_correct.py",
        "uniform [0, 1), 16 x 16384, 5 trials; 1e-5, 1e-5",
        _robust_kbench,
    ),
    Gate(
        "ggml",
        "ggml-org/ggml: tests/test-backend-ops.cpp, test_soft_max",
        "uniform [-1, 1), lengths drawn to 2^17; mean square error at most 1e-6 of the square",
        _ggml,
    ),
    Gate(
        "WPT (WebNN)",
        "web-platform-tests/wpt: webnn/resources/utils.js",
        "24 numbers in [-10, 10), of one sign and of both; at most 3 n + 3 ulp",
        _wpt,
    ),
    Gate(
        "oneDNN's benchdnn",
        "uxlfoundation/oneDNN: tests/benchdnn/softmax/softmax.cpp, utils/compare.cpp",
        "a few of 90, 89, 88 or -86, -87, -88 among the lowest, 6 lengths, 2 axes;"
        " 10 epsilon, or less than one absolutely",
        _benchdnn,
    ),
    Gate(
        "KernelBench-Hard",
        "Infatoshi/kernelbench.com: benchmarks/hard/problems/04_kahan_softmax/check.py, shapes.py",
        "4 normal to 262144, and four 30s among 2 normal, 3 seeds, one row; 1e-5, 1e-5",
        _kernelbench_hard,
    ),
    Gate(
        "gpuemu",
        "sarkar-dipankar/gpuemu-corpus: gpuemu_corpus/data/softmax/meta.json",
        "uniform [-10, 10), 16 shapes of 1 to 1025; absolute difference at most 1e-5",
        _gpuemu,
    ),
    Gate(
        "gpuemu, adversarial",
        "Skelf-Research/gpuemu: crates/gpuemu-daemon/src/fuzzer.rs, with the tolerance above",
        "the same with 8 of 10 logits NaN, infinite, 0 or 2^-126; NaN where the reference has it",
        _gpuemu_adversarial,
    ),
    Gate(
        "tt-metal's PCC",
        "tenstorrent/tt-metal: tests/ttnn/unit_tests/operations/fused/test_softmax.py",
        "uniform, 2 to 5 axes, to 1200 logits; correlation at least 0.999",
        _pearson,
    ),
)
