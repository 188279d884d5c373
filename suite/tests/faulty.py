"""Functions that are right but for rows of five, at which each goes wrong in its own way.

Each has the verdict and the words that its record must have.  What it did must not be felt
by the case after it: that is judged as the case before it was.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from softmark.calling.targets import Target
from softmark.formats import FORMATS
from softmark.harness.measuring import Measuring
from softmark.harness.patience import Patience
from softmark.harness.planning import Task
from softmark.records import Case, Record
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import Origin, custom

HANG: Final = 4.0
"""Seconds that a call may take that hangs."""

PATIENT: Final = 60.0
"""The same of one that does not; a busy machine takes long for little."""

EVERYWHERE: Final = ("numpy", "torch", "jax", "tensorflow")
TWO: Final = ("numpy", "torch")
ONE: Final = ("numpy",)

HEADS: Final = {
    "numpy": """
        def good(x, axis):
            e = np.exp(x - x.max(axis=axis, keepdims=True))
            return e / e.sum(axis=axis, keepdims=True)
        """,
    "torch": "import torch\ndef good(x, axis): return torch.softmax(x, axis)\n",
    "jax": "import jax\ndef good(x, axis): return jax.nn.softmax(x, axis)\n",
    "tensorflow": "import tensorflow as tf\ndef good(x, axis): return tf.nn.softmax(x, axis)\n",
}
SOURCE: Final = """
import asyncio, atexit, ctypes, faulthandler, gc, importlib, json, locale, logging, multiprocessing
import os, pathlib, random, resource, shutil, signal, socket, subprocess, sys, tempfile
import threading, time, warnings
import numpy as np
{head}
libc = ctypes.CDLL(None)
class Odd(BaseException): pass
class Unprintable(Exception):
    def __str__(self): raise RuntimeError
class Endless(Exception):
    def __str__(self): return "x" * 10**7
class Deadly(Exception):
    def __str__(self): os._exit(3)
class Pretends:
    def __init__(self, y): self.y = y
    def __eq__(self, other): return True
    def __array__(self, *a, **k): raise RuntimeError("no numbers")
class Floods:
    def write(self, text): raise OSError("no")
    def flush(self): raise OSError("no")
def deeper(n): return deeper(n + 1)
def frightened(*a, **k): raise RuntimeError("patched")

def softmax(x, axis=-1):
    y = good(x, axis)
    if x.shape[-1] == 5:
{body}
    return y
