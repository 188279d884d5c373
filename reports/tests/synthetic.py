"""Results as a run would leave them, made up but shaped like the real ones.

Errors follow simple laws with a seeded scatter, so that pictures have the forms
that real frameworks give them and a test knows what a page must say.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any, Final

from softmark.records import Case, Grade, Header, Record, Verdict, dump_line

VARIANTS: Final = {
    "numpy": ("softmax", "softmax[naive]", "log_softmax", "smooth_max", "sigmoid"),
    "torch": ("softmax", "softmax[compile]", "softmax[scratch]", "logsumexp", "softargmax"),
    "tensorflow": ("softmax", "softmax[xla]", "log_softmax", "sigmoid"),
    "jax": ("softmax", "softmax[jit]", "logsumexp"),
    "keras": ("argmax[layer]", "softargmax[layer]"),
}
DIGITS: Final = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
FAMILIES: Final = ("normal", "uniform", "one_large", "wide", "digits")
LENGTHS: Final = (1, 10, 100, 1000, 4096, 65536, 1 << 20)
GAPS: Final = (0.5, 1.0, 4.0, 16.0, 40.0, 80.0)
BETAS: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
VERDICT: Final[dict[Grade, Verdict]] = {"A": "pass", "B": "pass", "C": "weak", "F": "fail"}


def write_results(
    folder: Path,
    *,
    records: int | None = None,
    run: str = "run-1",
    started: str = "2026-11-23T05:00:00Z",
    machine: str = "epyc-9b14-2",
    frameworks: Sequence[str] = tuple(VARIANTS),
    changed: Callable[[Record], Record] = lambda record: record,
) -> list[Path]:
    """One results file for each framework; ``records`` in all, or one of each kind.

    ``changed`` is what another release of the framework makes of each record.
    """
    paths = []
    for framework in frameworks:
        lines = [changed(record) for record in framework_records(framework)]
        if records is not None:
            share = records // len(frameworks)
            lines = [_reseeded(r, i) for i, r in enumerate(islice(cycle(lines), share))]
        path = folder / machine / f"{framework}-1.0" / f"{run}.jsonl"
        write_file(path, header(framework, run, started, machine), lines)
        paths.append(path)
    return paths


def write_file(path: Path, head: Header, records: list[Record]) -> None:
    """A finished results file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [dump_line("header", head.to_json())]
    lines += [dump_line("record", record.to_json()) for record in records]
    path.write_bytes(b"".join([*lines, dump_line("end", {})]))


def header(framework: str, run: str, started: str, machine: str) -> Header:
    return Header(
        framework=framework,
        run=run,
        started=started,
        settings={"profile": "quick", "seed": 0, "jobs": 1},
        environment={
            "machine": {"name": machine, "cpu": "AMD EPYC", "isa": ["avx2", "fma"], "cores": 2},
            "softmark": {"version": "0.1.0", "commit": "0123abcd"},
            "worker": {"versions": {framework: "1.0", "numpy": "2.4.0"}, "threads": 1},
        },
        specification=SPECIFICATION,
        implementations={
            f"{framework}.{name}": {"description": _description(framework, name)}
            for name in VARIANTS[framework]
        },
        skipped=[
            {"what": "cuda", "why": "there is no GPU here", "remedy": ""},
            {"what": "scipy", "why": "not installed", "remedy": "pip install scipy"},
        ],
    )


def _description(framework: str, name: str) -> str:
    """A library's own function has a name; numpy has no softmax."""
    is_formula = any(word in name for word in ("naive", "scratch", "layer"))
    if is_formula or (framework == "numpy" and name != "sigmoid"):
        return f"The {name} of {framework}."
    operation, _, variant = name.partition("[")
    way = f" under ``{variant.removesuffix(']')}``" if variant else ""
    return f"``{framework}.{operation}``{way}."


def script(record: Record, environment: Mapping[str, Any]) -> str:
    """What a command line would give: a script for what numpy computes, none for the others."""
    if not record.implementation.startswith("numpy."):
        return ""
    return f"import numpy as np\n\nx = np.array([0.0])  # {record.id}\n"


def framework_records(framework: str) -> Iterator[Record]:
    """The records of every implementation of a framework."""
    for variant in VARIANTS[framework]:
        name = f"{framework}.{variant}"
        for form in DIGITS:
            yield from _accuracy(name, form)
            yield from _limit(name, form)
            yield from _gradient(name, form)
            yield from _edges(name, form)
            yield from _times(name, form)
            yield from _policies(name, form)
            yield from _again(name, form)
            yield from _memory(name, form)
        if framework == "keras":
            yield _reach(name)


def record(name: str, check: str, form: str, case: Case, **values: Any) -> Record:
    """A record with the fields that a test does not care about filled in."""
    operation = name.partition(".")[2].partition("[")[0]
    defaults: dict[str, Any] = {
        "metric": "error", "value": 0.5, "unit": "ulp", "bound": None, "bound_source": "",
        "grade": "A", "verdict": "pass",
    }  # fmt: skip
    return Record(check, operation, name, form, "cpu", case, **(defaults | values))


