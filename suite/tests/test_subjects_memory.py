"""Memory is counted within 5 % of controls whose size is known, in each framework."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from forked import LONG

from softmark.calling.targets import Target
from softmark.formats import FLOAT32
from softmark.subjects import Call, NotOffered
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import custom

MIB = 2**20
CONTROLS = {
    # Each holds exactly k arrays of the input's size at once, and gives one of them back.
    "numpy": (
        "import numpy as np\n\ndef hold(x, k):\n    return [np.add(x, x) for _ in range(k)][0]"
    ),
    "torch": "import torch\n\ndef hold(x, k):\n    return [torch.add(x, x) for _ in range(k)][0]",
    "tensorflow": (
        "import tensorflow as tf\n\ndef hold(x, k):\n    return [tf.add(x, x) for _ in range(k)][0]"
    ),
    "jax": (
        "import jax\n\ndef hold(x, k):\n"
        "    return jax.block_until_ready([jax.numpy.add(x, x) for _ in range(k)])[0]"
    ),
}
FUNCTIONS = """

def one(x):
    return hold(x, 1)

def five(x):
    return hold(x, 5)

def once_seven_then_two(x, calls=[]):
    calls.append(1)
    return hold(x, 7 if len(calls) == 1 else 2)
"""


@pytest.mark.parametrize("framework", sorted(CONTROLS))
def test_what_a_control_holds_is_counted(framework: str, tmp_path: Path) -> None:
    pytest.importorskip(framework)
    (tmp_path / "control.py").write_text(CONTROLS[framework] + FUNCTIONS)
    x = np.zeros((64, 2**16))  # 16 MiB in float32: frameworks keep a quarter of a MiB of their own
    with Worker(WorkerSettings(counts_memory=True)) as worker:
        for function, first, steady in (
            ("one", 1, 1),
            ("five", 5, 5),
            ("once_seven_then_two", 7, 2),
        ):
            target = Target(str(tmp_path / "control.py"), function)
            subject = custom(worker, target, framework, "softmax", LONG).subject
            counted = subject.memory(Call(x), FLOAT32)

            assert counted.input_bytes == counted.output_bytes == 16 * MIB
            assert counted.steady_bytes == pytest.approx(16 * MIB * steady, rel=0.05)
            if function != "one":  # the first of all may hold what the framework keeps
                assert counted.first_call_bytes == pytest.approx(16 * MIB * first, rel=0.05)


def test_without_memray_the_install_line_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memray.py").write_text("raise ImportError")
    (tmp_path / "kernel.py").write_text("def same(x):\n    return x + 1\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Worker(WorkerSettings()) as worker:
        target = Target(str(tmp_path / "kernel.py"), "same")
        subject = custom(worker, target, "numpy", "softmax", LONG).subject
        with pytest.raises(NotOffered, match="python -m pip install"):
            subject.memory(Call(np.zeros((2, 3))), FLOAT32)
