"""Two results of one input beside each other, as lines of a script: for the check reproducibility.

The script solves the case's problem in both ways that the record compares: twice,
in two batches, with two numbers of threads, along two axes, and so on.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any, Final

from softmark.operations import load
from softmark.records import Record
from softmark.reproduction.dialects import Dialect
from softmark.reproduction.given import Given
from softmark.reproduction.safe import one_of, quoted, whole, wholes

FORK: Final = """
# The number of threads is fixed before the framework is imported: one process for each number.
threads = {first} if os.fork() else {second}
if threads == {first}:
    os.wait()
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(threads)
os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
"""

RESULT: Final = """
def {name}(values{others}, axis=-1, arranged=lambda x: x):
    x = arranged({array})
{arrays}
    def f(x):
        return {call}

{got}
    return got
"""

PLAIN: Final = """
def plain(got):
    return np.array({plain}, dtype=float)


def same(first, second):
    return ((first == second) | (np.isnan(first) & np.isnan(second))).all()
"""

AGAIN: Final = """
first = plain(result(values{others}))
for call in range(100):
    second = plain(result(values{others}))
    if not same(first, second):
        break
"""

AFTER: Final = """
half = len(values) // 2
calls = {{
    "other logits": lambda: result(-values{others}),
    "NaN": lambda: result(np.full_like(values, np.nan){others}),
    "a larger input": lambda: result({twice}),
    "a smaller input": lambda: result({halved}),
    "a call that raises": lambda: result(values{others}, axis=values.ndim),
}}
again = lambda: result(values{others})
kept = again()
first = second = plain(kept)
for name, call in calls.items():
    try:
        call()
    except Exception as error:
        print(name, "raises", type(error).__name__)
    for what, now in ("the result that was kept", lambda: kept), ("a new result", again):
        if not same(first, got := plain(now())):
            print("after", name, "another is", what)
            second = got
"""

AT_ONCE: Final = """
def calls(values):
    return [result(values{others}) for call in range(30)]


first = second = plain(result(values{others}))
with ThreadPoolExecutor(2) as pool:
    beside = [pool.submit(calls, logits) for logits in (values, -values)]
    for got in beside[0].result():
        if not same(first, plain(got)):
            second = plain(got)
"""

BOTH: Final = """
first = {first}
second = {second}
"""

SHOWN: Final = """
print((~((first == second) | np.isnan(first))).sum(), "of", first.size, "results are different")
for words, got in (({first}, first), ({second}, second)):
    print(words, float(got[{index}]), float(got[{index}]).hex())
sys.exit(int(not same(first, second)))
"""


def applies(record: Record) -> bool:
    """Whether the record compares two results of one input."""
    return "first way" in record.witness


def before(record: Record) -> tuple[list[str], list[str]]:
    """Imports, and lines that come before a framework is imported."""
    if record.metric == "concurrent calls":
        return ["from concurrent.futures import ThreadPoolExecutor"], []
    if record.metric != "threads":
        return [], []
    first, second = (whole(way["threads"]) for way in _ways(record))
    return ["import os"], [FORK.format(first=first, second=second)]


def lines(
    record: Record, given: Given, dialect: Dialect, call: str, eager: str, derivative: str
) -> str:
    """Lines that follow the function and the inputs.

    Parameters
    ----------
    call:
        The call of the function, of ``x``, ``axis`` and the other arguments.
    eager:
        The same of the function that it is the compiled form of, if there is one.
    derivative:
        Lines that set ``got`` to the gradient of ``f`` along ``g``; empty for a forward result.
    """
    parts = [_result("result", call, record, given, dialect, derivative)]
    if record.metric == "compiled":
        parts.append(_result("eager", eager, record, given, dialect, derivative))
    parts.append(PLAIN.format(plain=dialect.plain.format(array="got")))
    parts.append(_both(record, given, dialect))
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n" + _shown(record)


def _ways(record: Record) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    witness: Mapping[str, Any] = record.witness
    return witness["first way"], witness["second way"]


def _result(
    name: str, call: str, record: Record, given: Given, dialect: Dialect, derivative: str
) -> str:
    """A function of NumPy arrays that gives the framework's result."""

    def made(array: str, is_integer: bool) -> str:
        template = dialect.integers if is_integer else dialect.array
        return template.format(values=array, format=record.format)

    arrays = [f"{key} = {made(key, whole)}" for key, whole in given.others.items()]
    return RESULT.format(
        name=name,
        others=_others(given),
        array=made("values", False),
        arrays="".join(f"    {line}\n" for line in arrays),
        call=call,
        got=textwrap.indent(derivative or "got = f(x)", "    "),
    )


