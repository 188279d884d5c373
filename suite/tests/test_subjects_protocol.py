"""An answer that can be read and is wrong ends its worker with a crash, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from softmark.calling.targets import Target
from softmark.formats import FORMATS
from softmark.subjects import Call
from softmark.subjects.faults import Crashed, TargetError
from softmark.subjects.wire import Message
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.protocol import ANSWERS
from softmark.workers.reading import parted
from softmark.workers.worker_subject import WorkerSubject, custom

LYING: Final = '''
"""A softmax whose process answers requests of a kind as a file says."""
import pathlib

import numpy as np
from softmark.subjects import wire

_DUMP, _FOLDER = wire.dump, pathlib.Path(__file__).parent


def _wrong(message):
    header, arrays = message.header, message.arrays
    lie = _FOLDER / header.get("verb", "")
    if lie.is_file():
        exec(lie.read_text())
        message = wire.Message(header, arrays)
    return _DUMP(message)


wire.dump = _wrong


def softmax(x, axis=-1):
    """Right."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def backward(x, g, axis=-1):
    p = softmax(x, axis)
    return p * (g - (p * g).sum(axis, keepdims=True))
'''
X: Final = np.array([[0.0, 1.0]])
F32: Final = FORMATS["float32"]


def asked(verb: str, **more: Any) -> Callable[[WorkerSubject], object]:
    """A request that is about what was entered before."""

    def ask(subject: WorkerSubject) -> object:
        for lane in (0, 1):
            subject.enter(lane, Call(X), F32)
        return subject.worker.ask(Message({"verb": verb, **more}), 60.0)

    return ask


ASKING: Final[dict[str, Callable[[WorkerSubject], object]]] = {
    "forward": lambda subject: subject.forward(Call(X), F32),
    "vjp": lambda subject: subject.vjp(Call(X, g=X), F32),
    "cast": lambda subject: subject.cast(X, F32, FORMATS["float16"]),
    "train": lambda subject: subject.train(Call(X, g=X), F32),
    "modes": lambda subject: subject.modes(),
    "time": lambda subject: subject.time(Call(X), F32, seconds=0.01),
    "series": lambda subject: subject.series([Call(X)], [[0, 0]], F32),
    "enter": lambda subject: subject.enter(0, Call(X), F32),
    "block": asked("block", lane=0, calls=1),
    "rounds": asked("rounds", seconds=0.01, seed=0),
    "memory": lambda subject: subject.memory(Call(X), F32),
    "several": lambda subject: subject.several([Call(X), Call(X)], F32),
}
OF_ANY: Final = (
    "header['number'] += 1",
    "del header['number']",
    "header['verb'] = 'hello'",
    "header.clear()",
    "header['fault'] = 'Sulking'; header['message'] = ''",
    "header['fault'] = 'Raised'",
    "header.update(fault='Raised', message='m', mood='bad')",
    "header.update(fault='TimedOut', message='m', kind='K')",
    "header.update(fault=None, message=None)",
)
"""Wrong for a request of every kind."""

CHANGES: Final[dict[str, tuple[str, ...]]] = {
    "forward": (
        "del header['seconds']",
        "header['seconds'] = 'soon'",
        "header['note'] = [[1]]",
        "header['format'] = 'float12'",
        "header['format'] = 12",
        "header['input_modified'] = 'perhaps'",
        "arrays.clear()",
        "arrays['bits'] = arrays['bits'].astype('uint8')",
    ),
    "vjp": ("header['format'] = []", "arrays.clear()", "del header['format']"),
    "cast": ("header['format'] = 'int4'", "arrays.clear()"),
    "train": (
        "header['value'] = 3",
        "header['cotangents'] = None",
        "del header['refused']",
        "del arrays['value']",
        "arrays['again'] = arrays['bits'].astype('uint8')",
        "header['values'] = [[]]",
    ),
    "modes": ("header['modes'] = []", "header['modes'] = {'jit': 1}", "del header['modes']"),
    "time": (
        "del header['copy_calls']",
        "header['steps'] = None",
        "header['steps'] = header['steps'] * 3",
        "header['clocks'] = 'none'",
        "header['formats'] = ['float32', 'float32', 'float9']",
        "arrays['copy_ns'] = arrays['copy_ns'][1:]",
        "arrays['subject_ns'] = arrays['subject_ns'] * np.nan",
        "arrays['subject_ns'] = arrays['subject_ns'] * 0",
        "arrays['subject_ns'] = -arrays['subject_ns']",
        "arrays['subject_ns'] = arrays['subject_ns'].astype('uint8')",
        "arrays['subject_ns'] = arrays['copy_ns'] = arrays['copy_ns'][:0]",
        "arrays['subject_ns'] = arrays['copy_ns'] = np.ones((3, 3))",
        "del arrays['bits1']",
    ),
    "series": (
        "header['given'] = 3",
        "header['given'] = [[1]]",
        "header['formats'] = ['float32', 'float32']",
        "header['arguments'] = None",
        "header['arguments'] = [[]]",
        "arrays.clear()",
    ),
    "enter": ("header['calls'] = -1", "header['call_ns'] = None", "del header['first_call_ns']"),
    "block": ("header['wall_ns'] = 0", "header['cpu_ns'] = 'much'", "del header['waits']"),
    "rounds": (
        "header['waits'] = 0.5",
        "arrays.clear()",
        "arrays['wall_ns'] = arrays['wall_ns'][:, :1]",
        "arrays['cpu_ns'] = arrays['cpu_ns'][:0]",
        "arrays['wall_ns'] = arrays['wall_ns'] * 0",
        "arrays['control_ns'] = arrays['control_ns'].reshape(-1)",
    ),
    "several": (
        "header['answers'] = 2",
        "header['answers'] = header['answers'][:1]",
        "header['left'] = 1",
        "header['left'] = 'some'",
        "header['answers'][1]['format'] = 'float12'",
        "del header['answers'][0]['format']",
        "header['answers'][0]['arguments'] = 1",
        "header['answers'][0] = {'fault': 'TargetError', 'message': 'm'}",
        "header['answers'][0] = {'fault': 'Sulking', 'message': 'm'}",
        "arrays['bits1'] = arrays['bits1'].astype('uint8')",
        "del arrays['bits0']",
    ),
    "memory": (
        "header['steady_bytes'] = -1",
        "header['method'] = None",
        "del header['output_bytes']",
    ),
}
PAIRS: Final = [(verb, change) for verb, held in CHANGES.items() for change in held]
OF_LOADING: Final = (
    *OF_ANY,
    "del header['facts']",
    "header['facts'] = []",
    "del header['facts']['versions']",
    "header['facts']['versions'] = {'numpy': 2}",
    "header['facts']['threads'] = 'many'",
    "header['facts']['settings'] = [1]",
    "header['modules'] = {'a': 1}",
    "del header['call']",
    "header['call'] = {'axis': 'not a name'}",
    "header['call'] = {'axes': 1}",
    "header['framework'] = None",
    "header['formats'] = ['float32', 'float12']",
    "header['formats'] = 'float32'",
    "header['axes'] = 'seven'",
    "header['axes'] = 7",
    "header['takes'] = 5",
    "header['remarks'] = [{}]",
    "header['default_axis'] = 1",
)
WORDS: Final = (
    "it answers .*, not |it is no such answer|it carries float32 as uint8|what it calls .* no times"
    "|it has no times, or some are missing|it has more results than steps, or fewer"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lying")
    (path / "lying.py").write_text(LYING)
    return path


@pytest.fixture(scope="module")
def subject(folder: Path) -> Iterator[WorkerSubject]:
    with Worker(WorkerSettings(counts_memory=True)) as worker:
        target = Target.parse(f"{folder / 'lying.py'}:softmax")
        yield custom(worker, target, "numpy", "softmax", 60.0, vjp="backward").subject


def lied_to(folder: Path, verb: str, change: str, subject: WorkerSubject) -> None:
    """The next process answers as it was asked; this one is ended with a crash."""
    lie = folder / verb
    lie.write_text(change)
    generation = subject.worker.generation
    try:
        with pytest.raises(Crashed, match=f"its answer could not be read: ({WORDS})"):
            ASKING[verb](subject)
    finally:
        lie.unlink()
    ASKING["forward"](subject)
    assert subject.worker.generation > generation


def test_answers_of_every_kind_are_lied_about() -> None:
    others = {
        "jvp",
        "hvp",
        "vjp_beta",
        "vjp_operand",
        "reach",
    }  # read as vjp; NumPy has none of them
    assert {*CHANGES, *others, "load", "hello"} == set(ANSWERS)


def test_answers_and_calls_that_are_left_are_as_many_as_the_calls() -> None:
    answer = Message({"answers": [{"format": None}], "left": 1, "note": ""})

    with pytest.raises(ValueError, match="1 answers to 3 calls, 1 left"):
        parted(answer, 3)


@pytest.mark.parametrize("verb", ASKING)
def test_what_is_no_lie_is_an_answer(subject: WorkerSubject, verb: str) -> None:
    assert ASKING[verb](subject) is not None


@pytest.mark.parametrize("change", OF_ANY)
def test_what_answers_no_request_is_a_crash_and_the_next_process_answers(
    subject: WorkerSubject, folder: Path, change: str
) -> None:
    for verb in ("forward", "rounds"):
        lied_to(folder, verb, change, subject)


@pytest.mark.parametrize(("verb", "change"), PAIRS)
def test_a_wrong_answer_is_a_crash_and_the_next_process_answers(
    subject: WorkerSubject, folder: Path, verb: str, change: str
) -> None:
    lied_to(folder, verb, change, subject)


@pytest.mark.parametrize("change", OF_LOADING)
def test_a_wrong_answer_about_what_was_loaded_is_a_refusal(folder: Path, change: str) -> None:
    (folder / "load").write_text(change)
    target = Target.parse(f"{folder / 'lying.py'}:softmax")
    try:
        with Worker(WorkerSettings()) as worker:
            said = "cannot be loaded: (its answer could not be read|it .*Raised)"
            with pytest.raises(TargetError, match=said):
                custom(worker, target, "numpy", "softmax", 60.0)
    finally:
        (folder / "load").unlink()
