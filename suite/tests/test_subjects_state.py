"""What a call changes in its process is not felt by the next call, and the next record says so."""

from __future__ import annotations

import json
import resource
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from forked import LONG

from softmark.calling.state import kept
from softmark.calling.targets import Target
from softmark.formats import FLOAT64
from softmark.harness import check_target
from softmark.subjects import Call, Crashed, Raised
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import WorkerSubject, custom

KERNELS = '''
"""Softmaxes that change their process on the second call; each call appends what it sees."""
import ctypes, gc, json, locale, os, pathlib, random, resource, signal, sys, time, warnings
import numpy as np

here = pathlib.Path(__file__).parent
libc, libm = ctypes.CDLL(None), ctypes.CDLL("libm.so.6")

def seen():
    try: streams = [bool(os.fstat(d)) for d in (0, 1, 2)]
    except OSError: streams = "closed"
    with warnings.catch_warnings(record=True) as caught:
        warnings.warn("look")
    return [
        os.getcwd(), sorted(os.environ.items()), sys.path, sys.getrecursionlimit(), np.geterr(),
        sys.getswitchinterval(), gc.isenabled(), locale.setlocale(locale.LC_ALL), streams,
        random.random(), float(np.random.rand()), libm.fegetround(),
        float(np.float32(1e-40) * np.float32(1)), str(signal.getsignal(signal.SIGUSR1)),
        resource.getrlimit(resource.RLIMIT_NOFILE), len(warnings.filters), len(caught),
        signal.getitimer(signal.ITIMER_REAL)[0],
    ]

def good(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def second(change):
    def f(x, axis=-1):
        log = here / f"{change.__name__}.jsonl"
        calls = len(log.read_text().splitlines()) if log.exists() else 0
        with log.open("a") as stream: print(json.dumps(seen()), file=stream)
        if calls == 1: change()
        return good(x, axis)
    return f

def folder(): os.chdir("/")
def environment(): os.environ["LEFT"] = "behind"
def path(): sys.path.insert(0, "/nowhere")
def recursion(): sys.setrecursionlimit(150)
def errors(): np.seterr(all="raise")
def interval(): sys.setswitchinterval(1.0)
def collector(): gc.disable()
def language(): locale.setlocale(locale.LC_ALL, "C")
def warned(): warnings.simplefilter("error")
def drawn(): random.random()
def seeded(): random.seed(3); np.random.seed(3)
def handler(): signal.signal(signal.SIGUSR1, signal.SIG_IGN)
def unloaded(): sys.modules.clear()
def alarm():
    signal.signal(signal.SIGALRM, lambda *_: 1 / 0)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
def rounding(): assert libm.fesetround(0x800) == 0
def flushing():
    class Environment(ctypes.Structure):
        _fields_ = [("x87", ctypes.c_char * 28), ("mxcsr", ctypes.c_uint32)]
    held = Environment()
    libm.fegetenv(ctypes.byref(held)); held.mxcsr |= 0x8040; libm.fesetenv(ctypes.byref(held))
def closing(): os.close(0); os.close(1); os.close(2)
def limits(): resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
def raising(): os.chdir("/"); libm.fesetround(0x400); raise ArithmeticError("after all that")

def floods(x, axis=-1):
    line = b"all work and no play\\n" * 2**15
    for _ in range(300): os.write(1, line); os.write(2, line)
    return good(x, axis)
def floods_in_c(x, axis=-1):
    line = b"x" * 10**6
    libc.printf.restype = ctypes.c_int
    for _ in range(300): libc.printf(b"%s\\n", line)
    libc.fflush(None)
    return good(x, axis)

for name, change in list(globals().items()):
    if callable(change) and name not in ("seen", "good", "second", "floods", "floods_in_c"):
        if getattr(change, "__module__", "") == __name__: globals()[name] = second(change)
'''

TORCH = """
import torch
calls = 0
def softmax(x, dim=-1):
    global calls
    calls += 1
    if calls == 2:
        torch.manual_seed(7); torch.set_num_threads(3); torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
    elif [torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled()] != [
        1, torch.float32, True
    ]:
        raise AssertionError("felt")
    return torch.softmax(x, dim) + 0 * torch.rand(()).to(x.dtype)
"""

X = np.array([[0.0, 1.0, 2.0], [3.0, 1.0, 0.5]])
Make = Callable[..., WorkerSubject]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    workers: list[Worker] = []

    def made(name: str, source: str = KERNELS) -> WorkerSubject:
        (tmp_path / "kernels.py").write_text(textwrap.dedent(source))
        workers.append(Worker(WorkerSettings(threads=1)))
        target = Target(str(tmp_path / "kernels.py"), name)
        return custom(workers[-1], target, "auto", "softmax", LONG).subject

    yield made
    for worker in workers:
        worker.stop()