"""


@dataclass(frozen=True)
class Fault:
    """What a function does, and what its record says.

    Attributes
    ----------
    body:
        Statements at a row of five.
    verdict:
        That of the case.
    words:
        In the message of a record of that case, or in its witness.
    frameworks:
        Whose functions do it.
    lasts:
        Whether the function stays broken, since it broke the libraries that it uses itself.
    hangs:
        Whether it takes the time limit to find out.
    """

    body: str
    verdict: str
    words: str = ""
    frameworks: tuple[str, ...] = ONE
    lasts: bool = False
    hangs: bool = False


def raises(what: str, words: str, frameworks: tuple[str, ...] = ONE) -> Fault:
    return Fault(f"raise {what}", "fail", words, frameworks)


def returns(
    what: str, words: str = "it returned no array", frameworks: tuple[str, ...] = ONE
) -> Fault:
    return Fault(f"return {what}", "fail", words, frameworks)


def ends(body: str, words: str, frameworks: tuple[str, ...] = ONE) -> Fault:
    return Fault(body, "crash", words, frameworks)


def hangs(body: str, frameworks: tuple[str, ...] = ONE) -> Fault:
    return Fault(body, "timeout", "did not answer within", frameworks, hangs=True)


def changes(body: str, words: str = "", frameworks: tuple[str, ...] = ONE) -> Fault:
    return Fault(body, "pass", words, frameworks)


FAULTS: Final[dict[str, Fault]] = {
    # exceptions
    "an exception": raises("ArithmeticError('no')", "it raised ArithmeticError: no", EVERYWHERE),
    "one without a message": raises("ValueError", "it raised ValueError", TWO),
    "one that cannot be printed": raises("Unprintable", "a message that cannot be printed", TWO),
    "one with a message of 10 MB": raises("Endless", "it raised Endless: xxx"),
    "one whose message ends the process": ends("raise Deadly", "exit status 3"),
    "half a character": raises(r"ValueError('\ud800')", r"\ud800", TWO),
    "a terminal's escapes": raises(r"ValueError('\x1b[2Jgone')", "gone"),
    "a NUL": raises(r"ValueError('a\x00b')", "it raised ValueError"),
    "a group of exceptions": raises("ExceptionGroup('g', [ValueError()])", "ExceptionGroup"),
    "one that is its own cause": Fault(
        "error = ValueError('round'); error.__cause__ = error; raise error", "fail", "round"
    ),
    "the end of an iterator": raises("StopIteration", "StopIteration", TWO),
    "a cancelled task": raises("asyncio.CancelledError", "CancelledError"),
    "no memory": raises("MemoryError('none')", "it raised MemoryError", TWO),
    "an endless recursion": Fault("deeper(0)", "fail", "RecursionError", TWO),
    "an interrupt": raises("KeyboardInterrupt", "KeyboardInterrupt", EVERYWHERE),
    "the end of a generator": raises("GeneratorExit", "GeneratorExit", EVERYWHERE),
    "an exception of no kind": raises("Odd('no')", "it raised Odd: no", EVERYWHERE),
    "an exit": ends("sys.exit(7)", "sys.exit(7)", EVERYWHERE),
    "an exit with a text": ends("sys.exit('bye')", "sys.exit('bye')"),
    "a good exit": ends("sys.exit(0)", "sys.exit(0)"),
    "a closed pipe": raises("BrokenPipeError(32, 'pipe')", "BrokenPipeError", TWO),
    "a full disk": raises("OSError(28, 'No space left')", "No space left"),
    "the end of a file": raises("EOFError", "EOFError"),
    "softmark's own refusal": Fault(
        "from softmark_implementations.framework import NotOffered; raise NotOffered('too hard')",
        "fail", "too hard", TWO,
    ),
    "softmark's own timeout": Fault(
        "from softmark.subjects.faults import TimedOut; raise TimedOut('late', 1.0)",
        "fail", "it raised TimedOut: late", TWO,
    ),
    "softmark's own crash": Fault(
        "from softmark.subjects.faults import Crashed; raise Crashed('so', 'how')",
        "fail", "it raised Crashed: so",
    ),
    "softmark's own alarm": Fault(
        "from softmark.calling.deadline import Late; raise Late", "fail", "Late"
    ),
    "an assertion": Fault("assert False, 'five'", "fail", "AssertionError: five", TWO),
    "no such name": Fault("return not_there", "fail", "NameError"),
    # returns
    "nothing": returns("None", "it returned no array", EVERYWHERE),
    "a list": returns("[[0.2] * 5] * 2", frameworks=EVERYWHERE),
    "a text": returns("'0.2'", frameworks=TWO),
    "a dictionary": returns("{'y': y}", frameworks=TWO),
    "a tuple": returns("(y, y)", frameworks=TWO),
    "a number": returns("0.2", frameworks=TWO),
    "a function": returns("softmax"),
    "a class": returns("dict"),
    "a generator": returns("(row for row in y)"),
    "a coroutine": returns("asyncio.sleep(0)"),
    "what equals everything": returns("Pretends(y)", "it"),
    "complex numbers": returns("y.astype(complex)"),
    "objects": returns("y.astype(object)"),
    "texts": returns("y.astype(str)"),
    "dates": returns("y.astype('m8[s]')"),
    "records": returns("np.zeros(y.shape, 'f4,f4')"),
    "truth values": Fault("return y > 0", "fail", ""),
    "a masked array": returns("np.ma.array(y, mask=y > 0)", "a masked array", ONE),
    "a row less": returns("y[1:]", "expected (2, 5)", TWO),
    "a column less": returns("y[:, 1:]", "expected (2, 5)", TWO),
    "one row": returns("y[0]", "expected (2, 5)", TWO),
    "an axis more": returns("y[None]", "expected (2, 5)", TWO),
    "no axis": returns("y.sum()", "", TWO),
    "an empty array": returns("y[:0]", "expected (2, 5)", TWO),
    "NaN": returns("y * float('nan')", "got nan", EVERYWHERE),
    "infinities": returns("y / 0", "got inf", TWO),
    "zeros": returns("y * 0", "got 0", EVERYWHERE),
    "its logits": returns("x", "", TWO),
    "twice as much": returns("y * 2", "", EVERYWHERE),
    "random numbers": returns("np.random.rand(*x.shape).astype(x.dtype)", ""),
    "the other byte order": changes("return y.astype(y.dtype.newbyteorder())"),
    "another order of memory": changes("return np.asfortranarray(y)"),
    "a view from behind": changes("return y[:, ::-1].copy()[:, ::-1]"),
    "an array that cannot be written": changes("y.setflags(write=False)"),
    "a matrix of an old kind": changes("return np.asmatrix(y)"),
    "a transposed tensor": changes("return y.T.contiguous().T", "", ("torch",)),
    "a tensor with a gradient": changes("return y.requires_grad_()", "", ("torch",)),
    "a sparse tensor": returns("y.to_sparse()", "it returned no array", ("torch",)),
    "a tensor without numbers": returns("y.to('meta')", "the device meta", ("torch",)),
    "an array of NumPy": returns("y.numpy()", "it returned no array", ("torch",)),
    "a tensor without memory": ends("y.untyped_storage().resize_(0)", "SIGSEGV", ("torch",)),
    "complex tensors": returns("torch.complex(y, y)", "", ("torch",)),
    # the end of its process
    "abort": ends("os.abort()", "SIGABRT", EVERYWHERE),
    "a read from nowhere": ends("ctypes.string_at(8)", "SIGSEGV", TWO),
    "a write to nowhere": ends("ctypes.memset(8, 0, 8)", "SIGSEGV"),
    "a kill": ends("os.kill(os.getpid(), 9)", "SIGKILL", EVERYWHERE),
    "a terminate": ends("os.kill(os.getpid(), 15); time.sleep(9)", "SIGTERM", TWO),
    "a hang-up": ends("os.kill(os.getpid(), 1); time.sleep(9)", "SIGHUP"),
    "a bus error": ends("os.kill(os.getpid(), 7); time.sleep(9)", "SIGBUS"),
    "an illegal instruction": ends("os.kill(os.getpid(), 4); time.sleep(9)", "SIGILL"),
    "a division fault": ends("os.kill(os.getpid(), 8); time.sleep(9)", "SIGFPE"),
    "a hard exit": ends("os._exit(7)", "exit status 7", EVERYWHERE),
    "a hard good exit": ends("os._exit(0)", "exit status 0", TWO),
    "an exit of C": ends("libc._exit(5)", "exit status 5"),
    "another program": ends("os.execv('/bin/true', ['true'])", "exit status 0"),
    "a stack that is full": ends(
        "sys.setrecursionlimit(10**9); threading.stack_size(0); libc.abort()", "SIGABRT"
    ),
    "its guardian killed": ends("os.kill(os.getppid(), 9); time.sleep(9)", "SIGKILL", TWO),
    "its session killed": ends("os.killpg(0, 9)", "SIGKILL"),
    "an abort in a thread": ends(
        "threading.Thread(target=os.abort).start(); time.sleep(9)", "SIGABRT"
    ),
    "its files closed": ends("os.closerange(0, 256)", "its process ended"),
    "its files from 3 on closed": ends("os.closerange(3, 256)", "its process ended", TWO),
    "noise in its connection": ends(
        "for d in range(3, 64):\n  try: os.write(d, b'\\xff' * 999)\n  except OSError: pass",
        "answer",
    ),
    "its connection to nowhere": ends(
        "null = os.open(os.devnull, os.O_RDWR)\n"
        "for d in range(3, 64):\n  try: socket.socket(fileno=os.dup(d)).close(); os.dup2(null, d)\n"
        "  except OSError: pass",
        "its process ended",
    ),
    "its answers patched": ends("from softmark.subjects import wire; wire.dump = frightened", ""),
    "json patched": Fault("json.dumps = frightened", "crash", ""),
    # hangs
    "a loop": hangs("while True: pass", TWO),
    "a sleep": hangs("time.sleep(999)"),
    "a loop that catches everything": hangs(
        "while True:\n  try:\n   while True: pass\n  except BaseException: pass"
    ),
    "a pause with Python's lock": hangs("ctypes.PyDLL(None).pause()"),
    "a pause that no signal ends": hangs(
        "for n in range(1, 65):\n  try: signal.signal(n, signal.SIG_IGN)\n"
        "  except (OSError, ValueError): pass\nwhile True: libc.pause()"
    ),
    "a stop": hangs("os.kill(os.getpid(), signal.SIGSTOP)"),
    "a lock taken twice": hangs("lock = threading.Lock(); lock.acquire(); lock.acquire()"),
    "a thread that never ends": hangs("threading.Thread(target=time.sleep, args=(999,)).run()"),
    "a program that never ends": hangs("subprocess.run(['sleep', '999'])"),
    "a pipe that nobody writes to": hangs("os.read(os.pipe()[0], 1)"),
    # what it leaves behind
    "a fork that goes on": changes("os.fork()", "", TWO),
    "a fork that stays": changes("if os.fork() == 0: time.sleep(99)", ""),
    "a daemon": changes(
        "if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0: time.sleep(99)\n  os._exit(0)"
    ),
    "a program that stays": changes("subprocess.Popen(['sleep', '99'], start_new_session=True)"),
    "a thread that stays": changes(
        "threading.Thread(target=time.sleep, args=(99,)).start()", "", TWO
    ),
    "a thread that raises": changes("threading.Thread(target=frightened).start()"),
    "a process of multiprocessing": changes(
        "multiprocessing.get_context('fork').Process(target=time.sleep, args=(99,)).start()"
    ),
    "an end that hangs": changes("atexit.register(time.sleep, 99)"),
    "a session of its own": changes("os.setpgid(0, 0)"),
    # output
    "a megabyte of text": changes("print('all work ' * 10**6)", "", TWO),
    "megabytes of errors": changes("for _ in range(50): os.write(2, b'y' * 2**16)"),
    "no standard output": changes("sys.stdout = None", "sys.stdout or its like"),
    "a closed standard output": changes("sys.stdout.close()", "sys.stdout or its like"),
    "a standard output that raises": changes("sys.stderr = Floods()", "sys.stdout or its like"),
    "its output closed": changes("os.close(0); os.close(1); os.close(2)", "the standard streams"),
    "a question to the user": Fault("input('well? ')", "fail", "EOFError"),
    "a log": changes("logging.basicConfig(); logging.error('no' * 10**5)"),
    # its process
    "another folder": changes("os.chdir('/')", "the working directory", TWO),
    "a folder that is gone": changes(
        "folder = tempfile.mkdtemp(); os.chdir(folder); os.rmdir(folder)", "the working directory"
    ),
    "a variable": changes("os.environ['LEFT'] = 'behind'", "environment variables (LEFT)", TWO),
    "half a character in a variable": changes(
        r"os.environ['LEFT\udc80'] = '\udcff'", "environment variables"
    ),
    "no variables": changes("os.environ.clear()", "environment variables"),
    "another state of errors": changes("np.seterr(all='raise')", "NumPy's error state"),
    "another seed": changes("random.seed(1); np.random.seed(1)", "generator"),
    "a deep recursion": changes("sys.setrecursionlimit(10**8)", "the limit of recursion"),
    "no garbage collector": changes("gc.disable()", "the garbage collector"),
    "another path": changes("sys.path.clear()", "where modules are looked for", TWO),
    "no modules": changes("sys.modules.clear()", "the modules that are loaded"),
    "warnings as errors": changes("warnings.simplefilter('error')", "the filters of warnings"),
    "other handlers of signals": changes(
        "signal.signal(signal.SIGINT, signal.SIG_IGN)", "the handlers of signals", TWO
    ),
    "an alarm": changes("signal.setitimer(signal.ITIMER_REAL, 99)", "an alarm"),
    "a fast switch of threads": changes("sys.setswitchinterval(9.0)", "the interval of threads"),
    "another rounding": changes("ctypes.CDLL('libm.so.6').fesetround(0x800)", "rounds", TWO),
    "few open files": changes(
        "resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))", "the limits of the process"
    ),
    "small files": changes(
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))", "the limits of the process"
    ),
    "little time": changes(
        "resource.setrlimit(resource.RLIMIT_CPU, (900, 900))", "the limits of the process"
    ),
    "one processor": changes(
        "os.sched_setaffinity(0, {max(range(os.cpu_count()))})", "the processors that it runs on"
    ),
    "a low priority": changes("os.nice(1)", "its priority"),
    "few processes": changes(
        "resource.setrlimit(resource.RLIMIT_NPROC, (999, 999))", "the limits of the process"
    ),
    "a trace": changes("sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)"),
    "its own file deleted": changes("os.remove(__file__)", "", TWO),
    "its own folder deleted": changes("shutil.rmtree(os.path.dirname(__file__))"),
    "no handler of faults": changes("faulthandler.disable()"),
    "another type by default": changes(
        "torch.set_default_dtype(torch.float64)", "PyTorch's default type", ("torch",)
    ),
    "no gradients": changes(
        "torch.set_grad_enabled(False)", "whether PyTorch differentiates", ("torch",)
    ),
    # libraries
    "a clock that stands": changes("time.perf_counter = time.monotonic = lambda: 0.0"),
    "no sockets": changes("socket.socket = frightened"),
    "NumPy's conversions patched": Fault(
        "np.array = np.asarray = np.ascontiguousarray = frightened", "fail", "", lasts=True
    ),
    "NumPy's comparisons patched": changes("np.array_equal = np.allclose = lambda *a, **k: True"),
    "an import hook that raises": changes("sys.meta_path.insert(0, Floods())"),
}  # fmt: skip
"""By name; the names are sentences' ends: "at a row of five it makes ..."."""


