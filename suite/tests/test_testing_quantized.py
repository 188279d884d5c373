"""Quantised softmaxes: right ones pass, wrong ones are named, and one of a library is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import quantized_kernels
from quantized_kernels import SCALE, rounded

from softmark.testing import assert_quantized


def rows() -> np.ndarray[Any, np.dtype[np.int8]]:
    """Drawn, far apart, equal, and one row of many equal logits."""
    rng = np.random.default_rng(0)
    q = rng.integers(-128, 128, (40, 40)).astype(np.int8)
    q[1] = -128
    q[1, 3] = 127
    q[2] = 5
    q[3, :2], q[3, 2:] = 60, -128
    return q


@pytest.mark.parametrize("kernel", quantized_kernels.RIGHT, ids=lambda k: k.__name__)
def test_a_right_kernel_passes(kernel: quantized_kernels.Kernel) -> None:
    q = rows()
    assert_quantized(kernel(q), q, SCALE)
    assert_quantized(kernel(q), q, SCALE, zero_point=17)  # which no softmax depends on


@pytest.mark.parametrize("kernel", quantized_kernels.WRONG, ids=lambda k: k.__name__)
def test_a_wrong_kernel_fails(kernel: quantized_kernels.Kernel) -> None:
    wide = np.full((2, 400), 3, np.int8)  # whose total is large
    cases = (rows(), wide) if kernel is quantized_kernels.with_a_total_of_16_bits else (rows(),)
    q = cases[-1]
    with pytest.raises(AssertionError, match=r"^result at \[\d+, \d+\]: got -?\d+"):
        assert_quantized(kernel(q), q, SCALE)


def test_correct_rounding_alone_can_be_asked_for() -> None:
    q = rows()
    assert_quantized(rounded(q), q, SCALE, steps=0.5)
    with pytest.raises(AssertionError, match=r"steps off, 0\.5 allowed"):
        assert_quantized(quantized_kernels.cut_off(q), q, SCALE, steps=0.5)


@pytest.mark.parametrize(
    ("kind", "scale", "zero"), [("uint8", 256, 0), ("int16", 32768, 0), ("int8", 256, -128)]
)
def test_each_type_has_its_usual_grid(kind: str, scale: int, zero: int) -> None:
    q, held = rows(), np.iinfo(kind)
    e = np.exp(2.0 * SCALE * q)
    p = e / e.sum(axis=0)
    found = np.clip(np.rint(p * scale) + zero, held.min, held.max).astype(kind)
    assert_quantized(found, q, SCALE, axis=0, beta=2.0)
    with pytest.raises(AssertionError):
        assert_quantized(found, q, SCALE, axis=1, beta=2.0)


def test_logarithms_have_a_grid_of_their_own() -> None:
    q = rows()
    x = SCALE * q.astype(float)
    y = x - np.log(np.exp(x).sum(axis=-1, keepdims=True))
    found = np.clip(np.rint(16 * y) + 127, -128, 127).astype(np.int8)
    assert_quantized(found, q, SCALE, operation="log_softmax")
    with pytest.raises(AssertionError):
        assert_quantized(found, q, SCALE)


def test_a_library_is_judged_by_its_own_grid() -> None:
    """https://github.com/microsoft/onnxruntime/issues/29727: 128 wraps round to -128."""
    onnx, runtime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    helper, kinds = onnx.helper, onnx.TensorProto
    node = helper.make_node(
        "QLinearSoftmax", ["x", "xs", "xz", "ys", "yz"], ["y"],
        domain="com.microsoft", axis=-1, opset=13,
    )  # fmt: skip
    numbers = {
        "xs": np.float32(SCALE), "xz": np.int8(3), "ys": np.float32(1 / 256), "yz": np.int8(-128)
    }  # fmt: skip
    held = [onnx.numpy_helper.from_array(np.array(v), name) for name, v in numbers.items()]
    ends = [helper.make_tensor_value_info(name, kinds.INT8, [None, None]) for name in "xy"]
    graph = helper.make_graph([node], "softmax", ends[:1], ends[1:], held)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    session = runtime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )

    def softmax(q: Any) -> Any:
        return session.run(None, {"x": q})[0]

    few = rows()[4:]
    assert_quantized(softmax(few), few, SCALE, 3)
    sure = rows()[1:2]
    if int(softmax(sure).max()) != 127:  # the releases that have the fault
        with pytest.raises(AssertionError, match=r"got -128, .* expected 127"):
            assert_quantized(softmax(sure), sure, SCALE, 3)


@pytest.mark.parametrize(
    ("more", "kind", "message"),
    [
        ({"result": np.zeros((40, 40))}, TypeError, "result is of type float64"),
        ({"logits": np.zeros((40, 40), np.float32)}, TypeError, "logits is of type float32"),
        ({"result": np.zeros((40, 3), np.int8)}, ValueError, "give one shape"),
        ({"result": np.zeros((40, 40), np.int32)}, ValueError, "in int32 has no usual grid: give"),
        ({"scale": 0.0}, ValueError, "; both must be above 0"),
        ({"operation": "softmin"}, ValueError, "unknown operation 'softmin'"),
    ],
)
def test_what_cannot_be_judged_is_refused(more: Any, kind: type[Exception], message: str) -> None:
    q = rows()
    call = {"result": rounded(q), "logits": q, "scale": SCALE} | more
    with pytest.raises(kind, match=message):
        assert_quantized(**call)