def _accuracy(name: str, form: str) -> Iterator[Record]:
    for family, n in product(FAMILIES, LENGTHS):
        scatter = random.Random(f"{name}{form}{family}{n}").uniform(0.6, 1.0)
        error = scatter * _growth(name, n, DIGITS[form])
        bound = n / 2 + 2 + 8 * scatter
        grade = _grade(error, n, bound)
        yield record(
            name, "accuracy", form, Case(family, (max(1, 4096 // n), n)),
            value=error, bound=bound, bound_source="Blanchard, Higham, Higham 2021, Thm 4.3",
            grade=grade, verdict=VERDICT[grade], seconds=0.01,
            witness={"index": [0, n // 2], "got": "0x1.0p-3", "expected": "0x1.0p-3"},
            distribution={"p50": 0.25, "p99": 0.9 * min(error, 1e9), "count": 4096}
            | _fingerprint(name, f"{form}{family}{n}", error),
        )  # fmt: skip


def _fingerprint(name: str, case: str, error: float) -> dict[str, Any]:
    """Compiled code gives the bits of eager code, and nobody else's; one result is no number."""
    eager = re.sub(r"\[(compile|jit|xla)\]", "", name)
    some = random.Random(f"{eager}{case}")
    errors = [round(some.uniform(-1, 1) * min(error, 1e6), 4) for _ in range(16)]
    kept = [None, *errors[1:]] if math.isinf(error) else errors
    return {"digest": f"{some.getrandbits(64):016x}", "errors": kept}


def _growth(name: str, n: int, digits: int) -> float:
    """Naive overflows, scratch sums one by one, the others in blocks; 16 bits round once."""
    if "naive" in name and n > 1000:
        return math.inf
    if digits < 24:
        return 0.51
    return 0.8 + (n**0.5 / 3 if "scratch" in name else 0.15 * math.log2(n + 1))


def _grade(error: float, n: int, bound: float) -> Grade:
    if not error <= bound:
        return "F"
    return "A" if error <= 1 else "B" if error <= math.log2(n + 1) + 6 else "C"


def _limit(name: str, form: str) -> Iterator[Record]:
    for beta in BETAS:
        law = 9 * math.exp(-beta)
        exact = law / (1 + law)
        value = exact if exact > 2.0 ** -DIGITS[form] else 0.0
        yield record(
            name, "limit", form,
            Case("two_level", (1, 10), beta=beta, parameters={"gap": 1.0, "maxima": 1}),
            metric="distance to limit", value=value, unit="1", bound=law,
            distribution={"beta_gap": beta, "law": law, "exact": exact},
        )  # fmt: skip


def _gradient(name: str, form: str) -> Iterator[Record]:
    for gap in GAPS:
        error = 0.7 + (gap / 8 if "xla" in name else 0.02 * gap)
        yield record(
            name, "gradient", form, Case("saturation", (1, 8), parameters={"gap": gap}),
            metric="vjp error", value=error, bound=100.0, grade="B",
        )  # fmt: skip


def _edges(name: str, form: str) -> Iterator[Record]:
    if "naive" in name:
        yield record(
            name, "stability", form, Case("largest", (4, 16)), value=math.nan, bound=8.0,
            bound_source="Blanchard 2021", grade="F", verdict="fail",
            message="got nan, expected a number: the exponential overflows.",
            witness={"index": [0, 0], "x": ["0x1.fp+9", "0x1.0p+0"], "got": "nan"},
        )  # fmt: skip
    else:
        yield record(name, "stability", form, Case("largest", (4, 16)), bound=8.0)
    yield record(
        name, "ties", form, Case("ties", (1, 1000), parameters={"maxima": 3}), metric="row sum",
        value=0.25, unit="u",
    )  # fmt: skip
    if name == "torch.softargmax" and form == "bfloat16":
        yield record(
            name, "ties", form, Case("ties", (1, 1000)), metric="call", value=None, unit="",
            grade=None, verdict="crash", message="The worker died of signal 11.",
        )  # fmt: skip


def _times(name: str, form: str) -> Iterator[Record]:
    """Warm and cold, forward and backward; cold is half as fast, backward a third."""
    if name.startswith("keras"):
        return
    for n, (told, slower) in product(LENGTHS, TIMED.items()):
        share = 0.7 * n / (n + 3000.0) * (0.5 if form == "float64" else 1.0) / slower
        said = dict(zip(("mode", "inputs"), told, strict=True))
        usual = told == ("forward", "warm")
        if not usual and (form != "float32" or n < 1000):
            continue
        yield record(
            name, "throughput", form,
            Case("normal", (max(1, (1 << 20) // n), n),
                 parameters={} if usual else {"check": said}),
            metric="time", value=0.4 / share, unit="ns/element", grade=None,
            distribution=_timing(name, share),
        )  # fmt: skip


TIMED: Final = {("forward", "warm"): 1, ("forward", "cold"): 2, ("vjp", "warm"): 3}


def _timing(name: str, share: float) -> dict[str, Any]:
    """Block times that scatter by one in a hundred around those of the share of a copy."""
    some = random.Random(name)
    median = 430_000.0 * (2.0 if "scratch" in name else 1.0)
    samples = [median * some.uniform(0.99, 1.02) for _ in range(40)]
    return {
        "samples_ns": samples, "copy_ns": [60_000.0 + i for i in range(40)], "median": median,
        "p10": 0.992 * median, "p90": 1.02 * median, "gb_per_s": 12.0 * share,
        "copy_fraction": share, "threads": 1, "first_call_ns": 9e6,
    }  # fmt: skip


ANSWERS: Final = {
    "all masked": {"numpy": "NaN everywhere", "": "NaN everywhere", "tensorflow": "0 everywhere"},
    "one +inf": {"": "NaN in the row"},
    "n = 0": {"": "empty", "jax": "raises ValueError: zero-size array"},
    "integer input": {"": "float32", "torch": "raises RuntimeError", "numpy": "float64"},
}


def _policies(name: str, form: str) -> Iterator[Record]:
    framework = name.partition(".")[0]
    if form != "float32" or "softmax" not in name:
        return
    for situation, answers in ANSWERS.items():
        yield record(
            name, "special_values", form, Case("special", (2, 5), parameters={"what": situation}),
            metric=situation, value=None, unit="", grade=None, verdict="policy",
            distribution={"answer": answers.get(framework, answers[""])},
        )  # fmt: skip


def _again(name: str, form: str) -> Iterator[Record]:
    distances = {"run to run": 0.0, "batch": 0.0, "threads": 1.0 if "torch" in name else 0.0,
                 "layout": 3.0 if "jit" in name else 0.0}  # fmt: skip
    if name == "tensorflow.softmax" and form == "float16":
        distances["run to run"] = 7.0
    for way, distance in distances.items():
        verdict: Verdict = "pass" if not distance else "fail" if way == "run to run" else "weak"
        yield record(
            name, "reproducibility", form, Case("normal", (4, 100)), metric=way, value=distance,
            grade=None, verdict=verdict, bound=0.0, bound_source="the same computation",
        )  # fmt: skip


def _memory(name: str, form: str) -> Iterator[Record]:
    yield record(
        name, "memory", form, Case("normal", (4, 1 << 20)), metric="peak memory", value=2.5,
        unit="of input", grade=None,
        distribution={"first_call_bytes": 41943040, "steady_bytes": 41943040,
                      "input_bytes": 16777216, "output_bytes": 16777216, "method": "malloc"},
    )  # fmt: skip


def _reach(name: str) -> Record:
    stops = "argmax[layer]" in name and "soft" not in name
    norm = None if stops else 0.125
    return record(
        name, "gradient", "float32", Case("model", (1,)), metric="gradient reaches",
        value=0.0 if stops else 3.0, unit="layers", grade=None,
        distribution={"Embedding": norm, "LSTM": norm, "Dense": norm},
    )  # fmt: skip


def _reseeded(record: Record, seed: int) -> Record:
    case = record.case
    return Record(**{
        **{name: getattr(record, name) for name in record.__dataclass_fields__},
        "case": Case(case.family, case.shape, case.axis, case.beta, seed, case.parameters),
    })  # fmt: skip


SPECIFICATION: Final[dict[str, Any]] = {
    "checks": {
        "stability": {
            "title": "No overflow, whatever the logits",
            "text": "stability: No overflow, whatever the logits\n\nStatement\n---------\n"
            "Logits up to the largest finite number, any offset, any spread:\n``softmax(x)`` is "
            "finite and in range.\n\n    |y_i - p_i| <= (n + 4 + 2 β |x_i - x_max|) u p_i\n\n"
            "Bound\n-----\nThat of grade C.\n\nSource\n------\nBlanchard, Higham, Higham 2021.",
        },
        "ties": {"title": "k equal maxima share the mass", "text": "ties: k equal maxima"},
        "limit": {"title": "From softmax to argmax", "text": "limit: From softmax to argmax"},
        "gradient": {"title": "The derivative", "text": "gradient: The derivative"},
        "accuracy": {"title": "Error in ulp", "text": "accuracy: Error in ulp"},
        "throughput": {"title": "Time", "text": "throughput: Time"},
        "special_values": {"title": "NaN and masks", "text": "special_values: NaN and masks"},
        "reproducibility": {"title": "Same bits", "text": "reproducibility: Same bits"},
        "memory": {"title": "Extra memory", "text": "memory: Extra memory"},
    },
    "operations": {
        "softmax": {
            "title": "e^(β x_i) / Σ_j e^(β x_j)",
            "text": "softmax: e^(β x_i) / Σ_j e^(β x_j)\n\nDomain\n------\nAll of R^n.",
        }
    },
    "metrics": {"error": {"title": "Signed error in ulp.", "text": "error: Signed error in ulp."}},
    "inputs": {},
    "grades": "grades: How an error compares with theory.\n\nA\n-\nAt most 1 ulp.\n\nF\n-\nBeyond.",
}
