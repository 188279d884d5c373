"""``softmark check --as FORM``: functions as other projects' files hold them."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softmark.cli import check
from softmark.testing import assert_close
from softmark_implementations.adapted import FORMS

PAIR = """
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return torch.softmax(x, dim=self.dim)


def get_inputs():
    return [torch.rand(16, 64)]


def get_init_inputs():
    return [1]
"""
NEW = """

class ModelNew(Model):
    def forward(self, x):
        e = torch.exp(x)
        return e / e.sum(dim=1, keepdim=True)
"""
SIGNATURE = "void softmax(const float *x, float *y, int rows, int n)"
KERNEL = """
#include <math.h>
#include <stddef.h>
void one(const double *x, double *y, size_t n) {
    double m = -INFINITY, s = 0;
    for (size_t i = 0; i < n; i++) if (!(x[i] <= m)) m = x[i];
    for (size_t i = 0; i < n; i++) { y[i] = exp(x[i] - m); s += y[i]; }
    for (size_t i = 0; i < n; i++) y[i] /= s;
}
void softmax(const float *x, float *y, int rows, int n) {
    for (int r = 0; r < rows; r++) {
        const float *a = x + (long)r * n; float *b = y + (long)r * n, m = -INFINITY, s = 0;
        for (int i = 0; i < n; i++) if (!(a[i] <= m)) m = a[i];
        for (int i = 0; i < n; i++) { b[i] = expf(a[i] - m); s += b[i]; }
        for (int i = 0; i < n; i++) b[i] /= s;
    }
}
void dropped(const float *x, float *y, int rows, int n) {
    softmax(x, y, rows, n);
    for (int r = 0; r < rows; r++) y[(long)r * n + n - 1] = 0;
}
"""


def loaded(form: str, text: str) -> Any:
    module = import_module(f"softmark_implementations.adapted.{FORMS[form][0]}")
    return module.function_of(text)


def logits(dtype: Any = np.float32) -> Any:
    return np.random.default_rng(0).normal(size=(4, 33)).astype(dtype)


def tensor(values: Any) -> Any:
    return pytest.importorskip("torch").from_numpy(values)


def test_the_command_names_the_forms_that_there_are() -> None:
    assert tuple(FORMS) == check.FORMS


def test_the_new_model_of_a_kernelbench_file_is_checked_not_the_old_one(
    shell: Any, tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    (tmp_path / "pair.py").write_text(PAIR + NEW)
    few = ("--check", "stability", "--format", "float32")
    done = shell("check", "--as", "kernelbench", "pair.py", *few, "--first")
    assert done.returncode == 1, done.stderr
    assert "torch.softmax[kernelbench_pair:function]" in done.stdout
    (tmp_path / "old.py").write_text(PAIR)
    x = logits()
    assert_close(loaded("kernelbench", str(tmp_path / "old.py"))(tensor(x)), x)


def solution(folder: Path, code: str, **spec: Any) -> str:
    path = folder / "solution.json"
    sources = [{"path": "main.py", "content": code}]
    spec = {"language": "python", "entry_point": "main.py::run"} | spec
    path.write_text(json.dumps({"name": "s", "spec": spec, "sources": sources}))
    return str(path)


@pytest.mark.parametrize("form", ["flashinfer-bench", "sol-execbench"])
def test_a_solution_returns_its_result_or_writes_it(form: str, tmp_path: Path) -> None:
    x = logits()
    code = "import torch\n\n\ndef run(x):\n    return {'y': torch.softmax(x, -1)}\n"
    assert_close(loaded(form, solution(tmp_path, code))(tensor(x)), x)
    code = "import torch\n\n\ndef run(x, y):\n    y.copy_(torch.softmax(x, -1))\n"
    path = solution(tmp_path, code, destination_passing_style=True)
    assert_close(loaded(form, path)(tensor(x)), x)


def test_a_backendbench_folder_is_called_as_aten_calls_it(tmp_path: Path) -> None:
    folder = tmp_path / "_softmax"
    folder.mkdir()
    (folder / "_softmax_implementation_v1.py").write_text(
        "import torch\n\n\ndef _softmax_kernel_impl(x, dim, half_to_float):\n"
        "    assert half_to_float is False\n    return torch.softmax(x, dim)\n"
    )
    x, function = logits(), loaded("backendbench", str(folder))
    assert_close(function(tensor(x)), x)
    assert_close(function(tensor(x), 0), x, axis=0)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    folder = tmp_path_factory.mktemp("c")
    (folder / "kernel.c").write_text(KERNEL)
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", "libkernel.so", "kernel.c", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "libkernel.so"


def test_a_c_symbol_is_called_with_rows_or_row_by_row(library: Path) -> None:
    x = logits()
    assert_close(loaded("c", f"{library}:{SIGNATURE}")(x), x)
    one = loaded("c", f"{library}:void one(const double* x, double* y, size_t n);")
    assert_close(one(logits(np.float64)), logits(np.float64))
    with pytest.raises(TypeError, match="softmax takes float32, not float64"):
        loaded("c", f"{library}:{SIGNATURE}")(logits(np.float64))


def test_a_c_symbol_is_checked_in_the_format_that_it_takes(shell: Any, library: Path) -> None:
    few = ("--check", "ties", "--check", "special_values")
    done = shell("check", "--as", "c", f"{library}:{SIGNATURE}", *few)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "formats=float32" in done.stdout
    wrong = shell(
        "check", "--as", "c", f"{library}:{SIGNATURE.replace('softmax', 'dropped')}", *few
    )
    assert wrong.returncode == 1, wrong.stdout + wrong.stderr


def test_a_softmax_node_of_an_onnx_file_is_run_alone(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    make, kind = onnx.helper, onnx.TensorProto.FLOAT
    nodes = [
        make.make_node("Relu", ["x"], ["a"]),
        make.make_node("Softmax", ["a"], ["b"], name="inner", axis=0),
        make.make_node("LogSoftmax", ["b"], ["y"], name="outer", axis=-1),
    ]
    sides = [make.make_tensor_value_info(name, kind, [4, 33]) for name in "xy"]
    graph = make.make_graph(nodes, "g", sides[:1], sides[1:])
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 18)])
    onnx.save(model, tmp_path / "model.onnx")
    x = logits()
    assert_close(loaded("onnx", f"{tmp_path / 'model.onnx'}:inner")(x), x, axis=0)
    assert_close(loaded("onnx", f"{tmp_path / 'model.onnx'}:outer")(x), x, "log_softmax")
    with pytest.raises(ValueError, match=r"has 2 softmax nodes \(inner, outer\); name one as"):
        loaded("onnx", str(tmp_path / "model.onnx"))


@pytest.mark.parametrize("name", ["", ":soft_max", ":soft_max_ext"])
def test_a_softmax_of_ggml_is_run_in_a_graph_of_its_own(name: str) -> None:
    pytest.importorskip("xllamacpp", reason="no wheel with a library of ggml is installed")
    x, function = 30 * logits(), loaded("ggml", f"xllamacpp{name}")
    assert_close(function(x), x)
    with pytest.raises(TypeError, match="takes float32, not float64"):
        function(logits(np.float64))


def test_a_softmax_of_ggml_is_checked_by_the_name_of_its_package(shell: Any) -> None:
    pytest.importorskip("xllamacpp", reason="no wheel with a library of ggml is installed")
    done = shell("check", "--as", "ggml", "xllamacpp", "--check", "ties", "--check", "simplex")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "numpy.softmax[ggml_xllamacpp:function]" in done.stdout
    assert "formats=float32" in done.stdout


def test_a_library_without_the_symbols_of_ggml_is_refused(library: Path) -> None:
    with pytest.raises(ValueError, match="has no ggml_init; name a library of ggml"):
        loaded("ggml", str(library))


def test_what_is_not_in_the_form_is_named(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "none.py").write_text("x = 1\n")
    (tmp_path / "two.py").write_text("class Model: pass\ndef get_inputs(): return [1, 2]\n")
    (tmp_path / "none.json").write_text('{"spec": {}}')
    (tmp_path / "text.txt").write_text("x = 1\n")
    code = "def other(x):\n    return x\n"
    cases = [
        ("kernelbench", "none.py", "has no ModelNew and no Model; name"),
        ("kernelbench", "two.py", "its model takes 2 arrays; name one that"),
        ("kernelbench", "text.txt", "is no Python file; name one"),
        ("sol-execbench", "none.json", "is no solution .* it needs spec and sources"),
        ("sol-execbench", solution(tmp_path, code), "has no function 'run'; name one as entry"),
        ("backendbench", ".", "holds no .*_implementation_v1.py; name a folder"),
        ("backendbench", "none.py", "needs one function .*_kernel_impl; it has none"),
        ("c", "none.so:int f(int n)", "is not understood; write FILE.so:"),
        ("c", "none.so:void f(const float *x, float *y, char n)", "is not understood"),
        ("ggml", "none.so", "is no shared library, nor a package with one; install or name it"),
        ("ggml", "none.so:relu", "relu is no operation here; name one of soft_max, soft_max_ext"),
    ]
    for form, text, words in cases:
        with pytest.raises(ValueError, match=words):
            loaded(form, str(tmp_path / text))
    elsewhere = solution(tmp_path, code, entry_point="kernel.cu::run")
    with pytest.raises(ValueError, match="is not in a Python source of it"):
        loaded("sol-execbench", elsewhere)
    path = Path(elsewhere)
    path.write_text(path.read_text().replace('"main.py"', '"../../main.py"'))
    path.write_text(path.read_text().replace("kernel.cu::run", "../../main.py::run"))
    with pytest.raises(ValueError, match="leaves its folder; give a relative path"):
        loaded("sol-execbench", elsewhere)


def test_a_file_that_is_not_there_or_not_in_the_form_ends_with_status_two(
    shell: Any, tmp_path: Path
) -> None:
    (tmp_path / "none.py").write_text("x = 1\n")
    missing = shell("check", "--as", "kernelbench", "no.py")
    assert missing.returncode == 2
    assert "there is no file no.py; name one in the form of kernelbench" in missing.stderr
    other = shell("check", "--as", "kernelbench", "none.py")
    assert other.returncode == 2
    assert "has no ModelNew and no Model" in other.stderr
    unknown = shell("check", "--as", "excel", "none.py")
    assert unknown.returncode == 2
