"""Nothing of the product executes data: no pickle, no eval, no shell, in any of its files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "suite/softmark",
    "implementations/softmark_implementations",
    "reports/softmark_reports",
)
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "marshal",
    "shelve",
    "joblib",
    "yaml",
    "code",
}
NAMES = {"eval", "exec", "compile", "__import__", "execfile"}
ATTRIBUTES = {
    ("os", "system"),
    ("os", "popen"),
    ("os", "execl"),
    ("os", "execv"),
    ("os", "spawnl"),
    ("subprocess", "getoutput"),
    ("subprocess", "getstatusoutput"),
    ("torch", "load"),
    ("jinja2", "Template"),
    ("pd", "read_pickle"),
    ("pandas", "read_pickle"),
    ("pd", "eval"),
}


def executed(tree: ast.AST) -> Iterator[str]:
    """What in a file would execute, or unpickle, a text that it is given."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (n.name for n in names if n.name.partition(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in MODULES:
                yield module
            case ast.Call(func=ast.Name(id=name)) if name in NAMES:
                yield name
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                if (module, name) in ATTRIBUTES or name in ("from_string", "read_pickle"):
                    yield f"{module}.{name}"
            case ast.keyword(arg="shell" | "allow_pickle", value=value):
                if not (isinstance(value, ast.Constant) and value.value is False):
                    yield f"{node.arg}="


def test_there_are_files_to_look_at() -> None:
    assert len(FILES) > 150


def test_no_file_of_the_product_executes_data() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {what}"
        for path in FILES
        for what in executed(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from pickle import loads",
        "eval(line)",
        "import os; os.system(line)",
        "import subprocess; subprocess.run(line, shell=True)",
        "np.load(path, allow_pickle=True)",
        "environment.from_string(line)",
        "torch.load(path)",
    ],
)
def test_what_would_is_found(text: str) -> None:
    assert list(executed(ast.parse(text)))


@pytest.mark.parametrize(
    "text", ["re.compile(x)", "subprocess.run([x], shell=False)", "model.eval()"]
)
def test_what_does_not_is_left_alone(text: str) -> None:
    assert not list(executed(ast.parse(text)))
