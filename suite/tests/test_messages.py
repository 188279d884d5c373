"""Every message that the product raises is shown by a test, here or beside what it is about.

The last test reads the product's ``raise`` statements and looks for three words in a row of each
message among the tests, so that a new message without a test is found.
"""

from __future__ import annotations

import ast
import importlib
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from softmark import catalog, operations, records
from softmark.checks import Scope
from softmark.checks.reproducibility import ways
from softmark.checks.throughput import plan as cells
from softmark.formats import FORMATS
from softmark.harness.planning import info_of, source_of
from softmark.judging.comparison import Comparison
from softmark.records import Case, Header, Record, RecordsError, read_results
from softmark.reproduction import NotReproducible, script
from softmark.reproduction.code import Code
from softmark.subjects import NotOffered, TargetError
from softmark.subjects.wire import LENGTHS, WireError, load
from softmark.workers import worker_subject
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.serving import _variant
from softmark.workers.visiting import visited
from softmark.workers.worker_subject import WorkerSubject
from softmark_implementations import framework, with_numba, with_numpy

ROOT = Path(__file__).parents[2]
HEADER = records.dump_line("header", Header("own", "run", "2026-01-01T00:00:00+00:00").to_json())
RECORD = Record(
    check="accuracy",
    operation="softmax",
    implementation="numpy.softmax",
    format="float32",
    device="cpu",
    case=Case("normal", (4, 10)),
    metric="error",
    value=0.5,
    unit="ulp",
    bound=1.0,
    bound_source="a book",
    grade="A",
    verdict="pass",
)


def scope(device: str = "cpu") -> Scope:
    info = info_of(catalog.read().find("numpy.softmax"), device)
    return Scope(info, operations.load("softmax"), FORMATS["float32"], device=device)


# Files


def reasons(path: Path, **changes: Any) -> list[str]:
    line: dict[str, Any] = RECORD.to_json()
    place = line["case"] if changes.keys() <= line["case"].keys() else line
    place |= changes
    path.write_bytes(HEADER + records.dump_line("record", line))
    return [fault.reason for fault in read_results(path).faults]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": [4, -1]}, "the field 'shape' holds more than sizes"),
        ({"beta": 10**400}, "the field 'beta' holds a number that is too large"),
        ({"seed": 10**40}, "holds a number that is too large"),
        ({"grade": "Z"}, "unknown grade 'Z'"),
    ],
)
def test_a_record_that_cannot_be_is_left_out_with_its_reason(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    (reason,) = reasons(tmp_path / "r.jsonl", **changes)
    assert words in reason


def test_a_first_line_of_another_kind_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'{"kind": "record", "schema": 1}\n')
    with pytest.raises(RecordsError, match=r"line 1.*not a softmark header"):
        read_results(path)


# Messages between processes


def refused(header: bytes, body: bytes = b"") -> str:
    stream = io.BytesIO(LENGTHS.pack(len(header), len(body)) + header + body)

    def receive(view: memoryview) -> None:
        view[:] = stream.read(len(view))

    with pytest.raises(WireError) as refusal:
        load(receive)
    return str(refusal.value)


def test_a_message_that_is_none_is_refused_in_words() -> None:
    assert "an array of type 'object'" in refused(b'{"arrays": [["x", "object", [1]]]}', b"\0" * 8)
    assert "an array of shape [-1]" in refused(b'{"arrays": [["x", "uint8", [-1]]]}')
    longer = refused(b'{"arrays": [["x", "uint8", [4]]]}', b"abc")
    assert "arrays of another length than announced" in longer

    def endless(view: memoryview) -> None:
        view[:] = LENGTHS.pack(2**40, 0)

    with pytest.raises(WireError, match="a header of 1099511627776 bytes"):
        load(endless)


# What is asked of a subject


def test_a_variant_that_a_file_does_not_have_is_named() -> None:
    words = r"softmark_implementations.with_numpy has no variant 'tiny' of softmax; see softmark"
    with pytest.raises(TargetError, match=words):
        _variant(with_numpy, "softmax", "tiny")


def test_a_function_on_a_device_that_is_not_there_cannot_be_called() -> None:
    words = "own cannot be called: .*; choose another device or array"
    with (
        pytest.raises(TargetError, match=words),
        visited(
            np.abs, operation="softmax", array="numpy", device="cuda", variant="own", timeout=9.0
        ),
    ):
        pass


def test_more_threads_than_processors_are_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_subject, "processors", lambda _: [0])
    entry = catalog.read().find("numpy.softmax")
    with Worker(WorkerSettings(threads=1)) as worker:
        subject = WorkerSubject(worker, source_of(entry), info_of(entry, "cpu"), 9.0)
        with pytest.raises(NotOffered, match="it takes 64 processors, and there are 1"):
            subject.with_threads(64)


def test_threads_are_no_matter_of_a_device() -> None:
    compared = Comparison.__new__(Comparison)
    object.__setattr__(compared, "scope", scope("cuda"))  # asked before anything else
    with pytest.raises(NotOffered, match="what a device computes does not depend"):
        list(ways.threads(compared))


def test_a_shape_that_no_level_has_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"no level has the shape \(3, 7\)"):
        cells.cell_of(Case("normal", (3, 7)), scope())


def test_a_time_is_no_single_call_to_reproduce() -> None:
    timed = replace(RECORD, check="throughput", metric="time", unit="ns/element")
    with pytest.raises(NotReproducible, match="measures no single call; run its check again"):
        script(timed, Code(None, "numpy", "exp", copied=False))


# What frameworks are asked for, and give


