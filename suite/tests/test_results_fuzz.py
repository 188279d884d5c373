"""Whatever a function returns, each case ends in records that can be written and read again.

Values are fuzzed behind the border, where any bit pattern comes as a result, a derivative or a
series; kinds and shapes before it, with Python objects that a function may return.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from drawn import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from softmark import checks, operations, strict_json
from softmark.calling.digests import digest
from softmark.calling.series import digest_of
from softmark.calling.targets import Target
from softmark.formats import FORMATS, encode, round_to
from softmark.harness.measuring import Measuring
from softmark.harness.patience import Patience
from softmark.harness.planning import Task
from softmark.judging.scope import said
from softmark.records import Case, Record, dump_line
from softmark.subjects import Info
from softmark.subjects.wire import Message
from softmark.workers.encoded import EncodedSubject
from softmark.workers.in_process import InProcessSubject
from softmark.workers.worker_subject import Origin
from softmark_implementations.with_numpy import FRAMEWORK

FORMAT_NAMES = ("float64", "float32", "float16", "bfloat16")
CHECKS = tuple(name for name in checks.names() if name not in ("throughput", "memory", "sweep"))
"""A sweep calls thousands of times; it has a test of its own."""
SMALL = 4096
"""Logits of a case that is fuzzed."""

SPECIAL = (
    *(np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 1e300, -1e300, 1e-300),
    *(np.finfo(float).max, -np.finfo(float).max, 5e-324, -5e-324, 2.2e-308),
)


def info(operation: str) -> Info:
    labels = ("index", "probability") if operation == "cross_entropy" else ()
    return Info(
        f"numpy.{operation}[fuzzed]",
        "numpy",
        operation,
        "fuzzed",
        formats=FORMAT_NAMES,
        labels=labels,
        takes_beta=operations.load(operation).takes_number,
    )


@cache
def task(operation: str, check: str, format_name: str) -> Task:
    return Task(info(operation), Origin(Target("", "")), check, FORMATS[format_name])


@cache
def cases(operation: str, check: str, format_name: str) -> tuple[Case, ...]:
    scope = task(operation, check, format_name).scope("quick")
    if checks.applies(check, scope):
        return ()
    found = checks.load(check).cases(scope)
    return tuple(c for c in found if np.prod(c.shape) <= SMALL and "lengths" not in said(c))


class Kept:
    """Takes records, as lines that are read again."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def __contains__(self, record_id: str) -> bool:
        return False

    def write(self, record: Record) -> None:
        line = strict_json.parse(dump_line("record", record.to_json()))
        again = Record.from_json(line)
        assert again.id == record.id
        self.records.append(again)

    def done(self, task_id: str) -> None:
        pass


@dataclass
class Fuzzed(EncodedSubject):
    """Answers each request with values of a mixture, in the shape that is due."""

    info: Info
    mixture: Callable[[int], np.ndarray[Any, Any]]
    modified: bool

    def __post_init__(self) -> None:
        super().__init__(self.info)
        self._calls = 0

    threads = 1

    def with_threads(self, threads: int) -> Any:
        return self

    def uncompiled(self) -> Any:
        return self

    def ask(self, request: Message) -> Message:
        if request.header["verb"] == "several":
            return self._several(request)
        if request.header["verb"] == "modes":
            return Message({"modes": {}})
        header, arrays = request.header, request.arrays
        told = {
            "seconds": 0.0,
            "processor_seconds": 0.0,
            "note": "",
            "lasting": [],
            "arguments": {},
        }
        if not self.modified:
            told["arguments"] = {name: digest(bits) for name, bits in arrays.items()}
        if header["verb"] == "series":
            return Message(told | self._series(request), self._arrays)
        fmt = FORMATS.get(header.get("to", header["format"]), FORMATS["float64"])
        shape = arrays["x"].shape
        if header["verb"] in ("forward", "jvp"):
            shape = self.output_shape(shape, header["axis"])
        if header["verb"] == "vjp_beta":
            shape = ()
        if header["verb"] == "vjp_operand":
            shape = arrays["labels"].shape
        arrays = {"bits": self._bits(shape, fmt)}
        if header["verb"] == "train":
            told |= {"value": fmt.name, "refused": "", "cotangents": [], "values": []}
            arrays["value"] = self._bits(self.output_shape(shape, header["axis"]), fmt)
        return Message(told | {"format": fmt.name}, arrays)

    def _several(self, request: Message) -> Message:
        told, given = [], {}
        for number, header in enumerate(request.header["calls"]):
            asked = {name: request.arrays[f"{name}{number}"] for name in header["arrays"]}
            answer = self.ask(Message(header, asked))
            told.append(answer.header)
            given[f"bits{number}"] = answer.arrays["bits"]
        rest = {"left": 0, "note": "", "seconds": 0.0, "processor_seconds": 0.0, "lasting": []}
        return Message({"answers": told} | rest, given)

    def _bits(self, shape: tuple[int, ...], fmt: Any) -> Any:
        self._calls += 1
        values = self.mixture(self._calls)
        filled = np.resize(values, int(np.prod(shape))).reshape(shape)
        return encode(round_to(filled, fmt), fmt)

    def _series(self, request: Message) -> dict[str, Any]:
        header = request.header
        fmt = FORMATS[header["format"]]
        number, given = 0, []
        self._arrays: dict[str, Any] = {}
        for caller in header["callers"]:
            places = []
            for place in caller:
                x = request.arrays[f"x{place}"]
                whole = f"g{place}" in request.arrays
                axis = header["inputs"][place]["axis"]
                shape = x.shape if whole else self.output_shape(x.shape, axis)
                if header["inputs"][place]["may_raise"]:
                    places.append("")
                    continue
                self._arrays[f"bits{number}"] = self._bits(shape, fmt)
                places.append(digest_of(self._arrays[f"bits{number}"], fmt.name))
                number += 1
            given.append(places)
        return {
            "given": given,
            "kept": given,
            "arguments": [],
            "formats": [fmt.name] * number,
        }


