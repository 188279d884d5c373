"""Arrays cross between softmark and every framework bit for bit, or are refused in words."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
import pytest

from softmark.formats import FORMATS, encode
from softmark_implementations.framework import CARRIERS, LAYOUTS, Framework, NotOffered

NAMES = (
    "python",
    "numpy",
    "scipy",
    "numba",
    "torch",
    "tensorflow",
    "keras",
    "jax",
    "entmax",
    "openvino",
    "litert",
    "ggml",
    "ncnn",
    "paddle",
    "optax",
    "array_api_strict",
    "mlx",
    "onnxruntime",
    "tinygrad",
)
MODULES = {"litert": "ai_edge_litert", "ggml": "xllamacpp"}
"""What is imported where that has another name than the framework."""
SHORT = ("float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")
NOT_OFFERED = {
    *(("array_api_strict", format) for format in SHORT),
    *(("tinygrad", format) for format in SHORT if format != "float16"),
    ("mlx", "float8_e4m3fn"),
    ("mlx", "float8_e5m2"),
}
CHOOSES_LAYOUT = (
    "paddle",
    "tensorflow",
    "keras",
    "jax",
    "optax",
    "array_api_strict",
    "mlx",
    "tinygrad",
)
SETS_NO_SEED = ("jax", "array_api_strict")
NO_SUCH_LAYOUT = {
    ("numba", "foreign"),
    ("onnxruntime", "foreign"),
    ("openvino", "foreign"),
    ("litert", "foreign"),
    ("ggml", "foreign"),
    ("ncnn", "foreign"),
    *(
        (name, layout)
        for name in ("torch", "entmax")
        for layout in ("reversed", "read-only", "rows-reversed", "foreign")
    ),
}


@pytest.fixture(params=NAMES)
def framework(request: pytest.FixtureRequest) -> Framework:
    name = request.param
    if name != "python":
        pytest.importorskip(MODULES.get(name, name), reason=f"{name} is not installed")
    file = "pure_python" if name == "python" else f"with_{name}"
    found = importlib.import_module(f"softmark_implementations.{file}").FRAMEWORK
    assert isinstance(found, Framework)
    assert found.name == name
    if not found.devices():
        pytest.skip(f"there is nothing here that {name} can compute with")
    return found


def patterns(format: str) -> np.ndarray[Any, Any]:
    """Every bit pattern of a short format; the edges and a sample of a long one."""
    carrier = np.dtype(CARRIERS[format])
    if carrier.itemsize <= 2:
        return np.arange(2 ** (8 * carrier.itemsize)).astype(carrier)
    top = 2 ** (8 * carrier.itemsize - 1)
    edges = [0, 1, 2, top - 1, top, top + 1, 2 * top - 1, top // 2]
    for value in (-0.0, math.inf, -math.inf, 1.0, FORMATS[format].max):
        edges.append(int(encode(value, FORMATS[format])))
    infinity = int(encode(math.inf, FORMATS[format]))
    nans = [infinity + 1, infinity + 0xBEEF, top + infinity + 0xABC]  # signalling, with payloads
    sample = np.random.default_rng(0).integers(0, 2 * top, 1000, dtype=carrier)
    return np.concatenate([np.array(edges + nans, dtype=carrier), sample])


@pytest.mark.parametrize("format", FORMATS)
def test_every_kind_of_bit_pattern_comes_back(framework: Framework, format: str) -> None:
    sent = patterns(format)
    if (framework.name, format) in NOT_OFFERED:
        with pytest.raises(NotOffered, match=format):
            framework.array(sent, format, "cpu")
        return
    back, name = framework.bits(framework.array(sent, format, "cpu"))
    assert name == format
    assert back.dtype == sent.dtype
    np.testing.assert_array_equal(back, sent)


@pytest.mark.parametrize(
    ("format", "values"),
    [
        ("int64", [-(2**63), 0, 7]),
        ("int32", [-(2**31), 5]),
        ("uint8", [0, 255]),
        ("bool", [True, False]),
    ],
)
def test_integers_and_truth_values_travel_as_they_are(
    framework: Framework, format: str, values: list[int]
) -> None:
    sent = np.array(values, dtype=CARRIERS[format])
    back, name = framework.bits(framework.array(sent, format, "cpu"))
    assert name == format
    np.testing.assert_array_equal(back, sent)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (1,), (2, 3, 4)])
def test_every_shape_travels(framework: Framework, shape: tuple[int, ...]) -> None:
    format = "float32" if (framework.name, "bfloat16") in NOT_OFFERED else "bfloat16"
    sent = np.arange(math.prod(shape), dtype=CARRIERS[format]).reshape(shape)
    array = framework.array(sent, format, "cpu")
    back, _ = framework.bits(array)
    assert tuple(array.shape) == shape
    np.testing.assert_array_equal(back, sent)


def test_the_framework_keeps_no_hold_on_what_it_was_given(framework: Framework) -> None:
    sent = np.array([1, 2, 3], dtype=np.uint32)
    array = framework.array(sent, "float32", "cpu")
    sent[:] = 9
    back, _ = framework.bits(array)
    back[0] = 8
    np.testing.assert_array_equal(framework.bits(array)[0], [1, 2, 3])


@pytest.mark.parametrize("thing", [None, [1.0, 2.0], 3.5, "text"])
def test_what_is_no_array_is_refused_by_name(framework: Framework, thing: object) -> None:
    with pytest.raises(TypeError, match=f"array of {framework.name}, got {type(thing).__name__}"):
        framework.bits(thing)


def test_an_array_of_another_framework_is_refused(framework: Framework) -> None:
    other: Any = np.ones(2)
    if isinstance(framework.array(np.ones(1, np.int64), "int64", "cpu"), np.ndarray):
        other = pytest.importorskip("jax.numpy").ones(2)
    with pytest.raises(TypeError, match="got "):
        framework.bits(other)


def test_a_format_that_does_not_exist_is_not_offered(framework: Framework) -> None:
    with pytest.raises(NotOffered, match="float24"):
        framework.array(np.zeros(1, np.uint32), "float24", "cpu")


def test_bits_of_the_wrong_width_are_refused(framework: Framework) -> None:
    with pytest.raises(TypeError, match="float32 travels as uint32, not as uint16"):
        framework.array(np.zeros(1, np.uint16), "float32", "cpu")


def test_a_device_that_is_not_there_is_not_offered(framework: Framework) -> None:
    with pytest.raises(NotOffered, match="no device"):
        framework.array(np.zeros(1, np.uint32), "float32", "abacus")


def test_a_layout_changes_the_memory_and_not_the_values(framework: Framework) -> None:
    for layout in LAYOUTS:
        shape = {"permuted": (2, 3, 2), "channels-last": (2, 3, 2, 1)}.get(layout, (3, 4))
        sent = np.arange(12, dtype=np.uint32).reshape(shape)
        if layout in ("broadcast", "expanded"):
            sent[:] = sent[0] if layout == "broadcast" else 7
        array = framework.array(sent, "float32", "cpu")
        if framework.name in CHOOSES_LAYOUT and layout != "contiguous":
            with pytest.raises(NotOffered, match="contiguous"):
                framework.arranged(array, layout)
            continue
        if (framework.name, layout) in NO_SUCH_LAYOUT:
            with pytest.raises(NotOffered, match=f"no {layout}"):
                framework.arranged(array, layout)
            continue
        back, _ = framework.bits(framework.arranged(array, layout))
        np.testing.assert_array_equal(back, sent)


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_layouts_lie_in_memory_as_they_say(name: str) -> None:
    pytest.importorskip(name, reason=f"{name} is not installed")
    framework = importlib.import_module(f"softmark_implementations.with_{name}").FRAMEWORK
    array = framework.array(np.arange(12, dtype=np.uint32).reshape(3, 4), "float32", "cpu")

    def view(layout: str) -> np.ndarray[Any, Any]:
        return np.asarray(framework.arranged(array, layout))

    assert view("transposed").strides == (4, 12)
    assert view("strided").strides == (32, 8)
    assert view("padded").strides == (28, 4)
    assert view("offset").strides == (16, 4)
    assert view("spaced").strides == (60, 4)
    deep = framework.array(np.arange(120, dtype=np.uint32).reshape(2, 3, 4, 5), "float32", "cpu")
    assert np.asarray(framework.arranged(deep, "permuted")).strides == (4, 160, 40, 8)
    assert np.asarray(framework.arranged(deep, "channels-last")).strides == (240, 4, 60, 12)
    offset = framework.arranged(array, "offset")
    if name == "torch":
        assert offset.storage_offset() == 1
    else:
        assert offset.ctypes.data == offset.base.ctypes.data + 4
    one_row = framework.array(np.ones((3, 4), dtype=np.uint32), "float32", "cpu")
    assert np.asarray(framework.arranged(one_row, "broadcast")).strides == (0, 4)
    for layout, wrong in (("transposed", array[0]), ("broadcast", array)):
        with pytest.raises(NotOffered, match=rf"shape .* cannot be {layout}"):
            framework.arranged(wrong, layout)


def test_numba_compiles_nothing_for_the_other_byte_order() -> None:
    numba = importlib.import_module("softmark_implementations.with_numba").FRAMEWORK

    with pytest.raises(NotOffered, match="numba has no foreign arrays"):
        numba.arranged(np.ones((2, 3), np.float32), "foreign")


def test_numpy_goes_backwards_and_refuses_to_be_written_into() -> None:
    from softmark_implementations.with_numpy import FRAMEWORK

    array = FRAMEWORK.array(np.arange(12, dtype=np.uint32).reshape(3, 4), "float32", "cpu")

    assert FRAMEWORK.arranged(array, "reversed").strides == (-16, -4)
    assert FRAMEWORK.arranged(array, "rows-reversed").strides == (-16, 4)
    assert not FRAMEWORK.arranged(array, "foreign").dtype.isnative
    assert not FRAMEWORK.arranged(array, "read-only").flags.writeable


@pytest.mark.parametrize("layout", ["strided", "padded", "offset"])
def test_gaps_hold_nan_or_a_large_number(layout: str) -> None:
    from softmark_implementations.with_numpy import FRAMEWORK

    array = FRAMEWORK.array(np.zeros((3, 4), dtype=np.uint32), "float32", "cpu")
    whole = FRAMEWORK.arranged(array, layout).base

    assert (np.isnan(whole) | (whole == 2.0**100)).sum() == whole.size - array.size


def test_an_unknown_layout_names_those_there_are(framework: Framework) -> None:
    array = framework.array(np.zeros((2, 2), np.uint32), "float32", "cpu")
    with pytest.raises(ValueError, match="contiguous, transposed, strided, padded, offset"):
        framework.arranged(array, "diagonal")


def test_denormals_are_as_the_hardware_multiplies_them(framework: Framework) -> None:
    assert set(framework.denormals()) == {"float32", "float64"}
    assert set(framework.denormals().values()) <= {"kept", "flushed"}
    if framework.name in ("python", "numpy", "scipy", "numba", "torch"):
        assert set(framework.denormals().values()) == {"kept"}


def test_a_mode_that_flushes_is_noticed() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    framework = importlib.import_module("softmark_implementations.with_torch").FRAMEWORK
    if not torch.set_flush_denormal(True):
        pytest.skip("this processor cannot flush")
    try:
        assert framework.denormals()["float32"] == "flushed"
    finally:
        torch.set_flush_denormal(False)


def test_preparing_says_what_it_set(framework: Framework) -> None:
    facts = framework.prepare(seed=3, threads=1)
    assert facts["seed"] == (None if framework.name in SETS_NO_SEED else 3)
    assert {"seed", "threads", "denormals"} == set(facts)


def test_versions_name_the_framework_and_the_arithmetic_below(framework: Framework) -> None:
    versions = framework.versions()
    assert framework.name in versions
    assert "numpy" in versions
    assert all(versions.values())
