"""Sweeps meet every length and place, call nothing outside a contract, and show the simplest."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import mutants.opened as opened
import mutants.swept as wrong
import numpy as np
import pytest
import torch
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import Control
from mutants.measuring import scope_of

from softmark import inputs, operations
from softmark.checks import Measurement, Scope, sweep
from softmark.checks.sweep import covering, drawing, showing, sweeping
from softmark.checks.sweep import grid as points
from softmark.checks.sweep.grid import SWEEPS
from softmark.checks.sweep.scoring import estimated, scores
from softmark.contracts import Contract
from softmark.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, Format, decode
from softmark.judging.scope import said
from softmark.operations import Problem
from softmark.records import Case, Record
from softmark.reproduction import script
from softmark.reproduction.code import Code
from softmark.subjects import Call, Crashed, Info, Output, Raised
from softmark.subjects.wire import Message
from softmark.workers.in_process import InProcessSubject
from softmark_implementations import with_torch
from softmark_implementations.framework import LAYOUTS, NotOffered
from softmark_implementations.with_numpy import FRAMEWORK, NumPyFramework

INFO = Info("numpy.softmax", "numpy", "softmax", formats=("float32",), gradient=False)


def scope(profile: Any = "quick", info: Info = INFO, fmt: Format = FLOAT32) -> Scope:
    return Scope(info, operations.load("softmax"), fmt, profile)


@pytest.mark.parametrize("fmt", [FLOAT32, FLOAT16])
@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("mode", ["", "vjp", "jvp"])
def test_a_sweep_is_known_to_have_points_without_drawing_them(
    fmt: Format, compiled: bool, mode: str
) -> None:
    given = scope(fmt=fmt)
    given = replace(given, info=replace(INFO, compiled=compiled), formats=("float32", "float16"))
    for about in SWEEPS:
        case = given.case("normal", 100, 100, check={"about": about, "mode": mode})
        drawn = any(True for _ in points.points(case, given))
        assert points.has_points(case, given) == drawn, about


def points_of(about: str, given: Scope, seed: int = 0) -> list[Case]:
    found = [
        case for case in sweep.cases(replace(given, seed=seed)) if said(case)["about"] == about
    ]
    return [point for case in found for point in points.points(case, given)]


def lengths_of(profile: str) -> set[int]:
    return {case.shape[case.axis] for case in points_of("lengths", scope(profile))}


def test_the_standard_profile_has_every_length_to_4224_and_the_quick_one_to_530() -> None:
    assert {*range(1, 531)} <= lengths_of("quick")
    assert {*range(1, 4225)} <= lengths_of("standard")
    assert 2**20 < max(lengths_of("quick")) < 2**20 + 2**16


def test_the_standard_profile_has_an_odd_index_that_no_float32_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(points, "memory", lambda: 2**34)
    of_quick, of_standard = (points_of("rows", scope(profile)) for profile in ("quick", "standard"))
    (large,) = (case for case in of_standard if np.prod(case.shape) > 2**24)
    assert max(np.prod(case.shape) for case in of_quick) < 2**24
    x = inputs.logits(large, FLOAT32).astype(np.float32)
    rounded = opened.rows_addressed_in_float32(x)
    right = opened._softmax(x)

    assert (rounded[: 2**24 // 3] == right[: 2**24 // 3]).all()
    assert (rounded != right).any()
    monkeypatch.setattr(points, "memory", lambda: 2**32)
    assert max(np.prod(case.shape) for case in points_of("rows", scope("standard"))) < 2**24


@pytest.mark.parametrize("shares", ["usual", "loose", "tiny"])
def test_probabilities_are_those_of_their_kind(shares: str) -> None:
    info = replace(INFO, operation="cross_entropy", labels=("index", "probability"))
    given = Scope(info, operations.load("cross_entropy"), FLOAT32)
    cases = [c for c in points_of("labels", given) if said(c).get("shares") == shares]
    sums = np.concatenate(
        [inputs.class_probabilities(case, FLOAT32).sum(-1).reshape(-1) for case in cases]
    )

    assert max(case.shape[-1] for case in cases) > 2048
    assert (sums == 1).all() == (shares == "usual")
    assert (sums < 1e-20).any() == (shares == "tiny")
    assert (sums > 1.4).any() == (shares == "loose")


def test_the_maximum_is_at_each_place_of_the_rows() -> None:
    seen: dict[int, set[int]] = {}
    for case in points_of("places", scope()):
        x = inputs.logits(case, FLOAT32)
        seen.setdefault(x.shape[-1], set()).update(map(int, x.argmax(-1)))
    assert all(seen[n] == {*range(n)} for n in (1, *range(3, 66), 1030))


ALL = ("float64", "float32", "float16", "bfloat16")


def _plain(case: Case) -> str:
    """The case without the way in which it is called."""
    return str(replace(case, parameters={**case.parameters, "check": {}}).to_json())


@pytest.mark.parametrize("about", ["lengths", "rows", "masks", "climbs"])
def test_other_formats_share_the_points_of_a_sweep_in_the_quick_profile(about: str) -> None:
    info = replace(INFO, formats=ALL)
    shared = [points_of(about, scope(info=info, fmt=fmt)) for fmt in (FLOAT64, FLOAT16, BFLOAT16)]
    (case,) = {
        str(case.to_json()): case
        for case in sweep.cases(scope(info=info))
        if said(case)["about"] == about
    }.values()
    whole = {_plain(one) for one in SWEEPS[about](case, scope(info=info, fmt=FLOAT16))}
    if about == "climbs":  # whose gaps depend on no format
        assert {_plain(one) for each in shared for one in each} == whole
    assert len(whole) <= sum(map(len, shared)) <= len(whole) + 3
    alone = replace(info, formats=("float16",))
    assert len(points_of(about, scope(info=alone, fmt=FLOAT16))) > 2 * len(shared[1])


@pytest.mark.parametrize("fmt", [FLOAT16, BFLOAT16], ids=lambda f: f.name)
def test_every_exponent_of_a_16_bit_format_is_met(fmt: Format) -> None:
    met = np.concatenate(
        [
            inputs.logits(case, fmt)[:, -1]
            for case in points_of("exponents", scope(info=replace(INFO, formats=ALL), fmt=fmt))
        ]
    )
    every = decode(np.arange(2**16, dtype=np.uint16), fmt)
    assert {*met.tolist()} == {*every[np.isfinite(every)].tolist()}


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 2**31), st.lists(st.integers(2, 6), min_size=2, max_size=5))
def test_the_draws_cover_each_pair_of_values_of_two_dimensions(seed: int, sizes: list[int]) -> None:
    dimensions = {str(place): range(size) for place, size in enumerate(sizes)}
    drawn = list(covering.covered(dimensions, np.random.default_rng(seed)))
    for a in range(len(sizes)):
        for b in range(a):
            pairs = {(one[str(a)], one[str(b)]) for one in drawn}
            assert len(pairs) == sizes[a] * sizes[b]


def test_triples_that_are_asked_for_occur_too() -> None:
    dimensions = {name: range(4) for name in "abcd"}
    rng = np.random.default_rng(0)
    drawn = list(covering.covered(dimensions, rng, triples=[("b", "c", "d")]))
    assert len({(d["b"], d["c"], d["d"]) for d in drawn}) == 64
    assert len(drawn) < 96
    assert len({(d["a"], d["b"], d["c"]) for d in drawn}) < 64


def test_the_standard_profile_has_each_mode_at_each_axis_of_each_number_of_axes() -> None:
    cases = drawn(INFO, "softmax", "")
    met = {(len(c.shape), c.axis % len(c.shape), said(c).get("within", 0)) for c in cases}
    assert met == {
        (rank, axis, mode)
        for rank in range(1, 7)
        for axis in range(rank)
        for mode in range(drawing.MODES)
    }
    layouts = {(len(c.shape), c.axis % len(c.shape), said(c).get("layout")) for c in cases}
    assert {(3, axis, "permuted") for axis in range(3)} <= layouts


def test_labels_stand_at_both_sides_of_the_ends_of_chunks() -> None:
    info = replace(INFO, operation="cross_entropy", labels=("index",))
    given = Scope(info, operations.load("cross_entropy"), FLOAT32)
    cases = [c for c in points_of("labels", given) if said(c).get("edges")]
    labels = np.concatenate([inputs.labels_of(c, "index", FLOAT32).reshape(-1) for c in cases])
    assert {*(labels % 64).tolist()} >= {63, 0, 1}
    assert ((labels % 4096 == 4095) & (labels < 33000 - 1)).any()


def test_what_compiles_by_shape_has_each_cotangent_at_one_shape() -> None:
    costly = replace(INFO, framework="jax", gradient=True, costly="shapes")
    cases = drawn(costly, "softmax", "vjp", "quick")
    sizes = {said(c).get("cotangent", "usual") for c in cases if c.shape == (64, 10)}
    assert sizes >= {"usual", "ones", 1e-10, 1e4, "gaps", "nan"}


def test_some_points_of_a_sweep_are_called_in_another_way() -> None:
    cases = points_of("lengths", scope())
    layouts = [said(case).get("layout") for case in cases]
    assert 0.1 < sum(layout is not None for layout in layouts) / len(cases) < 0.3
    assert {*layouts} >= {"strided", "rows-reversed", "transposed", "foreign"}
    modes = [said(case).get("within") for case in cases]
    assert 0.05 < sum(mode is not None for mode in modes) / len(cases) < 0.15


def test_pairs_that_clash_are_left_out_and_all_others_occur() -> None:
    dimensions = {name: range(4) for name in "abc"}

    def clash(one: str, value: int, other: str, another: int) -> bool:
        return one == "a" and other == "b" and value == another

    drawn = list(covering.covered(dimensions, np.random.default_rng(0), clash, [("b", "c")], 40))
    assert len(drawn) >= 40
    assert {(d["a"], d["b"]) for d in drawn} == {
        (i, j) for i in range(4) for j in range(4) if i != j
    }
    assert {(d["b"], d["c"]) for d in drawn[:16]} == {(i, j) for i in range(4) for j in range(4)}


def drawn(
    info: Info, operation: str, mode: str, profile: Any = "standard", fmt: Format = FLOAT32
) -> list[Case]:
    given = Scope(info, operations.load(operation), fmt, profile)
    told = {"about": "draws"} | ({"mode": mode} if mode else {})
    return list(points.points(given.case("normal", 40, 100, check=dict(told)), given))


def pairs(cases: list[Case], one: str, other: str) -> set[tuple[Any, Any]]:
    return {(said(c).get(one, "usual"), said(c).get(other, "usual")) for c in cases}


LOSS = replace(INFO, operation="cross_entropy", labels=("index",), axes="last")


@pytest.mark.parametrize("kind", ["strided", "transposed", "reversed", "rows-reversed", "spaced"])
def test_labels_of_each_type_lie_in_each_way(kind: str) -> None:
    cases = drawn(LOSS, "cross_entropy", "")
    types = {*drawing.LABEL_TYPES[1:], "usual"}
    assert {(kind, one) for one in types} <= pairs(cases, "label layout", "label type")


def test_quick_has_each_layout_at_each_number_of_axes_that_can_have_it() -> None:
    cases = drawn(INFO, "softmax", "", "quick")
    met = {(len(c.shape), said(c).get("layout", "contiguous")) for c in cases}
    due = {
        (rank, layout)
        for rank in range(1, 7)
        for layout in LAYOUTS
        if drawing.AXES_OF.get(layout, 1) <= rank and (layout != "channels-last" or rank == 4)
    }
    assert met == due


def test_a_gradient_is_asked_for_after_each_step_with_each_cotangent() -> None:
    cases = drawn(replace(INFO, gradient=True), "softmax", "vjp")
    sizes = {"usual", "ones", 1e-10, 1e4, "gaps", "nan"}
    assert {(step, size) for step in ("usual", "again", "logits", "result") for size in sizes} == (
        pairs(cases, "step", "cotangent")
    )


@pytest.mark.parametrize("mode", ["jvp", "hvp"])
def test_products_that_leave_float16_are_asked_for_in_wider_formats_alone(mode: str) -> None:
    def sizes(fmt: Format) -> set[Any]:
        cases = drawn(replace(INFO, gradient=True), "softmax", mode, fmt=fmt)
        return {said(case).get(name) for case in cases for name in ("cotangent", "tangent")}

    assert 1e4 in sizes(FLOAT32)
    assert 1e4 not in sizes(FLOAT16)


def test_a_nan_of_a_cotangent_is_that_of_one_row() -> None:
    case = scope().case("normal", 5, 7, check={"mode": "vjp", "cotangent": "nan"})
    rows = np.isnan(inputs.direction(case, (5, 7), FLOAT32, "cotangent")).any(axis=1)
    assert rows.sum() == 1


def test_labels_are_those_that_their_type_holds_and_some_are_the_last_of_these() -> None:
    info = replace(LOSS, formats=("float32",))
    given = Scope(info, operations.load("cross_entropy"), FLOAT32)
    told: dict[str, Any] = {"labels": "index", "label type": "uint8", "high": True}
    for n, most in ((300, 255), (100, 99)):
        labels = inputs.labels_of(given.case("normal", 64, n, check=told), "index", FLOAT32)
        assert most - 20 < labels.max() <= most


def test_another_seed_draws_other_cases() -> None:
    one, other = (
        {str(case.to_json() | {"seed": 0}) for case in points_of("draws", scope(), seed)}
        for seed in (0, 1)
    )
    assert len(one & other) < len(one) / 10


CONTRACTS = (
    Contract(ranks=(1,), axes="last", most=100),
    Contract(ranks=(2,), axes="last", multiple=8),
    Contract(ranks=(2, 3), most=100, layouts=("contiguous", "strided")),
    Contract(powers=True, nonfinite=()),
)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: ",".join(c.statements()))
def test_nothing_outside_the_contract_is_called(contract: Contract) -> None:
    taken = {name: getattr(contract, name) for name in contract.__dataclass_fields__}
    info = replace(INFO, **taken | {"formats": ("float32",), "gradient": False})
    shapes: set[tuple[int, ...]] = set()

    def softmax(x: Any, axis: int = -1) -> Any:
        shapes.add((*x.shape, x.shape[axis]))
        assert contract.layouts == () or x.flags.writeable
        assert contract.nonfinite or np.isfinite(x).all()
        with np.errstate(all="ignore"):
            e = np.exp(x - x.max(axis=axis, keepdims=True))
            return e / e.sum(axis=axis, keepdims=True)

    subject = InProcessSubject(softmax, info, FRAMEWORK)
    for case in sweep.cases(scope(info=info)):
        for found in sweep.measure(subject, case, scope(info=info)):
            assert found.verdict != "fail", found.message
    assert shapes
    assert all(contract.takes_length(shape[-1]) for shape in shapes)
    assert all(contract.takes_rank(len(shape) - 1) for shape in shapes)


def found_in(function: Any, lengths: range) -> list[Measurement]:
    """What a sweep of rows of these lengths alone fails."""
    cases = [scope().case("swept", 2, n) for n in lengths]
    subject = InProcessSubject(function, INFO, FRAMEWORK)
    return [m for m in sweeping.swept(subject, cases, scope()) if m.verdict == "fail"]


def test_a_witness_is_the_simplest_case_that_fails() -> None:
    (found, *_) = found_in(wrong.rolled_where_there_are_77, range(60, 90))
    case = Case.from_json(found.witness["case"])
    assert case.shape == (1, 77)
    assert "shape (1, 77)" in found.message


def test_the_script_of_a_sweep_shows_the_number_of_its_witness(tmp_path: Path) -> None:
    kernel = tmp_path / "kernel.py"
    kernel.write_text(
        "import numpy as np\n\n\ndef softmax(x, axis=-1):\n"
        "    e = np.exp(x - x.max(axis=axis, keepdims=True))\n"
        "    p = e / e.sum(axis=axis, keepdims=True)\n"
        "    return p * np.float32(1.5 if x.shape[axis] == 77 else 1)\n"
    )
    space: dict[str, Any] = {}
    exec(kernel.read_text(), space)
    (found, *_) = found_in(space["softmax"], range(70, 80))
    sweep_case = next(case for case in sweep.cases(scope()) if said(case)["about"] == "lengths")
    record = Record(
        check="sweep", operation="softmax", implementation="numpy.softmax", format="float32",
        device="cpu", case=sweep_case, metric=found.metric, value=found.value, unit=found.unit,
        bound=found.bound, bound_source="", grade=found.grade, verdict=found.verdict,
        witness=found.witness, message=found.message,
    )  # fmt: skip
    text = script(record, Code(kernel, "kernel", "softmax", copied=False))
    shown = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=False
    )
    assert found.witness["got"] in shown.stdout, shown.stderr


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(1, 70), st.integers(0, 2**31))
def test_a_single_wrong_element_is_the_worst_of_all_points(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases = [scope().case("normal", 3, length) for length in range(1, 71)]
    hit = int(rng.integers(3)), int(rng.integers(n))

    def softmax(x: Any, axis: int = -1) -> Any:
        p = wrong._shifted(x, axis)
        if x.shape[-1] == n:
            p[hit] *= np.float32(1.001)
        return p

    found = sweeping.called(InProcessSubject(softmax, INFO, FRAMEWORK), cases, scope())
    assert int(np.argmax(scores(found.points, scope()))) == n - 1


def test_only_rows_without_an_estimate_are_asked_of_the_oracle(monkeypatch: Any) -> None:
    derivative = operations.load("kl_divergence").vjp
    assert derivative is not None
    rng = np.random.default_rng(0)
    problem = Problem(rng.normal(size=(4, 5)), labels=rng.normal(size=(4, 5)))
    g = np.array([1.0, np.nan, 2.0, -1.0])
    exact, asked = derivative.reference(problem, g).value, list[int]()

    def counted(part: Problem, along: Any) -> Any:
        asked.append(len(part.x))
        return derivative.reference(part, along)

    found = estimated(replace(derivative, reference=counted), problem, [g])

    assert asked == [1]
    np.testing.assert_allclose(found, exact, rtol=1e-12)


def test_several_calls_answer_as_each_alone_and_a_fault_stops_no_other() -> None:
    def softmax(x: Any, axis: int = -1) -> Any:
        if x.shape[-1] == 3:
            raise ArithmeticError("three")
        return wrong._shifted(x, axis)

    subject = InProcessSubject(softmax, INFO, FRAMEWORK)
    arrays = [np.arange(2.0 * n).reshape(2, n) for n in (2, 3, 4)]
    one, fault, other = subject.several([Call(x) for x in arrays], FLOAT32)
    assert isinstance(fault, Raised)
    assert "three" in fault.message
    for x, output in ((arrays[0], one), (arrays[2], other)):
        assert isinstance(output, Output)
        np.testing.assert_array_equal(output.values, subject.forward(Call(x), FLOAT32).values)


class Fragile(InProcessSubject):
    """A subject whose process a row of 613 ends."""

    def ask(self, request: Message) -> Message:
        if any(array.shape[-1] == 613 for array in request.arrays.values()):
            raise Crashed("its process ended", "SIGSEGV")
        return super().ask(request)


def test_a_crash_among_many_calls_is_that_of_the_one_that_crashes_alone() -> None:
    cases = [scope().case("swept", 2, n) for n in range(600, 620)]
    found = list(sweeping.swept(Fragile(wrong._shifted, INFO, FRAMEWORK), cases, scope()))
    assert [m.metric for m in found if m.verdict == "crash"] == ["call"]
    assert Case.from_json(found[0].witness["case"]).shape == (2, 613)


def test_calls_that_take_long_are_asked_for_in_several_messages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject = InProcessSubject(wrong._shifted, INFO, FRAMEWORK)
    calls = [Call(np.arange(2.0 * n).reshape(2, n)) for n in range(1, 9)]
    at_once = subject.several(calls, FLOAT32)
    monkeypatch.setattr("softmark.calling.caller.IN_A_WHILE", -1.0)
    for one, other in zip(at_once, subject.several(calls, FLOAT32), strict=True):
        assert isinstance(one, Output)
        assert isinstance(other, Output)
        np.testing.assert_array_equal(one.values, other.values)


class Choosing(NumPyFramework):
    """A framework that chooses how its arrays lie."""

    def arranged(self, array: Any, layout: str) -> Any:
        if layout != "contiguous":
            raise NotOffered("all are contiguous")
        return array


def test_what_a_framework_cannot_lay_out_is_called_with_plain_arrays() -> None:
    cases = points_of("draws", scope())
    subject = InProcessSubject(wrong._shifted, INFO, Choosing())
    found = sweeping.called(subject, cases, scope())
    assert found.faults == []
    assert len(found.points) == len(cases)


def test_a_slow_function_is_asked_about_cases_of_each_kind_and_the_record_says_how_many_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def softmax(x: Any, axis: int = -1) -> Any:
        asked.append(x.shape[axis])
        return wrong._shifted(x, axis)

    monkeypatch.setattr("softmark.calling.caller.IN_A_WHILE", -1.0)  # each call is a message
    monkeypatch.setattr(sweeping, "PATIENCE", (1e-9, 1e-9, 1e-9))
    monkeypatch.setattr(sweeping, "TOGETHER", 16)
    cases = [scope().case("swept", 2, n) for n in range(3, 403)]
    seen = set()
    for seed in range(8):
        asked.clear()
        given = replace(scope(), seed=seed)
        (found,) = sweeping.swept(InProcessSubject(softmax, INFO, FRAMEWORK), cases, given)
        assert found.distribution["points"] + found.distribution["left out"] == len(cases)
        assert found.distribution["points"] == len(asked) < len(cases)
        seen |= {n > 202 for n in asked}
    assert seen == {False, True}


def test_a_large_call_that_would_take_too_long_is_left_out(monkeypatch: Any) -> None:
    asked = []

    def softmax(x: Any, axis: int = -1) -> Any:
        asked.append(x.shape)
        return np.stack([wrong._shifted(row, 0) for row in x])

    monkeypatch.setattr(sweeping, "PATIENCE", (0.5, 0.5, 0.5))
    cases = [scope().case("normal", rows, 3) for rows in (2**19, 1, 300, 1200)]
    (found,) = sweeping.swept(InProcessSubject(softmax, INFO, FRAMEWORK), cases, scope())

    assert max(asked) < (2**19, 3)
    assert found.distribution["left out"] == 1


def test_a_cap_is_called_by_its_name() -> None:
    case = scope().case("normal", 5, 7, beta=3.0)
    capped = replace(scope(), operation=operations.load("softcap_softmax"))
    assert showing.shown(case, scope()) == "shape (5, 7), beta 3, normal logits"
    assert showing.shown(case, capped) == "shape (5, 7), cap 3, normal logits"


def test_the_order_of_the_calls_changes_no_order_of_the_points() -> None:
    cases = [scope().case("swept", 2, n) for n in range(3, 60)]
    found = sweeping.called(InProcessSubject(wrong._shifted, INFO, FRAMEWORK), cases, scope())
    assert [point.case for point in found.points] == cases
    assert found.left_out == 0


def test_an_exception_at_one_length_is_a_failure_that_names_it() -> None:
    def softmax(x: Any, axis: int = -1) -> Any:
        if x.shape[axis] == 613:
            raise IndexError("out of the tile")
        return wrong._shifted(x, axis)

    found = [m for m in found_in(softmax, range(600, 620)) if m.metric == "call"]
    assert "shape (2, 613)" in found[0].message
    assert "out of the tile" in found[0].message


@pytest.mark.parametrize("odd", [np.isneginf, np.isposinf])
def test_an_exception_at_a_row_without_a_defined_result_is_no_failure(odd: Any) -> None:
    """special_values reports it as a policy."""

    def refuses(x: Any, axis: int = -1) -> Any:
        if odd(x.max(axis=axis)).any():
            raise ZeroDivisionError("division by zero")
        return wrong._shifted(x, axis)

    subject = InProcessSubject(refuses, INFO, FRAMEWORK)
    cases = points_of("neighbours", scope())
    (found,) = sweeping.swept(subject, cases, scope())
    assert found.verdict == "pass"
    assert len(cases) / 2 < found.distribution["points"] < len(cases)


@pytest.mark.parametrize("broken", ["", "nan", "least"])
def test_an_exception_at_rows_with_a_defined_result_is_a_failure(broken: str) -> None:
    def raises(x: Any, axis: int = -1) -> Any:
        raise ZeroDivisionError("division by zero")

    cases = [scope().case("levels", 8, 33, broken=broken)]
    (found,) = sweeping.swept(InProcessSubject(raises, INFO, FRAMEWORK), cases, scope())
    assert (found.metric, found.verdict) == ("call", "fail")


def test_what_compiles_for_each_shape_meets_few_new_ones() -> None:
    info = replace(INFO, costly="shapes")
    shapes = {point.shape for about in SWEEPS for point in points_of(about, scope(info=info))}
    assert len(shapes) < 20


def test_a_control_that_takes_less_is_offered_its_own_lengths() -> None:
    control = Control("eights", "softmax", wrong.columns_in_eights, "numpy", ("float32",), takes="")
    lengths = {case.shape[-1] for case in points_of("lengths", scope_of(control, "float32"))}
    assert lengths
    assert all(n % 8 == 0 for n in lengths)


def test_an_exception_in_a_mode_names_the_mode() -> None:
    def softmax(x: Any, axis: int = -1) -> Any:
        if not torch.is_grad_enabled():
            raise RuntimeError("no tape")
        return torch.softmax(x, axis)

    info = replace(INFO, framework="torch")
    subject = InProcessSubject(softmax, info, with_torch.FRAMEWORK)
    cases = [scope(info=info).case("normal", 2, 3, check={"within": n}) for n in range(4)]
    found = next(m for m in sweeping.swept(subject, cases, scope(info=info)))
    assert found.witness["mode"] == "no_grad"
    assert "no_grad: it raised RuntimeError: no tape" in found.message