def measured(operation: str, check: str, format_name: str, number: int, subject: Any) -> Any:
    """Records of one case, written; ``None`` where the check has none."""
    found = cases(operation, check, format_name)
    if not found:
        return None
    case = found[number % len(found)]
    kept = Kept()
    one = task(operation, check, format_name)
    measuring = Measuring("quick", 0, kept, Patience())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for record in measuring.measure_case(one, subject, case):
            kept.write(record)
    return kept.records


QUIET = settings(
    max_examples=examples(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.hypothesis
@pytest.mark.parametrize("operation", operations.names())
def test_any_values_become_records(operation: str) -> None:
    @QUIET
    @given(
        check=st.sampled_from(CHECKS),
        format_name=st.sampled_from(FORMAT_NAMES),
        number=st.integers(0, 200),
        values=st.lists(st.sampled_from(SPECIAL), min_size=1, max_size=6),
        changing=st.booleans(),
        modified=st.booleans(),
    )
    def fuzz(
        check: str, format_name: str, number: int, values: Any, changing: bool, modified: bool
    ) -> None:
        array = np.array(values)
        subject = Fuzzed(
            info(operation), lambda call: np.roll(array, call if changing else 0), modified
        )
        measured(operation, check, format_name, number, subject)

    fuzz()


@pytest.mark.parametrize("values", [(np.nan,), (np.inf, 0.5), (0.0, 1e300, -np.inf)])
def test_any_values_in_a_sweep_become_records(values: tuple[float, ...]) -> None:
    array = np.array(values)
    subject = Fuzzed(info("softmax"), lambda call: np.roll(array, call), False)
    found = measured("softmax", "sweep", "float16", 4, subject)
    assert [record.verdict for record in found] == ["fail"]


def things(right: Any) -> list[Any]:
    """What a function may return in place of an array of the right kind, shape and type."""
    shape = right.shape
    return [
        *(None, 0.5, 3, True, 1j, "0.5", b"1", "\ud800", object(), type, len, ..., NotImplemented),
        *(
            [],
            {},
            (),
            {1, 2},
            [0.5],
            [[1.0], [2.0, 3.0]],
            (right, right),
            {"a": right},
            iter([1.0]),
        ),
        *(right.tolist(), memoryview(np.ascontiguousarray(right)), range(3), slice(3)),
        *(np.float64(0.5), np.float32("nan"), np.array(0.5), np.array(None), np.array("x")),
        *(right.astype(kind) for kind in ("c16", "O", "?", "i1", "u8", "U9", "S9", "m8[s]")),
        *(right.astype(">f8"), right.astype(np.longdouble), right.view(np.recarray)),
        *(np.ma.masked_array(right, right > 0), np.zeros(shape, "f8,i4"), np.zeros(shape, "V3")),
        *(right[..., None], right[None], right[..., :-1], right.reshape(-1), right[:0], right.T),
        *(np.zeros(()), np.zeros(0), np.zeros((0, 3)), np.zeros((1,) * 33), np.zeros((2**10, 3))),
        *(np.broadcast_to(0.5, shape), np.full(shape, np.nan), right[::-1], np.zeros((1, 2**20))),
    ]


KINDS = len(things(np.ones((2, 3))))


@pytest.mark.hypothesis
@pytest.mark.parametrize("operation", operations.names())
def test_any_kind_of_object_becomes_a_record(operation: str) -> None:
    @QUIET
    @given(
        check=st.sampled_from(CHECKS),
        format_name=st.sampled_from(FORMAT_NAMES[:3]),
        number=st.integers(0, 200),
        kind=st.integers(0, KINDS - 1),
    )
    def fuzz(check: str, format_name: str, number: int, kind: int) -> None:
        def returns(x: Any, *others: Any, axis: int = -1, beta: float = 1.0) -> Any:
            return things(x)[kind]

        subject = InProcessSubject(returns, info(operation), FRAMEWORK, vjp=returns)
        measured(operation, check, format_name, number, subject)

    fuzz()