PUT_BACK = {
    "folder": "the working directory",
    "environment": "environment variables (LEFT)",
    "path": "where modules are looked for",
    "recursion": "the limit of recursion",
    "errors": "NumPy's error state",
    "interval": "the interval of threads",
    "collector": "the garbage collector",
    "warned": "the filters of warnings",
    "drawn": "random's generator",
    "seeded": "random's generator, NumPy's generator",
    "handler": "the handlers of signals",
    "unloaded": "the modules that are loaded",
    "alarm": "an alarm, the handlers of signals",
}
REPLACED = {
    "rounding": "how the processor rounds or treats denormals",
    "flushing": "how the processor rounds or treats denormals",
    "closing": "the standard streams",
    "limits": "the limits of the process",
}


def sights(folder: Path, name: str) -> list[list[object]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(("name", "what"), [*PUT_BACK.items(), *REPLACED.items()])
def test_a_change_is_noted_and_not_felt_by_the_next_call(
    make: Make, tmp_path: Path, name: str, what: str
) -> None:
    subject = make(name)
    notes = [subject.forward(Call(X), FLOAT64).note for _ in range(3)]
    for part in what.split(", "):
        assert part in notes[1]
        assert "generator" in part or part not in notes[0] + notes[2]
    first, second, third = sights(tmp_path, name)
    assert first == second == third
    assert subject.worker.generation == (2 if name in REPLACED else 1)


def test_a_change_of_the_locale_is_not_felt(make: Make, tmp_path: Path) -> None:
    subject = make("language")
    notes = [subject.forward(Call(X), FLOAT64).note for _ in range(3)]
    first, _, third = sights(tmp_path, "language")
    assert first == third
    assert ("the locale" in notes[1]) == (first[7] != "C")


def test_what_a_call_changed_before_it_raised_is_not_felt_either(
    make: Make, tmp_path: Path
) -> None:
    subject = make("raising")
    subject.forward(Call(X), FLOAT64)
    with pytest.raises(Raised, match=r"after all that; the call changed the working directory, .*"):
        subject.forward(Call(X), FLOAT64)
    subject.forward(Call(X), FLOAT64)
    first, _, third = sights(tmp_path, "raising")
    assert first == third


def test_a_normal_number_that_is_kept_aside_is_put_back() -> None:
    """NumPy draws them in pairs; taking the second changes no word of the generator."""
    np.random.seed(3)
    np.random.randn()
    with kept() as changes:
        second = np.random.randn()
    assert "NumPy's generator" in changes.note
    assert np.random.randn() == second


def test_what_a_call_changes_of_pytorch_is_put_back(make: Make) -> None:
    subject = make("softmax", TORCH)
    first = subject.forward(Call(X), FLOAT64)
    note = subject.forward(Call(X), FLOAT64).note
    for name in ("generator", "threads", "default type"):
        assert f"PyTorch's {name}" in note
    assert "whether PyTorch differentiates" in note
    np.testing.assert_array_equal(subject.forward(Call(X), FLOAT64).values, first.values)


def test_the_record_says_what_the_call_changed(tmp_path: Path) -> None:
    (tmp_path / "kernels.py").write_text(KERNELS)
    report = check_target(
        Target(str(tmp_path / "kernels.py"), "folder"),
        format_names=["float64"],
        check_names=["ties"],
    )
    said = "the call changed the working directory"
    told = [r for r in report.records if said in f"{r.message} {r.witness.get('note')}"]
    assert len(told) == 1
    assert not any(record.message for record in report.records if record.verdict == "pass")
    assert {record.verdict for record in report.records} <= {"pass", "policy"}


@pytest.mark.parametrize("name", ["floods", "floods_in_c"])
def test_a_flood_of_output_takes_no_memory_and_no_disk(make: Make, name: str) -> None:
    subject = make(name)
    subject.forward(Call(X[:, :2]), FLOAT64)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(2):  # 0.8 GB in all
        subject.forward(Call(X), FLOAT64)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024  # KiB
    assert subject.worker.generation == 1


def test_a_crash_after_a_flood_keeps_the_end_of_it(make: Make, tmp_path: Path) -> None:
    source = "import os\ndef f(x):\n for _ in range(2000): os.write(1, b'y' * 10**5)\n"
    subject = make("f", source + " os.write(2, b'the end'); os.abort()\n")
    with pytest.raises(Crashed) as caught:
        subject.forward(Call(X), FLOAT64)
    assert len(caught.value.output) <= 4000
    assert "the end" in caught.value.output
