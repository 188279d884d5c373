"""``softmark export``: each form is read back by its own library and its own rule."""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.special as special

ONNX = ("softmax", "log_softmax", "logsumexp", "sigmoid", "cross_entropy", "argmax", "hardmax")
OPINFO = ("softmax", "log_softmax", "logsumexp", "sigmoid", "cross_entropy")


def exported(shell: Any, folder: Path, *arguments: str) -> list[Path]:
    """The files that were written, their checksums compared."""
    done = shell("export", *arguments)
    assert done.returncode == 0, done.stderr
    paths = []
    for line in done.stdout.splitlines():
        checksum, _, name = line.partition("  ")
        paths.append(folder / name)
        assert hashlib.sha256(paths[-1].read_bytes()).hexdigest() == checksum
    return paths


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def read_golden(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A reader that knows JSON and hexadecimal floats alone."""
    head, _, rest = path.read_text().partition("\n")
    told = json.loads(head)
    assert hashlib.sha256(rest.encode()).hexdigest() == told["sha256"]
    rows = [json.loads(line) for line in rest.splitlines()]
    assert len(rows) == told["rows"] == 200
    return told, rows


def numbers(texts: list[str], dtype: Any) -> Any:
    values = np.array([float.fromhex(text) for text in texts])
    assert (values.astype(dtype) == values).all()
    return values.astype(dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_a_golden_file_accepts_a_right_softmax_and_no_wrong_one(
    shell: Any, tmp_path: Path, dtype: str
) -> None:
    (path,) = exported(shell, tmp_path, "softmax", "--dtype", dtype)
    told, rows = read_golden(path)
    limits = {"rtol": told["rtol"], "atol": told["atol"]}
    kind, passed = np.dtype(dtype), {"right": 0, "half": 0}
    for row in rows:
        x, due = numbers(row["x"], kind), numbers(row["expected"], kind)
        np.testing.assert_allclose(softmax(x), due, **limits)
        passed["half"] += np.allclose(softmax(x) / 2, due, **limits)
    assert passed["half"] == 0


def test_golden_values_are_the_nearest_ones(shell: Any, tmp_path: Path) -> None:
    (path,) = exported(shell, tmp_path, "logsumexp")
    for row in read_golden(path)[1]:
        x, (due,) = numbers(row["x"], np.float64), numbers(row["expected"], np.float32)
        assert due == np.float32(special.logsumexp(x))  # none is near the middle of two


def test_labels_of_a_loss_are_in_the_file(shell: Any, tmp_path: Path) -> None:
    (path,) = exported(shell, tmp_path, "cross_entropy", "--dtype", "float64")
    for row in read_golden(path)[1]:
        x, (due,) = numbers(row["x"], float), numbers(row["expected"], float)
        assert special.logsumexp(x) - x[row["label"]] == pytest.approx(due, rel=1e-12, abs=1e-12)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(
    shell: Any, tmp_path: Path
) -> None:
    first, again, other = (
        exported(shell, tmp_path, "softmax", "--out", out, "--seed", seed)[0].read_bytes()
        for out, seed in (("a", "0"), ("b", "0"), ("c", "1"))
    )
    assert first == again != other


@pytest.mark.parametrize("operation", ONNX)
def test_onnx_reads_its_node_tests_and_onnx_runtime_passes_them(
    shell: Any, tmp_path: Path, operation: str
) -> None:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    from onnx.reference import ReferenceEvaluator

    paths = exported(shell, tmp_path, operation, "--format", "onnx")
    limits = {"rtol": 0, "atol": 0}
    for path in paths:
        if path.name == "tolerance.json":
            limits = json.loads(path.read_text())
    models = [path for path in paths if path.name == "model.onnx"]
    assert len(models) == 10
    for path in models:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        data = path.parent / "test_data_set_0"
        names = [each.name for each in model.graph.input]
        inputs = [tensor(onnx, data / f"input_{i}.pb") for i in range(len(names))]
        if operation == "sigmoid":  # ONNX Runtime's is off by 5e-4 of itself below -7
            with np.errstate(all="ignore"):
                (got,) = ReferenceEvaluator(model).run(None, {names[0]: inputs[0]})
        else:
            session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
            (got,) = session.run(None, dict(zip(names, inputs, strict=True)))
        due = tensor(onnx, data / "output_0.pb")
        assert got.dtype == due.dtype
        np.testing.assert_allclose(got, due, **limits)


def tensor(onnx: Any, path: Path) -> Any:
    read = onnx.TensorProto()
    read.ParseFromString(path.read_bytes())
    return onnx.numpy_helper.to_array(read)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_webnn_s_distance_in_bits_accepts_a_right_softmax(
    shell: Any, tmp_path: Path, dtype: str
) -> None:
    (path,) = exported(shell, tmp_path, "softmax", "--format", "webnn", "--dtype", dtype)
    document = json.loads(path.read_text())
    assert document["tolerance"]["metricType"] == "ULP"
    right, zeros = 0.0, np.inf
    for test in document["tests"]:
        graph = test["graph"]
        (operator,) = graph["operators"]
        assert operator["arguments"] == [{"input": "input"}, {"axis": 1}]
        x = array(graph["inputs"]["input"], dtype)
        due = array(graph["expectedOutputs"]["output"], dtype)
        right = max(right, bits_apart(softmax(x.astype(np.float32)).astype(dtype), due))
        zeros = min(zeros, bits_apart(np.zeros_like(due), due))
    assert right <= document["tolerance"]["value"] < zeros


def array(told: dict[str, Any], dtype: str) -> Any:
    assert told["descriptor"]["dataType"] == dtype
    return np.array(told["data"], dtype).reshape(told["descriptor"]["shape"])


def bits_apart(a: Any, b: Any) -> float:
    """The largest distance of bit patterns, as web-platform-tests compare positive numbers."""
    whole = f"i{a.dtype.itemsize}"
    return float(np.abs(a.view(whole).astype(np.int64) - b.view(whole)).max())


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("operation", OPINFO)
def test_an_opinfo_s_samples_pass_with_their_tolerance_in_pytorch(
    shell: Any, tmp_path: Path, operation: str, dtype: str
) -> None:
    torch = pytest.importorskip("torch")
    (path,) = exported(shell, tmp_path, operation, "--format", "opinfo", "--dtype", dtype)
    spec = spec_from_file_location("exported_opinfo", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules.pop("exported_opinfo", None)
    count = 0
    for x, labels, due in module.samples():
        count += len(x)
        assert x.dtype == getattr(torch, dtype)
        got = called(torch, operation, x, *labels)
        torch.testing.assert_close(got, due, **module.TOLERANCE)
    assert count == 200


def called(torch: Any, operation: str, x: Any, *labels: Any) -> Any:
    if operation == "cross_entropy":
        return torch.nn.functional.cross_entropy(x, *labels, reduction="none")
    function = getattr(torch, operation)
    return function(x) if operation == "sigmoid" else function(x, -1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("softmx",), "unknown operation 'softmx'; did you mean softmax"),
        (("softmax", "--dtype", "float31"), "unknown format 'float31'"),
        (("softmax", "--format", "xml"), "'xml' is not one of"),
        (("masked_softmax",), "no form has the mask of masked_softmax; export what"),
        (("sink_softmax",), "no form has the sink of sink_softmax; export what"),
        (("smooth_max", "--format", "onnx"), "ONNX has no smooth_max; it has softmax"),
        (("softmax", "--format", "onnx", "--dtype", "float8_e5m2"), "ONNX's softmax takes no"),
        (("log_softmax", "--format", "webnn"), "WebNN has no log_softmax; it has softmax"),
        (("softmax", "--format", "webnn", "--dtype", "bfloat16"), "WebNN has no bfloat16; name"),
        (("argmax", "--format", "opinfo"), "OpInfo has no argmax; it has softmax"),
        (("softmax", "--format", "opinfo", "--dtype", "float8_e5m2"), "softmax takes no float8"),
        (("softmax", "--out", "taken/x"), "cannot be written (Not a directory); name another"),
    ],
)
def test_what_a_form_does_not_have_is_said_with_status_two(
    shell: Any, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "taken").write_text("a file")
    done = shell("export", *arguments)
    assert done.returncode == 2, done.stdout
    assert words in done.stderr
