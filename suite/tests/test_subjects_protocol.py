"""An answer that can be read and is wrong ends its worker with a crash, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from softmark.formats import FORMATS
from softmark.subjects.faults import Crashed
from softmark.subjects.process import Worker, WorkerSettings
from softmark.subjects.targets import Target
from softmark.subjects.worker_subject import WorkerSubject, custom

LYING: Final = '''
"""A softmax whose process answers what a file beside it says."""
import pathlib

import numpy as np
from softmark.subjects import wire

_DUMP, _WHICH = wire.dump, pathlib.Path(__file__).with_name("which")


def _wrong(message):
    if "seconds" in message.header and _WHICH.exists():
        header, arrays = message.header, message.arrays
        exec(_WHICH.read_text())
        message = wire.Message(header, arrays)
    return _DUMP(message)


wire.dump = _wrong


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
'''
CHANGES: Final = {
    "another number": "header['number'] += 1",
    "no number": "del header['number']",
    "another verb": "header['verb'] = 'vjp'",
    "no time": "del header['seconds']",
    "a text for a time": "header['seconds'] = 'soon'",
    "a list for a note": "header['note'] = [[1]]",
    "an unknown format": "header['format'] = 'float12'",
    "a number for a format": "header['format'] = 12",
    "another flag": "header['input_modified'] = 'perhaps'",
    "no result": "arrays.clear()",
    "a result of another type": "arrays['bits'] = arrays['bits'].astype('uint8')",
    "an unknown fault": "header['fault'] = 'Sulking'; header['message'] = ''",
    "a fault without a message": "header['fault'] = 'Raised'",
    "a fault with other fields": "header.update(fault='Raised', message='m', mood='bad')",
    "a fault of another kind": "header.update(fault='TimedOut', message='m', kind='K')",
    "a fault that says nothing": "header.update(fault=None, message=None)",
}
WORDS: Final = "it answers .*, not |it is no such answer|it carries float32 as uint8"
X: Final = np.array([[0.0, 1.0]])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lying")
    (path / "lying.py").write_text(LYING)
    return path


@pytest.fixture(scope="module")
def subject(folder: Path) -> Iterator[WorkerSubject]:
    with Worker(WorkerSettings()) as worker:
        target = Target.parse(f"{folder / 'lying.py'}:softmax")
        yield custom(worker, target, "numpy", "softmax", 60.0).subject


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_wrong_answer_is_a_crash_and_the_next_process_answers(
    subject: WorkerSubject, folder: Path, change: str
) -> None:
    which = folder / "which"
    which.write_text(change)
    try:
        with pytest.raises(Crashed, match=f"its answer could not be read: ({WORDS})"):
            subject.forward(X, FORMATS["float32"])
    finally:
        which.unlink()
    assert subject.forward(X, FORMATS["float32"]).values.shape == X.shape