@pytest.fixture(params=["numpy", "torch", "tensorflow", "jax"])
def module(request: pytest.FixtureRequest) -> ModuleType:
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    return importlib.import_module(f"softmark_implementations.with_{request.param}")


def complex_array(name: str) -> Any:
    library = importlib.import_module({"jax": "jax.numpy"}.get(name, name))
    make = getattr(library, "constant" if name == "tensorflow" else "asarray", None)
    return (make or library.tensor)([1j, 2j])


def test_numbers_that_softmark_has_no_format_for_are_refused(module: ModuleType) -> None:
    array = complex_array(module.FRAMEWORK.name)
    with pytest.raises(TypeError, match=r"is in none of softmark's formats"):
        module.FRAMEWORK.bits(array)


def test_a_device_that_a_framework_does_not_have_is_not_offered(module: ModuleType) -> None:
    words = "finds no device cuda here|has no device cuda"
    if "cuda" in module.FRAMEWORK.devices():
        pytest.skip("this framework has a CUDA device here")
    with pytest.raises(framework.NotOffered, match=words):
        module.FRAMEWORK.array(np.zeros(2, np.uint32), "float32", "cuda")


def test_an_unknown_layout_or_format_is_named(module: ModuleType) -> None:
    ours = module.FRAMEWORK
    array = ours.array(np.zeros((2, 3), np.uint32), "float32", "cpu")
    with pytest.raises(ValueError, match="unknown layout 'spiral'; the layouts are"):
        ours.arranged(array, "spiral")
    with pytest.raises(framework.NotOffered, match=r"has no format float7"):
        ours.array(np.zeros(2, np.uint8), "float7", "cpu")


def test_a_layout_that_a_shape_does_not_allow_is_not_offered(module: ModuleType) -> None:
    ours = module.FRAMEWORK
    row = ours.array(np.zeros(3, np.uint32), "float32", "cpu")
    with pytest.raises(framework.NotOffered) as refusal:
        ours.arranged(row, "transposed")
    told = str(refusal.value)
    assert re.search(r"an array of shape|a tensor of shape|are made contiguous, and no", told)
    if ours.name == "torch":
        with pytest.raises(framework.NotOffered, match="PyTorch has no reversed tensors"):
            ours.arranged(row, "reversed")


def test_kernels_name_the_formats_that_they_take() -> None:
    with pytest.raises(TypeError, match="expected float32 or float64, got float16; convert it"):
        with_numba.online_softmax(np.zeros(3, np.float16))
    with pytest.raises(TypeError, match="expected float32, got float64; convert it first"):
        with_numba.rounded_softmax(np.zeros(3))


# The rule

WORDS = 3
PRODUCT = ("suite/softmark", "reports/softmark_reports", "implementations/softmark_implementations")
NOT_SHOWN = {
    "with_cupy.py": "CuPy needs a CUDA device even to be imported in earnest",
    "with_mlx.py": "MLX is asked for the processor only, before its file is read",
    "with_tinygrad.py": "tinygrad computes where clang is installed",
    "with_triton.py": "Triton is imported once in a process, and takes a gigabyte",
    "with_openvino.py": "OpenVINO has an environment of its own",
    "with_litert.py": "LiteRT has an environment of its own",
    "with_ncnn.py": "ncnn has an environment of its own",
    "with_paddle.py": "PaddlePaddle has an environment of its own",
    "with_onnxruntime.py": "the words after the name are ONNX Runtime's own",
    "NVIDIA's driver answered ": "caught where what the driver tells is read",
    "no gradient: ": "the words after it are TensorFlow's own",
    "no forward derivative: ": "the words after it are TensorFlow's own",
    "a second derivative": "the words after it are PyTorch's own",
    "it called sys.exit(": "shown by two tests, whose words a pattern hides",
    " cannot be written: ": "shown by the harness's tests, whose words a pattern hides",
    " does not fit its sum": "caught where the kernel is compiled anew instead",
    "it was restarted": "caught where the pieces are given to the new scheduler",
    "ends too early": "caught where a formula is set as plain text instead",
    "an array of dtype ": "shown here for four frameworks, which say it alike",
}


def raised() -> Iterator[tuple[str, list[str]]]:
    """Where a message is raised, and the fixed parts of it."""
    for path in (path for place in PRODUCT for path in sorted((ROOT / place).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
                continue
            if ast.unparse(node.exc.func) == "AssertionError":  # never met, so never read
                continue
            texts = [
                part.value
                for argument in node.exc.args[:1]
                for part in ast.walk(argument)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            if "oracle" not in path.parts:  # its refusals have tests of their own
                yield f"{path.name}:{node.lineno}", texts


def test_every_message_is_shown_by_a_test() -> None:
    tests = " ".join(
        path.read_text(encoding="utf-8")
        for place in ("suite/tests", "reports/tests")
        for path in sorted((ROOT / place).rglob("*.py"))
    )
    joined = re.sub(r'"\s*\n\s*r?f?"', "", re.sub(r"\\(.)", r"\1", tests))
    known = re.sub(r"\s+", " ", joined)
    unseen = []
    for where, texts in raised():
        runs = [run for text in texts for run in _runs(re.sub(r"\s+", " ", text).split(" "))]
        excused = any(where.startswith(name) or name in texts for name in NOT_SHOWN)
        excused = excused or any(text.startswith(tuple(NOT_SHOWN)) for text in texts)
        if runs and not excused and not any(run in known for run in runs):
            unseen.append(f"{where}: {' … '.join(texts)}")
    assert unseen == []


def _runs(words: list[str]) -> list[str]:
    runs = [" ".join(words[at : at + WORDS]).strip() for at in range(len(words) - WORDS + 1)]
    return [run for run in runs if len(run) > 9]
