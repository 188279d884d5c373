"""A target is found, or a sentence says why not and what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from softmark.calling.targets import Target, load
from softmark.formats import FLOAT64
from softmark.subjects import Call, TargetError
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import custom

GOOD = """
import numpy as np
from beside import scale

def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return scale * e / e.sum(axis=axis, keepdims=True)

class Layer:
    def __call__(self, x, axis=-1):
        return softmax(x, axis)
    def method(self, x, axis=-1):
        return softmax(x, axis)

class Stubborn:
    def __init__(self, size): pass

layer = Layer()
number = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "with spaces: and a colon"
    place.mkdir()
    (place / "kernel.py").write_text(GOOD)
    (place / "beside.py").write_text("scale = 1.0\n")
    modules, path = set(sys.modules), list(sys.path)
    yield place
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("text", "module", "function"),
    [
        ("scipy.special:softmax", "scipy.special", "softmax"),
        ("a folder/b c.py:f", "a folder/b c.py", "f"),
        (r"C:\kernels\mine.py:f", r"C:\kernels\mine.py", "f"),
        ("torch:nn.functional.softmax", "torch", "nn.functional.softmax"),
    ],
)
def test_a_target_is_module_and_function(text: str, module: str, function: str) -> None:
    assert Target.parse(text) == Target(module, function)
    assert str(Target.parse(text)) == text


@pytest.mark.parametrize("text", ["", "softmax", "kernel.py", ":f", "kernel.py:", "m:f(x)", "m:1"])
def test_what_names_no_function_is_refused(text: str) -> None:
    with pytest.raises(TargetError, match=r"names no function; write module:function or path"):
        Target.parse(text)


@pytest.mark.parametrize("name", ["softmax", "Layer", "layer", "layer.method"])
def test_functions_classes_and_objects_are_called(folder: Path, name: str) -> None:
    with Worker(WorkerSettings()) as worker:
        target = Target(str(folder / "kernel.py"), name)
        made = custom(worker, target, "auto", "softmax", 20.0)
        values = made.subject.forward(Call(np.zeros((2, 4))), FLOAT64).values
        assert (values == 0.25).all()
        assert made.subject.info.name == f"numpy.softmax[kernel:{name}]"


def test_a_module_beside_the_working_directory_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    function, module = load(Target("kernel", "softmax"))
    assert function is module.softmax


def test_a_file_named_like_a_loaded_module_is_loaded_all_the_same(folder: Path) -> None:
    (folder / "json.py").write_text("def f(x): return x\n")
    function, _ = load(Target(str(folder / "json.py"), "f"))
    assert function(3) == 3
    import json

    assert json.dumps(1) == "1"


def refusal(target: Target) -> str:
    with pytest.raises(TargetError) as caught:
        load(target)
    return str(caught.value)


def test_an_unknown_function_is_answered_with_its_neighbours(folder: Path) -> None:
    said = refusal(Target(str(folder / "kernel.py"), "sofmax"))
    assert said.endswith("kernel.py: unknown function 'sofmax'; did you mean softmax?")


def test_a_number_cannot_be_called(folder: Path) -> None:
    assert "is a int, which cannot be called" in refusal(
        Target(str(folder / "kernel.py"), "number")
    )


def test_a_class_that_wants_arguments_says_so(folder: Path) -> None:
    said = refusal(Target(str(folder / "kernel.py"), "Stubborn"))
    assert said.startswith("name an object of")
    assert "softmark cannot make one: TypeError" in said


def test_a_missing_file_is_named(folder: Path) -> None:
    said = refusal(Target(str(folder / "nothing.py"), "f"))
    assert said.startswith("there is no file")
    assert "nothing.py" in said


def test_a_missing_module_is_named() -> None:
    said = refusal(Target("no_such_module.at_all", "f"))
    assert said.startswith("there is no module 'no_such_module'; run where it can be imported")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_named(folder: Path) -> None:
    (folder / "kernel.py").chmod(0)
    assert "cannot be read (Permission denied)" in refusal(Target(str(folder / "kernel.py"), "f"))


@pytest.mark.parametrize(
    ("source", "said", "place"),
    [
        ("x = 1\ndef f(x:\n", "SyntaxError: '(' was never closed", "line 2: def f(x:"),
        ("import no_such_thing\n", "No module named 'no_such_thing'", "line 1: import no_such_"),
        ("def g():\n    1 / 0\n\ng()\n", "ZeroDivisionError: division by zero", "line 2: 1 / 0"),
        ("raise SystemExit(3)\n", "SystemExit: 3", "line 1: raise SystemExit(3)"),
        ("raise ValueError\n", "ValueError", "line 1: raise ValueError"),
    ],
)
def test_a_failing_import_is_two_lines_of_the_users_own(
    folder: Path, source: str, said: str, place: str
) -> None:
    (folder / "broken.py").write_text(source)
    lines = refusal(Target(str(folder / "broken.py"), "f")).splitlines()
    assert len(lines) == 2
    assert "broken.py cannot be imported: " in lines[0]
    assert said in lines[0]
    assert lines[1].strip().startswith(str(folder / "broken.py"))
    assert place in lines[1]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os\nos.abort()\n", "its process ended by SIGABRT"),
        ("while True: pass\n", "it did not answer within"),
        ("import broken_too\n", "No module named 'broken_too'"),
    ],
)
def test_an_import_that_ends_the_worker_is_a_refusal(folder: Path, source: str, said: str) -> None:
    (folder / "broken.py").write_text(source)
    seconds = 5.0 if "while" in source else 60.0
    with Worker(WorkerSettings(start_timeout=seconds)) as worker:
        target = Target(str(folder / "broken.py"), "f")
        with pytest.raises(TargetError, match=said):
            custom(worker, target, "auto", "softmax", 5.0)


def test_an_interpreter_that_is_not_there_is_named() -> None:
    with (
        Worker(WorkerSettings(python="/no/such/python")) as worker,
        pytest.raises(TargetError, match="the interpreter /no/such/python cannot be run"),
    ):
        worker.start()


@pytest.mark.parametrize("head", ["", "import torch"])
def test_an_import_that_empties_the_loaded_modules_is_refused(folder: Path, head: str) -> None:
    (folder / "emptying.py").write_text(f"{head}\nimport sys\nsys.modules.clear()\n{GOOD}")
    target = Target(str(folder / "emptying.py"), "softmax")
    with Worker(WorkerSettings()) as worker:
        with pytest.raises(TargetError, match=r"empties sys\.modules when it is imported"):
            custom(worker, target, "auto", "softmax", 60.0)
        others = Target(str(folder / "kernel.py"), "softmax")
        assert custom(worker, others, "numpy", "softmax", 60.0).subject.info.framework == "numpy"


def test_an_import_that_takes_one_module_away_is_borne(folder: Path) -> None:
    (folder / "taking.py").write_text(f"import sys\ndel sys.modules['json']\n{GOOD}")
    function, _ = load(Target(str(folder / "taking.py"), "softmax"))
    assert "json" in sys.modules
    assert function(np.zeros((1, 2)))[0, 0] == 0.5