@dataclass(frozen=True)
class Seen:
    """The records of a case of four, of five, and of four again."""

    before: list[Record]
    at: list[Record]
    after: list[Record]


def all_of_them() -> list[tuple[str, str]]:
    """Each fault with each of its frameworks."""
    return [(name, each) for name, fault in FAULTS.items() for each in fault.frameworks]


def seen(name: str, framework: str, folder: Path, worker: Worker) -> Seen:
    """What becomes of a fault."""
    fault = FAULTS[name]
    place = folder / f"{len(list(folder.iterdir()))}"
    place.mkdir()
    body = textwrap.indent(fault.body, " " * 8)
    source = SOURCE.format(head=textwrap.dedent(HEADS[framework]), body=body)
    (place / "kernel.py").write_text(source)
    target = Target(str(place / "kernel.py"), "softmax")
    subject = custom(worker, target, framework, "softmax", HANG if fault.hangs else PATIENT).subject
    task = Task(subject.info, Origin(Target("", "")), "ties", FORMATS["float32"])
    measuring = Measuring("quick", 0, [], Patience())  # type: ignore[arg-type]

    def case(length: int) -> list[Record]:
        parameters = {"maxima": length, "level": 0.0}
        return measuring.measure_case(
            task, subject, Case("ties", (2, length), parameters=parameters)
        )

    found = Seen(case(4), case(5), case(4))
    if fault.lasts:
        worker.stop()
    return found


def wrong_with(name: str, found: Seen) -> str:
    """What is not as the fault's line says; empty where all is."""
    fault = FAULTS[name]
    verdicts = {record.verdict for record in found.at}
    worst = next((v for v in ("crash", "timeout", "fail") if v in verdicts), "pass")
    said = " ".join(f"{record.message} {record.witness}" for record in found.at)
    if {record.verdict for record in found.before} != {"pass"}:
        return f"the case before: {found.before}"
    if worst != fault.verdict:
        return f"{worst} and not {fault.verdict}: {said[:400]}"
    if fault.words not in said:
        return f"no word of {fault.words!r}: {said[:400]}"
    if {record.verdict for record in found.after} != {"pass"} and not fault.lasts:
        return f"the case after: {[(r.verdict, r.message[:300]) for r in found.after]}"
    return ""


def opened() -> Worker:
    return Worker(WorkerSettings(threads=1))
