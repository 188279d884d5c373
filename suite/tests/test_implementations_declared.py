"""What is read from the files is what their import declares, and every system has its row."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from installed import require

import softmark_implementations
from softmark import catalog
from softmark_implementations.declare import Declaration, implementation

FOLDER = Path(softmark_implementations.__file__).parent
FILES = sorted([*FOLDER.glob("with_*.py"), FOLDER / "pure_python.py"])

SYSTEMS = {
    "python": "softmax[naive] softmax",
    "numpy": "softmax[naive] softmax softmax[in-place] smooth_max smooth_max[hardmax] argmax",
    "scipy": "softmax log_softmax logsumexp",
    "numba": "softmax[online] softmax[two-pass] softmax[rounded] log_softmax[online]",
    "torch": """
        softmax[naive] softmax softmax[module] softmax[topk] log_softmax cross_entropy[nll]
        cross_entropy logsumexp sigmoid argmax softargmax
        softmax[naive-compile] softmax[compile] softmax[module-compile] softmax[topk-compile]
        log_softmax[compile] cross_entropy[nll-compile] cross_entropy[compile] logsumexp[compile]
        sigmoid[compile] argmax[compile] softargmax[compile]""",
    "tensorflow": """
        softargmax[tutorial] softmax softmax[function] softmax[xla] softmax[keras] softmax[sparse]
        log_softmax logsumexp cross_entropy cross_entropy[sparse] cross_entropy[sampled] sigmoid
        argmax""",
    "jax": """
        softmax log_softmax logsumexp softmax[jit] log_softmax[jit] logsumexp[jit] softargmax
        sigmoid argmax""",
    "keras": "argmax[layer] softargmax[layer]",
}


def test_every_system_of_the_sources_has_its_row() -> None:
    names = {entry.name for entry in catalog.implementations()}
    rows = {f"{framework}.{row}" for framework, rows in SYSTEMS.items() for row in rows.split()}
    assert rows - names == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_reading_a_file_finds_what_importing_it_declares(path: Path) -> None:
    read = {entry.function: entry for entry in catalog.implementations() if entry.path == path}
    assert read
    require(next(iter(read.values())))
    module = importlib.import_module(f"softmark_implementations.{path.stem}")
    declared: dict[str, Declaration] = {
        name: thing.softmark
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", None) == module.__name__ and hasattr(thing, "softmark")
    }
    assert read.keys() == declared.keys()
    for function, declaration in declared.items():
        entry = read[function]
        assert entry.name == declaration.name(module.FRAMEWORK.name)
        for field, value in vars(declaration).items():
            assert getattr(entry, field) == value, f"{entry.name}: {field}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_starts_with_its_requirements(path: Path) -> None:
    """As the inline script metadata specification (PEP 723) reads it, with its own expression."""
    pattern = r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$"
    text = path.read_text(encoding="utf-8")
    (block,) = re.finditer(pattern, text)
    assert block["type"] == "script"
    assert block.start() == 0
    lines = [re.sub(r"^# ?", "", line) for line in block["content"].splitlines()]
    metadata = tomllib.loads("\n".join(lines))
    assert metadata["requires-python"] == ">=3.11"
    assert any(requirement.startswith("numpy") for requirement in metadata["dependencies"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_worker_needs_nothing_of_softmark_to_import_it(path: Path) -> None:
    assert not re.search(r"^\s*(from|import) softmark\b", path.read_text(), re.MULTILINE)


def test_each_implementation_has_a_description() -> None:
    for entry in catalog.implementations():
        assert entry.description.endswith("."), entry.name
        assert len(entry.description) > 10, entry.name


def test_the_decorator_leaves_the_function_as_it_is() -> None:
    def f(x: Any, axis: int = -1) -> Any:
        return x

    decorated = implementation("softmax", "mine", ranks=(2,))(f)
    assert decorated is f
    assert f.__dict__["softmark"] == Declaration("softmax", "mine", ranks=(2,))
    assert f.__dict__["softmark"].name("torch") == "torch.softmax[mine]"
