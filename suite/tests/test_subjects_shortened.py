"""What a record says of an error is the same on each machine, and says nothing of whose it is."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from forked import LONG

from softmark.calling.targets import Target
from softmark.formats import FLOAT32
from softmark.subjects import Call, Raised
from softmark.subjects.faults import shortened
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import custom

COMPILED = """
import torch

@torch.library.custom_op("test::softmax", mutates_args=())
def broken(x: torch.Tensor) -> torch.Tensor:
    raise RuntimeError(f"no kernel in {__file__}, see {__file__}:3")

@broken.register_fake
def _(x): return torch.empty_like(x)

@torch.compile(fullgraph=True)
def softmax(x): return broken(x) + 1
"""


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("at 0x7f3a12 it is", "at 0x... it is"),
        ('File "/home/alice/a b/kernel.py", line 3', 'File "a b/kernel.py", line 3'),
        ('File "/home/alice/kernel.py", line 3', 'File "kernel.py", line 3'),
        ('File "<string>", line 3', 'File "<string>", line 3'),
        ("/root/x.cpp:3:1: error", "x.cpp:3:1: error"),
        ("see /tmp/torchinductor_alice/ab/cabc.py for it", "see ab/cabc.py for it"),
        ("see '/tmp/tmp3x_y9z8w/main.c'", "see 'main.c'"),
        ("in /usr/lib/python3/dist-packages/torch/a.py)", "in torch/a.py)"),
        (r"C:\Users\alice\work\k.py is", "work/k.py is"),
        ("https://pytorch.org/docs/a/b", "https://pytorch.org/docs/a/b"),
        ("a ratio of 1/2/3, and/or x", "a ratio of 1/2/3, and/or x"),
    ],
)
def test_paths_lose_what_is_of_one_machine_or_one_user(text: str, short: str) -> None:
    assert shortened(text) == short


def test_an_error_of_a_compiled_function_names_no_folder_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(COMPILED)
    with Worker(WorkerSettings()) as worker:
        target = Target(str(tmp_path / "kernel.py"), "softmax")
        subject = custom(worker, target, "torch", "softmax", LONG).subject
        with pytest.raises(Raised, match="no kernel in ") as caught:
            subject.forward(Call(np.zeros((2, 3))), FLOAT32)
    told = caught.value.message + caught.value.traceback
    assert "kernel.py" in told
    for private in (str(tmp_path), tempfile.gettempdir() + "/", str(Path.home())):
        assert private not in told