def _others(given: Given) -> str:
    """The arguments after the logits."""
    return "".join(f", {name}" for name in given.others)


def _both(record: Record, given: Given, dialect: Dialect) -> str:
    """Lines that set ``first`` and ``second``."""
    others = _others(given)
    match record.metric:
        case "run to run":
            return AGAIN.format(others=others)
        case "after other calls":
            twice = _each(given, lambda name: f"np.concatenate([{name}, {name}])")
            return AFTER.format(
                others=others, twice=twice, halved=_each(given, lambda name: f"{name}[:half]")
            )
        case "concurrent calls":
            return AT_ONCE.format(others=others)
        case "threads":
            return f"first = second = plain(result(values{others}))"
        case "layout":
            layout = one_of(_ways(record)[1]["layout"], dialect.layouts)
            body = textwrap.indent(f"{dialect.layouts[layout]}\nreturn x", "    ")
            name = layout.replace("-", "_")
            arranged = f"def {name}(x):\n{body}\n\n\n"
            second = f"result(values{others}, arranged={name})"
            return arranged + _two(f"result(values{others})", second)
        case "compiled":
            return _two(f"eager(values{others})", f"result(values{others})")
        case "batch":
            start, stop = wholes(_ways(record)[1]["rows"])
            part = _each(given, lambda name: f"{name}[{start}:{stop}]")
            whole = f"plain(result(values{others}))[{start}:{stop}]"
            return BOTH.format(first=whole, second=f"plain(result({part}))")
        case _:
            second = _along(record, given)
            return BOTH.format(first=f"plain(result(values{others}))", second=second)


def _two(first: str, second: str) -> str:
    return BOTH.format(first=f"plain({first})", second=f"plain({second})")


def _each(given: Given, change: Callable[[str], str]) -> str:
    """All arguments, each of them changed."""
    return ", ".join(change(name) for name in ("values", *given.others))


def _along(record: Record, given: Given) -> str:
    """The rows arranged along another axis, and the result arranged back."""
    way, n = _ways(record)[1], record.case.shape[-1]
    axis, rows = whole(way["axis"]), wholes(way["rows"])
    reduces = load(record.operation).output_shape((1, 1), -1) == (1,)

    def moved(name: str) -> str:
        if name == "g" and reduces:
            return f"g.reshape({rows})"
        return f"np.moveaxis({name}.reshape({(*rows, n)}), -1, {axis}).copy()"

    got = f"plain(result({_each(given, moved)}, axis={axis}))"
    if reduces and not given.others:
        return f"{got}.reshape(first.shape)"
    return f"np.moveaxis({got}, {axis}, -1).reshape(first.shape)"


def _shown(record: Record) -> str:
    """Lines that print both results at the element that the record names."""
    one, other = _ways(record)
    index = wholes(record.witness["index"])
    if record.metric == "threads":
        return f'print(threads, "threads", float(first[{index}]), float(first[{index}]).hex())'
    if record.metric == "batch":
        index = index[0] - wholes(other["rows"])[0], *index[1:]
    first, second = quoted(one["words"]), quoted(other["words"])
    return SHOWN.format(first=first, second=second, index=index).strip()
