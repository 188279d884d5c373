"""Whatever a subject does, the caller gets an answer or a fault, and the next call works."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from forked import LONG

from softmark.calling.targets import Target
from softmark.formats import FLOAT64
from softmark.subjects import Call, Crashed, Output, Raised, SubjectFault, TimedOut
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import WorkerSubject, custom

KERNELS = '''
"""Softmaxes that misbehave on their second call, each in its way."""
import ctypes, os, signal, subprocess, sys, threading, time
import numpy as np

calls = 0
libc = ctypes.CDLL(None)

def good(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def second(bad):
    def f(x, axis=-1):
        global calls
        calls += 1
        return bad(x) if calls == 2 else good(x, axis)
    return f

def abort(x): os.abort()
def segfault(x): ctypes.string_at(8)
def kill(x): os.kill(os.getpid(), signal.SIGKILL)
def system_exit(x): sys.exit(7)
def hard_exit(x): os._exit(7)
def clean_exit(x): os._exit(0)
def raises(x): raise ArithmeticError("out of cheese")
def raises_in_str(x):
    class Bad(Exception):
        def __str__(self): raise RuntimeError
    raise Bad
def interrupt(x): raise KeyboardInterrupt
def none(x): return None
def a_list(x): return good(x).tolist()
def words(x): return np.array(["one", "two"])
def objects(x): return good(x).astype(object)
def complex_numbers(x): return good(x).astype(complex)
def one_less(x): return good(x)[..., 1:]
def python_hang(x):
    while True: pass
def c_hang(x):
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True:
        libc.pause()
def holding_the_lock(x): ctypes.PyDLL(None).pause()
def stopped(x): os.kill(os.getpid(), signal.SIGSTOP)
def eats_memory_in_a_child(x):
    import subprocess, sys
    code = "import time; held = bytearray(2**30); held[::4096] = b'1' * 2**18; time.sleep(60)"
    subprocess.run([sys.executable, "-c", code])
    return x

def eats_memory(x):
    held = []
    while True: held.append(np.ones(2**22))
def noise_in_the_socket(x):
    for d in range(3, 100):
        try: os.write(d, b"\\xff" * 4096)
        except OSError: pass
def closes_everything(x):
    os.closerange(0, 100)
    return good(x)

def prints_much(x):
    line = b"all work and no play\\n" * 4096
    for _ in range(500): os.write(1, line)
    return good(x)
def closes_output(x):
    os.close(1); os.close(2); sys.stdout.close()
    return good(x)
def chatters(x):
    print("hello from the kernel"); print("and goodbye", file=sys.stderr)
    os.abort()
def moves_away(x):
    os.chdir("/"); os.environ["SOFTMARK_TEST"] = "1"; np.seterr(all="raise")
    return good(x)
def flushes(x):
    class Environment(ctypes.Structure):
        _fields_ = [("x87", ctypes.c_char * 28), ("mxcsr", ctypes.c_uint32)]
    libm, held = ctypes.CDLL("libm.so.6"), Environment()
    libm.fegetenv(ctypes.byref(held)); held.mxcsr |= 0x8040; libm.fesetenv(ctypes.byref(held))
    return good(x)
def leaves_children(x):
    code = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
    subprocess.Popen([sys.executable, "-c", code])
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(300)
        os._exit(0)
    threading.Thread(target=time.sleep, args=(300,)).start()
    time.sleep(0.2)
    return good(x)

def leaves_a_daemon_and_a_helper(x):
    code = "import time; time.sleep(300)"
    subprocess.Popen([sys.executable, "-c", code])
    if os.fork() == 0:
        os.setsid()
        os.execv("/bin/sh", ["sh", "-c", f"{sys.executable} -c '{code}' & exit"])
    os.wait()
    time.sleep(0.2)
    return good(x)

for name, bad in list(globals().items()):
    if getattr(bad, "__module__", "") == __name__ and name not in ("good", "second"):
        globals()[name] = second(bad)
'''

Make = Callable[..., WorkerSubject]

X = np.array([[0.0, 1.0, 2.0], [3.0, 1.0, 0.5]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "a folder: with spaces"
    place.mkdir()
    (place / "my kernels.py").write_text(textwrap.dedent(KERNELS))
    return place


@pytest.fixture
def make(folder: Path) -> Iterator[Make]:
    workers: list[Worker] = []

    def made(name: str, timeout: float = 20.0, **settings: int) -> WorkerSubject:
        worker = Worker(WorkerSettings(**settings))  # type: ignore[arg-type]
        workers.append(worker)
        target = Target(str(folder / "my kernels.py"), name)
        return custom(worker, target, "auto", "softmax", timeout).subject

    yield made
    for worker in workers:
        worker.stop()


def works(subject: WorkerSubject) -> Output:
    output = subject.forward(Call(X), FLOAT64)
    np.testing.assert_allclose(output.values.sum(axis=-1), 1.0)
    return output


def fault_of(subject: WorkerSubject) -> SubjectFault:
    """The fault of the second call; the first and the third work."""
    works(subject)
    with pytest.raises(SubjectFault) as caught:
        subject.forward(Call(X), FLOAT64)
    works(subject)
    return caught.value


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("abort", "SIGABRT"),
        ("segfault", "SIGSEGV"),
        ("kill", "SIGKILL, perhaps for want of memory"),
        ("hard_exit", "exit status 7"),
        ("clean_exit", "exit status 0"),
        ("system_exit", "exit"),
    ],
)
def test_an_end_of_the_process_is_a_crash_that_says_how(make: Make, name: str, how: str) -> None:
    fault = fault_of(make(name))
    assert isinstance(fault, Crashed)
    assert fault.how == how


def test_what_was_printed_before_a_crash_is_kept(make: Make) -> None:
    fault = fault_of(make("chatters"))
    assert isinstance(fault, Crashed)
    assert "hello from the kernel" in fault.output
    assert "and goodbye" in fault.output


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raises", "it raised ArithmeticError: out of cheese"),
        ("raises_in_str", "it raised Bad: .a message that cannot be printed"),
        ("interrupt", "KeyboardInterrupt"),
        ("none", "it returned no array: .*None"),
        ("a_list", "it returned no array: .*list"),
        ("words", "it returned no array"),
        ("objects", "it returned no array"),
        ("complex_numbers", "it returned no array"),
        ("one_less", r"it returned the shape \(2, 2\), expected \(2, 3\)"),
    ],
)
def test_a_wrong_return_is_told_in_a_sentence(make: Make, name: str, words: str) -> None:
    fault = fault_of(make(name))
    assert isinstance(fault, Raised)
    with pytest.raises(Raised, match=words):
        raise fault


def test_the_traceback_is_the_subjects_own(make: Make) -> None:
    fault = fault_of(make("raises"))
    assert isinstance(fault, Raised)
    assert "out of cheese" in fault.traceback
    assert "calling.py" not in fault.traceback


@pytest.mark.parametrize("name", ["python_hang", "c_hang", "holding_the_lock", "stopped"])
def test_a_hang_ends_in_time(make: Make, name: str) -> None:
    fault = fault_of(make(name, timeout=3.0))
    assert isinstance(fault, TimedOut)
    assert fault.seconds == 3.0


@pytest.mark.parametrize("function", ["eats_memory", "eats_memory_in_a_child"])
def test_memory_has_a_cap(make: Make, function: str) -> None:
    fault = fault_of(make(function, memory=2**29))
    assert isinstance(fault, Crashed)
    assert fault.how == "memory"
    assert "more than 0.5 GiB" in fault.message


@pytest.mark.parametrize("name", ["noise_in_the_socket", "closes_everything"])
def test_a_broken_connection_is_a_crash(make: Make, name: str) -> None:
    assert isinstance(fault_of(make(name, timeout=60.0)), Crashed)


@pytest.mark.parametrize("name", ["prints_much", "closes_output"])
def test_output_is_no_obstacle(make: Make, name: str) -> None:
    subject = make(name)
    for _ in range(3):
        works(subject)


def test_what_a_call_changes_is_put_back_and_noted(make: Make) -> None:
    subject = make("moves_away")
    assert works(subject).note == ""
    note = works(subject).note
    assert "the working directory" in note
    assert "environment variables (SOFTMARK_TEST)" in note
    assert "NumPy's error state" in note
    assert works(subject).note == ""


def test_a_process_whose_arithmetic_was_changed_is_replaced(make: Make) -> None:
    subject = make("flushes")
    works(subject)
    generation = subject.worker.generation
    assert "denormals" in works(subject).note
    assert works(subject).note == ""
    assert subject.worker.generation == generation + 1


def test_no_child_outlives_its_worker(make: Make) -> None:
    before = {process.pid for process in psutil.process_iter()}
    subject = make("leaves_children")
    works(subject)
    works(subject)
    own = psutil.Process().children(recursive=True)
    started = [process for process in own if process.pid not in before]
    assert len(started) >= 5  # guardian, worker, two children, a daemon
    subject.worker.stop()
    assert psutil.wait_procs(started, timeout=LONG)[1] == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has subreapers")
def test_no_daemon_outlives_its_case_and_a_helper_outlives_it(make: Make) -> None:
    subject = make("leaves_a_daemon_and_a_helper")
    works(subject)
    works(subject)
    guardian = psutil.Process(subject.worker._child.process.pid)  # type: ignore[union-attr]
    work, daemon = guardian.children()
    (helper,) = work.children()
    subject.worker.end_orphans()
    assert psutil.wait_procs([daemon], timeout=LONG)[1] == []
    works(subject)
    assert helper.is_running()
    assert guardian.children() == [work]
